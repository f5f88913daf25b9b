/** Options that may be given several times. */
import { InvalidArgumentError } from 'commander';

export function collect(value: string, previous: readonly string[] = []): string[] {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return [...previous, value];
}

/** `a,b` and once more for `c`. */
export function collectList(value: string, previous: readonly string[] = []): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .reduce((list, one) => collect(one, list), [...previous]);
}
