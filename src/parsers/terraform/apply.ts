/** How a function of Terraform is applied: to values that are each one thing, told where and for whom. */
import type { Env } from './expressions.ts';
import { one, type Place, type Single, type Value } from './value.ts';

export interface Told {
  readonly env: Env;
  readonly place: Place;
  readonly unknown: Value;
}

export type Apply = (args: readonly Single[], told: Told) => Value;

export function same([value]: readonly Single[], told: Told): Value {
  return value === undefined ? told.unknown : one(value, told.place);
}
