/** A Markdown runbook: its shell fences are one run by hand, in order; what it shows of files is judged beside that. */
import { always } from '../../core/choices.ts';
import { hole, type Nature } from '../../core/text.ts';
import type { DockerfileReading } from '../dockerfile/read.ts';
import type { MarkdownReading } from './reading.ts';
import type { Reading, Readings } from '../../project/readings.ts';
import { runWorkflow } from '../github/run.ts';
import { evaluateCdk } from '../cdk/run.ts';
import { evaluateTemplate } from '../cloudformation/run.ts';
import { detours, scriptOf, type ShellFence } from './script.ts';
import { runScript } from '../shell/run.ts';
import type { Frame, NewFact, World } from '../../project/evaluation.ts';

/** A failing command stops a reader, as errexit would. */
const TYPED = { interpreter: 'bash', errexit: true, pipefail: false, nounset: false };

export function evaluateMarkdown(world: World, reading: MarkdownReading, frame: Frame): void {
  const readings = withFences(world.readings, reading);
  const env = new Map(
    reading.placeholders.map(
      ({ variable, name }) => [variable, always(hole(`${name}@${reading.file}`, natureOf(name)))] as const,
    ),
  );
  const shell = reading.fences.filter((one): one is ShellFence => one.kind === 'shell');
  const type = (fences: readonly ShellFence[], run: string, own: World): void => {
    const machine = {
      ...frame.machine,
      builders: new Map(frame.machine.builders),
      files: new Map(frame.machine.files),
    };
    runScript(
      own,
      { ...frame, run, env, machine },
      {
        script: scriptOf(fences, (path) => readings.exists(path)),
        name: reading.file,
        lines: reading.lines,
        options: TYPED,
        openArgs: true,
        capture: false,
      },
    );
  };
  within(
    world,
    readings,
    () => true,
    (own) => type(shell, frame.run, own),
  );
  for (const [index, fences] of detours(shell).entries()) {
    within(
      world,
      readings,
      ({ kind }) => kind === 'build' || kind === 'tag' || kind === 'push',
      (own) => type(fences, `${frame.run}#${index + 1}`, own),
    );
  }
  const shown = world.readings.ofKind('cdk').length + world.readings.ofKind('template').length > 0;
  // A document that quotes the project's own stack does not create a second one.
  const keeps = (fact: NewFact): boolean => !(shown && fact.kind === 'repository' && fact.role === 'created');
  for (const { kind, range, ...rest } of reading.fences) {
    if (kind !== 'source' || !('reading' in rest)) continue;
    const inner = rest.reading;
    const run = `${frame.run}#${range[0]}`;
    within(world, readings, keeps, (own) => {
      if (inner.kind === 'workflow')
        runWorkflow({ ...own, emit: (fact, at) => own.emit(fact, { ...at, run: `${run} ${at.run}` }) }, inner);
      else if (inner.kind === 'template')
        evaluateTemplate(own, inner, { parameters: new Map(), frame: { ...frame, run } });
    });
  }
  for (const app of reading.cdk)
    within(world, readings, keeps, (own) => evaluateCdk(own, app, { ...frame, run: app.file }));
}

function within(
  world: World,
  readings: Readings,
  keeps: (fact: NewFact) => boolean,
  action: (own: World) => void,
): void {
  const own: World = {
    ...world,
    readings,
    emit: (fact, frame) => {
      if (keeps(fact)) world.emit(seen(fact), frame);
    },
    revise: (origin, change) => world.revise?.(origin, (fact) => seen(change(fact))),
  };
  action(own);
}

/** Whoever types `build && deploy` sees that the first of them failed. */
function seen<F extends NewFact>(fact: F): F {
  return fact.kind === 'deploy' && fact.masked?.why === 'not the last of &&' ? { ...fact, masked: undefined } : fact;
}

/** Files that the document shows stand in for those that the project doesn't have. */
function withFences(readings: Readings, { fences }: MarkdownReading): Readings {
  const files = fences.flatMap((one) => (one.kind === 'file' ? [one] : []));
  if (files.length === 0) return readings;
  const shown = (path: string): Reading | undefined => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const named = files.filter((one) => one.path === path || one.path === name);
    const kind = /dockerfile|containerfile/i.test(name) ? 'dockerfile' : /compose/.test(name) ? 'compose' : undefined;
    const nameless = files.filter((one) => one.path === undefined && one.reading.kind === kind);
    return (named.at(-1) ?? (nameless.length === 1 ? nameless[0] : undefined))?.reading;
  };
  const get = (path: string): Reading | undefined =>
    readings.get(path) ?? (readings.exists(path) ? undefined : shown(path));
  const dockerfile = (path: string): DockerfileReading | undefined => {
    const found = get(path);
    return found?.kind === 'dockerfile' ? found : undefined;
  };
  return {
    ...readings,
    get,
    // Where the project has Dockerfiles of its own, it is asked for the one that a build names.
    ...(readings.dockerfile === undefined
      ? {}
      : {
          dockerfile: (path, text) =>
            readings.dockerfile?.(path, text) ?? (text === undefined ? dockerfile(path) : undefined),
        }),
    exists: (path) => readings.exists(path) || shown(path) !== undefined,
  };
}

function natureOf(name: string): Nature {
  if (/account/i.test(name)) return 'account';
  return /region/i.test(name) ? 'region' : 'unknown';
}
