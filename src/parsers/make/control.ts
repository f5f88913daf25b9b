/** Make's functions that decide what is expanded, and how often: call, if, or, and, foreach, shell … */
import { ALWAYS, always, both, concatValues, settle, single, type Values, type When } from '../../core/choices.ts';
import { judged, likewise, spelled } from '../../core/sealed.ts';
import { EMPTY, hole, known, literal, type Text } from '../../core/text.ts';
import { TEXT_FUNCTIONS } from './functions.ts';
import { findOutside } from './lines.ts';

/** Values of `$@`, `$<` and what `call` and `foreach` give. */
export type Automatic = ReadonlyMap<string, Values>;

/** What these functions ask of the variables. */
export interface Expansion {
  expand(text: string, automatic: Automatic, depth: number): Values;
  value(name: string, automatic: Automatic, depth: number): Values;
  /** Does the Makefile assign it? */
  assigned(name: string): boolean;
  shell(command: Text, written: string): Values;
  readonly folder: string;
}

const CONTROL = new Set([
  'shell',
  'call',
  'if',
  'or',
  'and',
  'foreach',
  'value',
  'info',
  'warning',
  'error',
  'eval',
  'abspath',
  'realpath',
  'wildcard',
  'file',
  'origin',
  'flavor',
]);

/** Is this the name of a function, here or among those of text? */
export function isFunction(name: string): boolean {
  return TEXT_FUNCTIONS.has(name) || CONTROL.has(name);
}

export function callFunction(
  expansion: Expansion,
  name: string,
  text: string,
  written: string,
  automatic: Automatic,
  depth: number,
): Values {
  const raw = splitArguments(text);
  const expand = (one: string | undefined): Values => expansion.expand(one ?? '', automatic, depth + 1);
  switch (name) {
    case 'shell':
      return shellOutput(expansion, expand(text), written);
    case 'call':
      return call(expansion, raw, written, automatic, depth);
    case 'if':
      return choose(
        expand(raw[0]?.trim()),
        () => expand(raw[1]),
        () => expand(raw[2]),
        raw[0] ?? '',
      );
    case 'or':
      return raw.reduceRight<Values>((rest, one) => {
        const value = expand(one.trim());
        return choose(
          value,
          () => value,
          () => rest,
          one,
        );
      }, always(EMPTY));
    case 'and':
      return raw.slice(0, -1).reduceRight<Values>(
        (rest, one) =>
          choose(
            expand(one.trim()),
            () => rest,
            () => always(EMPTY),
            one,
          ),
        expand(raw.at(-1)?.trim()),
      );
    case 'foreach':
      return foreach(expansion, raw, written, automatic, depth);
    case 'value':
      return expansion.value(known(single(expand(raw[0]))) ?? '', automatic, depth);
    case 'info':
    case 'warning':
    case 'error':
    case 'eval':
      return always(EMPTY);
    case 'abspath':
    case 'realpath':
      return lift([expand(raw[0])], written, ([path = '']) => absolute(path, expansion.folder));
    case 'wildcard':
    case 'file':
    case 'origin':
    case 'flavor':
      return always(hole(written));
  }
  const apply = TEXT_FUNCTIONS.get(name);
  return apply === undefined ? always(hole(written)) : lift(raw.map(expand), written, apply);
}

export function shellOutput(expansion: Expansion, command: Values, written: string): Values {
  return settle(
    command.flatMap((one) =>
      expansion.shell(one.value, written).flatMap((out) => {
        const when = both(out.when, one.when);
        return when === undefined ? [] : [{ value: out.value, when }];
      }),
    ),
    written,
  );
}

function call(
  expansion: Expansion,
  raw: readonly string[],
  written: string,
  automatic: Automatic,
  depth: number,
): Values {
  const name = known(single(expansion.expand(raw[0]?.trim() ?? '', automatic, depth + 1)));
  if (name === undefined || !expansion.assigned(name)) return always(hole(written));
  const parameters = new Map(automatic);
  for (const [index, one] of raw.entries())
    parameters.set(String(index), expansion.expand(index === 0 ? one.trim() : one, automatic, depth + 1));
  return expansion.value(name, parameters, depth + 1);
}

function foreach(
  expansion: Expansion,
  raw: readonly string[],
  written: string,
  automatic: Automatic,
  depth: number,
): Values {
  const variable = known(single(expansion.expand(raw[0]?.trim() ?? '', automatic, depth + 1)));
  const listed = single(expansion.expand(raw[1] ?? '', automatic, depth + 1));
  const list = judged(listed);
  if (variable === undefined || list === undefined) return always(hole(written));
  const items = list
    .split(/\s+/)
    .filter((one) => one !== '')
    .slice(0, 100);
  const parts = items.flatMap((item, index) => {
    const value = expansion.expand(
      raw.slice(2).join(','),
      new Map([...automatic, [variable, always(likewise(item, listed))]]),
      depth + 1,
    );
    return index === 0 ? [value] : [always(literal(' ')), value];
  });
  return concatValues(parts, written);
}

function choose(condition: Values, yes: () => Values, no: () => Values, written: string): Values {
  const truths = new Set(
    condition.map((one) =>
      one.value.length === 0 ? false : one.value.some((part) => (spelled(part) ?? '').trim() !== '') ? true : 'unknown',
    ),
  );
  const [truth] = truths;
  if (truths.size === 1 && truth === true) return yes();
  if (truths.size === 1 && truth === false) return no();
  const cond = `make:if ${written.trim()}`;
  const side = (values: Values, is: string): Values =>
    values.flatMap((one) => {
      const when = both(one.when, [{ cond, is }]);
      return when === undefined ? [] : [{ value: one.value, when }];
    });
  return settle([...side(yes(), 'yes'), ...side(no(), 'no')], written);
}

/** Applies a function of strings to every combination that is known; a hole for the others. */
export function lift(
  args: readonly Values[],
  written: string,
  apply: (args: readonly string[]) => string | undefined,
): Values {
  let combinations: { readonly texts: readonly Text[]; readonly when: When }[] = [{ texts: [], when: ALWAYS }];
  for (const values of args) {
    combinations = combinations.flatMap((left) =>
      values.flatMap((right) => {
        const when = both(left.when, right.when);
        return when === undefined ? [] : [{ texts: [...left.texts, right.value], when }];
      }),
    );
    if (combinations.length > 32) return always(hole(written));
  }
  return settle(
    combinations.map(({ texts, when }) => {
      const strings = texts.map(judged);
      const made = strings.every((one) => one !== undefined) ? apply(strings) : undefined;
      return { value: made === undefined ? hole(written) : likewise(made, ...texts), when };
    }),
    written,
  );
}

function splitArguments(text: string): string[] {
  const args: string[] = [];
  let start = 0;
  for (;;) {
    let depth = 0;
    const comma = findOutside(text, start, (char) => {
      if (char === '(' || char === '{') depth++;
      else if (char === ')' || char === '}') depth--;
      return char === ',' && depth <= 0;
    });
    if (comma === -1) return [...args, text.slice(start)];
    args.push(text.slice(start, comma));
    start = comma + 1;
  }
}

function absolute(path: string, folder: string): string {
  const from = path.startsWith('/') ? path : `/project/${folder}/${path}`;
  const parts: string[] = [];
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
