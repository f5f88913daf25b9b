/** Terraform's functions, as far as names and addresses of images are made with them. */
import { posix } from 'node:path';
import { matcher } from '../../core/linear/matcher.ts';
import { indexLines } from '../../core/site.ts';
import { contentOf, likewise, respelled, seal, Sealed, spelled } from '../../core/sealed.ts';
import { table } from '../../core/table.ts';
import { concat, concatAll, hole, literal, replacedAll, type Text } from '../../core/text.ts';
import { readTemplate } from '../../syntax/hcl/read.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import { isList, parseJson, type Json } from '../../syntax/json.ts';
import { describe, evaluate, sameValue, type Env } from './expressions.ts';
import { projectPath } from './scope.ts';
import { isSource } from '../../project/contents.ts';
import {
  NULL,
  combine,
  judgedString,
  list,
  made,
  one,
  sealed,
  text,
  textOf,
  unknown,
  type Place,
  type Single,
  type Value,
} from './value.ts';

type Call = Extract<HclExpression, { kind: 'call' }>;
type Inner = (each: HclExpression) => Value;

interface Told {
  readonly env: Env;
  readonly place: Place;
  readonly unknown: Value;
}

/** The value of a call; undefined for functions nobody can follow. */
export function callFunction(call: Call, env: Env, place: Place, inner: Inner): Value | undefined {
  const name = call.name.replace(/^core::/, '');
  if (name === 'try') return tried(call.args, inner);
  if (name === 'can')
    return one(
      text(
        String(!inner(call.args[0] ?? call).some((way) => way.value.kind === 'unknown' && way.value.absent === true)),
      ),
      place,
    );
  const apply = FUNCTIONS[name];
  if (apply === undefined) return undefined;
  const told: Told = {
    env,
    place,
    unknown: one(unknown(`${describe(call)}${env.scope.suffix}#${call.range[0]}`, NATURES.get(name)), place),
  };
  return combine(call.args.map(inner), describe(call), place, (args) => apply(args, told));
}

/** The first that can be evaluated. */
function tried(args: readonly HclExpression[], inner: Inner): Value | undefined {
  for (const [index, arg] of args.entries()) {
    const value = inner(arg);
    if (index === args.length - 1 || !value.every((way) => way.value.kind === 'unknown' && way.value.absent === true))
      return value;
  }
  return undefined;
}

/** Differ whenever their input does: the time, the content of files. */
const NATURES: ReadonlyMap<string, 'unique'> = new Map(
  [
    'timestamp',
    'plantimestamp',
    'uuid',
    'formatdate',
    'timeadd',
    'filemd5',
    'filesha1',
    'filesha256',
    'filesha512',
    'filebase64sha256',
    'md5',
    'sha1',
    'sha256',
    'sha512',
    'base64sha256',
  ].map((name) => [name, 'unique']),
);

type Apply = (args: readonly Single[], told: Told) => Value;

const FUNCTIONS: Readonly<Record<string, Apply>> = table({
  format: (args, told) => formatted(args, told),
  join: ([separator, ...lists], told) => joined(separator?.kind === 'text' ? separator.text : undefined, lists, told),
  lower: changed((value) => value.toLowerCase()),
  upper: changed((value) => value.toUpperCase()),
  title: changed((value) =>
    value.replace(/(^|\s)(\S)/g, (_, before: string, first: string) => before + first.toUpperCase()),
  ),
  trimspace: changed((value) => value.trim()),
  chomp: changed((value) => value.replace(/(?:\r?\n)+$/, '')),
  abspath: changed((value) => value),
  pathexpand: changed((value) => value),
  basename: changed((value) => posix.basename(value)),
  dirname: changed((value) => posix.dirname(value)),
  tostring: same,
  tonumber: same,
  tobool: same,
  toset: same,
  tolist: same,
  tomap: same,
  nonsensitive: same,
  sensitive: same,
  distinct: same,
  sort: same,
  replace: ([value, from, to], told) => {
    const [whole, search, by] = [judgedString(value), judgedString(from), judgedString(to)];
    if (value === undefined || search === undefined || by === undefined || search === '') return told.unknown;
    if (/^\/.+\/$/.test(search))
      return whole === undefined ? told.unknown : replacedBy(whole, search.slice(1, -1), by, [value, to], told);
    if (whole !== undefined) {
      const replaced = replacedAll(whole, search, by);
      return replaced === undefined ? told.unknown : one(made(replaced, value, from, to), told.place);
    }
    return one(
      {
        kind: 'text',
        text: piecewise(textOf(value), (piece) => replacedAll(piece, search, by) ?? piece, textOf(to ?? NULL)),
      },
      told.place,
    );
  },
  trimprefix: ([value, prefix], told) => {
    const [first, ...rest] = value === undefined ? [] : textOf(value);
    const cut = judgedString(prefix);
    const start = spelled(first);
    if (value === undefined || cut === undefined || (start === undefined && first !== undefined)) return told.unknown;
    return one(
      {
        kind: 'text',
        text:
          first !== undefined && start?.startsWith(cut) === true
            ? concat(respelled(first, start.slice(cut.length)), rest)
            : textOf(value),
      },
      told.place,
    );
  },
  trimsuffix: ([value, suffix], told) => {
    const [whole, cut] = [judgedString(value), judgedString(suffix)];
    return whole === undefined || cut === undefined
      ? told.unknown
      : one(made(cut !== '' && whole.endsWith(cut) ? whole.slice(0, -cut.length) : whole, value), told.place);
  },
  substr: ([value, from, length], told) => {
    const [whole, start, count] = [judgedString(value), Number(judgedString(from)), Number(judgedString(length))];
    return whole === undefined || !Number.isInteger(start) || !Number.isInteger(count)
      ? told.unknown
      : one(made(count < 0 ? whole.slice(start) : whole.slice(start, start + count), value), told.place);
  },
  split: ([separator, value], told) => {
    const [by, whole] = [judgedString(separator), judgedString(value)];
    if (by === undefined || whole === undefined) return told.unknown;
    return one(
      list((by === '' ? [whole] : whole.split(by)).map((piece) => one(made(piece, value), told.place))),
      told.place,
    );
  },
  coalesce: (args, told) =>
    one(args.find((each) => each.kind !== 'null' && judgedString(each) !== '') ?? NULL, told.place),
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
  startswith: ([value, prefix], told) => compared(value, prefix, (whole, part) => whole.startsWith(part), told),
  endswith: ([value, suffix], told) => compared(value, suffix, (whole, part) => whole.endsWith(part), told),
  strcontains: ([value, wanted], told) => compared(value, wanted, (whole, part) => whole.includes(part), told),
  range: (args, told) => {
    const [first, second] = args.map((each) => Number(judgedString(each)));
    const [from, to] = second === undefined ? [0, first ?? Number.NaN] : [first ?? 0, second];
    if (!Number.isInteger(from) || !Number.isInteger(to) || to - from > 64) return told.unknown;
    return one(
      list(Array.from({ length: Math.max(0, to - from) }, (_, index) => one(text(String(from + index)), told.place))),
      told.place,
    );
  },
  max: numbers(Math.max),
  min: numbers(Math.min),
  jsonencode: ([value], told) =>
    value === undefined ? told.unknown : one({ kind: 'json', value: one(value, told.place) }, told.place),
  yamlencode: (_, told) => told.unknown,
  jsondecode: ([value], told) => {
    if (value?.kind === 'json') return value.value;
    const whole = value === undefined ? undefined : judgedString(value);
    const parsed =
      whole === undefined ? undefined : parseJson({ file: '', text: whole, lines: indexLines('', whole) }).value;
    const about = value?.kind === 'text' ? value.text.find((part) => part instanceof Sealed) : undefined;
    if (parsed === undefined) return told.unknown;
    return about instanceof Sealed ? sealed(fromJson(parsed, told.place), about.about) : fromJson(parsed, told.place);
  },
  file: ([path], told) => one(fileText(path, told) ?? told.unknown[0]!.value, told.place),
  templatefile: ([path, variables], told) => templateFile(path, variables, told),
  ...Object.fromEntries([...NATURES.keys()].map((name) => [name, (_: readonly Single[], told: Told) => told.unknown])),
});

function same([value]: readonly Single[], told: Told): Value {
  return value === undefined ? told.unknown : one(value, told.place);
}

/** Holes stay what they are; what is literal is changed piece by piece. */
function changed(change: (value: string) => string): Apply {
  return ([value], told) => {
    if (value === undefined || (value.kind !== 'text' && value.kind !== 'unknown')) return told.unknown;
    return one({ kind: 'text', text: piecewise(textOf(value), change) }, told.place);
  };
}

function piecewise(value: Text, change: (piece: string) => string, by: Text = []): Text {
  return concatAll(
    value.map((part): Text => {
      const piece = spelled(part);
      return piece === undefined ? [part] : likewise(change(piece), [part], by);
    }),
  );
}

function numbers(pick: (...values: number[]) => number): Apply {
  return (args, told) => {
    const values = args.map((each) => Number(judgedString(each) ?? Number.NaN));
    return values.length > 0 && values.every(Number.isFinite)
      ? one(made(String(pick(...values)), ...args), told.place)
      : told.unknown;
  };
}

function compared(
  value: Single | undefined,
  other: Single | undefined,
  compare: (whole: string, part: string) => boolean,
  told: Told,
): Value {
  const [whole, part] = [judgedString(value), judgedString(other)];
  return whole === undefined || part === undefined ? told.unknown : one(text(String(compare(whole, part))), told.place);
}

/** What a group caught isn't followed, nor where an empty match stands. */
function replacedBy(
  whole: string,
  pattern: string,
  by: string,
  from: readonly (Single | undefined)[],
  told: Told,
): Value {
  const search = matcher(pattern, 'go');
  if (search === undefined || by.includes('$') || search.covers('') !== false) return told.unknown;
  const replaced = search.replace(whole, true, () => by);
  return replaced === undefined ? told.unknown : one(made(replaced, ...from), told.place);
}

function formatted([format, ...args]: readonly Single[], told: Told): Value {
  const whole = judgedString(format);
  if (whole === undefined) return told.unknown;
  const parts: Text[] = [];
  let next = 0;
  let last = 0;
  for (const found of whole.matchAll(/%(?:(%)|(?:\[(\d+)\])?[-+0#\d.]*([a-zA-Z]))/g)) {
    parts.push(likewise(whole.slice(last, found.index), textOf(format ?? NULL)));
    last = found.index + found[0].length;
    if (found[1] !== undefined) parts.push(literal('%'));
    else {
      const index = found[2] === undefined ? next++ : Number(found[2]) - 1;
      const arg = args[index];
      // A width changes what is written; `%s`, `%d` and `%v` don't.
      parts.push(
        arg === undefined
          ? hole('…')
          : /^%(?:\[\d+\])?[sdv]$/.test(found[0])
            ? textOf(arg)
            : hole(`format(…)${told.env.scope.suffix}#${told.place.range[0]}`),
      );
    }
  }
  parts.push(likewise(whole.slice(last), textOf(format ?? NULL)));
  return one({ kind: 'text', text: concatAll(parts) }, told.place);
}

function joined(separator: Text | undefined, lists: readonly Single[], told: Told): Value {
  if (separator === undefined || !lists.every((each) => each.kind === 'list')) return told.unknown;
  const items = lists.flatMap((each) => (each.kind === 'list' ? each.items : []));
  return combine(items, 'join', told.place, (singles) =>
    one(
      {
        kind: 'text',
        text: concatAll(
          singles.flatMap((single, index) => (index === 0 ? [textOf(single)] : [separator, textOf(single)])),
        ),
      },
      told.place,
    ),
  );
}

function flattened(items: readonly Value[], depth: number): Value[] {
  return items.flatMap((item) => {
    const single = item.length === 1 ? item[0]!.value : undefined;
    return single?.kind === 'list' && depth < 8 ? flattened(single.items, depth + 1) : [item];
  });
}

export function fromJson(value: Json, place: Place): Value {
  if (value === null) return one(NULL, place);
  if (isList(value)) return one(list(value.map((item) => fromJson(item, place))), place);
  if (typeof value === 'object')
    return one(
      { kind: 'object', entries: new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item, place)])) },
      place,
    );
  return one(text(String(value)), place);
}

// ── files ───────────────────────────────────────────────────────────────────────────────────────

function fileOf(path: Single | undefined, { env }: Told): { file: string; content: string } | undefined {
  const stated = path === undefined ? undefined : judgedString(path);
  const file = stated === undefined ? undefined : projectPath(env.scope, stated);
  const content = file === undefined ? undefined : env.scope.world.readings.text(file);
  return file === undefined || content === undefined ? undefined : { file, content };
}

function fileText(path: Single | undefined, told: Told): Single | undefined {
  const found = fileOf(path, told);
  return found === undefined
    ? undefined
    : {
        kind: 'text',
        text: isSource(told.env.scope.world.readings, found.file)
          ? literal(found.content)
          : seal(found.content, contentOf(found.file)),
      };
}

/** The file's own text is a template over the variables it is given. */
function templateFile(path: Single | undefined, variables: Single | undefined, told: Told): Value {
  const found = fileOf(path, told);
  if (found === undefined || variables?.kind !== 'object') return told.unknown;
  const lines = indexLines(found.file, found.content);
  const source = { file: found.file, text: found.content, lines };
  const about = isSource(told.env.scope.world.readings, found.file) ? {} : { about: contentOf(found.file) };
  return evaluate(readTemplate(found.content, source, 0), {
    scope: told.env.scope,
    lines,
    names: variables.entries,
    ...about,
  }).map((way) => ({ ...way, place: told.place }));
}
