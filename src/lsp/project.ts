/** One open project: its workspace, and what was last found in it. */
import { marksIn, type Mark } from '../engine/marks.ts';
import type { Unmarked } from '../engine/judge.ts';
import { openWorkspace, type Opened, type Workspace } from '../engine/workspace.ts';

export interface OpenProject {
  readonly root: string;
  readonly workspace: Workspace;
  /** The model and findings of the project as it is now. */
  current(): Promise<Current>;
}

export interface Current {
  readonly opened: Opened;
  readonly findings: readonly Unmarked[];
  /** Files with something to show. */
  files(): ReadonlySet<string>;
  marks(file: string): readonly Mark[];
}

export async function openProject(root: string): Promise<OpenProject> {
  const workspace = await openWorkspace({ root });
  let last: Current | undefined;
  return {
    root,
    workspace,
    async current() {
      const opened = await workspace.model();
      if (last?.opened.version === opened.version) return last;
      const { kept } = await workspace.check();
      const marks = new Map<string, readonly Mark[]>();
      last = {
        opened,
        findings: kept,
        files: () => new Set(kept.flatMap((one) => [one.site.file, ...one.related.map(({ site }) => site.file)]).filter((file) => file !== '')),
        marks(file) {
          let found = marks.get(file);
          if (found === undefined) {
            found = marksIn(kept, file);
            marks.set(file, found);
          }
          return found;
        },
      };
      return last;
    },
  };
}
