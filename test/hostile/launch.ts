/** Starts the built program and watches it: how long it takes, how much memory it needs, what it opens and starts. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Place } from './place.ts';

/** Another build may be put to the same test. */
export const BIN = process.env['PLIMSOLL_BIN'] ?? fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const TRACER = fileURLToPath(new URL('tracer.cjs', import.meta.url));

const MOST_SECONDS = 10;
export const MOST_BYTES = 1024 ** 3;
const MOST_OUTPUT = 64 * 1024 * 1024;

export interface Launch {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | undefined;
  /** A bash script in which `"$@"` is the command: to put limits around it, or something behind it. */
  readonly around?: string | undefined;
}

interface Opened {
  /** As the system sees it, links followed. */
  readonly path: string;
  readonly sort: 'file' | 'folder' | 'special';
  readonly as: string;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly memory: number;
  /** Why it was stopped, where it didn't end by itself. */
  readonly stopped?: string;
  readonly opened: readonly Opened[];
  readonly started: readonly string[];
}

export async function launch(place: Place, { args, cwd, env, stdin, around }: Launch): Promise<Outcome> {
  const trace = join(place.base, 'trace');
  rmSync(trace, { force: true });
  const command = [process.execPath, TRACER, BIN, ...args];
  const [program = '', ...rest] = around === undefined ? command : ['bash', '-c', around, 'bash', ...command];
  const begun = performance.now();
  const child = spawn(program, rest, {
    cwd,
    env: environment(place, trace, env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const out = collected(child.stdout);
  const err = collected(child.stderr);
  child.stdin.on('error', () => undefined);
  if (stdin === undefined) child.stdin.end();
  else child.stdin.end(stdin);
  let over = false;
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      over = true;
      resolve({ code, signal });
    });
  });
  const stopped = await watch(() => over, trace, begun, ended);
  if (stopped.why !== undefined && child.pid !== undefined) endGroup(child.pid);
  const { code, signal } = await ended;
  const notes = notesOf(trace);
  const peak = notes.flatMap((one) => (one[0] === 'end' ? [Number(one[1])] : []));
  return {
    code,
    signal,
    stdout: out(),
    stderr: err(),
    seconds: (performance.now() - begun) / 1000,
    memory: Math.max(stopped.memory, ...peak),
    ...(stopped.why === undefined ? {} : { stopped: stopped.why }),
    opened: notes.flatMap((one): Opened[] => {
      const [kind, path, ...more] = one.map(String);
      if (path === undefined) return [];
      const sort = more[0];
      return kind === 'open' && (sort === 'file' || sort === 'folder' || sort === 'special')
        ? [{ path, sort, as: more[1] ?? '' }]
        : [];
    }),
    started: notes.flatMap((one) =>
      one[0] === 'start' ? [[one[1], ...(Array.isArray(one[2]) ? one[2] : [])].join(' ')] : [],
    ),
  };
}

/**
 * Nothing of the machine's own environment but what a program needs to run at all, and secrets such as a CI job holds.
 */
function environment(
  place: Place,
  trace: string,
  more: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const secrets = { AWS_SECRET_ACCESS_KEY: place.canaries[0] ?? '', GITHUB_TOKEN: place.canaries[0] ?? '' };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: place.home,
    XDG_CACHE_HOME: CACHE,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    ...secrets,
    PLIMSOLL_TRACE: trace,
    ...more,
  };
}

/** Compiled code is shared between the runs, as it is between a user's. */
export const CACHE = fileURLToPath(new URL('../../node_modules/.cache/hostile', import.meta.url));

/**
 * Waits for the end, or for a limit. Time counts where the processor was busy with it, and where nothing at all was
 * done.
 */
async function watch(
  over: () => boolean,
  trace: string,
  begun: number,
  ended: Promise<unknown>,
): Promise<{ why?: string; memory: number }> {
  let memory = 0;
  let pid: number | undefined;
  let idleSince = begun;
  let busy = 0;
  while (!over()) {
    await Promise.race([wait(100), ended]);
    if (over()) break;
    pid ??= pidIn(trace);
    const now = performance.now();
    const cpu = pid === undefined ? 0 : cpuSeconds(pid);
    if (cpu > busy + 0.02) {
      busy = cpu;
      idleSince = now;
    }
    memory = Math.max(memory, pid === undefined ? 0 : peakMemory(pid));
    const seconds = (now - begun) / 1000;
    if (memory > 1.5 * MOST_BYTES)
      return { memory, why: `needed ${Math.round(memory / 2 ** 20)} MB after ${seconds.toFixed(1)} s` };
    if (seconds > MOST_SECONDS && cpu > MOST_SECONDS)
      return { memory, why: `still busy after ${seconds.toFixed(0)} s` };
    if (now - idleSince > MOST_SECONDS * 1000)
      return { memory, why: `waited ${MOST_SECONDS} s for something that doesn't come` };
  }
  return { memory };
}

function pidIn(trace: string): number | undefined {
  const found = notesOf(trace).find((one) => one[0] === 'pid');
  return found === undefined ? undefined : Number(found[1]);
}

function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Just ended.
  }
}

function notesOf(trace: string): unknown[][] {
  if (!existsSync(trace)) return [];
  return readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line): unknown[][] => {
      try {
        const value: unknown = JSON.parse(line);
        return Array.isArray(value) ? [value] : [];
      } catch {
        return [];
      }
    });
}

function collected(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MOST_OUTPUT) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
