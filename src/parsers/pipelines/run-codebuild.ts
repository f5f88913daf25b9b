/**
 * What every description of a CodeBuild project has in common: its machine, and the buildspec that its source holds.
 */
import type { Host } from '../../model/facts.ts';
import type { Cpu } from '../../core/platform.ts';
import type { PipelineReading } from './reading.ts';
import type { Readings } from '../../project/readings.ts';
import { cpuNamed } from '../../project/machines.ts';
import { defined } from '../../core/optional.ts';

/** `LINUX_CONTAINER`, `ARM_LAMBDA_CONTAINER`, …: CodeBuild has no other CPUs than these two. */
export function cpuOfType(type: string): Cpu | undefined {
  if (/(?:^|_)ARM(?:_|$)/.test(type)) return 'arm64';
  return /^(?:LINUX|WINDOWS)_/.test(type) ? 'amd64' : undefined;
}

/** From the environment's type and image, where they are known; CodeBuild's own images say the CPU in their names. */
export function codeBuildHost(type: string | undefined, image: string | undefined): Host {
  const cpu = type === undefined ? cpuNamed(image ?? '') : cpuOfType(type);
  return { kind: 'codebuild', ...defined({ cpu, label: type }) };
}

/**
 * A project's source is a repository, often this one, or a folder of it: the file of that path at the root or in one of
 * these folders, else the only one that such a folder could hold.
 */
export function buildspecNamed(
  readings: Readings,
  names: readonly string[],
  folders: readonly string[],
): PipelineReading | undefined {
  const all = readings.ofKind('pipeline').filter((one) => one.flavour === 'codebuild');
  for (const name of names) {
    const plain = name.replace(/^\/\.project\//, '').replace(/^\.?\//, '');
    const near = ['', ...folders].map((folder) => (folder === '' ? plain : `${folder}/${plain}`));
    const [own] = near.flatMap((path) => all.filter((one) => one.file === path));
    const elsewhere = all.filter((one) => one.file.endsWith(`/${plain}`));
    const spec = own ?? (elsewhere.length === 1 ? elsewhere[0] : undefined);
    if (spec !== undefined) return spec;
  }
  return undefined;
}
