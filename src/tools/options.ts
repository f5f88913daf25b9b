/**
 * One option parser for all tools: a table says which flags take a value. A word that is wholly a hole may be a
 * positional, or hide any flag: it's kept among the positionals, and whoever knows how many there should be tells which
 * ones are `unknown` words.
 */
import { own } from '../core/table.ts';
import { judged } from '../core/sealed.ts';
import { literal, type Text } from '../core/text.ts';
import type { Arg } from '../project/evaluation.ts';
import { afterPrefix, cut, head, isOpaque } from './texts.ts';
import { defined } from '../core/optional.ts';

export interface Grammar {
  /** Flags that take a value, as the next word or after `=`: `--file`, `-f`. */
  readonly values: readonly string[];
  /**
   * Flags that don't, listed only where a short one may stand in a cluster or a long one would be mistaken for another.
   */
  readonly switches?: readonly string[];
  /** What a flag outside the tables does. */
  readonly others?: 'switch' | 'value';
  /** Everything from the first positional on is the inner command's. */
  readonly stopAtPositional?: boolean;
  /** Go's single-dash long flags (`terraform -chdir=x`) and `-abc` that is no cluster. */
  readonly singleDashLong?: boolean;
  /** Other names of a flag: `-t` → `--tag`. */
  readonly aliases?: Readonly<Record<string, string>>;
}

export interface Option {
  /** The canonical name, dashes included. */
  readonly name: string;
  /** Absent for a switch, or where the value is missing. */
  readonly value?: Text;
  /** The word that carries the value: the next word, or the flag's own for `--flag=value`. */
  readonly valueArg: Arg;
  readonly flagArg: Arg;
}

export interface Options {
  readonly list: readonly Option[];
  readonly positionals: readonly Arg[];
  /** Words after `--`. */
  readonly afterDashes?: readonly Arg[];
  /** Flags whose very name is a hole (`--$FLAG`). */
  readonly unknown: readonly Arg[];
  all(name: string): readonly Option[];
  /** The last one said, which is the one that counts. */
  last(name: string): Option | undefined;
  has(name: string): boolean;
  value(name: string): Text | undefined;
}

export function parseOptions(args: readonly Arg[], grammar: Grammar): Options {
  const list: Option[] = [];
  const positionals: Arg[] = [];
  const unknown: Arg[] = [];
  const takesValue = new Set(grammar.values);
  const isSwitch = new Set(grammar.switches ?? []);
  const canonical = (name: string): string => own(grammar.aliases, name) ?? name;
  const wantsValue = (name: string): boolean =>
    takesValue.has(name) || (grammar.others === 'value' && !isSwitch.has(name));
  let afterDashes: readonly Arg[] | undefined;

  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    const start = head(arg.text);
    if (start === '--' && judged(arg.text) === '--') {
      afterDashes = args.slice(index + 1);
      break;
    }
    if (!start.startsWith('-') || start === '-') {
      if (start === '-' && arg.text.length > 1) unknown.push(arg);
      else positionals.push(arg);
      if (grammar.stopAtPositional === true && !isOpaque(arg.text)) {
        for (const one of args.slice(index + 1)) positionals.push(one);
        break;
      }
      continue;
    }
    const takeNext = (name: string): void => {
      const next = args[index + 1];
      if (next === undefined) list.push({ name: canonical(name), valueArg: arg, flagArg: arg });
      else {
        index++;
        list.push({ name: canonical(name), value: next.text, valueArg: next, flagArg: arg });
      }
    };
    const long = start.startsWith('--') || grammar.singleDashLong === true;
    const assigned = cut(arg.text, '=');
    const name = judged(assigned === undefined ? arg.text : assigned[0]);
    if (name === undefined) {
      // `-j$(nproc)` carries its value; `--$FLAG` could be anything.
      const short = start.slice(0, 2);
      if (!long && start.length === 2 && takesValue.has(short))
        list.push({ name: canonical(short), value: afterPrefix(arg.text, short) ?? [], valueArg: arg, flagArg: arg });
      else unknown.push(arg);
    } else if (long || (assigned !== undefined && name.length === 2)) {
      if (assigned !== undefined) list.push({ name: canonical(name), value: assigned[1], valueArg: arg, flagArg: arg });
      else if (wantsValue(name)) takeNext(name);
      else list.push({ name: canonical(name), valueArg: arg, flagArg: arg });
    } else {
      readCluster(arg);
    }

    function readCluster(word: Arg): void {
      for (let at = 1; at < start.length; at++) {
        const short = `-${start[at]!}`;
        if (!wantsValue(short)) {
          list.push({ name: canonical(short), valueArg: word, flagArg: word });
          continue;
        }
        const rest = afterPrefix(word.text, start.slice(0, at + 1)) ?? [];
        if (rest.length === 0) takeNext(short);
        else
          list.push({ name: canonical(short), value: afterPrefix(rest, '=') ?? rest, valueArg: word, flagArg: word });
        return;
      }
    }
  }

  const last = (name: string): Option | undefined => list.findLast((one) => one.name === name);
  return {
    list,
    positionals,
    ...defined({ afterDashes }),
    unknown,
    all: (name) => list.filter((one) => one.name === name),
    last,
    has: (name) => list.some((one) => one.name === name),
    value: (name) => last(name)?.value,
  };
}

/**
 * The positionals a command takes at most `count` of: known words come first, then the last of the opaque ones; the
 * others may hide anything.
 */
export function judgePositionals(
  positionals: readonly Arg[],
  count: number,
): { readonly taken: readonly Arg[]; readonly unknown: readonly Arg[] } {
  const told = positionals.filter((arg) => !isOpaque(arg.text));
  const opaque = positionals.filter((arg) => isOpaque(arg.text));
  const spare = Math.max(0, count - told.length);
  const chosen = new Set([...told, ...opaque.slice(Math.max(0, opaque.length - spare))]);
  return { taken: positionals.filter((arg) => chosen.has(arg)), unknown: opaque.filter((arg) => !chosen.has(arg)) };
}

/** An Arg for words a handler makes up, standing where another stands. */
export function argLike(arg: Arg, value: string | Text): Arg {
  return { text: typeof value === 'string' ? literal(value) : value, site: arg.site, range: arg.range };
}
