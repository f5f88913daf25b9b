/** What a project gives before and after a change, and in what the two differ. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_CONFIG, type Config } from '../../src/config/config.ts';
import { toConfig } from '../../src/config/schema.ts';
import { check, memoryFiles, type Files } from '../../src/engine.ts';
import type { Finding } from '../../src/model/finding.ts';
import { indexLines, spanOf } from '../../src/core/site.ts';
import { RULES } from '../../src/rules/registry.ts';
import { fixtureProjects } from '../projects.ts';
import { examplesOf } from '../rules/page.ts';
import { changed, mapped, same, type Change, type Project, type Transformation } from './edits.ts';

export interface Fixture {
  readonly name: string;
  readonly project: Project;
}

const ROOT = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const FIXTURES: readonly Fixture[] = fixtureProjects(ROOT).map((folder) => ({
  name: relative(ROOT, folder).split(sep).join('/'),
  project: projectAt(folder),
}));

const PAGES = fileURLToPath(new URL('../../src/rules/', import.meta.url));

/** The examples on the rules' pages: small projects too. */
const EXAMPLES: readonly Fixture[] = RULES.filter(({ group }) => group !== 'live').flatMap(({ id }) =>
  examplesOf(readFileSync(join(PAGES, id, 'page.md'), 'utf8')).map(({ files, kind }, index) => ({
    name: `the page of ${id}, example ${index + 1} (${kind})`,
    project: files,
  })),
);

export const PROJECTS: readonly Fixture[] = [...FIXTURES, ...EXAMPLES];

function projectAt(root: string): Project {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== 'expected.json')
      files[relative(root, path).split(sep).join('/')] = readFileSync(path, 'utf8');
  }
  return files;
}

function configOf(project: Project): Config {
  const text = project['plimsoll.config.json'];
  return text === undefined ? DEFAULT_CONFIG : toConfig(JSON.parse(text), 'plimsoll.config.json', RULES);
}

interface Found {
  readonly findings: readonly Finding[];
  readonly unreadable: readonly string[];
}

async function found(files: Files, config: Config): Promise<Found> {
  const { findings, unreadable } = await check({ files, config, today: '2026-11-21', late: () => false });
  return { findings, unreadable: unreadable.map(({ file, reason }) => `${file}: ${reason}`) };
}

const before = new Map<Fixture, Promise<Found>>();

function original(fixture: Fixture): Promise<Found> {
  let result = before.get(fixture);
  if (result === undefined)
    before.set(fixture, (result = found(memoryFiles(fixture.project), configOf(fixture.project))));
  return result;
}

const told = ({ rule, severity, confidence, site: { file, span } }: Finding): string =>
  `${file}:${span.line}:${span.column}-${span.endLine}:${span.endColumn} ${rule} ${severity} ${confidence}`;

/** Undefined where the transformation finds nothing to change. */
export async function differences(
  fixture: Fixture,
  transformation: Transformation,
): Promise<readonly string[] | undefined> {
  const change = transformation.change(fixture.project);
  if (change === undefined) return undefined;
  const files = changed(fixture.project, change);
  const opened = await (change.open?.(files) ?? { files: memoryFiles(files), close: undefined });
  try {
    const was = await original(fixture);
    const is = await found(opened.files, configOf(fixture.project));
    const rest = [...is.findings];
    const missing = was.findings.filter((one) => {
      const at = rest.findIndex((other) => isSame(one, other, change));
      if (at !== -1) rest.splice(at, 1);
      return at === -1;
    });
    return [
      ...missing.map((one) => `only as it was: ${told(one)}`),
      ...rest.map((one) => `only as changed: ${told(one)}`),
      ...is.findings
        .filter((one) => isAstray(one, files))
        .map((one) => `line and column aren't those of the offset: ${told(one)}`),
      // A file that can no longer be read would pass for one in which nothing is found.
      ...(was.unreadable.length === 0 ? is.unreadable.map((one) => `no longer read: ${one}`) : []),
    ];
  } finally {
    opened.close?.();
  }
}

function isSame(one: Finding, other: Finding, change: Change): boolean {
  const { file, span } = one.site;
  if (
    one.rule !== other.rule ||
    one.severity !== other.severity ||
    one.confidence !== other.confidence ||
    (change.moved ?? same)(file) !== other.site.file
  )
    return false;
  if (hasNoOffset(one) || change.movesPlaces === true || change.rewritten?.has(file) === true) return true;
  const edits = change.edits?.get(file) ?? [];
  const within = (offset: number, [low, high]: readonly [number, number]): boolean => offset >= low && offset <= high;
  return (
    within(other.site.span.start, mapped(edits, span.start, 'start')) &&
    within(other.site.span.end, mapped(edits, span.end, 'end'))
  );
}

/** What can't be read is told by line and column alone. */
const hasNoOffset = ({ rule }: Finding): boolean => rule === 'unreadable-file';

function isAstray(one: Finding, files: Project): boolean {
  const { file, span } = one.site;
  const text = files[file];
  if (text === undefined || hasNoOffset(one)) return text === undefined;
  const right = spanOf(indexLines(file, text), [span.start, span.end]);
  return (
    right.line !== span.line ||
    right.column !== span.column ||
    right.endLine !== span.endLine ||
    right.endColumn !== span.endColumn
  );
}
