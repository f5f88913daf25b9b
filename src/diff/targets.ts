/** Which stack a template becomes: a cloud assembly says it, of a plain template the user or the project's own deploy commands do. */
import type { Fact, StackDeploy } from '../model/facts.ts';
import type { Values } from '../model/guard.ts';
import { known, literal, show } from '../model/text.ts';
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
  /** Templates of which nobody says what they become, each with what is known of it: `sam deploy` says `shop-${stage}`. */
  readonly nameless: readonly { readonly stack: SideStack; readonly hint?: string }[];
}

export function targetsOf(stacks: readonly SideStack[], local: readonly Fact[], options: StackOptions): Targets {
  const found: SideStack[] = [];
  const nameless: { stack: SideStack; hint?: string }[] = [];
  for (const stack of stacks) {
    if (stack.deployedAs !== undefined) {
      found.push(stack);
      continue;
    }
    const told = options.names.get(stack.reading.file);
    const deploys = local.filter((fact): fact is StackDeploy => fact.kind === 'stack-deploy' && fact.template === stack.reading.file);
    if (told !== undefined) {
      found.push(...told.map((name) => named(stack, name, deploys.find((one) => known(one.stack) === name))));
      continue;
    }
    const own = namedIn(stack, deploys);
    found.push(...own);
    const said = deploys.find((one) => one.stack !== undefined && known(one.stack) === undefined);
    if (own.length === 0) nameless.push({ stack, ...(said?.stack === undefined ? {} : { hint: `\`${said.label}\` in ${said.site.file} calls it \`${show(said.stack)}\`` }) });
  }
  const { wanted } = options;
  if (wanted.length === 0) return { stacks: found, nameless };
  return { stacks: found.filter((one) => wanted.includes(one.name)), nameless: [] };
}

/** One for each stack that some command of the project makes of it. */
function namedIn(stack: SideStack, deploys: readonly StackDeploy[]): SideStack[] {
  const found = new Map<string, SideStack>();
  for (const deploy of deploys) {
    const name = known(deploy.stack);
    const key = `${name} ${known(deploy.region) ?? ''}`;
    if (name !== undefined && name !== '' && !found.has(key)) found.set(key, named(stack, name, deploy));
  }
  return [...found.values()];
}

function named(stack: SideStack, name: string, deploy: StackDeploy | undefined): SideStack {
  const region = known(deploy?.region);
  const parameters = new Map<string, Values>((deploy?.parameters ?? []).map((one) => [one.name, one.values]));
  return {
    ...stack, name, deployedAs: name, known: [name, ...stack.known],
    call: { ...stack.call, stackName: literal(name) },
    ...(region === undefined || region === '' ? {} : { region }),
    ...(parameters.size === 0 ? {} : { parameters }),
  };
}
