/** One module being resolved for one call: what it was given, and what has been worked out already. */
import { both, type When } from '../../core/choices.ts';
import { posix } from 'node:path';
import type { Frame, NewFact, World } from '../../project/evaluation.ts';
import type { Declared, Module } from './module.ts';
import type { Resource } from './resources.ts';
import type { Value } from './value.ts';

/** How a root module is applied. */
export interface RootCall {
  readonly frame: Frame;
  /** By name; what isn't here has its default or is unknown. */
  readonly given: ReadonlyMap<string, Value>;
  /** May somebody give variables that aren't among `given`? */
  readonly open: boolean;
  /** Every file of values is named (`-var-file=envs/test.tfvars`): no other of the project gives anything. */
  readonly filesNamed?: boolean;
}

/** For values whose module nobody applies. */
export const NOBODY: RootCall = {
  frame: {
    run: '',
    via: [],
    env: new Map(),
    cwd: undefined,
    inCi: false,
    when: [],
    openEnvironment: true,
    machine: {
      host: { kind: 'unknown' },
      driver: 'unknown',
      builders: new Map(),
      emulation: 'unknown',
      files: new Map(),
    },
  },
  given: new Map(),
  open: true,
};

interface Memo {
  readonly values: Map<string, Value>;
  readonly children: Map<string, readonly Scope[]>;
  readonly resources: Map<string, readonly Resource[]>;
  /** What is being worked out, against circles. */
  readonly open: Set<string>;
}

export interface Scope {
  readonly world: World;
  readonly module: Module;
  readonly root: RootCall;
  /** The folder Terraform runs in. */
  readonly rootFolder: string;
  /** `''` for the root, else `module.api["x"].`. */
  readonly path: string;
  readonly frame: Frame;
  /** What the calling module gives, worked out when it is asked for; undefined for a root. */
  readonly inputs: Inputs | undefined;
  /** Of a module called with `count` or `for_each`. */
  readonly key?: string;
  /** Folders of the modules from the root down to this one, against circles. */
  readonly folders: readonly string[];
  /** A module of a registry, of which only the call is known. */
  readonly registry?: string;
  readonly parent?: Scope;
  /** The calling block. */
  readonly call?: Declared;
  /** The choices under which the call exists. */
  readonly when: When;
  /** For people: `module.api`. */
  readonly label: string;
  /** Keeps this module's holes apart from others of the same name: `@infra#module.api`. */
  readonly suffix: string;
  readonly memo: Memo;
}

export interface Inputs {
  get(name: string): Value | undefined;
}

export const MAX_MODULE_DEPTH = 10;

export function newMemo(): Memo {
  return { values: new Map(), children: new Map(), resources: new Map(), open: new Set() };
}

export function openRoot(world: World, module: Module, root: RootCall): Scope {
  return {
    world,
    module,
    root,
    rootFolder: module.folder,
    path: '',
    frame: root.frame,
    inputs: undefined,
    when: [],
    label: module.folder === '' ? 'terraform' : module.folder,
    suffix: `@${module.folder}`,
    folders: [module.folder],
    memo: newMemo(),
  };
}

/** `path.module`, as Terraform gives it: relative to where it runs. */
export function modulePath({ module, rootFolder }: Scope): string {
  const relative = posix.relative(`/${rootFolder}`, `/${module.folder}`);
  return relative === '' ? '.' : relative;
}

/** A path in an expression, as the project's; undefined when it leaves the project. */
export function projectPath({ rootFolder }: Scope, path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined;
  const joined = posix.normalize(posix.join(rootFolder, path));
  return joined === '..' || joined.startsWith('../') ? undefined : joined === '.' ? '' : joined.replace(/\/$/, '');
}

/** Works a value out once; undefined while it is being worked out, and when there are no steps left. */
export function once(scope: Scope, key: string, work: () => Value): Value | undefined {
  const { values, open } = scope.memo;
  const have = values.get(key);
  if (have !== undefined) return have;
  if (open.has(key) || !scope.world.budget.spend()) return undefined;
  open.add(key);
  const value = work();
  open.delete(key);
  values.set(key, value);
  return value;
}

/** Emits a fact that holds under these choices, unless the way here excludes them. */
export function emit(scope: Scope, fact: NewFact, conditions: When): void {
  const all = both(scope.frame.when, conditions);
  if (all !== undefined) scope.world.emit({ ...fact, when: all }, scope.frame);
}

/** Distinguishes this resolution of a resource from others of the same one: other runs, other ways in. */
export function identityOf(scope: Scope, address: string): string {
  const { run, via } = scope.frame;
  return [run, ...via.map((hop) => `${hop.file}:${hop.span.start}`), `${scope.rootFolder}#${address}`].join(' > ');
}
