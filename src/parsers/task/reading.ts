/** A Taskfile (https://taskfile.dev) as plain data. Texts keep their `{{ … }}`. */
import type { Range } from '../../core/site.ts';
import type { MappedText } from '../../syntax/mapped.ts';
import type { ReadingBase } from '../../syntax/source.ts';

export interface TaskfileReading extends ReadingBase {
  readonly kind: 'taskfile';
  readonly vars: readonly TaskVariable[];
  readonly env: readonly TaskVariable[];
  readonly includes: readonly {
    readonly namespace: string;
    readonly file: string;
    readonly dir?: string;
    readonly flatten: boolean;
  }[];
  readonly dotenv: readonly string[];
  /** `set: [errexit, pipefail]` */
  readonly options: readonly string[];
  readonly tasks: readonly Task[];
}

export interface TaskVariable {
  readonly name: string;
  /** Absent for lists, maps and references, which aren't followed. */
  readonly value?: string;
  /** `sh: git rev-parse HEAD` */
  readonly command?: string;
}

export interface Task {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly range: Range;
  readonly dir?: string;
  readonly vars: readonly TaskVariable[];
  readonly env: readonly TaskVariable[];
  readonly options: readonly string[];
  readonly dependencies: readonly TaskCall[];
  readonly commands: readonly TaskCommand[];
  readonly ignoresErrors?: Range;
  readonly internal: boolean;
}

export interface TaskCall {
  readonly kind: 'call';
  readonly name: string;
  readonly vars: readonly TaskVariable[];
  readonly range: Range;
  readonly each?: readonly string[];
}

export type TaskCommand =
  | TaskCall
  | {
      readonly kind: 'shell';
      readonly text: MappedText;
      readonly options: readonly string[];
      readonly ignoresErrors?: Range;
      /** The items of `for:`, where they are written out. */
      readonly each?: readonly string[];
    };
