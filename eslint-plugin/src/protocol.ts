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
  /** `settings.plimsoll.trust`: the project's Plimsoll configuration may be code, and run. */
  readonly trust?: boolean | undefined;
}

export type Inquiry = Question | { readonly prepare: string };

export interface Answer {
  readonly id: number;
  readonly file: string;
  readonly problems: readonly Problem[];
  /** The folder of the file as it was asked about, and the project it belongs to. */
  readonly folder?: string | undefined;
  readonly root?: string | undefined;
  /** Told once, when there's something new to know. */
  readonly whole?: Whole | undefined;
  /** Said once: a configuration that was not run. */
  readonly notice?: string | undefined;
  /** Plimsoll could not do its job, and says why. */
  readonly failure?: string | undefined;
}

/** What is known of a project in which nobody has unsaved texts. */
export interface Whole {
  /** Absolute paths of the files with something to show. */
  readonly marked: readonly string[];
  readonly pedantic: boolean;
  /** How many changes there had been, and when reading began. */
  readonly changes: number;
  readonly readAt: number;
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
  readonly fixes: readonly {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  }[];
}

export interface WorkerData {
  /**
   * Two numbers: how many answers have been given, and how many changes of projects there have been since they were
   * read.
   */
  readonly signal: SharedArrayBuffer;
  readonly answers: MessagePort;
}

/** Their places in the signal. */
export const ANSWERS = 0;
export const CHANGES = 1;
