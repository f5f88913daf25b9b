/**
 * What a GitHub expression is worth: a scalar known in parts and per choice, an object, a list, or something we know
 * only by name.
 */
import { ALWAYS, MAX_ALTERNATIVES, both, settle, type Values, type When } from '../../core/choices.ts';
import { judged, sealText, spelled } from '../../core/sealed.ts';
import { isCredential } from '../../core/secrets.ts';
import { hole, known, literal, textKey, type Nature, type Text } from '../../core/text.ts';
import { defined } from '../../core/optional.ts';

export type ScalarType = 'string' | 'boolean' | 'number' | 'null' | 'unknown';

export interface Scalar {
  readonly text: Text;
  readonly type: ScalarType;
  readonly when: When;
}

export type Data =
  | { readonly kind: 'scalar'; readonly alternatives: readonly Scalar[] }
  | {
      readonly kind: 'object';
      readonly entries: ReadonlyMap<string, Data>;
      /** What a property that isn't there stands for; absent: GitHub's null. */
      readonly others?: Unknown;
    }
  | { readonly kind: 'list'; readonly items: readonly Data[] }
  | Unknown;

export interface Unknown {
  readonly kind: 'unknown';
  /** `steps.meta.outputs.tags`, for people. */
  readonly path: string;
  /** Keeps values of one name in different runs apart. */
  readonly scope?: string;
  readonly nature?: Nature;
}

export const NULL: Data = scalar('', 'null');

export function scalar(value: string, type: ScalarType = 'string', when: When = ALWAYS): Data {
  return { kind: 'scalar', alternatives: [{ text: literal(value), type, when }] };
}

export function boolean(value: boolean): Data {
  return scalar(String(value), 'boolean');
}

/** A condition nobody can decide: true under one choice, false under the other. */
export function undecided(cond: string): Data {
  return {
    kind: 'scalar',
    alternatives: [
      { text: literal('true'), type: 'boolean', when: [{ cond, is: 'true' }] },
      { text: literal('false'), type: 'boolean', when: [{ cond, is: 'false' }] },
    ],
  };
}

export function unknown(path: string, scope?: string, nature?: Nature): Unknown {
  return {
    kind: 'unknown',
    path,
    ...defined({ scope, nature }),
  };
}

export function ofValues(values: Values, type: ScalarType = 'string'): Data {
  return { kind: 'scalar', alternatives: values.map(({ value, when }) => ({ text: value, type, when })) };
}

/** What went through an environment, an output or an action's input is a string: `deploy: true` is `'true'`. */
export function asString(data: Data): Data {
  return ofType(data, 'string');
}

export function ofType(data: Data, type: 'string' | 'boolean'): Data {
  if (data.kind !== 'scalar') return data;
  return {
    kind: 'scalar',
    alternatives: data.alternatives.map((one) => (one.type === 'unknown' ? one : { ...one, type })),
  };
}

function unknownText({ path, scope, nature }: Unknown): Text {
  return hole(scope === undefined ? path : `${path}@${scope}`, nature);
}

/** As it would be pasted into a text. Objects paste as nothing anyone wants, so they are holes. */
export function toValues(data: Data): Values {
  switch (data.kind) {
    case 'scalar':
      return settle(
        data.alternatives.map(({ text, when }) => ({ value: text, when })),
        'too many values',
      );
    case 'unknown':
      return [{ value: unknownText(data), when: ALWAYS }];
    case 'object':
    case 'list':
      return [{ value: hole(data.kind === 'list' ? 'Array' : 'Object'), when: ALWAYS }];
  }
}

export function scalars(data: Data): readonly Scalar[] {
  if (data.kind === 'scalar') return data.alternatives;
  return toValues(data).map(({ value, when }) => ({ text: value, type: 'unknown', when }));
}

export function truth({ text, type }: Pick<Scalar, 'text' | 'type'>): boolean | undefined {
  const value = judged(text);
  if (value === undefined) return text.some((part) => spelled(part) !== undefined) ? true : undefined;
  if (type === 'boolean') return value === 'true';
  if (type === 'number') return Number(value) !== 0;
  return type === 'null' ? false : value !== '';
}

export function combine(alternatives: readonly Scalar[], name: string): Data {
  const seen = new Set<string>();
  const distinct = alternatives.filter(({ text, type, when }) => {
    const key = `${type}\u0002${textKey(text)}\u0002${when
      .map(({ cond, is }) => `${cond}\u0003${is}`)
      .sort()
      .join('\u0004')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  if (distinct.length === 0 || distinct.length > MAX_ALTERNATIVES) return unknown(name);
  return { kind: 'scalar', alternatives: distinct };
}

/** Every compatible pair, through a function of both. */
export function pairs(
  left: Data,
  right: Data,
  name: string,
  change: (a: Scalar, b: Scalar, when: When) => readonly Scalar[],
): Data {
  const result: Scalar[] = [];
  for (const a of scalars(left)) {
    for (const b of scalars(right)) {
      const when = both(a.when, b.when);
      if (when !== undefined) result.push(...change(a, b, when));
    }
  }
  return combine(result, name);
}

/** The property of this name, as GitHub looks it up: without regard to case. */
export function property(data: Data, name: string): Data {
  const found = propertyOf(data, name);
  if (found.kind !== 'scalar' || !isCredential(name)) return found;
  return {
    kind: 'scalar',
    alternatives: found.alternatives.map((one) => ({ ...one, text: sealText(one.text, name) })),
  };
}

function propertyOf(data: Data, name: string): Data {
  if (data.kind === 'unknown') return unknown(`${data.path}.${name}`, data.scope, data.nature);
  if (data.kind === 'list') {
    const index = Number(name);
    return Number.isInteger(index) ? (data.items[index] ?? NULL) : NULL;
  }
  if (data.kind === 'scalar') return NULL;
  const exact = data.entries.get(name);
  if (exact !== undefined) return exact;
  for (const [key, value] of data.entries) if (key.toLowerCase() === name.toLowerCase()) return value;
  return data.others === undefined ? NULL : property(data.others, name);
}

export function fromJson(value: unknown): Data {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(fromJson) };
  if (typeof value === 'object' && value !== null)
    return { kind: 'object', entries: new Map(Object.entries(value).map(([key, inner]) => [key, fromJson(inner)])) };
  if (typeof value === 'boolean') return boolean(value);
  if (typeof value === 'number') return scalar(String(value), 'number');
  return value === null ? NULL : scalar(String(value));
}

/** Plain JSON of what is known whole; undefined when any of it isn't. */
export function toJson(data: Data): unknown {
  if (data.kind === 'list') {
    const items = data.items.map(toJson);
    return items.includes(undefined) ? undefined : items;
  }
  if (data.kind === 'object') {
    const entries = [...data.entries].map(([key, value]) => [key, toJson(value)] as const);
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
  }
  const only = data.kind === 'scalar' && data.alternatives.length === 1 ? data.alternatives[0] : undefined;
  const value = only === undefined ? undefined : known(only.text);
  if (only === undefined || value === undefined) return undefined;
  return only.type === 'boolean'
    ? value === 'true'
    : only.type === 'number'
      ? Number(value)
      : only.type === 'null'
        ? null
        : value;
}
