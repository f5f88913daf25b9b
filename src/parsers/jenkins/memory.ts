/** What variables hold: kept before a choice, and joined once both of its ways were followed. */
import { always, type Values, type When } from '../../core/choices.ts';
import { hole } from '../../core/text.ts';
import { variableHole } from '../shell/names.ts';
import type { Environment, Here } from './here.ts';
import { joined, unknown, valuesOf, type Value } from './values.ts';

export interface Kept {
  readonly scopes: readonly ReadonlyMap<string, Value>[];
  readonly assigned: ReadonlyMap<string, Values>;
  readonly size: number;
}

export function kept({ assigned }: Environment, { scope }: Here): Kept {
  const scopes = scope.chain.map(({ variables }) => new Map(variables));
  const size = scopes.reduce((sum, one) => sum + one.size, assigned.size);
  return { scopes, assigned: new Map(assigned), size };
}

export function restore({ scopes, assigned }: Kept, environment: Environment, { scope }: Here): void {
  for (const [index, { variables }] of scope.chain.entries()) fill(variables, scopes[index] ?? new Map());
  fill(environment.assigned, assigned);
}

export function join(
  ways: readonly { readonly when: When; readonly kept: Kept }[],
  { assigned }: Environment,
  { scope }: Here,
): void {
  for (const [index, { variables }] of scope.chain.entries())
    for (const name of new Set(ways.flatMap(({ kept: { scopes } }) => [...(scopes[index]?.keys() ?? [])])))
      variables.set(
        name,
        joined(
          name,
          ways.map(({ when, kept: { scopes } }) => ({ when, value: scopes[index]?.get(name) })),
        ),
      );
  for (const name of new Set(ways.flatMap(({ kept: before }) => [...before.assigned.keys()])))
    assigned.set(
      name,
      valuesOf(
        joined(
          name,
          ways.map(({ when, kept: before }) => {
            const values = before.assigned.get(name) ?? always(variableHole(name));
            return { when, value: { kind: 'text', values } };
          }),
        ),
        name,
      ),
    );
}

function fill<T>(map: Map<string, T>, from: ReadonlyMap<string, T>): void {
  map.clear();
  for (const [name, value] of from) map.set(name, value);
}

/** What each of several branches left, all from the same start. */
export function apart(before: Kept, after: readonly Kept[], { assigned }: Environment, { scope }: Here): void {
  const merge = <T>(
    target: Map<string, T>,
    of: (one: Kept) => ReadonlyMap<string, T>,
    race: (name: string) => T,
  ): void => {
    const start = of(before);
    fill(target, start);
    for (const name of new Set(after.flatMap((one) => [...of(one).keys()]))) {
      const [change, ...more] = after.flatMap((one) => {
        const value = of(one).get(name);
        return value === undefined || value === start.get(name) ? [] : [value];
      });
      if (change !== undefined) target.set(name, more.length === 0 ? change : race(name));
    }
  };
  for (const [index, { variables }] of scope.chain.entries())
    merge(
      variables,
      ({ scopes }) => scopes[index] ?? new Map(),
      (name) => unknown(`${name}@several branches`),
    );
  merge(
    assigned,
    (one) => one.assigned,
    (name) => always(hole(`${name}@several branches`)),
  );
}

/** The variables that are something else than they were, and how to set them. */
export function differences(
  before: Kept,
  { assigned }: Environment,
  { scope }: Here,
): { readonly name: string; readonly forget: (value: Value) => void }[] {
  const variables = scope.chain.flatMap(({ variables: now }, index) =>
    [...now]
      .filter(([name, value]) => before.scopes[index]?.get(name) !== value)
      .map(([name]) => ({ name, forget: (value: Value): void => void now.set(name, value) })),
  );
  const environment = [...assigned]
    .filter(([name, values]) => before.assigned.get(name) !== values)
    .map(([name]) => ({ name, forget: (value: Value): void => void assigned.set(name, valuesOf(value, name)) }));
  return [...variables, ...environment];
}
