/**
 * Runs the built program under a tracer: which places of the file system it touched, seen from inside (every call of
 * node:fs) or by the system (strace).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const TRACER = fileURLToPath(new URL('./tracer.cjs', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Touch {
  readonly call: string;
  /** As the program said it. */
  readonly named: string;
  /** Where that is, or would be. */
  readonly real: string;
}

export interface Traced extends Run {
  readonly touched: readonly Touch[];
}

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}

const TIMEOUT_MS = 60_000;

export function plimsoll(args: readonly string[], options: RunOptions): Run {
  return run(process.execPath, [BIN, ...args], options);
}

export function traced(args: readonly string[], options: RunOptions): Traced {
  return inFolder((log) => {
    // By the environment, so that threads and processes that it starts are traced, too.
    const result = run(process.execPath, [BIN, ...args], {
      ...options,
      env: { ...options.env, TRACE: log, NODE_OPTIONS: `--require=${TRACER}` },
    });
    const touched = existsSync(log)
      ? readFileSync(log, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line): Touch => JSON.parse(line))
      : [];
    return { ...result, touched };
  });
}

export const hasStrace =
  spawnSync('strace', ['-f', '-y', '-e', 'trace=openat', process.execPath, '-e', '0'], { stdio: 'ignore' }).status ===
  0;

/**
 * What the system says: calls with paths, each open file by its real name (`openat(…, "link") = 3</outside/secret>`).
 */
export function straced(args: readonly string[], options: RunOptions): Run & { readonly lines: readonly string[] } {
  return inFolder((log) => {
    const result = run(
      'strace',
      ['-f', '-y', '-s', '4096', '-e', 'trace=%file', '-o', log, process.execPath, BIN, ...args],
      options,
    );
    return { ...result, lines: readFileSync(log, 'utf8').split('\n') };
  });
}

function inFolder<T>(action: (log: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trace-'));
  try {
    return action(join(folder, 'log'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], { cwd, input, env, timeout = TIMEOUT_MS }: RunOptions): Run {
  const result = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    input,
    timeout,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '', ...env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
