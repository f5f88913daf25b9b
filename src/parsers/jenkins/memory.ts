/** What variables hold: kept before a choice, and joined once both of its ways were followed. */
import { always, type Values, type When } from '../../core/choices.ts';
import { variableHole } from '../shell/names.ts';
import type { Environment, Here } from './here.ts';
import { joined, valuesOf, type Value } from './values.ts';

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
