/**
 * Variables. A write under a choice made after the variable came to be leaves its old value standing for the other
 * choice.
 */
import type { Guard, When } from '../../../core/choices.ts';
import type { Alt, ClassValue, ObjectValue, Value } from './values.ts';
import { join, restrict } from './alternatives.ts';

export interface Cell {
  /** Absent: not initialised yet. */
  value: Value | undefined;
  /** The choices already made when it was declared. */
  readonly born: When;
  /** Evaluates it on first use: imports, and what a module still being evaluated declares later. */
  lazy?: () => Value;
}

export interface Scope {
  readonly cells: Map<string, Cell>;
  readonly parent?: Scope;
  /** Of the nearest function: `this`, and its class for `super`. */
  readonly activation: Activation;
}

/** One execution of a function's body (or a module's). */
export interface Activation {
  readonly module: string;
  readonly self?: Value;
  readonly instance?: ObjectValue;
  readonly home?: ClassValue;
  readonly entered: number;
  readonly returns: Alt[];
}

export function childScope(parent: Scope, activation: Activation = parent.activation): Scope {
  return { cells: new Map(), parent, activation };
}

export function find(scope: Scope, name: string): Cell | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const cell = at.cells.get(name);
    if (cell !== undefined) return cell;
  }
  return undefined;
}

/** The choices under which a conjunction does not hold, one after the other. */
export function otherwise(guards: readonly Guard[]): When[] {
  return guards.map((guard, index) => [...guards.slice(0, index), { cond: guard.cond, is: opposite(guard.is) }]);
}

function opposite(is: string): string {
  if (is === 'true') return 'false';
  if (is === 'false') return 'true';
  if (is === 'set') return 'unset';
  if (is === 'unset') return 'set';
  return `not ${is}`;
}

/** The value after a write under the choices made since `born`: new there, old elsewhere. */
export function written(old: Value | undefined, value: Value, when: When, born: When, name: string): Value {
  const since = when.filter((guard) => !born.some((known) => known.cond === guard.cond));
  if (since.length === 0) return value;
  const kept = old === undefined ? [] : otherwise(since).flatMap((other) => restrict(old, other));
  return join([...restrict(value, since), ...kept], name);
}

export function sinceEntry(value: Value, when: When, entered: number): readonly Alt[] {
  return restrict(value, when.slice(entered));
}
