/** One side of a comparison: its stacks, and how the template of each is resolved. */
import { stackCalls } from '../parsers/assembly/run.ts';
import { evaluateTemplate, nestedLocations, type TemplateCall } from '../parsers/cloudformation/run.ts';
import type { Frame, World } from '../project/evaluation.ts';
import { Budget } from '../core/budget.ts';
import type { Fact, Workload } from '../model/facts.ts';
import { ALWAYS, always, type Values } from '../core/choices.ts';
import { literal } from '../core/text.ts';
import { section, type TemplateReading } from '../parsers/cloudformation/reading.ts';
import type { Readings } from '../project/readings.ts';
import { defined } from '../core/optional.ts';
import { CALLS } from '../parsers/calls.ts';

export interface Side {
  readonly world: World;
  readonly stacks: readonly SideStack[];
  /** What evaluating a stack of this side yields. */
  factsOf(stack: SideStack): readonly Fact[];
}

export interface SideStack {
  /** The stack's name where it's known, else the template's file. */
  readonly name: string;
  /** The name under which CloudFormation has it; absent for a plain template, which doesn't say. */
  readonly deployedAs?: string;
  /** What it may be recognised by on the other side, surest first. */
  readonly known: readonly string[];
  readonly reading: TemplateReading;
  readonly call: TemplateCall;
  readonly region?: string;
  readonly account?: string;
  /** What the command that deploys it gives to parameters. */
  readonly parameters?: ReadonlyMap<string, Values>;
}

/** Steps for one side. */
const STEPS = 1_000_000;

export function sideOf(readings: Readings, bindings: ReadonlyMap<string, readonly string[]>): Side {
  const side = sideWith(readings, bindings, []);
  return { ...side, stacks: stacksOf(side.world) };
}

export function sideWith(
  readings: Readings,
  bindings: ReadonlyMap<string, readonly string[]>,
  stacks: readonly SideStack[],
): Side {
  const collected: Fact[] = [];
  const world: World = {
    readings,
    bindings,
    commands: new Map(),
    calls: CALLS,
    budget: new Budget(STEPS),
    called: new Set(),
    emit: (fact, frame) => {
      collected.push({
        ...fact,
        when: fact.when ?? frame.when,
        run: frame.run,
        seq: collected.length,
        origin: fact.origin ?? '',
      });
    },
  };
  return {
    world,
    stacks,
    factsOf: (stack) => {
      collected.length = 0;
      evaluateTemplate(world, stack.reading, stack.call);
      return [...collected];
    },
  };
}

/** The same stacks with values that the user gives to parameters, where they declare such. */
export function givenParameters(side: Side, given: ReadonlyMap<string, string>): Side {
  if (given.size === 0) return side;
  return {
    ...side,
    stacks: side.stacks.map((stack) => {
      const own = Object.keys(section(stack.reading, 'Parameters')).flatMap((name) => {
        const value = given.get(name);
        return value === undefined ? [] : [[name, always(literal(value))] as const];
      });
      return own.length === 0
        ? stack
        : {
            ...stack,
            call: {
              ...stack.call,
              parameters: new Map([...stack.call.parameters, ...own]),
              open: stack.call.open ?? stack.call.parameters.size === 0,
            },
          };
    }),
  };
}

function stacksOf(world: World): SideStack[] {
  const { readings } = world;
  const assemblies = readings.ofKind('assembly');
  const parts = new Set(assemblies.flatMap((one) => one.parts));
  const templates = readings.ofKind('template').filter((one) => !parts.has(one.file));
  const nested = new Set(templates.flatMap(nestedLocations));
  const synthesized = assemblies.flatMap((assembly) =>
    stackCalls(world, assembly, frame).map(
      ({ stack, call }): SideStack => ({
        name: stack.stackName,
        deployedAs: stack.stackName,
        known: [stack.stackName, stack.id, stack.template.file],
        reading: stack.template,
        call,
        ...defined({ region: stack.region, account: stack.account }),
      }),
    ),
  );
  const plain = templates
    .filter((one) => !nested.has(one.file) && one.body['Resources'] !== undefined)
    .map(
      (reading): SideStack => ({
        name: reading.file,
        known: [reading.file, baseName(reading.file)],
        reading,
        call: { parameters: new Map(), frame },
      }),
    );
  return [...synthesized, ...plain];
}

const frame: Frame = {
  run: 'diff',
  via: [],
  env: new Map(),
  cwd: '',
  inCi: false,
  when: ALWAYS,
  openEnvironment: true,
  machine: {
    host: { kind: 'unknown' },
    driver: 'unknown',
    builders: new Map(),
    emulation: 'unknown',
    files: new Map(),
  },
};

export function resourceKey(template: string, logicalId: string): string {
  return `${template}#${logicalId}`;
}

export function workloadsByResource(facts: readonly Fact[]): Map<string, Workload[]> {
  const found = new Map<string, Workload[]>();
  for (const fact of facts) {
    if (fact.kind !== 'workload' || fact.resource === undefined) continue;
    const key = resourceKey(fact.resource.template, fact.resource.logicalId);
    found.set(key, [...(found.get(key) ?? []), fact]);
  }
  return found;
}

/** `infra/Api.template.json` and `Api.yaml` are both `Api`. */
function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/(?:\.template)?\.(?:json|ya?ml|template|tmpl|cfn)$/, '');
}
