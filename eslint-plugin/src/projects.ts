/** The projects whose models the worker holds, and keeps up to date while nobody asks. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { rootOf } from '../../src/config/project.ts';
import { Problem as Trouble } from '../../src/config/problem.ts';
import { marksByFile, type Mark } from '../../src/engine/marks.ts';
import { openWorkspace, type Workspace } from '../../src/engine/workspace.ts';
import { RULES } from '../../src/rules/registry.ts';
import type { Answer, Problem, Question } from './protocol.ts';

/** Projects kept open at once; the one asked about least recently goes. */
const MOST_PROJECTS = 4;
/** How often the disk is looked at while somebody asks, and how long an unsaved text outlives the last question about it. */
export const SWEEP_MS = 1000;
const IDLE_MS = 5 * 60_000;

interface Project {
  readonly workspace: Workspace;
  /** By path: when it was last asked about. */
  readonly laid: Map<string, number>;
  asked: number;
  swept: number;
  found?: { readonly version: number; readonly pedantic: boolean; readonly marks: ReadonlyMap<string, readonly Mark[]> } | undefined;
}

const everyRule = RULES.map(({ id }) => id);
const projects = new Map<string, Promise<Project>>();

async function projectAt(root: string): Promise<Project> {
  const have = projects.get(root) ?? openWorkspace({ root }).then((workspace): Project => ({ workspace, laid: new Map(), asked: 0, swept: Date.now() }));
  projects.delete(root);
  projects.set(root, have);
  for (const oldest of projects.keys()) {
    if (projects.size <= MOST_PROJECTS) break;
    projects.delete(oldest);
  }
  return have;
}

export async function answer(question: Question): Promise<Answer> {
  const { pedantic = false } = question;
  const about = { id: question.id, file: question.file };
  try {
    const file = real(question.file);
    const root = question.root ?? rootOf(file, question.cwd).root;
    const path = relative(root, file).split(sep).join('/');
    if (path === '' || path.startsWith('..')) return { ...about, problems: [] };
    const project = await projectAt(root);
    project.asked = Date.now();
    lay(project, path, question.text, file);
    const marks = await marksOf(project, pedantic);
    return { ...about, problems: (marks.get(path) ?? []).map((mark) => problemOf(mark, path)) };
  } catch (error) {
    return { ...about, problems: [], failure: error instanceof Trouble ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** ESLint says which rules are on, so all of them run; once for all files of an unchanged project. */
async function marksOf(project: Project, pedantic: boolean): Promise<ReadonlyMap<string, readonly Mark[]>> {
  const { version } = await project.workspace.model();
  if (project.found?.version !== version || project.found.pedantic !== pedantic) {
    const { kept } = await project.workspace.check({ onlyRules: everyRule, pedantic });
    project.found = { version, pedantic, marks: marksByFile(kept) };
  }
  return project.found.marks;
}

/** What equals the disk needn't lie over it. */
function lay({ workspace, laid }: Project, path: string, text: string, file: string): void {
  if (textOnDisk(file) === text) {
    if (laid.delete(path)) workspace.lay(path, undefined);
    workspace.touch([path]);
  } else {
    laid.set(path, Date.now());
    workspace.lay(path, text);
  }
}

function textOnDisk(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The file need not exist; its folder's links are followed all the same, as the project's root is a real path. */
function real(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  const folder = dirname(file);
  return existsSync(folder) ? join(realpathSync(folder), file.slice(folder.length + 1)) : file;
}

function problemOf({ finding, site, message, otherEnd }: Mark, path: string): Problem {
  const { line, column, endLine, endColumn } = site.span;
  const fixes = finding.fixes.filter(({ edits }) => edits.length > 0 && edits.every((edit) => edit.file === path))
    .map(({ title, safe, edits }) => ({ title, safe, edits: edits.map(({ start, end, text }) => ({ start, end, text })) }));
  return { rule: finding.rule, message, line, column, endLine, endColumn, otherEnd, note: finding.severity === 'note', fixes };
}

/** Between questions the disk is looked at, so that the next answer knows what other programs wrote. */
export async function keepUp(): Promise<void> {
  const now = Date.now();
  for (const held of projects.values()) {
    const project = await held.catch(() => undefined);
    if (project === undefined || now - project.swept < SWEEP_MS || now - project.asked > IDLE_MS) continue;
    for (const [path, at] of project.laid) {
      if (now - at < IDLE_MS) continue;
      project.laid.delete(path);
      project.workspace.lay(path, undefined);
    }
    await project.workspace.sweep();
    project.swept = Date.now();
  }
}
