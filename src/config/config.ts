import type { Severity } from '../model/finding.ts';

export type Level = 'off' | Severity;

export interface Config {
  readonly rules: Readonly<Record<string, Level>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly ignores: readonly string[];
  /** Variable bindings: `stage: [dev1, staging, prod]`. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** What can't be inferred: this image goes to that workload. */
  readonly links?: readonly ConfiguredLink[];
  /** A suppression without a reason has no effect. */
  readonly requireReasons?: boolean;
  readonly pedantic?: boolean;
  readonly failOn?: Severity | 'never';
  readonly baseline?: string;
  /** Modules with more rules, as import specifiers or paths beside the configuration file. */
  readonly plugins?: readonly string[];
  /** There may be rules that aren't known: code that would have brought them was not run. */
  readonly rulesMissing?: boolean;
  /** Judge test files, test data and vendored code too; they are always read for links. */
  readonly tests?: boolean;
  /** Markdown documents whose fences are judged too: all, or those that patterns as in .gitignore name. */
  readonly docs?: boolean | readonly string[];
}

interface ConfiguredLink {
  /** An image's name as a build or push has it, without tag; `*` stands for anything. */
  readonly image: string;
  /** A workload's physical name, logical id or construct path. */
  readonly workload: string;
}

export const DEFAULT_CONFIG: Config = { rules: {}, options: {}, ignores: [], variables: {} };
