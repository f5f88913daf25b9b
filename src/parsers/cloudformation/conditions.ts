/** Conditions as choices: for each way a condition can go, the conjunctions of atomic choices under which it does. */
import { ALWAYS, both, whenKey, type When } from '../../core/choices.ts';
import { concatAll, known, literal, textKey, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import { isList, isObject } from '../../syntax/json.ts';
import { allowedValues, child, childValue, type Node, type Scope, type Truth } from './scope.ts';
import { texts } from './values.ts';
import { oneOrNone } from '../../core/optional.ts';

/**
 * More conjunctions than this make a condition a choice of its own: still the same wherever it's asked, only no longer
 * taken apart.
 */
const MAX_WAYS = 16;
const MAX_CHOICES = 16;

const TRUE: Truth = { yes: [ALWAYS], no: [] };
const FALSE: Truth = { yes: [], no: [ALWAYS] };

export function namedCondition(scope: Scope, name: string): Truth {
  const { conditions, open } = scope.memo;
  const have = conditions.get(name);
  if (have !== undefined) return have;
  const value = childValue(section(scope.reading, 'Conditions'), name);
  const key = `condition ${name}`;
  if (value === undefined || open.has(key)) return opaque(scope, name);
  open.add(key);
  const truth = bounded(scope, name, evaluate(scope, { value, path: ['Conditions', name], when: ALWAYS }, 0));
  open.delete(key);
  conditions.set(name, truth);
  return truth;
}

function opaque(scope: Scope, name: string): Truth {
  const cond = `${name}${scope.suffix}`;
  return { yes: [[{ cond, is: 'true' }]], no: [[{ cond, is: 'false' }]] };
}

function bounded(scope: Scope, name: string, truth: Truth): Truth {
  const ways = [...truth.yes, ...truth.no];
  return ways.length > MAX_WAYS || ways.some((way) => way.length > MAX_CHOICES) ? opaque(scope, name) : truth;
}

/** A function that is true or false, wherever it stands (`Rules` have theirs beside `Conditions`). */
export function truthOf(scope: Scope, node: Node): Truth {
  return bounded(scope, node.path.join('.'), evaluate(scope, node, 0));
}

const MAX_DEPTH = 40;

function evaluate(scope: Scope, node: Node, depth: number): Truth {
  const name = node.path.join('.');
  const { value } = node;
  if (value === true || value === 'true') return TRUE;
  if (value === false || value === 'false') return FALSE;
  if (!isObject(value) || depth > MAX_DEPTH || !scope.world.budget.spend()) return opaque(scope, name);
  const [function_] = Object.keys(value);
  const argument = function_ === undefined ? undefined : child(node, function_);
  if (argument === undefined) return opaque(scope, name);
  const each = (): Truth[] =>
    (isList(argument.value) ? argument.value : [argument.value]).map((_, index) =>
      evaluate(scope, (isList(argument.value) ? child(argument, index) : argument) ?? argument, depth + 1),
    );
  switch (function_) {
    case 'Condition':
      return typeof argument.value === 'string' ? namedCondition(scope, argument.value) : opaque(scope, name);
    case 'Fn::Not':
      return negate(each()[0] ?? opaque(scope, name));
    case 'Fn::And':
      return each().reduce((all, one) => conjoin(scope, name, all, one), TRUE);
    case 'Fn::Or':
      return negate(
        each()
          .map(negate)
          .reduce((all, one) => conjoin(scope, name, all, one), TRUE),
      );
    case 'Fn::Equals':
      return equals(scope, child(argument, 0), child(argument, 1), name);
    case 'Fn::Contains':
      return contains(scope, argument, name);
    default:
      return opaque(scope, name);
  }
}

function negate(truth: Truth): Truth {
  return { yes: truth.no, no: truth.yes };
}

/** The ways of going false don't overlap: the first is false, or it is true and the second is false. */
function conjoin(scope: Scope, name: string, a: Truth, b: Truth): Truth {
  return bounded(scope, name, { yes: crossed(a.yes, b.yes), no: distinct([...a.no, ...crossed(a.yes, b.no)]) });
}

export function crossed(a: readonly When[], b: readonly When[]): readonly When[] {
  return distinct(
    a.flatMap((x) =>
      b.flatMap((y) => {
        const joined = both(x, y);
        return oneOrNone(joined);
      }),
    ),
  );
}

function distinct(ways: readonly When[]): readonly When[] {
  const seen = new Map(ways.map((way) => [whenKey(way), way]));
  // One way that always holds makes the others superfluous.
  return seen.has('') ? [ALWAYS] : [...seen.values()];
}

/** `Fn::Contains: [[a, b], value]`, which only rules know. */
function contains(scope: Scope, argument: Node, name: string): Truth {
  const [list, value] = [child(argument, 0), child(argument, 1)];
  if (!isList(list?.value)) return opaque(scope, name);
  return negate(
    list.value
      .map((_, index) => negate(equals(scope, child(list, index), value, name)))
      .reduce((all, one) => conjoin(scope, name, all, one), TRUE),
  );
}

function equals(scope: Scope, left: Node | undefined, right: Node | undefined, name: string): Truth {
  if (left === undefined || right === undefined) return opaque(scope, name);
  const yes: When[] = [];
  const no: When[] = [];
  for (const a of texts(scope, left)) {
    for (const b of texts(scope, right)) {
      const conditions = both(a.when, b.when);
      if (conditions === undefined) continue;
      const { is, isNot } = compare(scope, a.value, b.value);
      yes.push(...crossed([conditions], is));
      no.push(...crossed([conditions], isNot));
    }
  }
  return { yes: distinct(yes), no: distinct(no) };
}

function compare(scope: Scope, a: Text, b: Text): { is: readonly When[]; isNot: readonly When[] } {
  const [x, y] = [known(a), known(b)];
  if (textKey(a) === textKey(b)) return { is: [ALWAYS], isNot: [] };
  if (x !== undefined && y !== undefined) return { is: [], isNot: [ALWAYS] };
  if (y !== undefined) return choice(scope, a, y);
  if (x !== undefined) return choice(scope, b, x);
  const [first, second] = [textKey(a), textKey(b)].sort();
  const cond = `${first} = ${second}`;
  return { is: [[{ cond, is: 'yes' }]], isNot: [[{ cond, is: 'no' }]] };
}

/**
 * The choices that stand for "this unknown text is that string". Being one string excludes being another, and where the
 * template lists the allowed values, not being one is being one of the others.
 */
export function choice(scope: Scope, unknown: Text, value: string): { is: readonly When[]; isNot: readonly When[] } {
  const first = unknown[0];
  const cond = unknown.length === 1 && first !== undefined && typeof first !== 'string' ? first.hole : textKey(unknown);
  const others = allowedValues(scope, cond);
  if (others !== undefined) {
    return {
      is: others.includes(value) ? [[{ cond, is: value }]] : [],
      isNot: others.filter((other) => other !== value).map((other) => [{ cond, is: other }]),
    };
  }
  const exactly = `${cond} = ${value}`;
  return {
    is: [
      [
        { cond, is: value },
        { cond: exactly, is: 'yes' },
      ],
    ],
    isNot: [[{ cond: exactly, is: 'no' }]],
  };
}

/** What is known of a text under these choices: a hole whose value a choice tells is that value. */
export function refine(text: Text, conditions: When): Text {
  if (conditions.length === 0 || text.every((part) => typeof part === 'string')) return text;
  return concatAll(
    text.map((part): Text => {
      const told = typeof part === 'string' ? undefined : conditions.find((guard) => guard.cond === part.hole);
      return told === undefined ? [part] : literal(told.is);
    }),
  );
}
