/**
 * Steps. Every loop of every interpreter and linker draws them from a budget, so that nothing a project says can make a
 * run endless, and the same input ends at the same place every time. What a budget refuses is not followed, and whoever
 * is refused says where.
 */

/** What each of the parts that follow is kept while there is plenty, and when there no longer is. */
const KEPT = 1_000;
const KEPT_OF_LITTLE = 100;

/** How often the clock is looked at. */
const BETWEEN_LOOKS = 4_096;

export class Budget {
  private used = 0;
  private kept = 0;
  private refusals = 0;
  private told = 0;
  /** It has less than it may have, as what it is a part of has no more. */
  private tight = false;
  private missed = false;

  constructor(
    /** Steps in all. */
    readonly most: number,
    private readonly around?: Budget,
    /** The last net: true when the run as a whole has taken too long. */
    private readonly late?: () => boolean,
  ) {}

  /**
   * Takes steps, here and from what this is a part of. False where there are not enough: then what they were for is to
   * be left out.
   */
  spend(steps = 1): boolean {
    if (this.used + steps > this.most - this.kept || this.around?.spend(steps) === false || this.isLate(steps)) {
      this.refusals++;
      this.miss();
      return false;
    }
    this.used += steps;
    return true;
  }

  private isLate(steps: number): boolean {
    return (
      this.late !== undefined &&
      Math.floor((this.used + steps) / BETWEEN_LOOKS) > Math.floor(this.used / BETWEEN_LOOKS) &&
      this.late()
    );
  }

  /** Steps that can still be taken. */
  get left(): number {
    const own = this.most - this.kept - this.used;
    return Math.max(0, this.around === undefined ? own : Math.min(own, this.around.left));
  }

  get spent(): number {
    return this.used;
  }

  /** How often it has refused. */
  get refused(): number {
    return this.refusals;
  }

  /** Has it refused something since then that nobody has said yet? Whoever asks says it now. */
  hasToSay(since: number): boolean {
    if (this.refusals === since || this.told === this.refusals) return false;
    this.tell();
    return true;
  }

  /** Would more steps for the whole have gone further? */
  get short(): boolean {
    return this.refusals > 0 || this.missed;
  }

  private miss(): void {
    this.missed = true;
    if (this.tight) this.around?.miss();
  }

  private tell(): void {
    this.told = this.refusals;
    this.around?.tell();
  }

  /** A part with a bound of its own, that can't have more than this has left. */
  part(most: number): Budget {
    return new Budget(most, this);
  }

  /** A part with an even share of what is left, of so many. */
  share(parts: number): Budget {
    const one = new Budget(Math.ceil(this.left / parts), this);
    one.tight = true;
    this.tight ||= this.isLimited;
    return one;
  }

  private get isLimited(): boolean {
    return this.left < this.most - this.kept - this.used;
  }

  /**
   * Keeps steps back for the parts that follow, half of what is left at most, or a little for each. So one part that
   * never ends costs itself, and not what comes after it. Gives what was kept before, for `release`.
   */
  keep(following: number): number {
    const before = this.kept;
    if (following > 0) {
      const { left } = this;
      this.tight ||= this.isLimited;
      const aside = Math.floor(
        Math.max(
          Math.min(KEPT * following, left / 2),
          Math.min(KEPT_OF_LITTLE * following, (left * following) / (following + 1)),
        ),
      );
      // What is left may be what this is a part of has left.
      this.kept = this.most - this.used - (left - aside);
    }
    return before;
  }

  release(before: number): void {
    this.kept = before;
  }
}

/** What an entry was given, what it took, and whether that was too little. */
export interface Taken {
  readonly entry: string;
  readonly allowance: number;
  readonly steps: number;
  readonly short: boolean;
}

/**
 * To a few round numbers, so that one entry more doesn't change what all others have, and with it what an editor
 * remembers of them.
 */
function roundDown(steps: number): number {
  const unit = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, steps))) - 2);
  return Math.floor(steps / unit) * unit;
}

/** A project's steps, shared out evenly: what one entry takes is never another's, whichever of them comes first. */
export class Shares {
  private readonly budgets = new Map<string, Budget>();

  constructor(
    private readonly of: {
      /** Of a project, and of one with very many entries. */
      readonly total: number;
      readonly largest: number;
      /** Of one entry: at most, what each has while the total may grow, and at least. */
      readonly most: number;
      readonly usual: number;
      readonly least: number;
      readonly entries: number;
      readonly late?: () => boolean;
    },
    private readonly granted: ReadonlyMap<string, number> = new Map(),
    /** The first is 0; in later ones, entries for which it was not enough are given more. */
    readonly round = 0,
    /** Steps of the rounds before. */
    private readonly before = 0,
  ) {}

  /** The budget of an entry. */
  for(entry: string): Budget {
    let budget = this.budgets.get(entry);
    if (budget === undefined) {
      budget = new Budget(this.allowance(entry), undefined, this.of.late);
      this.budgets.set(entry, budget);
    }
    return budget;
  }

  /** Forgets what an entry has taken: it is begun anew. */
  anew(entry: string): Budget {
    this.budgets.delete(entry);
    return this.for(entry);
  }

  allowance(entry: string): number {
    return this.granted.get(entry) ?? this.fair;
  }

  /** What was taken so far, entry by entry. */
  get taken(): Taken[] {
    return [...this.budgets].map(([entry, { most, spent, short }]) => ({
      entry,
      allowance: most,
      steps: spent,
      short,
    }));
  }

  /** An entry that was not run anew, and the steps it took when it was. */
  replay({ entry, steps, short }: Pick<Taken, 'entry' | 'steps' | 'short'>): void {
    const budget = this.for(entry);
    budget.spend(steps);
    if (short) budget.spend(Number.POSITIVE_INFINITY);
  }

  private get fair(): number {
    return Math.min(
      this.of.most,
      Math.max(this.of.least, roundDown(Math.floor(this.total / Math.max(1, this.of.entries)))),
    );
  }

  /** A project of a thousand files may take longer than one of ten, but not a hundred times as long. */
  private get total(): number {
    return Math.min(this.of.largest, Math.max(this.of.total, this.of.usual * this.of.entries));
  }

  /**
   * Most entries of a large project need little: what they left is shared among those for whom it was not enough, in
   * another round over all. Undefined where another round gives nobody more.
   */
  again(): Shares | undefined {
    const needy = [...this.budgets].filter(([, one]) => one.short && one.most < this.of.most);
    if (needy.length === 0) return undefined;
    const { spent, total } = this;
    const more = Math.floor((total - spent) / needy.length);
    // Another round costs as much as the one before: it must give those in need twice as much at least.
    if (needy.some(([, { most }]) => more < most) || this.before + spent > total) return undefined;
    const granted = new Map(this.granted);
    for (const [entry, { most: had }] of needy) granted.set(entry, Math.min(this.of.most, roundDown(had + more)));
    return new Shares(this.of, granted, this.round + 1, this.before + spent);
  }

  get spent(): number {
    let sum = 0;
    for (const { spent } of this.budgets.values()) sum += spent;
    return sum;
  }
}
