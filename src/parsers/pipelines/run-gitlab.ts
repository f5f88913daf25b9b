/**
 * GitLab's jobs are put together from pieces: `extends`, `default:`, `!reference`, in this file and those it includes.
 */
import type { Budget } from '../../core/budget.ts';
import type { Readings } from '../../project/readings.ts';
import { included } from './includes.ts';
import type { Job, Line, PipelineReading, Section } from './reading.ts';
import { defined } from '../../core/optional.ts';

/** A section with the file its text stands in. */
export interface Placed<T> {
  readonly of: T;
  readonly reading: PipelineReading;
}

export interface Assembled {
  readonly job: Placed<Job>;
  readonly sections: readonly Placed<Section>[];
  readonly variables: readonly Placed<Job['variables'][number]>[];
  readonly masked?: Placed<NonNullable<Job['masked']>> | undefined;
  readonly limit?: Placed<NonNullable<Job['limit']>> | undefined;
}

/** A job that stands for itself. */
export function alone(job: Job, reading: PipelineReading): Assembled {
  return {
    job: { of: job, reading },
    sections: job.sections.map((of) => ({ of, reading })),
    variables: job.variables.map((of) => ({ of, reading })),
    masked: job.masked === undefined ? undefined : { of: job.masked, reading },
    limit: job.limit === undefined ? undefined : { of: job.limit, reading },
  };
}

/** GitLab follows eleven levels of `extends`; references nest ten deep. */
const MAX_DEPTH = 11;
const MOST_FILES = 150;

export interface Project {
  readonly files: readonly PipelineReading[];
  readonly jobs: ReadonlyMap<string, Placed<Job>>;
  readonly defaults: Placed<Job> | undefined;
  /** Jobs with what they extend, worked out once each. */
  readonly inherited: Map<Job, Assembled>;
}

/** The file with all it includes, nearest last so that it wins. */
export function projectOf(reading: PipelineReading, readings: Readings): Project {
  const files: PipelineReading[] = [];
  const visit = (one: PipelineReading): void => {
    if (files.includes(one) || files.length >= MOST_FILES) return;
    files.push(one);
    for (const path of one.includes) for (const found of matching(path, readings)) visit(found);
  };
  visit(reading);
  const ordered = files.toReversed();
  const defaults = ordered.findLast((one) => one.defaults !== undefined);
  return {
    files,
    jobs: new Map(
      ordered.flatMap((one) => one.jobs.map((job): [string, Placed<Job>] => [job.name, { of: job, reading: one }])),
    ),
    defaults: defaults?.defaults === undefined ? undefined : { of: defaults.defaults, reading: defaults },
    inherited: new Map(),
  };
}

function matching(path: string, readings: Readings): PipelineReading[] {
  const meant = included(path);
  if ('covers' in meant)
    return readings.ofKind('pipeline').filter((one) => one.flavour === 'gitlab' && meant.covers(one.file));
  const found = readings.get(meant.file);
  return found?.kind === 'pipeline' ? [found] : [];
}

/** Jobs that this one takes from, itself or by way of others, and that stand in no file of the project. */
export function missingFor(project: Project, job: Job): string[] {
  const missing = new Set<string>();
  const seen = new Set<string>();
  const pending = [...job.extends];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.size === seen.add(name).size) continue;
    const found = project.jobs.get(name);
    if (found === undefined) missing.add(name);
    else pending.push(...found.of.extends);
  }
  return [...missing];
}

/** The job with everything it takes from others; its own words win. */
export function assemble(project: Project, job: Placed<Job>, budget: Budget): Assembled {
  const whole = inherited(project, job);
  const { defaults } = project;
  const missing =
    defaults === undefined
      ? []
      : defaults.of.sections.filter(({ name }) => !whole.sections.some((one) => one.of.name === name));
  const order = ['before_script', 'script', 'after_script'];
  const sections = [
    ...missing.map((of): Placed<Section> => ({ of, reading: defaults?.reading ?? job.reading })),
    ...whole.sections,
  ].sort((a, b) => order.indexOf(a.of.name) - order.indexOf(b.of.name));
  const labels = whole.job.of.labels ?? defaults?.of.labels;
  const limit = defaults?.of.limit;
  return {
    ...whole,
    job: { ...whole.job, of: { ...whole.job.of, ...defined({ labels }) } },
    limit:
      whole.limit ??
      (limit === undefined || defaults === undefined ? undefined : { of: limit, reading: defaults.reading }),
    sections: sections.flatMap((one) => resolved(project, one, budget, 0)),
  };
}

function inherited(project: Project, { of: job, reading }: Placed<Job>, depth = 0): Assembled {
  const have = project.inherited.get(job);
  if (have !== undefined) return have;
  const own = alone(job, reading);
  if (depth >= MAX_DEPTH) return own;
  // A job that extends itself by way of others, which GitLab refuses, has only its own words there.
  project.inherited.set(job, own);
  // Later entries of `extends` win over earlier ones, the job over all.
  let base: Assembled | undefined;
  for (const name of job.extends) {
    const parent = project.jobs.get(name);
    if (parent === undefined || parent.of === job) continue;
    const next = inherited(project, parent, depth + 1);
    base = base === undefined ? next : over(base, next);
  }
  const whole = base === undefined ? own : over(base, own);
  project.inherited.set(job, whole);
  return whole;
}

function over(base: Assembled, top: Assembled): Assembled {
  return {
    job: {
      reading: top.job.reading,
      of: {
        ...base.job.of,
        ...top.job.of,
        matrix: top.job.of.matrix.length > 0 ? top.job.of.matrix : base.job.of.matrix,
      },
    },
    sections: [
      ...base.sections.filter((one) => !top.sections.some(({ of }) => of.name === one.of.name)),
      ...top.sections,
    ],
    masked: top.masked ?? base.masked,
    limit: top.limit ?? base.limit,
    variables: [
      ...base.variables.filter((one) => !top.variables.some(({ of }) => of.name === one.of.name)),
      ...top.variables,
    ],
  };
}

/** Cuts a section where `!reference` takes lines from elsewhere, so that each piece stands in one file. */
function resolved(project: Project, section: Placed<Section>, budget: Budget, depth: number): Placed<Section>[] {
  const pieces: Placed<Section>[] = [];
  let lines: Line[] = [];
  const flush = (): void => {
    if (lines.length > 0) pieces.push({ reading: section.reading, of: { ...section.of, lines } });
    lines = [];
  };
  for (const line of section.of.lines) {
    if (line.kind !== 'reference') {
      lines.push(line);
      continue;
    }
    flush();
    const [name = '', key = ''] = line.path;
    const job = project.jobs.get(name);
    if (job === undefined || depth >= MAX_DEPTH || !budget.spend()) continue;
    const target = inherited(project, job).sections.find((one) => one.of.name === key);
    if (target !== undefined)
      for (const piece of resolved(
        project,
        { ...target, of: { ...target.of, name: section.of.name, fresh: section.of.fresh, always: section.of.always } },
        budget,
        depth + 1,
      ))
        pieces.push(piece);
  }
  flush();
  return pieces;
}
