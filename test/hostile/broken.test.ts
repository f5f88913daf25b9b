/**
 * Whatever breaks off, doubles or comes in odd line ends: it is read without an exception, and every place lies within
 * its file.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { readProject } from '../../src/engine/read-project.ts';
import { fixtureProjects } from '../projects.ts';

const LARGEST = 20_000;
const EACH = 3;

function filesIn(root: string, folder = root): [string, string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(root, path);
    return entry.isFile() && statSync(path).size < LARGEST ? [[relative(root, path), readFileSync(path, 'utf8')]] : [];
  });
}

/** Numbers that are the same on every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const NOISE = [
  'if',
  'fi',
  '$(',
  '${',
  '}',
  '{',
  '"',
  "'",
  '[',
  ']',
  '<<E\n',
  '&&',
  '|',
  '\\',
  '\r',
  '\r\n',
  '\u2028',
  '\uFEFF',
  '😀',
  '\0',
  ': &a [*a]',
  '<<: *x',
  '(',
  ')',
  '#',
  '\t',
  ' - ',
  'then',
  '`',
  '!Sub ',
  '{{',
  '%{ if x }',
];

type Change = (text: string, next: (below: number) => number) => string;

const CHANGES: Record<string, Change> = {
  'breaks off': (text, next) => text.slice(0, next(text.length)),
  'has carriage returns for line ends': (text) => text.replaceAll('\n', '\r'),
  'comes from Windows': (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`,
  'has no last line end': (text) => text.trimEnd(),
  'loses a word': (text, next) => {
    const words = text.split(/(\s+)/);
    return words.toSpliced(next(words.length), 1).join('');
  },
  'says a line twice': (text, next) => {
    const lines = text.split('\n');
    const at = next(lines.length);
    return lines.toSpliced(at, 0, lines[at] ?? '').join('\n');
  },
  'has something in it that nobody meant': (text, next) => {
    const at = next(text.length);
    return text.slice(0, at) + NOISE[next(NOISE.length)]! + text.slice(at + next(4));
  },
};

/** Every pair of offsets in plain data that is called a range, with the file it is in where that is said. */
function* rangesIn(value: unknown, seen = new Set<object>()): Generator<readonly [number, number]> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, one] of value instanceof Map ? value : Object.entries(value)) {
    if (
      /range$/i.test(String(key)) &&
      Array.isArray(one) &&
      one.length === 2 &&
      typeof one[0] === 'number' &&
      typeof one[1] === 'number'
    )
      yield [one[0], one[1]];
    else if (key !== 'lines' && key !== 'map' && key !== 'project') yield* rangesIn(one, seen);
  }
}

async function expectWhole(files: Record<string, string>, changed: string): Promise<void> {
  const memory = memoryFiles(files);
  const result = await check({ files: memory, config: DEFAULT_CONFIG, pedantic: true });
  expect(
    result.unreadable.filter(({ reason }) => reason.startsWith('could not be read')),
    changed,
  ).toEqual([]);
  const within = (file: string, start: number, end: number): void => {
    const length = files[file]?.length;
    if (length !== undefined && !(start >= 0 && start <= end && end <= length))
      throw new Error(`${changed}: ${start}…${end} of ${length} characters in ${file}`);
  };
  for (const fact of result.model.facts) within(fact.site.file, fact.site.span.start, fact.site.span.end);
  for (const finding of result.findings)
    for (const site of [finding.site, ...finding.related.map((one) => one.site)])
      within(site.file, site.span.start, site.span.end);
  const lines = new Map(Object.entries(files).map(([file, text]) => [file, text.split(/\r\n|\r|\n/).length]));
  for (const one of result.unreadable)
    expect(one.line, `${changed}: ${one.reason}`).toBeLessThanOrEqual(lines.get(one.file) ?? Number.POSITIVE_INFINITY);
  const { byFile } = await readProject({ files: memory, bindings: new Map() });
  const reading = byFile.get(changed.split(' ')[0] ?? '');
  if (reading !== undefined && reading.kind !== 'cdk' && reading.kind !== 'assembly')
    for (const [start, end] of rangesIn(reading)) within(reading.file, start, end);
}

describe('a file of a project that', () => {
  const projects = fixtureProjects()
    .map((root) => Object.fromEntries(filesIn(root)))
    .filter((files) => Object.keys(files).length > 0);
  it.each(Object.entries(CHANGES))(
    '%s stops nothing',
    async (_name, change) => {
      const next = seeded(20261129);
      for (const files of projects.filter((_, index) => index % 4 === next(4))) {
        const names = Object.keys(files).filter((name) => !name.endsWith('.md') && name !== 'plimsoll.config.json');
        for (let count = 0; count < EACH && names.length > 0; count++) {
          const name = names[next(names.length)]!;
          const text = change(files[name]!, next);
          await expectWhole({ ...files, [name]: text }, `${name} as ${JSON.stringify(text)}`);
        }
      }
    },
    120_000,
  );
});

describe('a script that breaks off', () => {
  it.each([
    'cdk deploy\nif',
    'cdk deploy\nif true',
    'if cdk deploy\nthen',
    'while',
    'cdk deploy\nwhile',
    'until',
    'for',
    'for x in',
    'case',
    'case x in',
    'case x in a)',
    'cdk deploy &&',
    'cdk deploy ||',
    '! ',
    'cdk deploy |',
    '[[',
    '[[ a ==',
    '((',
    '$((',
    'f() {',
    'function',
    'select',
    'cdk deploy <<',
    'cdk deploy >',
    'elif',
    'else',
    'if ; then',
    'if then cdk deploy; fi',
    'time',
    'coproc',
    '{',
    '(',
    'cdk deploy &',
    ';;',
    'x=(',
    'x[',
    '${',
    '"',
    "'",
    '`',
    '<(',
    'if cdk deploy; then elif; then fi',
    'while ; do cdk deploy; done',
    'until do done',
  ])('at %j, alone and in a workflow, is judged all the same', async (script) => {
    await expectWhole({ 'deploy.sh': `#!/bin/bash\ncdk deploy\n${script}`, 'package.json': '{}' }, 'deploy.sh');
    const block = `cdk deploy\n${script}`
      .split('\n')
      .map((line) => `          ${line}`)
      .join('\n');
    await expectWhole(
      {
        '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n${block}\n`,
      },
      '.github/workflows/a.yml',
    );
  });
});
