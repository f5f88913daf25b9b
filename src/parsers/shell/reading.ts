/** A shell script as plain data: what the interpreter walks. All ranges are offsets into the file. */
import type { Range } from '../../core/site.ts';
import type { ReadingBase } from '../../syntax/source.ts';

export interface ShellReading extends ReadingBase {
  readonly kind: 'shell';
  readonly script: Script;
  /** From the shebang: `bash`, `sh`, `dash`, `zsh` …; with the options it passes (`#!/bin/bash -e`). */
  readonly interpreter: string;
  readonly options: readonly string[];
  /** Words that may be the name of a file, without its folder. */
  readonly mentions: readonly string[];
  /** Typed at a prompt in this folder of the project: a command line, and no file. */
  readonly typed?: string;
}

export interface Script {
  readonly body: readonly Statement[];
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly range: Range;
  readonly stages: readonly Statement[];
  /** `|&` after stage i also pipes stderr. */
  readonly withStderr: readonly boolean[];
  readonly negated: boolean;
}

export interface AndOr {
  readonly kind: 'and-or';
  readonly range: Range;
  /** `commands[0] operators[0] commands[1] …` */
  readonly commands: readonly Statement[];
  readonly operators: readonly ('&&' | '||')[];
}

export interface Command {
  readonly kind: 'command';
  readonly range: Range;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  /**
   * `NAME=value` arguments of `export`, `local`, `declare`, `readonly`, `typeset`: assignments, though they stand after
   * the name.
   */
  readonly declarations: readonly Assignment[];
  readonly redirects: readonly Redirect[];
}

export interface If {
  readonly kind: 'if';
  readonly range: Range;
  /** Each asks something: what a script that breaks off doesn't say is no branch. */
  readonly branches: readonly {
    readonly condition: readonly [Statement, ...Statement[]];
    readonly body: readonly Statement[];
  }[];
  readonly otherwise?: readonly Statement[];
  readonly redirects: readonly Redirect[];
}

export interface For {
  readonly kind: 'for';
  readonly range: Range;
  readonly variable: string;
  /** Absent: `"$@"`. */
  readonly words?: readonly Word[];
  readonly select: boolean;
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
}

/** `for ((i=1; i<=3; i++))`, kept as text. */
export interface ArithmeticFor {
  readonly kind: 'arithmetic-for';
  readonly range: Range;
  readonly init: string;
  readonly test: string;
  readonly update: string;
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
}

export interface While {
  readonly kind: 'while';
  readonly range: Range;
  readonly until: boolean;
  readonly condition: readonly Statement[];
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
}

export interface Case {
  readonly kind: 'case';
  readonly range: Range;
  readonly subject: Word;
  readonly arms: readonly {
    readonly patterns: readonly Word[];
    readonly body: readonly Statement[];
    readonly end: ';;' | ';&' | ';;&';
  }[];
  readonly redirects: readonly Redirect[];
}

interface Group {
  readonly kind: 'group' | 'subshell';
  readonly range: Range;
  readonly body: readonly Statement[];
  readonly redirects: readonly Redirect[];
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly range: Range;
  readonly name: string;
  readonly body: readonly Statement[];
}

/** `[[ … ]]` */
interface Test {
  readonly kind: 'test';
  readonly range: Range;
  readonly expression: TestExpression;
  readonly redirects: readonly Redirect[];
}

export type TestExpression =
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
  | {
      readonly kind: 'logical';
      readonly operator: '&&' | '||';
      readonly left: TestExpression;
      readonly right: TestExpression;
    }
  | { readonly kind: 'not'; readonly operand: TestExpression };

/** `(( … ))`, kept as text. */
interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly range: Range;
  readonly text: string;
}

interface Background {
  readonly kind: 'background';
  readonly range: Range;
  readonly command: Statement;
}

export type Statement =
  | Command
  | Pipeline
  | AndOr
  | If
  | For
  | ArithmeticFor
  | While
  | Case
  | Group
  | FunctionDefinition
  | Test
  | Arithmetic
  | Background;

export interface Assignment {
  readonly range: Range;
  readonly name: string;
  /** `NAME[index]=` */
  readonly index?: Word;
  readonly append: boolean;
  readonly value?: Word;
  /** `NAME=(a b c)`; elements with `[key]=` keep it. */
  readonly array?: readonly { readonly key?: Word; readonly value: Word }[];
}

export interface Redirect {
  readonly range: Range;
  /** `>`, `>>`, `<`, `>&`, `&>`, `<<`, `<<<` … */
  readonly operator: string;
  readonly fd?: number;
  readonly target?: Word;
  /** Of a here-document; parts are literal when its delimiter is quoted. */
  readonly body?: Word;
}

export interface Word {
  readonly range: Range;
  /** As written. */
  readonly raw: string;
  readonly parts: readonly WordPart[];
}

export type WordPart =
  | { readonly kind: 'literal'; readonly value: string; readonly quoted: boolean; readonly range: Range }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly quoted: boolean;
      readonly range: Range;
      /**
       * `:-`, `-`, `:=`, `=`, `:?`, `?`, `:+`, `+`, `#`, `##`, `%`, `%%`, `/`, `//`, `/#`, `/%`, `^`, `^^`, `,`, `,,`,
       * `:` (substring), `@`
       */
      readonly operator?: string;
      readonly operand?: Word;
      readonly replacement?: Word;
      /** `${NAME[index]}`; `@` and `*` mean all. */
      readonly index?: Word;
      readonly indirect: boolean;
      readonly length: boolean;
    }
  | { readonly kind: 'command-substitution'; readonly script: Script; readonly quoted: boolean; readonly range: Range }
  | {
      readonly kind: 'process-substitution';
      readonly operator: '<' | '>';
      readonly script: Script;
      readonly range: Range;
    }
  | { readonly kind: 'arithmetic'; readonly text: string; readonly quoted: boolean; readonly range: Range }
  /** `{a,b}` and `{1..3}` as words of their own. */
  | { readonly kind: 'brace'; readonly alternatives: readonly Word[]; readonly range: Range }
  | { readonly kind: 'tilde'; readonly range: Range };
