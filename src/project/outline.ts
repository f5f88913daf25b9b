/**
 * The outline of a reading: what of it is kept between runs. All else is read again once somebody looks at it, and
 * mostly nobody does.
 */
import type { Kind, Reading } from './readings.ts';

export interface Outline {
  readonly known: Readonly<Record<string, unknown>>;
  /** The names of what it has besides. */
  readonly others: readonly string[];
}

const outlines = new WeakMap<object, Outline>();

export function outlineOf(reading: Reading): Outline {
  let outline = outlines.get(reading);
  if (outline === undefined) {
    const fields = Object.entries(reading);
    const isKnown = ([name, value]: [string, unknown]): boolean => ALWAYS.has(name) || isBrief(value);
    outline = {
      known: Object.fromEntries(fields.filter(isKnown)),
      others: fields.filter((field) => !isKnown(field)).map(([name]) => name),
    };
    outlines.set(reading, outline);
  }
  return outline;
}

/** What comments say, the files of an app, and whom a script may call. */
const ALWAYS = new Set(['suppressions', 'unreadable', 'files', 'mentions']);
const LONGEST_LIST = 100;

function isBrief(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length <= LONGEST_LIST && value.every((one) => typeof one === 'string')
    : typeof value !== 'object';
}

/** A reading like the one that was outlined; `load` is asked for the rest of it, once. */
export function fromOutline<K extends Kind>(
  kind: K,
  outline: Outline,
  load: () => Reading,
): Extract<Reading, { kind: K }> {
  const drawn: object = { ...outline.known };
  let whole: Reading | undefined;
  for (const name of outline.others)
    Object.defineProperty(drawn, name, {
      enumerable: true,
      get: (): unknown => Object.getOwnPropertyDescriptor((whole ??= load()), name)?.value,
    });
  outlines.set(drawn, outline);
  if (!isOfKind(drawn, kind)) throw new Error(`an outline of ${kind} is of something else`);
  return drawn;
}

function isOfKind<K extends Kind>(drawn: object, kind: K): drawn is Extract<Reading, { kind: K }> {
  return 'kind' in drawn && drawn.kind === kind;
}
