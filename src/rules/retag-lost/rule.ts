import type { Build, Push, Rollout, Tag } from '../../model/facts.ts';
import type { Confidence, Related, Report } from '../../model/finding.ts';
import { address, effectiveTag, matchRepository, matchTag, type ImageRef } from '../../core/image-ref.ts';
import { RefIndex } from '../../core/ref-index.ts';
import { compatible, type When } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { hasNature, isKnown } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { groupBy } from '../support/groups.ts';
import { bySite, relatedTo, siteKey } from '../support/places.ts';
import { code, shortRef } from '../support/words.ts';

/**
 * A command that needs an image under a name: `docker push X`, `docker tag X Y`, `update-function-code --image-uri X`.
 */
interface Use {
  readonly ref: ImageRef;
  readonly site: Site;
  readonly when: When;
  readonly seq: number;
  readonly run: string;
  readonly kind: 'push' | 'tag' | 'rollout';
  /** `push --all-tags` needs the repository under any tag. */
  readonly anyTag?: true;
}

interface Lost {
  readonly use: Use;
  /** What exists on that path instead. */
  readonly instead: Made;
  readonly confidence: Confidence;
}
/** A name that exists after a command. */
interface Made {
  readonly ref: ImageRef;
  readonly site: Site;
  readonly seq: number;
  readonly run: string;
  readonly when: When;
  readonly build?: Build;
}

export const rule = defineRule({
  id: 'retag-lost',
  summary: 'A script pushes or deploys a reference that nothing built or tagged, although another was built',
  severity: 'error',
  services: ['any'],
  group: 'tags',
  check(model, report) {
    for (const group of bySite(losses(model), ({ use }) => use.site)) report(reportOf(group[0]!));
  },
});

function losses(model: Model): Lost[] {
  const everything = [...model.builds.flatMap(namesOf), ...model.tags.map(targetOf)];
  const madeByRun = groupBy(everything, (one) => one.run);
  const usesByRun = groupBy(
    [...model.tags.map(sourceOf), ...model.pushes.map(pushOf), ...model.rollouts.flatMap(imageOf)],
    (use) => use.run,
  );
  const pushed = [
    ...model.pushes.map((push) => push.ref),
    ...model.tags.filter((tag) => tag.remote).map((tag) => tag.target),
    ...model.builds
      .filter((build) => build.output === 'registry')
      .flatMap((build) => build.names.map((name) => name.ref)),
  ];
  const [isMade, isPushed] = [satisfying(everything.map((one) => one.ref)), satisfying(pushed)];
  const lost: Lost[] = [];
  for (const [run, uses] of usesByRun) {
    const made = madeByRun.get(run) ?? [];
    for (const use of uses) {
      if (use.anyTag === true) continue;
      const before = made.filter((one) => one.seq < use.seq && compatible(one.when, use.when));
      // Somebody makes this name somewhere: most likely here, else in another job, by another script, or it may be what
      // a hole stands for.
      const isAnywhere =
        made.some((one) => maySatisfy(one.ref, use.ref)) ||
        isMade(use.ref) ||
        (use.kind === 'rollout' && isPushed(use.ref));
      const found = isAnywhere
        ? crossed(use, before, uses, everything)
        : (misnamed(use, before, uses) ?? orphan(use, before, uses));
      if (found !== undefined) lost.push(found);
    }
  }
  return lost;
}

/** The same repository, under another tag: a typo in the tag, or a variable never set. */
function misnamed(use: Use, before: readonly Made[], uses: readonly Use[]): Lost | undefined {
  const tag = effectiveTag(use.ref) ?? [];
  if (!isKnown(tag) && !hasNature(tag, 'unique')) return undefined;
  const near = before.findLast(
    (one) => matchRepository(one.ref, use.ref) === 'exactly' && !mayBeTagged(one.ref, use.ref),
  );
  // Another way of the same command has what was made: nothing shows that this one is taken.
  const elsewhere = (): boolean =>
    uses.some(
      (other) => siteKey(other.site) === siteKey(use.site) && before.some((one) => maySatisfy(one.ref, other.ref)),
    );
  return near === undefined || (isLater(near.ref, use.ref) && elsewhere())
    ? undefined
    : { use, instead: near, confidence: use.when.length === 0 && near.when.length === 0 ? 'certain' : 'likely' };
}

/**
 * A push of one variable where the name that was made last is another variable's, and leads nowhere: what comes from
 * the outside could be one name twice, but then nobody would need two variables for it.
 */
function crossed(
  use: Use,
  before: readonly Made[],
  uses: readonly Use[],
  everything: readonly Made[],
): Lost | undefined {
  const pushed = variablesOf(use.ref);
  const last = before.at(-1);
  if (use.kind !== 'push' || pushed === undefined || last === undefined || last.site.file !== use.site.file)
    return undefined;
  const made = variablesOf(last.ref);
  if (made === undefined || pushed.every((one) => made.includes(one)) || made.every((one) => pushed.includes(one)))
    return undefined;
  if (new Set([...made, ...pushed].map(sourceOfVariable)).size > 1) return undefined;
  const isSame = (a: ImageRef, b: ImageRef): boolean => matchRepository(a, b) !== 'not at all';
  if (
    everything.some((one) => isSame(one.ref, use.ref)) ||
    everything.some((one) => one.run === use.run && variablesOf(one.ref) === undefined && !localOnly(one.ref))
  )
    return undefined;
  return uses.some((other) => other.seq > last.seq && isSame(other.ref, last.ref))
    ? undefined
    : { use, instead: last, confidence: 'likely' };
}

/**
 * The variables that an address consists of, where that is all it says; what a command answered is somebody else's
 * business.
 */
function variablesOf(ref: ImageRef): string[] | undefined {
  const names = address(ref).flatMap((part) =>
    typeof part === 'string' ? (part === '/' ? [] : [undefined]) : [VARIABLE.test(part.hole) ? part.hole : undefined],
  );
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}

const VARIABLE = /^(?:(?:secrets|vars)\.)?[A-Za-z_]\w*(?:@|$)/;

/** Two of the environment, or two fields of one line that was read: the variables of two loops may go over one list. */
function sourceOfVariable(name: string): string {
  const at = name.indexOf('@');
  return at === -1 ? '' : name.slice(at);
}

/** A `docker tag` of a local name nothing makes, right where a build's own name is used by nothing. */
function orphan(use: Use, before: readonly Made[], uses: readonly Use[]): Lost | undefined {
  if (
    use.kind !== 'tag' ||
    use.ref.registry !== undefined ||
    judged(use.ref.repository) === undefined ||
    judged(use.ref.repository)!.includes('/')
  )
    return undefined;
  const unused = before.filter(
    (one) =>
      one.build !== undefined &&
      one.build.output === 'store' &&
      one.ref.registry === undefined &&
      isKnown(one.ref.repository) &&
      alike(one.ref, use.ref) &&
      !uses.some((other) => other.seq > one.seq && maySatisfy(one.ref, other.ref)),
  );
  const last = before.findLast((one) => one.build !== undefined);
  return last !== undefined && unused.includes(last) ? { use, instead: last, confidence: 'likely' } : undefined;
}

/** `orders` for `order`. */
function isEnded(long: string, short: string): boolean {
  return short.length > 3 && long.startsWith(short) && long.length - short.length <= 2;
}

/** Names that share a word, or all but the ending of one, are two spellings of one; others are two images. */
function alike(a: ImageRef, b: ImageRef): boolean {
  const words = (ref: ImageRef): string[] =>
    (judged(ref.repository) ?? '').split(/[^a-z0-9]+/i).filter((word) => word.length > 2);
  const others = words(b);
  return words(a).some((word) =>
    others.some((other) => word === other || isEnded(word, other) || isEnded(other, word)),
  );
}

/** Is there one among them that may be the one wanted? */
function satisfying(made: readonly ImageRef[]): (wanted: ImageRef) => boolean {
  let index: RefIndex<ImageRef> | undefined;
  let anything: readonly ImageRef[] = [];
  return (wanted) => {
    if (bare(wanted)) return made.some((one) => maySatisfy(one, wanted));
    // Most names are made where they are used, and nobody asks.
    if (index === undefined) {
      index = new RefIndex(made, (ref) => ref);
      anything = made.filter(bare);
    }
    return [...anything, ...index.near(wanted)].some((one) => maySatisfy(one, wanted));
  };
}

function maySatisfy(made: ImageRef, wanted: ImageRef): boolean {
  if (localOnly(made) !== localOnly(wanted)) return false;
  const unsure = !isKnown(made.repository) || !isKnown(wanted.repository);
  const repository = matchRepository(made, wanted);
  if (repository === 'not at all') return (unsure && bare(made)) || (unsure && bare(wanted));
  return mayBeTagged(made, wanted);
}

function mayBeTagged(made: ImageRef, wanted: ImageRef): boolean {
  return (
    matchTag(made, wanted) !== 'not at all' &&
    !tellsBuilds(made, wanted) &&
    !tellsBuilds(wanted, made) &&
    !isLater(made, wanted)
  );
}

/** `$(date +%s)` for the tag, and once more for the push: seconds have passed. */
function isLater(made: ImageRef, wanted: ImageRef): boolean {
  const [first, second] = [clockOf(made), clockOf(wanted)];
  return first !== undefined && second !== undefined && first !== second;
}

function clockOf(ref: ImageRef): string | undefined {
  const found = effectiveTag(ref)?.find(
    (part) => typeof part !== 'string' && 'instant' in part && part.instant === true,
  );
  return typeof found === 'object' && 'hole' in found ? found.hole : undefined;
}

/**
 * One tag differs from build to build and the other is a plain word, `latest` or none at all: a commit, a date and a
 * build number have digits.
 */
function tellsBuilds(a: ImageRef, b: ImageRef): boolean {
  const [changing, plain] = [effectiveTag(a), judged(effectiveTag(b))];
  return changing !== undefined && plain !== undefined && hasNature(changing, 'unique') && !/\d/.test(plain);
}

/** `api:1` is a name of this machine, whatever registry has an `api` too; `$REPO:1` may hold a registry. */
function localOnly({ registry, repository }: ImageRef): boolean {
  return registry === undefined && isKnown(repository);
}

/** A reference of which no literal is known can be any. */
function bare(ref: ImageRef): boolean {
  return ref.repository.every((part) => typeof part !== 'string');
}

function namesOf(build: Build): Made[] {
  return build.names.map(({ ref, site }) => ({ ref, site, seq: build.seq, run: build.run, when: build.when, build }));
}

function targetOf(tag: Tag): Made {
  return { ref: tag.target, site: tag.targetSite, seq: tag.seq, run: tag.run, when: tag.when };
}

function sourceOf(tag: Tag): Use {
  return { ref: tag.source, site: tag.sourceSite, when: tag.when, seq: tag.seq, run: tag.run, kind: 'tag' };
}

function pushOf(push: Push): Use {
  return {
    ref: push.ref,
    site: push.refSite,
    when: push.when,
    seq: push.seq,
    run: push.run,
    kind: 'push',
    ...(push.allTags === true ? { anyTag: true as const } : {}),
  };
}

function imageOf(rollout: Rollout): Use[] {
  const { image, imageSite } = rollout;
  return image === undefined
    ? []
    : [
        {
          ref: image,
          site: imageSite ?? rollout.site,
          when: rollout.when,
          seq: rollout.seq,
          run: rollout.run,
          kind: 'rollout',
        },
      ];
}

const VERBS: Record<Use['kind'], readonly [verb: string, error: string]> = {
  push: ['pushed', '`An image does not exist locally with the tag`'],
  tag: ['tagged', '`Error response from daemon: No such image`, or an image left over from before goes out'],
  rollout: ['deployed', '`Source image … does not exist. Provide a valid source image.`'],
};

function reportOf({ use, instead, confidence }: Lost): Report {
  const [verb, error] = VERBS[use.kind];
  const other: Related = { message: `this name exists: ${shortRef(instead.ref)}`, site: instead.site };
  const later = isLater(instead.ref, use.ref);
  return {
    site: use.site,
    message: later
      ? `${code(shortRef(use.ref))} is ${verb}, but its time is asked for once more here, seconds after the name was made: ${error}`
      : `${code(shortRef(use.ref))} is ${verb}, but nothing on this path makes it; what exists is ${code(shortRef(instead.ref))}: ${error}`,
    confidence,
    // A local name is made on the machine that needs it, and before.
    absences: [
      {
        of: use.kind === 'rollout' ? 'push' : 'tag',
        names: [use.ref.repository],
        run: use.run,
        seq: 0,
        ...(use.kind === 'rollout' ? {} : { within: true as const, until: use.seq }),
      },
    ],
    help: later
      ? 'Ask for the time once, keep the tag in a variable and use that in all places.'
      : 'Use one variable for the name in all three places: build, tag and push.',
    related: relatedTo(use.site, [other]),
  };
}
