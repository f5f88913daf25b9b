/**
 * Expressions → values. Conditions decide where they can; where they can't, both sides stay, each under the condition's
 * identity.
 */
import { both, when } from '../../core/choices.ts';
import type { Lines } from '../../core/site.ts';
import { seal, spelled } from '../../core/sealed.ts';
import { concatAll, literal, nameKey } from '../../core/text.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import { callFunction } from './functions.ts';
import { access, indexed, referenceValue } from './references.ts';
import type { Scope } from './scope.ts';
import {
  made,
  judgedString,
  NULL,
  combine,
  list,
  one,
  settle,
  stringOf,
  text,
  textOf,
  under,
  unknown,
  type Place,
  type Single,
  type Value,
  sameValue,
  type Way,
} from './value.ts';

/** Names of `for`, `each`, `count` and `dynamic` blocks. */
export type Names = ReadonlyMap<string, Value>;

export interface Env {
  readonly scope: Scope;
  /** Of the file the expression stands in. */
  readonly lines: Lines;
  readonly names: Names;
  /** Of a file that is only read (`templatefile`): its own text may be judged and not shown. */
  readonly about?: string;
}

const MAX_DEPTH = 60;
const MAX_LENGTH = 20_000;
const MAX_ITEMS = 128;

export function evaluate(expression: HclExpression, env: Env, depth = 0): Value {
  const { range } = expression;
  const place: Place = { lines: env.lines, range };
  const nowhere = (): Value => one(unknown(`${describe(expression)}${env.scope.suffix}#${range[0]}`), place);
  if (depth > MAX_DEPTH || !env.scope.world.budget.spend()) return nowhere();
  const inner = (each: HclExpression): Value => evaluate(each, env, depth + 1);
  switch (expression.kind) {
    case 'literal':
      return one(expression.type === 'null' ? NULL : text(expression.text), place);
    case 'template':
      return template(
        expression.parts,
        env.about === undefined ? { ...place, written: { expression, env } } : place,
        inner,
        env.about,
      );
    case 'list':
      return one(list(expression.items.slice(0, MAX_ITEMS).map(inner)), place);
    case 'object':
      return combine(
        expression.entries.map(({ key }) => inner(key)),
        describe(expression),
        place,
        (keys) =>
          one(
            {
              kind: 'object',
              entries: new Map(
                expression.entries.map(({ value }, index) => [stringOf(keys[index]) ?? `\u0001${index}`, inner(value)]),
              ),
            },
            place,
          ),
      );
    case 'reference':
      return referenceValue(expression, env, place, inner) ?? nowhere();
    case 'conditional':
      return conditional(expression, place, inner);
    case 'operation': {
      const { operator, operands } = expression;
      if (operator.startsWith('.'))
        return operands[0] === undefined ? nowhere() : access(inner(operands[0]), operator.slice(1), place);
      if (operator === '[]')
        return combine(operands.map(inner), describe(expression), place, ([value = NULL, key = NULL]) =>
          indexed(value, key, place),
        );
      return combine(operands.map(inner), describe(expression), place, (singles) =>
        one(operate(operator, singles), place),
      );
    }
    case 'call':
      return callFunction(expression, env, place, inner) ?? nowhere();
    case 'for':
      return loop(expression, env, place, depth);
    case 'other':
      return nowhere();
  }
}

function template(
  parts: readonly (string | HclExpression)[],
  place: Place,
  inner: (each: HclExpression) => Value,
  about: string | undefined,
): Value {
  const [only] = parts;
  // `"${x}"` is x, whatever it is; its place is the string's.
  if (parts.length === 1 && only !== undefined && typeof only !== 'string')
    return inner(only).map((way) => (way.value.kind === 'text' ? { ...way, place } : way));
  return combine(
    parts.map((part) =>
      typeof part !== 'string'
        ? inner(part)
        : one(about === undefined ? text(part) : { kind: 'text', text: seal(part, about) }, place),
    ),
    'template',
    place,
    (singles) => {
      const whole = concatAll(singles.map(textOf));
      return one(
        whole.reduce((sum, part) => sum + (spelled(part)?.length ?? 1), 0) > MAX_LENGTH
          ? unknown('…')
          : { kind: 'text', text: whole },
        place,
      );
    },
  );
}

function conditional(
  { condition, yes, no }: Extract<HclExpression, { kind: 'conditional' }>,
  place: Place,
  inner: (each: HclExpression) => Value,
): Value {
  const ways = inner(condition).flatMap((way): Way[] => {
    const truth = truthOf(way.value);
    if (truth !== undefined) return under(inner(truth ? yes : no), way.when);
    const { cond, negated } = identity(way.value);
    return [
      ...sideOf(inner(yes), cond, negated ? 'false' : 'true', way),
      ...sideOf(inner(no), cond, negated ? 'true' : 'false', way),
    ];
  });
  return settle(ways, describe(condition), place);
}

function sideOf(value: Value, cond: string, is: string, way: Way): Way[] {
  const choice = both(way.when, when(cond, is));
  return choice === undefined ? [] : under(value, choice);
}

function truthOf(value: Single): boolean | undefined {
  const whole = judgedString(value);
  return whole === 'true' || whole === '1'
    ? true
    : whole === 'false' || whole === '0'
      ? false
      : value.kind === 'null'
        ? false
        : undefined;
}

/** Two values that follow the same unknown condition stay together, also where one of them turns it round. */
function identity(value: Single): { readonly cond: string; readonly negated: boolean } {
  let cond = value.kind === 'unknown' ? value.name : nameKey(textOf(value));
  let negated = false;
  for (let turned = /^!\((.*)\)$/s.exec(cond)?.[1]; turned !== undefined; turned = /^!\((.*)\)$/s.exec(cond)?.[1]) {
    cond = turned;
    negated = !negated;
  }
  return { cond, negated };
}

// ── operators ───────────────────────────────────────────────────────────────────────────────────

function operate(operator: string, singles: readonly Single[]): Single {
  const [left = NULL, right = NULL] = singles;
  switch (operator) {
    case '!': {
      const truth = truthOf(left);
      return truth === undefined ? unknown(`!(${keyOf(left)})`) : text(String(!truth));
    }
    case '==':
    case '!=': {
      const same = sameValue(left, right);
      if (same !== undefined) return text(String(same === (operator === '==')));
      const [a, b] = [keyOf(left), keyOf(right)].sort();
      return unknown(operator === '==' ? `${a} == ${b}` : `!(${a} == ${b})`);
    }
    case '&&':
    case '||': {
      const truths = [truthOf(left), truthOf(right)];
      const decisive = operator === '||';
      if (truths.includes(decisive)) return text(String(decisive));
      if (truths[0] === !decisive) return right;
      return truths[1] === !decisive ? left : unknown(`${keyOf(left)} ${operator} ${keyOf(right)}`);
    }
    default:
      return arithmetic(operator, left, right);
  }
}

function keyOf(value: Single): string {
  return value.kind === 'unknown' ? value.name : value.kind === 'null' ? 'null' : nameKey(textOf(value));
}

function arithmetic(operator: string, left: Single, right: Single): Single {
  const [a, b] = [Number(judgedString(left) ?? Number.NaN), Number(judgedString(right) ?? Number.NaN)];
  if (operator === '-' && right.kind === 'null')
    return Number.isFinite(a) ? made(String(-a), right, left) : unknown(`-(${keyOf(left)})`);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return unknown(`${keyOf(left)} ${operator} ${keyOf(right)}`);
  switch (operator) {
    case '+':
      return made(String(a + b), left, right);
    case '-':
      return made(String(a - b), left, right);
    case '*':
      return made(String(a * b), left, right);
    case '/':
      return made(String(a / b), left, right);
    case '%':
      return made(String(a % b), left, right);
    case '<':
      return text(String(a < b));
    case '>':
      return text(String(a > b));
    case '<=':
      return text(String(a <= b));
    case '>=':
      return text(String(a >= b));
    default:
      return unknown(operator);
  }
}

// ── loops ───────────────────────────────────────────────────────────────────────────────────────

function loop(expression: Extract<HclExpression, { kind: 'for' }>, env: Env, place: Place, depth: number): Value {
  return combine(
    [evaluate(expression.collection, env, depth + 1)],
    describe(expression),
    place,
    ([collection = NULL]) => {
      const turns = turnsOf(collection, place);
      if (turns === undefined || expression.grouped)
        return one(unknown(`${describe(expression)}${env.scope.suffix}#${expression.range[0]}`), place);
      const results = turns.flatMap(([key, value]): { key: string | undefined; value: Value }[] => {
        const [first = '', second] = expression.names;
        const names = new Map([
          ...env.names,
          ...(second === undefined ? [[first, value] as const] : [[first, key] as const, [second, value] as const]),
        ]);
        const inside: Env = { ...env, names };
        const kept =
          expression.condition === undefined
            ? true
            : evaluate(expression.condition, inside, depth + 1).every((way) => truthOf(way.value) !== false);
        if (!kept) return [];
        const named = expression.key === undefined ? undefined : evaluate(expression.key, inside, depth + 1);
        return [
          {
            key: named?.length === 1 ? stringOf(named[0]!.value) : undefined,
            value: evaluate(expression.value, inside, depth + 1),
          },
        ];
      });
      if (expression.key === undefined) return one(list(results.map((each) => each.value)), place);
      return one(
        { kind: 'object', entries: new Map(results.map((each, index) => [each.key ?? `\u0001${index}`, each.value])) },
        place,
      );
    },
  );
}

/** Key and value of each turn; undefined when the collection can't be told. */
function turnsOf(collection: Single, place: Place): [Value, Value][] | undefined {
  if (collection.kind === 'list')
    return collection.items.slice(0, MAX_ITEMS).map((item, index) => [one(text(String(index)), place), item]);
  if (collection.kind === 'object')
    return [...collection.entries]
      .slice(0, MAX_ITEMS)
      .map(([key, item]) => [one({ kind: 'text', text: literal(key) }, place), item]);
  return undefined;
}

/** For people, and for the names of holes. */
export function describe(expression: HclExpression): string {
  switch (expression.kind) {
    case 'reference':
      return expression.path.join('.');
    case 'call':
      return `${expression.name}(…)`;
    case 'conditional':
      return `${describe(expression.condition)} ? …`;
    case 'operation':
      return expression.operands.length === 1
        ? `${expression.operator}${describe(expression.operands[0]!)}`
        : expression.operands.map(describe).join(` ${expression.operator} `);
    case 'template':
      return expression.parts
        .map((part) => (typeof part === 'string' ? part : describe(part)))
        .join('')
        .slice(0, 60);
    case 'literal':
      return expression.text;
    case 'list':
    case 'object':
    case 'for':
    case 'other':
      return '…';
  }
}
