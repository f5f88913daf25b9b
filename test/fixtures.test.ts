import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, type Config } from '../src/config/config.ts';
import { toConfig } from '../src/config/schema.ts';
import { check, memoryFiles } from '../src/engine.ts';
import type { Finding } from '../src/model/finding.ts';
import { RULES } from '../src/rules/registry.ts';

/** A place in a project: every finding at warning or above has to be listed, a listed note has to be found. */
interface Expected {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/**
 * Folders with an `expected.json`: it names the projects in the folder (`.` for the folder itself) and what each must
 * give.
 */
function cases(folder: string): string[] {
  if (existsSync(join(folder, 'expected.json'))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => cases(join(folder, entry.name)));
}

function projectAt(root: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== 'expected.json')
      files[relative(root, path).split(sep).join('/')] = readFileSync(path, 'utf8');
  }
  return files;
}

/** A project may configure itself. */
function configOf(project: Record<string, string>): Config {
  const text = project['plimsoll.config.json'];
  return text === undefined ? DEFAULT_CONFIG : toConfig(JSON.parse(text), 'plimsoll.config.json', RULES);
}

function expectations(file: string): Record<string, Expected[]> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const show = ({ rule, file, line, column, endLine, endColumn }: Expected): string =>
  `${file}:${line}:${column}-${endLine ?? line}:${endColumn ?? '?'} ${rule}`;

function placeOf({ rule, site: { file, span } }: Finding): string {
  return show({ rule, file, line: span.line, column: span.column, endLine: span.endLine, endColumn: span.endColumn });
}

describe.each(cases(FIXTURES).map((folder) => [relative(FIXTURES, folder), folder]))('%s', (_, folder) => {
  for (const [project, expected] of Object.entries(expectations(join(folder, 'expected.json')))) {
    const name = project === '.' ? 'it' : `the ${project} project`;
    it(
      expected.length === 0
        ? `${name} is clean`
        : `${name} gives ${expected.length} finding${expected.length === 1 ? '' : 's'}, each at its place`,
      async () => {
        const files = projectAt(join(folder, project));
        const { findings, unreadable } = await check({ files: memoryFiles(files), config: configOf(files) });
        const foreseen = new Set(expected.filter((one) => one.rule === 'unreadable-file').map((one) => one.file));
        expect(unreadable.filter((one) => !foreseen.has(one.file))).toEqual([]);
        const wanted = expected.map(show).sort();
        const found = findings
          .filter((one) => one.severity !== 'note' || wanted.includes(placeOf(one)))
          .map(placeOf)
          .sort();
        expect(found).toEqual(wanted);
      },
    );
  }
});
