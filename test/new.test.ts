/** `npm run new`: what it writes is whole, and known to those who list it. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { folder as temporaryFolder } from './temporary.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where lines go in. */
const LISTS = [
  'src/parsers/languages.ts',
  'src/parsers/entries.ts',
  'src/project/readings.ts',
  'src/tools/index.ts',
  'src/services/index.ts',
  'src/model/facts/workloads.ts',
  'src/report/formats.ts',
];

function project(): string {
  const folder = temporaryFolder();
  for (const file of LISTS) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  return folder;
}

function make(folder: string, ...words: string[]): { status: number | null; wrote: string[]; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/new.mjs'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, PLIMSOLL_ROOT: folder },
  });
  return { status, stderr, wrote: [...stdout.matchAll(/^wrote (.+)$/gm)].map(([, file]) => file!) };
}

const mistakes = (file: string): string[] =>
  (ts.transpileModule(readFileSync(file, 'utf8'), { reportDiagnostics: true, fileName: file }).diagnostics ?? []).map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );

describe('what is new', () => {
  it.each([
    ['rule', 2, 0],
    ['language', 6, 3],
    ['command', 2, 1],
    ['service', 2, 2],
    ['format', 2, 1],
  ])('a %s has its files, and those who list it know it', (kind, files, lists) => {
    const folder = project();
    const { status, wrote } = make(folder, kind, 'one-more');
    expect(status).toBe(0);
    expect(wrote).toHaveLength(files + lists);
    for (const file of wrote) {
      if (file.endsWith('.ts')) expect(mistakes(join(folder, file))).toEqual([]);
      expect(readFileSync(join(folder, file), 'utf8')).toMatch(/one-more|oneMore|OneMore|ONE_MORE/);
    }
    expect(make(folder, kind, 'one-more')).toMatchObject({ status: 2, wrote: [] });
  });

  it.each([
    [[], /rule\|language/],
    [['colour', 'red'], /rule\|language/],
    [['rule', 'Not An Id'], /no id/],
    [['rule', '../../etc'], /no id/],
  ])('%j is refused, and nothing is written', (words, why) => {
    const folder = project();
    const { status, stderr } = make(folder, ...words);
    expect(status).toBe(2);
    expect(stderr).toMatch(why);
    expect(existsSync(join(folder, 'src/rules'))).toBe(false);
  });
});
