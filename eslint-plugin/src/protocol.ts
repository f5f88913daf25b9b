/** What the plugin and its worker say to each other. */
import type { MessagePort } from 'node:worker_threads';

export interface Question {
  readonly id: number;
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** Where ESLint was started; the project is the one around the file. */
  readonly cwd: string;
  /** `settings.plimsoll.root`, absolute. */
  readonly root?: string | undefined;
  readonly pedantic?: boolean | undefined;
}

export interface Answer {
  readonly id: number;
  readonly file: string;
  readonly problems: readonly Problem[];
  /** Plimsoll could not do its job, and says why. */
  readonly failure?: string | undefined;
}

/** One finding as a file shows it. Lines and columns start at 1, offsets at 0. */
export interface Problem {
  readonly rule: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The finding stands elsewhere; this is another end of it. */
  readonly otherEnd: boolean;
  readonly note: boolean;
  readonly fixes: readonly { readonly title: string; readonly safe: boolean; readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[] }[];
}

export interface WorkerData {
  /** One number: how many answers have been given. */
  readonly signal: SharedArrayBuffer;
  readonly answers: MessagePort;
}
