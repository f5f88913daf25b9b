/** `sh`, and what other steps have a shell do. */
import { always, both, settle, type Values } from '../../core/choices.ts';
import type { Range } from '../../core/site.ts';
import { hole, literal } from '../../core/text.ts';
import { MAY_DO_ALL } from '../github/actions/foreign.ts';
import type { Fate, ShellOptions } from '../../project/evaluation.ts';
import { parseRecipe, STEPS_PER_RECIPE } from '../make/recipe.ts';
import { runScript } from '../shell/run.ts';
import { optionsOf } from '../shell/scripts.ts';
import type { Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import { commandTexts, piecesOf, said, type Piece } from './pieces.ts';
import type { Call, Expression } from './reading.ts';
import { text, valuesOf, type Value } from './values.ts';

/** Jenkins runs `sh -xe`, and a script that begins with `#!` as it stands. */
const PLAIN: ShellOptions = { interpreter: 'sh', errexit: true, pipefail: false, nounset: false };

/** `sh 'x'`, `sh(script: 'x', returnStdout: true)` */
export function shell(interpreter: Interpreter, call: Call, here: Here, unused: boolean): Value {
  // `sh([script: 'x', returnStdout: true])`
  const [first] = call.args;
  const given = first?.kind === 'map' ? first.entries : call.named;
  const named = (name: string): Expression | undefined => given.find((one) => one.name === name)?.value;
  const script = (first?.kind === 'map' ? undefined : first) ?? named('script');
  if (script === undefined) return text(hole('sh'));
  const asks = (name: string): boolean => {
    const value = named(name);
    return value?.kind === 'constant' && value.value === 'true';
  };
  const returnsStatus = asks('returnStatus');
  const fate: Fate =
    returnsStatus && unused
      ? {
          ...here.fate,
          masked: {
            by: 'returnStatus: true',
            why: 'status not read',
            site: interpreter.siteOf(named('returnStatus')?.range ?? call.range, here),
          },
        }
      : here.fate;
  const { left } = interpreter;
  const printed = command(interpreter, piecesOf(interpreter, script, here), call.nameRange, { ...here, fate });
  // A status that is given back ends nothing.
  if (returnsStatus) interpreter.left = left;
  if (returnsStatus) return interpreter.open(call, here);
  return { kind: 'text', values: asks('returnStdout') ? printed : always([]) };
}

/** Has a shell run this, and gives what it prints. */
export function command(interpreter: Interpreter, pieces: readonly Piece[], range: Range, here: Here): Values {
  const { world, reading, environment } = interpreter;
  const unknown = valuesOf(interpreter.open({ range }, here), 'sh');
  const printed: { value: Values[number]['value']; when: Values[number]['when'] }[] = [];
  for (const one of commandTexts(pieces, () => interpreter.fresh())) {
    const when = both(here.when, one.when);
    if (when === undefined || one.text.text.trim() === '' || !world.budget.spend(STEPS_PER_RECIPE)) continue;
    const options = optionsFor(one.text.text);
    const frame = environment.frame({ ...here, when });
    if (!/^(?:ba|da|z|k|a)?sh$/.test(options.interpreter)) {
      const site = interpreter.siteOf(range, here);
      const given = [{ text: literal(one.text.text) }];
      world.emit(
        {
          kind: 'blind-spot',
          what: 'command',
          label: `a script for ${options.interpreter}`,
          may: MAY_DO_ALL,
          given,
          site,
        },
        frame,
      );
      continue;
    }
    const outcome = runScript(
      world,
      { ...frame, env: new Map([...frame.env, ...one.bindings]) },
      { script: parseRecipe(one.text), name: `${reading.file}#${range[0]}`, lines: reading.lines, options },
    );
    for (const value of outcome.stdout ?? unknown)
      printed.push({ value: value.value, when: [...one.when, ...value.when] });
    if (outcome.status === 'fails' && one.when.length === 0) interpreter.left ??= 'error';
  }
  return printed.length === 0 ? unknown : settle(printed, 'sh');
}

function optionsFor(script: string): ShellOptions {
  const shebang = /^#!\s*(\S+)(?:\s+(.*))?/.exec(script);
  if (shebang === null) return PLAIN;
  const words = `${shebang[1]} ${shebang[2] ?? ''}`
    .trim()
    .split(/\s+/)
    .filter((word) => !/\/env$|^-S$/.test(word));
  return { ...PLAIN, interpreter: (words[0] ?? 'sh').replace(/^.*\//, ''), ...optionsOf(words.slice(1)) };
}

/** The words of a command that a plug-in of Jenkins makes, with values in between. */
export function made(range: Range, ...parts: readonly (string | Values | readonly Piece[])[]): Piece[] {
  return parts.flatMap((part): readonly Piece[] => {
    if (typeof part === 'string') return [said(part, range)];
    return isPieces(part) ? part : [{ kind: 'values', values: part, range }];
  });
}

function isPieces(part: Values | readonly Piece[]): part is readonly Piece[] {
  return part.every((one) => 'kind' in one);
}
