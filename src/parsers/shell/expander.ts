/** What expansion needs of the interpreter, and how it reads one variable, number or name. */
import { always, under, type Values } from '../../core/choices.ts';
import { seal } from '../../core/sealed.ts';
import type { Range, Site } from '../../core/site.ts';
import { hole, known, literal, type Text } from '../../core/text.ts';
import { knownOf } from './arguments.ts';
import { arithmetic, type Numbers } from './arithmetic.ts';
import type { Script, Word, WordPart } from './reading.ts';
import { scalarOf, type State, type Variable } from './state.ts';

/** More argument lists than these for one command become one. */
export const MAX_LISTS = 20;

/** What expansion needs of the interpreter. */
export interface Expander {
  readonly state: State;
  /** For naming what can't be known. */
  readonly scope: string;
  /** The script's own words may be judged and not shown. */
  readonly sealed: string | undefined;
  site(range: Range): Site;
  substitute(script: Script, name: string): Values;
  /** A variable of the script or its environment; `maybe` when the user's own environment may supply it. */
  read(name: string): { readonly variable: Variable; readonly maybe: boolean } | undefined;
  /** What `$0`, `$?`, `$#` … give; undefined when the name is no special parameter. */
  special(name: string): Values | undefined;
  specialElement(name: string, index: number | undefined): Values | undefined;
  home(): Text;
  /** More argument lists than this for one command collapse into one whose differing words are holes. */
  readonly maxLists: number;
  /** Only the statuses matter; one way of expanding a word is as good as another. */
  readonly rehearsing: boolean;
}

export type Parameter = Extract<WordPart, { kind: 'parameter' }>;

export const nameFor = (word: Word, expander: Expander): string =>
  `${expander.sealed ?? word.raw}@${expander.scope}:${word.range[0]}`;

export function written(value: string, { sealed }: Expander): Text {
  return sealed === undefined ? literal(value) : seal(value, sealed);
}

export function numbersOf(expander: Expander): Numbers {
  return {
    get(name) {
      const values = /^\d+$|^[#?]$/.test(name) ? expander.special(name) : readScalar(name, expander);
      const value = values?.length === 1 ? known(values[0]!.value) : undefined;
      if (values === undefined || value === '') return 0;
      return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
    },
    set(name, value) {
      expander.state.set(
        name,
        always(value === undefined ? hole(`${name}@${expander.scope}`) : literal(String(value))),
      );
    },
    count(name) {
      const found = expander.read(name);
      if (found === undefined) return 0;
      if (found.maybe) return undefined;
      if (found.variable.kind === 'scalar') return 1;
      const { elements } = found.variable;
      return Number.isFinite(knownOf(elements)) || elements.some((one) => one.when.length > 0)
        ? undefined
        : elements.length;
    },
  };
}

export function readScalar(name: string, expander: Expander): Values | undefined {
  const special = expander.special(name);
  if (special !== undefined) return special;
  const found = expander.read(name);
  return found === undefined ? undefined : under(scalarOf(found.variable), expander.state.when);
}

export function numberOf(word: Word | undefined, expander: Expander): number | undefined {
  return word === undefined ? undefined : arithmetic(word.raw, numbersOf(expander));
}
