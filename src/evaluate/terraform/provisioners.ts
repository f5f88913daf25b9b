import type { Scope } from './scope.ts';
export function runProvisioners(_scope: Scope): void {}
