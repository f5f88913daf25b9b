/** What jq's filters say, as far as that is known: constants, and conditions on a part of the document. */
import { judged } from '../core/sealed.ts';
import type { Part, Text } from '../core/text.ts';
import type { Jq, JqStep } from '../syntax/jq.ts';
import { at, printed, type JsonText } from './json-text.ts';
import { unmarked } from './marks.ts';
import { join } from './texts.ts';

/** What a filter is given. */
export interface Given {
  readonly variables: ReadonlyMap<string, JsonText>;
  readonly env: (name: string) => Text | undefined;
  /** For which marks stand in the filter's strings. */
  readonly holes: readonly Part[];
}

/** Undefined where it asks the document, or isn't known. */
export function constant(filter: Jq, given: Given): JsonText | undefined {
  switch (filter.kind) {
    case 'scalar':
      return { kind: 'other', value: filter.value };
    case 'string':
      return texts(
        filter.parts.map((part) => (typeof part === 'string' ? unmarked(part, given.holes) : textOf(part, given))),
      );
    case 'variable':
      return given.variables.get(filter.name);
    case 'path':
      return filter.from === undefined ? undefined : inside(filter.from, filter.steps, given);
    case 'binary':
      return filter.operator === '+' ? sum(constant(filter.left, given), constant(filter.right, given)) : undefined;
    case 'list': {
      const items = listed(filter.inner).map((one) => constant(one, given));
      return items.every((one) => one !== undefined) ? { kind: 'list', items } : undefined;
    }
    case 'object': {
      const entries = new Map<string, JsonText>();
      for (const { key, value } of filter.entries) {
        const [name, said] = [judged(textOf(key, given)), constant(value, given)];
        if (name === undefined || said === undefined) return undefined;
        entries.set(name, said);
      }
      return { kind: 'object', entries };
    }
    default:
      return undefined;
  }
}

function textOf(filter: Jq, given: Given): Text | undefined {
  const value = constant(filter, given);
  return value === undefined ? undefined : printed(value);
}

function texts(parts: readonly (Text | undefined)[]): JsonText | undefined {
  return parts.every((part) => part !== undefined) ? { kind: 'string', text: join(parts) } : undefined;
}

function sum(left: JsonText | undefined, right: JsonText | undefined): JsonText | undefined {
  return left?.kind === 'string' && right?.kind === 'string' ? texts([left.text, right.text]) : undefined;
}

function listed(inner: Jq | undefined): readonly Jq[] {
  if (inner === undefined) return [];
  return inner.kind === 'binary' && inner.operator === ',' ? [...listed(inner.left), ...listed(inner.right)] : [inner];
}

/** `$ENV.IMAGE`, `env.IMAGE`, `$task.image`. */
function inside(from: Jq, steps: readonly JqStep[], given: Given): JsonText | undefined {
  const path = fixed(steps);
  if (path === undefined) return undefined;
  const isEnvironment =
    (from.kind === 'variable' && from.name === 'ENV') || (from.kind === 'call' && from.name === 'env');
  if (!isEnvironment) return at(constant(from, given), ...path);
  const [name] = path;
  const text = typeof name === 'string' && path.length === 1 ? given.env(name) : undefined;
  return text === undefined ? undefined : { kind: 'string', text };
}

/** The steps of a path that leads to one place. */
export function fixed(steps: readonly JqStep[]): (string | number)[] | undefined {
  const path = steps.map((step) => (step === 'every' ? undefined : 'field' in step ? step.field : step.index));
  return path.every((step) => step !== undefined) ? path : undefined;
}

/** Does the condition hold of this part of the document? In a partial document, what isn't there isn't known. */
export function holds(
  condition: Jq,
  part: JsonText | undefined,
  given: Given,
  isPartial: boolean,
): boolean | undefined {
  if (condition.kind !== 'binary') return undefined;
  const { operator, left, right } = condition;
  if (operator === 'and' || operator === 'or') {
    const both = [holds(left, part, given, isPartial), holds(right, part, given, isPartial)];
    const decides = operator === 'or';
    if (both.includes(decides)) return decides;
    return both.includes(undefined) ? undefined : !decides;
  }
  if (operator !== '==' && operator !== '!=') return undefined;
  const [one, other] = [left, right].map((side) => scalarOf(side, part, given, isPartial));
  return one === undefined || other === undefined ? undefined : (one === other) === (operator === '==');
}

type Scalar = string | number | boolean | null;

function scalarOf(side: Jq, part: JsonText | undefined, given: Given, isPartial: boolean): Scalar | undefined {
  if (side.kind !== 'path' || side.from !== undefined) return scalar(constant(side, given));
  const path = fixed(side.steps);
  if (path === undefined) return undefined;
  const found = at(part, ...path);
  return found === undefined && !isPartial && part?.kind === 'object' ? null : scalar(found);
}

function scalar(json: JsonText | undefined): Scalar | undefined {
  return json?.kind === 'string' ? judged(json.text) : json?.kind === 'other' ? json.value : undefined;
}
