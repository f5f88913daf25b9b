/**
 * Data in the form in which it is kept. What holds sealed values is kept under lock: the key is made of the very files
 * that the values come from, so that whoever has only what is kept has none of them.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SEALED_NUMBER, Sealed, sealedNumber } from '../core/sealed.ts';

/** The contents of files by path; undefined where there's nothing to read. */
export type Contents = (path: string) => string | undefined;

interface Packing {
  readonly value: unknown;
  /** Values that were sealed while it was made. */
  readonly sealed: ReadonlySet<string>;
  /** Files that it was made of. */
  readonly of: readonly string[];
}

export interface Packed {
  readonly bytes: Uint8Array;
  /** The files whose contents open it; absent: it is open. */
  readonly of?: readonly string[];
}

interface Locked {
  readonly value: unknown;
  readonly sealed: readonly (readonly [number: number, value: string])[];
}

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** Undefined: it may not be kept. */
export function packed({ value, sealed, of }: Packing, contents: Contents): Packed | undefined {
  const values = new Set(sealed);
  const plain = translated(value, (one) => {
    if (!(one instanceof Sealed)) return undefined;
    values.add(Sealed.valueOf(one));
    return { [MARK]: one.about, value: Sealed.valueOf(one) };
  });
  if (values.size === 0) return { bytes: pressed(value) };
  const key = keyFrom(of, contents);
  if (key === undefined) return undefined;
  const locked: Locked = { value: plain, sealed: [...values].map((one) => [sealedNumber(one), one]) };
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const body = Buffer.concat([cipher.update(pressed(locked)), cipher.final()]);
  return { bytes: Buffer.concat([nonce, cipher.getAuthTag(), body]), of };
}

/** Undefined where the files are no longer what they were. */
export function unpacked({ bytes, of }: Packed, contents: Contents): unknown {
  if (of === undefined) return unpressed(bytes);
  const key = keyFrom(of, contents);
  if (key === undefined) return undefined;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE));
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  let opened: unknown;
  try {
    opened = unpressed(Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]));
  } catch {
    return undefined;
  }
  if (!isLocked(opened)) return undefined;
  const numbers = new Map(opened.sealed.map(([number, value]) => [String(number), String(sealedNumber(value))]));
  const renumbered = (text: string): string => text.replace(SEALED_NUMBER, (number) => numbers.get(number) ?? number);
  return translated(opened.value, (one) => {
    if (typeof one === 'string') return one.includes('@sealed ') ? renumbered(one) : undefined;
    return isMark(one) ? new Sealed(renumbered(one[MARK]), one.value) : undefined;
  });
}

function pressed(value: unknown): Buffer {
  return deflateRawSync(serialize(value), { level: 1 });
}

function unpressed(bytes: Uint8Array): unknown {
  return deserialize(inflateRawSync(bytes));
}

const MARK = 'sealed value of';

interface Mark {
  readonly [MARK]: string;
  readonly value: string;
}

function isMark(value: unknown): value is Mark {
  return typeof value === 'object' && value !== null && MARK in value;
}

function isLocked(value: unknown): value is Locked {
  return typeof value === 'object' && value !== null && 'sealed' in value && Array.isArray(value.sealed);
}

/** Whoever has all of these has what they say. */
function keyFrom(paths: readonly string[], contents: Contents): Buffer | undefined {
  const hash = createHash('sha256').update('plimsoll key\n');
  let any = false;
  for (const path of paths) {
    const text = contents(path);
    any ||= text !== undefined;
    hash.update(`${path}\0${text?.length ?? 'none'}\0`).update(text ?? '');
  }
  return any ? hash.digest() : undefined;
}

/** Plain data with other things in place of some; what two share stays shared. Itself, where nothing is replaced. */
function translated(value: unknown, instead: (one: unknown) => unknown): unknown {
  const seen = new Map<object, unknown>();
  const at = (one: unknown): unknown => {
    const other = instead(one);
    if (other !== undefined) return other;
    if (typeof one !== 'object' || one === null) return one;
    const before = seen.get(one);
    if (before !== undefined) return before;
    const entries = Object.entries(one);
    const now = entries.map(([key, each]) => [key, at(each)] as const);
    const same = now.every(([, each], index) => each === entries[index]?.[1]);
    const made = same ? one : Array.isArray(one) ? now.map(([, each]) => each) : Object.fromEntries(now);
    seen.set(one, made);
    return made;
  };
  return at(value);
}
