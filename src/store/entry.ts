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
export function sealed(name: string, lines: readonly string[]): string {
  const body = lines.join('\n');
  return `${head(name, lines.length, body)}\n${body}`;
}

/** Undefined where this is not, byte for byte, what was kept under that name. */
export function opened(name: string, bytes: Buffer | undefined): Buffer[] | undefined {
  const end = bytes?.indexOf(NEWLINE) ?? -1;
  if (bytes === undefined || end === -1) return undefined;
  const first = bytes.toString('utf8', 0, end);
  const body = bytes.subarray(end + 1);
  const count = Number.parseInt(first.slice(FORM.length + 1), 10);
  if (first !== head(name, count, body)) return undefined;
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

function head(name: string, lines: number, body: string | Buffer): string {
  return `${FORM} ${lines} ${createHash('sha256').update(`${name} ${lines}\n`).update(body).digest('hex')}`;
}

export function linesOf({ list, version, looks, gist, rest }: Entry, now: number): string[] {
  return [list, version, written(looks, now), JSON.stringify(gist), rest.toString()];
}

export function entryIn(kept: Kept, name: string): Entry | undefined {
  const [list, version, looked, gist, rest] = opened(name, kept.read(name)) ?? [];
  if (list === undefined || version === undefined || looked === undefined || gist === undefined || rest === undefined)
    return undefined;
  const looks = looksIn(looked);
  const about = parsed(gist);
  if (looks === undefined || !isGist(about)) return undefined;
  return { list: list.toString(), version: version.toString(), looks, gist: about, rest };
}

export function answerIn(gist: Gist, rest: string | Buffer): Answer {
  const value = parsed(rest);
  if (!isRest(value)) throw new Error('an answer that was kept is none');
  return { ...value, gist };
}

type Written = readonly [path: string, place: string, stamp: string | 0, bytes: string | 0, head: string | 0];

function written(looks: Looks, now: number): string {
  return JSON.stringify(
    [...looks].map(([path, look]): Written => {
      const stamp = isOpened(look) && isOld(look, now) ? look.stamp : undefined;
      return [path, look.place, stamp ?? 0, look.bytes ?? 0, look.head ?? 0];
    }),
  );
}

function looksIn(line: Buffer): Looks | undefined {
  const value = parsed(line);
  if (!Array.isArray(value)) return undefined;
  const looks: Looks = new Map();
  for (const one of value) {
    if (!isWritten(one)) return undefined;
    const [path, place, stamp, bytes, start] = one;
    const look: Look = { place };
    if (stamp !== 0) look.stamp = stamp;
    if (bytes !== 0) look.bytes = bytes;
    if (start !== 0) look.head = start;
    looks.set(path, look);
  }
  return looks;
}

function isWritten(value: unknown): value is Written {
  return Array.isArray(value) && value.length === 5 && typeof value[0] === 'string' && typeof value[1] === 'string';
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
