/**
 * Who asks how a step ended. A failure that `continue-on-error` lets pass has been noticed where something later of the
 * job acts on `steps.<id>.outcome`.
 */
import type { Expression } from './expression.ts';
import type { Entry, Step, Template } from './reading.ts';
import { scalar, unknown, type Data } from './data.ts';
import { decide, type Contexts } from './evaluate-expression.ts';

/** In place of a step's id: all of them (`steps.*.outcome`, `toJSON(steps)`), or one that can't be told. */
const ANY = '*';

/** What asks for outcomes among the steps of a job or action, and what it hands on. */
export class Outcomes {
  private asked: ReadonlyMap<string, readonly Step[]> | undefined;
  private handedOn: ReadonlySet<string> | undefined;

  constructor(
    private readonly steps: readonly Step[],
    private readonly outputs: readonly Entry[],
  ) {}

  /**
   * Does anything happen after this step that knows of its failure? A step whose condition is false just then (`outcome
   * == 'success'`) does not.
   */
  isNoticed(step: Step, contexts: Contexts): boolean {
    if (step.id === undefined) return false;
    const id = step.id.toLowerCase();
    this.handedOn ??= new Set(this.outputs.flatMap(({ value }) => askedIn(value)));
    if (this.handedOn.has(id) || this.handedOn.has(ANY)) return true;
    const asked = (this.asked ??= askers(this.steps));
    // In the order of the steps, so that the last of them are the later ones.
    const later = [id, ANY]
      .flatMap((name) => (asked.get(name) ?? []).slice(-MOST_ASKERS - 1))
      .filter((one) => one.index > step.index);
    if (later.length > MOST_ASKERS) return true;
    const failed = afterFailure(step.id, contexts);
    return later.some((one) => decide(one.if, failed) !== 'no');
  }
}

/** Where more ask than anybody looks through, one of them may act. */
const MOST_ASKERS = 50;

function askers(steps: readonly Step[]): Map<string, Step[]> {
  const found = new Map<string, Step[]>();
  for (const step of steps) {
    for (const id of new Set(askedBy(step))) {
      const before = found.get(id);
      if (before === undefined) found.set(id, [step]);
      else before.push(step);
    }
  }
  return found;
}

function askedBy(step: Step): string[] {
  const texts = [...step.env, ...step.with].map(({ value }) => value);
  return [
    ...(step.if === undefined ? [] : outcomesIn(step.if.expression)),
    ...[...texts, ...(step.run === undefined ? [] : [step.run.text])].flatMap(askedIn),
  ];
}

function askedIn(template: Template): string[] {
  return template.expressions.flatMap(({ expression }) => outcomesIn(expression));
}

/**
 * The ids of the steps whose outcome it looks at; a `conclusion` is always success after `continue-on-error`, and tells
 * nothing.
 */
function outcomesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'context':
      return expression.name === 'steps' ? [ANY] : [];
    case 'not':
      return outcomesIn(expression.operand);
    case 'binary':
      return [...outcomesIn(expression.left), ...outcomesIn(expression.right)];
    case 'call':
      return expression.args.flatMap(outcomesIn);
    case 'unreadable':
      return /\bsteps\b[^]*\boutcome\b/i.test(expression.text) ? [ANY] : [];
    case 'index':
      return outcomesAt(expression);
  }
}

function outcomesAt({ object, property }: Extract<Expression, { kind: 'index' }>): string[] {
  const within = property === '*' ? [] : outcomesIn(property);
  // `steps.x` by itself, as in `toJSON(steps.x)`, holds the outcome too.
  if (isSteps(object)) return [nameOf(property), ...within];
  if (object.kind !== 'index' || !isSteps(object.object)) return [...outcomesIn(object), ...within];
  const chosen = object.property === '*' ? [] : outcomesIn(object.property);
  const asked = nameOf(property);
  return asked === 'outcome' || asked === ANY ? [nameOf(object.property), ...chosen, ...within] : chosen;
}

function isSteps(expression: Expression): boolean {
  return expression.kind === 'context' && expression.name === 'steps';
}

function nameOf(property: Expression | '*'): string {
  return property !== '*' && property.kind === 'literal' ? property.value.toLowerCase() : ANY;
}

/**
 * The job once this step has failed and the job went on; how the others end, and what they leave in the environment, is
 * open then.
 */
function afterFailure(id: string, contexts: Contexts): Contexts {
  const step: Data = {
    kind: 'object',
    entries: new Map<string, Data>([
      ['outcome', scalar('failure')],
      ['conclusion', scalar('success')],
    ]),
    others: unknown(`steps.${id}`),
  };
  const steps: Data = { kind: 'object', entries: new Map([[id, step]]), others: unknown('steps') };
  return (name) => (name === 'steps' ? steps : name === 'env' ? unknown('env') : contexts(name));
}
