/** What Groovy's values are worth, as far as they decide what is built and deployed. */
import { always, mapValues, settle, under, type Values, type When } from '../../core/choices.ts';
import { judged, likewise } from '../../core/sealed.ts';
import { hasNature, hole, known, literal, replacedAll, show, type Text } from '../../core/text.ts';
import type { Closure } from './reading.ts';

export type Value =
  | { readonly kind: 'text'; readonly values: Values }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'closure'; readonly closure: Closure; readonly scope: Scope }
  /** What `docker.build` and `docker.image` give. */
  | { readonly kind: 'image'; readonly name: Values };

/** Variables of a block, inside those of the blocks around it. */
export class Scope {
  readonly variables = new Map<string, Value>();

  constructor(readonly around?: Scope) {}

  find(name: string): Value | undefined {
    return this.variables.get(name) ?? this.around?.find(name);
  }

  /** A variable that nobody defined belongs to the whole file. */
  assign(name: string, value: Value): void {
    if (this.around === undefined || this.variables.has(name)) this.variables.set(name, value);
    else this.around.assign(name, value);
  }

  get chain(): Scope[] {
    return [this, ...(this.around?.chain ?? [])];
  }
}

export const text = (value: Text): Value => ({ kind: 'text', values: always(value) });
export const unknown = (name: string): Value => text(hole(name));
export const NOTHING: Value = text(literal(''));
export const NULL: Value = text(literal('null'));

function isNull(value: Value): boolean {
  return stringOf(value) === 'null';
}

/** As Groovy puts it into a string. */
export function valuesOf(value: Value, name: string): Values {
  if (value.kind === 'text') return value.values;
  return value.kind === 'image' ? value.name : always(hole(name));
}

/** The string, where only one is possible and all of it is known. */
export function stringOf(value: Value | undefined): string | undefined {
  return value?.kind === 'text' && value.values.length === 1 ? known(value.values[0]?.value) : undefined;
}

export interface WayOf {
  readonly value: Value | undefined;
  readonly when: When;
}

/** What either way of a choice left: they are told apart by the choices that led there. */
export function joined(name: string, ways: readonly WayOf[]): Value {
  const [first] = ways;
  if (first?.value !== undefined && ways.every(({ value }) => value === first.value)) return first.value;
  const given = ways.filter(({ value }) => value !== undefined && !isNull(value));
  const images = given.flatMap(({ value, when }) => (value?.kind === 'image' ? under(value.name, when) : []));
  if (images.length > 0 && given.every(({ value }) => value?.kind === 'image'))
    return { kind: 'image', name: settle(images, name) };
  const maps = given.flatMap(({ value, when }) => (value?.kind === 'map' ? [{ when, entries: value.entries }] : []));
  if (maps.length > 0 && maps.length === given.length) return { kind: 'map', entries: joinedMaps(maps) };
  const values = ways.flatMap(({ value, when }) => (value === undefined ? [] : under(valuesOf(value, name), when)));
  return values.length === 0 ? unknown(name) : { kind: 'text', values: settle(values, name) };
}

function joinedMaps(ways: readonly { readonly when: When; readonly entries: ReadonlyMap<string, Value> }[]) {
  const keys = new Set(ways.flatMap(({ entries }) => [...entries.keys()]));
  return new Map(
    [...keys].map((key) => [
      key,
      joined(
        key,
        ways.map(({ when, entries }) => ({ when, value: entries.get(key) })),
      ),
    ]),
  );
}

/** `.take(7)` of what names the build still does. */
function cut(one: Text, name: string, how: (whole: string) => string): Text {
  const whole = judged(one);
  if (whole !== undefined) return likewise(how(whole), one);
  return hole(`${show(one).replace(/^\$\{(.*)\}$/, '$1')}@${name}`, hasNature(one, 'unique') ? 'unique' : 'unknown');
}

const number = (value: Value | undefined, otherwise: number): number => {
  const found = Number(stringOf(value) ?? otherwise);
  return Number.isNaN(found) ? otherwise : found;
};

/** What a regular expression takes for itself. */
const PLAIN = /^[^\\^$|?*+()[\]{}]*$/;

/** A method of a string; undefined where it has no such. */
export function method(name: string, on: Values, args: readonly Value[]): Value | undefined {
  const [first, second] = args;
  const [a, b] = [stringOf(first), stringOf(second)];
  const each = (how: (whole: string) => string): Value => ({
    kind: 'text',
    values: mapValues(on, `${name}()`, (one) => cut(one, [name, a ?? '', b ?? ''].join(' ').trim(), how)),
  });
  switch (name) {
    case 'toString':
    case 'stripIndent':
    case 'stripMargin':
    case 'intern':
      return { kind: 'text', values: on };
    case 'trim':
    case 'strip':
      return {
        kind: 'text',
        values: mapValues(on, 'trim()', (one) => trimmed(one)),
      };
    case 'toLowerCase':
      return each((one) => one.toLowerCase());
    case 'toUpperCase':
      return each((one) => one.toUpperCase());
    case 'capitalize':
      return each((one) => one.charAt(0).toUpperCase() + one.slice(1));
    case 'take':
      return each((one) => one.slice(0, number(first, one.length)));
    case 'drop':
      return each((one) => one.slice(number(first, 0)));
    case 'substring':
      return each((one) => one.slice(number(first, 0), number(second, one.length)));
    case 'replace':
      return a === undefined || b === undefined ? undefined : each((one) => replacedAll(one, a, b) ?? one);
    case 'replaceAll':
    case 'replaceFirst':
      return a === undefined || b === undefined || /[\\^$.|?*+()[\]{}]/.test(a)
        ? undefined
        : each((one) => (name === 'replaceAll' ? (replacedAll(one, a, b) ?? one) : one.replace(a, () => b)));
    case 'split':
    case 'tokenize': {
      const [only] = on;
      const whole = on.length === 1 ? known(only?.value) : undefined;
      if (whole === undefined || second !== undefined || (a !== undefined && !PLAIN.test(a))) return undefined;
      // Any of these characters; of none, the whole is one piece.
      const anyOf = a === '' ? '[^\\s\\S]' : `[${a?.replaceAll('-', '\\-')}]`;
      const characters = name === 'tokenize' && a !== undefined ? new RegExp(anyOf) : undefined;
      const items = whole.split(characters ?? a ?? /\s+/).filter((one) => name === 'split' || one !== '');
      return { kind: 'list', items: items.map((one) => text(literal(one))) };
    }
    default:
      return undefined;
  }
}

/** Without the blanks around it, as far as its ends are known. */
function trimmed(one: Text): Text {
  return one.flatMap((part, index): Text => {
    if (typeof part !== 'string') return [part];
    const front = index === 0 ? part.trimStart() : part;
    const both = index === one.length - 1 ? front.trimEnd() : front;
    return both === '' ? [] : [both];
  });
}

/** Longer than anybody's. */
const MOST_ITEMS = 1_000;

export function listOf(items: readonly Value[]): Value {
  return { kind: 'list', items: items.slice(0, MOST_ITEMS) };
}

/** What nobody knows is called by the variable that holds it. */
export function calledBy(name: string, value: Value): Value {
  if (value.kind !== 'text') return value;
  return {
    kind: 'text',
    values: value.values.map(({ value: one, when }) => {
      const [only] = one;
      const anonymous = one.length === 1 && typeof only === 'object' && /^(?:value@|\$\()/.test(only.hole);
      return { value: anonymous ? hole(`${name}@${only.hole}`, only.nature) : one, when };
    }),
  };
}

/** What stands at a place of the file and can't be told. */
export function anonymous(place: string): Text {
  return hole(`value@${place}`);
}
