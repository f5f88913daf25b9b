/** Which deploys of a CDK app that are seen make a repository of its, and which are told to refer to one that is there. */
import { compatible, restsOnCaller, restsOnDefault } from '../../core/choices.ts';
import { memo } from '../../core/memo.ts';
import { literal, match, show, textKey, type Text } from '../../core/text.ts';
import type { Publishing, Repository, Rollout, Workload } from '../../model/facts.ts';
import type { Model } from '../../model/voyage.ts';
import { decidesAgainst, DEFAULT } from '../support/given.ts';

/** Is the creation seen to run ahead of a deploy that may make this stack's repository? */
export function comesFirst(model: Model, { run, seq, when }: Repository, stack: Repository): boolean {
  return model.rollouts.some(
    (one) =>
      one.service === 'any' &&
      one.run === run &&
      one.seq > seq &&
      compatible(one.when, when) &&
      (one.publishes === undefined ||
        stack.by !== 'cdk' ||
        mayMake(one, stack, (name) => isAnothers(model, name, stack))),
  );
}

/** Of all deploys that are seen none makes it, and one is told to take the other way of a choice that it rests on. */
export function isDeclined(model: Model, stack: Repository): boolean {
  const chosen = stack.when.filter(({ cond }) => !cond.startsWith(DEFAULT));
  if (stack.by !== 'cdk' || chosen.length === 0) return false;
  const deploys = model.rollouts.filter(({ publishes }) => publishes !== undefined && isOfApp(publishes, stack));
  const isOthers = (name: Text): boolean => isAnothers(model, name, stack) || isCalledAlike(name, stack);
  return deploys.some((one) => decidesAgainst(one, chosen)) && !deploys.some((one) => mayMake(one, stack, isOthers));
}

/** A run of an app goes by its file. Of a deploy in a folder that nobody knows, nobody knows the app. */
function isOfApp({ folder }: Publishing, { run }: Repository): boolean {
  return folder !== undefined && (folder === '' || run.startsWith(`${folder}/`));
}

type Named = Pick<Repository | Workload, 'label' | 'stack' | 'run' | 'when'>;

function mayMake(deploy: Rollout, stack: Repository, isOthers: (name: Text) => boolean): boolean {
  return !decidesAgainst(deploy, stack.when) && mayName(deploy.publishes?.stacks ?? [], stack, isOthers);
}

/**
 * A deploy that names no stack, or names them by a pattern, may be of any. So may one by a name that nobody knows: what
 * it names may need this stack, and deploys it with it.
 */
function mayName(names: readonly Text[], stack: Repository, isOthers: (name: Text) => boolean): boolean {
  if (names.length === 0 || stack.stack === undefined) return true;
  return names.some((name) => show(name).includes('*') || isNameOf(name, stack) || !isOthers(name));
}

/** Is it the name of another stack of the app? Of those that are seen to hold anything of ours. */
function isAnothers(model: Model, name: Text, { run }: Repository): boolean {
  const before = answers(model);
  const key = `${run}\u0000${textKey(name)}`;
  const found =
    before.get(key) ??
    [...model.repositories, ...model.workloads].some((one) => one.run === run && isNameOf(name, one));
  before.set(key, found);
  return found;
}

/** Deploys say the same names again and again, and every stack is held against all of them. */
const answers = memo((_: Model) => new Map<string, boolean>());

/** By its name or the path of its construct; `parts-live-web` beside `parts-test-web` is the same of another stage. */
function isNameOf(name: Text, named: Named): boolean {
  const asked = name.map((part) => (typeof part === 'string' ? dashed(part) : part));
  const apart = restsOnDefault(named.when) || restsOnCaller(named.when) ? 1 : 0;
  return namesOf(named).some((one) => match(asked, literal(one)) !== 'not at all' || differing(asked, one) <= apart);
}

/** `harbour-$STAGE-net` beside `harbour-test-pages`: who names stacks so knows this one by its name too. */
function isCalledAlike(name: Text, { stack = '' }: Named): boolean {
  return differing(name, dashed(stack)) < wordsOf(name).length;
}

/** A construct's path begins with its stages and its stack. */
function namesOf({ label, stack }: Named): string[] {
  if (stack === undefined) return [];
  const steps = label.split('/').slice(0, -1);
  return [dashed(stack), ...steps.map((_, at) => steps.slice(0, at + 1).join('-'))];
}

function dashed(name: string): string {
  return name.replaceAll('/', '-');
}

/** In how many of their words two names of several differ; without end where they have not equally many. */
function differing(name: Text, other: string): number {
  const [words, others] = [wordsOf(name), wordsOf(literal(other))];
  return words.length > 1 && words.length === others.length
    ? words.filter((word, at) => word !== others[at]).length
    : Number.POSITIVE_INFINITY;
}

function wordsOf(name: Text): string[] {
  return name
    .map((part) => (typeof part === 'string' ? part : '\u0001'))
    .join('')
    .split(/[-_/]/);
}
