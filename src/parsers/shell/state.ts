/** The interpreter's state: what a script knows at one point, copied where branches fork and merged where they join. */
import {
  ALWAYS,
  MAX_ALTERNATIVES,
  always,
  beyond,
  both,
  byDefault,
  compatible,
  given,
  nearestDefaults,
  restsOnDefault,
  settle,
  under,
  type Alternative,
  type Guard,
  type Values,
  type When,
} from '../../core/choices.ts';
import type { Lines, Site } from '../../core/site.ts';
import { spelled } from '../../core/sealed.ts';
import { concat, generalise, hole, literal, textKey, type Text } from '../../core/text.ts';
import type { FunctionDefinition } from './reading.ts';
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

export class State {
  /**
   * Innermost scope last; `local` declares in the innermost. Forks share scopes and functions until one of them writes:
   * most never do.
   */
  scopes: readonly ReadonlyMap<string, Variable | undefined>[] = NO_VARIABLES;
  functions: ReadonlyMap<string, ShellFunction> = NO_FUNCTIONS;
  /** The scopes and functions no other state shares. */
  private own: Set<ReadonlyMap<string, unknown>> | undefined;
  /** Positional parameters; undefined when a user may pass anything. */
  positional: readonly Element[] | undefined = [];
  /** `$0`, where `sh -c` was given one. */
  zero: Text | undefined;
  options: Options = { errexit: false, pipefail: false, nounset: false };
  status: Status = 0;
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

  fork(extra: When = ALWAYS): State {
    const copy = new State();
    this.own = undefined;
    copy.scopes = this.scopes;
    copy.functions = this.functions;
    copy.positional = this.positional;
    copy.zero = this.zero;
    copy.options = { ...this.options };
    copy.status = this.status;
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

  lookup(name: string): Variable | undefined {
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
    this.write(local ? this.scopes.length - 1 : this.depthOf(name), name, variable);
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
    this.write(this.depthOf(name), name, undefined);
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

/** The values of a scalar, or of an array's first element. */
export function scalarOf(variable: Variable): Values {
  if (variable.kind === 'scalar') return variable.values;
  return variable.elements[0]?.values ?? always([]);
}

/** Only the choices that all of them share. */
function commonGuards(list: readonly When[]): When {
  const [first = ALWAYS, ...rest] = list;
  return first.filter((guard) =>
    rest.every((other) => other.some((one) => one.cond === guard.cond && one.is === guard.is)),
  );
}

/** Where paths meet again: a name that differs between them holds one alternative for each. */
export function join(states: readonly State[], scopeName: string): State | undefined {
  const [first] = states;
  if (first === undefined || states.length === 1) return first;
  const joined = first.fork();
  joined.when = commonGuards(states.map((one) => one.when));
  for (const [depth, scope] of first.scopes.entries()) {
    if (states.every((one) => one.scopes[depth] === scope)) continue;
    const names = new Set(scope.keys());
    for (const one of states) for (const name of one.scopes[depth]?.keys() ?? []) names.add(name);
    for (const name of names) {
      const variable = scope.get(name);
      if (states.every((one) => one.scopes[depth]?.get(name) === variable)) continue;
      const versions = states.map((one) => ({ state: one, variable: one.scopes[depth]?.get(name) }));
      joined.write(depth, name, joinVariables(versions, joined.when, `${name}@${scopeName}`));
    }
  }
  for (const one of states) {
    if (one.functions === first.functions) continue;
    for (const [name, definition] of one.functions) if (!joined.functions.has(name)) joined.define(name, definition);
  }
  joined.options = {
    errexit: states.every((one) => one.options.errexit),
    // Where only some paths set it, giving the benefit of the doubt keeps the rules silent.
    pipefail: states.some((one) => one.options.pipefail),
    nounset: states.every((one) => one.options.nounset),
  };
  if (states.some((one) => one.status !== first.status)) joined.status = 'unknown';
  if (states.some((one) => one.pipeStatus !== first.pipeStatus)) joined.pipeStatus = ['unknown'];
  if (states.some((one) => one.cwd !== first.cwd)) joined.cwd = undefined;
  if (states.some((one) => one.positional !== first.positional)) joined.positional = undefined;
  if (joined.out !== undefined && states.some((one) => one.out !== first.out)) {
    joined.out = merge(
      states.map((one) => ({ values: one.out ?? always([]), extra: beyond(one.when, joined.when) })),
      `output@${scopeName}`,
    );
  }
  if (states.some((one) => one.input !== first.input)) joined.input = undefined;
  for (const one of states) {
    if (one.jobs === joined.jobs) continue;
    for (const [job, status] of one.jobs)
      joined.startJob(job, joined.jobs.has(job) && joined.jobs.get(job) !== status ? 'unknown' : status);
  }
  joined.failed = states.some((one) => one.failed);
  return joined;
}

function joinVariables(
  versions: readonly { state: State; variable: Variable | undefined }[],
  common: When,
  name: string,
): Variable {
  const exported = versions.some((one) => one.variable?.exported === true);
  if (versions.some((one) => one.variable?.kind === 'array')) {
    const keyed = versions.some((one) => one.variable?.kind === 'array' && one.variable.keyed);
    return { kind: 'array', keyed, exported, elements: joinElements(versions, common) };
  }
  const plain = name.replace(/@.*$/s, '');
  const values = merge(
    versions.map(({ state, variable }) => ({
      values: variable?.kind === 'scalar' ? variable.values : always(hole(plain)),
      extra: beyond(state.when, common),
    })),
    name,
  );
  return { kind: 'scalar', values, exported };
}

/** Elements all versions begin with stay; what only one of them has is there under its choices. */
function joinElements(versions: readonly { state: State; variable: Variable | undefined }[], common: When): Element[] {
  const lists = versions.map(({ state, variable }) => ({
    extra: beyond(state.when, common),
    elements: variable?.kind === 'array' ? variable.elements : [],
  }));
  const longest = Math.max(...lists.map((one) => one.elements.length));
  const joined: Element[] = [];
  for (let index = 0; index < longest && joined.length < 256; index++) {
    const here = lists.map((one) => one.elements[index]);
    if (here.every((one) => one === here[0]) && here[0] !== undefined) {
      joined.push(here[0]);
      continue;
    }
    for (const { extra, elements } of lists) {
      for (const element of elements.slice(index)) {
        const conditions = both(element.when, extra);
        if (conditions !== undefined) joined.push({ ...element, when: conditions });
      }
    }
    break;
  }
  return joined;
}

/**
 * One alternative per distinct text. A text that several branches share holds under what they have in common; if one of
 * those branches is "nobody passed anything", it stays marked as a default that a caller may replace.
 */
function merge(branches: readonly { values: Values; extra: When }[], name: string): Values {
  const groups = new Map<string, { value: Text; whens: When[] }>();
  for (const { values, extra } of branches) {
    for (const one of values) {
      const conditions = both(one.when, extra);
      if (conditions === undefined) continue;
      const key = textKey(one.value);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { value: one.value, whens: [conditions] });
      else group.whens.push(conditions);
    }
  }
  if (groups.size === 0) return always(hole(name));
  const alone = groups.size === 1;
  const merged = [...groups.values()].map(({ value, whens }) => {
    const shared = commonGuards(whens);
    const fallback: Guard | undefined = alone ? undefined : whens.flat().find((guard) => restsOnDefault([guard]));
    return {
      value,
      when: fallback === undefined || shared.some((one) => one.cond === fallback.cond) ? shared : [...shared, fallback],
    };
  });
  return (
    nearestDefaults(merged, MAX_ALTERNATIVES) ??
    always(
      generalise(
        merged.map((one) => one.value),
        name,
      ),
    )
  );
}

/**
 * After a loop over options that anybody may pass: whether one option was given says nothing about the others. So each
 * variable it may have set keeps its old value as a default of its own, beside what a caller may give.
 */
export function asOptions(before: State, after: State, scopeName: string): void {
  for (const [depth, scope] of after.scopes.entries()) {
    for (const [name, variable] of scope) {
      const old = before.scopes[depth]?.get(name) ?? before.lookup(name);
      if (variable?.kind !== 'scalar' || old === variable || (old !== undefined && old.kind !== 'scalar')) continue;
      const subject = `${name}@${scopeName}`;
      const initial = new Map((old?.values ?? []).map((one) => [textKey(one.value), one.when]));
      const values = new Map<string, Alternative<Text>>();
      for (const one of variable.values) {
        const key = textKey(one.value);
        const was = initial.get(key);
        const untouched = byDefault(subject, { value: one.value });
        const conditions = was === undefined ? given(subject) : (both(was, untouched) ?? untouched);
        if (!values.has(key)) values.set(key, { value: one.value, when: conditions });
      }
      if (values.size > 1) after.write(depth, name, { ...variable, values: [...values.values()] });
    }
  }
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

export function statusText(status: Status, scope: string): Text {
  return status === 'unknown' ? hole(`?@${scope}`) : literal(String(status));
}
