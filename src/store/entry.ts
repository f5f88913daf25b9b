/** The form in which answers are kept: lines of JSON under a sum, so that what is damaged or foreign is no entry. */
import { createHash } from 'node:crypto';
import type { Answer, Gist } from '../engine/answer.ts';
import { isOld, isOpened, type Look, type Looks } from '../files/looks.ts';
import type { Kept } from '../files/kept.ts';

export interface Entry {
  /** Which files the project had. */
  readonly list: string;
  /** Told apart from other answers to the same question. */
  readonly version: string;
  readonly looks: Looks;
  readonly gist: Gist;
  /** The rest of the answer, as it is written. */
  readonly rest: string | Buffer;
}

/** Entries of another form than this program's are none. */
const FORM = 'plimsoll 1';
const NEWLINE = 10;

/** No line holds a line break but the last. */
export function sealed(name: string, lines: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(lines.flatMap((line, index) => [Buffer.from(index === 0 ? '' : '\n'), Buffer.from(line)]));
  return Buffer.concat([Buffer.from(`${firstLine(name, lines.length, body)}\n`), body]);
}

/** Undefined where this is not, byte for byte, what was kept under that name. */
export function opened(name: string, bytes: Buffer | undefined): Buffer[] | undefined {
  const end = bytes?.indexOf(NEWLINE) ?? -1;
  if (bytes === undefined || end === -1) return undefined;
  const first = bytes.toString('utf8', 0, end);
  const body = bytes.subarray(end + 1);
  const count = Number.parseInt(first.slice(FORM.length + 1), 10);
  if (first !== firstLine(name, count, body)) return undefined;
  const lines: Buffer[] = [];
  let at = 0;
  while (lines.length < count - 1) {
    const next = body.indexOf(NEWLINE, at);
    if (next === -1) return undefined;
    lines.push(body.subarray(at, next));
    at = next + 1;
  }
  return [...lines, body.subarray(at)];
}

function firstLine(name: string, lines: number, body: string | Buffer): string {
  return `${FORM} ${lines} ${createHash('sha256').update(`${name} ${lines}\n`).update(body).digest('hex')}`;
}

export function linesOf({ list, version, looks, gist, rest }: Entry, now: number): string[] {
  return [list, version, JSON.stringify(gist), rest.toString(), written(looks, now)];
}

export function entryIn(kept: Kept, name: string): Entry | undefined {
  const [list, version, gist, rest, looked] = opened(name, kept.read(name)) ?? [];
  if (list === undefined || version === undefined || looked === undefined || gist === undefined || rest === undefined)
    return undefined;
  const looks = looksIn(looked);
  const about = gistIn(gist);
  if (about === undefined) return undefined;
  return { list: list.toString(), version: version.toString(), looks, gist: about, rest };
}

export function gistIn(line: Buffer): Gist | undefined {
  const about = parsed(line);
  return isGist(about) ? about : undefined;
}

export function answerIn(gist: Gist, rest: string | Buffer): Answer {
  const value = parsed(rest);
  if (!isRest(value)) throw new Error('an answer that was kept is none');
  return { ...value, gist };
}

/** Five of each, none of which has a NUL in it; the empty one stands for what is missing. */
const BETWEEN = '\0';

function written(looks: Looks, now: number): string {
  return [...looks]
    .flatMap(([path, look]) => {
      const stamp = isOpened(look) && isOld(look, now) ? look.stamp : undefined;
      return [path, look.place, stamp ?? '', look.bytes ?? '', look.head ?? ''];
    })
    .join(BETWEEN);
}

function looksIn(line: Buffer): Looks {
  const looks: Looks = new Map();
  const fields = line.toString().split(BETWEEN);
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const look: Look = { place: fields[at + 1]! };
    if (fields[at + 2] !== '') look.stamp = fields[at + 2]!;
    if (fields[at + 3] !== '') look.bytes = fields[at + 3]!;
    if (fields[at + 4] !== '') look.head = fields[at + 4]!;
    looks.set(fields[at]!, look);
  }
  return looks;
}

/** What is read here was written by this very program, and its sum is right. */
function isGist(value: unknown): value is Gist {
  return typeof value === 'object' && value !== null && 'day' in value && 'untils' in value && 'outputs' in value;
}

function isRest(value: unknown): value is Omit<Answer, 'gist'> {
  return typeof value === 'object' && value !== null && 'kept' in value && 'coverage' in value;
}

function parsed(line: string | Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
