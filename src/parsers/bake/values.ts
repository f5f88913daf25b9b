/** Values of expressions in a bake file: texts with holes, lists and objects, each with its place. */
import { judged, spelled } from '../../core/sealed.ts';
import { concatAll, hole, known, literal, replacedAll, type Text } from '../../core/text.ts';
import type { Lines, Range } from '../../core/site.ts';
import type { HclExpression } from '../../syntax/hcl/read.ts';

export type BakeValue =
  | { readonly kind: 'text'; readonly text: Text; readonly range: Range; readonly lines: Lines }
  | { readonly kind: 'list'; readonly items: readonly BakeValue[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, BakeValue> }
  | { readonly kind: 'null' }
  /** Said, but not to be told. */
  | { readonly kind: 'unknown'; readonly name: string; readonly range: Range; readonly lines: Lines };

export type Resolve = (path: readonly string[], depth: number) => BakeValue | undefined;

const MAX_DEPTH = 40;
const MAX_LENGTH = 10_000;

export function evaluateExpression(expression: HclExpression, resolve: Resolve, lines: Lines, depth = 0): BakeValue {
  const { range } = expression;
  const unknown = (name: string): BakeValue => ({ kind: 'unknown', name, range, lines });
  const asText = (text: Text): BakeValue => ({ kind: 'text', text, range, lines });
  const inner = (one: HclExpression): BakeValue => evaluateExpression(one, resolve, lines, depth + 1);
  if (depth > MAX_DEPTH) return unknown('…');
  switch (expression.kind) {
    case 'literal':
      return expression.type === 'null' ? { kind: 'null' } : asText(literal(expression.text));
    case 'template': {
      const [only] = expression.parts;
      if (expression.parts.length === 1 && only !== undefined && typeof only !== 'string') {
        const value = inner(only);
        return value.kind === 'text' ? asText(value.text) : value;
      }
      const text = concatAll(
        expression.parts.map((part) => (typeof part === 'string' ? literal(part) : textOf(inner(part), nameOf(part)))),
      );
      return text.reduce((sum, part) => sum + (spelled(part)?.length ?? 1), 0) > MAX_LENGTH
        ? unknown('…')
        : asText(text);
    }
    case 'list':
      return { kind: 'list', items: expression.items.map(inner) };
    case 'object':
      return {
        kind: 'object',
        entries: new Map(
          expression.entries.map(({ key, value }) => [known(textOf(inner(key), '…')) ?? '…', inner(value)]),
        ),
      };
    case 'reference': {
      const found = resolve(expression.path, depth);
      if (found === undefined) return unknown(expression.path.join('.'));
      // The text stands where it is used; lists and objects keep the places of their items.
      return found.kind === 'text' ? asText(found.text) : found.kind === 'unknown' ? unknown(found.name) : found;
    }
    case 'conditional': {
      const truth = truthOf(inner(expression.condition));
      return truth === undefined ? unknown(nameOf(expression)) : inner(truth ? expression.yes : expression.no);
    }
    case 'operation':
      return operate(expression.operator, expression.operands.map(inner), unknown(nameOf(expression)), asText);
    case 'call':
      return call(expression.name, expression.args.map(inner), unknown(nameOf(expression)), asText);
    case 'for':
    case 'other':
      return unknown(expression.text.slice(0, 40));
  }
}

/** A value as part of a string. */
export function textOf(value: BakeValue | undefined, name: string): Text {
  if (value?.kind === 'text') return value.text;
  return value === undefined || value.kind === 'null' ? [] : hole(value.kind === 'unknown' ? value.name : name);
}

function truthOf(value: BakeValue): boolean | undefined {
  if (value.kind !== 'text') return value.kind === 'null' ? false : undefined;
  const text = judged(value.text);
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function nameOf(expression: HclExpression): string {
  switch (expression.kind) {
    case 'reference':
      return expression.path.join('.');
    case 'call':
      return `${expression.name}(…)`;
    case 'conditional':
      return `${nameOf(expression.condition)} ? …`;
    case 'operation':
      return expression.operands.map(nameOf).join(` ${expression.operator} `);
    case 'template':
      return expression.parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
    case 'literal':
    case 'for':
    case 'other':
      return expression.text.slice(0, 40);
    case 'list':
    case 'object':
      return '…';
  }
}

function operate(
  operator: string,
  operands: readonly BakeValue[],
  unknown: BakeValue,
  asText: (text: Text) => BakeValue,
): BakeValue {
  const [left, right] = operands;
  const bool = (value: boolean | undefined): BakeValue =>
    value === undefined ? unknown : asText(literal(String(value)));
  if (left === undefined) return unknown;
  if (operator === '!') {
    const truth = truthOf(left);
    return bool(truth === undefined ? undefined : !truth);
  }
  if (right === undefined) return unknown;
  if (operator === '==' || operator === '!=') {
    const same = sameValue(left, right);
    return bool(same === undefined ? undefined : same === (operator === '=='));
  }
  if (operator === '&&' || operator === '||') {
    const truths = [truthOf(left), truthOf(right)];
    const decisive = operator === '||';
    return bool(
      truths.includes(decisive) ? decisive : truths.every((one) => one !== undefined) ? !decisive : undefined,
    );
  }
  return unknown;
}

function sameValue(left: BakeValue, right: BakeValue): boolean | undefined {
  if (left.kind === 'null' && right.kind === 'null') return true;
  if (left.kind === 'null' || right.kind === 'null')
    return left.kind === 'unknown' || right.kind === 'unknown' ? undefined : false;
  if (left.kind !== 'text' || right.kind !== 'text') return undefined;
  const a = judged(left.text);
  const b = judged(right.text);
  if (a !== undefined && b !== undefined) return a === b;
  // A text with a literal part is not empty, whatever its holes hold.
  const other = a === '' ? right.text : b === '' ? left.text : undefined;
  return other?.some((part) => spelled(part) !== undefined) === true ? false : undefined;
}

function call(
  name: string,
  args: readonly BakeValue[],
  unknown: BakeValue,
  asText: (text: Text) => BakeValue,
): BakeValue {
  const strings = args.map((one) => (one.kind === 'text' ? known(one.text) : undefined));
  const [first, second, third] = strings;
  const lift = (made: string | undefined): BakeValue => (made === undefined ? unknown : asText(literal(made)));
  switch (name) {
    case 'timestamp':
    case 'formatdate':
    case 'uuidv4':
      return asText(hole(`${name}()`, 'unique'));
    case 'equal':
    case 'notequal':
    case 'and':
    case 'or':
    case 'not':
      return operate({ equal: '==', notequal: '!=', and: '&&', or: '||', not: '!' }[name], args, unknown, asText);
    case 'lower':
    case 'upper':
    case 'trimspace':
      return first === undefined
        ? unknown
        : asText(
            literal(name === 'lower' ? first.toLowerCase() : name === 'upper' ? first.toUpperCase() : first.trim()),
          );
    case 'replace':
      return first === undefined || second === undefined || third === undefined || second === ''
        ? unknown
        : lift(replacedAll(first, second, third));
    case 'split':
      return first === undefined || second === undefined
        ? unknown
        : { kind: 'list', items: second.split(first).map((one) => asText(literal(one))) };
    case 'join': {
      const list = args[1];
      if (first === undefined || list?.kind !== 'list') return unknown;
      return asText(
        concatAll(
          list.items.flatMap((one, index) => (index === 0 ? [textOf(one, '…')] : [literal(first), textOf(one, '…')])),
        ),
      );
    }
    case 'concat':
      return args.every((one) => one.kind === 'list')
        ? { kind: 'list', items: args.flatMap((one) => (one.kind === 'list' ? one.items : [])) }
        : unknown;
    case 'merge':
      return args.every((one) => one.kind === 'object')
        ? { kind: 'object', entries: new Map(args.flatMap((one) => (one.kind === 'object' ? [...one.entries] : []))) }
        : unknown;
    case 'coalesce':
      return args.find((one) => one.kind !== 'null' && !(one.kind === 'text' && one.text.length === 0)) ?? unknown;
    case 'compact': {
      const [list] = args;
      return list?.kind === 'list'
        ? {
            kind: 'list',
            items: list.items.filter((one) => one.kind !== 'null' && !(one.kind === 'text' && one.text.length === 0)),
          }
        : unknown;
    }
    default:
      return unknown;
  }
}
