/** Make's variables: what they hold under which choices, and expansion of references to them. */
import {
  ALWAYS,
  always,
  both,
  byDefault,
  concatValues,
  given,
  mapValues,
  settle,
  single,
  type Alternative,
  type Values,
  type When,
} from '../../core/choices.ts';
import { judged, sealText, spelled } from '../../core/sealed.ts';
import { isCredential } from '../../core/secrets.ts';
import { table } from '../../core/table.ts';
import { EMPTY, equalTexts, hole, known, literal, type Text } from '../../core/text.ts';
import type { AssignOperator, MakeCondition } from './reading.ts';
import { findOutside, skipReference } from './lines.ts';
import { substituteReference } from './functions.ts';
import { callFunction, isFunction, lift, shellOutput, type Automatic, type Expansion } from './control.ts';
import { outside, coversBothSides } from './choices.ts';

/** What surrounds the Makefile. */
export interface Surroundings {
  /** A variable of the environment; undefined when it isn't set. */
  environment(name: string): Values | undefined;
  /** May the user's own environment or command line add variables that nobody here sees? */
  readonly open: boolean;
  /** `$(shell …)` */
  shell(command: Text, written: string): Values;
  readonly folder: string;
  readonly goals: string;
}

/** `about`: of a file that is only read. */
type Definition =
  | { readonly kind: 'recursive'; readonly text: string; readonly about?: string | undefined }
  | { readonly kind: 'value'; readonly values: Values };

const MAX_DEPTH = 25;
const MAX_LENGTH = 20_000;
const NOTHING: Automatic = new Map();
/** Set by make or by every system; not the author's. */
const BUILT_IN: Readonly<Record<string, string>> = table({
  MAKE: 'make',
  MAKE_COMMAND: 'make',
  SHELL: '/bin/sh',
  RM: 'rm -f',
  AR: 'ar',
  CC: 'cc',
  CXX: 'g++',
  '.SHELLFLAGS': '-c',
});

export class MakeVariables {
  private readonly definitions = new Map<string, readonly Alternative<Definition>[]>();
  private readonly cache = new Map<string, Values>();
  readonly exported = new Set<string>();
  exportsAll = false;
  private fuel = 50_000;
  private readonly expansion: Expansion;

  constructor(
    private readonly surroundings: Surroundings,
    /** From the command line: they win over every assignment without `override`. */
    private readonly commandLine: ReadonlyMap<string, Text>,
  ) {
    this.expansion = {
      expand: (text, automatic, depth) => this.expand(text, automatic, depth),
      value: (name, automatic, depth) => this.value(name, automatic, depth),
      assigned: (name) => this.definitions.has(name),
      shell: (command, written) => surroundings.shell(command, written),
      folder: surroundings.folder,
    };
  }

  /** A copy for target-specific variables. */
  copy(): MakeVariables {
    const copied = new MakeVariables(this.surroundings, this.commandLine);
    for (const [name, definition] of this.definitions) copied.definitions.set(name, definition);
    for (const name of this.exported) copied.exported.add(name);
    copied.exportsAll = this.exportsAll;
    copied.fuel = this.fuel;
    return copied;
  }

  get names(): readonly string[] {
    return [...this.definitions.keys()];
  }

  assign(name: string, operator: AssignOperator, text: string, when: When, override: boolean, about?: string): void {
    if (this.commandLine.has(name) && !override) return;
    this.cache.clear();
    const before = this.definitions.get(name);
    if (operator === '?=') {
      if (before?.some((one) => one.when.length === 0)) return;
      const fromOutside = this.surroundings.environment(name);
      if (before === undefined && fromOutside !== undefined) return;
      const recursive: Definition = { kind: 'recursive', text, about };
      if (before !== undefined) this.define(name, recursive, when, 'keep');
      else if (!this.surroundings.open) this.define(name, recursive, when, 'replace');
      else {
        this.define(name, recursive, both(when, byDefault(name)) ?? when, 'keep');
        this.define(name, { kind: 'value', values: always(hole(name)) }, given(name), 'keep');
      }
      return;
    }
    if (operator === '+=') {
      const added = this.sealed(this.expand(text), about);
      const old =
        before === undefined && this.surroundings.environment(name) === undefined
          ? undefined
          : this.value(name, NOTHING, 0);
      const joined =
        old === undefined
          ? added
          : concatValues([mapValues(old, name, (one) => one), always(literal(' ')), added], name);
      this.define(name, { kind: 'value', values: joined }, when, 'replace');
      return;
    }
    if (operator === '!=')
      this.define(
        name,
        { kind: 'value', values: shellOutput(this.expansion, this.expand(text), about ?? `$(shell ${text})`) },
        when,
        'replace',
      );
    else if (operator === ':=')
      this.define(name, { kind: 'value', values: this.sealed(this.expand(text), about) }, when, 'replace');
    else this.define(name, { kind: 'recursive', text, about }, when, 'replace');
  }

  private sealed(values: Values, about: string | undefined): Values {
    return about === undefined ? values : mapValues(values, about, (one) => sealText(one, about));
  }

  /** Under `when` this is the value; what held before goes on holding where `when` doesn't. */
  private define(name: string, definition: Definition, when: When, others: 'replace' | 'keep'): void {
    const before = this.definitions.get(name) ?? [];
    if (when.length === 0) {
      this.definitions.set(name, [{ value: definition, when: ALWAYS }]);
      return;
    }
    const rest = others === 'keep' ? before : before.flatMap((one) => outside(one, when));
    const all = [...rest, { value: definition, when }];
    this.definitions.set(
      name,
      all.length > 12 ? [{ value: { kind: 'value', values: always(hole(name)) }, when: ALWAYS }] : all,
    );
  }

  isDefined(name: string): boolean | 'unknown' {
    if (this.commandLine.has(name)) return true;
    const definitions = this.definitions.get(name);
    if (definitions?.some((one) => one.when.length === 0) === true) {
      const value = single(this.value(name, NOTHING, 0));
      return value === undefined || judged(value) === undefined ? 'unknown' : value.length > 0;
    }
    if (definitions !== undefined) return 'unknown';
    if (this.surroundings.environment(name) !== undefined) return true;
    return this.surroundings.open ? 'unknown' : false;
  }

  /** Decided, or the choice it stands for. */
  decide(condition: MakeCondition): boolean | When {
    if (condition.test === 'defined') {
      const name = known(single(this.expand(condition.left.text)));
      const is = name === undefined ? 'unknown' : this.isDefined(name);
      if (is !== 'unknown') return is === condition.is;
      return [{ cond: `make:defined ${condition.left.text}`, is: condition.is ? 'yes' : 'no' }];
    }
    const left = this.expand(condition.left.text);
    const right = this.expand(condition.right?.text ?? '');
    const truths = new Set(left.flatMap((a) => right.map((b) => sameText(a.value, b.value))));
    const [truth] = truths;
    if (truths.size === 1 && truth !== undefined && truth !== 'unknown') return truth === condition.is;
    return [{ cond: `make:${condition.left.text}==${condition.right?.text ?? ''}`, is: condition.is ? 'yes' : 'no' }];
  }

  // ── expansion ─────────────────────────────────────────────────────────────────────────────────

  expand(text: string, automatic: Automatic = NOTHING, depth = 0): Values {
    if (!text.includes('$')) return always(literal(text));
    if (depth > MAX_DEPTH || this.fuel <= 0) return always(hole(text.slice(0, 60)));
    const pieces: Values[] = [];
    let start = 0;
    for (let at = text.indexOf('$'); at !== -1 && at < text.length; at = text.indexOf('$', start)) {
      pieces.push(always(literal(text.slice(start, at))));
      const end = skipReference(text, at);
      pieces.push(text[at + 1] === '$' ? always(literal('$')) : this.reference(text.slice(at, end), automatic, depth));
      start = end;
    }
    pieces.push(always(literal(text.slice(start))));
    const result = concatValues(pieces, text.slice(0, 60));
    return result.some((one) => lengthOf(one.value) > MAX_LENGTH) ? always(hole(text.slice(0, 60))) : result;
  }

  /** `$X`, `$(X)`, `${X:.c=.o}`, `$(function args)`. */
  reference(written: string, automatic: Automatic = NOTHING, depth = 0): Values {
    this.fuel--;
    const inner = /^\$[({]/.test(written) ? written.slice(2, /[)}]$/.test(written) ? -1 : undefined) : written.slice(1);
    const call = /^([a-z-]+)(?:\s+|$)/.exec(inner);
    if (call !== null && isFunction(call[1]!) && inner.length > call[1]!.length) {
      return callFunction(this.expansion, call[1]!, inner.slice(call[0].length), written, automatic, depth);
    }
    const colon = findOutside(inner, 0, (char) => char === ':');
    const equals = colon === -1 ? -1 : findOutside(inner, colon, (char) => char === '=');
    const nameText = equals === -1 ? inner : inner.slice(0, colon);
    const name = known(single(this.expand(nameText, automatic, depth + 1)));
    if (name === undefined) return always(hole(written));
    const value = automatic.get(name) ?? this.value(name, automatic, depth);
    if (equals === -1) return value;
    return lift(
      [
        value,
        this.expand(inner.slice(colon + 1, equals), automatic, depth + 1),
        this.expand(inner.slice(equals + 1), automatic, depth + 1),
      ],
      written,
      ([text = '', from = '', to = '']) => substituteReference(text, from, to),
    );
  }

  value(name: string, automatic: Automatic = NOTHING, depth = 0): Values {
    return isCredential(name)
      ? this.sealed(this.valueOf(name, automatic, depth), name)
      : this.valueOf(name, automatic, depth);
  }

  private valueOf(name: string, automatic: Automatic, depth: number): Values {
    const fixed = this.commandLine.get(name);
    const definitions = this.definitions.get(name);
    if (definitions === undefined) {
      if (fixed !== undefined) return always(fixed);
      if (name === 'CURDIR' || name === 'PWD')
        return always(literal(`/project${this.surroundings.folder === '' ? '' : '/'}${this.surroundings.folder}`));
      if (name === 'MAKECMDGOALS') return always(literal(this.surroundings.goals));
      const outside = name === 'SHELL' ? undefined : this.surroundings.environment(name);
      const builtIn = BUILT_IN[name];
      return (
        outside ??
        always(
          builtIn !== undefined
            ? literal(builtIn)
            : this.surroundings.open && /^[\w.-]+$/.test(name)
              ? hole(name)
              : EMPTY,
        )
      );
    }
    const cached = automatic.size === 0 ? this.cache.get(name) : undefined;
    if (cached !== undefined) return cached;
    if (depth > MAX_DEPTH || this.fuel <= 0) return always(hole(name));
    const alternatives = definitions.flatMap(({ value, when }) => {
      const values =
        value.kind === 'value' ? value.values : this.sealed(this.expand(value.text, automatic, depth + 1), value.about);
      return values.flatMap((one) => {
        const joined = both(one.when, when);
        return joined === undefined ? [] : [{ value: one.value, when: joined }];
      });
    });
    const covered =
      definitions.some((one) => one.when.length === 0) || coversBothSides(definitions.map((one) => one.when));
    if (!covered)
      alternatives.push(
        ...this.unassigned(
          name,
          definitions.map((one) => one.when),
        ),
      );
    const values = settle(alternatives.length === 0 ? always(hole(name)) : alternatives, name);
    if (automatic.size === 0) this.cache.set(name, values);
    return values;
  }

  /** What it holds where none of the conditional assignments applies. */
  private unassigned(name: string, conditions: readonly When[]): Values {
    const value = this.surroundings.environment(name) ?? always(this.surroundings.open ? hole(name) : EMPTY);
    let alternatives: Values = value;
    for (const when of conditions) alternatives = alternatives.flatMap((one) => outside(one, when));
    return alternatives;
  }
}

function sameText(a: Text, b: Text): boolean | 'unknown' {
  const left = judged(a);
  const right = judged(b);
  if (left !== undefined && right !== undefined) return left.trim() === right.trim();
  if (equalTexts(a, b)) return true;
  // A literal part that the other side can't have decides as well.
  const [certain, open] = left === undefined ? [right, a] : [left, b];
  if (certain === '' && open.some((part) => (spelled(part) ?? '').trim() !== '')) return false;
  return 'unknown';
}

function lengthOf(text: Text): number {
  return text.reduce((sum, part) => sum + (spelled(part)?.length ?? 1), 0);
}
