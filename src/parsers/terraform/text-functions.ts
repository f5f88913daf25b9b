/** Terraform's functions over text: format, join, replace, split, trimprefix … */
import { table } from '../../core/table.ts';
import { posix } from 'node:path';
import { matcher } from '../../core/linear/matcher.ts';
import { likewise, respelled, spelled } from '../../core/sealed.ts';
import { concat, concatAll, hole, literal, replacedAll, type Text } from '../../core/text.ts';
import type { Apply, Told } from './apply.ts';
import { NULL, combine, judgedString, list, made, one, text, textOf, type Single, type Value } from './value.ts';

export const TEXT_FUNCTIONS: Readonly<Record<string, Apply>> = table({
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
    if (!Number.isInteger(start) || !Number.isInteger(count)) return told.unknown;
    return whole === undefined
      ? beginning(value, start, count, told)
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
  startswith: ([value, prefix], told) => compared(value, prefix, (whole, part) => whole.startsWith(part), told),
  endswith: ([value, suffix], told) => compared(value, suffix, (whole, part) => whole.endsWith(part), told),
  strcontains: ([value, wanted], told) => compared(value, wanted, (whole, part) => whole.includes(part), told),
});

/** The first characters of what is known in part: what stands before the first hole, and a piece of that. */
function beginning(value: Single | undefined, start: number, count: number, told: Told): Value {
  const [first, ...rest] = value === undefined ? [] : textOf(value);
  const before = typeof first === 'string' ? first : '';
  const next = typeof first === 'string' ? rest[0] : first;
  if (start !== 0 || count <= before.length || typeof next !== 'object') return told.unknown;
  return one(
    { kind: 'text', text: concat(literal(before), hole(`${next.hole}@substr ${count}`, next.nature)) },
    told.place,
  );
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
