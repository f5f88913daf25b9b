/**
 * A project that stays open, for editors: read once, then kept up with what changes. Only changed files are read again,
 * only entry points that looked at one of them are evaluated again, and only what is tied to what they tell is linked
 * and judged again. It finds what `check` finds.
 */
import { isOutdated, loadConfig, type LoadedConfig } from '../config/load.ts';
import { isListed, type Trust } from '../config/trust.ts';
import { openSnapshot } from '../discover/snapshot.ts';
import { found, ignoring, type CheckRequest, type Found } from '../engine.ts';
import type { Model } from '../model/voyage.ts';
import { RULES } from '../rules/registry.ts';
import type { Judging } from './judge.ts';
import { PartsMemory } from './incremental.ts';
import { evaluateAgain, newProjectMemory, readAgain, type ProjectMemory } from './project-memory.ts';
import type { Project } from './read-project.ts';

export interface WorkspaceRequest {
  /** Absolute. */
  readonly root: string;
  /** Configuration file; else the nearest one. */
  readonly config?: string;
  /** May its code be run? Asked again with each look, as the answer may change. */
  readonly trust?: Trust;
}

export interface Workspace {
  readonly root: string;
  /** An unsaved text, by project-relative path; undefined gives the file back to the disk. */
  lay(path: string, text: string | undefined): void;
  /** Files that may have changed on disk. */
  touch(paths: readonly string[]): void;
  /** Looks for changes everywhere, giving others a turn now and then. */
  sweep(): Promise<void>;
  /** The project as it is now, read no more than needed. One at a time: later calls wait. */
  model(): Promise<Opened>;
  /** Judged with the configuration's rules, or those given. `only`: findings that touch these files. */
  check(options?: WorkspaceCheck): Promise<Found>;
  /** The text that is judged: unsaved, or the disk's. */
  text(path: string): string | undefined;
}

type WorkspaceCheck = Pick<CheckRequest, 'only' | 'onlyRules' | 'pedantic'>;

interface Opened {
  readonly model: Model;
  readonly judging: Judging;
  readonly project: Project;
  readonly loaded: LoadedConfig;
  /** Counts the models: the same number, the same model. */
  readonly version: number;
  readonly timings: Readonly<Record<string, number>>;
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function openWorkspace({ root, config, trust = isListed }: WorkspaceRequest): Promise<Workspace> {
  const how = { file: config, trust };
  const files = await openSnapshot(root);
  let memory = newMemory();
  let opened: Opened | undefined;
  let loaded: LoadedConfig | undefined;
  let ignores: Awaited<ReturnType<typeof ignoring>> = { instructions: true };
  let queue: Promise<unknown> = Promise.resolve();

  const configure = async (): Promise<LoadedConfig> => {
    const now = await loadConfig(root, RULES, how);
    ignores = await ignoring(now.config);
    // Another configuration is another evaluation.
    memory = newMemory();
    return now;
  };

  const refresh = async (): Promise<Opened> => {
    let changes = files.changes();
    if (loaded === undefined || isOutdated(root, loaded, how)) {
      loaded = await configure();
      changes = { paths: changes.paths, structure: true };
    } else if (opened !== undefined && changes.paths.size === 0 && !changes.structure) {
      return opened;
    }
    const laps: Record<string, number> = {};
    const timed = lapping(laps);
    const bindings = new Map(Object.entries(loaded.config.variables));
    const project = await readAgain({ memory, changes }, { files, bindings, ...ignores });
    timed('read');
    const { facts } = evaluateAgain({ memory, changes }, project, { bindings });
    timed('evaluate');
    const { model, judging } = memory.parts.link(facts);
    timed('link');
    opened = { model, judging, project, loaded, version: (opened?.version ?? 0) + 1, timings: laps };
    return opened;
  };

  const model = (): Promise<Opened> => {
    const next = queue.then(refresh);
    queue = next.catch(() => undefined);
    return next;
  };

  return {
    root,
    lay: (path, text) => void files.lay(path, text),
    touch: (paths) => files.forget(paths),
    sweep: () => files.sweep(pause),
    model,
    async check(options = {}) {
      const {
        model: linked,
        judging,
        project,
        loaded: { config: rules, plugins },
      } = await model();
      return found({ config: rules, plugins, pedantic: rules.pedantic ?? false, ...options }, project, linked, judging);
    },
    text: (path) => {
      try {
        return files.read(path);
      } catch {
        return undefined;
      }
    },
  };
}

interface Memory extends ProjectMemory {
  readonly parts: PartsMemory;
}

function newMemory(): Memory {
  return { ...newProjectMemory(), parts: new PartsMemory() };
}

function lapping(laps: Record<string, number>): (name: string) => void {
  let last = performance.now();
  return (name) => {
    const now = performance.now();
    laps[name] = now - last;
    last = now;
  };
}
