/** Files that others include and that nothing else tells: GitLab takes parts of a pipeline from files of any name. */
import { kindByPath } from '../discover/kinds.ts';
import type { Reading } from '../project/readings.ts';

/** Several times what GitLab lets one pipeline include; each pattern is held against all files. */
const MOST_INCLUDES = 1_000;

/** `take` reads one as a part of a pipeline. */
export async function readIncluded(
  paths: () => readonly string[],
  readings: readonly Reading[],
  take: (path: string) => Promise<Reading | undefined>,
): Promise<void> {
  const pending = [...readings];
  const asked = new Set<string>();
  let candidates: Set<string> | undefined;
  for (let reading = pending.pop(); reading !== undefined; reading = pending.pop()) {
    if (reading.kind !== 'pipeline' || reading.flavour !== 'gitlab') continue;
    for (const named of [...reading.includes, ...(reading.children ?? [])]) {
      if (asked.size >= MOST_INCLUDES || asked.size === asked.add(named).size) continue;
      const { included } = await import('../parsers/pipelines/includes.ts');
      candidates ??= new Set(paths().filter(mayBeIncluded));
      const meant = included(named);
      const found = 'file' in meant ? [meant.file] : [...candidates].filter((path) => meant.covers(path));
      for (const path of found) {
        const more = candidates.delete(path) ? await take(path) : undefined;
        if (more !== undefined) pending.push(more);
      }
    }
  }
}

/** GitLab includes YAML alone. What the name of a file tells stands. */
function mayBeIncluded(path: string): boolean {
  const found = /\.ya?ml$/.test(path) ? kindByPath(path) : undefined;
  return found !== undefined && 'suspect' in found;
}
