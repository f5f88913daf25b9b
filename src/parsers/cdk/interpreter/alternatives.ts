/** Sets of alternatives: joined, narrowed to some choices, and mapped. */
import { MAX_ALTERNATIVES, both, compatible, whenKey, type Values, type When } from '../../../core/choices.ts';
import { textKey } from '../../../core/text.ts';
import type { CdkSource } from '../reading.ts';
import { NOTHING, identity, one, textOf, textValue, unknown, type Alt, type Single, type Value } from './values.ts';

/** Equal alternatives become one; too many become a hole. */
export function join(alternatives: readonly Alt[], name: string): Value {
  if (alternatives.length === 0) return NOTHING;
  if (alternatives.length === 1) return alternatives;
  const seen = new Map<string, Alt>();
  for (const alt of alternatives) {
    const key = `${keyOf(alt.value)}\u0002${whenKey(alt.when)}`;
    if (!seen.has(key)) seen.set(key, alt);
  }
  const distinct = [...seen.values()];
  return distinct.length > MAX_ALTERNATIVES
    ? one(unknown(name, `one of ${seen.size}:${digest([...seen.keys()])}`))
    : distinct;
}

/** Tells one overfull set from another of its name. */
function digest(keys: readonly string[]): string {
  let hash = 5381;
  for (const key of keys) for (let at = 0; at < key.length; at++) hash = (hash * 33 + key.charCodeAt(at)) % 4294967291;
  return hash.toString(36);
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** Identities are told apart within one reading; each starts from the same number, so that names come out the same. */
export function resetIdentities(): void {
  nextIdentity = 0;
}

export function keyOf(value: Single): string {
  switch (value.kind) {
    case 'text':
      return `t${textKey(value.text)}`;
    case 'literal':
      return `l${String(value.value)}`;
    case 'unknown':
      return `u${identity(value)}`;
    case 'symbol':
      return `s${value.module}#${value.path.join('.')}`;
    case 'library':
      return `#${value.id}`;
    case 'member':
      return `m${keyOf(value.of)}.${value.name}`;
    default: {
      const known = identities.get(value);
      if (known !== undefined) return `o${known}`;
      identities.set(value, ++nextIdentity);
      return `o${nextIdentity}`;
    }
  }
}

/** What of a value can hold under the choices made so far. */
export function view(value: Value, when: When): Value {
  if (when.length === 0 || value.every((alt) => alt.when.length === 0)) return value;
  const kept = value.filter((alt) => compatible(alt.when, when));
  return kept.length > 0 ? kept : value;
}

/** Adds choices to each alternative; those that contradict fall out. */
export function restrict(value: Value, when: When): readonly Alt[] {
  if (when.length === 0) return value;
  return value.flatMap((alt) => {
    const joined = both(alt.when, when);
    return joined === undefined ? [] : [{ ...alt, when: joined }];
  });
}

/** One result per alternative, with its choices added. */
export function flatMap(value: Value, name: string, change: (single: Single, alt: Alt) => Value): Value {
  if (value.length === 1 && value[0]!.when.length === 0) return change(value[0]!.value, value[0]!);
  return join(
    value.flatMap((alt) => restrict(change(alt.value, alt), alt.when)),
    name,
  );
}

export function toValues(value: Value): Values {
  return value.map((alt) => ({ value: textOf(alt.value), when: alt.when }));
}

export function fromValues(values: Values, source?: CdkSource): Value {
  return values.map((alt) =>
    source === undefined
      ? { value: textValue(alt.value), when: alt.when }
      : { value: textValue(alt.value), when: alt.when, source },
  );
}

export function withSource(value: Value, source: CdkSource): Value {
  return value.map((alt) => (alt.source === undefined ? { ...alt, source } : alt));
}
