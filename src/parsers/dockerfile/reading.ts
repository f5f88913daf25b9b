/**
 * A Dockerfile as plain data: its stages, in order, with their instructions. Variables are left as written; `evaluate`
 * knows their values.
 */
import type { Range } from '../../core/site.ts';
import type { ReadingBase } from '../../syntax/source.ts';
import type { Script } from '../shell/reading.ts';

export interface DockerfileReading extends ReadingBase {
  readonly kind: 'dockerfile';
  /** `# syntax=`, `# escape=`, `# check=` */
  readonly directives: readonly { readonly name: string; readonly value: string; readonly range: Range }[];
  /** `\` or a backtick. */
  readonly escape: string;
  /** Lines of a template language (`{%- if … %}`) choose among the others: which stage is the last can't be told. */
  readonly templated: boolean;
  /** ARG before the first FROM. */
  readonly globals: readonly Declaration[];
  readonly stages: readonly StageReading[];
}

export interface StageReading {
  /** The FROM instruction. */
  readonly range: Range;
  /** Empty text when FROM names nothing. */
  readonly image: RawWord;
  readonly name?: RawWord;
  readonly platform?: RawWord & { readonly flag: Range };
  readonly instructions: readonly Instruction[];
}

/** As written: quotes, escapes and variables are still in it. */
export interface RawWord {
  readonly text: string;
  readonly range: Range;
}

/** `ARG NAME[=default]` or one pair of an ENV. */
export interface Declaration {
  readonly name: string;
  readonly value?: RawWord;
  readonly range: Range;
}

export interface Flag {
  readonly name: string;
  readonly value?: RawWord;
  readonly range: Range;
}

/** What a container starts, or RUN runs: an exec form's own words, or one line for a shell. */
export interface CommandLine {
  readonly shell: boolean;
  readonly words: readonly string[];
  readonly range: Range;
}

export type Instruction =
  | { readonly kind: 'arg'; readonly range: Range; readonly declarations: readonly Declaration[] }
  | { readonly kind: 'env'; readonly range: Range; readonly pairs: readonly Declaration[] }
  | {
      readonly kind: 'run';
      readonly range: Range;
      readonly flags: readonly Flag[];
      readonly line: CommandLine;
      /** Parsed when it fetches or installs something: nothing else of it is asked about. */
      readonly script?: Script;
    }
  | {
      readonly kind: 'copy' | 'add';
      readonly range: Range;
      readonly flags: readonly Flag[];
      readonly from?: RawWord;
      readonly sources: readonly RawWord[];
      readonly destination?: RawWord;
    }
  | { readonly kind: 'entrypoint' | 'cmd'; readonly range: Range; readonly line: CommandLine }
  | { readonly kind: 'healthcheck'; readonly range: Range; readonly none: boolean }
  | { readonly kind: 'user' | 'workdir'; readonly range: Range; readonly argument: RawWord }
  | { readonly kind: 'shell'; readonly range: Range; readonly words: readonly string[] }
  | { readonly kind: 'onbuild'; readonly range: Range; readonly text: string }
  | { readonly kind: 'other'; readonly range: Range; readonly keyword: string; readonly text: string };
