/**
 * A Makefile as plain data: its lines in order, with variables left as written and the conditionals that enclose each
 * line.
 */
import type { Range } from '../../core/site.ts';
import type { MappedText } from '../../syntax/mapped.ts';
import type { ReadingBase } from '../../syntax/source.ts';

export interface MakefileReading extends ReadingBase {
  readonly kind: 'makefile';
  readonly items: readonly MakeItem[];
}

/** An enclosing `ifeq` and its kin, and which of its sides this line is on. */
export interface MakeCondition {
  readonly test: 'equal' | 'defined';
  readonly left: MappedText;
  readonly right?: MappedText;
  readonly is: boolean;
}

export type AssignOperator = '=' | ':=' | '?=' | '+=' | '!=';

export interface MakeAssignment {
  readonly kind: 'assignment';
  readonly range: Range;
  readonly when: readonly MakeCondition[];
  /** May hold variables itself. */
  readonly name: MappedText;
  readonly operator: AssignOperator;
  readonly value: MappedText;
  /** Target-specific: holds for these targets and their prerequisites. */
  readonly targets?: MappedText;
  readonly exported: boolean;
  readonly override: boolean;
}

export interface RecipeLine {
  /** Without its `@`, `-` and `+`; continuation lines joined by backslash and newline, as the shell gets them. */
  readonly text: MappedText;
  readonly range: Range;
  /** `-`: make goes on when the line fails. */
  readonly ignoresErrors?: Range;
  readonly when: readonly MakeCondition[];
}

export interface MakeRule {
  readonly kind: 'rule';
  readonly range: Range;
  readonly when: readonly MakeCondition[];
  readonly targets: MappedText;
  readonly prerequisites: MappedText;
  /** `targets: %.o: %.c` */
  readonly pattern?: MappedText;
  readonly recipe: readonly RecipeLine[];
}

interface MakeInclude {
  readonly kind: 'include';
  readonly range: Range;
  readonly when: readonly MakeCondition[];
  readonly files: MappedText;
}

/** `export`, with names or for every variable; `unexport`. */
interface MakeExport {
  readonly kind: 'export' | 'unexport';
  readonly range: Range;
  readonly when: readonly MakeCondition[];
  readonly names: MappedText;
}

export type MakeItem = MakeAssignment | MakeRule | MakeInclude | MakeExport;
