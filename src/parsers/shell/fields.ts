/** Words as argument lists: braces, arrays and field splitting, one alternative per combination of choices that changes them. */
import { ALWAYS, both, nearestDefaults, type When } from '../../core/choices.ts';
import { respelled, spelled } from '../../core/sealed.ts';
import type { Range, Site } from '../../core/site.ts';
import { concat, generalise, hole, type Text } from '../../core/text.ts';
import { openWords } from './arguments.ts';
import { listOf } from './expand-parameter.ts';
import { partValues } from './expand.ts';
import { nameFor, written, type Expander, type Parameter } from './expander.ts';
import { complement, outcomesIn } from './outcomes.ts';
import type { Word, WordPart } from './reading.ts';
import type { Element } from './state.ts';

export interface Field {
  readonly text: Text;
  readonly site: Site;
  readonly range: Range;
}

export interface Fields {
  readonly fields: readonly Field[];
  readonly when: When;
}

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
const MOST_ELEMENTS = 2000;

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
