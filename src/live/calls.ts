/** Calls to AWS: what came through, what failed and why, and when an operation is no longer tried. */
import type { Gap, Unverified } from './evidence.ts';
import { failureOf, type Failure } from './failure.ts';
import { Tally } from './verified.ts';
import { defined } from '../core/optional.ts';

/**
 * So many failures in a row, and the rest of an operation's calls are not made; more of them where some had come
 * through. A denial costs one quick call and may hold for one resource only; throttling and silence cost all the
 * retries.
 */
const HOPELESS = { quick: 50, slow: 8 };
const EXAMPLES = 3;

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export interface Asked {
  readonly action: string;
  /** What it is about, by name, for the report. */
  readonly about: string;
  readonly resource?: string;
  /** Calls that may fail together for a reason of their own (another account's registry): counted apart. */
  readonly apart?: string;
  /** Answers that are no failure (`LifecyclePolicyNotFoundException`): handed back without a gap. */
  readonly expected?: readonly string[];
  /** It's about another account's: whatever becomes of it, it says nothing about this one's service. */
  readonly foreign?: boolean;
  /** The service isn't known to be offered in the region: that nothing answers there says that it isn't. */
  readonly mayBeAbsent?: boolean;
}

export class Calls {
  private readonly failures = new Map<string, { inARow: number; ever: boolean; most: number }>();
  private readonly noted = new Map<
    string,
    { gap: Omit<Gap, 'count' | 'about' | 'resource'>; about: Set<string>; resource?: string }
  >();
  private readonly tally = new Tally();
  private came = 0;

  constructor(private readonly signal: AbortSignal) {}

  async call<T>(
    asked: Asked,
    work: () => Promise<T>,
    otherwise?: (failure: Failure) => Promise<T | undefined>,
  ): Promise<Outcome<T>> {
    const came = (): void => {
      this.came++;
      if (asked.foreign !== true) this.tally.came(asked.action);
    };
    const lost = async (failure: Failure): Promise<Outcome<T>> => {
      const value = this.signal.aborted ? undefined : await otherwise?.(failure).catch(() => undefined);
      if (value === undefined) {
        this.missed(asked, failure);
        if (asked.foreign !== true) this.tally.failed(asked.action, failure);
        return { ok: false, failure };
      }
      came();
      return { ok: true, value };
    };
    const key = `${asked.action} ${asked.apart ?? ''}`;
    const record = this.failures.get(key) ?? { inARow: 0, ever: false, most: HOPELESS.quick };
    this.failures.set(key, record);
    if (this.signal.aborted) {
      const failure: Failure = { kind: 'interrupted', name: 'AbortError', reason: 'interrupted before it was asked' };
      this.missed(asked, failure);
      return { ok: false, failure };
    }
    if (record.inARow >= (record.ever ? 4 * record.most : record.most)) {
      return lost({
        kind: 'skipped',
        name: 'Skipped',
        reason: `${asked.action} had failed ${record.inARow} times in a row, so it was not tried again`,
      });
    }
    try {
      const value = await work();
      record.inARow = 0;
      record.ever = true;
      came();
      return { ok: true, value };
    } catch (error) {
      const failure = failureOf(error, asked.action);
      if (
        asked.expected?.includes(failure.name) === true ||
        (asked.mayBeAbsent === true && failure.kind === 'unreachable')
      ) {
        record.inARow = 0;
        if (failure.kind !== 'unreachable') came();
        return { ok: false, failure };
      }
      if (failure.kind !== 'gone') record.inARow++;
      record.most = failure.kind === 'denied' ? HOPELESS.quick : HOPELESS.slow;
      return lost(failure);
    }
  }

  missed(asked: Asked, failure: Failure): void {
    const key = `${asked.action}\u0001${failure.kind}\u0001${failure.reason}`;
    const known = this.noted.get(key);
    if (known === undefined) {
      const { kind, reason, permission } = failure;
      this.noted.set(key, {
        gap: { action: asked.action, kind, reason, ...defined({ permission }) },
        about: new Set([asked.about]),
        ...defined({ resource: asked.resource }),
      });
      return;
    }
    known.about.add(asked.about);
  }

  succeeded(): number {
    return this.came;
  }

  gaps(): Gap[] {
    return [...this.noted.values()].map(({ gap, about, resource }) => ({
      ...gap,
      count: about.size,
      about: [...about].slice(0, EXAMPLES),
      ...(about.size === 1 && resource !== undefined ? { resource } : {}),
    }));
  }

  unverified(): Unverified[] {
    return this.tally.unverified();
  }
}
