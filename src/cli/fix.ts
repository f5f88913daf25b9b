/** `--fix` and `--fix-dry-run`: fixes, looks again, until nothing safe is left. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../config/problem.ts';
import { overlaid, tryRead, type Files } from '../discover/files.ts';
import { check, type CheckRequest, type CheckResult } from '../engine.ts';
import { unifiedDiff } from '../fix/diff.ts';
import { applyFixes } from '../fix/fix.ts';
import { hideSecrets, readingOf } from '../model/secrets.ts';

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
  const diff = write ? '' : paths.map((file) => hideSecrets(unifiedDiff(file, tryRead(request.files, file) ?? '', changed.get(file) ?? ''), readingOf(file))).join('');
  if (write) for (const file of paths) save(join(request.files.root, file), file, tryRead(request.files, file) ?? '', changed.get(file) ?? '');
  return { result, files, diff };
}

/** Only what was read as UTF-8, byte for byte, is written back. */
function save(path: string, file: string, before: string, after: string): void {
  try {
    if (!readFileSync(path).equals(Buffer.from(before, 'utf8'))) throw new Problem(`${file} is not UTF-8 text or has changed meanwhile, so it is not fixed`);
    writeFileSync(path, after);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${file} could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
