/**
 * Where branches join, a value is a small set of alternatives. Each says under which choices it holds, so that two
 * values that follow the same condition stay correlated: `isArm ? ARM_64 : X86_64` beside `isArm ? LINUX_ARM64 :
 * LINUX_AMD64` is no mismatch.
 */
import type { Site } from './site.ts';
import { EMPTY, concat, generalise, hole, textKey, type Text } from './text.ts';

/** A replaceable default: what it gives, and where it is written, if that can be shown. */
export interface Default {
  readonly value: Text;
  readonly site?: Site;
}

/**
 * One choice: the condition's identity and the way it went. `default:NAME` with `unset` marks a default that a caller
 * may replace.
 */
export interface Guard {
  readonly cond: string;
  readonly is: string;
  /** Of a default that applies; no part of the choice's identity. */
  readonly default?: Default;
}

/** A conjunction of choices; `[]` always holds. */
export type When = readonly Guard[];

export const ALWAYS: When = [];

export interface Alternative<T> {
  readonly value: T;
  readonly when: When;
}

/** Never empty. More alternatives than this collapse into what they have in common. */
export type Values = readonly Alternative<Text>[];
export const MAX_ALTERNATIVES = 20;

export function compatible(a: When, b: When): boolean {
  const outcomes = outcomesOf(a, b);
  return b.every((y) =>
    outcomes === undefined
      ? a.every((x) => x.cond !== y.cond || x.is === y.is)
      : (outcomes.get(y.cond) ?? y.is) === y.is,
  );
}

/**
 * The choices of a long conjunction by their condition; undefined where looking through it again and again is the
 * quicker way.
 */
function outcomesOf(a: When, b: When): ReadonlyMap<string, string> | undefined {
  return a.length * b.length <= FEW ? undefined : new Map(a.map(({ cond, is }) => [cond, is]));
}

const FEW = 200;

/** Both conjunctions at once; undefined when they contradict each other. */
export function both(a: When, b: When): When | undefined {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  if (!compatible(a, b)) return undefined;
  const outcomes = outcomesOf(a, b);
  const extra = b.filter((y) => !(outcomes?.has(y.cond) ?? a.some((x) => x.cond === y.cond)));
  return extra.length === 0 ? a : [...a, ...extra];
}

/** The other way of a choice that has two. */
export function turned({ cond, is }: Guard): Guard | undefined {
  const other = TURNED.get(is);
  return other === undefined ? undefined : { cond, is: other };
}

const TURNED: ReadonlyMap<string, string> = new Map([
  ['yes', 'no'],
  ['no', 'yes'],
  ['true', 'false'],
  ['false', 'true'],
  ['set', 'unset'],
  ['unset', 'set'],
]);

/** What a conjunction says beyond another. */
export function beyond(whole: When, common: When): When {
  return common.length === 0
    ? whole
    : whole.filter((guard) => !common.some((one) => one.cond === guard.cond && one.is === guard.is));
}

export function when(cond: string, is: string): When {
  return [{ cond, is }];
}

const DEFAULT = 'default:';

/**
 * The choice that a default (`${X:-y}`, an optional prop, a parameter's default) applies because nobody gave a value.
 */
export function byDefault(name: string, given?: Default): When {
  return given === undefined ? when(DEFAULT + name, 'unset') : [{ cond: DEFAULT + name, is: 'unset', default: given }];
}

export function given(name: string): When {
  return when(DEFAULT + name, 'set');
}

/** Does this hold only because a replaceable default applies? */
export function restsOnDefault(conditions: When): boolean {
  return defaultsIn(conditions).length > 0;
}

const FROM_FILE = 'file of values: ';

/** The choice that this file gives `to` its values, of several of which no command names one. */
export function fromFile(to: string, file: string): When {
  return when(FROM_FILE + to, file);
}

/** Does this hold only with one of several files that nobody is seen to choose? */
export function restsOnFile(conditions: When): boolean {
  return conditions.some(({ cond }) => cond.startsWith(FROM_FILE));
}

/** How a choice begins that a command succeeds or fails. */
export const SUCCEEDS = 'ok ';

/** Does this hold only because a command failed (`$(git describe || echo dev)`)? */
export function restsOnFailure(conditions: When): boolean {
  return conditions.some(({ cond, is }) => is === 'no' && cond.startsWith(SUCCEEDS));
}

/** Those of the choices that a default applies. */
export function defaultsIn(conditions: When): readonly Guard[] {
  return conditions.filter((guard) => guard.cond.startsWith(DEFAULT) && guard.is === 'unset');
}

/** Is it the default of what somebody is asked for (`read -p … NAME`), and no variable's of the environment? */
export function isOfAnAnswer({ cond }: Guard): boolean {
  return cond.startsWith(DEFAULT) && cond.includes('@');
}

/** Is this the choice that nobody gives `name` anything? */
export function isDefaultOf({ cond, is }: Guard, name: string): boolean {
  return is === 'unset' && cond === DEFAULT + name;
}

/** Is this the choice that somebody gives `name` a value? */
export function isGivenFor({ cond, is }: Guard, name: string): boolean {
  return is === 'set' && cond === DEFAULT + name;
}

/** Does this hold only where a caller gives something else than a default that there is? */
export function restsOnCaller(conditions: When): boolean {
  return conditions.some((guard) => guard.cond.startsWith(DEFAULT) && guard.is === 'set');
}

export function always(text: Text): Values {
  return [{ value: text, when: ALWAYS }];
}

/**
 * Of too many alternatives, those in which callers give the least beyond the defaults: what happens without options,
 * then with one of them. Undefined when even that is too many.
 */
export function nearestDefaults<T extends { readonly when: When }>(list: readonly T[], most: number): T[] | undefined {
  if (list.length <= most) return [...list];
  const given = list.map(
    (one) => one.when.filter((guard) => guard.cond.startsWith(DEFAULT) && guard.is === 'set').length,
  );
  for (let limit = Math.max(...given) - 1; limit >= 0; limit--) {
    const kept = list.filter((_, index) => given[index]! <= limit);
    if (kept.length <= most) return kept.length > 0 ? kept : undefined;
  }
  return undefined;
}

/** Alternatives that agree are one; of too many, only what they have in common stays, around a hole of this name. */
export function settle(values: Values, name: string): Values {
  if (values.length < 2) return values;
  const byKey = new Map<string, Alternative<Text>>();
  for (const one of values) {
    const key = `${textKey(one.value)}\u0002${whenKey(one.when)}`;
    if (!byKey.has(key)) byKey.set(key, one);
  }
  const distinct = [...byKey.values()];
  if (
    distinct.length > 1 &&
    distinct.every((one) => textKey(one.value) === textKey(distinct[0]!.value)) &&
    distinct.some((one) => one.when.length === 0)
  ) {
    return always(distinct[0]!.value);
  }
  return (
    nearestDefaults(distinct, MAX_ALTERNATIVES) ??
    always(
      generalise(
        distinct.map((one) => one.value),
        name,
      ),
    )
  );
}

export function whenKey(conditions: When): string {
  return conditions
    .map((guard) => `${guard.cond}\u0003${guard.is}`)
    .sort()
    .join('\u0004');
}

/** Every compatible combination, joined. */
export function concatValues(parts: readonly Values[], name: string): Values {
  let result: Values = always(EMPTY);
  for (const part of parts) {
    const next: Alternative<Text>[] = [];
    for (const left of result) {
      for (const right of part) {
        const conditions = both(left.when, right.when);
        if (conditions !== undefined) next.push({ value: concat(left.value, right.value), when: conditions });
      }
    }
    result = settle(next.length > 0 ? next : always(hole(name)), name);
  }
  return result;
}

export function mapValues(values: Values, name: string, change: (text: Text) => Text): Values {
  return settle(
    values.map((one) => ({ value: change(one.value), when: one.when })),
    name,
  );
}

/** The values that can hold under these choices, with the choices added to each. */
export function under(values: Values, conditions: When): Values {
  if (conditions.length === 0) return values;
  const kept = values.flatMap((one) => {
    const joined = both(one.when, conditions);
    return joined === undefined ? [] : [{ value: one.value, when: joined }];
  });
  return kept.length > 0 ? kept : values;
}

/** The one text that always holds, if there is just one. */
export function single(values: Values): Text | undefined {
  return values.length === 1 ? values[0]!.value : undefined;
}
