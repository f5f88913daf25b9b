/** What a run has looked at, told from what is there now. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDoor } from '../../src/files/door.ts';
import { isOld, leftAlone, sightOf, watched, type Look, type Looks } from '../../src/files/looks.ts';
import { folder, put } from '../temporary.ts';

const LATER = Date.now() + 60_000;

function looked(root: string, ask: (door: ReturnType<typeof openDoor>) => void): Looks {
  const looks: Looks = new Map();
  ask(watched(openDoor(root), looks));
  return looks;
}

describe('a sight', () => {
  it.each<[string, (root: string) => void, string]>([
    ['nothing', () => undefined, 'same'],
    [
      'other content of the same length and time',
      (root) => {
        const { atime, mtime } = statSync(join(root, 'a/file'));
        put(root, { 'a/file': 'other' });
        utimesSync(join(root, 'a/file'), atime, mtime);
      },
      'other',
    ],
    [
      'the same content, written anew',
      (root) => put(root, { 'a/file': readFileSync(join(root, 'a/file')) }),
      'same, with other stamps',
    ],
    ['another permission', (root) => chmodSync(join(root, 'a/file'), 0o600), 'same, with other stamps'],
    ['a file that was missing', (root) => put(root, { 'a/missing': '' }), 'other'],
    ['a folder above one that was missing', (root) => put(root, { 'none/of/these': '' }), 'other'],
    [
      'a folder in its place',
      (root) => {
        rmSync(join(root, 'a/file'));
        mkdirSync(join(root, 'a/file'));
      },
      'other',
    ],
    [
      'a link in its place, to the same content',
      (root) => {
        rmSync(join(root, 'a/file'));
        put(root, { copy: 'first' });
        symlinkSync('../copy', join(root, 'a/file'));
      },
      'other',
    ],
    [
      'another end of a link',
      (root) => {
        unlinkSync(join(root, 'link'));
        put(root, { copy: 'first' });
        symlinkSync('copy', join(root, 'link'));
      },
      'other',
    ],
    ['what nobody asked for', (root) => put(root, { other: 'x', 'a/other': 'y' }), 'same'],
  ])('after %s', (_, change, sight) => {
    const root = folder({ 'a/file': 'first', seen: '' });
    symlinkSync('a/file', join(root, 'link'));
    const looks = looked(root, (door) => {
      door.bytes('a/file');
      door.head('link', 3);
      for (const path of ['a/missing', 'none/of', '../outside', '/etc/hostname', '.git/config', 'a//file', 'seen'])
        door.exists(path);
      door.linkTarget('link');
    });
    expect(sightOf(openDoor(root), looks, LATER)).toBe('same');
    change(root);
    expect(sightOf(openDoor(root), looks, LATER)).toBe(sight);
  });

  it('reads a file that could not be read again, and one whose stamp is not known', () => {
    const root = folder({ 'a/file': 'first' });
    const looks = looked(root, (door) => door.bytes('a/file'));
    const before = looks.get('a/file');
    const { stamp: _, ...young } = before!;
    looks.set('a/file', young);
    expect(sightOf(openDoor(root), looks, LATER)).toBe('same, with other stamps');
    expect(looks.get('a/file')?.stamp).toBe(before?.stamp);
    looks.set('a/file', { ...before!, bytes: '!no permission to read the file' });
    expect(sightOf(openDoor(root), looks, LATER)).toBe('other');
    looks.set('a/file', { ...withoutBytes(before!), head: '!3' });
    expect(sightOf(openDoor(root), looks, LATER)).toBe('other');
  });
});

function withoutBytes({ bytes: _, ...look }: Look): Look {
  return look;
}

it('a stamp counts once its file has not changed for a while', () => {
  const root = folder({ file: 'first' });
  const look = looked(root, (door) => door.bytes('file')).get('file')!;
  const now = Date.now();
  expect(isOld(look, now)).toBe(false);
  expect(isOld(look, now + 5_000)).toBe(true);
});

it('files that change while they are looked at are not left alone', () => {
  const root = folder({ file: 'first', other: 'x' });
  const looks = looked(root, (door) => {
    door.bytes('file');
    door.exists('other');
  });
  expect(leftAlone(openDoor(root), looks)).toBe(true);
  put(root, { other: 'only its being there was asked for' });
  expect(leftAlone(openDoor(root), looks)).toBe(true);
  writeFileSync(join(root, 'file'), 'secnd');
  expect(leftAlone(openDoor(root), looks)).toBe(false);
});
