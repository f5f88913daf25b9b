/**
 * The address that an image is pushed to may come from outside alone (`$SHOP_ECR_URL`, a secret, `$1`). What else ties
 * it to a workload is weighed then: names, the same run, the folder, being the only one there is. One such bond is a
 * coincidence; two make a link that is likely.
 */
import type { Build, Fact, Login, Push, Repository, Rollout, Workload } from './facts.ts';
import type { Draft } from './images.ts';
import { compatible } from '../core/choices.ts';
import { address, ecrRegistry, inEcr, matchTag, type ImageRef } from '../core/image-ref.ts';
import { judged, spelled } from '../core/sealed.ts';
import { textKey, type Text } from '../core/text.ts';
import { isVariable, variablesIn, wordsOf } from './variables.ts';
import type { Alias } from './voyage.ts';

export interface Bonded {
  readonly draft: Draft;
  readonly alias: Alias;
  readonly workload: Workload;
}

export interface Surroundings {
  readonly rollouts: readonly Rollout[];
  readonly repositories: readonly Repository[];
  readonly logins: readonly Login[];
}

/** So many that nobody could tell which is meant. */
const MOST_PAIRS = 20_000;
const ENOUGH = 2;

/** Drafts that reach nothing by their address, and workloads that nothing reaches. */
export function bondsBetween(drafts: readonly Draft[], workloads: readonly Workload[], around: Surroundings): Bonded[] {
  const open = drafts.filter((draft) => draft.builds.length > 0 && draft.aliases.some(isFromOutside));
  const waiting = workloads.filter(takesFromEcr);
  if (open.length === 0 || waiting.length === 0 || open.length * waiting.length > MOST_PAIRS) return [];
  const weighed = open.flatMap((draft) => best(waiting.flatMap((workload) => weigh(draft, workload, around))));
  // Two images that may be the one it takes are none.
  return weighed.filter(({ workload, draft }) =>
    weighed.every((other) => other.workload !== workload || placeOf(other.draft) === placeOf(draft)),
  );
}

/** The same tag, or one that the workload is handed from somewhere else. */
function mayBeTagged(pushed: ImageRef, taken: ImageRef): boolean {
  return (
    matchTag(pushed, taken) === 'exactly' ||
    (taken.tag !== undefined &&
      pushed.tag !== undefined &&
      taken.tag.every((part) => typeof part !== 'string' && spelled(part) === undefined))
  );
}

interface Weighed extends Bonded {
  readonly weight: number;
}

function weigh(draft: Draft, workload: Workload, around: Surroundings): Weighed[] {
  const { image } = workload;
  if (image.kind !== 'ref' || !draft.builds.some((build) => compatible(build.when, workload.when))) return [];
  const { ref } = image;
  return draft.aliases
    .filter((alias) => isFromOutside(alias) && mayBeTagged(alias.ref, ref))
    .slice(0, 1)
    .flatMap((alias) => {
      const names = namesOf(workload, ref);
      const run = alias.push?.run ?? draft.builds[0]!.run;
      const alone = (alias.push ?? draft.builds[0])?.lonely === true;
      const weight = [
        draft.aliases.some((one) => one.ref.registry === undefined && names.has(plainName(judged(one.ref.repository)))),
        variablesIn(address(alias.ref)).some((variable) => saysName(variable, names)),
        around.rollouts.some(
          (rollout) => rollout.run === run && rollout.name !== undefined && isCalled(workload, rollout.name),
        ),
        draft.builds.some((build) => folders(build).some((folder) => names.has(folder))),
        alone,
        alone && saysEcr(alias.ref, run, around.logins),
      ].filter(Boolean).length;
      return weight < ENOUGH ? [] : [{ draft, alias, workload, weight }];
    });
}

/** The workloads it is bound to most; none where these take images of several repositories. */
function best(found: readonly Weighed[]): Weighed[] {
  const most = Math.max(0, ...found.map((one) => one.weight));
  const top = found.filter((one) => one.weight === most);
  return new Set(top.map(({ workload }) => repositoryKey(workload))).size === 1 ? top : [];
}

function repositoryKey({ image }: Workload): string {
  return image.kind === 'ref' ? textKey(image.ref.repository) : '';
}

function placeOf({ builds, first }: Draft): string {
  const build = builds[0];
  return build?.context === undefined ? first.site.file : `${build.context} ${build.dockerfile ?? ''}`;
}

// ── the whole project, before it is linked ──────────────────────────────────────────────────────

const marked = new WeakMap<Fact, Fact>();

/**
 * Marks the only image whose address comes from outside, where there is one repository and nothing but it that
 * workloads take from ECR. Linking, which may go part by part, couldn't tell.
 */
export function withLonely(facts: readonly Fact[]): readonly Fact[] {
  const runs = runsFromOutside(facts);
  if (runs.size === 0) return facts;
  const images = new Set(
    facts.flatMap((one) =>
      one.kind === 'build' && runs.has(one.run) ? [`${one.context ?? one.origin} ${one.dockerfile ?? ''}`] : [],
    ),
  );
  const made = new Set(
    facts.flatMap((one) =>
      one.kind === 'repository' && one.role === 'created'
        ? [one.name === undefined ? (one.id ?? one.origin) : textKey(one.name)]
        : [],
    ),
  );
  const taken = new Set(
    facts.flatMap((one) => (one.kind === 'workload' && takesFromEcr(one) ? [repositoryKey(one)] : [])),
  );
  if (images.size !== 1 || made.size !== 1 || taken.size !== 1) return facts;
  return facts.map((one) => {
    if (!leavesForOutside(one)) return one;
    const lonely = marked.get(one) ?? { ...one, lonely: true as const };
    marked.set(one, lonely);
    return lonely;
  });
}

export function runsFromOutside(facts: readonly Fact[]): Set<string> {
  return new Set(facts.flatMap((one) => (leavesForOutside(one) ? [one.run] : [])));
}

function leavesForOutside(fact: Fact): fact is Push | Build {
  return (
    (fact.kind === 'push' && isOutside(fact.ref)) ||
    (fact.kind === 'build' && fact.output === 'registry' && fact.names.some(({ ref }) => isOutside(ref)))
  );
}

/** What a fact of a run that pushes to an outside address may be bound to workloads by. */
export function bondNames(fact: Fact): readonly string[] {
  switch (fact.kind) {
    case 'push':
      return isOutside(fact.ref) ? variablesIn(address(fact.ref)).flatMap(sequencesOf) : [];
    case 'build':
      return [
        ...fact.names.flatMap(({ ref }) =>
          isOutside(ref) ? variablesIn(address(ref)).flatMap(sequencesOf) : [plainName(judged(ref.repository))],
        ),
        ...folders(fact),
      ];
    case 'tag':
      return [plainName(judged(fact.source.repository)), plainName(judged(fact.target.repository))];
    case 'rollout':
      return fact.name === undefined ? [] : [textKey(fact.name)];
    case 'workload':
      return takesFromEcr(fact) && fact.image.kind === 'ref'
        ? [
            ...namesOf(fact, fact.image.ref),
            ...[fact.name, ...(fact.heldBy ?? [])].flatMap((name) => (name === undefined ? [] : [textKey(name)])),
          ]
        : [];
    default:
      return [];
  }
}

/** `shop`, `shop-ecr`, `ecr` … of `SHOP_ECR`. */
function sequencesOf(variable: string): string[] {
  const words = wordsOf(variable).slice(0, 8);
  return words.flatMap((_, start) =>
    words.slice(start).map((__, length) => words.slice(start, start + length + 1).join('-')),
  );
}

// ── what comes from outside ─────────────────────────────────────────────────────────────────────

function isFromOutside(alias: Alias): boolean {
  return alias.pushed && alias.elsewhere !== true && isOutside(alias.ref);
}

/**
 * `$REPO_URL`, `$HOST/$NAME`, `${{ secrets.REPO }}`: no word of the repository's name is known, and no construct or
 * command of the project gave it.
 */
function isOutside({ repository, digest }: ImageRef): boolean {
  return digest === undefined && repository.length > 0 && repository.every(isVariable);
}

export function takesFromEcr({ image, service }: Workload): boolean {
  return (
    service !== 'codebuild' &&
    image.kind === 'ref' &&
    image.ref.digest === undefined &&
    ecrRegistry(image.ref.registry) !== undefined &&
    inEcr(image.ref) === 'yes'
  );
}

/** `SHOP_ECR_URL`, or a log-in to ECR in the same run. */
function saysEcr(ref: ImageRef, run: string, logins: readonly Login[]): boolean {
  return (
    variablesIn(address(ref)).some((variable) => wordsOf(variable).includes('ecr')) ||
    logins.some((login) => login.run === run && ecrRegistry(login.registry) !== undefined)
  );
}

// ── names ───────────────────────────────────────────────────────────────────────────────────────

/** Words that say what sort of thing it is, and not which. */
const GENERIC = new Set([
  'ecr',
  'repo',
  'repository',
  'image',
  'uri',
  'url',
  'registry',
  'aws',
  'docker',
  'container',
  'name',
  'tag',
  'host',
  'address',
  'latest',
  'prod',
  'production',
  'dev',
  'staging',
  'stage',
  'env',
  'project',
  'account',
]);

function plainName(name: string | undefined): string {
  return name === undefined ? '' : wordsOf(name).join('-');
}

/** What the workload and its repository are called; of a name that is known in part, the end that is. */
function namesOf({ name, containerName, heldBy }: Workload, { repository }: ImageRef): Set<string> {
  const texts = [repository, name, containerName, ...(heldBy ?? [])].filter((one): one is Text => one !== undefined);
  const ends = texts.flatMap((text) => {
    const last = spelled(text.at(-1));
    const segment = last?.slice(last.lastIndexOf('/') + 1);
    return segment === undefined ? [] : [plainName(segment)];
  });
  return new Set(ends.filter((end) => end.length > 2 && end.split('-').some((word) => !GENERIC.has(word))));
}

function saysName(variable: string, names: ReadonlySet<string>): boolean {
  const said = `-${plainName(variable)}-`;
  return [...names].some((name) => said.includes(`-${name}-`));
}

function isCalled({ name, heldBy }: Workload, called: Text): boolean {
  return [name, ...(heldBy ?? [])].some((one) => one !== undefined && textKey(one) === textKey(called));
}

/** The folders it is built from, and what the Dockerfile's own name adds. */
function folders({ context, dockerfile }: Build): string[] {
  const last = (path: string): string => plainName(path.slice(path.lastIndexOf('/') + 1));
  const own =
    dockerfile === undefined
      ? []
      : [
          last(dockerfile.slice(0, Math.max(0, dockerfile.lastIndexOf('/')))),
          last(dockerfile.replace(/^(?:.*\/)?(?:Dockerfile[._-])?|\.Dockerfile$/gi, '')),
        ];
  return [...(context === undefined ? [] : [last(context)]), ...own].filter(
    (name) => name !== '' && name !== 'dockerfile',
  );
}
