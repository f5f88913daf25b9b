/**
 * Which stack a template becomes: a cloud assembly says it, of a plain template the user or the project's own deploy
 * commands do.
 */
import type { Fact, StackDeploy } from '../model/facts.ts';
import type { Values } from '../core/choices.ts';
import { known, literal, show } from '../core/text.ts';
import { samConfigIn, settingsOf } from '../parsers/sam/run.ts';
import type { Readings } from '../project/readings.ts';
import type { SideStack } from './side.ts';

/** What the user says of stacks: `infra/api.yaml=shop-api`, or names of those that are meant. */
export interface StackOptions {
  /** By the template's project-relative path; one template may become several stacks. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Empty: all. */
  readonly wanted: readonly string[];
}

export interface Targets {
  readonly stacks: readonly SideStack[];
  /**
   * Templates of which nobody says what they become, each with what is known of it: `sam deploy` says `shop-${stage}`.
   */
  readonly nameless: readonly { readonly stack: SideStack; readonly hint?: string }[];
}

export interface TargetsRequest {
  readonly stacks: readonly SideStack[];
  readonly local: readonly Fact[];
  readonly readings: Readings;
  readonly options: StackOptions;
}

export function targetsOf({ stacks, local, readings, options }: TargetsRequest): Targets {
  const found: SideStack[] = [];
  const nameless: { stack: SideStack; hint?: string }[] = [];
  for (const stack of stacks) {
    if (stack.deployedAs !== undefined) {
      const parameters = handed(stack, local);
      found.push(parameters.size === 0 ? stack : { ...stack, parameters });
      continue;
    }
    const told = options.names.get(stack.reading.file);
    const commands = local.filter(
      (fact): fact is StackDeploy => fact.kind === 'stack-deploy' && fact.template === stack.reading.file,
    );
    const deploys: readonly Deploying[] = [...commands, ...configured(readings, stack.reading.file)];
    if (told !== undefined) {
      found.push(
        ...told.map((name) =>
          named(
            stack,
            name,
            deploys.find((one) => known(one.stack) === name),
          ),
        ),
      );
      continue;
    }
    const own = namedIn(stack, deploys);
    found.push(...own);
    const said = commands.find((one) => one.stack !== undefined && known(one.stack) === undefined);
    if (own.length === 0)
      nameless.push({
        stack,
        ...(said?.stack === undefined
          ? {}
          : { hint: `\`${said.label}\` in ${said.site.file} calls it \`${show(said.stack)}\`` }),
      });
  }
  const { wanted } = options;
  if (wanted.length === 0) return { stacks: found, nameless };
  return { stacks: found.filter((one) => wanted.includes(one.name)), nameless: [] };
}

/** What `cdk deploy --parameters` of the project's commands gives to a stack of the app. */
function handed({ known: names }: SideStack, local: readonly Fact[]): Map<string, Values> {
  const found = new Map<string, Values>();
  for (const fact of local) {
    if (fact.kind !== 'stack-deploy' || fact.template !== undefined) continue;
    for (const { name, values } of fact.parameters) {
      const colon = name.lastIndexOf(':');
      if (colon === -1 || names.includes(name.slice(0, colon))) found.set(name.slice(colon + 1), values);
    }
  }
  return found;
}

type Deploying = Pick<StackDeploy, 'stack' | 'region' | 'parameters'>;

/** What somebody who types `sam deploy` beside the template gets from samconfig, for each of its environments. */
function configured(readings: Readings, file: string): Deploying[] {
  const slash = file.lastIndexOf('/');
  const folder = slash === -1 ? '' : file.slice(0, slash);
  const config = samConfigIn(readings, folder);
  return (config?.environments ?? []).flatMap((environment): Deploying[] => {
    const { stackName, region, template, parameters } = settingsOf(config?.file ?? '', environment, 'deploy');
    if (stackName === undefined || !isMeant(file.slice(slash + 1), template)) return [];
    return [
      {
        stack: literal(stackName),
        parameters: [...parameters].map(([name, values]) => ({ name, values })),
        ...(region === undefined ? {} : { region: literal(region) }),
      },
    ];
  });
}

/** Without a word on it, SAM takes `template.yaml`, or what `sam build` made of it. */
function isMeant(name: string, stated: string | undefined): boolean {
  return stated === undefined || stated.startsWith('.aws-sam/')
    ? /^template\.(?:ya?ml|json)$/.test(name)
    : stated.replace(/^\.\//, '') === name;
}

/** One for each stack that some command of the project makes of it. */
function namedIn(stack: SideStack, deploys: readonly Deploying[]): SideStack[] {
  const found = new Map<string, SideStack>();
  for (const deploy of deploys) {
    const name = known(deploy.stack);
    const key = `${name} ${known(deploy.region) ?? ''}`;
    if (name !== undefined && name !== '' && !found.has(key)) found.set(key, named(stack, name, deploy));
  }
  return [...found.values()];
}

function named(stack: SideStack, name: string, deploy: Deploying | undefined): SideStack {
  const region = known(deploy?.region);
  const parameters = new Map<string, Values>((deploy?.parameters ?? []).map((one) => [one.name, one.values]));
  return {
    ...stack,
    name,
    deployedAs: name,
    known: [name, ...stack.known],
    call: { ...stack.call, stackName: literal(name) },
    ...(region === undefined || region === '' ? {} : { region }),
    ...(parameters.size === 0 ? {} : { parameters }),
  };
}
