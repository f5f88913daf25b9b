/**
 * A failure that its own step lets pass, and hands on by name (`echo "FAILED=1" >> "$GITHUB_ENV"`, an output): it has
 * been noticed where a later step runs because of it, or ends badly with it.
 */
import type { Values } from '../../core/choices.ts';
import type { Machine } from '../../project/evaluation.ts';
import { ofValues, unknown, type Data } from './data.ts';
import { readEnvFile } from './env-files.ts';
import { decide } from './evaluate-expression.ts';
import { showExpression } from './expression.ts';
import type { Entry, Step } from './reading.ts';
import { contextsOf, withEnv, type Scope } from './scope.ts';

/** What a step leaves for the others of its job. */
export interface HandedOn {
  readonly env: ReadonlyMap<string, Data>;
  readonly outputs: ReadonlyMap<string, Data>;
}

/** The files that it writes to. */
export interface StepFiles {
  readonly env: string;
  readonly output: string;
}

/** What differs from what it leaves when all goes well. */
export function leftByFailure(files: StepFiles, machine: Machine, failed: ReadonlyMap<string, Values>): HandedOn {
  const differing = (path: string): ReadonlyMap<string, Data> => {
    const well = readEnvFile(machine.files.get(path) ?? []);
    const told = [...readEnvFile(failed.get(path) ?? [])];
    return new Map(
      told.flatMap(([name, values]): [string, Data][] =>
        JSON.stringify(well.get(name)) === JSON.stringify(values) ? [] : [[name, ofValues(values)]],
      ),
    );
  };
  return { env: differing(files.env), outputs: differing(files.output) };
}

export interface Followers {
  /** Of a job or composite action, in their order. */
  readonly steps: readonly Step[];
  /** What it hands on itself. */
  readonly outputs: readonly Entry[];
  /** How the script of one of them ends. */
  end(scope: Scope, step: Step, env: ReadonlyMap<string, Data>): 'ok' | 'fails' | 'unknown';
}

export function isActedOn(scope: Scope, step: Step, handed: HandedOn, { steps, outputs, end }: Followers): boolean {
  const names = [...handed.env.keys(), ...handed.outputs.keys()];
  if (names.length === 0) return false;
  const asks = (text: string): boolean => {
    const words = new Set(text.split(/[^\w-]+/));
    return names.some((name) => words.has(name));
  };
  if (step.id !== undefined && outputs.some(({ value }) => asks(value.text))) return true;
  const after = afterwards(scope, step, handed);
  return steps.some((one) => {
    if (one.index <= step.index) return false;
    const env = withEnv(after, after.env, one.env);
    const isAsked = one.if !== undefined && asks(showExpression(one.if.expression));
    const reads = [
      ...(one.run === undefined ? [] : [one.run.text]),
      ...[...one.env, ...one.with].map(({ value }) => value),
    ];
    if (!isAsked && !reads.some(({ text }) => asks(text))) return false;
    if (decide(one.if, contextsOf(after, env)) === 'no') return false;
    return isAsked || one.run === undefined || end(after, one, env) !== 'ok';
  });
}

/** The job behind this step, on a machine of its own, since what would happen is no fact. */
function afterwards(scope: Scope, { id }: Step, { env, outputs }: HandedOn): Scope {
  const { world, machine, counter } = scope;
  const steps = new Map(scope.steps);
  if (id !== undefined)
    steps.set(id, {
      kind: 'object',
      entries: new Map<string, Data>([['outputs', { kind: 'object', entries: outputs }]]),
      others: unknown(`steps.${id}`),
    });
  return {
    ...scope,
    world: { ...world, called: new Set(), emit: () => undefined, revise: () => undefined, stopped: () => undefined },
    machine: { ...machine, builders: new Map(machine.builders), files: new Map(machine.files) },
    counter: { ...counter },
    env: new Map([...scope.env, ...env]),
    steps,
  };
}
