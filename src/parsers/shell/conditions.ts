/**
 * `[ … ]`, `[[ … ]]` and `test`: true, false, or unknown with the identity of the condition, per alternative of the
 * values compared.
 */
import { ALWAYS, both, type When } from '../../core/choices.ts';
import { matcher } from '../../core/linear/matcher.ts';
import { judged, opened, spelled } from '../../core/sealed.ts';
import { table } from '../../core/table.ts';
import { equalTexts, nameKey, type Text } from '../../core/text.ts';
import type { TestExpression, Word } from './reading.ts';
import { expandString, patternOf } from './expand.ts';
import type { Expander } from './expander.ts';
import { matches, toPattern, type Pattern, type Truth } from './pattern.ts';

export interface Judged {
  readonly truth: Truth;
  readonly when: When;
  /** Of an unknown: what it depends on, and which way round. Equal conditions share one identity. */
  readonly cond: string;
  readonly positive: boolean;
  /** A `default:` condition says set/unset instead of yes/no. */
  readonly refine?: { readonly variable: string; readonly value: Text } | undefined;
}

/** More outcomes than this, and the condition is simply unknown. */
const MAX_OUTCOMES = 8;

export function guardOf(judged: Judged, outcome: boolean): When {
  const yes = judged.positive === outcome;
  const is = judged.cond.startsWith('default:') ? (yes ? 'set' : 'unset') : yes ? 'yes' : 'no';
  return [{ cond: judged.cond, is }];
}

export function judge(expression: TestExpression, expander: Expander): Judged[] {
  switch (expression.kind) {
    case 'not':
      return judge(expression.operand, expander).map(invert);
    case 'logical':
      return combine(expression.operator, judge(expression.left, expander), () => judge(expression.right, expander));
    case 'unary':
      return expandString(expression.operand, expander).map((one) => ({
        ...unary(expression.operator, one.value, one.when, expander),
        when: one.when,
      }));
    case 'binary':
      return binaryWords(expression.operator, expression.left, expression.right, expander);
  }
}

function invert(one: Judged): Judged {
  return {
    ...one,
    truth: one.truth === 'unknown' ? 'unknown' : !one.truth,
    positive: !one.positive,
    refine: undefined,
  };
}

function combine(operator: '&&' | '||', left: readonly Judged[], right: () => readonly Judged[]): Judged[] {
  const decides = operator === '||';
  const results: Judged[] = [];
  let rights: readonly Judged[] | undefined;
  for (const a of left) {
    if (a.truth === decides) {
      results.push(a);
      continue;
    }
    rights ??= right();
    for (const b of rights) {
      const conditions = both(a.when, b.when);
      if (conditions === undefined) continue;
      if (a.truth !== 'unknown') results.push({ ...b, when: conditions });
      else if (b.truth === decides) results.push({ ...b, when: conditions });
      else if (b.truth !== 'unknown') results.push({ ...a, when: conditions });
      else
        results.push({
          truth: 'unknown',
          when: conditions,
          cond: `(${a.positive ? '' : '!'}${a.cond} ${operator} ${b.positive ? '' : '!'}${b.cond})`,
          positive: true,
        });
    }
  }
  return results.length > MAX_OUTCOMES
    ? [{ truth: 'unknown', when: ALWAYS, cond: results.map((one) => one.cond).join('|'), positive: true }]
    : results;
}

function binaryWords(operator: string, left: Word, right: Word, expander: Expander): Judged[] {
  const lefts = expandString(left, expander);
  if (operator === '==' || operator === '=' || operator === '!=') {
    const pattern = patternOf(right, expander);
    const rights = pattern.plain === undefined ? undefined : expandString(right, expander);
    return lefts.map((one) => {
      const judged = equality(one.value, pattern, rights?.length === 1 ? rights[0]!.value : undefined, left);
      return { ...(operator === '!=' ? invert(judged) : judged), when: one.when };
    });
  }
  if (operator === '=~') {
    const source = right.parts.map((part) => (part.kind === 'literal' ? part.value : undefined));
    const search = source.every((piece) => piece !== undefined) ? matcher(source.join(''), 'posix') : undefined;
    return lefts.map((one) => {
      const value = judged(one.value);
      const cond = `${nameKey(one.value)} =~ ${right.raw}`;
      return {
        truth: (value === undefined ? undefined : search?.test(value)) ?? 'unknown',
        when: one.when,
        cond,
        positive: true,
      };
    });
  }
  const rights = expandString(right, expander);
  return lefts
    .flatMap((a) =>
      rights.flatMap((b): Judged[] => {
        const conditions = both(a.when, b.when);
        return conditions === undefined ? [] : [{ ...compare(operator, a.value, b.value, expander), when: conditions }];
      }),
    )
    .slice(0, MAX_OUTCOMES);
}

function equality(value: Text, pattern: Pattern, right: Text | undefined, left: Word): Judged {
  const truth =
    right !== undefined && judged(right) === undefined ? sameText(value, right) : matches(opened(value), pattern);
  const [first] = value;
  // `[ "$X" = "" ]` asks what `[ -z "$X" ]` asks.
  if (
    truth === 'unknown' &&
    right?.length === 0 &&
    value.length === 1 &&
    first !== undefined &&
    typeof first !== 'string'
  ) {
    return { truth, when: ALWAYS, positive: false, cond: `default:${first.hole}` };
  }
  const [only] = left.parts;
  const variable =
    left.parts.length === 1 && only?.kind === 'parameter' && only.operator === undefined && only.index === undefined
      ? only.name
      : undefined;
  return {
    truth,
    when: ALWAYS,
    positive: true,
    cond: `${nameKey(value)} == ${right === undefined ? pattern.written : nameKey(right)}`,
    refine: variable !== undefined && right !== undefined ? { variable, value: right } : undefined,
  };
}

function sameText(a: Text, b: Text): Truth {
  return equalTexts(a, b) ? true : 'unknown';
}

function unary(operator: string, value: Text, when: When, expander: Expander): Omit<Judged, 'when'> {
  const whole = judged(value);
  const cond = `${operator} ${nameKey(value)}`;
  switch (operator) {
    case '-z':
    case '-n': {
      const empty = expander.rehearsing && isStackOutput(value) ? false : emptiness(value, when);
      const positive = operator === '-n';
      if (empty !== 'unknown') return { truth: positive !== empty, cond, positive };
      const [part] = value;
      const name = part !== undefined && typeof part !== 'string' ? part.hole : cond;
      return { truth: 'unknown', cond: `default:${name}`, positive };
    }
    case '-v':
      return {
        truth: whole !== undefined && expander.read(whole)?.maybe === false ? true : 'unknown',
        cond: `default:${whole ?? nameKey(value)}`,
        positive: true,
      };
    default:
      return { truth: 'unknown', cond, positive: true };
  }
}

/** A text with any literal in it isn't empty; nor is what a caller gave where a default would have replaced nothing. */
function emptiness(value: Text, when: When): Truth {
  if (value.length === 0) return true;
  if (value.some((part) => spelled(part) !== undefined)) return false;
  if (value.some((part) => typeof part !== 'string' && part.nature !== 'unknown')) return false;
  return when.some((guard) => guard.cond.startsWith('default:') && guard.is === 'set') ? false : 'unknown';
}

/** After a failed update the stack still has the outputs that it had before. */
function isStackOutput([part, ...rest]: Text): boolean {
  return rest.length === 0 && part !== undefined && typeof part !== 'string' && part.hole.endsWith('@stack output');
}

/** An operator as another one that is asked the same way round, or the other. */
const CANONICAL: Readonly<Record<string, readonly [name: string, positive: boolean]>> = table({
  '-eq': ['-eq', true],
  '-ne': ['-eq', false],
  '-lt': ['-lt', true],
  '-ge': ['-lt', false],
  '-gt': ['-gt', true],
  '-le': ['-gt', false],
  '<': ['<', true],
  '>': ['>', true],
  '-nt': ['-nt', true],
  '-ot': ['-ot', true],
  '-ef': ['-ef', true],
});

function compare(operator: string, left: Text, right: Text, expander: Expander): Omit<Judged, 'when'> {
  const a = Number(judged(left) ?? Number.NaN);
  const b = Number(judged(right) ?? Number.NaN);
  const [name, positive] = CANONICAL[operator] ?? [operator, true];
  const numeric = !Number.isNaN(a) && !Number.isNaN(b) && operator.startsWith('-');
  if (numeric) {
    const truth = name === '-eq' ? a === b : name === '-lt' ? a < b : a > b;
    return { truth: truth === positive, cond: '', positive };
  }
  // `$# -gt 0` and its kin ask whether anybody passed arguments.
  const count =
    left.length === 1 && typeof left[0] !== 'string' && left[0]!.hole.startsWith('#args') ? left[0]!.hole : undefined;
  if (count !== undefined && !Number.isNaN(b)) {
    if (name === '-gt' && b === 0) return { truth: 'unknown', cond: `default:${count}`, positive };
    if ((name === '-lt' && b === 1) || (name === '-eq' && b === 0))
      return { truth: 'unknown', cond: `default:${count}`, positive: !positive };
  }
  return { truth: 'unknown', cond: `${nameKey(left)} ${name} ${nameKey(right)}@${expander.scope}`, positive };
}

/** The `[` and `test` commands: their words are already expanded. */
export function judgeArguments(
  words: readonly Text[],
  raw: readonly (Word | undefined)[],
  when: When,
  expander: Expander,
  depth = 0,
): Judged {
  const text = (index: number): string | undefined => (words[index] === undefined ? undefined : judged(words[index]!));
  const finish = (one: Omit<Judged, 'when'>): Judged => ({ ...one, when });
  if (depth < 20) {
    for (const [operator, connective] of [
      ['-o', '||'],
      ['-a', '&&'],
    ] as const) {
      const at = words.findIndex((_, index) => index > 0 && index < words.length - 1 && text(index) === operator);
      if (at !== -1 && words.length > 3) {
        const left = judgeArguments(words.slice(0, at), raw.slice(0, at), when, expander, depth + 1);
        const [result] = combine(connective, [left], () => [
          judgeArguments(words.slice(at + 1), raw.slice(at + 1), when, expander, depth + 1),
        ]);
        return result ?? left;
      }
    }
    if (text(0) === '!' && words.length > 1)
      return invert(judgeArguments(words.slice(1), raw.slice(1), when, expander, depth + 1));
  }
  if (words.length === 0) return finish({ truth: false, cond: '', positive: true });
  if (words.length === 1) return finish(unary('-n', words[0]!, when, expander));
  if (words.length === 2) return finish(unary(text(0) ?? '?', words[1]!, when, expander));
  if (words.length === 3) {
    const operator = text(1) ?? '?';
    if (operator === '=' || operator === '==' || operator === '!=') {
      const right = words[2]!;
      const pattern = toPattern([{ text: judged(right) ?? '', quoted: true }]);
      const left = raw[0] ?? { range: [0, 0], raw: '', parts: [] };
      const outcome = equality(words[0]!, pattern, right, left);
      return { ...(operator === '!=' ? invert(outcome) : outcome), when };
    }
    return finish(compare(operator, words[0]!, words[2]!, expander));
  }
  return finish({ truth: 'unknown', cond: words.map(nameKey).join(' '), positive: true });
}
