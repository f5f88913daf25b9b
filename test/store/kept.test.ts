/** A folder for what is kept between runs: whose word counts there, and what it may cost. */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKept, type Kept } from '../../src/files/kept.ts';
import { opened, sealed } from '../../src/store/entry.ts';
import { folder, put } from '../temporary.ts';

const LIMITS = { largest: 1_000, most: 2_500 };
const isPosix = process.getuid !== undefined;
const isRoot = process.getuid?.() === 0;

function kept(at: string): Kept {
  const found = openKept(at, LIMITS);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('what is kept', () => {
  it('is read back, by nobody but this user', () => {
    const at = join(folder(), 'a', 'b');
    kept(at).write('name', 'content');
    expect(kept(at).read('name')?.toString()).toBe('content');
    expect(kept(at).read('other')).toBeUndefined();
    if (isPosix) {
      expect(lstatSync(at).mode & 0o777).toBe(0o700);
      expect(lstatSync(join(at, 'name')).mode & 0o777).toBe(0o600);
    }
  });

  it.runIf(isPosix)('is not taken from a folder or a file that others may have written to', () => {
    const at = join(folder(), 'answers');
    kept(at).write('name', 'content');
    chmodSync(join(at, 'name'), 0o620);
    expect(kept(at).read('name')).toBeUndefined();
    chmodSync(join(at, 'name'), 0o600);
    chmodSync(at, 0o770);
    expect(openKept(at, LIMITS)).toBe('others may have written there');
  });

  it.runIf(isRoot)('is not taken from another user', () => {
    const at = join(folder(), 'answers');
    kept(at).write('name', 'content');
    chownSync(join(at, 'name'), 65_534, 65_534);
    expect(kept(at).read('name')).toBeUndefined();
    chownSync(at, 65_534, 65_534);
    expect(openKept(at, LIMITS)).toBe('others may have written there');
  });

  it('is not followed through links', () => {
    const at = folder({ 'elsewhere/name': 'content' });
    symlinkSync('elsewhere', join(at, 'answers'));
    expect(openKept(join(at, 'answers'), LIMITS)).toBe('it is not a folder');
    chmodSync(join(at, 'elsewhere'), 0o700);
    symlinkSync('name', join(at, 'elsewhere', 'other'));
    expect(kept(join(at, 'elsewhere')).read('other')).toBeUndefined();
  });

  it('is not written where nothing can be, and says why', () => {
    const at = folder({ file: '' });
    const found = openKept(join(at, 'file', 'answers'), LIMITS);
    expect(typeof found === 'string' ? found : found.write('name', 'content')).toMatch(/not a directory|ENOTDIR/);
  });

  it('stays within its bounds: what was written first goes first, what is too large is not kept, drafts of killed runs go', () => {
    const at = join(folder(), 'answers');
    mkdirSync(at, { mode: 0o700 });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64)) as [string, string, string, string];
    put(at, { [`${a}.1-abc.tmp`]: 'half' });
    utimesSync(join(at, `${a}.1-abc.tmp`), 1, 1);
    for (const [index, name] of [a, b, c, d].entries()) {
      kept(at).write(name, 'x'.repeat(900));
      utimesSync(join(at, name), 1_700_000_000 + index, 1_700_000_000 + index);
    }
    kept(at).write('e'.repeat(64), 'é'.repeat(501));
    expect(readdirSync(at).sort()).toEqual([c, d]);
  });

  it('leaves alone what somebody else has put beside it', () => {
    const at = join(folder(), 'answers');
    mkdirSync(at, { mode: 0o700 });
    put(at, { 'thesis.tar': 'x'.repeat(3_000), 'notes.tmp': 'mine', 'folder/file': 'mine' });
    for (const name of ['thesis.tar', 'notes.tmp']) utimesSync(join(at, name), 1, 1);
    expect(kept(at).write('a'.repeat(64), 'content')).toBeUndefined();
    expect(readdirSync(at).sort()).toEqual(['a'.repeat(64), 'folder', 'notes.tmp', 'thesis.tar']);
  });

  it.runIf(isPosix)('is not taken from below a folder that others may change', () => {
    const at = join(folder(), 'open', 'answers');
    kept(at).write('name', 'content');
    chmodSync(join(at, '..'), 0o777);
    expect(openKept(at, LIMITS)).toMatch(/^others may put another folder in its place/);
    chmodSync(join(at, '..'), 0o1777);
    expect(kept(at).read('name')?.toString()).toBe('content');
  });

  it.runIf(process.platform === 'linux')('ends where no folder can be made', () => {
    expect(kept('/proc/self/no/answers').write('name', 'content')).toMatch(/does not exist/);
  });
});

describe('an entry', () => {
  const whole = Buffer.from(sealed('name', ['one', '', 'thrée\nlines']));

  it('is read as it was written', () => {
    expect(opened('name', whole)?.map(String)).toEqual(['one', '', 'thrée\nlines']);
  });

  it('is none under another name, cut off, changed anywhere, or of another form', () => {
    expect(opened('other', whole)).toBeUndefined();
    for (let at = 0; at < whole.length; at++) {
      expect(opened('name', whole.subarray(0, at))).toBeUndefined();
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      expect(opened('name', changed)).toBeUndefined();
    }
    expect(opened('name', Buffer.from('{"version": 1}\n'))).toBeUndefined();
    expect(opened('name', undefined)).toBeUndefined();
  });

  it('may be anything at all', () => {
    const at = join(folder(), 'answers');
    kept(at).write('x', 'y');
    writeFileSync(join(at, 'name'), Buffer.from([0xff, 0x0a, 0x00]));
    expect(opened('name', kept(at).read('name'))).toBeUndefined();
  });
});
