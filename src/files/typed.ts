/**
 * What the user names: on the command line, in the environment, in an editor. It may lie anywhere and be anything. Only
 * a link that a project has put on its way is not the user's word.
 */
import { accessSync, constants, lstatSync, readFileSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, parse, resolve, sep } from 'node:path';
import { below, boundaryOf, gitRootOf, joined, realOf } from './boundary.ts';
import { UnreadableError } from './text.ts';
import { defined } from '../core/optional.ts';

export interface Typed {
  /** The real path, as far as there is one: what doesn't exist yet goes by the name it would get. */
  readonly at: string;
  /** Undefined: nothing is there. */
  readonly stat: Stats | undefined;
  /** It's open in this process already: `/dev/stdout`, `>(…)`. */
  readonly descriptor?: number;
  /** The first link of a project on the way there, and that project's boundary. */
  readonly crossed?: { readonly link: string; readonly boundary: string };
}

const MOST_LINKS = 40;

/** The boundaries of the projects at hand: what is checked, and where the user stands if that's a repository. */
export function projectsAt(root: string | undefined, cwd = process.cwd()): readonly string[] {
  const own = root === undefined ? [] : [boundaryOf(realOf(root))];
  const here = gitRootOf(realOf(cwd));
  // The whole file system is nobody's project, unless it says so.
  return [...new Set(here === undefined ? own : [...own, here])].filter(
    (one) => one !== parse(one).root || gitRootOf(one) !== undefined,
  );
}

/** A project's own link is followed as far as the project goes; beyond, this throws an UnreadableError. */
export function follow(path: string, projects: readonly string[], cwd = process.cwd()): Typed {
  const absolute = resolve(cwd, path);
  const { root } = parse(absolute);
  let here = root;
  let pending = steps(absolute.slice(root.length));
  let crossed: Typed['crossed'];
  for (let links = 0; ; ) {
    const name = pending.shift();
    if (name === undefined) break;
    if (name === '..') {
      here = dirname(here);
      continue;
    }
    const at = joined(here, name);
    // What a process holds open has a name there that leads nowhere by itself.
    const descriptor = descriptorOf(at);
    if (descriptor !== undefined && pending.length === 0)
      return { at, stat: statSync(at, { throwIfNoEntry: false }), descriptor };
    // A project's link doesn't even ask what is elsewhere.
    if (crossed !== undefined && below(crossed.boundary, at) === undefined && below(at, crossed.boundary) === undefined)
      throw new UnreadableError(leadsOut(crossed));
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) {
      // Out of a folder that isn't there leads no way back.
      if (pending.includes('..')) throw new UnreadableError('the folder does not exist');
      return { at: pending.reduce(joined, at), stat: undefined, ...defined({ crossed }) };
    }
    if (!stat.isSymbolicLink() || isProcess(at)) {
      here = at;
      continue;
    }
    if (++links > MOST_LINKS) throw new UnreadableError('a symbolic link that leads in a circle');
    const boundary = projects.find((one) => below(one, at) !== undefined);
    if (boundary !== undefined) crossed ??= { link: below(boundary, at) ?? at, boundary };
    const target = readlinkSync(at);
    if (isAbsolute(target)) here = parse(target).root;
    pending = [...steps(isAbsolute(target) ? target.slice(here.length) : target), ...pending];
  }
  if (crossed !== undefined && below(crossed.boundary, here) === undefined)
    throw new UnreadableError(leadsOut(crossed));
  return { at: here, stat: statSync(here, { throwIfNoEntry: false }), ...defined({ crossed }) };
}

function leadsOut({ link }: NonNullable<Typed['crossed']>): string {
  return `${link} is a symbolic link that leads out of the project`;
}

function steps(path: string): string[] {
  return path.split(sep === '\\' ? /[\\/]/ : '/').filter((one) => one !== '' && one !== '.');
}

function descriptorOf(at: string): number | undefined {
  const [, owner, number] = /^\/(?:proc\/(\d+)|dev)\/fd\/(\d+)$/.exec(at) ?? [];
  return number === undefined || (owner !== undefined && Number(owner) !== process.pid) ? undefined : Number(number);
}

/** `/proc/123/fd/4` of another process; `/proc/self` is a link like others. */
function isProcess(at: string): boolean {
  return /^\/proc\/\d+\//.test(at);
}

/** Errors are the system's, or an UnreadableError. A FIFO or a device is read to its end. */
export function readTyped(path: string, projects: readonly string[] = []): Buffer {
  const { at, descriptor } = follow(path, projects);
  return readFileSync(descriptor ?? at);
}

export function statTyped(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
