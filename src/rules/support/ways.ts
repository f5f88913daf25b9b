/**
 * The ways images take: each alternative of a build beside each workload it reaches, under choices that can hold
 * together.
 */
import type { Build, Rollout, Workload } from '../../model/facts.ts';
import type { Confidence } from '../../model/finding.ts';
import { both, compatible, restsOnCaller, restsOnDefault, restsOnFile, type When } from '../../core/choices.ts';
import { matchRepository, matchTag } from '../../core/image-ref.ts';
import { textKey } from '../../core/text.ts';
import type { Arrival, Model, Voyage } from '../../model/voyage.ts';
import { groupBy } from './groups.ts';
import { memo } from '../../core/memo.ts';

export interface Way {
  readonly voyage: Voyage;
  readonly build: Build;
  readonly arrival: Arrival;
  /** The choices under which this alternative of the build meets this alternative of the workload. */
  readonly when: When;
}

export const waysOf: (model: Model) => readonly Way[] = memo(findWays);

function findWays(model: Model): Way[] {
  const ways: Way[] = [];
  const outright = new Set(model.voyages.flatMap((voyage) => voyage.arrivals.flatMap(sureOf)));
  for (const voyage of model.voyages) {
    for (const arrival of voyage.arrivals) {
      if (arrival.certainty === 'likely' && outright.has(arrival.rollout ?? arrival.workload)) continue;
      for (const build of voyage.builds) {
        const when = both(build.when, arrival.workload.when);
        if (when !== undefined) ways.push({ voyage, build, arrival, when });
      }
    }
  }
  return ways;
}

/**
 * A roll-out says outright which image its workload gets. Other images of the same repository, whose tags only resemble
 * what the workload or the roll-out names (`${ImageTag}`), are then meant for somebody else.
 */
function sureOf({ certainty, rollout, workload }: Arrival): (Rollout | Workload)[] {
  return certainty === 'certain' && rollout !== undefined ? [rollout, workload] : [];
}

export type Verdict<T> = 'good' | 'unknown' | { readonly bad: T };

export interface Judged<T> {
  readonly way: Way;
  readonly bad: T;
  readonly confidence: Confidence;
}

/**
 * Judges every way, and says how sure a bad one is. Where another alternative of the same build, tag or repository
 * serves the workload well, the bad one is only held against it when something shows that it is taken: it is what
 * happens when nobody chooses, or its name is the one that the workload takes.
 */
export function judge<T>(ways: readonly Way[], verdict: (way: Way) => Verdict<T>): Judged<T>[] {
  const judged = ways.map((way) => ({ way, verdict: verdict(way) }));
  const byWorkload = groupBy(judged, ({ way }) => way.arrival.workload.origin);
  const byFamily = groupBy(judged, ({ way }) => familyOf(way.arrival.workload) ?? '');
  const result: Judged<T>[] = [];
  for (const { way, verdict: found } of judged) {
    if (typeof found === 'string') continue;
    const family = familyOf(way.arrival.workload);
    if (
      family !== undefined &&
      !isNamed(way) &&
      (byFamily.get(family) ?? []).some((other) => other.verdict === 'good' && isRevisionBeside(other.way, way))
    )
      continue;
    const confidence = confidenceOf(way, byWorkload.get(way.arrival.workload.origin) ?? []);
    if (confidence !== undefined) result.push({ way, bad: found.bad, confidence });
  }
  return result;
}

type Others = readonly { readonly way: Way; readonly verdict: Verdict<unknown> }[];

/** Undefined: nothing shows that this way is taken, and another one fits. */
function confidenceOf(way: Way, others: Others): Confidence | undefined {
  const good = others.flatMap((other) => (other.verdict === 'good' ? [other.way] : []));
  if (!isNamed(way) && good.some((other) => other.build.origin !== way.build.origin && sameRepository(other, way)))
    return undefined;
  // What the workload's own run has built under this very name is what it takes, not its namesake of another run.
  if (!isNamed(way) && good.some((other) => isOfOneRun(other) && isNamed(other) && !isOfOneRun(way))) return undefined;
  const served = good.filter((other) => other.build.run === way.build.run && !compatible(other.when, way.when));
  const choices = served.map((other) =>
    way.when.filter((guard) => !other.when.some((same) => same.cond === guard.cond && same.is === guard.is)),
  );
  // A caller would have to ask for it, and none is seen: those that are seen have their values in place.
  if (choices.some((apart) => restsOnCaller(apart))) return undefined;
  if (restsOnDefault(way.when) && choices.every((apart) => restsOnDefault(apart))) return 'likely';
  if (served.length > 0 || restsOnFile(way.when)) return 'possible';
  const siblings = others.filter((other) => other.way.build.origin === way.build.origin);
  const undecided = way.when.length > 0 && siblings.some((other) => typeof other.verdict === 'string');
  return undecided ? 'likely' : way.arrival.certainty;
}

/** Task definitions of one family, wherever they are written, are revisions of one another. */
function familyOf({ service, name }: Workload): string | undefined {
  return service === 'ecs' && name !== undefined ? textKey(name) : undefined;
}

/**
 * Does another task definition of the family take images of this repository? Which of the two this image is meant for,
 * its tag doesn't say.
 */
function isRevisionBeside(other: Way, way: Way): boolean {
  return other.arrival.workload.origin !== way.arrival.workload.origin && sameRepository(other, way);
}

/** Does the workload, or the command that rolls it out, take the image by this very tag? */
function isNamed({
  arrival: {
    ref,
    rollout,
    workload: { image },
  },
}: Way): boolean {
  if (ref === undefined) return true;
  const taken = rollout?.image ?? (image.kind === 'ref' ? image.ref : undefined);
  return taken !== undefined && matchTag(taken, ref) === 'exactly';
}

/** Jobs of one workflow are runs of their own, called after its file. */
function isOfOneRun({ build, arrival: { workload } }: Way): boolean {
  return entryOf(build.run) === entryOf(workload.run);
}

function entryOf(run: string): string {
  return run.replace(/#.*$/s, '');
}

function sameRepository(a: Way, b: Way): boolean {
  return (
    a.arrival.ref !== undefined &&
    b.arrival.ref !== undefined &&
    matchRepository(a.arrival.ref, b.arrival.ref) === 'exactly'
  );
}
