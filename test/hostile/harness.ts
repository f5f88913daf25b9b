/** One hostile project: made, checked by the built program, and judged by what can be seen from outside. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, rmSync, type Stats } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { CACHE, BIN, MOST_BYTES, launch, type Launch, type Outcome } from './launch.ts';
import { gitEnvironment, newPlace, type Built, type Place, type Tree } from './place.ts';

export interface Hostile {
  /** The sentence that the test is called. */
  readonly what: string;
  /** The files of the project. A script with a finding stands beside them, first and last in the alphabet. */
  readonly files?: Tree | ((place: Place) => Tree);
  /** The files beside the project. */
  readonly outside?: Tree | ((place: Place) => Tree);
  /** Whatever else makes it hostile, once the files are there. */
  readonly arrange?: (place: Place) => void;
  /** Git commands that, called plainly in the project, run the program: proof that the trap is set. */
  readonly springs?: readonly (readonly string[])[];
  readonly args?: readonly string[] | ((place: Place) => readonly string[]);
  /** Where it's run, from the project's folder. */
  readonly cwd?: string;
  /** Up to where files may be read, from the project's folder: its git root, where that lies above. */
  readonly boundary?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly around?: string | ((place: Place) => string);
  /** Possible exit codes; 1, as there is a finding, unless told. */
  readonly exit?: readonly number[];
  /** Without the script that has a finding. */
  readonly alone?: true;
  /** Each of these occurs in what is said of the run, whatever the words: what was not judged is named. */
  readonly said?: readonly (string | RegExp)[];
  /** Findings that must be there. */
  readonly finds?: readonly { readonly rule: string; readonly file: string }[];
  /** What is no part of the project and is opened all the same, as the user has typed it. */
  readonly typed?: readonly string[];
  /** Paths that may change, from the folder that holds the project and its neighbours. */
  readonly changes?: readonly string[];
  /** Further demands. */
  readonly also?: (outcome: Outcome, place: Place) => readonly string[];
  /** Programs of the project are to run, as the user has asked for it. */
  readonly trusted?: true;
}

export const INNOCENT = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';
const BESIDE: Tree = { 'aa-innocent.sh': INNOCENT, 'zz-innocent.sh': INNOCENT };

/** Every case a test of its own. */
export function attack(cases: readonly Hostile[]): void {
  for (const one of cases) it(one.what, () => withstand(one));
}

async function withstand(one: Hostile): Promise<void> {
  const place = newPlace();
  try {
    await arrange(one, place);
    const before = states(place);
    const outcome = await launch(place, launchOf(one, place));
    const found = faults(one, place, outcome, before);
    expect(found, found.join('\n')).toEqual([]);
  } finally {
    place.remove();
  }
}

async function arrange(one: Hostile, place: Built): Promise<void> {
  // The first canary is the environment's.
  place.canary();
  await place.put(place.home, {
    '.aws/credentials': `[default]\naws_secret_access_key = ${place.canary()}\n`,
    '.docker/config.json': '{}',
    '.gitconfig': '',
  });
  const outside = typeof one.outside === 'function' ? one.outside(place) : one.outside;
  if (outside !== undefined) await place.put(place.outside, outside);
  if (one.alone !== true) await place.put(place.root, BESIDE);
  const files = typeof one.files === 'function' ? one.files(place) : one.files;
  if (files !== undefined) await place.put(place.root, files);
  one.arrange?.(place);
  if (one.springs === undefined) return;
  for (const args of one.springs)
    spawnSync('git', args, {
      cwd: join(place.root, one.cwd ?? ''),
      env: gitEnvironment(place),
      stdio: 'ignore',
      timeout: 10_000,
    });
  if (!existsSync(place.sentinel)) throw new Error(`the trap isn't set: plain git runs nothing`);
  rmSync(place.sentinel);
}

function launchOf(one: Hostile, place: Place): Launch {
  const args = typeof one.args === 'function' ? one.args(place) : (one.args ?? ['check', '-f', 'json']);
  return {
    args,
    cwd: join(place.root, one.cwd ?? ''),
    env: one.env,
    stdin: one.stdin,
    around: typeof one.around === 'function' ? one.around(place) : one.around,
  };
}

/** All that went wrong, in words. */
function faults(one: Hostile, place: Place, outcome: Outcome, before: ReadonlyMap<string, string>): string[] {
  const { code, signal, stopped, stderr, memory } = outcome;
  const { exit = [1] } = one;
  const list: string[] = [];
  if (stopped !== undefined) list.push(`did not end: ${stopped}`);
  else if (code === null || !exit.includes(code))
    list.push(`ended with ${code ?? signal}, not ${exit.join(' or ')}: ${stderr.slice(0, 300)}`);
  if (memory > MOST_BYTES && stopped === undefined) list.push(`needed ${Math.round(memory / 2 ** 20)} MB`);
  if (/^\s+at .*:\d+:\d+\)?$|unexpected:|FATAL ERROR/m.test(stderr)) list.push(`crashed: ${stderr.slice(0, 300)}`);
  else if (code === 2 && !/^plimsoll: [^\n]+\n$/.test(stderr))
    list.push(`exit code 2 without one line that says why: ${JSON.stringify(stderr.slice(0, 300))}`);
  list.push(
    ...ran(one, place, outcome),
    ...strayed(one, place, outcome),
    ...leaked(place, outcome),
    ...altered(one, place, before),
  );
  if (stopped === undefined && code !== 2) list.push(...missing(one, outcome));
  list.push(...(one.also?.(outcome, place) ?? []));
  return list;
}

function ran({ trusted }: Hostile, { sentinel }: Place, { started }: Outcome): string[] {
  const list = started
    .filter((program) => !/^(?:\/(?:usr|opt|root|home|bin)[^ ]*\/)?git(?: |$)/.test(program) && trusted !== true)
    .map((program) => `started ${program.slice(0, 200)}`);
  const fired = existsSync(sentinel);
  if (fired && trusted !== true)
    list.push(`a program of the project ran: ${readFileSync(sentinel, 'utf8').slice(0, 200)}`);
  if (!fired && trusted === true) list.push('what is trusted did not run');
  return list;
}

/** What Plimsoll itself consists of, what it keeps, and Node. */
const OWN = [dirname(dirname(BIN)), CACHE, dirname(dirname(process.execPath))];

function strayed(one: Hostile, place: Place, { opened }: Outcome): string[] {
  const boundary = join(place.root, one.boundary ?? '');
  const allowed = [...OWN, ...(one.changes ?? []).map((path) => join(place.base, path)), join(place.base, 'trace')];
  const within = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  return [
    ...new Set(
      opened.flatMap(({ path, sort, as }) => {
        if (allowed.some((folder) => within(path, folder)) || path === '/dev/null' || one.typed?.includes(as) === true)
          return [];
        if (within(path, boundary) && sort !== 'special') return [];
        return [
          `opened ${sort === 'special' ? 'what is no file, ' : 'outside '}${relative(place.base, path)}${path === as ? '' : ` as ${relative(place.base, as)}`}`,
        ];
      }),
    ),
  ];
}

/** Secrets are looked for in pieces too: a part of one is no less secret. */
function leaked(place: Place, { stdout, stderr }: Outcome): string[] {
  const written = [...states(place).keys()]
    .filter((path) => relative(place.root, path).startsWith('report') || path.endsWith('baseline.json'))
    .map((path) => contentOf(path));
  const said = [stdout, stderr, ...written].map((text) => text.toLowerCase());
  const secrets = [...place.canaries, firstLine('/etc/passwd'), firstLine('/etc/shadow')].filter(
    (one) => one.length > 7,
  );
  return secrets.flatMap((secret) => {
    const pieces = new Set(
      [secret.slice(6, 16), secret.slice(-10), Buffer.from(secret).toString('base64').slice(0, 20)].map((one) =>
        one.toLowerCase(),
      ),
    );
    for (const text of said)
      for (const piece of pieces) {
        const at = text.indexOf(piece);
        if (at !== -1)
          return [`printed a secret: …${text.slice(Math.max(0, at - 60), at + 40).replaceAll('\n', '⏎')}…`];
      }
    return [];
  });
}

function altered({ changes = [] }: Hostile, place: Place, before: ReadonlyMap<string, string>): string[] {
  const after = states(place);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const name = relative(place.base, path);
    if (before.get(path) === after.get(path) || changes.includes(name)) return [];
    return [`${before.has(path) ? (after.has(path) ? 'changed' : 'removed') : 'made'} ${name}`];
  });
}

function missing(one: Hostile, outcome: Outcome): string[] {
  const { stdout, stderr } = outcome;
  const list: string[] = [];
  const findings = findingsIn(stdout);
  if (findings === undefined) {
    if (one.args === undefined && one.around === undefined) list.push(`no JSON came out: ${stdout.slice(0, 200)}`);
  } else {
    const wanted = [
      ...(one.alone === true ? [] : Object.keys(BESIDE).map((file) => ({ rule: 'deploy-output-hidden', file }))),
      ...(one.finds ?? []),
    ];
    for (const { rule, file } of wanted)
      if (!findings.some((found) => found.rule === rule && found.file === file))
        list.push(`${rule} in ${file} is not reported`);
  }
  for (const words of one.said ?? []) {
    const all = `${stdout}\n${stderr}`;
    if (typeof words === 'string' ? !all.includes(words) : !words.test(all))
      list.push(`nothing is said of ${String(words)}`);
  }
  return list;
}

interface FoundAt {
  readonly rule: unknown;
  readonly file: unknown;
}

function findingsIn(stdout: string): readonly FoundAt[] | undefined {
  try {
    const document: { readonly findings?: readonly FoundAt[] } = JSON.parse(stdout);
    return document.findings;
  } catch {
    return undefined;
  }
}

/** Everything that lies about, and what it holds. */
function states(place: Place): Map<string, string> {
  const found = new Map<string, string>();
  const pending = [place.base];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (path === join(place.base, 'trace') || path === place.sentinel) continue;
      const stat = statOf(path);
      if (stat === undefined) continue;
      if (stat.isDirectory()) pending.push(path);
      // Git refreshes what it remembers of files.
      if (/\/\.git\/(?:index|FETCH_HEAD)$/.test(path)) continue;
      found.set(
        path,
        stat.isFile()
          ? `${stat.mode} ${stat.size === 0 || stat.size > 1 << 24 ? stat.size : createHash('sha1').update(readFileSync(path)).digest('hex')}`
          : stat.isSymbolicLink()
            ? readlinkSync(path)
            : `${stat.mode}`,
      );
    }
  }
  return found;
}

/** Some paths are too long for anybody. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function contentOf(path: string): string {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split('\n')[0] ?? '';
  } catch {
    return '';
  }
}
