/** A project held in memory, and the facts its workflows and pipelines yield. */
import { Budget } from '../../src/core/budget.ts';
import type { Build, Fact, FactOf } from '../../src/model/facts.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import { indexLines } from '../../src/core/site.ts';
import { runBuildspecs, runPipelines } from '../../src/parsers/pipelines/run.ts';
import { evaluateTemplates } from '../../src/parsers/cloudformation/run.ts';
import { machineOn } from '../../src/project/machines.ts';
import { runWorkflows } from '../../src/parsers/github/run.ts';
import { COMMANDS } from '../../src/tools/index.ts';
import type { World } from '../../src/project/evaluation.ts';
import { read as readBake } from '../../src/parsers/bake/read.ts';
import { read as readTemplate } from '../../src/parsers/cloudformation/read.ts';
import * as dockerfile from '../../src/parsers/dockerfile/read.ts';
import { looksLikePipeline, read as readPipeline } from '../../src/parsers/pipelines/read.ts';
import type { Kind, Reading, Readings } from '../../src/project/readings.ts';
import { looksLikeWorkflow, read as readWorkflow } from '../../src/parsers/github/read.ts';
import { read as readShell } from '../../src/parsers/shell/read.ts';
import { CALLS } from '../../src/parsers/calls.ts';

function readingOf(file: string, text: string): Reading | undefined {
  const source = { file, text, lines: indexLines(file, text) };
  if (looksLikeWorkflow(file)) return readWorkflow(source);
  if (looksLikePipeline(file)) return readPipeline(source);
  if (/(?:^|\/)Dockerfile$/.test(file)) return dockerfile.read(source);
  if (file.endsWith('docker-bake.hcl')) return readBake(source);
  if (file.endsWith('template.yaml')) return readTemplate(source);
  return file.endsWith('.sh') ? readShell(source) : undefined;
}

function worldOf(files: Readonly<Record<string, string>>): { world: World; facts: Fact[] } {
  const readings = new Map(
    Object.entries(files).flatMap(([file, text]): [string, Reading][] => {
      const reading = readingOf(file, text);
      return reading === undefined ? [] : [[file, reading]];
    }),
  );
  const isKind = <K extends Kind>(reading: Reading, kind: K): reading is Extract<Reading, { kind: K }> =>
    reading.kind === kind;
  const lookup: Readings = {
    get: (file) => readings.get(file),
    ofKind: (kind) => [...readings.values()].filter((one) => isKind(one, kind)),
    exists: (path) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`)),
    text: (file) => files[file],
  };
  const facts: Fact[] = [];
  const world: World = {
    readings: lookup,
    bindings: new Map(),
    commands: COMMANDS,
    calls: CALLS,
    budget: new Budget(100_000),
    called: new Set(),
    emit(fact, frame) {
      const origin = fact.origin ?? `${fact.kind} ${fact.site.file}:${fact.site.span.start} ${frame.run}`;
      facts.push({ ...fact, when: fact.when ?? frame.when, run: frame.run, seq: facts.length, origin });
    },
    revise(origin, change) {
      for (const [index, fact] of facts.entries()) if (fact.origin === origin) facts[index] = change(fact);
    },
  };
  return { world, facts };
}

export function factsOf(files: Readonly<Record<string, string>>): Fact[] {
  const { world, facts } = worldOf(files);
  runWorkflows(world);
  runPipelines(world);
  evaluateTemplates(world, ({ file }) => ({
    run: file,
    via: [],
    env: new Map(),
    cwd: '',
    machine: machineOn({ kind: 'developer' }),
    inCi: false,
    when: [],
    openEnvironment: true,
  }));
  runBuildspecs(world);
  return facts;
}

export function ofKind<K extends Fact['kind']>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  const isKind = (fact: Fact): fact is FactOf<K> => fact.kind === kind;
  return facts.filter(isKind);
}

export function guards(fact: Fact): string {
  return fact.when.map(({ cond, is }) => `${cond} is ${is}`).join(', ');
}

/** A build in a few words. */
export function shown(build: Build): string {
  const names = build.names.map(({ ref }) => showRef(ref)).join(' ');
  return `${build.label}: ${names} for ${showPlatforms(build.platforms)} by ${build.driver} to ${build.output}, provenance ${build.attestations.provenance}`;
}

/** A workflow with one job of these steps. */
export function oneJob(
  steps: string,
  { runsOn = 'ubuntu-latest', on = 'push', job = '' } = {},
): Record<string, string> {
  const indent = (text: string, by: number): string =>
    text
      .trim()
      .split('\n')
      .map((line) => (line === '' ? '' : ' '.repeat(by) + line))
      .join('\n');
  return {
    '.github/workflows/deploy.yml': `on: ${on}\njobs:\n  build:\n    runs-on: ${runsOn}\n${job === '' ? '' : `${indent(job, 4)}\n`}    steps:\n${indent(steps, 6)}\n`,
  };
}
