/** The interpreter's state: what a script knows at one point, copied where branches fork and merged where they join. */
import {
  ALWAYS,
  MAX_ALTERNATIVES,
  always,
  both,
  byDefault,
  compatible,
  given,
  settle,
  under,
  type Alternative,
  type Values,
  type When,
} from '../../core/choices.ts';
import type { Lines, Site } from '../../core/site.ts';
import { spelled } from '../../core/sealed.ts';
import { concat, hole, literal, type Text } from '../../core/text.ts';
import type { FunctionDefinition, Statement } from './reading.ts';
import { defined } from '../../core/optional.ts';

/** The script at hand: where its text stands, for sites and for scoping the names of its unknowns. */
export interface Code {
  readonly lines: Lines;
  readonly name: string;
  /** Of a file that is only read (`source .env`): what its own words are when they are shown. */
  readonly sealed?: string;
}

export interface Element {
  readonly key?: Text;
  readonly values: Values;
  readonly site: Site;
  /** Appended only under these choices. */
  readonly when: When;
}

export type Variable =
  | { readonly kind: 'scalar'; readonly values: Values; readonly exported: boolean }
  | {
      readonly kind: 'array';
      readonly elements: readonly Element[];
      readonly exported: boolean;
      readonly keyed: boolean;
    };

export interface ShellFunction {
  readonly definition: FunctionDefinition;
  readonly code: Code;
}

/** What runs when a command fails or the script ends; `unread` where its text isn't known. */
export type Trap = { readonly body: readonly Statement[]; readonly code: Code } | 'unread';

/** An exit status: a number when it is known. */
export type Status = number | 'unknown';

export interface Options {
  errexit: boolean;
  pipefail: boolean;
  nounset: boolean;
}

const NO_VARIABLES: readonly ReadonlyMap<string, Variable | undefined>[] = [new Map()];
const NO_JOBS: ReadonlyMap<string, Status> = new Map();
const NO_FUNCTIONS: ReadonlyMap<string, ShellFunction> = new Map();
const NO_TRAPS: ReadonlyMap<string, Trap> = new Map();
const NO_NAMES: ReadonlyMap<string, string> = new Map();

export class State {
  /**
   * Innermost scope last; `local` declares in the innermost. Forks share scopes and functions until one of them writes:
   * most never do.
   */
  scopes: readonly ReadonlyMap<string, Variable | undefined>[] = NO_VARIABLES;
  functions: ReadonlyMap<string, ShellFunction> = NO_FUNCTIONS;
  /** By signal. Replaced, never changed. */
  traps: ReadonlyMap<string, Trap> = NO_TRAPS;
  /** Names that stand for others (`local -n`). Replaced, never changed. */
  otherNames: ReadonlyMap<string, string> = NO_NAMES;
  /** The scopes and functions no other state shares. */
  private own: Set<ReadonlyMap<string, unknown>> | undefined;
  /** Positional parameters; undefined when a user may pass anything. */
  positional: readonly Element[] | undefined = [];
  /** `$0`, where `sh -c` was given one. */
  zero: Text | undefined;
  options: Options = { errexit: false, pipefail: false, nounset: false };
  private ended: Status = 0;
  /**
   * Of a status that differs between the ways that met here: those on which it is an error, where all of them are known.
   * It is gone with the next status.
   */
  failures: readonly When[] | undefined;
  /** It is the answer to whether a repository is there, and gone with the next status as well. */
  tellsOfRepository = false;
  pipeStatus: readonly Status[] = [0];
  cwd: string | undefined = '';
  when: When = ALWAYS;
  /** What standard output has received, while somebody captures it. */
  out: Values | undefined;
  /** Lines still to be read from standard input, when they are known. */
  input: readonly Text[] | undefined;
  /** Statuses of background jobs by the name `$!` gave them. Replaced, never changed: most states have none. */
  jobs: ReadonlyMap<string, Status> = NO_JOBS;
  lastJob: string | undefined;
  /** What `pushd` left behind. */
  folders: readonly (string | undefined)[] = [];
  /** In a probe: the command under test has failed on this path. */
  failed = false;

  get status(): Status {
    return this.ended;
  }

  set status(status: Status) {
    this.ended = status;
    this.failures = undefined;
    this.tellsOfRepository = false;
  }

  fork(extra: When = ALWAYS): State {
    const copy = new State();
    this.own = undefined;
    copy.scopes = this.scopes;
    copy.functions = this.functions;
    copy.traps = this.traps;
    copy.otherNames = this.otherNames;
    copy.positional = this.positional;
    copy.zero = this.zero;
    copy.options = { ...this.options };
    copy.ended = this.ended;
    copy.failures = this.failures;
    copy.tellsOfRepository = this.tellsOfRepository;
    copy.pipeStatus = this.pipeStatus;
    copy.cwd = this.cwd;
    copy.when = both(this.when, extra) ?? this.when;
    copy.out = this.out;
    copy.input = this.input;
    copy.jobs = this.jobs;
    copy.lastJob = this.lastJob;
    copy.folders = this.folders;
    copy.failed = this.failed;
    return copy;
  }

  /** The variable that a name stands for. */
  named(name: string): string {
    return this.otherNames.get(name) ?? name;
  }

  /** A variable of its own again. */
  forgetName(name: string): void {
    if (!this.otherNames.has(name)) return;
    this.otherNames = new Map([...this.otherNames].filter(([other]) => other !== name));
  }

  lookup(called: string): Variable | undefined {
    const name = this.named(called);
    for (let index = this.scopes.length - 1; index >= 0; index--) {
      const found = this.scopes[index]!.get(name);
      if (found !== undefined) return found;
      if (this.scopes[index]!.has(name)) return undefined;
    }
    return undefined;
  }

  /** Was it unset on purpose (`unset X`), so that the environment no longer supplies it? */
  isUnset(name: string): boolean {
    return this.scopes.some((scope) => scope.has(name) && scope.get(name) === undefined);
  }

  private depthOf(name: string): number {
    for (let index = this.scopes.length - 1; index > 0; index--) if (this.scopes[index]!.has(name)) return index;
    return 0;
  }

  /** Writes into one scope, which is copied first where another state shares it. */
  write(depth: number, name: string, variable: Variable | undefined): void {
    const scope = this.scopes[depth]!;
    // What this state owns it has made itself, as a Map.
    if (this.own?.has(scope) === true && scope instanceof Map) {
      scope.set(name, variable);
      return;
    }
    const copy = new Map(scope).set(name, variable);
    this.scopes = this.scopes.with(depth, copy);
    (this.own ??= new Set()).add(copy);
  }

  define(name: string, definition: ShellFunction): void {
    if (this.own?.has(this.functions) === true && this.functions instanceof Map) {
      this.functions.set(name, definition);
      return;
    }
    const copy = new Map(this.functions).set(name, definition);
    this.functions = copy;
    (this.own ??= new Set()).add(copy);
  }

  startJob(job: string, status: Status): void {
    this.jobs = new Map(this.jobs).set(job, status);
  }

  /** A child shell knows the functions as well. */
  adoptFunctions(other: State): void {
    other.own?.delete(other.functions);
    this.functions = other.functions;
  }

  assign(name: string, variable: Variable, local = false): void {
    const meant = this.named(name);
    this.write(local ? this.scopes.length - 1 : this.depthOf(meant), meant, variable);
  }

  set(name: string, values: Values, local = false): void {
    const exported = this.lookup(name)?.exported ?? false;
    this.assign(name, { kind: 'scalar', values: under(values, this.when), exported }, local);
  }

  /** Forgets values that can't be, now that a choice has been made. */
  narrow(): void {
    for (const [depth, scope] of this.scopes.entries()) {
      for (const [name, variable] of scope) {
        if (variable?.kind !== 'scalar' || variable.values.length < 2) continue;
        const values = variable.values.filter((one) => compatible(one.when, this.when));
        if (values.length > 0 && values.length < variable.values.length)
          this.write(depth, name, { ...variable, values });
      }
    }
  }

  unset(name: string): void {
    const meant = this.named(name);
    this.write(this.depthOf(meant), meant, undefined);
  }

  export(name: string, fallback: Values): void {
    const current = this.lookup(name);
    this.assign(
      name,
      current === undefined ? { kind: 'scalar', values: fallback, exported: true } : { ...current, exported: true },
    );
  }

  print(values: Values, name: string): void {
    if (this.out === undefined) return;
    const next: Alternative<Text>[] = [];
    for (const left of this.out) {
      for (const right of values) {
        const conditions = both(left.when, right.when);
        if (conditions !== undefined) next.push({ value: concat(left.value, right.value), when: conditions });
      }
    }
    const long = next.some(
      (one) => one.value.length > MAX_PIECES || one.value.some((part) => (spelled(part) ?? '').length > MAX_PRINTED),
    );
    this.out = next.length === 0 || next.length > MAX_ALTERNATIVES || long ? always(hole(name)) : settle(next, name);
  }
}

/** Nobody asks for more of a command's output than this; a script's own chatter would only be carried along. */
const MAX_PRINTED = 20_000;
const MAX_PIECES = 400;

/** The ways on which it ended with an error; undefined where that is not known of all. */
export function failuresOf({ status, failures, when }: State): readonly When[] | undefined {
  return status === 0 ? [] : status === 'unknown' ? failures : [when];
}

/** The values of a scalar, or of an array's first element. */
export function scalarOf(variable: Variable): Values {
  if (variable.kind === 'scalar') return variable.values;
  return variable.elements[0]?.values ?? always([]);
}

/** `${X:-d}` on something a caller may set: the default when nobody does, and whatever they give. */
export function withDefault(name: string, value: Values, unknown: Text, site: Site | undefined): Values {
  return [
    ...value.flatMap((one) => {
      const conditions = both(one.when, byDefault(name, { value: one.value, ...defined({ site }) }));
      return conditions === undefined ? [] : [{ value: one.value, when: conditions }];
    }),
    { value: unknown, when: given(name) },
  ];
}

export function statusText(status: Status, scope: string, name = '?'): Text {
  return status === 'unknown' ? hole(`${name}@${scope}`) : literal(String(status));
}

const OF_REPOSITORY = '? of describe-repositories';

/** What `$?` is. */
export function lastStatus({ status, tellsOfRepository }: State, scope: string): Text {
  return statusText(status, scope, tellsOfRepository ? OF_REPOSITORY : '?');
}

/** Is this the way that is taken where a repository is there, or where it isn't? */
export function restsOnRepository(conditions: When): boolean {
  return conditions.some(({ cond }) => cond.includes(OF_REPOSITORY));
}

export function withStatus(states: readonly State[], status: number): State[] {
  for (const state of states) state.status = status;
  return [...states];
}
