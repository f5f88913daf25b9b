/**
 * The other side when it is an account: each stack as it is there, beside the template that would be deployed to it.
 */
import type { TemplateReading } from '../parsers/cloudformation/reading.ts';
import { section } from '../parsers/cloudformation/reading.ts';
import type { DeployedNested, TemplateCall } from '../parsers/cloudformation/run.ts';
import { memoryFiles } from '../discover/files.ts';
import { always, type Values } from '../core/choices.ts';
import { hole, literal } from '../core/text.ts';
import { lookup, template, type Against } from './against.ts';
import type { Pairs } from './pair.ts';
import { sideWith, type Side, type SideStack } from './side.ts';
import { defined } from '../core/optional.ts';

/** A stack as CloudFormation has it. */
export interface Deployed {
  readonly name: string;
  readonly region: string;
  readonly account?: string;
  readonly text: string;
  /** Those without a value are hidden. Absent: not known. */
  readonly parameters?: ReadonlyMap<string, string | undefined>;
  /** By logical id. */
  readonly nested: ReadonlyMap<string, Deployed>;
}

/** As a stack is wanted of the account. */
export interface DeployTarget {
  readonly name: string;
  readonly region?: string;
  readonly account?: string;
  readonly stack: SideStack;
}

export function wantedOf(stacks: readonly SideStack[]): DeployTarget[] {
  return stacks.flatMap((stack): DeployTarget[] =>
    stack.deployedAs === undefined
      ? []
      : [
          {
            name: stack.deployedAs,
            stack,
            ...defined({ region: stack.region, account: stack.account }),
          },
        ],
  );
}

/**
 * What the new template doesn't need a transform for, but the deployed one did, is compared as the transform made it.
 */
export function wantsExpanded({ stack }: DeployTarget, text: string): boolean {
  return (
    stack.reading.body['Transform'] === undefined &&
    text.includes('Transform') &&
    template('deployed', text).body['Transform'] !== undefined
  );
}

export interface DeployedSide {
  readonly before: Side;
  readonly pairs: Pairs;
  readonly against: Against;
}

export function deployedSide(
  found: readonly { readonly wanted: DeployTarget; readonly stack?: Deployed }[],
  given: ReadonlyMap<string, string>,
): DeployedSide {
  const readings: TemplateReading[] = [];
  const read = (one: Deployed, file: string): { reading: TemplateReading; nested: DeployedNested } => {
    const reading = template(file, one.text);
    readings.push(reading);
    const inner = new Map([...one.nested].map(([id, stack]) => [id, read(stack, `${file}/${id}`)]));
    return { reading, nested: (id) => inner.get(id) };
  };
  const both: { before: SideStack; after: SideStack }[] = [];
  const added: SideStack[] = [];
  for (const { wanted, stack } of found) {
    const young = wanted.stack;
    if (stack === undefined) {
      added.push({ ...young, call: { ...young.call, ...parametersGiven(young, undefined, given) } });
      continue;
    }
    const place = placeOf(stack);
    const { reading, nested } = read(stack, `${stack.region}/${stack.name}`);
    const values = valuesOf(stack);
    both.push({
      before: {
        name: stack.name,
        known: [stack.name],
        reading,
        call: {
          frame: young.call.frame,
          ...place,
          parameters: values ?? new Map(),
          open: values === undefined,
          nested,
        },
      },
      after: { ...young, call: { ...young.call, ...place, ...parametersGiven(young, values, given) } },
    });
  }
  const all = lookup(readings, memoryFiles({}));
  return {
    before: sideWith(
      all,
      new Map(),
      both.map((one) => one.before),
    ),
    pairs: { both, added, gone: [] },
    against: { label: 'what is deployed', readings: all, unreadable: readings.flatMap((one) => one.unreadable) },
  };
}

/** Both sides are one stack in one place, so what follows from its name and place is the same on both. */
function placeOf({ name, region, account }: Deployed): Pick<TemplateCall, 'stackName' | 'region' | 'account'> {
  return {
    stackName: literal(name),
    region: literal(region),
    ...(account === undefined ? {} : { account: literal(account) }),
  };
}

function valuesOf({ parameters }: Deployed): ReadonlyMap<string, Values> | undefined {
  return parameters === undefined
    ? undefined
    : new Map(
        [...parameters].map(([name, value]) => [
          name,
          always(value === undefined ? hole(`the deployed ${name}`) : literal(value)),
        ]),
      );
}

/**
 * What a deploy gives to parameters: what is said, by the user or by the command, else what they have; a new default
 * moves none of those.
 */
function parametersGiven(
  { parameters, reading }: SideStack,
  deployed: ReadonlyMap<string, Values> | undefined,
  given: ReadonlyMap<string, string>,
): Pick<TemplateCall, 'parameters' | 'open'> {
  const said = new Map<string, Values>([
    ...(parameters ?? []),
    ...[...given].map(([name, value]): [string, Values] => [name, always(literal(value))]),
  ]);
  const declared = Object.keys(section(reading, 'Parameters'));
  return {
    parameters: new Map(
      declared.flatMap((name) => {
        const value = said.get(name) ?? deployed?.get(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    open: deployed === undefined,
  };
}
