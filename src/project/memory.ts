/**
 * Evaluating again after a change. Each entry point has its turn; a turn is remembered with everything it looked at,
 * and is only run again when one of those things has changed. What it found otherwise stands: evaluation depends on
 * nothing but what it looks at.
 */
import type { Shares } from '../core/budget.ts';
import { contain } from '../core/contain.ts';
import type { Fact, Unfollowed } from '../model/facts.ts';
import { ALWAYS } from '../core/choices.ts';
import { witnessed } from '../core/sealed.ts';
import { NOWHERE, place, type Site } from '../core/site.ts';
import type { Reading, Readings } from './readings.ts';
import type { Machine, Take, World } from './evaluation.ts';
import { defined } from '../core/optional.ts';

export interface Memory {
  readonly turns: Map<string, Remembered>;
  /**
   * What has changed since the last evaluation, as the functions below name it; what a turn does otherwise than before
   * is added.
   */
  readonly changed: Set<string>;
  /** Counts the evaluations. A turn that was not taken in the one before has missed changes. */
  readonly round: number;
}

export interface Remembered {
  round: number;
  readonly reading: Reading;
  readonly given: string | undefined;
  readonly needs: ReadonlySet<string>;
  readonly calls: ReadonlySet<string>;
  /** Undefined: it has to be run again, whatever it looked at. */
  readonly facts: readonly Fact[] | undefined;
  /** Values that were sealed on the way. */
  readonly sealed: ReadonlySet<string>;
  /** What it was given, what it took, and whether that was enough. */
  readonly allowance: number;
  readonly steps: number;
  readonly short: boolean;
}

/** The reading of a path. */
export function readingAt(path: string): string {
  return `reading ${path}`;
}

/** The list of all readings of a kind. */
export function readingsOf(kind: string): string {
  return `kind ${kind}`;
}

/** The path whose content this is about; undefined where it is about something else. */
export function contentIn(need: string): string | undefined {
  return /^(?:reading|text) (.*)$/s.exec(need)?.[1];
}

/** Whether the project has a path. */
export function existenceOf(path: string): string {
  return `path ${path}`;
}

/** The text of a file that is no reading. */
export function textOf(path: string): string {
  return `text ${path}`;
}

/** Whether YAML that evaluation comes upon can be read. */
export const YAML_READERS = 'yaml readers';

/** Whether something was called. */
export const calling = (name: string): string => `called ${name}`;

export interface Bounds {
  readonly shares: Shares;
  readonly late?: () => boolean;
}

/** How an entry is told from others: its readings may be of several kinds. */
function keyOf(reading: Reading): string {
  return `${reading.kind} ${reading.file}`;
}

/**
 * Lets an entry have its turn with steps of its own, and says where they ended. What goes wrong in it costs what comes
 * after that in this entry; what it had found by then stands.
 */
export function bounded({ shares, late }: Bounds, reading: Reading, world: World, turn: (world: World) => void): void {
  const budget = shares.for(keyOf(reading));
  const ends = new Map<string, { readonly site: Site; readonly most: number; readonly what: 'steps' | 'rehearsals' }>();
  const met = new Map<string, number>();
  const emit: World['emit'] = (fact, frame) => {
    const { file, span } = fact.site;
    const key = `${fact.kind} ${file}:${span.start}-${span.end}`;
    const count = (met.get(key) ?? 0) + 1;
    met.set(key, count);
    if (count === MOST_OF_ONE + 1) say('facts of a place', fact.site, MOST_OF_ONE);
    if (count <= MOST_OF_ONE && budget.spend(STEPS_PER_FACT)) world.emit(fact, frame);
  };
  const own: World = {
    ...world,
    budget,
    emit,
    stopped: (site, most, what = 'steps') => {
      const inFile = [...ends.values()].filter((one) => one.site.file === site.file).length;
      if (inFile < MOST_IN_FILE && ends.size < MOST_ENDS) ends.set(place(site), { site, most, what });
    },
  };
  const whole: Site = { file: reading.file, span: NOWHERE };
  const { refused } = budget;
  const say = (what: Unfollowed['what'], site: Site, most: number, reason?: string): void =>
    world.emit(
      {
        kind: 'unfollowed',
        what,
        most,
        site,
        when: ALWAYS,
        origin: `unfollowed ${what} ${place(site)}`,
        ...defined({ reason }),
      },
      {
        run: reading.file,
        via: [],
        env: new Map(),
        cwd: undefined,
        machine: NO_MACHINE,
        inCi: false,
        when: ALWAYS,
        openEnvironment: true,
      },
    );
  contain(
    () => turn(own),
    (reason) => say('failure', whole, 0, reason),
  );
  if (ends.size === 0 && budget.hasToSay(refused)) ends.set('', { site: whole, most: budget.most, what: 'steps' });
  for (const { site, most, what } of ends.values()) say(late?.() === true ? 'time' : what, site, most);
}

/** Facts of one kind about one place: a loop in a program says nothing new in its five hundredth turn. */
const MOST_OF_ONE = 500;

/** Facts are linked with others and judged by many rules. */
const STEPS_PER_FACT = 15;

/** Of one file, and of one entry, that are said: where steps run out, they do so in all that is around. */
const MOST_IN_FILE = 3;
const MOST_ENDS = 30;

const NO_MACHINE: Machine = {
  host: { kind: 'unknown' },
  driver: 'unknown',
  builders: new Map(),
  emulation: 'unknown',
  files: new Map(),
};

interface TurnsRequest extends Bounds {
  readonly memory: Memory;
  /** Of the evaluation as a whole. */
  readonly world: World;
  readonly facts: Fact[];
  /** A world for one turn, whose facts go into the list given. */
  open(readings: Readings, facts: Fact[]): World;
}

/**
 * Forgets the turns that nobody took this time: their readings are gone, or are no entries any more. What they had
 * called is given back; the names of it that some other turn had asked about.
 */
export function forgetGone({ turns, round }: Pick<Memory, 'turns' | 'round'>): Set<string> {
  const gone = new Set<string>();
  const taken = new Set([...turns.values()].flatMap((turn) => (turn.round === round ? keyOf(turn.reading) : [])));
  for (const [slot, turn] of turns) {
    if (turn.round === round) continue;
    turns.delete(slot);
    if (!taken.has(keyOf(turn.reading))) for (const name of turn.calls) gone.add(calling(name));
  }
  const missed = new Set<string>();
  if (gone.size > 0)
    for (const { needs } of turns.values()) for (const one of needs) if (gone.has(one)) missed.add(one);
  return missed;
}

export function turnsOf(request: TurnsRequest): Take {
  const { memory, shares } = request;
  const { changed } = memory;
  const taken = new Set<string>();
  return (reading, turn, given) => {
    const key = keyOf(reading);
    // The same entry twice in one evaluation: it is not known which of the two is asked for next time.
    const again = taken.has(key);
    taken.add(key);
    const before = again ? [] : recordsOf(key, request);
    const found = before.find(
      (one) =>
        one.round >= memory.round - 1 &&
        one.reading === reading &&
        one.given === given &&
        isEnough(one, shares.allowance(key)) &&
        disjoint(one.needs, changed) &&
        one.facts !== undefined,
    );
    if (found !== undefined) {
      replay(key, found, request);
      return;
    }
    const record = perform({ reading, given }, turn, request);
    for (const name of differing(before[0]?.calls ?? NONE, record.calls)) changed.add(calling(name));
    const slot = slotOf(key, shares);
    if (again) memory.turns.delete(slot);
    else memory.turns.set(slot, record);
  };
}

/**
 * An entry that had more in a later round is remembered with what it had in the first as well: the next evaluation
 * begins with that.
 */
function slotOf(key: string, { round }: Pick<Shares, 'round'>): string {
  return round === 0 ? key : `${key} again ${round}`;
}

function recordsOf(key: string, { memory, shares }: TurnsRequest): Remembered[] {
  const rounds = Array.from({ length: shares.round + 1 }, (_, round) => shares.round - round);
  return rounds.flatMap((round) => memory.turns.get(slotOf(key, { round })) ?? []);
}

/** Would it go as far with this as it went? What nothing was refused to is not refused more by having more. */
function isEnough({ allowance, short }: Remembered, now: number): boolean {
  return allowance === now || (!short && now > allowance);
}

function replay(key: string, before: Remembered, { world, facts, memory, shares }: TurnsRequest): void {
  before.round = memory.round;
  for (const fact of before.facts ?? []) facts.push(fact);
  for (const name of before.calls) world.called.add(name);
  shares.replay({ ...before, entry: key });
}

function perform(
  about: Pick<Remembered, 'reading' | 'given'>,
  turn: (world: World) => void,
  { memory, world, facts, open, ...bounds }: TurnsRequest,
): Remembered {
  const needs = new Set<string>();
  const calls = new Set<string>();
  const base = facts.length;
  const budget = bounds.shares.for(keyOf(about.reading));
  const { spent } = budget;
  const sealed = new Set<string>();
  const own = { ...open(watched(world.readings, needs), facts), called: new Called(world.called, calls, needs) };
  witnessed(sealed, () => bounded(bounds, about.reading, own, turn));
  return {
    round: memory.round,
    ...about,
    needs,
    calls,
    facts: facts.slice(base),
    sealed,
    allowance: budget.most,
    steps: budget.spent - spent,
    short: budget.short,
  };
}

function watched(readings: Readings, needs: Set<string>): Readings {
  const { dockerfile } = readings;
  return {
    get yaml() {
      needs.add(YAML_READERS);
      return readings.yaml;
    },
    get: (path) => {
      needs.add(readingAt(path));
      return readings.get(path);
    },
    ofKind: (kind) => {
      needs.add(readingsOf(kind));
      return readings.ofKind(kind);
    },
    exists: (path) => {
      needs.add(existenceOf(path));
      return readings.exists(path);
    },
    text: (path) => {
      needs.add(textOf(path));
      return readings.text(path);
    },
    ...(dockerfile === undefined
      ? {}
      : {
          dockerfile: (path, text) => {
            // Its fallback `dockerfile` may come, go or change as well.
            for (const one of [path, path.replace(/D(?=ockerfile$)/, 'd')])
              for (const what of [readingAt(one), textOf(one), existenceOf(one)]) needs.add(what);
            return dockerfile(path, text);
          },
        }),
  };
}

/** Notes what a turn asks about and what it adds; both go through to the set of the whole evaluation. */
class Called extends Set<string> {
  constructor(
    private readonly all: Set<string>,
    private readonly calls: Set<string>,
    private readonly needs: Set<string>,
  ) {
    super();
  }

  override has(name: string): boolean {
    // What the turn added itself depends on nobody else.
    if (this.calls.has(name)) return true;
    this.needs.add(calling(name));
    return this.all.has(name);
  }

  override add(name: string): this {
    this.calls.add(name);
    this.all.add(name);
    return this;
  }
}

const NONE: ReadonlySet<string> = new Set();

function disjoint(needs: ReadonlySet<string>, changed: ReadonlySet<string>): boolean {
  const [few, many] = needs.size < changed.size ? [needs, changed] : [changed, needs];
  for (const one of few) if (many.has(one)) return false;
  return true;
}

function differing(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const one of a) if (!b.has(one)) found.push(one);
  for (const one of b) if (!a.has(one)) found.push(one);
  return found;
}
