/** Things by a Text of theirs, so that linking tries a name only against those it may match, not against all. */
import { judged } from './sealed.ts';
import { couldMatch, hasName, textKey, type Text } from './text.ts';

/**
 * What all of an index may be tried against each other, in all: thousands of names that may each be any of the others
 * say nothing of one.
 */
const MOST_TRIES = 250_000;
const LEAST_TRIES = 64;

/** Told how many were the most that could be tried. */
export type Crowded = (most: number) => void;

export class TextIndex<T> {
  private readonly equal = new Map<string, number[]>();
  /** With enough literal text to be matched by pattern; with and without holes, and those with holes alone. */
  private readonly named: number[] = [];
  private readonly patterns: number[] = [];

  constructor(
    private readonly items: readonly T[],
    private readonly textOf: (item: T) => Text | undefined,
  ) {
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

  private get most(): number {
    return Math.max(LEAST_TRIES, Math.floor(MOST_TRIES / (this.items.length + 1)));
  }

  /** Those with this very text. */
  same(text: Text): readonly T[] {
    return (this.equal.get(textKey(text)) ?? []).slice(0, this.most).map((at) => this.items[at]!);
  }

  /**
   * All that match it, and perhaps some that don't, in their own order. Where they are too many, those with this very
   * text, and `crowded` is told.
   */
  near(text: Text, crowded?: Crowded): readonly T[] {
    return this.nearAny([text], crowded);
  }

  nearAny(texts: readonly Text[], crowded?: Crowded): readonly T[] {
    const { most } = this;
    const same = new Set<number>();
    for (const text of texts) for (const at of this.equal.get(textKey(text)) ?? []) same.add(at);
    const found = new Set(same);
    for (const text of texts) {
      if (!hasName(text)) continue;
      for (const at of judged(text) === undefined ? this.named : this.patterns) {
        if (found.size > most) break;
        const other = this.textOf(this.items[at]!);
        if (other !== undefined && couldMatch(text, other)) found.add(at);
      }
    }
    if (found.size > most) crowded?.(most);
    return [...(found.size > most ? same : found)]
      .sort((a, b) => a - b)
      .slice(0, most)
      .map((at) => this.items[at]!);
  }
}
