/** A justfile as plain data. */
import type { Range } from '../../core/site.ts';
import type { MappedText } from '../../syntax/mapped.ts';
import type { ReadingBase } from '../../syntax/source.ts';

export interface JustfileReading extends ReadingBase {
  readonly kind: 'justfile';
  readonly assignments: readonly JustAssignment[];
  readonly recipes: readonly JustRecipe[];
  /** Another name for a recipe. */
  readonly aliases: readonly { readonly name: string; readonly target: string }[];
  readonly imports: readonly string[];
  readonly settings: JustSettings;
}

interface JustSettings {
  /** `set shell := ["bash", "-uc"]` */
  readonly shell: readonly string[];
  /** `set export` */
  readonly exportAll: boolean;
  /** `set dotenv-load` */
  readonly dotenv: boolean;
  /** `set positional-arguments` */
  readonly positional: boolean;
}

export interface JustAssignment {
  readonly name: string;
  readonly value: JustExpression;
  readonly exported: boolean;
  readonly range: Range;
}

export interface JustParameter {
  readonly name: string;
  readonly default?: JustExpression;
  readonly variadic: boolean;
  readonly exported: boolean;
}

export interface JustCall {
  readonly name: string;
  readonly args: readonly JustExpression[];
}

export interface JustRecipe {
  readonly name: string;
  /** The header line. */
  readonly range: Range;
  readonly parameters: readonly JustParameter[];
  readonly before: readonly JustCall[];
  readonly after: readonly JustCall[];
  readonly lines: readonly { readonly text: MappedText; readonly ignoresErrors?: Range }[];
  /** `#!/usr/bin/env bash`: the body is one script. */
  readonly shebang?: { readonly interpreter: string; readonly options: readonly string[] };
  /** `[no-cd]`: runs where just was called. */
  readonly staysPut: boolean;
}

export type JustExpression =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'variable'; readonly name: string }
  /** In backticks. */
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly JustExpression[] }
  | { readonly kind: 'join'; readonly by: '+' | '/'; readonly left: JustExpression; readonly right: JustExpression }
  | {
      readonly kind: 'if';
      readonly operator: '==' | '!=' | '=~' | '!~';
      readonly left: JustExpression;
      readonly right: JustExpression;
      readonly then: JustExpression;
      readonly otherwise: JustExpression;
    }
  | { readonly kind: 'unknown'; readonly text: string };
