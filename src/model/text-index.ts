/** Things by a Text of theirs, so that linking tries a name only against those it may match, not against all. */
import { judged } from './sealed.ts';
import { couldMatch, hasName, textKey, type Text } from './text.ts';

export class TextIndex<T> {
  private readonly equal = new Map<string, number[]>();
  /** With enough literal text to be matched by pattern; with and without holes, and those with holes alone. */
  private readonly named: number[] = [];
  private readonly patterns: number[] = [];

  constructor(private readonly items: readonly T[], private readonly textOf: (item: T) => Text | undefined) {
    for (const [at, item] of items.entries()) {
      const text = textOf(item);
      if (text === undefined) continue;
      const key = textKey(text);
      const same = this.equal.get(key);
      if (same === undefined) this.equal.set(key, [at]);
      else same.push(at);
      if (!hasName(text)) continue;
      this.named.push(at);
      if (judged(text) === undefined) this.patterns.push(at);
    }
  }

  /** Those with this very text. */
  same(text: Text): readonly T[] {
    return (this.equal.get(textKey(text)) ?? []).map((at) => this.items[at]!);
  }

  /** All that match one of these, and perhaps some that don't, in their own order. */
  near(...texts: readonly Text[]): readonly T[] {
    const found = new Set<number>();
    for (const text of texts) {
      for (const at of this.equal.get(textKey(text)) ?? []) found.add(at);
      if (!hasName(text)) continue;
      for (const at of judged(text) === undefined ? this.named : this.patterns) {
        const other = this.textOf(this.items[at]!);
        if (other !== undefined && couldMatch(text, other)) found.add(at);
      }
    }
    return [...found].sort((a, b) => a - b).map((at) => this.items[at]!);
  }
}
