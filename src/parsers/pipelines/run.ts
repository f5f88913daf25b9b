/**
 * Entry points: pipelines of GitLab, CodeBuild, Bitbucket, CircleCI and Azure. Each job is a run on a machine of its
 * own.
 */
import { ALWAYS, always, type Values } from '../../core/choices.ts';
import type { Host } from '../../model/facts.ts';
import type { Cpu } from '../../core/platform.ts';
import { siteOf, type Hop } from '../../core/site.ts';
import { literal } from '../../core/text.ts';
import type { Flavour, Job, Line, PipelineReading, Section, Variable } from './reading.ts';
import type { Script, Statement } from '../shell/reading.ts';
import { parseScript } from '../shell/parse.ts';
import { hasDockerfile } from '../dockerfile/run.ts';
import { inTurn } from '../../project/in-turn.ts';
import { runScript } from '../shell/run.ts';
import type { Fate, Frame, Runner, ShellOptions, Take, World } from '../../project/evaluation.ts';
import { alone, assemble, missingFor, projectOf, type Assembled, type Placed } from './run-gitlab.ts';
import { circleHost, cpuNamed, hostOf, machineOn } from '../../project/machines.ts';
import { dirname, joinPath } from '../../project/paths.ts';
import { shellOptions } from '../github/run-step.ts';
import { fileName } from '../github/scope.ts';
import { emitForeign, emitIncludes, emitMissing } from './foreign.ts';
import { macrosOf, valueOf } from './values.ts';
import { STEPS_PER_JOB } from '../github/run.ts';
import { defined } from '../../core/optional.ts';

/**
 * All pipelines but buildspecs, which wait for the projects that run them; GitLab's main file before those it may
 * include.
 */
export function runPipelines(world: World, take: Take = (_, turn) => turn(world)): void {
  const all = world.readings.ofKind('pipeline').filter((one) => one.flavour !== 'codebuild');
  const isMain = (one: PipelineReading): boolean => /(?:^|\/)\.gitlab-ci\.ya?ml$/.test(one.file);
  const run = (reading: PipelineReading): void => take(reading, (own) => runPipeline(own, reading));
  for (const reading of all) if (isMain(reading)) run(reading);
  for (const reading of all) if (!isMain(reading) && !world.called.has(reading.file)) run(reading);
}

/** Buildspecs that no project in a template runs. */
export function runBuildspecs(world: World, take: Take = (_, turn) => turn(world)): void {
  for (const reading of world.readings.ofKind('pipeline')) {
    if (reading.flavour === 'codebuild' && !world.called.has(reading.file))
      take(reading, (own) => runPipeline(own, reading));
  }
}

export function runPipeline(world: World, reading: PipelineReading, runner?: Runner): void {
  if (runner !== undefined) world.called.add(machineKey(runner.host.cpu));
  if (reading.flavour !== 'gitlab') {
    inTurn(
      world,
      reading.jobs,
      (job) => siteOf(reading.lines, job.key),
      (job) => runJob(world, reading, alone(job, reading), reading.variables, { runner }),
    );
    return;
  }
  const project = projectOf(reading, world.readings);
  for (const file of project.files) if (file !== reading) world.called.add(file.file);
  const variables = project.files.toReversed().flatMap((file) => file.variables);
  emitIncludes(world, project, variables);
  const jobs = [...project.jobs.values()].filter((job) => !job.of.hidden);
  inTurn(
    world,
    jobs,
    (job) => siteOf(job.reading.lines, job.of.key),
    (job) =>
      runJob(world, reading, assemble(project, job, world.budget), variables, { missing: missingFor(project, job.of) }),
  );
}

interface JobContext {
  /** Who runs it, where that isn't the system's own machine. */
  readonly runner?: Runner | undefined;
  /** GitLab: jobs it takes from that stand nowhere here. */
  readonly missing?: readonly string[];
}

function runJob(
  world: World,
  reading: PipelineReading,
  job: Assembled,
  globals: readonly Variable[],
  { runner, missing = [] }: JobContext,
): void {
  const rows = job.job.of.matrix.length > 0 ? job.job.of.matrix : [[]];
  for (const [index, row] of rows.entries()) {
    if (!world.budget.spend(STEPS_PER_JOB + job.sections.length)) return;
    const env = new Map<string, Values>([['CI', always(literal('true'))]]);
    for (const [name, values] of runner?.variables ?? []) env.set(name, values);
    for (const variable of [...globals, ...job.variables.map(({ of }) => of), ...row])
      env.set(variable.name, valueOf(variable, env, reading.flavour));
    if (reading.flavour === 'azure')
      for (const [name, values] of [...env]) env.set(name.replaceAll('.', '_').toUpperCase(), values);
    // What the project says of a variable counts for more than what its buildspec says.
    for (const [name, values] of runner?.variables ?? []) env.set(name, values);
    const own: Runner = {
      run: `${reading.file}#${job.job.of.name}#${index}`,
      via: [],
      host: hostOfJob(world, reading.flavour, job.job.of),
      variables: new Map(),
      when: ALWAYS,
    };
    for (const name of missing) emitMissing(world, own.run, job, name, env);
    runSections(world, reading, job, env, runner ?? own);
  }
}

function runSections(
  world: World,
  reading: PipelineReading,
  job: Assembled,
  outer: ReadonlyMap<string, Values>,
  runner: Runner,
): void {
  const { run } = runner;
  const machine = machineOn(runner.host);
  let env = new Map(outer);
  for (const group of groups(job.sections)) {
    const [first] = group;
    if (first === undefined) continue;
    const { of: section, reading: file } = first;
    const label = [fileName(reading.file), ...labelOf(reading.flavour, job.job.of, group)].join(' › ');
    const hop: Hop = {
      label,
      file: file.file,
      span: siteOf(
        file.lines,
        reading.flavour === 'gitlab' && file === job.job.reading ? job.job.of.key : section.range,
      ).span,
    };
    const via = [...runner.via, hop];
    if (section.fresh) env = new Map(outer);
    for (const variable of section.variables) env.set(variable.name, valueOf(variable, env, reading.flavour));
    const lines = group.flatMap((one) => one.of.lines);
    const frame: Frame = {
      run,
      via,
      env: new Map([...env, ...macrosOf(lines, env)]),
      cwd: folderOf(world, reading, section),
      machine,
      inCi: true,
      when: runner.when,
      openEnvironment: true,
      ...defined({ madeBy: section.madeBy }),
      fate: { ...defined({ limit: runner.limit }), ...fateOf(job, first, via) },
    };
    for (const line of lines) if (line.kind === 'foreign') emitForeign(world, frame, { ...line, what: 'action' }, file);
    const outcome = runScript(world, frame, {
      script: scriptOf(lines, section.lineByLine),
      name: `${run}#${section.name}`,
      lines: file.lines,
      options: optionsOf(section),
      args: [],
    });
    for (const [name, values] of outcome.variables) env.set(name, values);
  }
}

/**
 * Pipelines start at the project's root. A CodeBuild project's source may be a folder: its buildspec then lies beside
 * the only Dockerfile.
 */
function folderOf(world: World, reading: PipelineReading, section: Section): string | undefined {
  if (section.folder !== undefined) return joinPath('', section.folder.replace(/^~\/project\/?/, ''));
  const own = dirname(reading.file);
  const { readings } = world;
  return reading.flavour === 'codebuild' && own !== '' && hasDockerfile(readings, own) && !hasDockerfile(readings, '')
    ? own
    : '';
}

/** Sections that share a shell and a file run as one script. */
function groups(sections: readonly Placed<Section>[]): Placed<Section>[][] {
  const result: Placed<Section>[][] = [];
  for (const section of sections) {
    const before = result.at(-1)?.at(-1);
    const joins =
      before !== undefined &&
      before.reading === section.reading &&
      !section.of.fresh &&
      section.of.always === before.of.always;
    if (joins) result.at(-1)?.push(section);
    else result.push([section]);
  }
  return result;
}

function labelOf(flavour: Flavour, job: Job, group: readonly Placed<Section>[]): string[] {
  const names = [...new Set(group.map(({ of }) => of.name))].join(', ').replaceAll(', phase ', ', ');
  if (flavour === 'codebuild') return [names.replace(/^phase (.*,.*)$/, 'phases $1')];
  return flavour === 'gitlab' || flavour === 'bitbucket'
    ? [flavour === 'gitlab' ? `job ${job.name}` : job.name]
    : [`job ${job.name}`, names];
}

function fateOf(job: Assembled, { of: section, reading }: Placed<Section>, via: readonly Hop[]): Fate {
  const masked = section.masked === undefined ? job.masked : { of: section.masked, reading };
  const limit = section.limit === undefined ? job.limit : { of: section.limit, reading };
  return {
    ...(masked === undefined
      ? {}
      : {
          masked: {
            by: masked.of.by,
            why: 'continue-on-error',
            site: siteOf(masked.reading.lines, masked.of.range, via),
          },
        }),
    ...(limit === undefined
      ? {}
      : {
          limit: { seconds: limit.of.seconds, by: limit.of.by, site: siteOf(limit.reading.lines, limit.of.range, via) },
        }),
  };
}

function optionsOf(section: Section): ShellOptions {
  const options = shellOptions(section.shell, false) ?? {
    interpreter: 'sh',
    errexit: true,
    pipefail: false,
    nounset: false,
  };
  return section.lineByLine
    ? { interpreter: options.interpreter, errexit: false, pipefail: false, nounset: false }
    : options;
}

/** Line by line: a line's failure ends the rest, and a line fails when its last command does. */
function scriptOf(lines: readonly Line[], lineByLine: boolean): Script {
  const scripts = lines.flatMap((line) => (line.kind === 'command' && line.script.body.length > 0 ? [line] : []));
  const [first] = scripts;
  const last = scripts.at(-1);
  if (!lineByLine || first === undefined || last === undefined || scripts.length === 1)
    return { body: scripts.flatMap(({ script }) => script.body) };
  const commands = scripts.map(({ script, range }): Statement => {
    const [only] = script.body;
    return only !== undefined && script.body.length === 1 && only.kind === 'command'
      ? only
      : { kind: 'group', range, body: script.body, redirects: [] };
  });
  // So that what a failure leaves behind is told from what there is when all goes well.
  const end = parseScript('exit 1', () => last.range[1]).script.body;
  return {
    body: [
      {
        kind: 'and-or',
        range: [first.range[0], last.range[1]],
        commands: [...commands, ...end],
        operators: [...commands.slice(1).map(() => '&&' as const), ...end.map(() => '||' as const)],
      },
    ],
  };
}

/** How an entry of `world.called` names the kind of machine that a CodeBuild project has. */
function machineKey(cpu: Cpu | undefined): string {
  return `codebuild ${cpu ?? 'unknown'}`;
}

/**
 * A buildspec that no project names is run by one all the same: where all that are known have one CPU, probably on
 * that.
 */
function cpuOfProjects({ called }: World): Cpu | undefined {
  const cpus = ([undefined, 'amd64', 'arm64'] as const).filter((cpu) => called.has(machineKey(cpu)));
  return cpus.length === 1 ? cpus[0] : undefined;
}

function hostOfJob(world: World, flavour: Flavour, job: Job): Host {
  const { labels = [] } = job;
  const label = labels.join(', ');
  if (flavour === 'azure') {
    const { kind: _, engine: __, ...host } = hostOf(labels);
    return { kind: 'ci', ...host };
  }
  if (flavour === 'circleci') return circleHost(labels[0], job.hosted === true);
  const cpus = new Set(labels.map(cpuNamed).filter((one) => one !== undefined));
  const [cpu] = cpus;
  const probably = cpus.size === 0 && flavour === 'codebuild' ? cpuOfProjects(world) : undefined;
  return {
    kind: flavour === 'gitlab' ? 'gitlab' : flavour === 'codebuild' ? 'codebuild' : 'ci',
    ...(cpu === undefined || cpus.size > 1 ? {} : { cpu }),
    ...(label === '' ? {} : { label }),
    ...defined({ probably }),
  };
}
