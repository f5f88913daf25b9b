/** A GitHub workflow or composite action as plain data. */
import type { Range } from '../../core/site.ts';
import type { MappedText } from './mapped.ts';
import type { ReadingBase } from '../../syntax/source.ts';
import type { Script } from '../shell/reading.ts';
import type { Embedded, Expression } from './expression.ts';

/** A scalar with the `${{ … }}` found in it; their offsets are relative to `text`. */
export interface Template extends MappedText {
  readonly expressions: readonly Embedded[];
  /** How YAML types it when it holds no expression: `true` and `12` aren't strings to GitHub. */
  readonly type: 'string' | 'number' | 'boolean' | 'null';
}

/** A name and its value, as in `env:` and `with:`. */
export interface Entry {
  readonly name: string;
  readonly key: Range;
  readonly value: Template;
}

export type Node =
  | { readonly kind: 'scalar'; readonly value: Template }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly range: Range }
  | {
      readonly kind: 'map';
      readonly entries: readonly { readonly name: string; readonly key: Range; readonly value: Node }[];
      readonly range: Range;
    };

/** `if:`, always an expression. */
export interface Condition {
  readonly expression: Expression;
  readonly range: Range;
}

export interface Input {
  readonly name: string;
  readonly key: Range;
  readonly required: boolean;
  readonly type: 'string' | 'boolean' | 'number' | 'choice' | 'environment' | 'unknown';
  readonly default?: Template;
  readonly options: readonly string[];
}

/**
 * The text of a `run:`; `script` has its expressions as parameters named `placeholders[i]`, for `text.expressions[i]`.
 */
export interface RunText {
  readonly text: Template;
  readonly script: Script;
  readonly placeholders: readonly string[];
}

export interface Step {
  readonly index: number;
  readonly range: Range;
  /** Where the step begins to be itself: its `name`, `uses` or `run`. */
  readonly label: Range;
  readonly id?: string;
  readonly name?: Template;
  readonly if?: Condition;
  readonly uses?: Template;
  /** The version that a comment beside a pinned commit names (`@4a1b… # v6.18.0`). */
  readonly pinned?: string;
  readonly with: readonly Entry[];
  readonly run?: RunText;
  readonly shell?: Template;
  readonly workingDirectory?: Template;
  readonly env: readonly Entry[];
  readonly continueOnError?: Template;
  readonly timeoutMinutes?: Template;
}

export interface RunDefaults {
  readonly shell?: Template;
  readonly workingDirectory?: Template;
}

export interface Matrix {
  /** The whole matrix as one expression (`${{ fromJSON(…) }}`). */
  readonly expression?: Template;
  readonly dimensions: readonly { readonly name: string; readonly values: Node }[];
  readonly include: Node | undefined;
  readonly exclude: Node | undefined;
}

export interface Job {
  readonly id: string;
  readonly key: Range;
  readonly range: Range;
  readonly name?: Template;
  readonly if?: Condition;
  readonly needs: readonly string[];
  /** Labels, as written or a group's name with its labels. */
  readonly runsOn?: { readonly labels: readonly Template[]; readonly group?: Template; readonly range: Range };
  readonly matrix?: Matrix;
  readonly timeoutMinutes?: Template;
  readonly continueOnError?: Template;
  readonly container?: Template;
  readonly env: readonly Entry[];
  readonly defaults: RunDefaults;
  readonly outputs: readonly Entry[];
  /** A reusable workflow. */
  readonly uses?: Template;
  readonly with: readonly Entry[];
  readonly secretsInherited: boolean;
  readonly secrets: readonly Entry[];
  readonly steps: readonly Step[];
}

export interface WorkflowReading extends ReadingBase {
  readonly kind: 'workflow';
  readonly form: 'workflow' | 'action';
  readonly name?: string;
  /** `push`, `workflow_dispatch`, …; empty for an action. */
  readonly triggers: readonly string[];
  /** The filters of `push:`; absent where there's none. */
  readonly pushes?: { readonly branches?: readonly string[]; readonly tags?: readonly string[] };
  /** Of `workflow_dispatch` and `workflow_call` together, or of the action. */
  readonly inputs: readonly Input[];
  readonly env: readonly Entry[];
  readonly defaults: RunDefaults;
  readonly jobs: readonly Job[];
  /** Of `workflow_call`, or of the action. */
  readonly outputs: readonly Entry[];
  /** A composite action's own steps. */
  readonly steps: readonly Step[];
  /** `composite`, `docker`, `node20`, …, for an action. */
  readonly using?: string;
}
