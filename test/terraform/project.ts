/** A project held in memory, read and evaluated as a whole, and its facts in a few words. */
import { memoryFiles } from '../../src/discover/files.ts';
import { readProject, type Project } from '../../src/engine/read-project.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import type { Fact, FactOf } from '../../src/model/facts.ts';
import type { When } from '../../src/core/choices.ts';
import { showRef } from '../../src/core/image-ref.ts';
import type { Site } from '../../src/core/site.ts';
import { show } from '../../src/core/text.ts';

export type Files = Readonly<Record<string, string>>;

export interface Evaluated {
  readonly project: Project;
  readonly facts: readonly Fact[];
  of<K extends Fact['kind']>(kind: K): FactOf<K>[];
  /** The characters a site points at. */
  at(site: Site | undefined): string;
}

export async function evaluated(
  files: Files | string,
  bindings: Readonly<Record<string, readonly string[]>> = {},
): Promise<Evaluated> {
  const all = typeof files === 'string' ? { 'main.tf': files } : files;
  const bound = new Map(Object.entries(bindings));
  const project = await readProject({ files: memoryFiles(all), bindings: bound });
  const facts = evaluate({ readings: project.readings, bindings: bound });
  const isKind = <K extends Fact['kind']>(fact: Fact, kind: K): fact is FactOf<K> => fact.kind === kind;
  return {
    project,
    facts,
    of: <K extends Fact['kind']>(kind: K) => facts.filter((fact): fact is FactOf<K> => isKind(fact, kind)),
    at: (site) => (site === undefined ? '' : (all[site.file] ?? '').slice(site.span.start, site.span.end)),
  };
}

function choices(when: When): string {
  return when.length === 0 ? '' : ` when ${when.map(({ cond, is }) => `${cond}=${is}`).join(', ')}`;
}

/** `aws_lambda_function.api "api": app:v1 on arm64 (stated)` */
export function workloads({ of }: Evaluated): string[] {
  return of('workload').map((one) => {
    const image = one.image.kind === 'ref' ? showRef(one.image.ref) : one.image.kind;
    const name = one.name === undefined ? '' : ` "${show(one.name)}"`;
    return `${one.label}${name}: ${image} on ${one.cpu ?? '?'} (${one.cpuBasis ?? '-'})${choices(one.when)}`;
  });
}

export function repositories({ of }: Evaluated): string[] {
  return of('repository').map(
    (one) =>
      `${one.label}: ${one.role === 'referenced' ? 'referenced ' : ''}${one.name === undefined ? '-' : show(one.name)}${one.mutability === undefined ? '' : ` ${one.mutability}`}${choices(one.when)}`,
  );
}

export function builds({ of }: Evaluated): string[] {
  return of('build').map(
    (one) =>
      `${one.names.map(({ ref }) => showRef(ref)).join(' ')} of ${one.dockerfile ?? '?'} for ${one.platforms.kind === 'set' ? one.platforms.list.map(({ arch }) => arch).join() : one.platforms.kind}${choices(one.when)}`,
  );
}

export function pushes({ of }: Evaluated): string[] {
  return of('push').map((one) => showRef(one.ref));
}
