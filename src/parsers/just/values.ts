/** What just's variables and expressions are worth. */
import { always, byDefault, concatValues, given, mapValues, single, type Values } from '../../core/choices.ts';
import { judged, likewise } from '../../core/sealed.ts';
import { byName } from '../../core/secrets.ts';
import { concatAll, hole, known, literal, replacedAll } from '../../core/text.ts';
import type { JustAssignment, JustExpression, JustfileReading } from './reading.ts';
import { PROJECT_ROOT } from '../../project/paths.ts';

export interface JustOutside {
  /** The environment; undefined: not set. */
  environment(name: string): Values | undefined;
  /** May the environment hold more than is known? */
  readonly open: boolean;
  /** `just NAME=value` */
  readonly overrides: ReadonlyMap<string, Values>;
  /** What a command in backticks prints. */
  command(text: string): Values;
  /** The justfile's folder and the one just was called in. */
  readonly folder: string;
  readonly calledIn: string | undefined;
}

export class JustValues {
  private readonly assignments: ReadonlyMap<string, JustAssignment>;
  private readonly found = new Map<string, Values>();
  private readonly busy = new Set<string>();

  constructor(
    readings: readonly JustfileReading[],
    private readonly outside: JustOutside,
  ) {
    this.assignments = new Map(
      readings
        .toReversed()
        .flatMap((one) => one.assignments.map((assignment) => [assignment.name, assignment] as const)),
    );
  }

  get names(): readonly string[] {
    return [...this.assignments.keys()];
  }

  variable(name: string, locals: ReadonlyMap<string, Values> = new Map()): Values {
    return mapValues(this.valueOf(name, locals), name, (one) => byName(name, one));
  }

  private valueOf(name: string, locals: ReadonlyMap<string, Values>): Values {
    const local = locals.get(name) ?? this.outside.overrides.get(name) ?? this.found.get(name);
    if (local !== undefined) return local;
    const assignment = this.assignments.get(name);
    if (assignment === undefined || this.busy.has(name)) return always(hole(name));
    this.busy.add(name);
    const values = this.evaluate(assignment.value, new Map());
    this.busy.delete(name);
    this.found.set(name, values);
    return values;
  }

  evaluate(expression: JustExpression, locals: ReadonlyMap<string, Values>): Values {
    switch (expression.kind) {
      case 'string':
        return always(literal(expression.value));
      case 'variable':
        return this.variable(expression.name, locals);
      case 'command':
        return this.outside.command(expression.text);
      case 'unknown':
        return always(hole(`{{${expression.text}}}`));
      case 'join': {
        const [left, right] = [this.evaluate(expression.left, locals), this.evaluate(expression.right, locals)];
        return concatValues(expression.by === '+' ? [left, right] : [left, always(literal('/')), right], 'join');
      }
      case 'if':
        return this.choose(expression, locals);
      case 'call':
        return this.call(
          expression.name,
          expression.args.map((one) => this.evaluate(one, locals)),
        );
    }
  }

  private choose(expression: Extract<JustExpression, { kind: 'if' }>, locals: ReadonlyMap<string, Values>): Values {
    const [left, right] = [this.evaluate(expression.left, locals), this.evaluate(expression.right, locals)];
    const [a, b] = [judged(single(left)), judged(single(right))];
    const sides = (): [Values, Values] => [
      this.evaluate(expression.then, locals),
      this.evaluate(expression.otherwise, locals),
    ];
    if (a === undefined || b === undefined || expression.operator === '=~' || expression.operator === '!~') {
      const [then, otherwise] = sides();
      const cond = `just:${JSON.stringify([expression.operator, left.map((one) => one.value), right.map((one) => one.value)])}`;
      return [
        ...then.map((one) => ({ ...one, when: [...one.when, { cond, is: 'yes' }] })),
        ...otherwise.map((one) => ({ ...one, when: [...one.when, { cond, is: 'no' }] })),
      ];
    }
    return this.evaluate((a === b) === (expression.operator === '==') ? expression.then : expression.otherwise, locals);
  }

  private call(name: string, args: readonly Values[]): Values {
    const [first, second] = args;
    const text = first === undefined ? undefined : only(first);
    const change = (how: (text: string) => string | undefined): Values =>
      first === undefined
        ? always(hole(`${name}()`))
        : mapValues(first, `${name}()`, (one) => {
            const whole = judged(one);
            const changed = whole === undefined ? undefined : how(whole);
            return changed === undefined ? hole(`${name}(…)`) : likewise(changed, one);
          });
    switch (name) {
      case 'env_var':
      case 'env':
      case 'env_var_or_default':
        return text === undefined ? always(hole(`${name}()`)) : this.environment(text, second);
      case 'justfile_directory':
      case 'justfile_dir':
        return always(literal(this.outside.folder === '' ? PROJECT_ROOT : `${PROJECT_ROOT}/${this.outside.folder}`));
      case 'invocation_directory':
      case 'invocation_dir':
        return this.outside.calledIn === undefined
          ? always(hole(name))
          : always(literal(`${PROJECT_ROOT}/${this.outside.calledIn}`.replace(/\/$/, '')));
      case 'trim':
        return change((one) => one.trim());
      case 'lowercase':
        return change((one) => one.toLowerCase());
      case 'uppercase':
        return change((one) => one.toUpperCase());
      case 'quote':
        return change((one) => `'${one.replaceAll("'", "'\\''")}'`);
      case 'kebabcase':
        return change((one) => one.replace(/[_\s]+/g, '-').toLowerCase());
      case 'snakecase':
        return change((one) => one.replace(/[-\s]+/g, '_').toLowerCase());
      case 'file_name':
        return change((one) => one.slice(one.lastIndexOf('/') + 1));
      case 'replace': {
        const [from, to] = [
          second === undefined ? undefined : only(second),
          args[2] === undefined ? undefined : only(args[2]),
        ];
        return from === undefined || to === undefined
          ? always(hole('replace()'))
          : change((one) => replacedAll(one, from, to));
      }
      case 'uuid':
      case 'datetime':
      case 'datetime_utc':
        return always(hole(`${name}()`, 'unique'));
      case 'shell':
        return text === undefined ? always(hole('shell()')) : this.outside.command(text);
      default:
        return always(hole(`${name}()`));
    }
  }

  private environment(name: string, fallback: Values | undefined): Values {
    const value = this.outside.environment(name);
    if (value !== undefined) return value;
    if (fallback === undefined) return always(hole(name));
    if (!this.outside.open) return fallback;
    return [
      ...fallback.map((one) => ({ ...one, when: [...one.when, ...byDefault(name)] })),
      { value: hole(name), when: given(name) },
    ];
  }
}

function only(values: Values): string | undefined {
  return values.length === 1 ? known(values[0]!.value) : undefined;
}

/** Several words as just puts them into `*args`. */
export function words(list: readonly Values[]): Values {
  if (list.every((one) => one.length === 1))
    return always(concatAll(list.flatMap((one, index) => [index === 0 ? [] : literal(' '), one[0]!.value])));
  return concatValues(
    list.flatMap((one, index) => (index === 0 ? [one] : [always(literal(' ')), one])),
    'args',
  );
}
