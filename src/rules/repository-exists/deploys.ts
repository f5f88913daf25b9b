/** Which deploys of a CDK app that are seen make a repository of its, and which are told to refer to one that is there. */
import { compatible, restsOnCaller, restsOnDefault, type Guard, type When } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import { literal, match, show, type Text } from '../../core/text.ts';
import type { Publishing, Repository, Rollout } from '../../model/facts.ts';
import type { Model } from '../../model/voyage.ts';

/** Is the creation seen to run ahead of a deploy that may make this stack's repository? */
export function comesFirst({ rollouts }: Model, { run, seq, when }: Repository, stack: Repository): boolean {
  return rollouts.some(
    (one) =>
      one.service === 'any' &&
      one.run === run &&
      one.seq > seq &&
      compatible(one.when, when) &&
      (one.publishes === undefined || stack.by !== 'cdk' || mayMake(one, stack)),
  );
}

/** Of all deploys that are seen none makes it, and one is told to take the other way of a choice that it rests on. */
export function isDeclined({ rollouts }: Model, stack: Repository): boolean {
  const chosen = stack.when.filter(({ cond }) => !cond.startsWith(DEFAULT));
  if (stack.by !== 'cdk' || chosen.length === 0) return false;
  const deploys = rollouts.filter(({ publishes }) => publishes !== undefined && isOfApp(publishes, stack));
  return deploys.some((one) => decidesAgainst(one, chosen)) && !deploys.some((one) => mayMake(one, stack));
}

const DEFAULT = 'default:';

/** A run of an app goes by its file. Of a deploy in a folder that nobody knows, nobody knows the app. */
function isOfApp({ folder }: Publishing, { run }: Repository): boolean {
  return folder !== undefined && (folder === '' || run.startsWith(`${folder}/`));
}

function mayMake(deploy: Rollout, stack: Repository): boolean {
  return !decidesAgainst(deploy, stack.when) && mayName(deploy.publishes?.stacks ?? [], stack);
}

/** A deploy that names no stack, or names them by a pattern, may be of any. */
function mayName(names: readonly Text[], { stack, when }: Repository): boolean {
  if (names.length === 0 || stack === undefined) return true;
  const varies = restsOnDefault(when) || restsOnCaller(when);
  return names.some(
    (name) =>
      show(name).includes('*') ||
      match(name, literal(stack)) !== 'not at all' ||
      (varies && isOtherStage(show(name), stack)),
  );
}

/** `parts-live-web` beside `parts-test-web`: the same stack, of another stage. */
function isOtherStage(name: string, stack: string): boolean {
  const [words, others] = [name.split(/[-_/]/), stack.split(/[-_/]/)];
  return (
    words.length > 1 && words.length === others.length && words.filter((word, at) => word !== others[at]).length === 1
  );
}

function decidesAgainst({ gives = [] }: Rollout, when: When): boolean {
  const given = new Map(gives.map(({ name, value }) => [name, value]));
  return when.some((guard) => isOtherwise(given, guard));
}

/** Is the choice made the other way by what the app is given? */
function isOtherwise(given: ReadonlyMap<string, Text>, { cond, is }: Guard): boolean {
  if (cond.startsWith(DEFAULT)) {
    const name = cond.slice(DEFAULT.length);
    return is === 'unset' ? given.has(name) : !given.has(name) && isOfCommand(name);
  }
  const [, name = cond, wanted] = /^(.+) === "(.*)"$/s.exec(cond) ?? [];
  const text = given.get(name);
  if (text === undefined) return is === 'true' && isOfCommand(name);
  const value = judged(text);
  if (value === undefined) return false;
  return (wanted === undefined ? value !== '' : value === wanted) !== (is === 'true');
}

/** The context of an app is given on the command line, which says all there is; the environment is anybody's. */
function isOfCommand(name: string): boolean {
  return name.endsWith('@context');
}
