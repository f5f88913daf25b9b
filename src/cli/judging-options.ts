/** The options of every command that judges: what is judged, by which rules, and how it is told. */
export interface JudgingOptions {
  readonly format?: string;
  readonly output?: readonly string[];
  readonly failOn?: string;
  readonly rule?: readonly string[];
  readonly only?: readonly string[];
  readonly config?: string;
  readonly trust?: true;
  readonly pedantic?: true;
  readonly color: boolean;
  readonly quiet?: true;
  readonly sarifIncludeSuppressed?: true;
}
