/** `--fix` and `--fix-dry-run`: fixes, looks again, until nothing safe is left. */
import { Problem } from '../config/problem.ts';
import { overlaid, tryRead, type Files } from '../discover/files.ts';
import { check, type CheckRequest, type CheckResult } from '../engine.ts';
import { openDoor } from '../files/door.ts';
import { reasonOf } from '../files/text.ts';
import { replaceIn } from '../files/write.ts';
import { unifiedDiff } from '../fix/diff.ts';
import { applyFixes } from '../fix/fix.ts';
import { hideSecrets, readingOf } from '../core/secrets.ts';
import { forPatch } from '../report/escape.ts';

/** A fix may make room for another; more rounds than this would mean that two undo each other. */
const MOST_ROUNDS = 5;

export interface Fixed {
  readonly result: CheckResult;
  readonly files: Files;
  readonly diff: string;
}

export async function fixProject(request: CheckRequest, write: boolean): Promise<Fixed> {
  const changed = new Map<string, string>();
  let files = request.files;
  let result = await check(request);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { files: fixed } = applyFixes(result.findings, (file) => tryRead(files, file));
    if (fixed.length === 0) break;
    for (const { file, after } of fixed) changed.set(file, after);
    files = overlaid(request.files, changed);
    result = await check({ ...request, files });
  }
  const paths = [...changed.keys()].sort();
  const patch = (file: string): string =>
    unifiedDiff(file, tryRead(request.files, file) ?? '', changed.get(file) ?? '', (text) =>
      forPatch(hideSecrets(text, readingOf(file))),
    );
  const diff = write ? '' : paths.map(patch).join('');
  if (write)
    save(
      request.files.root,
      paths.map((file) => ({ file, before: tryRead(request.files, file) ?? '', after: changed.get(file) ?? '' })),
    );
  return { result, files, diff };
}

interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Only what was read as UTF-8, byte for byte, is written back; nothing is, where one of them can't be. */
function save(root: string, changes: readonly Change[]): void {
  const door = openDoor(root);
  const attempt = (file: string, action: () => void, rest: () => string): void => {
    try {
      action();
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(`${file} could not be written: ${reasonOf(error)}${rest()}`);
    }
  };
  for (const { file, before } of changes) {
    attempt(
      file,
      () => {
        if (!door.bytes(file).equals(Buffer.from(before, 'utf8')))
          throw new Problem(`${file} is not UTF-8 text or has changed meanwhile, so it is not fixed`);
      },
      () => '',
    );
  }
  for (const [index, { file, after }] of changes.entries())
    attempt(
      file,
      () => replaceIn(door, file, after),
      () => told(changes.slice(0, index), changes.slice(index + 1)),
    );
}

/** Where it went wrong half-way: what is written, and what isn't. */
function told(written: readonly Change[], left: readonly Change[]): string {
  const names = (some: readonly Change[]): string => some.map(({ file }) => file).join(', ');
  return `${written.length === 0 ? '' : `; written before it: ${names(written)}`}${left.length === 0 ? '' : `; not written either: ${names(left)}`}`;
}
