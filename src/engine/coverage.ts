/** What a run has looked at, and what it has not: silence about the rest is no approval. */
import type { Fact, Unfollowed } from '../model/facts.ts';
import type { Model, Voyage } from '../model/voyage.ts';
import type { Kind } from '../project/readings.ts';
import type { Project } from './read-project.ts';

export interface Coverage {
  /** Files that were read, by kind. */
  readonly read: Readonly<Partial<Record<Kind, number>>>;
  /** Files that may build, push or deploy, in languages nobody here reads. */
  readonly unread: readonly { readonly file: string; readonly kind: string }[];
  /** `whole`: from a build to a workload. */
  readonly voyages: { readonly whole: number; readonly broken: number };
  readonly bounds: readonly { readonly file: string; readonly line: number; readonly bound: string }[];
}

export const NO_COVERAGE: Coverage = { read: {}, unread: [], voyages: { whole: 0, broken: 0 }, bounds: [] };

export function coverageOf(
  model: Pick<Model, 'facts' | 'voyages'>,
  { byFile, readings, unread }: Pick<Project, 'byFile' | 'readings' | 'unread'>,
): Coverage {
  const read = new Map<Kind, number>();
  for (const reading of new Set(byFile.values())) {
    const count = reading.kind === 'cdk' ? 0 : 1;
    if (count > 0) read.set(reading.kind, (read.get(reading.kind) ?? 0) + count);
  }
  const cdk = new Set(readings.ofKind('cdk').flatMap(({ files }) => files.map(({ file }) => file)));
  if (cdk.size > 0) read.set('cdk', cdk.size);
  const whole = model.voyages.filter(isWhole).length;
  return {
    read: Object.fromEntries([...read].sort(([a], [b]) => (a < b ? -1 : 1))),
    unread: unread.map(({ file, kind }) => ({ file, kind })),
    voyages: { whole, broken: model.voyages.length - whole },
    bounds: boundsIn(model.facts),
  };
}

function isWhole({ builds, arrivals }: Voyage): boolean {
  return builds.length > 0 && arrivals.length > 0;
}

function boundsIn(facts: readonly Fact[]): Coverage['bounds'] {
  const bounds = new Map<string, Coverage['bounds'][number]>();
  for (const { site, what } of facts.filter((fact): fact is Unfollowed => fact.kind === 'unfollowed')) {
    bounds.set(`${site.file}:${site.span.line} ${what}`, { file: site.file, line: site.span.line, bound: what });
  }
  return [...bounds.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}
