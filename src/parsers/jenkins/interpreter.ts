/** Follows a pipeline: Groovy's statements and values, and what its steps do. */
import { always, both, concatValues, type When } from '../../core/choices.ts';
import { siteOf, type Hop, type Site } from '../../core/site.ts';
import { hole, literal } from '../../core/text.ts';
import type { World } from '../../project/evaluation.ts';
import { variableHole } from '../shell/names.ts';
import { decide, truthOf, type Condition } from './conditions.ts';
import { Environment, type Here } from './here.ts';
import { indexed, isOfNumbers, operated } from './operations.ts';
import type { Body, Call, Expression, FunctionDefinition, JenkinsReading, Statement } from './reading.ts';
import { attempt, cases, loop } from './statements.ts';
import { call } from './steps.ts';
import {
  anonymous,
  calledBy,
  joined,
  NOTHING,
  NULL,
  Scope,
  stringOf,
  text,
  unknown,
  valuesOf,
  type Value,
} from './values.ts';
import { choose } from './ways.ts';

const DEEPEST_CALL = 20;

type Operation = Extract<Expression, { kind: 'operation' }>;
export type Left = 'return' | 'error' | 'break' | 'continue';

export class Interpreter {
  readonly environment = new Environment();
  readonly functions = new Map<string, FunctionDefinition>();
  /** Set while what follows in a block isn't reached. */
  left: Left | undefined;
  /** What the function at hand gives back. */
  private returned: { value: Value; when: When }[] = [];
  private counter = 0;

  constructor(
    readonly world: World,
    readonly reading: JenkinsReading,
  ) {
    for (const one of reading.body) if (one.kind === 'function') this.functions.set(one.name, one);
  }

  fresh(): string {
    return `__jenkins_${this.counter++}`;
  }

  siteOf(range: Expression['range'], here: Here): Site {
    return siteOf(this.reading.lines, range, here.via);
  }

  hop(label: string, range: Expression['range']): Hop {
    return { label, file: this.reading.file, span: siteOf(this.reading.lines, range).span };
  }

  /** An expression's identity: where it stands. */
  written({ range }: Pick<Expression, 'range'>, { via }: Pick<Here, 'via'>): string {
    return [...via.map(({ file, span }) => `${file}:${span.start}`), `${this.reading.file}:${range[0]}`].join('>');
  }

  /** What stands there, where it can't be told. */
  open(at: Pick<Expression, 'range'>, here: Here): Value {
    return text(anonymous(this.written(at, here)));
  }

  /** Gives what is known behind it. */
  run(body: Body, here: Here): When {
    let now = here;
    for (const statement of body) {
      if (this.left !== undefined || !this.world.budget.spend()) break;
      now = { ...now, when: this.statement(statement, now) };
    }
    return now.when;
  }

  /** A block with variables of its own. */
  block(body: Body, here: Here): void {
    this.run(body, { ...here, scope: new Scope(here.scope) });
  }

  /** What is known once it is through. */
  private statement(statement: Statement, here: Here): When {
    switch (statement.kind) {
      case 'expression':
        this.evaluate(statement.value, here, true);
        return here.when;
      case 'define':
        this.define(statement, here);
        return here.when;
      case 'function':
        this.functions.set(statement.name, statement);
        return here.when;
      case 'if':
        return this.choose(
          decide(this, statement.condition, here),
          here,
          (inner) => this.block(statement.then, inner),
          (inner) => this.block(statement.otherwise, inner),
        );
      case 'switch':
        return cases(this, statement, here);
      case 'loop':
        loop(this, statement, here);
        return here.when;
      case 'try':
        attempt(this, statement, here);
        return here.when;
      case 'break':
      case 'continue':
        this.left = statement.kind;
        return here.when;
      case 'return':
        this.returned.push({
          value: statement.value === undefined ? NULL : this.evaluate(statement.value, here),
          when: here.when,
        });
        this.left ??= 'return';
        return here.when;
      case 'throw':
        this.left = 'error';
        return here.when;
    }
  }

  private define({ names, value }: Extract<Statement, { kind: 'define' }>, here: Here): void {
    const [name = ''] = names;
    const given = value === undefined ? NULL : calledBy(name, this.evaluate(value, here));
    for (const [index, each] of names.entries()) {
      const item = given.kind === 'list' ? given.items[index] : undefined;
      here.scope.variables.set(each, names.length === 1 ? given : (item ?? unknown(each)));
    }
  }

  /** Both ways of a choice; then what is known. */
  choose(condition: Condition, here: Here, then: (here: Here) => void, otherwise: (here: Here) => void): When {
    return choose(this, condition, here, then, otherwise);
  }

  // ── expressions ─────────────────────────────────────────────────────────────────────────────────

  /** `unused`: nobody looks at what it gives. */
  evaluate(expression: Expression, here: Here, unused = false): Value {
    if (!this.world.budget.spend()) return this.open(expression, here);
    switch (expression.kind) {
      case 'string':
        return {
          kind: 'text',
          values: concatValues(
            expression.parts.map((part) =>
              part.kind === 'text'
                ? always(literal(part.text.text))
                : valuesOf(this.evaluate(part.value, here), 'value'),
            ),
            'string',
          ),
        };
      case 'constant':
        return text(literal(expression.value));
      case 'name':
        return this.variable(expression.name, here);
      case 'member':
        return this.member(expression.of, expression.name, here);
      case 'index':
        return this.index(expression, here);
      case 'list':
        return { kind: 'list', items: expression.items.map((one) => this.evaluate(one, here)) };
      case 'map':
        return {
          kind: 'map',
          entries: new Map(expression.entries.map(({ name, value }) => [name, this.evaluate(value, here)])),
        };
      case 'closure':
        return { kind: 'closure', closure: expression, scope: here.scope };
      case 'choice': {
        const { condition, then, otherwise } = expression;
        if (then !== undefined) return this.alternatives(decide(this, condition, here), here, [then, otherwise]);
        const value = this.evaluate(condition, here);
        return this.alternatives(truthOf(value, condition), here, [value, otherwise]);
      }
      case 'assignment':
        return this.assign(expression, here);
      case 'operation':
        return this.operation(expression, here);
      case 'call':
        return call(this, expression, here, unused);
      case 'not':
      case 'unknown':
        return this.open(expression, here);
    }
  }

  private alternatives(
    { truth, yes, no }: Condition,
    here: Here,
    ways: readonly [Expression | Value, Expression],
  ): Value {
    const valueOf = (way: Expression | Value, inner: Here): Value => (isValue(way) ? way : this.evaluate(way, inner));
    if (truth !== undefined) return valueOf(ways[truth ? 0 : 1], here);
    return joined(
      'choice',
      [yes, no].flatMap((guards, index) => {
        const when = both(here.when, guards);
        const way = ways[index];
        return when === undefined || way === undefined
          ? []
          : [{ when: guards, value: valueOf(way, { ...here, when }) }];
      }),
    );
  }

  variable(name: string, here: Here): Value {
    const own = here.scope.find(name);
    if (own !== undefined) return own;
    return { kind: 'text', values: this.environment.of(name, here) };
  }

  private member(of: Expression, name: string, here: Here): Value {
    if (of.kind === 'name' && here.scope.find(of.name) === undefined) {
      if (of.name === 'env') return { kind: 'text', values: this.environment.of(name, here) };
      if (of.name === 'params')
        return { kind: 'text', values: this.environment.parameters.get(name) ?? always(variableHole(name)) };
      if (of.name === 'currentBuild' && /^(?:number|id|displayName)$/.test(name))
        return text(hole('BUILD_NUMBER', 'unique'));
      if (of.name === 'scm' || of.name === 'this') return unknown(name);
    }
    const value = this.evaluate(of, here);
    if (value.kind === 'map') return value.entries.get(name) ?? unknown(name);
    if (value.kind === 'image' && name === 'id') return { kind: 'text', values: value.name };
    if (name === 'GIT_COMMIT') return text(hole(name, 'unique'));
    return unknown(of.kind === 'name' ? `${of.name}.${name}` : name);
  }

  private index(expression: Extract<Expression, { kind: 'index' }>, here: Here): Value {
    const at = this.evaluate(expression.at, here);
    const key = stringOf(at);
    const { of } = expression;
    // `env['X']` is `env.X`.
    if (
      key !== undefined &&
      of.kind === 'name' &&
      /^(?:env|params)$/.test(of.name) &&
      here.scope.find(of.name) === undefined
    )
      return this.member(of, key, here);
    return indexed(this.evaluate(of, here), at, expression) ?? this.open(expression, here);
  }

  private assign({ operator, to, value, range }: Extract<Expression, { kind: 'assignment' }>, here: Here): Value {
    const computed = operator === '=' ? this.evaluate(value, here) : this.added(operator, to, value, here, range);
    const given = to.kind === 'name' || to.kind === 'member' ? calledBy(to.name, computed) : computed;
    if (to.kind === 'name') here.scope.assign(to.name, given);
    else if (to.kind === 'member' && to.of.kind === 'name' && to.of.name === 'env')
      this.environment.assigned.set(to.name, valuesOf(given, to.name));
    else if ((to.kind === 'member' || to.kind === 'index') && to.of.kind === 'name')
      this.put(to.of.name, to, given, here);
    else this.forget(to, here);
    return given;
  }

  private added(operator: string, to: Expression, value: Expression, here: Here, range: Expression['range']): Value {
    if (operator === '+=')
      return this.operation({ kind: 'operation', operator: '+', left: to, right: value, range }, here);
    if (operator === '?=') return this.alternatives(truthOf(this.evaluate(to, here), to), here, [to, value]);
    return this.open({ range }, here);
  }

  /** `jobs["x"] = { … }`; a key that nobody knows is one of its own. */
  private put(name: string, to: Extract<Expression, { kind: 'member' | 'index' }>, given: Value, here: Here): void {
    const map = here.scope.find(name);
    if (map?.kind !== 'map') return;
    const key = to.kind === 'member' ? to.name : (stringOf(this.evaluate(to.at, here)) ?? `#${map.entries.size}`);
    here.scope.assign(name, { kind: 'map', entries: new Map([...map.entries, [key, given]]) });
  }

  /** What is changed somewhere inside a value. */
  private forget(to: Expression, here: Here): void {
    if (to.kind === 'member' || to.kind === 'index') this.forget(to.of, here);
    else if (to.kind === 'name' && here.scope.find(to.name) !== undefined)
      here.scope.assign(to.name, calledBy(to.name, this.open(to, here)));
  }

  private operation({ operator, left, right, range }: Operation, here: Here): Value {
    const [a, b] = [this.evaluate(left, here), this.evaluate(right, here)];
    const sum = isOfNumbers({ kind: 'operation', operator, left, right, range });
    const value = (sum ? undefined : operated(operator, a, b)) ?? this.open({ range }, here);
    if (operator === '<<' && a.kind === 'list' && left.kind === 'name') here.scope.assign(left.name, value);
    return value;
  }

  // ── calls ───────────────────────────────────────────────────────────────────────────────────────

  /** Runs a closure with these arguments; a single one is `it` where none is named. */
  closure(value: Value | undefined, here: Here, args: readonly Value[] = [], unused = true): Value {
    if (value?.kind !== 'closure' || here.depth > DEEPEST_CALL) return NOTHING;
    const { closure, scope: around } = value;
    const scope = new Scope(around);
    const names = closure.parameters ?? ['it'];
    for (const [index, name] of names.entries()) {
      const given = args[index] ?? (closure.parameters === undefined ? undefined : unknown(name));
      if (given !== undefined) scope.variables.set(name, calledBy(name, given));
    }
    return this.givenBack(closure.body, { ...here, scope, depth: here.depth + 1 }, unused);
  }

  function(definition: FunctionDefinition, of: Call, here: Here, unused: boolean): Value {
    if (here.depth > DEEPEST_CALL) return unknown(definition.name);
    const scope = new Scope(here.scope.chain.at(-1));
    const positional = of.named.length > 0 ? [this.mapOf(of, here), ...this.args(of, here)] : this.args(of, here);
    const inner: Here = {
      ...here,
      scope,
      depth: here.depth + 1,
      via: [...here.via, this.hop(`${definition.name}()`, of.nameRange)],
    };
    for (const [index, parameter] of definition.parameters.entries())
      scope.variables.set(
        parameter.name,
        positional[index] ??
          (parameter.default === undefined ? unknown(parameter.name) : this.evaluate(parameter.default, inner)),
      );
    return this.givenBack(definition.body, inner, unused);
  }

  args(of: Call, here: Here): Value[] {
    return of.args.map((one) => this.evaluate(one, here));
  }

  mapOf(of: Call, here: Here): Value {
    return { kind: 'map', entries: new Map(of.named.map(({ name, value }) => [name, this.evaluate(value, here)])) };
  }

  /** What a body returns, or its last expression is. */
  private givenBack(body: Body, here: Here, unused: boolean): Value {
    const outer = this.returned;
    this.returned = [];
    const last = body.at(-1);
    const when = this.run(last?.kind === 'expression' ? body.slice(0, -1) : body, here);
    if (this.left === undefined) {
      const inner = { ...here, when };
      const value =
        last?.kind === 'expression'
          ? this.evaluate(last.value, inner, unused)
          : /^(?:if|switch|try)$/.test(last?.kind ?? '')
            ? this.open(last ?? { range: [0, 0] }, here)
            : NULL;
      this.returned.push({ value, when });
    }
    const { returned } = this;
    this.returned = outer;
    if (this.left !== 'error') this.left = undefined;
    const [only] = returned;
    if (returned.length === 0) return NULL;
    return returned.length === 1 && only !== undefined ? only.value : joined('result', returned);
  }
}

function isValue(way: Expression | Value): way is Value {
  return !('range' in way);
}
