/** Where paths of a script meet again, their states become one. */
import {
  ALWAYS,
  MAX_ALTERNATIVES,
  always,
  beyond,
  both,
  byDefault,
  given,
  nearestDefaults,
  restsOnDefault,
  type Alternative,
  type Guard,
  type Values,
  type When,
} from '../../core/choices.ts';
import { generalise, hole, textKey, type Text } from '../../core/text.ts';
import { failuresOf, type Element, type State, type Variable } from './state.ts';

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
  // As with pipefail below: who may be told of a failure is told.
  if (states.some((one) => one.traps !== first.traps)) joined.traps = new Map(states.flatMap((one) => [...one.traps]));
  joined.options = {
    errexit: states.every((one) => one.options.errexit),
    // Where only some paths set it, giving the benefit of the doubt keeps the rules silent.
    pipefail: states.some((one) => one.options.pipefail),
    nounset: states.every((one) => one.options.nounset),
  };
  joinStatus(joined, states);
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

/** More ways to fail than these are not told apart. */
const MOST_FAILURES = 24;

function joinStatus(joined: State, states: readonly State[]): void {
  const [first] = states;
  if (first?.status !== 'unknown' && states.every((one) => one.status === first?.status)) return;
  const failures = states.map(failuresOf);
  joined.status = 'unknown';
  const known = failures.every((one) => one !== undefined) ? failures.flat() : undefined;
  if (known !== undefined && known.length <= MOST_FAILURES) joined.failures = known;
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

/** After a command that was run once per way its words can turn out, no choice has been made. */
export function rejoined(ends: readonly State[], when: When, scope: string): State | undefined {
  const joined = join(ends, scope);
  if (joined !== undefined) joined.when = when;
  return joined;
}

/** When only one path goes on (the others exit), its choice is no longer a choice. */
export function settled(ends: State[], start: State): State[] {
  const [only] = ends;
  if (ends.length === 1 && only !== undefined) only.when = start.when;
  return ends;
}
