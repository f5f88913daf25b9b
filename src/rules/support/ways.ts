/** The ways images take: each alternative of a build beside each workload it reaches, under choices that can hold together. */
import type { Build, Rollout, Workload } from '../../model/facts.ts';
import type { Confidence } from '../../model/finding.ts';
import { both, compatible, restsOnDefault, type When } from '../../model/guard.ts';
import type { Arrival, Model, Voyage } from '../../model/voyage.ts';
import { groupBy } from './groups.ts';

export interface Way {
  readonly voyage: Voyage;
  readonly build: Build;
  readonly arrival: Arrival;
  /** The choices under which this alternative of the build meets this alternative of the workload. */
  readonly when: When;
}

const remembered = new WeakMap<Model, readonly Way[]>();

export function waysOf(model: Model): readonly Way[] {
  const before = remembered.get(model);
  if (before !== undefined) return before;
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
  remembered.set(model, ways);
  return ways;
}

/**
 * A roll-out says outright which image its workload gets. Other images of the same repository, whose tags only resemble what the workload
 * or the roll-out names (`${ImageTag}`), are then meant for somebody else.
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
 * Judges every way, and says how sure a bad one is. Where another branch of the same run serves the same workload well, the bad branch
 * may be one that is never taken for it: `possible`, unless it is what happens when nobody chooses.
 */
export function judge<T>(ways: readonly Way[], verdict: (way: Way) => Verdict<T>): Judged<T>[] {
  const judged = ways.map((way) => ({ way, verdict: verdict(way) }));
  const byWorkload = groupBy(judged, ({ way }) => way.arrival.workload.origin);
  const result: Judged<T>[] = [];
  for (const { way, verdict: found } of judged) {
    if (typeof found === 'string') continue;
    const others = byWorkload.get(way.arrival.workload.origin) ?? [];
    result.push({ way, bad: found.bad, confidence: confidenceOf(way, others) });
  }
  return result;
}

function confidenceOf(way: Way, others: readonly { readonly way: Way; readonly verdict: Verdict<unknown> }[]): Confidence {
  if (restsOnDefault(way.when)) return 'likely';
  const served = others.some((other) => other.verdict === 'good' && other.way.build.run === way.build.run && !compatible(other.way.when, way.when));
  if (served) return 'possible';
  const siblings = others.filter((other) => other.way.build.origin === way.build.origin);
  const undecided = way.when.length > 0 && siblings.some((other) => typeof other.verdict === 'string');
  return undecided ? 'likely' : way.arrival.certainty;
}
