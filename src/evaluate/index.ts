/** Evaluation: starts at the entry points, follows calls between readings with the values that flow along, and yields facts. */
import type { Fact } from '../model/facts.ts';
import { ALWAYS } from '../model/guard.ts';
import type { Hop } from '../model/site.ts';
import type { Readings } from '../parsers/reading.ts';
import { evaluateAssembly } from './assembly.ts';
import { runMakefile } from './callers/make.ts';
import { machineOn } from './callers/hosts.ts';
import { runPackageScripts } from './callers/npm.ts';
import { runPipelines } from './callers/pipeline.ts';
import { runWorkflows } from './callers/workflow.ts';
import { evaluateCdk } from './cdk/index.ts';
import { COMMANDS } from './commands/index.ts';
import { evaluateTemplates } from './cloudformation/index.ts';
import { homeOf, inCallOrder } from './scripts.ts';
import { runScript } from './shell/index.ts';
import { optionsOf } from './shell/dispatch.ts';
import type { Frame, World } from './world.ts';

export interface EvaluateRequest {
  readonly readings: Readings;
  readonly bindings: ReadonlyMap<string, readonly string[]>;
}

/** Steps a whole project may take; a thousand services need about a tenth. */
const FUEL = 5_000_000;

export function evaluate({ readings, bindings }: EvaluateRequest): readonly Fact[] {
  const { world, facts } = newWorld(readings, bindings);
  runWorkflows(world);
  runPipelines(world);
  for (const reading of readings.ofKind('makefile')) runMakefile(world, reading, byHand(reading.file, folderOf(reading.file)));
  for (const reading of readings.ofKind('package-json')) runPackageScripts(world, reading, byHand(reading.file, folderOf(reading.file)));
  for (const reading of inCallOrder(readings.ofKind('shell'))) {
    if (world.called.has(reading.file)) continue;
    runScript(world, byHand(reading.file, homeOf(reading, readings)), {
      script: reading.script, name: reading.file, lines: reading.lines, options: { interpreter: reading.interpreter, ...optionsOf(reading.options) }, openArgs: true,
    });
  }
  // An assembly's own templates are judged with what it knows about them, not a second time by themselves.
  for (const reading of readings.ofKind('assembly')) evaluateAssembly(world, reading, byHand(reading.file, ''));
  evaluateTemplates(world, (reading) => byHand(reading.file, ''));
  for (const reading of readings.ofKind('cdk')) evaluateCdk(world, reading, byHand(reading.file, ''));
  return facts;
}

/** Somebody runs it on a machine of their own, in a terminal whose environment we don't know. */
function byHand(run: string, cwd: string | undefined): Frame {
  return { run, via: [], env: new Map(), cwd, machine: machineOn({ kind: 'developer' }), inCi: false, when: ALWAYS, openEnvironment: true };
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? '' : file.slice(0, slash);
}

function newWorld(readings: Readings, bindings: ReadonlyMap<string, readonly string[]>): { world: World; facts: Fact[] } {
  const facts: Fact[] = [];
  const byOrigin = new Map<string, number[]>();
  const world: World = {
    readings,
    commands: COMMANDS,
    bindings,
    fuel: FUEL,
    called: new Set(),
    emit(fact, frame) {
      const { file, span, resource, via = frame.via } = fact.site;
      const origin = fact.origin ?? `${fact.kind} ${file}:${span.start}-${span.end}${resource ?? ''} ${wayIn(via)} ${frame.run}${frame.nested?.turn ?? ''}`;
      const stamped: Fact = { ...fact, when: fact.when ?? frame.when, run: frame.run, seq: facts.length, origin };
      byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), facts.length]);
      facts.push(stamped);
    },
    revise(origin, change) {
      for (const index of byOrigin.get(origin) ?? []) facts[index] = change(facts[index]!);
    },
  };
  return { world, facts };
}

function wayIn(via: readonly Hop[]): string {
  return via.map((hop) => `${hop.file}:${hop.span.start}`).join('>');
}

