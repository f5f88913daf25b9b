/**
 * Values of Terraform expressions: each a few alternatives with the choices under which they hold and the place where
 * they are written.
 */
import { ALWAYS, both, nearestDefaults, whenKey, type Guard, type Values, type When } from '../../core/choices.ts';
import { siteOf, type Hop, type Lines, type Range, type Site } from '../../core/site.ts';
import { judged, likewise, sealText, spelled } from '../../core/sealed.ts';
import { concat, equalTexts, hole, known, literal, textKey, type Nature, type Text } from '../../core/text.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import type { Env } from './expressions.ts';
import type { Resource } from './resources.ts';
import type { Scope } from './scope.ts';
import { defined } from '../../core/optional.ts';

export interface Place {
  readonly lines: Lines;
  readonly range: Range;
  /** The string that stands there, for those who read what is in it. */
  readonly written?: { readonly expression: HclExpression; readonly env: Env };
}

export type Single =
  /** Strings, and numbers and booleans as they are written. */
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, Value> }
  /** `jsonencode(…)`: what is inside stays readable. */
  | { readonly kind: 'json'; readonly value: Value }
  | { readonly kind: 'resource'; readonly resource: Resource }
  | { readonly kind: 'module'; readonly scope: Scope }
  /** `absent`: an attribute that a known object doesn't have, which `try` and `lookup` step over. */
  | { readonly kind: 'unknown'; readonly name: string; readonly nature?: Nature; readonly absent?: true };

export interface Way {
  readonly value: Single;
  readonly when: When;
  readonly place: Place;
}

/** Never empty. */
export type Value = readonly Way[];

const MAX_WAYS = 16;
export const NULL: Single = { kind: 'null' };

export function one(value: Single, place: Place): Value {
  return [{ value, when: ALWAYS, place }];
}

export function text(value: string): Single {
  return { kind: 'text', text: concat(literal(value)) };
}

export function unknown(name: string, nature?: Nature): Single {
  return { kind: 'unknown', name, ...defined({ nature }) };
}

/** Lists that double themselves end somewhere. */
const MOST_ITEMS = 2000;

export function list(items: readonly Value[]): Single {
  return items.length > MOST_ITEMS ? unknown('…') : { kind: 'list', items };
}

/** Alternatives that agree are one, and there are only so many. */
export function settle(ways: readonly Way[], name: string, place: Place): Value {
  const seen = new Set<string>();
  const distinct = ways.filter((way) => {
    const key = singleKey(way.value);
    if (key === undefined) return true;
    const whole = `${key}\u0002${whenKey(way.when)}`;
    return seen.size !== seen.add(whole).size;
  });
  const [first] = distinct;
  if (first === undefined) return one(unknown(name), place);
  const same = singleKey(first.value);
  if (
    same !== undefined &&
    distinct.length > 1 &&
    distinct.every((way) => singleKey(way.value) === same) &&
    (distinct.some((way) => way.when.length === 0) || covers(distinct))
  ) {
    return [{ ...first, when: ALWAYS }];
  }
  return distinct.length <= MAX_WAYS ? distinct : (nearestDefaults(distinct, MAX_WAYS) ?? one(unknown(name), place));
}

/** Both sides of one choice. */
function covers([a, b, ...rest]: readonly Way[]): boolean {
  return (
    rest.length === 0 &&
    a?.when.length === 1 &&
    b?.when.length === 1 &&
    a.when[0]!.cond === b.when[0]!.cond &&
    a.when[0]!.is !== b.when[0]!.is
  );
}

function singleKey(value: Single): string | undefined {
  return value.kind === 'text'
    ? `t${textKey(value.text)}`
    : value.kind === 'null'
      ? 'n'
      : value.kind === 'unknown'
        ? `u${value.name}`
        : undefined;
}

/** A function of several values: once for every combination that can be. */
export function combine(
  values: readonly Value[],
  name: string,
  place: Place,
  apply: (singles: readonly Single[]) => Value,
): Value {
  let combinations: { singles: readonly Single[]; when: When }[] = [{ singles: [], when: ALWAYS }];
  for (const value of values) {
    const next = combinations.flatMap(({ singles, when }) =>
      value.flatMap((way) => {
        const joined = both(when, way.when);
        return joined === undefined ? [] : [{ singles: [...singles, way.value], when: joined }];
      }),
    );
    const kept = nearestDefaults(next, MAX_WAYS);
    if (kept === undefined) return one(unknown(name), place);
    combinations = kept;
  }
  return settle(
    combinations.flatMap(({ singles, when }) => under(apply(singles), when)),
    name,
    place,
  );
}

/** The ways that can be under these choices, the choices added; none when they are excluded. */
export function under(value: Value, when: When): Way[] {
  if (when.length === 0) return [...value];
  return value.flatMap((way) => {
    const joined = both(way.when, when);
    return joined === undefined ? [] : [{ ...way, when: joined }];
  });
}

/** A value as part of a string. */
export function textOf(value: Single): Text {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'null':
      return [];
    case 'unknown':
      return hole(value.name, value.nature);
    case 'resource':
      return hole(`${value.resource.address}${value.resource.scope.suffix}`);
    case 'module':
      return hole(value.scope.label);
    case 'list':
    case 'object':
    case 'json':
      return hole('…');
  }
}

export function stringOf(value: Single | undefined): string | undefined {
  return value?.kind === 'text' ? known(value.text) : undefined;
}

/** As `stringOf`, of sealed text as well: for decisions alone. */
export function judgedString(value: Single | undefined): string | undefined {
  return value?.kind === 'text' ? judged(value.text) : undefined;
}

/** A string made of others: sealed where one of them is. */
export function made(value: string, ...from: readonly (Single | undefined)[]): Single {
  return {
    kind: 'text',
    text: likewise(value, ...from.map((each) => (each === undefined ? undefined : textOf(each)))),
  };
}

/** All strings of a value sealed, those of its lists and objects as well. */
export function sealed(value: Value, about: string): Value {
  return value.map(({ value: single, when, place: { lines, range } }) => ({
    value: sealedSingle(single, about),
    when,
    place: { lines, range },
  }));
}

function sealedSingle(single: Single, about: string): Single {
  switch (single.kind) {
    case 'text':
      return { kind: 'text', text: sealText(single.text, about) };
    case 'list':
      return list(single.items.map((item) => sealed(item, about)));
    case 'object':
      return { kind: 'object', entries: new Map([...single.entries].map(([key, item]) => [key, sealed(item, about)])) };
    case 'json':
      return { kind: 'json', value: sealed(single.value, about) };
    case 'null':
    case 'resource':
    case 'module':
    case 'unknown':
      return single;
  }
}

/** The one known string that a value is, unless somebody gives another than the default. */
export function knownString(value: Value | undefined): string | undefined {
  const usual = value !== undefined && value.length > 1 ? value.filter((way) => !restsOnGiven(way.when)) : value;
  return usual?.length === 1 ? stringOf(usual[0]!.value) : undefined;
}

/** Does this hold only where a caller gives what has a default? */
function restsOnGiven(when: When): boolean {
  return when.some((guard) => guard.is === 'set' && guard.cond.startsWith('default:'));
}

/**
 * Where it makes no difference to what matters (`key`) whether the defaults hold, they stand for all: a name made of a
 * variable with a default is then known by it, and nothing rests on the default.
 */
export function withoutIdleDefaults<T extends { readonly when: When }>(
  list: readonly T[],
  key: (one: T) => string,
): readonly T[] {
  const isDefault = (guard: Guard): boolean => guard.cond.startsWith('default:') && guard.is === 'unset';
  const usual = list.filter((one) => one.when.some(isDefault));
  const given = list.filter((one) => restsOnGiven(one.when));
  if (usual.length === 0 || given.length === 0) return list;
  const keysOf = (some: readonly T[]): string => [...new Set(some.map(key))].sort().join('\u0003');
  if (keysOf(usual) !== keysOf(given)) return list;
  return list
    .filter((one) => !restsOnGiven(one.when))
    .map((one) => ({ ...one, when: one.when.filter((guard) => !isDefault(guard)) }));
}

/** As the shell and the model take it. */
export function valuesOf(value: Value): Values {
  return value.map((way) => ({ value: textOf(way.value), when: way.when }));
}

/** From outside: what a command or a caller hands in. */
export function fromValues(values: Values, place: Place): Value {
  return values.map((way) => ({ value: { kind: 'text', text: way.value }, when: way.when, place }));
}

export function placed({ lines, range }: Place, via: readonly Hop[]): Site {
  return siteOf(lines, range, via);
}

export function sameValue(left: Single, right: Single): boolean | undefined {
  if (left.kind === 'null' && right.kind === 'null') return true;
  if (left.kind === 'null' || right.kind === 'null')
    return left.kind === 'unknown' || right.kind === 'unknown' ? undefined : false;
  if (left.kind !== 'text' || right.kind !== 'text') return undefined;
  const [a, b] = [judged(left.text), judged(right.text)];
  if (a !== undefined && b !== undefined) return a === b;
  if (equalTexts(left.text, right.text)) return true;
  // A text with a literal part is not empty, whatever its holes hold.
  const other = a === '' ? right.text : b === '' ? left.text : undefined;
  return other?.some((part) => spelled(part) !== undefined) === true ? false : undefined;
}
