/**
 * Runs regular expressions in time that grows with pattern × subject (after Thompson and Pike): all ways are followed
 * at once, none is tried twice. The patterns are a project's, so a backtracking engine would hang for whoever asks it
 * to.
 */
import { charSet, has, type Assertion, type CharSet, type Node } from './syntax.ts';

type Step =
  | { readonly kind: 'char'; readonly set: CharSet }
  /** Both ways at once, the first preferred. */
  | { readonly kind: 'split'; readonly first: number; readonly second: number }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'accept' };

export interface Program {
  readonly steps: readonly Step[];
  readonly ignoresCase: boolean;
}

/** Steps of a program; longer patterns are nobody's who names an image. */
const LONGEST_PROGRAM = 2000;

/** What one question may cost: some tens of milliseconds, and the same on every machine. */
export class Fuel {
  constructor(public left = 1_000_000) {}
}

export interface Found {
  readonly start: number;
  readonly end: number;
}

/** Undefined when it would be too long. */
export function compile(node: Node, ignoresCase = false): Program | undefined {
  if (sizeOf(node) > LONGEST_PROGRAM) return undefined;
  const steps: Step[] = [];
  emit(node, steps);
  steps.push({ kind: 'accept' });
  return { steps, ignoresCase };
}

function sizeOf(node: Node): number {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return 1;
    case 'all':
      return node.of.reduce((sum, one) => sum + sizeOf(one), 0);
    case 'any':
      return node.of.reduce((sum, one) => sum + sizeOf(one) + 2, 0);
    case 'repeat':
      return (sizeOf(node.of) + 2) * (node.most === Number.POSITIVE_INFINITY ? node.least + 1 : node.most);
  }
}

function emit(node: Node, steps: Step[]): void {
  switch (node.kind) {
    case 'char':
    case 'assert':
      steps.push(node);
      return;
    case 'all':
      for (const one of node.of) emit(one, steps);
      return;
    case 'any':
      return emitChoice(node.of, steps);
    case 'repeat':
      for (let count = 0; count < node.least; count++) emit(node.of, steps);
      if (node.most === Number.POSITIVE_INFINITY) emitLoop(node.of, node.greedy, steps);
      else emitOptional(node.of, node.most - node.least, node.greedy, steps);
  }
}

function emitChoice(ways: readonly Node[], steps: Step[]): void {
  const ends: number[] = [];
  for (const [index, way] of ways.entries()) {
    if (index === ways.length - 1) {
      emit(way, steps);
      break;
    }
    const fork = steps.push({ kind: 'accept' }) - 1;
    emit(way, steps);
    ends.push(steps.push({ kind: 'accept' }) - 1);
    steps[fork] = { kind: 'split', first: fork + 1, second: steps.length };
  }
  for (const end of ends) steps[end] = { kind: 'split', first: steps.length, second: steps.length };
}

function emitLoop(body: Node, greedy: boolean, steps: Step[]): void {
  const fork = steps.push({ kind: 'accept' }) - 1;
  emit(body, steps);
  steps.push({ kind: 'split', first: fork, second: fork });
  steps[fork] = forked(fork + 1, steps.length, greedy);
}

function emitOptional(body: Node, times: number, greedy: boolean, steps: Step[]): void {
  const forks: number[] = [];
  for (let count = 0; count < times; count++) {
    forks.push(steps.push({ kind: 'accept' }) - 1);
    emit(body, steps);
  }
  for (const fork of forks) steps[fork] = forked(fork + 1, steps.length, greedy);
}

function forked(into: number, past: number, greedy: boolean): Step {
  return greedy ? { kind: 'split', first: into, second: past } : { kind: 'split', first: past, second: into };
}

/** The places in a program that are being followed, in order of preference, each once. */
class Threads {
  readonly at: number[] = [];
  readonly starts: number[] = [];
  private readonly seen: Uint32Array;
  private round = 1;
  private readonly pending: number[] = [];

  constructor(private readonly program: Program) {
    this.seen = new Uint32Array(program.steps.length);
  }

  clear(): void {
    this.at.length = 0;
    this.starts.length = 0;
    this.round++;
  }

  /** Follows a place to all characters that may come next. */
  add(place: number, start: number, text: string, offset: number, fuel: Fuel): void {
    const {
      pending,
      program: { steps },
    } = this;
    pending.push(place);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (this.seen[next] === this.round) continue;
      this.seen[next] = this.round;
      fuel.left--;
      const step = steps[next]!;
      if (step.kind === 'split') pending.push(step.second, step.first);
      else if (step.kind === 'assert') {
        if (holds(step.what, text, offset)) pending.push(next + 1);
      } else {
        this.at.push(next);
        this.starts.push(start);
      }
    }
  }
}

const WORD = charSet([
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]);

function holds(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'line start':
      return at === 0 || isLineEnd(text.charCodeAt(at - 1));
    case 'line end':
      return at === text.length || isLineEnd(text.charCodeAt(at));
    case 'boundary':
    case 'no boundary': {
      const before = at > 0 && has(WORD, text.charCodeAt(at - 1));
      const after = at < text.length && has(WORD, text.charCodeAt(at));
      return (before !== after) === (what === 'boundary');
    }
  }
}

const isLineEnd = (code: number): boolean => code === 10 || code === 13 || code === 0x2028 || code === 0x2029;

function fits(set: CharSet, code: number, ignoresCase: boolean): boolean {
  if (!ignoresCase) return has(set, code);
  const plain = { ranges: set.ranges, not: false };
  const char = String.fromCharCode(code);
  const [upper, lower] = [char.toUpperCase(), char.toLowerCase()];
  const found =
    has(plain, code) ||
    (upper.length === 1 && has(plain, upper.charCodeAt(0))) ||
    (lower.length === 1 && has(plain, lower.charCodeAt(0)));
  return found !== set.not;
}

/**
 * The first match at or after an offset, the one that a backtracking engine would find; null where there is none,
 * undefined when it can't be told at this price.
 */
export function find(program: Program, text: string, from: number, fuel: Fuel): Found | null | undefined {
  let current = new Threads(program);
  let next = new Threads(program);
  let best: Found | null = null;
  for (let at = from; at <= text.length; at++) {
    if (best === null) current.add(0, at, text, at, fuel);
    else if (current.at.length === 0) break;
    const code = text.charCodeAt(at);
    next.clear();
    for (const [index, place] of current.at.entries()) {
      const step = program.steps[place]!;
      fuel.left--;
      if (step.kind === 'accept') {
        best = { start: current.starts[index]!, end: at };
        break;
      }
      if (at < text.length && step.kind === 'char' && fits(step.set, code, program.ignoresCase))
        next.add(place + 1, current.starts[index]!, text, at + 1, fuel);
    }
    if (fuel.left <= 0) return undefined;
    [current, next] = [next, current];
  }
  return best;
}

/** The lengths of the shortest and the longest beginning of a text that match; null where none does. */
export function prefixes(
  program: Program,
  text: string,
  fuel: Fuel,
): { readonly shortest: number; readonly longest: number } | null | undefined {
  let current = new Threads(program);
  let next = new Threads(program);
  let [shortest, longest] = [-1, -1];
  current.add(0, 0, text, 0, fuel);
  for (let at = 0; at <= text.length && current.at.length > 0; at++) {
    const code = text.charCodeAt(at);
    next.clear();
    for (const place of current.at) {
      const step = program.steps[place]!;
      fuel.left--;
      if (step.kind === 'accept') {
        if (shortest === -1) shortest = at;
        longest = at;
      } else if (at < text.length && step.kind === 'char' && fits(step.set, code, program.ignoresCase))
        next.add(place + 1, 0, text, at + 1, fuel);
    }
    if (fuel.left <= 0) return undefined;
    [current, next] = [next, current];
  }
  return longest === -1 ? null : { shortest, longest };
}
