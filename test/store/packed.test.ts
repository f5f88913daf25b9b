/** What holds sealed values is kept under lock, and only the files that they come from open it. */
import { describe, expect, it } from 'vitest';
import { Sealed, judged, seal, sealedNumber } from '../../src/core/sealed.ts';
import { show } from '../../src/core/text.ts';
import { packed, unpacked } from '../../src/store/packed.ts';

const SECRET = 'correct-horse-battery-9';
const FILES: Record<string, string> = { 'deploy.sh': 'T=$(cat token)', token: SECRET };
const contents = (path: string): string | undefined => FILES[path];
const of = Object.keys(FILES);
const shared = { file: 'deploy.sh' };
const fact = { tag: seal(SECRET, 'the content of token'), site: shared, other: shared, list: [1, undefined, null] };

describe('what holds a sealed value', () => {
  const locked = packed({ value: fact, sealed: new Set(), of }, contents)!;

  it('comes back as it was, sealed, to whoever has the files', () => {
    const back = unpacked(locked, contents);
    expect(back).toMatchObject({ site: shared, list: [1, undefined, null] });
    const { tag, site, other } = back as typeof fact;
    expect(site).toBe(other);
    expect(tag[0]).toBeInstanceOf(Sealed);
    expect(judged(tag)).toBe(SECRET);
    expect(show(tag)).toBe('${the content of token}');
  });

  it('is nothing to anybody else', () => {
    expect(unpacked(locked, (path) => (path === 'token' ? 'another' : FILES[path]))).toBeUndefined();
    expect(unpacked(locked, () => undefined)).toBeUndefined();
    expect(unpacked({ bytes: locked.bytes, of: [] }, contents)).toBeUndefined();
    const damaged = Uint8Array.from(locked.bytes);
    damaged[damaged.length - 1]! ^= 1;
    expect(unpacked({ ...locked, bytes: damaged }, contents)).toBeUndefined();
  });

  it('is not kept where no file says it', () => {
    expect(packed({ value: fact, sealed: new Set(), of: ['gone'] }, contents)).toBeUndefined();
  });

  it('has the numbers of the process that opens it', () => {
    const value = { when: 'FILE is x@sealed 7', tag: 'plain' };
    const written = packed({ value: { ...value, one: seal('value-one-1', 'A') }, sealed: new Set(), of }, contents)!;
    const number = sealedNumber('value-one-1');
    const named = packed(
      { value: { when: `x@sealed ${number}`, one: seal('value-one-1', 'A') }, sealed: new Set(), of },
      contents,
    )!;
    expect(unpacked(written, contents)).toMatchObject(value);
    expect(unpacked(named, contents)).toMatchObject({ when: `x@sealed ${number}` });
  });
});

it('what holds none is open', () => {
  const open = packed({ value: { site: shared }, sealed: new Set(), of }, contents)!;
  expect(open.of).toBeUndefined();
  expect(unpacked(open, () => undefined)).toEqual({ site: shared });
});

it('what a value had part in is locked, also where nothing is left of it', () => {
  expect(packed({ value: { site: shared }, sealed: new Set([SECRET]), of }, contents)!.of).toEqual(of);
});
