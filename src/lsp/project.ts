/** One open project: what was last found in it, and by which file. */
import { functionFiles } from '../engine/named-files.ts';
import { DEFAULT_CONFIG, type Config } from '../config/config.ts';
import { skippedNotice, type Trust } from '../config/trust.ts';
import { check, memoryFiles } from '../engine.ts';
import { marksByFile, type Mark } from '../engine/findings-by-file.ts';
import type { Unmarked } from '../engine/judge.ts';
import { openWorkspace } from '../engine/workspace.ts';
import { openDoor } from '../files/door.ts';
import type { Model } from '../model/voyage.ts';
import type { Kind } from '../project/readings.ts';
import type { Place } from './places.ts';

export interface OpenProject {
  /** An unsaved text; undefined gives the file back to the disk. */
  lay(file: string, text: string | undefined): void;
  /** Files that may have changed on disk. */
  touch(files: readonly string[]): void;
  /** Looks for changes everywhere. */
  sweep(): Promise<void>;
  /** The model and findings of the project as it is now. */
  current(): Promise<Current>;
}

export interface Current {
  /** The same number, the same content. */
  readonly version: number;
  readonly config: Config;
  /** Code of the project that was not run, as people are told of it. */
  readonly notRun?: string;
  readonly model: Model;
  readonly findings: readonly Unmarked[];
  /** How long it took to find all this. */
  readonly took: number;
  /** The text that was judged: unsaved, or the disk's. */
  text(file: string): string | undefined;
  /** What kind of thing a file was taken for; undefined when it takes no part. */
  kindOf(file: string): Kind | undefined;
  /** By file: what is to be shown there. */
  marks(): ReadonlyMap<string, readonly Mark[]>;
}

export function openProject({ root, file, lone }: Place, trust: Trust): Promise<OpenProject> {
  return lone ? Promise.resolve(openLone(root, file)) : openFolder(root, trust);
}

async function openFolder(root: string, trust: Trust): Promise<OpenProject> {
  const workspace = await openWorkspace({ root, trust });
  let last: Current | undefined;
  return {
    lay: (file, text) => workspace.lay(file, text),
    touch: (files) => workspace.touch(files),
    sweep: () => workspace.sweep(),
    async current() {
      const begun = performance.now();
      if (last !== undefined && (await workspace.model()).version === last.version) return last;
      // Asked together, so that no keystroke comes between the model and what is found in it.
      const [
        {
          model,
          project,
          loaded: { config, skipped },
          version,
        },
        { kept },
      ] = await Promise.all([workspace.model(), workspace.check()]);
      last = {
        version,
        config,
        model,
        findings: kept,
        ...(skipped === undefined
          ? {}
          : { notRun: skippedNotice(skipped, root, 'trust its folder in the editor').message }),
        took: performance.now() - begun,
        text: (file) => workspace.text(file),
        kindOf: (file) =>
          project.byFile.get(file)?.kind ??
          (project.readings.ofKind('cdk').some(({ files }) => files.some((one) => one.file === file))
            ? 'cdk'
            : functionFiles(project, model).includes(file)
              ? 'serverless'
              : undefined),
        marks: once(() => marksByFile(kept)),
      };
      return last;
    },
  };
}

/** A file that is in no project is judged by itself: what lies around it may be somebody's whole home. */
function openLone(root: string, name: string): OpenProject {
  let unsaved: string | undefined;
  let last: (Current & { readonly judged: string | undefined }) | undefined;
  const text = (): string | undefined => {
    try {
      return unsaved ?? openDoor(root).text(name);
    } catch {
      return undefined;
    }
  };
  return {
    lay(file, laid) {
      if (file === name) unsaved = laid;
    },
    touch: () => undefined,
    sweep: () => Promise.resolve(),
    async current() {
      const begun = performance.now();
      const now = text();
      if (last !== undefined && last.judged === now) return last;
      const { findings, model } = await check({
        files: memoryFiles(now === undefined ? {} : { [name]: now }, root),
        config: DEFAULT_CONFIG,
      });
      last = {
        judged: now,
        version: (last?.version ?? 0) + 1,
        config: DEFAULT_CONFIG,
        model,
        findings,
        took: performance.now() - begun,
        text: (file) => (file === name ? now : undefined),
        kindOf: () => undefined,
        marks: once(() => marksByFile(findings)),
      };
      return last;
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
