/**
 * The one way in which other programs are started. They are found by us: in absolute folders of PATH that are no part
 * of the project, whose `./git` and `node_modules/.bin/git` (which `npx` puts in front) are not meant. There's never a
 * shell between.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, parse } from 'node:path';
import { boundaryOf, isInside, realOf } from '../files/boundary.ts';
import { defined } from '../core/optional.ts';

export interface Start {
  /** Absolute: the project that is being read. */
  readonly project: string;
  /** Where it runs: the project's folder, unless told. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /**
   * It is the project's own program: it may find others there. Else PATH leaves out what the project could put programs
   * into.
   */
  readonly wholePath?: boolean;
  readonly input?: string;
  /** Milliseconds after which it is ended. */
  readonly patience?: number;
  /** Bytes that it may write; more ends it. */
  readonly most?: number;
  /** What it writes goes to our standard error and is not kept. */
  readonly show?: boolean;
}

export interface Ended {
  /** Undefined: it did not end by itself, or was not started. */
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly failure?: 'not found' | 'too slow' | 'too much';
}

const NOTHING = Buffer.alloc(0);

export function start(name: string, args: readonly string[], options: Start): Promise<Ended> {
  const {
    project,
    cwd = project,
    env = process.env,
    wholePath = false,
    input,
    patience,
    most = Number.POSITIVE_INFINITY,
    show = false,
  } = options;
  const off = offLimits(project);
  const folders = foldersOf(env, off);
  const file = found(name, folders, off);
  if (file === undefined)
    return Promise.resolve({ code: undefined, stdout: NOTHING, stderr: NOTHING, failure: 'not found' });
  return new Promise((resolve) => {
    const out = show ? process.stderr : 'pipe';
    const child = spawn(file, args, {
      cwd,
      env: wholePath ? env : withPath(env, folders),
      shell: false,
      windowsHide: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', out, out],
    });
    let failure: Ended['failure'];
    const end = (why: Ended['failure']): void => {
      failure ??= why;
      child.kill('SIGKILL');
      // What it has started in turn may hold the other ends open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer = patience === undefined ? undefined : setTimeout(end, patience, 'too slow');
    let written = 0;
    const gather = (stream: typeof child.stdout): Buffer[] => {
      const chunks: Buffer[] = [];
      stream?.on('data', (chunk: Buffer) => {
        written += chunk.length;
        if (written > most) end('too much');
        else chunks.push(chunk);
      });
      return chunks;
    };
    const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
    const done = (code: number | undefined): void => {
      clearTimeout(timer);
      resolve({
        code: failure === undefined ? code : undefined,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr),
        ...defined({ failure }),
      });
    };
    child.on('error', () => {
      failure ??= 'not found';
      done(undefined);
    });
    child.on('close', (code) => done(code ?? undefined));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Absolute; undefined when there's none that may be meant. */
export function programAt(name: string, project: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const off = offLimits(project);
  return found(name, foldersOf(env, off), off);
}

type OffLimits = (path: string) => boolean;

function found(name: string, folders: readonly string[], off: OffLimits): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of folders) {
    const path = join(folder, file);
    if (isProgram(path) && !off(path)) return path;
  }
  return undefined;
}

function foldersOf(env: NodeJS.ProcessEnv, off: OffLimits): string[] {
  return [...new Set((env['PATH'] ?? env['Path'] ?? '').split(delimiter))].filter(
    (folder) => isAbsolute(folder) && !off(folder),
  );
}

/** Windows spells the name in several ways, and takes the first. */
function withPath(env: NodeJS.ProcessEnv, folders: readonly string[]): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !/^path$/i.test(name))),
    PATH: folders.join(delimiter),
  };
}

/** The project's own files, and those around the working directory; where that is the whole disk, it is no project. */
function offLimits(project: string): OffLimits {
  const places = [...new Set([project, process.cwd()])]
    .map((folder) => boundaryOf(realOf(folder)))
    .filter((folder) => folder !== parse(folder).root);
  return (path) => places.some((place) => isInside(place, path) || isInside(place, realOf(path)));
}

/** A folder of PATH that this user may not look into has no programs for them. */
function isProgram(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
