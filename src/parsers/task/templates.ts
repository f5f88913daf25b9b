/**
 * Go templates as Taskfiles use them: `{{.NAME}}`, `{{.NAME | default "x"}}`, `{{default "x" .NAME}}` and a few text
 * functions.
 */
import { always, byDefault, concatValues, given, mapValues, type Values } from '../../core/choices.ts';
import { judged, likewise } from '../../core/sealed.ts';
import { hole, known, literal, replacedAll } from '../../core/text.ts';

export interface TaskScope {
  /** Undefined: nothing and nobody sets it. */
  variable(name: string): Values | undefined;
  /** May somebody set more than is known? */
  readonly open: boolean;
}

export function renderTemplate(text: string, scope: TaskScope): Values {
  const parts: Values[] = [];
  let at = 0;
  for (const found of text.matchAll(/\{\{-?([^{}]*?)-?\}\}/g)) {
    parts.push(always(literal(text.slice(at, found.index))), reference(found[1]!, scope));
    at = found.index + found[0].length;
  }
  return concatValues([...parts, always(literal(text.slice(at)))], text);
}

/** What stands between the braces. */
export function reference(written: string, scope: TaskScope): Values {
  const stages = written.split('|').map((one) => wordsOf(one.trim()));
  let value: Values | undefined;
  for (const [index, words] of stages.entries()) {
    const [name = '', ...args] = words;
    const inputs = [...args.map((word) => operand(word, scope)), ...(index === 0 ? [] : [value])];
    value = index === 0 && args.length === 0 ? operand(name, scope) : apply(name, inputs, scope, written);
  }
  return value ?? always(literal(''));
}

function operand(word: string, scope: TaskScope): Values | undefined {
  if (/^["`]/.test(word)) return always(literal(word.slice(1, -1)));
  if (/^\d+$/.test(word)) return always(literal(word));
  if (/^\.[A-Za-z_]\w*$/.test(word))
    return (
      scope.variable(word.slice(1)) ??
      (scope.open ? [{ value: hole(word.slice(1)), when: given(word.slice(1)) }] : undefined)
    );
  if (word === 'OS') return always(hole('OS'));
  if (word === 'ARCH') return always(hole('ARCH'));
  return always(hole(`{{${word}}}`));
}

function apply(
  name: string,
  inputs: readonly (Values | undefined)[],
  scope: TaskScope,
  written: string,
): Values | undefined {
  const last = inputs.at(-1);
  if (name === 'default' || name === 'coalesce') {
    const [fallback, value] = name === 'default' ? [inputs[0], last] : [last, inputs[0]];
    return withDefault(value, fallback, scope);
  }
  const change = TEXT.get(name);
  if (change === undefined || last === undefined) return always(hole(`{{${written.trim()}}}`));
  const args = inputs.slice(0, -1).map((one) => (one?.length === 1 ? known(one[0]!.value) : undefined));
  if (args.includes(undefined)) return always(hole(`{{${written.trim()}}}`));
  return mapValues(last, name, (text) => {
    const whole = judged(text);
    const changed =
      whole === undefined
        ? undefined
        : change(
            whole,
            args.map((one) => one ?? ''),
          );
    return changed === undefined ? hole(`{{${written.trim()}}}`) : likewise(changed, text);
  });
}

function withDefault(value: Values | undefined, fallback: Values | undefined, { open }: TaskScope): Values | undefined {
  if (value === undefined) return fallback;
  const guess =
    value.length === 1 && value[0]!.when.length === 1 && value[0]!.when[0]!.is === 'set' ? value[0]! : undefined;
  if (guess === undefined || fallback === undefined || !open)
    return value.some((one) => known(one.value) === '') && fallback !== undefined ? fallback : value;
  const name = guess.when[0]!.cond.replace(/^default:/, '');
  return [...fallback.map((one) => ({ ...one, when: [...one.when, ...byDefault(name)] })), guess];
}

const TEXT: ReadonlyMap<string, (text: string, args: readonly string[]) => string | undefined> = new Map<
  string,
  (text: string, args: readonly string[]) => string | undefined
>([
  ['trim', (text: string) => text.trim()],
  ['lower', (text: string) => text.toLowerCase()],
  ['upper', (text: string) => text.toUpperCase()],
  ['quote', (text: string) => `"${text}"`],
  ['squote', (text: string) => `'${text}'`],
  ['shellQuote', (text: string) => `'${text.replaceAll("'", "'\\''")}'`],
  ['q', (text: string) => `'${text.replaceAll("'", "'\\''")}'`],
  [
    'trimPrefix',
    (text: string, [prefix = '']: readonly string[]) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  ],
  [
    'trimSuffix',
    (text: string, [suffix = '']: readonly string[]) =>
      suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ],
  [
    'replace',
    (text: string, [from = '', to = '']: readonly string[]) => (from === '' ? text : replacedAll(text, from, to)),
  ],
]);

function wordsOf(text: string): string[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|\S+/g)].map((found) => found[0]);
}
