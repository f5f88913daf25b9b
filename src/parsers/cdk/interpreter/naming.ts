/**
 * What the library calls stacks, and whose account and region a construct has: told by the stages and stacks around it.
 */
import { createHash } from 'node:crypto';

export type Role = 'app' | 'stage' | 'stack' | 'nested' | 'other';

const CORE = /^(?:aws-cdk-lib|aws-cdk-lib\/core|@aws-cdk\/core|monocdk)$/;
const OF_A_SERVICE = /^(?:aws-cdk-lib|monocdk|@aws-cdk)\/|^constructs$/;

/** Other libraries' bases are told by their names; a service's constructs are none of these. */
export function roleOf({ module, name }: { readonly module: string; readonly name: string }): Role {
  const last = name.split('.').at(-1) ?? name;
  if (CORE.test(module))
    return last === 'App'
      ? 'app'
      : last === 'Stage'
        ? 'stage'
        : last === 'Stack'
          ? 'stack'
          : last === 'NestedStack'
            ? 'nested'
            : 'other';
  if (OF_A_SERVICE.test(module) || module === '') return 'other';
  return /NestedStack$/.test(last)
    ? 'nested'
    : /Stack$/.test(last)
      ? 'stack'
      : /Stage$/.test(last)
        ? 'stage'
        : /App$/.test(last)
          ? 'app'
          : 'other';
}

/** A construct on the way out to the app. */
export interface Ancestor {
  readonly role: Role;
  readonly id: string;
  /** A stack's or stage's name, where its props state one; null when they do and it can't be told. */
  readonly named?: string | null | undefined;
}

/**
 * What a stack is called: innermost first, from the stack or a construct in it. Undefined where that can't be told, or
 * CloudFormation chooses.
 */
export function stackNameOf(chain: readonly Ancestor[]): string | undefined {
  const at = chain.findIndex((one) => one.role === 'stack' || one.role === 'nested');
  const stack = chain[at];
  if (stack === undefined || stack.role === 'nested' || stack.named === null) return undefined;
  if (stack.named !== undefined) return stack.named;
  const end = chain.findIndex((one, index) => index > at && (one.role === 'stage' || one.role === 'app'));
  if (end === -1) return undefined;
  const stages = chain
    .slice(end)
    .filter((one) => one.role === 'stage')
    .reverse();
  if (stages.some((one) => one.named === null)) return undefined;
  const prefix = stages.map((one) => `${one.named ?? one.id}-`).join('');
  const ids = chain
    .slice(at, end)
    .map((one) => one.id)
    .reverse();
  const whole = `${prefix}${ids.join()}`;
  if (ids.length === 1 && whole.length <= MAX_STACK_NAME) return whole;
  // An id that isn't known can't be hashed.
  return ids.some((id) => id.includes('${')) || whole.length > MAX_STACK_NAME
    ? undefined
    : `${prefix}${uniqueName(ids)}`;
}

const MAX_STACK_NAME = 128;

/** Ids run together, and eight letters of their path's digest. */
function uniqueName(ids: readonly string[]): string {
  const shown = ids.filter((id) => id !== 'Default');
  const hash = createHash('md5').update(shown.join('/')).digest('hex').slice(0, 8).toUpperCase();
  const kept: string[] = [];
  for (const id of shown) if (kept.at(-1)?.endsWith(id) !== true) kept.push(id);
  return (
    kept
      .filter((id) => id !== 'Resource')
      .map((id) => id.replace(/[^A-Za-z0-9]/g, ''))
      .join('') + hash
  );
}

/**
 * Those whose `env` may count, innermost first. A stack that has none takes its stage's, never that of a stack around
 * it; only what is nested in a stack shares that stack's.
 */
export function placing<T>(chain: readonly T[], role: (one: T) => Role): T[] {
  const found: T[] = [];
  let past = false;
  for (const one of chain) {
    const own = role(one);
    if (own === 'stack' ? !past : own === 'stage' || own === 'app' || (own === 'other' && !past)) found.push(one);
    past ||= own === 'stack';
  }
  return found;
}
