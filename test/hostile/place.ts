/**
 * Where a hostile project stands: its folder, what lies outside of it, a home, and what must never be printed or run.
 */
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Place {
  /** Holds all the others. */
  readonly base: string;
  readonly root: string;
  /** A neighbour of the project, with files that are none of its business. */
  readonly outside: string;
  readonly home: string;
  /** Exists once a program of the project has run. */
  readonly sentinel: string;
  /** A program that leaves its name in the sentinel; it stands outside, where any configuration can name it. */
  readonly program: string;
  /** What the same would be as a line of a shell, and as a line of JavaScript. */
  readonly shellLine: string;
  readonly scriptLine: string;
  /** A secret that must not come out, and is looked for in everything that does. */
  canary(): string;
  readonly canaries: readonly string[];
}

export type Entry =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly hardLink: string }
  | { readonly fifo: true }
  | { readonly socket: true }
  /** A file of this many NUL bytes, that takes no room. */
  | { readonly size: number }
  | { readonly text: string; readonly mode: number };

export type Tree = Readonly<Record<string, Entry>>;

export interface Built extends Place {
  put(at: string, tree: Tree): Promise<void>;
  remove(): void;
}

export function newPlace(): Built {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-hostile-')));
  const [root, outside, home] = ['project', 'outside', 'home'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [root, outside, home]) mkdirSync(folder);
  const sentinel = join(base, 'sentinel');
  const program = join(outside, 'program');
  const shellLine = `echo "$0 $*" >> '${sentinel}'`;
  writeFileSync(program, `#!/bin/sh\n${shellLine}\nexit 1\n`);
  chmodSync(program, 0o755);
  const canaries: string[] = [];
  const servers: Server[] = [];
  const place: Built = {
    base,
    root,
    outside,
    home,
    sentinel,
    program,
    shellLine,
    canaries,
    scriptLine: `require('node:fs').appendFileSync(${JSON.stringify(sentinel)}, 'JavaScript ran\\n');`,
    canary() {
      const one = `canary${randomBytes(12).toString('hex')}`;
      canaries.push(one);
      return one;
    },
    async put(at, tree) {
      for (const [name, entry] of Object.entries(tree)) await putOne(join(at, name), entry, servers);
    },
    remove() {
      for (const server of servers) server.close();
      // Not Node's own: some projects are deeper than a path can say.
      execFileSync('rm', ['-rf', base]);
    },
  };
  return place;
}

async function putOne(path: string, entry: Entry, servers: Server[]): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(path, entry);
  else if ('link' in entry) symlinkSync(entry.link, path);
  else if ('hardLink' in entry) linkSync(entry.hardLink, path);
  else if ('fifo' in entry) execFileSync('mkfifo', [path]);
  else if ('size' in entry) sparse(path, entry.size);
  else if ('socket' in entry) await listen(path, servers);
  else writeFileSync(path, entry.text, { mode: entry.mode });
}

function sparse(path: string, size: number): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  closeSync(file);
}

function listen(path: string, servers: Server[]): Promise<void> {
  return new Promise((resolve) => {
    const server = createServer();
    servers.push(server);
    server.unref();
    server.listen(path, resolve);
  });
}

/** The environment of a plain `git`: nobody's configuration but the repository's own. */
export function gitEnvironment({ home }: Pick<Place, 'home'>): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
}

export function git(place: Place, ...args: readonly string[]): string {
  return gitIn(place, place.root, ...args);
}

export function gitIn(place: Place, folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: gitEnvironment(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The project as a repository, all of it committed. */
export function commit(place: Place, folder = place.root): void {
  gitIn(place, folder, 'init', '-q', '-b', 'main');
  gitIn(place, folder, 'add', '-A');
  gitIn(place, folder, 'commit', '-q', '--allow-empty', '-m', 'all');
}
