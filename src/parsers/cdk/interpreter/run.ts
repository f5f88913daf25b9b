/** The state of one evaluation of an app, and the few operations everything else is made of. */
import { both, type When } from '../../../core/choices.ts';
import type { Budget } from '../../../core/budget.ts';
import { spanOf, type Hop } from '../../../core/site.ts';
import type { ts } from '../compiler.ts';
import type { CdkObject, CdkSource } from '../reading.ts';
import type { Modules } from '../modules.ts';
import type { ContextNote, LibraryObject, ObjectValue, Value } from './values.ts';
import { join, restrict, view } from './alternatives.ts';

export interface Run {
  readonly modules: Modules;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
  /** Names the app in the identities of its objects. */
  readonly entry: string;
  /** Folder the app runs in, likeliest first. */
  readonly roots: readonly string[];
  readonly objects: CdkObject[];
  readonly library: LibraryObject[];
  readonly contexts: Map<string, ContextNote & { readonly via: readonly Hop[] }>;
  /**
   * What stacks export to each other, by the hole that an import is where nobody exports it. Undefined where it is
   * exported more than once, as in several regions, or on some ways only.
   */
  readonly exports: Map<string, Value | undefined>;
  /** Values of cdk.json's `context`. */
  readonly context: ReadonlyMap<string, unknown>;
  /** Bodies that have run: what is left is run once on its own. */
  readonly executed: Set<ts.Node>;
  readonly instances: Map<ts.Node, ObjectValue>;
  /** Functions being evaluated, to stop recursion. */
  readonly active: Map<ts.Node, number>;
  when: When;
  via: readonly Hop[];
  depth: number;
  calls: number;
  /** Of the entry at hand. */
  budget: Budget;
  /** Where it refused first, if it did. */
  stops: CdkSource[];
  /** What is run now is a stack that the app, read to its end, never makes. */
  unmade: boolean;
}

/** Source files nest, and calls do: beyond this a value is unknown. */
export const MAX_DEPTH = 320;
export const MAX_CALLS = 48;
export const MAX_RECURSION = 3;

/** Takes steps for what stands here; false where there are none left. */
export function goesOn(run: Run, node: ts.Node, steps = 1): boolean {
  if (run.budget.spend(steps)) return true;
  if (run.stops.length === 0) run.stops.push(sourceOf(node));
  return false;
}

export function sourceOf(node: ts.Node): CdkSource {
  const file = node.getSourceFile();
  return { file: file.fileName, range: [node.getStart(file), node.getEnd()] };
}

/** The first characters of what is written, on one line. */
export function excerpt(node: ts.Node, length: number): string {
  const file = node.getSourceFile();
  const start = node.getStart(file);
  return file.text
    .slice(start, Math.min(node.getEnd(), start + length * 3))
    .replace(/\s+/g, ' ')
    .slice(0, length);
}

/** From the start of one node to the end of another. */
export function sourceBetween(first: ts.Node, last: ts.Node): CdkSource {
  const file = first.getSourceFile();
  return { file: file.fileName, range: [first.getStart(file), last.getEnd()] };
}

/** Does something under more choices; nothing when they contradict those made so far. */
export function withWhen(run: Run, more: When, action: () => void): void {
  if (more.length === 0) return action();
  const joined = both(run.when, more);
  if (joined === undefined) return;
  const before = run.when;
  run.when = joined;
  action();
  run.when = before;
}

/** Evaluates under each alternative of a value in turn; the results carry its choices. */
export function each(run: Run, value: Value, name: string, action: (alt: Value[number]) => Value): Value {
  const seen = view(value, run.when);
  if (seen.length === 1 && seen[0]!.when.length === 0) return action(seen[0]!);
  const results: Value[number][] = [];
  for (const alt of seen) {
    withWhen(run, alt.when, () => {
      results.push(...restrict(action(alt), alt.when));
    });
  }
  return join(results, name);
}

export function hopOf(run: Run, label: string, source: CdkSource): Hop {
  return { label, file: source.file, span: spanOf(run.modules.lines(source.file), source.range) };
}
