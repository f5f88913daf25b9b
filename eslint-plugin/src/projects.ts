/** The projects whose models the worker holds, and keeps up to date while nobody asks. */
import { dirname, join, relative, sep } from 'node:path';
import { rootOf } from '../../src/config/project.ts';
import { Problem as Trouble } from '../../src/config/problem.ts';
import { isListed, skippedNotice } from '../../src/config/trust.ts';
import { marksByFile, type Mark } from '../../src/engine/findings-by-file.ts';
import { openWorkspace, type Workspace } from '../../src/engine/workspace.ts';
import { follow, readTyped } from '../../src/files/typed.ts';
import { forTerminal, linesForTerminal } from '../../src/report/escape.ts';
import { RULES } from '../../src/rules/registry.ts';
import type { Answer, Problem, Question, Whole } from './protocol.ts';

const everyRule = RULES.map(({ id }) => id);
/** Projects kept open at once; the one asked about least recently goes. */
const MOST_PROJECTS = 4;
/**
 * How often the disk is looked at while somebody asks, and how long an unsaved text outlives the last question about
 * it.
 */
const SWEEP_MS = 1000;
const IDLE_MS = 5 * 60_000;
/** Looking takes no more of the time than one part in so many. */
const SWEEP_SHARE = 20;

interface Project {
  readonly root: string;
  readonly workspace: Workspace;
  /** By path: when it was last asked about. */
  readonly laid: Map<string, number>;
  asked: number;
  /** Not before. */
  nextSweep: number;
  found?: Found | undefined;
  /** Somebody has said that its code may be run. */
  trusted: boolean;
  noticed: boolean;
}

interface Found {
  readonly version: number;
  readonly pedantic: boolean;
  readonly readAt: number;
  readonly marks: ReadonlyMap<string, readonly Mark[]>;
  told: boolean;
}

export interface Projects {
  answer(question: Question): Promise<Answer>;
  /** Reads the project around a folder before anybody asks. */
  prepare(cwd: string): Promise<void>;
  /** Between questions the disk is looked at, so that the next answer knows what other programs wrote. */
  keepUp(): Promise<void>;
  readonly everyMs: number;
}

/** `changes`: counted for those who have been told what a whole project shows. */
export function openProjects(changes: { count(): number; changed(): void }): Projects {
  const projects = new Map<string, Promise<Project>>();

  const projectAt = (root: string): Promise<Project> => {
    const have = projects.get(root) ?? open(root);
    projects.delete(root);
    projects.set(root, have);
    for (const oldest of projects.keys()) {
      if (projects.size <= MOST_PROJECTS) break;
      projects.delete(oldest);
    }
    return have;
  };

  /** ESLint says which rules are on, so all of them run; once for all files of an unchanged project. */
  const foundIn = async (project: Project, pedantic: boolean): Promise<Found> => {
    const readAt = Date.now();
    const { version } = await project.workspace.model();
    if (project.found?.version === version && project.found.pedantic === pedantic) return project.found;
    if (project.found !== undefined) changes.changed();
    const { kept } = await project.workspace.check({ onlyRules: everyRule, pedantic });
    project.found = { version, pedantic, readAt, marks: marksByFile(kept), told: false };
    return project.found;
  };

  const wholeOf = ({ root, laid }: Project, found: Found): Whole | undefined => {
    if (found.told || laid.size > 0) return undefined;
    found.told = true;
    return {
      marked: [...found.marks.keys()].map((file) => join(root, file)),
      pedantic: found.pedantic,
      changes: changes.count(),
      readAt: found.readAt,
    };
  };

  const lookAgain = async (project: Project): Promise<void> => {
    const now = Date.now();
    if (now < project.nextSweep || now - project.asked > IDLE_MS) return;
    for (const [path, at] of project.laid) {
      if (now - at < IDLE_MS) continue;
      project.laid.delete(path);
      project.workspace.lay(path, undefined);
    }
    await project.workspace.sweep();
    // What has changed is looked into now, not when somebody waits for it.
    if (project.found !== undefined) await foundIn(project, project.found.pedantic);
    const done = Date.now();
    project.nextSweep = done + Math.max(SWEEP_MS, SWEEP_SHARE * (done - now));
  };
  let keeping = false;

  return {
    everyMs: SWEEP_MS,
    async answer(question) {
      const { pedantic = false } = question;
      const about = { id: question.id, file: question.file };
      try {
        const file = real(question.file);
        const root = question.root ?? rootOf(file, question.cwd).root;
        const path = relative(root, file).split(sep).join('/');
        if (path === '' || path.startsWith('..')) return { ...about, problems: [] };
        const project = await projectAt(root);
        project.asked = Date.now();
        project.trusted ||= question.trust === true;
        lay(project, path, question.text, file);
        const found = await foundIn(project, pedantic);
        return {
          ...about,
          problems: (found.marks.get(path) ?? []).map((mark) => problemOf(mark, path)),
          folder: dirname(question.file),
          root,
          whole: wholeOf(project, found),
          notice: await noticeOf(project),
        };
      } catch (error) {
        return {
          ...about,
          problems: [],
          failure: linesForTerminal(
            error instanceof Trouble
              ? error.message
              : error instanceof Error
                ? (error.stack ?? error.message)
                : String(error),
          ),
        };
      }
    },
    async prepare(cwd) {
      await foundIn(await projectAt(rootOf(join(cwd, 'package.json'), cwd).root), false);
    },
    async keepUp() {
      if (keeping) return;
      keeping = true;
      try {
        for (const held of projects.values()) await held.then(lookAgain, () => undefined);
      } finally {
        keeping = false;
      }
    },
  };
}

async function open(root: string): Promise<Project> {
  const given = { trusted: false };
  const workspace = await openWorkspace({ root, trust: (folder) => given.trusted || isListed(folder) });
  return Object.assign(given, {
    root,
    workspace,
    laid: new Map<string, number>(),
    asked: 0,
    nextSweep: Date.now() + SWEEP_MS,
    noticed: false,
  });
}

/** Of plug-ins nothing is said: ESLint shows Plimsoll's own rules. */
async function noticeOf(project: Project): Promise<string | undefined> {
  const {
    loaded: { skipped },
  } = await project.workspace.model();
  if (project.noticed || skipped?.file === undefined) return undefined;
  project.noticed = true;
  return skippedNotice(
    { file: skipped.file },
    project.root,
    "set `settings: { plimsoll: { trust: true } }` in ESLint's configuration",
  ).message;
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
    return follow(file, []).stat?.isFile() === true ? readTyped(file).toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** The file need not exist; its folder's links are followed all the same, as the project's root is a real path. */
function real(file: string): string {
  return follow(file, []).at;
}

/** ESLint's formatters print messages as they are. */
function problemOf({ finding, site, message, otherEnd }: Mark, path: string): Problem {
  const { line, column, endLine, endColumn } = site.span;
  const fixes = finding.fixes
    .filter(({ edits }) => edits.length > 0 && edits.every((edit) => edit.file === path))
    .map(({ title, safe, edits }) => ({
      title: forTerminal(title),
      safe,
      edits: edits.map(({ start, end, text }) => ({ start, end, text })),
    }));
  return {
    rule: finding.rule,
    message: forTerminal(message),
    line,
    column,
    endLine,
    endColumn,
    otherEnd,
    note: finding.severity === 'note',
    fixes,
  };
}
