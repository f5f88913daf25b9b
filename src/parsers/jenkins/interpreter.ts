/** Follows a pipeline: Groovy's statements and values, and what its steps do. */
import { SUCCEEDS, always, both, concatValues, type Values, type When } from '../../core/choices.ts';
import { siteOf, type Hop, type Site } from '../../core/site.ts';
import { hole, literal } from '../../core/text.ts';
import type { World } from '../../project/evaluation.ts';
import { variableHole } from '../shell/names.ts';
import { decide, equal, open, type Condition } from './conditions.ts';
import { Environment, type Here } from './here.ts';
import { join, kept, restore, type Kept } from './memory.ts';
import { indexed, operated } from './operations.ts';
import type { Body, Call, Expression, FunctionDefinition, JenkinsReading, Statement } from './reading.ts';
import { call } from './steps.ts';
import {
  anonymous,
  calledBy,
  joined,
  NOTHING,
  Scope,
  stringOf,
  text,
  unknown,
  valuesOf,
  type Value,
} from './values.ts';

/** Turns of a loop whose list is known; a longer list is followed so far. */
const MOST_TURNS = 20;
const DEEPEST_CALL = 20;

type Operation = Extract<Expression, { kind: 'operation' }>;
type Left = 'return' | 'error';

export class Interpreter {
  readonly environment = new Environment();
  readonly functions = new Map<string, FunctionDefinition>();
  /** Of `parameters { }`. */
  readonly parameters = new Map<string, Values>();
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
  written({ range }: Expression): string {
    return `${this.reading.file}:${range[0]}`;
  }

  run(body: Body, here: Here): void {
    let now = here;
    for (const statement of body) {
      if (this.left !== undefined || !this.world.budget.spend()) return;
      now = { ...now, when: this.statement(statement, now) };
    }
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
        return this.cases(statement, here);
      case 'loop':
        this.loop(statement, here);
        return here.when;
      case 'try':
        this.attempt(statement, here);
        return here.when;
      case 'return':
        this.returned.push({
          value: statement.value === undefined ? NOTHING : this.evaluate(statement.value, here),
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
    const given = value === undefined ? NOTHING : calledBy(name, this.evaluate(value, here));
    for (const [index, name] of names.entries())
      here.scope.variables.set(
        name,
        names.length === 1 ? given : given.kind === 'list' ? (given.items[index] ?? unknown(name)) : unknown(name),
      );
  }

  /** Both ways of a choice, one after the other from the same start; then what they left, joined. */
  choose({ truth, yes, no }: Condition, here: Here, then: (here: Here) => void, otherwise: (here: Here) => void): When {
    if (truth !== undefined) {
      (truth ? then : otherwise)(here);
      return here.when;
    }
    const ways: { when: When; left: Left | undefined; kept: Kept }[] = [];
    const before = kept(this.environment, here);
    if (!this.world.budget.spend(before.size >> 3)) return here.when;
    for (const [guards, way] of [
      [yes, then],
      [no, otherwise],
    ] as const) {
      const when = both(here.when, guards);
      if (when === undefined) continue;
      restore(before, this.environment, here);
      way({ ...here, when });
      ways.push({ when, left: this.left, kept: kept(this.environment, here) });
      this.left = undefined;
    }
    const on = ways.filter((one) => one.left === undefined);
    const [only] = on;
    if (only === undefined) {
      this.left = ways[0]?.left;
      return here.when;
    }
    join(on, this.environment, here);
    return on.length === 1 && ways.length > 1 ? only.when : here.when;
  }

  private cases({ of, cases }: Extract<Statement, { kind: 'switch' }>, here: Here): When {
    const value = this.evaluate(of, here);
    const from = (index: number, inner: Here): void => {
      const one = cases[index];
      if (one === undefined) return;
      if (one.value === undefined) this.block(one.body, inner);
      else
        this.choose(
          equal(value, this.evaluate(one.value, inner), this, inner),
          inner,
          (way) => this.block(one.body, way),
          (way) => from(index + 1, way),
        );
    };
    from(0, here);
    return here.when;
  }

  private loop({ over, body }: Extract<Statement, { kind: 'loop' }>, here: Here): void {
    const list = over === undefined ? undefined : this.evaluate(over.list, here);
    const turns: readonly (Value | undefined)[] = list?.kind === 'list' ? list.items.slice(0, MOST_TURNS) : [undefined];
    for (const item of turns) {
      const scope = new Scope(here.scope);
      if (over !== undefined) scope.variables.set(over.name, item ?? unknown(over.name));
      this.run(body, { ...here, scope });
      if (this.left !== undefined) return;
    }
  }

  private attempt({ body, catches, after }: Extract<Statement, { kind: 'try' }>, here: Here): void {
    const swallower = catches.find((one) => !this.tells(one.body));
    const masked =
      swallower === undefined
        ? undefined
        : { by: 'catch', why: 'caught' as const, site: this.siteOf(swallower.range, here) };
    this.block(body, masked === undefined ? here : { ...here, fate: { ...here.fate, masked } });
    if (this.left === 'error' && catches.length > 0) this.left = undefined;
    for (const one of catches)
      if (this.left === undefined)
        this.choose(
          open(`${SUCCEEDS}${this.reading.file}:${one.range[0]}`),
          here,
          () => {},
          (inner) => this.block(one.body, inner),
        );
    const { left } = this;
    this.left = undefined;
    this.block(after, here);
    this.left ??= left;
  }

  /** Does what catches an error let the build fail, or leave a mark on it? */
  private tells(body: Body): boolean {
    const text = JSON.stringify(body, (key, value: unknown) => (key === 'pieces' ? undefined : value));
    return (
      /"(?:throw|error|unstable|currentBuild|rethrow|fail|failed|exit|abort)\w*"/i.test(text) || /fail/i.test(text)
    );
  }

  // ── expressions ─────────────────────────────────────────────────────────────────────────────────

  /** `unused`: nobody looks at what it gives. */
  evaluate(expression: Expression, here: Here, unused = false): Value {
    if (!this.world.budget.spend()) return text(anonymous(this.written(expression)));
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
        return indexed(this.evaluate(expression.of, here), this.evaluate(expression.at, here), expression);
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
        return this.alternatives(decide(this, condition, here), here, [then ?? condition, otherwise]);
      }
      case 'assignment':
        return this.assign(expression, here);
      case 'operation':
        return this.operation(expression, here);
      case 'call':
        return call(this, expression, here, unused);
      case 'not':
      case 'unknown':
        return text(anonymous(this.written(expression)));
    }
  }

  private alternatives({ truth, yes, no }: Condition, here: Here, ways: readonly [Expression, Expression]): Value {
    if (truth !== undefined) return this.evaluate(ways[truth ? 0 : 1], here);
    return joined(
      'choice',
      [yes, no].flatMap((guards, index) => {
        const when = both(here.when, guards);
        const way = ways[index];
        return when === undefined || way === undefined
          ? []
          : [{ when: guards, value: this.evaluate(way, { ...here, when }) }];
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
        return { kind: 'text', values: this.parameters.get(name) ?? always(variableHole(name)) };
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

  private assign({ operator, to, value, range }: Extract<Expression, { kind: 'assignment' }>, here: Here): Value {
    const computed = operator === '=' ? this.evaluate(value, here) : this.added(operator, to, value, here, range);
    const given = to.kind === 'name' || to.kind === 'member' ? calledBy(to.name, computed) : computed;
    if (to.kind === 'name') here.scope.assign(to.name, given);
    else if (to.kind === 'member' && to.of.kind === 'name' && to.of.name === 'env')
      this.environment.assigned.set(to.name, valuesOf(given, to.name));
    else if ((to.kind === 'member' || to.kind === 'index') && to.of.kind === 'name')
      this.put(to.of.name, to, given, here);
    return given;
  }

  private added(operator: string, to: Expression, value: Expression, here: Here, range: Expression['range']): Value {
    return operator === '+='
      ? this.operation({ kind: 'operation', operator: '+', left: to, right: value, range }, here)
      : this.evaluate(value, here);
  }

  /** `jobs["x"] = { … }`; a key that nobody knows is one of its own. */
  private put(name: string, to: Extract<Expression, { kind: 'member' | 'index' }>, given: Value, here: Here): void {
    const map = here.scope.find(name);
    if (map?.kind !== 'map') return;
    const key = to.kind === 'member' ? to.name : (stringOf(this.evaluate(to.at, here)) ?? `#${map.entries.size}`);
    here.scope.assign(name, { kind: 'map', entries: new Map([...map.entries, [key, given]]) });
  }

  private operation({ operator, left, right, range }: Operation, here: Here): Value {
    const [a, b] = [this.evaluate(left, here), this.evaluate(right, here)];
    const value = operated(operator, a, b) ?? text(anonymous(`${this.reading.file}:${range[0]}`));
    if (operator === '<<' && a.kind === 'list' && left.kind === 'name') here.scope.assign(left.name, value);
    return value;
  }

  // ── calls ───────────────────────────────────────────────────────────────────────────────────────

  /** Runs a closure with these arguments; a single one is `it` where none is named. */
  closure(value: Value | undefined, here: Here, args: readonly Value[] = []): Value {
    if (value?.kind !== 'closure' || here.depth > DEEPEST_CALL) return NOTHING;
    const { closure, scope: around } = value;
    const scope = new Scope(around);
    const names = closure.parameters ?? ['it'];
    for (const [index, name] of names.entries()) {
      const given = args[index] ?? (closure.parameters === undefined ? undefined : unknown(name));
      if (given !== undefined) scope.variables.set(name, given);
    }
    return this.givenBack(closure.body, { ...here, scope, depth: here.depth + 1 });
  }

  function(definition: FunctionDefinition, of: Call, here: Here): Value {
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
    return this.givenBack(definition.body, inner);
  }

  args(of: Call, here: Here): Value[] {
    return of.args.map((one) => this.evaluate(one, here));
  }

  mapOf(of: Call, here: Here): Value {
    return { kind: 'map', entries: new Map(of.named.map(({ name, value }) => [name, this.evaluate(value, here)])) };
  }

  /** What a body returns, or its last expression is. */
  private givenBack(body: Body, here: Here): Value {
    const outer = this.returned;
    this.returned = [];
    const last = body.at(-1);
    this.run(last?.kind === 'expression' ? body.slice(0, -1) : body, here);
    if (last?.kind === 'expression' && this.left === undefined && this.world.budget.spend())
      this.returned.push({ value: this.evaluate(last.value, here, true), when: here.when });
    const { returned } = this;
    this.returned = outer;
    if (this.left === 'return') this.left = undefined;
    const [only] = returned;
    return returned.length === 1 && only !== undefined ? only.value : joined('result', returned);
  }
}
