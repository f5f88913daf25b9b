/**
 * Filters: exact on what is known and simple; otherwise what they print is an unknown that follows from what they read.
 */
import { variableHole } from '../parsers/shell/names.ts';
import { always } from '../core/choices.ts';
import { table } from '../core/table.ts';
import { judged, likewise, respelled, sliced, spelled } from '../core/sealed.ts';
import { EMPTY, concat, hasNature, hole, known, literal, nameKey, show, type Nature, type Text } from '../core/text.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { answer, line, tells } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { afterPrefix, chomp, contains, head, holeNames, isOpaque, join, split } from './texts.ts';
import { oneOrNone } from '../core/optional.ts';

/**
 * Answers of the registry whose meaning survives filtering: a list of untagged images is one, whatever part of each is
 * printed.
 */
const TELLING = [
  'untagged images',
  'old images',
  'local images',
  'image manifest',
  'batch-get-image response',
] as const;

/** Same input and same arguments give the same output, whatever it is. */
export function derived(invocation: Invocation, input: Text | undefined = invocation.stdin): Text {
  if (input === undefined) return answer(invocation, `$(${invocation.name})`);
  const names = holeNames(input);
  const telling = names.find((name) => TELLING.some((prefix) => tells(name, prefix)));
  if (telling !== undefined) return hole(telling);
  const nature: Nature = hasNature(input, 'unique') ? 'unique' : 'unknown';
  const args = invocation.args.map((arg) => show(arg.text)).join(' ');
  const source = show(chomp(input));
  const shown =
    source.length > LONGEST_SHOWN || source.includes('\n')
      ? `${invocation.name} ${args}`
      : `${invocation.name} ${args} < ${source}`;
  // What stands behind the `@` tells it from others, and is shown to nobody.
  return hole(`${shown}@${args} < ${source} ${nameKey(input)}`, nature);
}

/** A whole file in a message helps nobody. */
const LONGEST_SHOWN = 80;

export function unknownFilter(invocation: Invocation): CommandResult {
  return { stdout: derived(invocation) };
}

function filesOrStdin(invocation: Invocation, files: Options['positionals']): Text | undefined {
  if (files.length === 0) return invocation.stdin;
  const texts = files.map(({ text }) => {
    const path = judged(text);
    return path === undefined ? undefined : path === '-' ? invocation.stdin : invocation.file(path);
  });
  return texts.every((text) => text !== undefined) ? join(texts) : undefined;
}

// ── tr ──────────────────────────────────────────────────────────────────────────────────────────

export function tr(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, { values: [] });
  const [from, to] = options.positionals.map((arg) => known(arg.text));
  const { stdin } = invocation;
  const has = (short: string, long: string): boolean => options.has(short) || options.has(long);
  const complement = has('-c', '--complement') || has('-C', '--complement');
  if (stdin === undefined || from === undefined || has('-s', '--squeeze-repeats')) return unknownFilter(invocation);
  const set = expandSet(from);
  const member = (char: string): boolean => set.includes(char) !== complement;
  if (has('-d', '--delete')) {
    return { stdout: mapLiterals(invocation, stdin, (value) => [...value].filter((char) => !member(char)).join('')) };
  }
  if (to === undefined || complement) return unknownFilter(invocation);
  const into = expandSet(to);
  return {
    stdout: mapLiterals(invocation, stdin, (value) =>
      [...value]
        .map((char) => (member(char) ? (into[Math.min(set.lastIndexOf(char), into.length - 1)] ?? char) : char))
        .join(''),
    ),
  };
}

/** Known pieces are mapped; a hole becomes the unknown that the filter makes of it. */
function mapLiterals(invocation: Invocation, text: Text, change: (value: string) => string): Text {
  return join(
    text.map((part) => {
      const value = spelled(part);
      if (value !== undefined) return respelled(part, change(value));
      // Digits of an account and the like are left as they are.
      return typeof part !== 'string' && (part.nature === 'account' || part.nature === 'region')
        ? [part]
        : derived(invocation, [part]);
    }),
  );
}

const CLASSES: Readonly<Record<string, string>> = table({
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  space: ' \t\n\r\v\f',
  blank: ' \t',
  alpha: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  alnum: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  punct: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
});

function expandSet(set: string): string[] {
  const unescaped = set
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replace(/\\([ntr\\])/g, (_all, char: string) =>
      char === 'n' ? '\n' : char === 't' ? '\t' : char === 'r' ? '\r' : '\\',
    );
  return [
    ...unescaped.replace(/(\w)-(\w)/g, (whole, first: string, last: string) => {
      const [start, end] = [first.charCodeAt(0), last.charCodeAt(0)];
      return start <= end
        ? Array.from({ length: end - start + 1 }, (_none, index) => String.fromCharCode(start + index)).join('')
        : whole;
    }),
  ];
}

// ── cut ─────────────────────────────────────────────────────────────────────────────────────────

export function cutFields(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: ['-d', '-f', '-c', '-b', '--delimiter', '--fields', '--characters', '--bytes', '--output-delimiter'],
    aliases: { '--delimiter': '-d', '--fields': '-f', '--characters': '-c', '-b': '-c', '--bytes': '-c' },
  });
  const input = filesOrStdin(invocation, options.positionals);
  const fields = known(options.value('-f'));
  const characters = known(options.value('-c'));
  if (input === undefined) return unknownFilter(invocation);
  const text = chomp(input);
  const whole = judged(text);
  if (whole?.includes('\n') === true || text.length === 0) return { stdout: derived(invocation, input) };
  if (characters !== undefined) {
    const range = readRange(characters);
    const start = head(text);
    if (range === undefined) return { stdout: derived(invocation, input) };
    if (whole !== undefined || start.length >= range[1])
      return { stdout: line(sliced(whole === undefined ? text.slice(0, 1) : text, range[0] - 1, range[1])) };
    return { stdout: derived(invocation, input) };
  }
  const range = fields === undefined ? undefined : readRange(fields);
  if (range === undefined) return { stdout: derived(invocation, input) };
  const delimiter = known(options.value('-d') ?? literal('\t')) ?? '\t';
  const pieces = split(text, delimiter);
  const last = Math.min(range[1], pieces.length);
  // An unknown piece may itself contain the delimiter.
  const settled = pieces
    .slice(0, range[1] === Number.POSITIVE_INFINITY ? range[0] - 1 : last)
    .every((piece) => !hasNature(piece, 'unknown'));
  if (!settled) return { stdout: derived(invocation, input) };
  if (pieces.length === 1) return { stdout: line(text) };
  const chosen = pieces.slice(range[0] - 1, last);
  return {
    stdout: line(join(chosen.flatMap((piece, index) => (index === 0 ? [piece] : [literal(delimiter), piece])))),
  };
}

function readRange(list: string): readonly [from: number, to: number] | undefined {
  const found = /^(\d+)?(-)?(\d+)?$/.exec(list);
  if (found === null || (found[1] === undefined && found[3] === undefined)) return undefined;
  const from = Number(found[1] ?? 1);
  return found[2] === undefined
    ? [from, from]
    : [from, found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3])];
}

// ── sed ─────────────────────────────────────────────────────────────────────────────────────────

interface Substitution {
  readonly pattern: string;
  readonly replacement: Text;
  readonly everywhere: boolean;
}

/** `s/x/y/` with a plain pattern: what templates are filled with. Everything else is an unknown. */
export function sed(invocation: Invocation): CommandResult {
  const inPlace = invocation.args.some((arg) => /^(?:-i|--in-place|-[nErsuz]*i)/.test(head(arg.text)));
  const options = parseOptions(
    invocation.args.filter((arg) => !/^(?:-i.*|--in-place.*)$/.test(known(arg.text) ?? '')),
    {
      values: ['-e', '--expression', '-f', '--file'],
      aliases: { '--expression': '-e' },
    },
  );
  // BSD's `sed -i '' …`
  const positionals = options.positionals.filter((arg) => arg.text.length > 0);
  const said = options.all('-e').flatMap(({ value }) => oneOrNone(value));
  const scripts = said.length > 0 ? said : positionals.slice(0, 1).map((arg) => arg.text);
  const files = said.length > 0 ? positionals : positionals.slice(1);
  const substitutions = scripts.flatMap((script) => splitScript(script).map(readSubstitution));
  const simple = scripts.length > 0 && !options.has('-n') && substitutions.every((one) => one !== undefined);
  const apply = (text: Text | undefined): Text | undefined =>
    simple && text !== undefined
      ? substitutions.reduce<Text>((current, one) => (one === undefined ? current : substitute(current, one)), text)
      : undefined;
  if (inPlace) {
    for (const { text: path } of files) {
      const name = judged(path);
      const changed = name === undefined ? undefined : apply(invocation.file(name));
      const place = invocation.path(path);
      if (changed !== undefined && place !== undefined) invocation.frame.machine.files.set(place, always(changed));
    }
    return { stdout: EMPTY };
  }
  const input = filesOrStdin(invocation, files);
  return { stdout: apply(input) ?? derived(invocation, input) };
}

/** `s/a/b/;s/c/d/` */
function splitScript(script: Text): Text[] {
  const whole = known(script);
  if (whole === undefined) return [script];
  return whole.split(/;\s*(?=s[^\w\s])/).map((piece) => literal(piece.trim()));
}

function readSubstitution(script: Text): Substitution | undefined {
  const found = /^s([^\w\s\\])/.exec(head(script));
  const delimiter = found?.[1];
  if (delimiter === undefined) return undefined;
  const pieces = joinEscaped(split(afterPrefix(script, `s${delimiter}`) ?? EMPTY, delimiter), delimiter);
  const [pattern, replacement, flags] = pieces;
  const plain = pattern === undefined ? undefined : plainPattern(known(pattern));
  const options = known(flags);
  if (
    pieces.length !== 3 ||
    plain === undefined ||
    replacement === undefined ||
    options === undefined ||
    !/^g?$/.test(options)
  )
    return undefined;
  if (replacement.some((part) => /[&\\]/.test(spelled(part) ?? ''))) return undefined;
  return { pattern: plain, replacement, everywhere: options === 'g' };
}

function joinEscaped(pieces: readonly Text[], delimiter: string): Text[] {
  const joined: Text[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    const end = before?.at(-1);
    if (before !== undefined && typeof end === 'string' && end.endsWith('\\')) {
      joined[joined.length - 1] = concat(before.slice(0, -1), literal(end.slice(0, -1)), literal(delimiter), piece);
    } else joined.push(piece);
  }
  return joined;
}

/** A regular expression that stands for one string only. `.` is taken as itself where nothing else could be meant. */
function plainPattern(pattern: string | undefined): string | undefined {
  if (pattern === undefined || pattern === '' || /[*^$[\]+?(){}|]/.test(pattern.replace(/\\[.$[\]{}]/g, ''))) {
    // `${IMAGE}` as a placeholder: braces and a dollar inside a basic expression stand for themselves.
    return pattern !== undefined && /^(?:\\?\$)?\{\{?\w+\}?\}$|^\\?\$\w+$/.test(pattern)
      ? pattern.replaceAll('\\', '')
      : undefined;
  }
  return pattern.replace(/\\([.$[\]{}/])/g, '$1');
}

function substitute(text: Text, { pattern, replacement, everywhere }: Substitution): Text {
  return join(
    text.flatMap((part): Text[] => {
      const value = spelled(part);
      if (value === undefined) return [[part]];
      return value.split('\n').flatMap((row, index): Text[] => {
        const [first = '', ...rest] = row.split(pattern);
        const pieces = everywhere || rest.length < 2 ? [first, ...rest] : [first, rest.join(pattern)];
        const filled = pieces.flatMap((piece, at): Text[] =>
          at === 0 ? [respelled(part, piece)] : [replacement, respelled(part, piece)],
        );
        return index === 0 ? filled : [literal('\n'), ...filled];
      });
    }),
  );
}

/** `envsubst < template`: every `$NAME` and `${NAME}` of the environment. */
export function envsubst(invocation: Invocation): CommandResult {
  const { stdin } = invocation;
  if (stdin === undefined) return unknownFilter(invocation);
  // What nobody sets here, whoever runs the script may have set.
  const unset = (name: string): Text => (invocation.frame.openEnvironment ? variableHole(name) : EMPTY);
  const only = known(parseOptions(invocation.args, { values: [] }).positionals[0]?.text);
  const wanted =
    only === undefined ? undefined : new Set([...only.matchAll(/\$\{?(\w+)\}?/g)].map((found) => found[1]));
  return {
    stdout: join(
      stdin.flatMap((part): Text[] => {
        const value = spelled(part);
        if (value === undefined) return [[part]];
        return value.split(/(\$\{\w+\}|\$[A-Za-z_]\w*)/).map((piece, index) => {
          if (index % 2 === 0) return respelled(part, piece);
          const name = piece.replace(/[${}]/g, '');
          return wanted === undefined || wanted.has(name)
            ? (invocation.env(name) ?? unset(name))
            : respelled(part, piece);
        });
      }),
    ),
  };
}

// ── head, tail, grep, sort ──────────────────────────────────────────────────────────────────────

export function headOrTail(invocation: Invocation): CommandResult {
  const options = parseOptions(
    invocation.args.filter((arg) => !/^-\d+$/.test(known(arg.text) ?? '')),
    { values: ['-n', '-c', '--lines', '--bytes'], aliases: { '--lines': '-n' } },
  );
  const short = invocation.args
    .map((arg) => /^-(\d+)$/.exec(known(arg.text) ?? '')?.[1])
    .find((one) => one !== undefined);
  const input = filesOrStdin(invocation, options.positionals);
  const count = Number(short ?? known(options.value('-n')) ?? (options.has('-n') ? Number.NaN : 10));
  if (
    input === undefined ||
    judged(input) === undefined ||
    !Number.isInteger(count) ||
    count < 0 ||
    options.has('-c')
  ) {
    // One line stays that line, whatever is in it.
    const single =
      input !== undefined &&
      !contains(chomp(input), '\n') &&
      !isOpaque(chomp(input)) &&
      count >= 1 &&
      !options.has('-c');
    return { stdout: single ? input : derived(invocation, input) };
  }
  const rows = (judged(chomp(input)) ?? '').split('\n');
  const kept = invocation.name === 'head' ? rows.slice(0, count) : rows.slice(Math.max(0, rows.length - count));
  return { stdout: likewise(kept.map((row) => `${row}\n`).join(''), input) };
}

export function sort(invocation: Invocation): CommandResult {
  const text = judged(invocation.stdin);
  if (text === undefined || invocation.args.length > 0) return unknownFilter(invocation);
  const rows = text.replace(/\n+$/, '').split('\n');
  const printed = invocation.name === 'uniq' ? rows.filter((row, index) => row !== rows[index - 1]) : [...rows].sort();
  return { stdout: likewise(printed.map((row) => `${row}\n`).join(''), invocation.stdin) };
}
