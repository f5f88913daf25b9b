/** A `run:` step: which shell, which environment, and what it hands on. */
import { ALWAYS, type Values } from '../../core/choices.ts';
import { known, literal } from '../../core/text.ts';
import { parseScript } from '../shell/parse.ts';
import type { Script } from '../shell/reading.ts';
import { fileOffset } from './mapped.ts';
import type { RunText, Step } from './reading.ts';
import { runScript } from '../shell/run.ts';
import type { Outcome, ShellOptions } from '../../project/evaluation.ts';
import { ofValues, toValues, type Data } from './data.ts';
import { leftByFailure, type HandedOn } from './handed-on.ts';
import { readEnvFile, readSetOutput } from './env-files.ts';
import { evaluateExpression, render, type Contexts } from './evaluate-expression.ts';
import { isWindows } from '../../project/machines.ts';
import { joinPath } from '../../project/paths.ts';
import { contextsOf, type Scope } from './scope.ts';
import { merged, stepFrame } from './run-steps.ts';

/** As its own step leaves them, and whether anybody acts on what a failure leaves. */
export interface Ran {
  readonly outputs: ReadonlyMap<string, Data>;
  readonly status: Outcome['status'];
}

export function evaluateRun(
  scope: Scope,
  step: Step,
  env: ReadonlyMap<string, Data>,
  isActedOn?: (handed: HandedOn) => boolean,
): Ran {
  const outputs = new Map<string, Data>();
  const contexts = contextsOf(scope, env);
  const shell = step.shell ?? scope.defaults.shell;
  const options = shellOptions(
    shell === undefined ? undefined : known(render(shell, contexts)[0]?.value),
    isWindows(scope.machine.host),
  );
  if (step.run === undefined || options === undefined) return { outputs, status: 'unknown' };
  const folder = step.workingDirectory ?? scope.defaults.workingDirectory;
  const said = folder === undefined ? '' : known(render(folder, contexts)[0]?.value);
  const cwd = said === undefined ? undefined : joinPath('', said);
  const number = scope.counter.next++;
  const [outputFile, envFile] = [`/github/output/${number}`, `/github/env/${number}`];
  const frame = stepFrame(scope, env, cwd);
  const { script, bound } = specialise(step.run, contexts);
  const files: [string, Values][] = [
    ['GITHUB_OUTPUT', file(outputFile)],
    ['GITHUB_ENV', file(envFile)],
    ['GITHUB_PATH', file(`/github/path/${number}`)],
    ['GITHUB_STEP_SUMMARY', file(`/github/summary/${number}`)],
  ];
  const outcome = runScript(
    scope.world,
    {
      ...frame,
      env: new Map([...frame.env, ...files, ...bound]),
      fate: {
        ...frame.fate,
        ...(isActedOn === undefined
          ? {}
          : {
              isActedOn: (failed: ReadonlyMap<string, Values>) =>
                isActedOn(leftByFailure({ env: envFile, output: outputFile }, scope.machine, failed)),
            }),
      },
    },
    {
      script,
      name: `${scope.reading.file}#${scope.run}#${number}`,
      lines: scope.reading.lines,
      options,
      args: [],
    },
  );
  const { machine } = scope;
  const left = (path: string): ReadonlyMap<string, Values> => readEnvFile(machine.files.get(path) ?? []);
  for (const [name, values] of left(envFile)) scope.env.set(name, merged(scope.env.get(name), values, scope.when));
  for (const [name, values] of [...readSetOutput(outcome.stdout ?? []), ...left(outputFile)])
    outputs.set(name, ofValues(values));
  return { outputs, status: outcome.status };
}

function file(path: string): Values {
  return [{ value: literal(path), when: ALWAYS }];
}

/** How GitHub starts a step's shell; undefined for what isn't a POSIX shell. */
export function shellOptions(said: string | undefined, windows: boolean): ShellOptions | undefined {
  if (said === undefined)
    return windows ? undefined : { interpreter: 'bash', errexit: true, pipefail: false, nounset: false };
  const words = said.trim().split(/\s+/);
  const program = (words[0] ?? '')
    .replace(/^.*[/\\]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
  if (!['bash', 'sh', 'dash', 'zsh', 'ksh'].includes(program)) return undefined;
  if (words.length === 1) return { interpreter: program, errexit: true, pipefail: program === 'bash', nounset: false };
  // A template of one's own (`bash -ex {0}`) says everything itself.
  const options = { errexit: false, pipefail: false, nounset: false };
  for (const [index, word] of words.entries()) {
    if (/^-[a-z]+$/.test(word)) {
      if (word.includes('e')) options.errexit = true;
      if (word.includes('u')) options.nounset = true;
      if (word.endsWith('o')) {
        if (words[index + 1] === 'pipefail') options.pipefail = true;
        if (words[index + 1] === 'errexit') options.errexit = true;
        if (words[index + 1] === 'nounset') options.nounset = true;
      }
    }
  }
  return { interpreter: program, ...options };
}

/** What the shell would read in a pasted text beyond plain words. */
const SYNTAX = /[$`"'\\;&|<>(){}*?#!\n]/;

/**
 * Binds the placeholders to what their expressions are worth. A known text with shell syntax in it is pasted and parsed
 * anew, as GitHub does; everything in it stands where its expression stands.
 */
function specialise(run: RunText, contexts: Contexts): { script: Script; bound: [string, Values][] } {
  const bound: [string, Values][] = [];
  const pasted: { start: number; end: number; text: string }[] = [];
  let last = 0;
  for (const [index, { start, end, expression }] of run.text.expressions.entries()) {
    const values = toValues(evaluateExpression(expression, contexts));
    const name = run.placeholders[index];
    if (name === undefined) continue;
    bound.push([name, values]);
    const whole = values.length === 1 ? known(values[0]?.value) : undefined;
    const text = whole !== undefined && SYNTAX.test(whole) ? whole : undefined;
    pasted.push({ start: last, end: start, text: text ?? `\${${name}}` });
    last = end;
  }
  if (pasted.every(({ text }, index) => text === `\${${run.placeholders[index]}}`))
    return { script: run.script, bound };
  let text = '';
  const map: number[] = [];
  for (const piece of [...pasted, { start: last, end: run.text.text.length, text: '' }]) {
    for (let at = piece.start; at < piece.end; at++) map.push(fileOffset(run.text, at));
    text += run.text.text.slice(piece.start, piece.end) + piece.text;
    for (let at = 0; at < piece.text.length; at++) map.push(fileOffset(run.text, piece.end));
  }
  map.push(run.text.range[1]);
  return {
    script: parseScript(text, (offset) => map[Math.min(offset, map.length - 1)] ?? run.text.range[0]).script,
    bound,
  };
}
