/** `read` and `mapfile`: lines of the standard input become variables. */
import { always, type Values } from '../../core/choices.ts';
import { judged, likewise, respelled, spelled } from '../../core/sealed.ts';
import { concat, hole, known, type Text } from '../../core/text.ts';
import type { Call } from './dispatch.ts';
import type { Field } from './fields.ts';
import type { State, Status } from './state.ts';
import { anyNameSince } from './traps.ts';

function ended(state: State, status: Status): State {
  state.status = status;
  return state;
}

export function read(call: Call): State {
  const { state, context, interpreter } = call;
  const names = plainWords(call.args, new Set(['-p', '-t', '-n', '-N', '-d', '-u', '-i']));
  const targets = names.length === 0 ? ['REPLY'] : names;
  if (call.args.some(({ text }) => judged(text) === undefined)) anyNameSince(call);
  const scope = `${interpreter.scope(context)}:${call.statement.range[0]}`;
  const line = nextLine(call);
  if (line === 'end') return ended(state, 1);
  const intoArray = call.args.some((_, index) => /^-[a-z]*a$/.test(judged(call.args[index]?.text) ?? ''));
  const pieces = line === undefined ? undefined : piecesOf(call, line, intoArray ? undefined : targets.length);
  if (intoArray) {
    const site = interpreter.site(context, call.statement.range);
    const elements = pieces?.map((piece) => ({ values: always(piece), site, when: [] }));
    if (elements === undefined) anyNameSince(call);
    else state.assign(targets[0]!, { kind: 'array', elements, keyed: false, exported: false });
    return ended(state, line === undefined ? 'unknown' : 0);
  }
  for (const [index, name] of targets.entries())
    state.set(name, always(pieces === undefined ? hole(`${name}@${scope}`) : (pieces[index] ?? [])));
  return ended(state, line === undefined ? 'unknown' : 0);
}

function trimmed(text: string, blanks: readonly string[]): string {
  let [start, end] = [0, text.length];
  while (start < end && blanks.includes(text[start]!)) start++;
  while (end > start && blanks.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** A line's pieces, the last with all that is left; undefined where it, or what parts them, isn't known. */
function piecesOf({ prefix, state }: Call, line: Text, most: number | undefined): Text[] | undefined {
  const own = prefix.get('IFS') ?? scalarOf(state, 'IFS');
  const separators = own === undefined ? ' \t' : own.length === 1 ? judged(own[0]!.value) : undefined;
  const whole = judged(line);
  if (whole === undefined || separators === undefined) return most === 1 ? [line] : undefined;
  const blanks = [...separators].filter((char) => char === ' ' || char === '\t');
  const pieces: string[] = [];
  let rest = trimmed(whole, blanks);
  while (pieces.length + 1 < (most ?? Number.POSITIVE_INFINITY)) {
    let at = 0;
    while (at < rest.length && !separators.includes(rest[at]!)) at++;
    if (at === rest.length) break;
    pieces.push(rest.slice(0, at));
    // Blanks around another separator belong to it.
    rest = trimmed(rest.slice(at), blanks);
    if (rest !== '' && separators.includes(rest[0]!)) rest = trimmed(rest.slice(1), blanks);
  }
  if (rest !== '') pieces.push(rest);
  return pieces.map((piece) => likewise(piece, line));
}

function nextLine(call: Call): Text | 'end' | undefined {
  const { state, context } = call;
  if (state.input === undefined) {
    if (context.stdin === undefined) return undefined;
    state.input = linesOf(context.stdin);
  }
  const [first, ...rest] = state.input;
  state.input = rest;
  return first ?? 'end';
}

function linesOf(text: Text): Text[] {
  const lines: Text[] = [[]];
  for (const part of text) {
    const value = spelled(part);
    if (value === undefined) {
      lines[lines.length - 1] = concat(lines.at(-1)!, [part]);
      continue;
    }
    for (const [index, piece] of value.split('\n').entries()) {
      if (index > 0) lines.push([]);
      lines[lines.length - 1] = concat(lines.at(-1)!, respelled(part, piece));
    }
  }
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function plainWords(args: readonly Field[], valued: ReadonlySet<string>): string[] {
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const value = known(args[index]!.text);
    if (value === undefined) continue;
    if (valued.has(value)) index++;
    else if (!value.startsWith('-')) words.push(value);
  }
  return words;
}

export function mapfile(call: Call): State {
  const { state, context, interpreter } = call;
  const name = plainWords(call.args, new Set(['-d', '-n', '-O', '-s', '-u', '-C', '-c']))[0] ?? 'MAPFILE';
  const site = interpreter.site(context, call.statement.range);
  const lines: readonly Text[] =
    context.stdin === undefined ? [hole(`${name}@${interpreter.scope(context)}`)] : linesOf(context.stdin);
  state.assign(name, {
    kind: 'array',
    elements: lines.map((line) => ({ values: always(line), site, when: [] })),
    keyed: false,
    exported: false,
  });
  return ended(state, 0);
}

function scalarOf(state: State, name: string): Values | undefined {
  const variable = state.lookup(name);
  return variable?.kind === 'scalar' ? variable.values : undefined;
}
