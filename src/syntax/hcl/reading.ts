/** HCL's native syntax as plain data with exact ranges. */
import type { Unreadable } from '../source.ts';
import type { Range } from '../../core/site.ts';

export type HclExpression =
  /** A string: literal pieces and `${…}`. */
  | { readonly kind: 'template'; readonly parts: readonly (string | HclExpression)[]; readonly range: Range }
  /** `true`, `12`, `null`, as written. */
  | {
      readonly kind: 'literal';
      readonly type: 'number' | 'bool' | 'null';
      readonly text: string;
      readonly range: Range;
    }
  | { readonly kind: 'list'; readonly items: readonly HclExpression[]; readonly range: Range }
  | {
      readonly kind: 'object';
      readonly entries: readonly { readonly key: HclExpression; readonly value: HclExpression }[];
      readonly range: Range;
    }
  /**
   * `var.name`, `item.tgt[0]`: the root and the steps after it; a step that isn't constant is `*`, and `keys` has what
   * it says, by its index in `path`.
   */
  | {
      readonly kind: 'reference';
      readonly path: readonly string[];
      readonly keys?: ReadonlyMap<number, HclExpression>;
      readonly range: Range;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly HclExpression[]; readonly range: Range }
  | {
      readonly kind: 'conditional';
      readonly condition: HclExpression;
      readonly yes: HclExpression;
      readonly no: HclExpression;
      readonly range: Range;
    }
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly operands: readonly HclExpression[];
      readonly range: Range;
    }
  /** `[for x in y : z if c]` and `{for k, v in y : a => b}`; `key` is what stands before `=>`. */
  | {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly collection: HclExpression;
      readonly key?: HclExpression;
      readonly value: HclExpression;
      readonly condition?: HclExpression;
      readonly grouped: boolean;
      readonly text: string;
      readonly range: Range;
    }
  /** What can't be read: kept as text. */
  | { readonly kind: 'other'; readonly text: string; readonly range: Range };

export interface HclAttribute {
  readonly name: string;
  readonly nameRange: Range;
  readonly value: HclExpression;
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly { readonly text: string; readonly range: Range }[];
  readonly body: HclBody;
  readonly range: Range;
}

export interface HclBody {
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

export interface HclDocument {
  readonly body: HclBody;
  readonly comments: readonly { readonly text: string; readonly range: Range }[];
  readonly unreadable: readonly Unreadable[];
}
