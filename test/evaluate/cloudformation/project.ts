/** A project of templates held in memory, and the facts that evaluating them yields. */
import { Budget } from '../../../src/core/budget.ts';
import type { Fact, FactOf } from '../../../src/model/facts.ts';
import { ALWAYS, type Values } from '../../../src/core/choices.ts';
import { indexLines, type Site } from '../../../src/core/site.ts';
import type { Text } from '../../../src/core/text.ts';
import { evaluateTemplate, evaluateTemplates } from '../../../src/parsers/cloudformation/run.ts';
import type { Frame, World } from '../../../src/project/evaluation.ts';
import { read as readTemplate } from '../../../src/parsers/cloudformation/read.ts';
import type { TemplateReading } from '../../../src/parsers/cloudformation/reading.ts';
import { read as readDockerfile } from '../../../src/parsers/dockerfile/read.ts';
import type { Kind, Reading, Readings } from '../../../src/project/readings.ts';
import { CALLS } from '../../../src/parsers/calls.ts';

export function frame(run = 'test'): Frame {
  return {
    run,
    via: [],
    env: new Map(),
    cwd: '',
    inCi: false,
    when: ALWAYS,
    openEnvironment: true,
    machine: {
      host: { kind: 'developer' },
      driver: 'unknown',
      builders: new Map(),
      emulation: 'unknown',
      files: new Map(),
    },
  };
}

export interface Project {
  readonly world: World;
  readonly facts: Fact[];
  of<K extends Fact['kind']>(kind: K): FactOf<K>[];
  /** The text a site points at. */
  at(site: Site | undefined): string;
  template(file: string): TemplateReading;
}

function isKind<K extends Fact['kind']>(kind: K) {
  return (fact: Fact): fact is FactOf<K> => fact.kind === kind;
}

export function project(
  files: Readonly<Record<string, string>>,
  bindings: Readonly<Record<string, readonly string[]>> = {},
): Project {
  const readings = new Map<string, Reading>();
  for (const [file, text] of Object.entries(files)) {
    const source = { file, text, lines: indexLines(file, text) };
    if (/Dockerfile$/.test(file)) readings.set(file, readDockerfile(source));
    else if (/\.(ya?ml|json|template)$/.test(file)) readings.set(file, readTemplate(source));
  }
  const found: Readings = {
    get: (file) => readings.get(file),
    ofKind: <K extends Kind>(kind: K) =>
      [...readings.values()].filter((one): one is Extract<Reading, { kind: K }> => one.kind === kind),
    exists: (path) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`)),
    text: (file) => files[file],
  };
  const facts: Fact[] = [];
  const world: World = {
    readings: found,
    bindings: new Map(Object.entries(bindings)),
    budget: new Budget(1_000_000),
    called: new Set(),
    commands: new Map(),
    calls: CALLS,
    emit: (fact, { run, when }) =>
      void facts.push({
        ...fact,
        when: fact.when ?? when,
        run,
        seq: facts.length,
        origin: fact.origin ?? String(facts.length),
      }),
    revise: () => undefined,
  };
  return {
    world,
    facts,
    of: (kind) => facts.filter(isKind(kind)),
    at: (site) => (site === undefined ? '' : (files[site.file] ?? '').slice(site.span.start, site.span.end)),
    template(file) {
      const reading = readings.get(file);
      if (reading?.kind !== 'template') throw new Error(`${file} is no template`);
      return reading;
    },
  };
}

/** The facts of all templates, as entry points. */
export function evaluated(
  files: Readonly<Record<string, string>>,
  bindings?: Readonly<Record<string, readonly string[]>>,
): Project {
  const made = project(files, bindings);
  evaluateTemplates(made.world, (reading) => frame(reading.file));
  return made;
}

/** One template, called with parameters. */
export function called(
  files: Readonly<Record<string, string>>,
  file: string,
  parameters: Readonly<Record<string, Values>>,
  more: { stackName?: Text; region?: Text } = {},
): Project {
  const made = project(files);
  evaluateTemplate(made.world, made.template(file), {
    parameters: new Map(Object.entries(parameters)),
    frame: frame(),
    ...more,
  });
  return made;
}
