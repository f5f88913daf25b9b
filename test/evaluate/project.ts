/** A project held in memory, with everything that Makefiles, npm scripts, compose and bake files take part in. */
import { Budget } from '../../src/core/budget.ts';
import type { Build, Fact, FactOf } from '../../src/model/facts.ts';
import { ALWAYS } from '../../src/core/choices.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import { indexLines, type Site } from '../../src/core/site.ts';
import { machineOn } from '../../src/project/machines.ts';
import { runMakefile } from '../../src/parsers/make/run.ts';
import { runPackageScripts } from '../../src/parsers/npm/run.ts';
import { runScript } from '../../src/parsers/shell/run.ts';
import type { Frame, World } from '../../src/project/evaluation.ts';
import { read as readBake } from '../../src/parsers/bake/read.ts';
import { read as readCompose } from '../../src/parsers/compose/read.ts';
import { read as readDockerfile } from '../../src/parsers/dockerfile/read.ts';
import { read as readMakefile } from '../../src/parsers/make/read.ts';
import { read as readPackageJson } from '../../src/parsers/npm/read.ts';
import type { Kind, Reading, Readings } from '../../src/project/readings.ts';
import { read as readShell } from '../../src/parsers/shell/read.ts';
import { COMMANDS } from '../../src/tools/index.ts';
import { CALLS } from '../../src/parsers/calls.ts';

function readingOf(file: string, text: string): Reading | undefined {
  const source = { file, text, lines: indexLines(file, text) };
  if (file.endsWith('package.json')) return readPackageJson(source);
  if (/compose[^/]*\.ya?ml$/.test(file)) return readCompose(source);
  if (/bake[^/]*\.(hcl|json)$/.test(file)) return readBake(source);
  if (/Makefile$|\.mk$/.test(file)) return readMakefile(source);
  if (/Dockerfile/.test(file)) return readDockerfile(source);
  return file.endsWith('.sh') ? readShell(source) : undefined;
}

export type Project = Readonly<Record<string, string>>;

interface How {
  /** Only the script's own variables: nothing comes from a user's environment. */
  readonly closed?: boolean;
}

function worldOf(files: Project): { world: World; facts: Fact[] } {
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
    commands: COMMANDS,
    bindings: new Map(),
    calls: CALLS,
    budget: new Budget(100_000),
    called: new Set(),
    emit(fact, frame) {
      const origin =
        fact.origin ?? `${fact.kind} ${fact.site.file}:${fact.site.span.start} ${frame.run}${frame.nested?.turn ?? ''}`;
      facts.push({ ...fact, when: fact.when ?? frame.when, run: frame.run, seq: facts.length, origin });
    },
    revise(origin, change) {
      for (const [index, fact] of facts.entries()) if (fact.origin === origin) facts[index] = change(fact);
    },
  };
  return { world, facts };
}

function frameOf(run: string, { closed = false }: How): Frame {
  return {
    run,
    via: [],
    env: new Map(),
    cwd: '',
    machine: machineOn({ kind: 'developer' }),
    inCi: closed,
    when: ALWAYS,
    openEnvironment: !closed,
  };
}

/** The facts of a script, run from the project's root. */
export function factsOfScript(script: string, files: Project, how: How = {}): Fact[] {
  const { world, facts } = worldOf({ ...files, 'main.sh': script });
  const reading = world.readings.get('main.sh');
  if (reading?.kind !== 'shell') throw new Error('main.sh is no script');
  runScript(world, frameOf('main.sh', how), {
    script: reading.script,
    name: 'main.sh',
    lines: reading.lines,
    options: { interpreter: 'bash', errexit: false, pipefail: false, nounset: false },
    args: [],
  });
  return facts;
}

/** The facts of what nobody calls: Make targets and npm scripts. */
export function factsOfEntries(files: Project, how: How = {}): Fact[] {
  const { world, facts } = worldOf(files);
  for (const reading of world.readings.ofKind('makefile')) runMakefile(world, reading, frameOf(reading.file, how));
  for (const reading of world.readings.ofKind('package-json'))
    runPackageScripts(world, reading, frameOf(reading.file, how));
  return facts;
}

export function ofKind<K extends Fact['kind']>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  const isKind = (fact: Fact): fact is FactOf<K> => fact.kind === kind;
  return facts.filter(isKind);
}

/** A build in a few words. */
function shown(build: Build): string {
  const names = build.names.map(({ ref }) => showRef(ref)).join(' ');
  const choice = build.when.map(({ cond, is }) => `${cond}=${is}`).join(' ');
  return `${names} for ${showPlatforms(build.platforms)}${choice === '' ? '' : ` when ${choice}`}`;
}

export function builds(facts: readonly Fact[]): string[] {
  return ofKind(facts, 'build').map(shown);
}

/** The characters a site points at. */
export function textAt(files: Project, site: Site): string {
  return (files[site.file] ?? '').slice(site.span.start, site.span.end);
}
