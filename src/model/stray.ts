/**
 * A task definition file that nothing registers: somebody may do it by hand, and then it is the workload. Where the
 * project has another for the same containers, or registers its neighbours, it is left over, a draft or an example.
 */
import type { Fact, Workload } from './facts.ts';
import { matchRepository } from '../core/image-ref.ts';
import { equalTexts, match } from '../core/text.ts';

export function withoutStray(facts: readonly Fact[], registered: ReadonlySet<string>): readonly Fact[] {
  const tasks = facts.filter((one): one is Workload => one.kind === 'workload' && one.service === 'ecs');
  const unregistered = tasks.filter((one) => one.unregistered === true);
  if (unregistered.length === 0) return facts;
  const folders = new Set([...registered].map(folderOf));
  const others = tasks.filter(saysWhatItRuns);
  const stray = new Set(
    unregistered
      .filter((one) => folders.has(folderOf(one.site.file)) || others.some((other) => areOne(one, other)))
      .map(({ site }) => site.file),
  );
  if (stray.size === 0) return facts;
  return facts.filter((one) => one.kind !== 'workload' || one.unregistered !== true || !stray.has(one.site.file));
}

/** What is made of a family's newest revision is made of what somebody registered, which may be this very file. */
function saysWhatItRuns({ unregistered, ofFamily, rolloutOnly }: Workload): boolean {
  return unregistered !== true && ofFamily !== true && rolloutOnly !== true;
}

function areOne(a: Workload, b: Workload): boolean {
  if (a.name !== undefined && b.name !== undefined && match(a.name, b.name) !== 'not at all') return true;
  return (
    a.containerName !== undefined &&
    b.containerName !== undefined &&
    equalTexts(a.containerName, b.containerName) &&
    a.image.kind === 'ref' &&
    b.image.kind === 'ref' &&
    matchRepository(a.image.ref, b.image.ref) !== 'not at all'
  );
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
