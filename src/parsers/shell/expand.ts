/**
 * Word expansion: parameters, substitutions, arrays, braces and field splitting, ending in alternatives of argument
 * lists.
 */
import {
  ALWAYS,
  always,
  both,
  byDefault,
  concatValues,
  mapValues,
  nearestDefaults,
  settle,
  turned,
  under,
  type Alternative,
  type Values,
  type When,
} from '../../core/choices.ts';
import type { Range, Site } from '../../core/site.ts';
import { judged, respelled, seal, spelled } from '../../core/sealed.ts';
import { concat, generalise, hole, known, literal, type Text } from '../../core/text.ts';
import type { Script, Word, WordPart } from './reading.ts';
import { knownOf, openWords } from './arguments.ts';
import { arithmetic, type Numbers } from './arithmetic.ts';
import { changeCase, removeAffix, replace, slice } from './parameters.ts';
import { toPattern, type Pattern } from './pattern.ts';
import { scalarOf, withDefault, type Element, type State, type Variable } from './state.ts';

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

export interface Field {
  readonly text: Text;
  readonly site: Site;
  readonly range: Range;
}

export interface Fields {
  readonly fields: readonly Field[];
  readonly when: When;
}

type Parameter = Extract<WordPart, { kind: 'parameter' }>;

/** A word as one string, without splitting: assignments, redirect targets, here-documents, `case` subjects. */
export function expandString(word: Word | undefined, expander: Expander): Values {
  if (word === undefined) return always([]);
  return concatValues(
    word.parts.map((part) => partValues(part, expander)),
    nameFor(word, expander),
  );
}

const nameFor = (word: Word, expander: Expander): string =>
  `${expander.sealed ?? word.raw}@${expander.scope}:${word.range[0]}`;

function written(value: string, { sealed }: Expander): Text {
  return sealed === undefined ? literal(value) : seal(value, sealed);
}

function partValues(part: WordPart, expander: Expander): Values {
  switch (part.kind) {
    case 'literal':
      return always(written(part.value, expander));
    case 'tilde':
      return always(expander.home());
    case 'parameter':
      return parameterValues(part, expander);
    case 'command-substitution':
      return expander.substitute(part.script, `$(…)@${expander.scope}:${part.range[0]}`);
    case 'process-substitution':
      return always(hole(`<(…)@${expander.scope}:${part.range[0]}`));
    case 'arithmetic':
      return always(arithmeticText(part.text, expander));
    case 'brace':
      // Reached only where braces mean nothing (an assignment, a pattern); the words are long taken apart elsewhere.
      return always(hole(`{…}@${expander.scope}:${part.range[0]}`));
  }
}

function arithmeticText(text: string, expander: Expander): Text {
  const value = arithmetic(text, numbersOf(expander));
  return value === undefined
    ? hole(`${expander.sealed ?? `$((${text.trim()}))`}@${expander.scope}`)
    : written(String(value), expander);
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

function readScalar(name: string, expander: Expander): Values | undefined {
  const special = expander.special(name);
  if (special !== undefined) return special;
  const found = expander.read(name);
  return found === undefined ? undefined : under(scalarOf(found.variable), expander.state.when);
}

/** The elements `"${name[@]}"` or `"$@"` stands for; undefined when it is no list. `open` is a list nobody knows. */
function listOf(part: Parameter, expander: Expander): readonly Element[] | 'open' | undefined {
  const all = part.index !== undefined && (part.index.raw === '@' || part.index.raw === '*');
  let elements: readonly Element[] | undefined;
  if (part.name === '@' || part.name === '*') {
    if (expander.state.positional === undefined) return 'open';
    elements = expander.state.positional;
    if (part.operator === ':')
      elements = [
        { values: expander.special('0') ?? always([]), site: expander.site(part.range), when: ALWAYS },
        ...elements,
      ];
  } else if (all) {
    const found = expander.read(part.name);
    if (found === undefined) elements = [];
    else if (found.maybe) return 'open';
    else if (found.variable.kind === 'scalar')
      elements = [{ values: found.variable.values, site: expander.site(part.range), when: ALWAYS }];
    else
      elements = part.indirect
        ? found.variable.elements.map((one) => ({ ...one, values: always(one.key ?? []) }))
        : found.variable.elements;
  }
  if (elements === undefined) return undefined;
  if (part.length && Number.isFinite(knownOf(elements))) return 'open';
  if (part.operator === ':') {
    const start = numberOf(part.operand, expander);
    const count = part.replacement === undefined ? undefined : numberOf(part.replacement, expander);
    if (start === undefined) return 'open';
    const known = knownOf(elements);
    if (Number.isFinite(known) && (start < 0 || (count !== undefined && start + count > known))) return 'open';
    elements = elements.slice(Math.min(start, known), count === undefined ? undefined : start + count);
  } else if (part.operator !== undefined && elements.length === 0) {
    return undefined;
  }
  return elements;
}

function numberOf(word: Word | undefined, expander: Expander): number | undefined {
  return word === undefined ? undefined : arithmetic(word.raw, numbersOf(expander));
}

function parameterValues(part: Parameter, expander: Expander): Values {
  const label = `${expander.sealed ?? writtenAs(part)}@${expander.scope}:${part.range[0]}`;
  const list = listOf(part, expander);
  if (part.length) {
    // Elements that are there only under some choices leave the count open.
    if (list !== undefined)
      return always(
        list === 'open' || list.some((one) => one.when.length > 0) ? hole(`#${label}`) : literal(String(list.length)),
      );
    const values = readScalar(part.name, expander) ?? always([]);
    return mapValues(values, label, (text) =>
      known(text) === undefined ? hole(`#${label}`) : literal(String(known(text)!.length)),
    );
  }
  if (list === 'open') return always(hole(part.name === '@' || part.name === '*' ? openWords(expander.scope) : label));
  if (list !== undefined) {
    const outcomes = outcomesIn([...list.map((one) => one.when), expander.state.when]);
    if (outcomes === undefined) return always(hole(label));
    return concatValues(
      list.map((one, index) => {
        const here = index === 0 ? one.values : mapValues(one.values, label, (text) => concat(literal(' '), text));
        return one.when.length === 0
          ? here
          : [
              ...under(here, one.when),
              ...complement(one.when, outcomes).map((absent) => ({ value: literal(''), when: absent })),
            ];
      }),
      label,
    );
  }
  if (part.operator === 'names' || part.operator === 'unknown') return always(hole(label));
  const { values, maybe } = base(part, expander);
  return operate(part, values, maybe, expander, label);
}

/** As people write it, so that messages read `${GITHUB_SHA::7}`. */
function writtenAs({ name, operator = '', operand, replacement }: Parameter): string {
  const more = replacement === undefined ? '' : `${operator === ':' ? ':' : '/'}${replacement.raw}`;
  return `${name}${operator}${operand?.raw ?? ''}${more}`;
}

/** The parameter's own value before any operator; undefined when it is unset. */
function base(part: Parameter, expander: Expander): { values: Values | undefined; maybe: boolean } {
  if (part.indirect) {
    const pointer = readScalar(part.name, expander);
    const name = pointer?.length === 1 ? known(pointer[0]!.value) : undefined;
    if (name === undefined) return { values: always(hole(`!${part.name}@${expander.scope}`)), maybe: false };
    return { values: readScalar(name, expander), maybe: expander.read(name)?.maybe ?? false };
  }
  if (part.index !== undefined) {
    // `${BASH_SOURCE[0]}` and `${PIPESTATUS[1]}` are the shell's own arrays.
    const own = expander.specialElement(part.name, numberOf(part.index, expander));
    return { values: own ?? elementAt(part, expander), maybe: false };
  }
  const special = expander.special(part.name);
  if (special !== undefined) {
    const open = /^[1-9]\d*$/.test(part.name) && Number(part.name) > knownOf(expander.state.positional);
    return { values: isEmptyPositional(part.name, expander) ? undefined : special, maybe: open };
  }
  const found = expander.read(part.name);
  return {
    values: found === undefined ? undefined : under(scalarOf(found.variable), expander.state.when),
    maybe: found?.maybe ?? false,
  };
}

function isEmptyPositional(name: string, expander: Expander): boolean {
  const positional = expander.state.positional;
  return (
    /^[1-9]\d*$/.test(name) &&
    positional !== undefined &&
    Number(name) > positional.length &&
    Number(name) <= knownOf(positional)
  );
}

function elementAt(part: Parameter, expander: Expander): Values | undefined {
  const found = expander.read(part.name);
  if (found === undefined || part.index === undefined) return undefined;
  const variable = found.variable;
  if (found.maybe) return always(hole(`${part.name}[${part.index.raw}]@${expander.scope}`));
  if (variable.kind === 'scalar') return variable.values;
  if (variable.keyed) {
    const key = expandString(part.index, expander);
    const wanted = key.length === 1 ? judged(key[0]!.value) : undefined;
    if (wanted === undefined) return always(hole(`${part.name}[…]@${expander.scope}`));
    return variable.elements.findLast((one) => one.key !== undefined && judged(one.key) === wanted)?.values;
  }
  const index = numberOf(part.index, expander);
  if (index === undefined) return always(hole(`${part.name}[…]@${expander.scope}`));
  return variable.elements.at(index)?.values;
}

function operate(
  part: Parameter,
  values: Values | undefined,
  maybe: boolean,
  expander: Expander,
  label: string,
): Values {
  const operand = (): Values => expandString(part.operand, expander);
  // One name for one unknown, whatever is asked of it: `${TAG:-a}` twice is the same choice twice.
  const subject = `${part.name}${/^\d+$/.test(part.name) ? `@${expander.scope}` : ''}`;
  const plain = values ?? always(hole(subject));
  switch (part.operator) {
    case undefined:
      return values === undefined ? unsetValue(part.name, expander) : values;
    case '-':
    case ':-':
    case '=':
    case ':=': {
      const result = withFallback(
        part.operator.startsWith(':'),
        values,
        maybe,
        subject,
        operand,
        part.operand && expander.site(part.operand.range),
      );
      if (part.operator.endsWith('=')) expander.state.set(part.name, result);
      return result;
    }
    case '+':
    case ':+': {
      if (values === undefined) return always([]);
      if (maybe)
        return settle(
          [
            ...operand().map((one) => ({
              value: one.value,
              when: both(one.when, [{ cond: `default:${subject}`, is: 'set' }]) ?? one.when,
            })),
            { value: [], when: byDefault(subject) },
          ],
          label,
        );
      return settle(
        values.flatMap((one): Alternative<Text>[] => {
          const value = judged(one.value);
          if (value === '' && part.operator === ':+') return [{ value: [], when: one.when }];
          return operand().flatMap((other) => {
            const conditions = both(one.when, other.when);
            return conditions === undefined ? [] : [{ value: other.value, when: conditions }];
          });
        }),
        label,
      );
    }
    case '?':
    case ':?':
      return plain;
    case '#':
    case '##':
    case '%':
    case '%%': {
      const pattern = patternOf(part.operand, expander);
      return mapValues(plain, label, (text) => removeAffix(text, part.operator!, pattern, label));
    }
    case '/':
    case '//':
    case '/#':
    case '/%': {
      const pattern = patternOf(part.operand, expander);
      const replacement = expandString(part.replacement, expander);
      const by = replacement.length === 1 ? replacement[0]!.value : hole(label);
      return mapValues(plain, label, (text) => replace(text, part.operator!, pattern, by, label));
    }
    case '^':
    case '^^':
    case ',':
    case ',,':
      return mapValues(plain, label, (text) => changeCase(text, part.operator!));
    case ':': {
      const offset = numberOf(part.operand, expander);
      const length = part.replacement === undefined ? undefined : numberOf(part.replacement, expander);
      if (part.replacement !== undefined && length === undefined) return always(hole(label));
      return mapValues(plain, label, (text) => slice(text, offset, length, label));
    }
    default:
      return part.operator === '@' ? plain : always(hole(label));
  }
}

function unsetValue(name: string, expander: Expander): Values {
  // Unset on purpose or a positional nobody passed: empty. Otherwise something outside may still set it.
  return expander.state.isUnset(name) || /^\d+$/.test(name) ? always([]) : always(hole(name));
}

function withFallback(
  emptyToo: boolean,
  values: Values | undefined,
  maybe: boolean,
  subject: string,
  operand: () => Values,
  site: Site | undefined,
): Values {
  if (values === undefined) return operand();
  if (maybe) {
    const unknown = values.length === 1 ? values[0]!.value : hole(subject);
    return withDefault(subject, operand(), unknown, site);
  }
  if (!emptyToo) return values;
  return settle(
    values.flatMap((one): Alternative<Text>[] => {
      const asked = answerOf(one.value, subject);
      if (asked !== undefined) return [...under(withDefault(asked, operand(), one.value, site), one.when)];
      if (judged(one.value) !== '') return [one];
      return operand().flatMap((other) => {
        const conditions = both(one.when, other.when);
        return conditions === undefined ? [] : [{ value: other.value, when: conditions }];
      });
    }),
    subject,
  );
}

/** What somebody was asked for (`read -p … TAG`) may be nothing at all. */
function answerOf(value: Text, subject: string): string | undefined {
  const [part] = value;
  return value.length === 1 &&
    typeof part === 'object' &&
    part.nature === 'unknown' &&
    part.hole.startsWith(`${subject}@`)
    ? part.hole
    : undefined;
}

export function patternOf(word: Word | undefined, expander: Expander): Pattern {
  if (word === undefined) return toPattern([]);
  return toPattern(
    word.parts.flatMap((part) => {
      if (part.kind === 'literal') return [{ text: part.value, quoted: part.quoted }];
      const values = partValues(part, expander);
      const text = values.length === 1 ? judged(values[0]!.value) : undefined;
      return text === undefined
        ? [{ text: '*', quoted: false }]
        : [{ text, quoted: part.kind !== 'parameter' || part.quoted }];
    }),
  );
}

// ── fields ──────────────────────────────────────────────────────────────────────────────────────

interface Draft {
  readonly done: readonly Field[];
  readonly open: Text;
  /** Quoted or non-empty: the open field exists even when it's empty. */
  readonly started: boolean;
  readonly site: Site | undefined;
  readonly when: When;
}

/** An argument list as it grows. */
interface Growing {
  readonly fields: Field[];
  readonly when: When;
}

/** Words as argument lists: one alternative per combination of choices that changes them. */
export function expandWords(words: readonly Word[], expander: Expander): readonly Fields[] {
  let lists: Growing[] = [{ fields: [], when: expander.state.when }];
  for (const word of words.flatMap((one) => unbraced(one))) {
    const expanded = expandWord(word, expander);
    const next: Growing[] = [];
    const [sole] = expanded;
    // The usual case: a word with one meaning, which every list gets. Copying the lists for each word would make long
    // commands quadratic.
    if (expanded.length === 1 && sole !== undefined && lists.length <= expander.maxLists) {
      for (const list of lists) {
        const conditions = both(list.when, sole.when);
        if (conditions === undefined) continue;
        for (const field of sole.fields) list.fields.push(field);
        next.push({ fields: list.fields, when: conditions });
      }
      lists = next;
      continue;
    }
    for (const list of lists) {
      for (const one of expanded) {
        const conditions = both(list.when, one.when);
        if (conditions !== undefined) next.push({ fields: [...list.fields, ...one.fields], when: conditions });
      }
    }
    lists = nearestDefaults(next, expander.maxLists) ?? collapse(lists, expanded, word, expander);
  }
  return lists;
}

const MAX_BRACED = 64;

/** `a{b,c}d` is two words before anything else happens. */
function unbraced(word: Word): Word[] {
  let words = [word];
  for (let at = words.findIndex(hasBrace); at !== -1 && words.length < MAX_BRACED; at = words.findIndex(hasBrace)) {
    const one = words[at]!;
    const index = one.parts.findIndex((part) => part.kind === 'brace');
    const brace = one.parts[index]!;
    const alternatives = brace.kind === 'brace' ? brace.alternatives : [];
    words = words.toSpliced(
      at,
      1,
      ...alternatives.map((inner) => ({
        ...one,
        parts: [...one.parts.slice(0, index), ...inner.parts, ...one.parts.slice(index + 1)],
      })),
    );
  }
  return words;
}

const hasBrace = (word: Word): boolean => word.parts.some((part) => part.kind === 'brace');

/**
 * What all alternatives of a word have in common, field by field; one hole where they don't even agree on the number of
 * fields.
 */
function collapse(lists: readonly Fields[], expanded: readonly Fields[], word: Word, expander: Expander): Growing[] {
  const name = nameFor(word, expander);
  const [first] = expanded;
  const even = first !== undefined && expanded.every((one) => one.fields.length === first.fields.length);
  const fields: readonly Field[] = even
    ? first.fields.map((field, index) => ({
        ...field,
        text: generalise(
          expanded.map((one) => one.fields[index]!.text),
          `${name}#${index}`,
        ),
      }))
    : [{ text: hole(name), site: expander.site(word.range), range: word.range }];
  return lists.map((list) => ({ fields: [...list.fields, ...fields], when: list.when }));
}

function expandWord(word: Word, expander: Expander): readonly Fields[] {
  let drafts: Draft[] = [{ done: [], open: [], started: false, site: undefined, when: ALWAYS }];
  const place = expander.site(word.range);
  for (const part of word.parts) {
    const next = drafts.flatMap((draft) => extend(draft, part, word, place, expander));
    drafts = nearestDefaults(next, expander.maxLists) ?? [
      { done: [], open: hole(nameFor(word, expander)), started: true, site: undefined, when: ALWAYS },
    ];
  }
  return drafts.map((draft) => ({
    fields: draft.started
      ? [...draft.done, { text: draft.open, site: draft.site ?? place, range: word.range }]
      : draft.done,
    when: draft.when,
  }));
}

/** Lists that grow beyond what anybody writes stand for words that nobody knows. */
const MOST_ELEMENTS = 2_000;

function extend(draft: Draft, part: WordPart, word: Word, place: Site, expander: Expander): Draft[] {
  if (part.kind === 'literal')
    return [
      {
        ...draft,
        open: concat(draft.open, written(part.value, expander)),
        started: draft.started || part.quoted || part.value !== '',
      },
    ];
  if (part.kind === 'parameter' && !part.length) {
    const list = listOf(part, expander);
    if (list === 'open' || (list !== undefined && list.length > MOST_ELEMENTS))
      return [{ ...draft, open: concat(draft.open, hole(openWords(expander.scope))), started: true }];
    if (list !== undefined && part.name !== '*' && part.index?.raw !== '*')
      return elements(draft, list, part, place, expander, word);
  }
  const values = partValues(part, expander);
  const splits =
    (part.kind === 'parameter' || part.kind === 'command-substitution' || part.kind === 'arithmetic') && !part.quoted;
  return values.flatMap((one): Draft[] => {
    const conditions = both(draft.when, one.when);
    if (conditions === undefined) return [];
    return [
      splits
        ? append({ ...draft, when: conditions }, one.value, word, place)
        : { ...draft, open: concat(draft.open, one.value), started: true, when: conditions },
    ];
  });
}

/** Field splitting of an unquoted expansion: literal white space separates, a hole stays whole. */
function append(draft: Draft, text: Text, word: Word, place: Site): Draft {
  let { open, started } = draft;
  const ended: Field[] = [];
  for (const part of text) {
    const value = spelled(part);
    if (value === undefined) {
      open = concat(open, [part]);
      started = true;
      continue;
    }
    const pieces = value.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && started) {
        ended.push({ text: open, site: draft.site ?? place, range: word.range });
        open = [];
        started = false;
      }
      if (piece !== '') {
        open = concat(open, respelled(part, piece));
        started = true;
      }
    }
  }
  return { ...draft, done: ended.length === 0 ? draft.done : [...draft.done, ...ended], open, started };
}

function elements(
  draft: Draft,
  list: readonly Element[],
  part: Parameter,
  place: Site,
  expander: Expander,
  word: Word,
): Draft[] {
  let drafts: Draft[] = [draft];
  const outcomes = outcomesIn([...list.map((one) => one.when), draft.when, expander.state.when]);
  if (outcomes === undefined)
    return [{ ...draft, open: concat(draft.open, hole(nameFor(word, expander))), started: true }];
  for (const [index, element] of list.entries()) {
    const next: Draft[] = [];
    for (const one of drafts) {
      for (const absent of complement(element.when, outcomes)) {
        const conditions = both(one.when, absent);
        if (conditions !== undefined && both(expander.state.when, conditions) !== undefined)
          next.push({ ...one, when: conditions });
      }
      for (const value of element.values) {
        const present = both(one.when, element.when);
        const conditions = present === undefined ? undefined : both(present, value.when);
        if (conditions === undefined || both(expander.state.when, conditions) === undefined) continue;
        const base: Draft =
          index > 0 && one.started
            ? {
                done: [...one.done, { text: one.open, site: one.site ?? place, range: word.range }],
                open: [],
                started: false,
                site: undefined,
                when: conditions,
              }
            : { ...one, when: conditions };
        next.push(
          part.quoted
            ? { ...base, open: concat(base.open, value.value), started: true, site: element.site }
            : { ...append(base, value.value, word, element.site), site: element.site },
        );
      }
    }
    const kept = nearestDefaults(next, expander.maxLists) ?? (expander.rehearsing ? next.slice(0, 1) : undefined);
    // Leaving out some of the ways at random might leave out the right one: then nothing is known of the words from
    // here on.
    if (kept === undefined)
      return [{ ...draft, open: concat(draft.open, hole(nameFor(word, expander))), started: true }];
    drafts = kept;
  }
  return drafts;
}

/** With more ways than these, a list is any of very many. */
const MOST_WAYS = 6;

/**
 * Which ways the choices of these conjunctions may go, as far as any of them says so; undefined where they are too
 * many.
 */
function outcomesIn(conjunctions: readonly When[]): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const outcomes = new Map<string, Set<string>>();
  for (const { cond, is } of conjunctions.flat()) {
    const ways = (outcomes.get(cond) ?? new Set<string>()).add(is);
    if (ways.size > MOST_WAYS) return undefined;
    outcomes.set(cond, ways);
  }
  return outcomes;
}

/**
 * The choices under which a conjunction does not hold: a yes/no condition turns over, a `case` goes one of the ways
 * that others name, or none of them.
 */
function complement(conditions: When, outcomes: ReadonlyMap<string, ReadonlySet<string>>): When[] {
  return conditions.flatMap((guard, index) => {
    const opposite = turned(guard);
    const ways =
      opposite === undefined
        ? [...(outcomes.get(guard.cond) ?? []), 'another way']
            .filter((is) => is !== guard.is)
            .map((is) => ({ cond: guard.cond, is }))
        : [opposite];
    return ways.map((way) => [...conditions.slice(0, index), way]);
  });
}
