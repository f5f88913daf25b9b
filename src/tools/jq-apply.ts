/** Makes the edits of a jq filter in a document that is known. */
import { isSaid, at, type JsonText } from './json-text.ts';
import type { Edit, Place } from './jq-edits.ts';
import { constant, fixed, holds, type Given } from './jq-values.ts';

export interface Circumstances {
  readonly given: Given;
  /** In a partial document, what isn't there isn't known. */
  readonly isPartial: boolean;
  /** A value nobody knows, another one each time. */
  readonly unknown: () => JsonText;
  /** Told of each value that an edit sets. */
  readonly onSet?: (edit: Edit, value: JsonText) => void;
}

class NoDocument extends Error {}

/** Undefined where jq would give no such document. */
export function edited(json: JsonText, edits: readonly Edit[], around: Circumstances): JsonText | undefined {
  try {
    return edits.reduce((document, edit) => apply(document, edit, around), json);
  } catch (error) {
    if (error instanceof NoDocument) return undefined;
    throw error;
  }
}

function apply(json: JsonText, edit: Edit, around: Circumstances): JsonText {
  switch (edit.kind) {
    case 'focus':
      return at(json, ...edit.fields) ?? fail();
    case 'make': {
      const entries = new Map<string, JsonText>();
      for (const [name, value] of edit.fields) {
        const path = value.kind === 'path' && value.from === undefined ? fixed(value.steps) : undefined;
        const said = path === undefined ? (constant(value, around.given) ?? around.unknown()) : at(json, ...path);
        if (said !== undefined) entries.set(name, said);
      }
      return { kind: 'object', entries };
    }
    case 'remove':
    case 'set': {
      const known = edit.kind === 'set' && edit.value !== undefined ? constant(edit.value, around.given) : undefined;
      const change: Change = { edit, known, isSure: true };
      return changed(json, edit.place, change, around) ?? fail();
    }
  }
}

function fail(): never {
  throw new NoDocument();
}

interface Change {
  readonly edit: Edit;
  readonly known: JsonText | undefined;
  /** Not where a condition isn't known: either the old value stays or the new one comes. */
  readonly isSure: boolean;
}

/** Undefined where nothing is there. */
function changed(
  json: JsonText | undefined,
  [step, ...rest]: Place,
  change: Change,
  around: Circumstances,
): JsonText | undefined {
  if (step === undefined) return end(change, around);
  if (step === 'every') return inEach(json, (inner) => changed(inner, rest, change, around) ?? inner);
  if ('where' in step) {
    const answer = holds(step.where, json, around.given, around.isPartial);
    if (answer === !step.is) return json;
    return changed(json, rest, answer === undefined ? { ...change, isSure: false } : change, around);
  }
  if (json !== undefined && isSaid(json) && json.kind === 'string') return json;
  if ('index' in step) {
    const items = json?.kind === 'list' ? [...json.items] : isSaid(json) ? fail() : [];
    const index = step.index < 0 ? items.length + step.index : step.index;
    if (index < 0 || index > items.length) fail();
    const item = changed(items[index], rest, change, around);
    if (item !== undefined) items[index] = item;
    return { kind: 'list', items };
  }
  if (isSaid(json) && json?.kind !== 'object') return fail();
  const entries = new Map(json?.kind === 'object' ? json.entries : []);
  const value = changed(entries.get(step.field), rest, change, around);
  if (value === undefined) entries.delete(step.field);
  else entries.set(step.field, value);
  return json?.kind === 'object' ? { ...json, entries } : entries.size === 0 ? json : { kind: 'object', entries };
}

function end({ edit, known, isSure }: Change, around: Circumstances): JsonText | undefined {
  if (edit.kind === 'remove' && isSure) return undefined;
  const value = isSure && known !== undefined ? known : around.unknown();
  if (known !== undefined) around.onSet?.(edit, value);
  return value;
}

function inEach(json: JsonText | undefined, change: (inner: JsonText) => JsonText): JsonText | undefined {
  if (json?.kind === 'list') return { ...json, items: json.items.map(change) };
  if (json?.kind !== 'object') return json;
  return { ...json, entries: new Map([...json.entries].map(([key, inner]) => [key, change(inner)])) };
}
