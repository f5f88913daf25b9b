/**
 * Evaluation: starts at the entry points, follows calls between readings with the values that flow along, and yields
 * facts.
 */
import { Budget, Shares } from '../model/budget.ts';
import { contain } from '../model/contain.ts';
import { withLonely } from '../model/bonds.ts';
import type { Fact } from '../model/facts.ts';
import { ALWAYS, whenKey } from '../model/guard.ts';
import { byName, isCredential } from '../model/secrets.ts';
import type { Hop } from '../model/site.ts';
import type { Kind, Readings } from '../parsers/reading.ts';
import type { ShellReading } from '../parsers/shell/reading.ts';
import { evaluateAssembly, toolkitOf } from './assembly.ts';
import { runJustfile } from './callers/just.ts';
import { includedMakefiles, runMakefile } from './callers/make.ts';
import { machineOn } from './callers/hosts.ts';
import { runPackageScripts } from './callers/npm.ts';
import { runBuildspecs, runPipelines } from './callers/pipeline.ts';
import { runTaskfile } from './callers/task.ts';
import { runWorkflows } from './callers/workflow.ts';
import { evaluateCdk } from './cdk/index.ts';
import { COMMANDS } from './commands/index.ts';
import { evaluateTemplates } from './cloudformation/index.ts';
import { evaluateKubernetes } from './kubernetes.ts';
import { evaluateMarkdown } from './markdown.ts';
import { evaluateTaskDefinition } from './ecs-task.ts';
import { joinSynthesized } from './join.ts';
import { joinPublishers } from './publishers.ts';
import { homeOf, inCallOrder } from './scripts.ts';
import { evaluateServerless } from './serverless/index.ts';
import { isInert } from './shell/inert.ts';
import { runScript } from './shell/index.ts';
import { optionsOf } from './shell/scripts.ts';
import { evaluateTerraform, namedByProvisioners } from './terraform/index.ts';
import { turnsOf, type Memory } from './turns.ts';
import type { Frame, NewFact, World } from './world.ts';
import { defined } from '../model/optional.ts';

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
const ENTRIES: readonly Kind[] = [
  'workflow',
  'pipeline',
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
  const entries = ENTRIES.reduce((sum, kind) => sum + readings.ofKind(kind).length, 0);
  const first = new Shares({
    total: TOTAL_STEPS,
    largest: LARGEST_TOTAL,
    most: MOST_STEPS,
    usual: USUAL_STEPS,
    least: LEAST_STEPS,
    entries,
    ...defined({ late }),
  });
  // What had enough in the first round isn't run again in the second.
  const memory = request.memory ?? { turns: new Map(), changed: new Set(), round: 0 };
  const facts = evaluateWith({ ...request, memory }, first);
  const second = late?.() === true ? undefined : first.again();
  if (second === undefined) return { facts, steps: first.spent };
  return { facts: evaluateWith({ ...request, memory }, second), steps: first.spent + second.spent };
}

/** Of what is worked out about the project as a whole, beside its entries. */
const STEPS_BESIDE = 1_000_000;

function evaluateWith(
  { readings, bindings, memory, late }: EvaluateRequest & { readonly memory: Memory },
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
  runWorkflows(world, take);
  runPipelines(world, take);
  const included = includedMakefiles(readings.ofKind('makefile'));
  for (const reading of outermostFirst(readings.ofKind('makefile')))
    if (!included.has(reading.file))
      take(reading, (own) => runMakefile(own, reading, byHand(reading.file, folderOf(reading.file))));
  for (const reading of outermostFirst(readings.ofKind('justfile')))
    take(reading, (own) => runJustfile(own, reading, byHand(reading.file, folderOf(reading.file))));
  for (const reading of outermostFirst(readings.ofKind('taskfile')))
    take(reading, (own) => runTaskfile(own, reading, byHand(reading.file, folderOf(reading.file))));
  for (const reading of outermostFirst(readings.ofKind('package-json')))
    take(reading, (own) => runPackageScripts(own, reading, byHand(reading.file, folderOf(reading.file))));
  const provisions = namedByProvisioners(world);
  const scripts = inCallOrder(readings.ofKind('shell'));
  const runAlone = (reading: ShellReading): void => {
    if (world.called.has(reading.file) || isInert(reading, world.commands)) return;
    take(reading, (own) =>
      runScript(own, byHand(reading.file, homeOf(reading, own.readings)), {
        script: reading.script,
        name: reading.file,
        lines: reading.lines,
        options: { interpreter: reading.interpreter, ...optionsOf(reading.options) },
        openArgs: true,
        capture: false,
      }),
    );
  };
  // Scripts apply modules, and modules' provisioners call scripts.
  for (const reading of scripts) if (!provisions(reading.file)) runAlone(reading);
  evaluateTerraform(world, byHand, take);
  for (const reading of scripts) if (provisions(reading.file)) runAlone(reading);
  const toolkit = toolkitOf(readings);
  // An assembly's own templates are judged with what it knows about them, not a second time by themselves.
  for (const reading of readings.ofKind('assembly'))
    take(reading, (own) => evaluateAssembly(own, reading, byHand(reading.file, ''), toolkit), toolkit);
  for (const reading of readings.ofKind('serverless')) {
    if (!world.called.has(reading.file))
      take(reading, (own) => evaluateServerless(own, reading, byHand(reading.file, '')));
  }
  evaluateTemplates(world, (reading) => byHand(reading.file, ''), take);
  for (const reading of readings.ofKind('cdk'))
    take(reading, (own) => evaluateCdk(own, reading, byHand(reading.file, '')));
  runBuildspecs(world, take);
  for (const reading of readings.ofKind('markdown'))
    take(reading, (own) => evaluateMarkdown(own, reading, byHand(reading.file, '')));
  for (const reading of readings.ofKind('kubernetes'))
    take(reading, (own) => evaluateKubernetes(own, reading, byHand(reading.file, '')));
  for (const reading of readings.ofKind('task-definition')) {
    if (!world.called.has(reading.file))
      take(reading, (own) => evaluateTaskDefinition(own, reading, byHand(reading.file, '')));
  }
  return contain(
    () => withLonely(joinSynthesized(joinPublishers(facts, readings), readings)),
    () => facts,
  );
}

/** Somebody runs it on a machine of their own, in a terminal whose environment we don't know. */
function byHand(run: string, cwd: string | undefined): Frame {
  return {
    run,
    via: [],
    env: new Map(),
    cwd,
    machine: machineOn({ kind: 'developer' }),
    inCi: false,
    when: ALWAYS,
    openEnvironment: true,
  };
}

/** A Makefile at the root calls those below it, seldom the other way round. */
function outermostFirst<R extends { readonly file: string }>(readings: readonly R[]): R[] {
  const depth = (one: R): number => one.file.split('/').length;
  return [...readings].sort((a, b) => depth(a) - depth(b) || (a.file < b.file ? -1 : 1));
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? '' : file.slice(0, slash);
}

/** Facts are stamped with their place among those of this world, so that what other turns find doesn't change them. */
function newWorld(readings: Readings, bindings: ReadonlyMap<string, readonly string[]>, facts: Fact[]): World {
  const byOrigin = new Map<string, number[]>();
  const start = facts.length;
  return {
    readings,
    commands: COMMANDS,
    bindings,
    budget: new Budget(STEPS_BESIDE),
    called: new Set(),
    emit(fact, frame) {
      const { file, span, resource, via = frame.via } = fact.site;
      const origin =
        fact.origin ??
        `${fact.kind} ${file}:${span.start}-${span.end}${resource ?? ''} ${wayIn(via)} ${frame.run}${frame.nested?.turn ?? ''}`;
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

function wayIn(via: readonly Hop[]): string {
  return via.map((hop) => `${hop.file}:${hop.span.start}`).join('>');
}
