/**
 * What surrounds a statement while it runs: where its output goes, who looks at its status, where `break` and `exit`
 * lead.
 */
import type { Deploy, MaskReason } from '../../model/facts.ts';
import type { Hop, Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import type { Command } from './reading.ts';
import type { Fate } from '../../project/evaluation.ts';
import type { Code, State } from './state.ts';

/** Something that can swallow a failing status, innermost first; whether it really does is found out by a rehearsal. */
export interface Swallower {
  readonly why: MaskReason;
  readonly by: string;
  readonly site: Site;
}

export interface Context {
  readonly code: Code;
  readonly via: readonly Hop[];
  /** Distinguishes calls and loop turns that reach the same command. */
  readonly turn: string;
  readonly depth: number;
  /** Inside a function: the command that called it. What a function only hands on (`aws … "$@"`) was written there. */
  readonly caller: { readonly context: Context; readonly statement: Command } | undefined;
  /** Somebody acts on the status (a condition, the left of `&&`/`||`, `!`): errexit does not hold inside. */
  readonly condition: boolean;
  readonly stdin: Text | undefined;
  readonly hidden: Deploy['hidden'] | undefined;
  /** The same of standard error, which neither a pipe nor `$(…)` takes unless it is told to. */
  readonly hiddenErrors: Deploy['hidden'] | undefined;
  readonly limit: Fate['limit'] | undefined;
  readonly swallowers: readonly Swallower[];
  /** A failing `create-repository` is tolerated or expected here. */
  readonly tolerated: boolean;
  readonly exits: State[];
  readonly returns: State[] | undefined;
  readonly breaks: State[] | undefined;
  readonly continues: State[] | undefined;
}

export function within(context: Context, change: Partial<Context>): Context {
  return { ...context, ...change };
}

export function swallow(context: Context, swallower: Swallower): Context {
  return { ...context, swallowers: [swallower, ...context.swallowers] };
}

/** A shell of its own: it ends where `exit` says so, and its `return`, `break` and `continue` reach nothing around it. */
export function shellWithin(context: Context, exits: State[], change: Partial<Context> = {}): Context {
  return within(context, { exits, returns: undefined, breaks: undefined, continues: undefined, ...change });
}
