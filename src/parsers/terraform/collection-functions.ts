/** Terraform's functions over lists and maps: merge, lookup, element, flatten … */
import { table } from '../../core/table.ts';
import { same, type Apply } from './apply.ts';
import { sameValue } from './value.ts';
import { NULL, judgedString, list, made, one, text, type Value } from './value.ts';

export const COLLECTION_FUNCTIONS: Readonly<Record<string, Apply>> = table({
  toset: same,
  tolist: same,
  tomap: same,
  distinct: same,
  sort: same,
  coalescelist: (args, told) =>
    one(args.find((each) => each.kind !== 'list' || each.items.length > 0) ?? NULL, told.place),
  compact: ([value], told) =>
    value?.kind === 'list'
      ? one(
          list(
            value.items.filter(
              (item) => !item.every((way) => way.value.kind === 'null' || judgedString(way.value) === ''),
            ),
          ),
          told.place,
        )
      : told.unknown,
  concat: (args, told) =>
    args.every((each) => each.kind === 'list')
      ? one(list(args.flatMap((each) => (each.kind === 'list' ? each.items : []))), told.place)
      : told.unknown,
  setunion: (args, told) =>
    args.every((each) => each.kind === 'list')
      ? one(list(args.flatMap((each) => (each.kind === 'list' ? each.items : []))), told.place)
      : told.unknown,
  flatten: ([value], told) =>
    value?.kind === 'list' ? one(list(flattened(value.items, 0)), told.place) : told.unknown,
  merge: (args, told) => {
    const objects = args.filter((each) => each.kind !== 'null');
    if (!objects.every((each) => each.kind === 'object')) return told.unknown;
    return one(
      {
        kind: 'object',
        entries: new Map(objects.flatMap((each) => (each.kind === 'object' ? [...each.entries] : []))),
      },
      told.place,
    );
  },
  keys: ([value], told) =>
    value?.kind === 'object'
      ? one(list([...value.entries.keys()].map((key) => one(text(key), told.place))), told.place)
      : told.unknown,
  values: ([value], told) =>
    value?.kind === 'object' ? one(list([...value.entries.values()]), told.place) : told.unknown,
  lookup: ([object, key, fallback], told) => {
    const step = judgedString(key);
    if (object?.kind !== 'object' || step === undefined) return told.unknown;
    return object.entries.get(step) ?? (fallback === undefined ? told.unknown : one(fallback, told.place));
  },
  element: ([value, index], told) => {
    const at = Number(judgedString(index));
    return value?.kind === 'list' && value.items.length > 0 && Number.isInteger(at)
      ? value.items[at % value.items.length]!
      : told.unknown;
  },
  one: ([value], told) =>
    value?.kind === 'list'
      ? (value.items[0] ?? one(NULL, told.place))
      : value === undefined
        ? told.unknown
        : one(value, told.place),
  length: ([value], told) => {
    if (value?.kind === 'list') return one(text(String(value.items.length)), told.place);
    if (value?.kind === 'object') return one(text(String(value.entries.size)), told.place);
    const whole = value === undefined ? undefined : judgedString(value);
    return whole === undefined ? told.unknown : one(made(String(whole.length), value), told.place);
  },
  contains: ([value, wanted], told) => {
    if (value?.kind !== 'list' || wanted === undefined) return told.unknown;
    const each = value.items.map((item) => (item.length === 1 ? sameValue(item[0]!.value, wanted) : undefined));
    return each.includes(true)
      ? one(text('true'), told.place)
      : each.includes(undefined)
        ? told.unknown
        : one(text('false'), told.place);
  },
  range: (args, told) => {
    const [first, second] = args.map((each) => Number(judgedString(each)));
    const [from, to] = second === undefined ? [0, first ?? Number.NaN] : [first ?? 0, second];
    if (!Number.isInteger(from) || !Number.isInteger(to) || to - from > 64) return told.unknown;
    return one(
      list(Array.from({ length: Math.max(0, to - from) }, (_, index) => one(text(String(from + index)), told.place))),
      told.place,
    );
  },
});

function flattened(items: readonly Value[], depth: number): Value[] {
  return items.flatMap((item) => {
    const single = item.length === 1 ? item[0]!.value : undefined;
    return single?.kind === 'list' && depth < 8 ? flattened(single.items, depth + 1) : [item];
  });
}
