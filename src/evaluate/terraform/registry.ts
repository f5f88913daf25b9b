import type { Scope } from './scope.ts';
import type { Value } from './value.ts';
export function registryOutput(_scope: Scope, _name: string): Value | undefined {
  return undefined;
}
export function evaluateRegistryModule(_scope: Scope): void {}
