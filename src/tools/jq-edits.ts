/** What a jq filter changes in the document that it is given, one edit after the other. */
import type { Jq, JqStep } from '../syntax/jq.ts';
import { hasMark } from './marks.ts';

/** Only those of the things here of which the condition holds, or doesn't. */
interface Where {
  readonly where: Jq;
  readonly is: boolean;
}

export type Place = readonly (JqStep | Where)[];

export type Edit =
  /** Without a value: something that is not known. */
  | { readonly kind: 'set'; readonly place: Place; readonly value?: Jq }
  | { readonly kind: 'remove'; readonly place: Place }
  /** The document is what stands there, from here on. */
  | { readonly kind: 'focus'; readonly fields: readonly string[] }
  /** The document is a new one of these fields. */
  | { readonly kind: 'make'; readonly fields: ReadonlyMap<string, Jq> };

/** Undefined where it does something else than to edit the document. */
export function editsOf(filter: Jq): readonly Edit[] | undefined {
  try {
    const edits = editsIn(filter, []);
    return edits === undefined || changesItsConditions(edits) ? undefined : edits;
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

class TooMany extends Error {}

function editsIn(filter: Jq, here: Place): readonly Edit[] | undefined {
  switch (filter.kind) {
    case 'path':
      return filter.from === undefined ? focus(filter.steps, here) : undefined;
    case 'object':
      return here.length > 0 ? undefined : make(filter.entries);
    case 'if':
      return chosen(filter, here);
    case 'call': {
      const [first, ...more] = filter.args;
      if (first === undefined || more.length > 0) return undefined;
      if (filter.name === 'map') return editsIn(first, [...here, 'every']);
      return filter.name === 'del' ? removals(first, here) : undefined;
    }
    case 'binary':
      if (filter.operator === '|') return all([editsIn(filter.left, here), editsIn(filter.right, here)]);
      return filter.operator.endsWith('=') && !COMPARISONS.has(filter.operator)
        ? assigned(filter.operator, filter.left, filter.right, here)
        : undefined;
    default:
      return undefined;
  }
}

const COMPARISONS = new Set(['==', '!=', '<=', '>=']);

function all(parts: readonly (readonly Edit[] | undefined)[]): readonly Edit[] | undefined {
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** `.` changes nothing; `.taskDefinition | …` goes on with what stands there. */
function focus(steps: readonly JqStep[], here: Place): readonly Edit[] | undefined {
  if (steps.length === 0) return [];
  const fields = steps.flatMap((step) => (step !== 'every' && 'field' in step ? [step.field] : []));
  return here.length > 0 || fields.length < steps.length ? undefined : [{ kind: 'focus', fields }];
}

function make(entries: Extract<Jq, { kind: 'object' }>['entries']): readonly Edit[] | undefined {
  const fields = new Map<string, Jq>();
  for (const { key, value } of entries) {
    const name = key.kind === 'string' ? key.parts[0] : undefined;
    if (typeof name !== 'string' || hasMark(name)) return undefined;
    fields.set(name, value);
  }
  return [{ kind: 'make', fields }];
}

function chosen({ branches, otherwise }: Extract<Jq, { kind: 'if' }>, here: Place): readonly Edit[] | undefined {
  const before: Where[] = [];
  const parts = branches.map(({ condition, body }) => {
    const edits = editsIn(body, [...here, ...before, { where: condition, is: true }]);
    before.push({ where: condition, is: false });
    return edits;
  });
  return all([...parts, otherwise === undefined ? [] : editsIn(otherwise, [...here, ...before])]);
}

function assigned(operator: string, target: Jq, value: Jq, here: Place): readonly Edit[] | undefined {
  const places = placesOf(target, here);
  if (places === undefined) return undefined;
  return gathered(places, (place): readonly Edit[] | undefined => {
    if (operator === '=') return [{ kind: 'set', place, value }];
    if (operator !== '|=') return [{ kind: 'set', place }];
    return isConstant(value) ? [{ kind: 'set', place, value }] : (editsIn(value, place) ?? [{ kind: 'set', place }]);
  });
}

/** Does it say the same whatever it is asked of? */
function isConstant(filter: Jq): boolean {
  switch (filter.kind) {
    case 'string':
      return filter.parts.every((part) => typeof part === 'string' || isConstant(part));
    case 'scalar':
    case 'variable':
      return true;
    case 'path':
      return filter.from !== undefined && isConstant(filter.from);
    case 'call':
      return filter.name === 'env' && filter.args.length === 0;
    case 'binary':
      return filter.operator === '+' && isConstant(filter.left) && isConstant(filter.right);
    default:
      return false;
  }
}

/** Only fields: what leaves a list moves all that follow it, and the list isn't known any more. */
function removals(paths: Jq, here: Place): readonly Edit[] | undefined {
  return placesOf(paths, here)?.map((place): Edit => {
    const last = place.at(-1);
    if (isField(last)) return { kind: 'remove', place };
    return { kind: 'set', place: place.slice(0, place.findLastIndex(isField) + 1) };
  });
}

export function isField(step: Place[number] | undefined): step is { readonly field: string } {
  return typeof step === 'object' && 'field' in step;
}

/** The places that a path names: `.a[0].b`, `.a[] | select(…) | .b`, `.a, .b`. */
function placesOf(path: Jq, here: Place): readonly Place[] | undefined {
  if (path.kind === 'path') {
    if (path.steps.some((step) => isField(step) && hasMark(step.field))) return undefined;
    const from = path.from === undefined ? [here] : placesOf(path.from, here);
    return from?.map((place) => [...place, ...path.steps]);
  }
  if (path.kind === 'call') {
    const [condition, ...more] = path.args;
    return path.name === 'select' && condition !== undefined && more.length === 0
      ? [[...here, { where: condition, is: true }]]
      : undefined;
  }
  if (path.kind !== 'binary') return undefined;
  const left = placesOf(path.left, here);
  if (left === undefined) return undefined;
  if (path.operator === '|') return gathered(left, (place) => placesOf(path.right, place));
  return path.operator === ',' ? gathered([path.left, path.right], (one) => placesOf(one, here)) : undefined;
}

/** As many edits as anybody writes: `(.a, .b) | (.c, .d) | …` doubles them at each step. */
const MOST = 200;

function gathered<T, R>(list: readonly T[], found: (one: T) => readonly R[] | undefined): readonly R[] | undefined {
  const results: R[] = [];
  for (const one of list) {
    const more = found(one);
    if (more === undefined) return undefined;
    if (results.length + more.length > MOST) throw new TooMany();
    results.push(...more);
  }
  return results;
}

/** Edits go one after the other, while a condition that stands around several is asked before the first. */
function changesItsConditions(edits: readonly Edit[]): boolean {
  const asked = new Set<string>();
  for (const edit of edits) {
    if (edit.kind !== 'set' && edit.kind !== 'remove') continue;
    for (const step of edit.place) if (typeof step === 'object' && 'where' in step) fieldsOf(step.where, asked);
  }
  return (
    edits.length > 1 &&
    edits.some(
      (edit) =>
        (edit.kind === 'set' || edit.kind === 'remove') &&
        edit.place.some((step) => typeof step === 'object' && 'where' in step) &&
        edit.place.some((step) => isField(step) && asked.has(step.field)),
    )
  );
}

function fieldsOf(filter: Jq, found: Set<string>): void {
  switch (filter.kind) {
    case 'path':
      for (const step of filter.steps) if (isField(step)) found.add(step.field);
      if (filter.from !== undefined) fieldsOf(filter.from, found);
      return;
    case 'binary':
      fieldsOf(filter.left, found);
      fieldsOf(filter.right, found);
      return;
    case 'call':
      for (const arg of filter.args) fieldsOf(arg, found);
      return;
  }
}
