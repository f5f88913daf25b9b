/** Runs a script whose `show` command records the words it got, and whose `deploy` command is a long one. */
import { Budget } from '../../src/core/budget.ts';
import type { Deploy, Unfollowed } from '../../src/model/facts.ts';
import { ALWAYS, type Values, type When } from '../../src/core/choices.ts';
import { indexLines } from '../../src/core/site.ts';
import { show } from '../../src/core/text.ts';
import { machineOn } from '../../src/project/machines.ts';
import { runScript } from '../../src/parsers/shell/run.ts';
import { optionsOf } from '../../src/parsers/shell/scripts.ts';
import type { CommandHandler, Frame, NewFact, Outcome, World } from '../../src/project/evaluation.ts';
import type { Fact } from '../../src/model/facts.ts';
import { read } from '../../src/parsers/shell/read.ts';
import type { Reading } from '../../src/project/readings.ts';
import { printf } from '../../src/tools/print.ts';

interface Shown {
  readonly words: readonly string[];
  readonly when: When;
  readonly place: string;
  readonly via: readonly string[];
}

const sink: { shown: Shown[] } = { shown: [] };

const place = (site: { file: string; span: { line: number; column: number; endColumn: number } }): string =>
  `${site.file}:${site.span.line}:${site.span.column}-${site.span.endColumn}`;

const TEST_COMMANDS: ReadonlyMap<string, CommandHandler> = new Map<string, CommandHandler>([
  [
    'show',
    (invocation) => {
      if (!invocation.frame.nested?.failing)
        sink.shown.push({
          words: invocation.args.map((one) => show(one.text)),
          when: invocation.frame.when,
          place: invocation.args.map((one) => place(one.site)).join(' '),
          via: (invocation.site.via ?? []).map((hop) => hop.label),
        });
      return {};
    },
  ],
  [
    'echo',
    (invocation) => ({
      stdout: invocation.args.flatMap((one, index) => (index === 0 ? one.text : [' ', ...one.text])),
      status: 'ok',
    }),
  ],
  ['printf', printf],
  ['deploy', () => ({ long: { what: 'deploy', label: 'deploy' } })],
  [
    'timeout',
    (invocation) =>
      invocation.run(invocation.args.slice(1), { limit: { seconds: 300, by: 'timeout 300', site: invocation.site } }),
  ],
]);

export interface Ran {
  readonly shown: readonly Shown[];
  readonly deploys: readonly Deploy[];
  readonly unfollowed: readonly Unfollowed[];
  readonly outcome: Outcome;
}

export interface RunOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly Values[];
  readonly openArgs?: boolean;
  readonly env?: Readonly<Record<string, Values>>;
  readonly closed?: boolean;
  readonly errexit?: boolean;
}

export function run(script: string, options: RunOptions = {}): Ran {
  sink.shown = [];
  const files: Record<string, string> = { 'main.sh': script, ...options.files };
  const readings = new Map<string, Reading>();
  for (const [file, text] of Object.entries(files))
    if (file.endsWith('.sh')) readings.set(file, read({ file, text, lines: indexLines(file, text) }));
  const facts: Fact[] = [];
  const world: World = {
    readings: {
      get: (file) => readings.get(file),
      ofKind: () => [],
      exists: (path) => path in files,
      text: (file) => files[file],
    },
    commands: TEST_COMMANDS,
    bindings: new Map(),
    calls: { pipeline: () => undefined, manifest: () => undefined, provisions: () => () => false },
    budget: new Budget(200_000),
    called: new Set(),
    emit: (fact: NewFact, at: Frame) =>
      void facts.push({ when: ALWAYS, origin: '', ...fact, run: at.run, seq: facts.length }),
    revise: (origin, change) =>
      facts.forEach((fact, index) => {
        if (fact.origin === origin) facts[index] = change(fact);
      }),
  };
  const reading = readings.get('main.sh');
  if (reading?.kind !== 'shell') throw new Error('main.sh is no script');
  const frame: Frame = {
    run: 'main.sh',
    via: [],
    env: new Map(Object.entries(options.env ?? {})),
    cwd: '',
    machine: machineOn({ kind: 'developer' }),
    inCi: false,
    when: ALWAYS,
    openEnvironment: options.closed !== true,
  };
  const own = optionsOf(reading.options);
  const outcome = runScript(world, frame, {
    script: reading.script,
    name: 'main.sh',
    lines: reading.lines,
    options: { interpreter: 'bash', ...own, errexit: options.errexit ?? own.errexit },
    ...(options.openArgs === undefined ? {} : { openArgs: options.openArgs }),
    ...(options.args === undefined ? {} : { args: options.args }),
  });
  return {
    shown: sink.shown,
    deploys: facts.filter((fact): fact is Deploy => fact.kind === 'deploy'),
    unfollowed: facts.filter((fact): fact is Unfollowed => fact.kind === 'unfollowed'),
    outcome,
  };
}

/** The words of every `show`, joined. */
export function words(script: string, options: RunOptions = {}): string[] {
  return run(script, options).shown.map((one) => one.words.join(' '));
}
