/** What values hold: documents of JSON in attributes, the items of lists, and whether anything is said at all. */
import type { Said } from '../../services/start.ts';
import { embeddedJson } from './embedded.ts';
import { judgedString, knownString, under, type Value, type Way } from './value.ts';

/** Is anything but `null` and the empty string said? */
export function isSaid(value: Value | undefined): value is Value {
  return value?.some((way) => way.value.kind !== 'null' && judgedString(way.value) !== '') === true;
}

/** Without the ways that say nothing: a zip on one side of a condition, an image on the other. */
export function withoutNulls(value: Value): Value {
  return value.filter((way) => way.value.kind !== 'null');
}

/** The JSON document that an attribute holds; on each of its ways, where it has several. */
export function documentOf(value: Value | undefined): Value | undefined {
  const seen = new Set<unknown>();
  const ways = (value ?? []).flatMap((way): Way[] => {
    if (way.value.kind === 'null') return [];
    if (way.value.kind === 'list' || way.value.kind === 'object') return [way];
    const { written } = way.place;
    if (written === undefined) return under(embeddedJson(way) ?? [], way.when);
    // A text of several ways that is written once is one document, with several ways inside.
    if (seen.has(written.expression)) return [];
    seen.add(written.expression);
    const others = (value ?? []).filter((one) => one.place.written?.expression === written.expression);
    const shared = way.when.filter(({ cond, is }) =>
      others.every((one) => one.when.some((guard) => guard.cond === cond && guard.is === is)),
    );
    return under(embeddedJson(way) ?? [], shared);
  });
  return ways.length === 0 ? undefined : ways;
}

export function itemsOf(value: Value | undefined): readonly Value[] {
  return (value ?? []).flatMap((way) =>
    way.value.kind === 'list'
      ? way.value.items.map((item) => under(item, way.when)).filter((item) => item.length > 0)
      : [],
  );
}

export function listed(value: Value | undefined): readonly (string | undefined)[] {
  return itemsOf(value).map(knownString);
}

/** The words of a list (`command`, `entryPoint`). */
export function saidWords(value: Value | undefined): Said {
  if (value === undefined || value.every((way) => way.value.kind === 'null')) return undefined;
  const single = value.length === 1 ? value[0]!.value : undefined;
  if (single?.kind !== 'list') return 'unknown';
  if (single.items.length === 0) return undefined;
  const found = single.items.map(knownString);
  return found.every((each) => each !== undefined) ? found : 'unknown';
}
