/**
 * Evaluation: starts at the entry points, follows calls between readings with the values that flow along, and yields
 * facts.
 */
import { Budget, Shares } from '../core/budget.ts';
import { contain } from '../core/contain.ts';
import { withLonely } from '../model/bonds.ts';
import type { Fact } from '../model/facts.ts';
import { withFamilies } from '../model/revisions.ts';
import { whenKey } from '../core/choices.ts';
import { byName, isCredential } from '../core/secrets.ts';
import type { Kind, Readings } from '../project/readings.ts';
import { COMMANDS } from '../tools/index.ts';
import { joinSynthesized } from '../parsers/assembly/join.ts';
import { joinPublishers } from '../parsers/assembly/publishers.ts';
import { turnsOf, type Memory } from '../project/memory.ts';
import type { NewFact, Take, World } from '../project/evaluation.ts';
import { originOf } from '../project/origin.ts';
import { defined } from '../core/optional.ts';
import { CALLS } from '../parsers/calls.ts';
import { ENTRIES } from '../parsers/entries.ts';
import type { Entries } from '../project/entries.ts';

export interface EvaluateRequest {
  readonly readings: Readings;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
  /**
   * What earlier evaluations of the same project found; only turns that something they looked at has changed for are
   * run again.
   */
  readonly memory?: Memory;
  /** The last net: true when the run as a whole has taken too long. */
  readonly late?: () => boolean;
  /** What starts by itself; all there is, unless told. */
  readonly entries?: readonly Entries[];
}

export interface Evaluated {
  readonly facts: readonly Fact[];
  /** Steps that were taken. */
  readonly steps: number;
}

/** Steps a project may take, shared out among its entries; the second where there are very many. */
const TOTAL_STEPS = 500_000;
const LARGEST_TOTAL = 750_000;
/** Of one entry: a workflow, a Makefile, a template, an app, a script that nobody calls. */
const MOST_STEPS = 150_000;
/** Of each, up to the largest total. Few need a quarter of it. */
const USUAL_STEPS = 10_000;
/** However many there are. */
const LEAST_STEPS = 700;

/** What starts by itself, if nothing else calls it. */
const ENTRY_KINDS: readonly Kind[] = [
  'workflow',
  'pipeline',
  'jenkins',
  'makefile',
  'justfile',
  'taskfile',
  'package-json',
  'shell',
  'terraform',
  'assembly',
  'serverless',
  'template',
  'cdk',
  'markdown',
  'kubernetes',
  'task-definition',
];

export function evaluate(request: EvaluateRequest): readonly Fact[] {
  return evaluated(request).facts;
}

export function evaluated(request: EvaluateRequest): Evaluated {
  const { readings, late } = request;
  const entries = request.entries?.length ?? ENTRY_KINDS.reduce((sum, kind) => sum + readings.ofKind(kind).length, 0);
  const first = new Shares({
    total: TOTAL_STEPS,
    largest: LARGEST_TOTAL,
    most: MOST_STEPS,
    usual: USUAL_STEPS,
    least: LEAST_STEPS,
    entries,
    ...defined({ late }),
  });
  // What had enough in a round isn't run again in the next.
  const memory = request.memory ?? { turns: new Map(), changed: new Set(), round: 0 };
  let facts: readonly Fact[] = [];
  let steps = 0;
  let shares: Shares | undefined = first;
  while (shares !== undefined) {
    facts = evaluateWith({ ...request, memory }, shares);
    steps += shares.spent;
    shares = late?.() === true ? undefined : shares.again();
  }
  return { facts, steps };
}

/** Of what is worked out about the project as a whole, beside its entries. */
const STEPS_BESIDE = 1_000_000;

function evaluateWith(
  { readings, bindings, memory, late, entries: starting = ENTRIES }: EvaluateRequest & { readonly memory: Memory },
  shares: Shares,
): readonly Fact[] {
  const facts: Fact[] = [];
  const world = newWorld(readings, bindings, facts);
  const take = turnsOf({
    world,
    shares,
    memory,
    facts,
    open: (own, found) => newWorld(own, bindings, found),
    ...defined({ late }),
  });
  const byHand = new ByHand(world, facts);
  for (const entries of starting) entries.run(world, byHand.watching(take));
  const found = byHand.without();
  return contain(
    () => withLonely(withFamilies(joinSynthesized(joinPublishers(found, readings), readings))),
    () => found,
  );
}

/**
 * Scripts that nothing had called when they had their turn. What a buildspec calls is only known once the stacks whose
 * projects run it have had theirs; by then the script was run by hand, which nobody may do.
 */
class ByHand {
  private readonly turns = new Map<string, readonly [start: number, end: number]>();
  private late: readonly (readonly [start: number, end: number])[] | undefined;

  constructor(
    private readonly world: World,
    private readonly facts: readonly Fact[],
  ) {}

  watching(take: Take): Take {
    return (reading, turn, given) => {
      // Who follows a document runs it by hand as well.
      if (reading.kind === 'markdown') this.late ??= this.calledLate();
      const start = this.facts.length;
      take(reading, turn, given);
      // One that calls itself says nothing of who calls it.
      if (reading.kind === 'shell' && !this.world.called.has(reading.file))
        this.turns.set(reading.file, [start, this.facts.length]);
    };
  }

  /**
   * The facts but for those of scripts that were called after all, where whoever called them has told of the same place.
   * What the script does when it is called otherwise (`./deploy.sh push`, where a buildspec has it test) only people do.
   */
  without(): readonly Fact[] {
    const late = this.late ?? this.calledLate();
    if (late.length === 0) return this.facts;
    const byHand = (index: number): boolean => late.some(([start, end]) => index >= start && index < end);
    const told = new Set(this.facts.flatMap((fact, index) => (byHand(index) ? [] : [placeOf(fact)])));
    return this.facts.filter((fact, index) => !byHand(index) || !told.has(placeOf(fact)));
  }

  private calledLate(): NonNullable<ByHand['late']> {
    return [...this.turns].filter(([file]) => this.world.called.has(file)).map(([, range]) => range);
  }
}

function placeOf({ site: { file, span } }: Fact): string {
  return `${file}:${span.start}-${span.end}`;
}

/** Facts are stamped with their place among those of this world, so that what other turns find doesn't change them. */
function newWorld(readings: Readings, bindings: ReadonlyMap<string, readonly string[]>, facts: Fact[]): World {
  const byOrigin = new Map<string, number[]>();
  const start = facts.length;
  return {
    readings,
    commands: COMMANDS,
    calls: CALLS,
    bindings,
    budget: new Budget(STEPS_BESIDE),
    called: new Set(),
    emit(fact, frame) {
      const origin = fact.origin ?? originOf(fact, frame);
      const stamped: Fact = {
        ...withoutSecrets(fact),
        when: fact.when ?? frame.when,
        run: frame.run,
        seq: facts.length - start,
        origin,
      };
      if (stamped.kind === 'confirmation' && saidAlready(facts, start, stamped)) return;
      byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), facts.length]);
      facts.push(stamped);
    },
    revise(origin, change) {
      for (const index of byOrigin.get(origin) ?? []) facts[index] = change(facts[index]!);
    },
  };
}

/** A build argument that goes by a credential's name is one, whoever read it. */
function withoutSecrets(fact: NewFact): NewFact {
  if (fact.kind !== 'build' || !fact.buildArgs.some(({ name }) => isCredential(name))) return fact;
  return {
    ...fact,
    buildArgs: fact.buildArgs.map((one) =>
      one.value === undefined ? one : { ...one, value: byName(one.name, one.value) },
    ),
  };
}

/** A loop that polls looks again and again, and nothing has happened in between. */
function saidAlready(facts: readonly Fact[], start: number, { site, when, run }: Fact): boolean {
  for (let at = facts.length - 1; at >= start; at--) {
    const before = facts[at]!;
    if (before.kind !== 'confirmation') return false;
    if (
      before.run === run &&
      before.site.file === site.file &&
      before.site.span.start === site.span.start &&
      before.site.via === site.via &&
      whenKey(before.when) === whenKey(when)
    )
      return true;
  }
  return false;
}
