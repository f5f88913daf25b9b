/** What is written out: objects, arrays and templates. */
import { ts } from '../compiler.ts';
import { byDefault, compatible, given } from '../../../core/choices.ts';
import { defined } from '../../../core/optional.ts';
import { noteOther } from '../context.ts';
import type { CdkSource } from '../reading.ts';
import { evaluate } from './expressions.ts';
import { makeFunction } from './functions.ts';
import { member } from './members.ts';
import { concat } from './operators.ts';
import { sourceOf, withWhen, type Run } from './run.ts';
import { written, type Scope } from './scope.ts';
import {
  ABSENT,
  NOTHING,
  identity,
  isNullish,
  knownText,
  natureOf,
  one,
  primitive,
  showSingle,
  unknown,
  type Alt,
  type ObjectValue,
  type Single,
  type Value,
} from './values.ts';
import { join, restrict, view } from './alternatives.ts';

export function objectLiteral(run: Run, scope: Scope, node: ts.ObjectLiteralExpression): Value {
  const object: ObjectValue = { kind: 'object', entries: new Map(), born: run.when };
  const self = one(object);
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      spread(run, object, evaluate(run, scope, property.expression), property);
      continue;
    }
    const key = propertyName(run, scope, property.name);
    if (key === undefined) {
      object.open ??= unknown('computed', `${node.getSourceFile().fileName}:${node.pos}`);
      continue;
    }
    const keySource = sourceOf(property.name);
    if (ts.isPropertyAssignment(property)) {
      object.entries.set(key, {
        value: evaluate(run, scope, property.initializer),
        keySource,
        valueSource: sourceOf(property.initializer),
      });
    } else if (ts.isShorthandPropertyAssignment(property)) {
      object.entries.set(key, { value: evaluate(run, scope, property.name), keySource, valueSource: keySource });
    } else if (ts.isMethodDeclaration(property)) {
      object.entries.set(key, { value: one(makeFunction(scope, property, key, self)), keySource });
    } else if (ts.isGetAccessorDeclaration(property)) {
      object.entries.set(key, { value: NOTHING, keySource, getter: makeFunction(scope, property, key, self) });
    }
  }
  return one(object, sourceOf(node));
}

/**
 * `...(arm ? { architecture } : {})`: each alternative's entries hold under its choices, the former value elsewhere.
 */
function spread(run: Run, into: ObjectValue, value: Value, node: ts.Node): void {
  for (const alt of view(value, run.when)) {
    const from = alt.value;
    withWhen(run, alt.when, () => {
      if (from.kind === 'object') {
        for (const [key, entry] of from.entries) {
          const read = entry.getter === undefined ? entry.value : member(run, from, key, node);
          if (
            alt.when.length === 0 &&
            read.every((one) => one.value.kind !== 'literal' || one.value.value !== undefined || one.when.length === 0)
          )
            into.entries.set(key, { ...entry, value: read });
          else
            into.entries.set(key, {
              ...entry,
              value: written(into.entries.get(key)?.value ?? ABSENT, read, run.when, into.born, key),
            });
        }
        if (from.open !== undefined) overlay(into, from.open, new Set(from.entries.keys()));
        if (from.library !== undefined && from.open === undefined) into.open ??= unknown(from.cls?.name ?? 'object');
      } else if (from.kind === 'unknown') overlay(into, from, new Set());
      else if (from.kind === 'library' || from.kind === 'member' || from.kind === 'symbol')
        into.open ??= unknown(showSingle(from));
    });
  }
}

/** An unknown object spread over known entries may replace any of them. */
function overlay(into: ObjectValue, over: Extract<Single, { kind: 'unknown' }>, except: ReadonlySet<string>): void {
  for (const [key, entry] of into.entries) {
    if (except.has(key)) continue;
    const name = over.root === true ? key : `${over.name}.${key}`;
    const replaced = unknown(name, over.scope, natureOf(key));
    const id = identity(replaced);
    into.entries.set(key, {
      ...entry,
      value: join([...restrict(entry.value, byDefault(id)), ...restrict(one(replaced), given(id))], key),
    });
  }
  into.open = over;
}

export function propertyName(run: Run, scope: Scope, name: ts.PropertyName): string | undefined {
  if (ts.isComputedPropertyName(name)) {
    const value = evaluate(run, scope, name.expression);
    const only = value.length === 1 ? value[0]!.value : undefined;
    return only === undefined
      ? undefined
      : (knownText(only) ??
          (only.kind === 'literal' ? String(only.value) : only.kind === 'symbol' ? only.path.join('.') : undefined));
  }
  return name.text;
}

/** Of a list that is put together from lists, again and again. */
const MOST_ELEMENTS = 500;

export function elements(run: Run, scope: Scope, nodes: readonly ts.Expression[]): { items: Value[]; open: boolean } {
  const items: Value[] = [];
  let open = false;
  for (const node of nodes) {
    if (ts.isOmittedExpression(node)) items.push(NOTHING);
    else if (!ts.isSpreadElement(node)) items.push(evaluate(run, scope, node));
    else {
      for (const alt of view(evaluate(run, scope, node.expression), run.when)) {
        if (alt.value.kind === 'list') {
          for (const item of alt.value.items) {
            if (items.length >= MOST_ELEMENTS) return { items, open: true };
            const held = restrict(item, alt.when);
            if (held.length > 0) items.push(held);
          }
          open ||= alt.value.open;
        } else if (isNullish(alt.value) !== true) open = true;
      }
    }
  }
  return { items, open };
}

export function template(run: Run, scope: Scope, node: ts.TemplateExpression): Value {
  const parts: Value[] = [primitive(node.head.text)];
  for (const part of node.templateSpans) {
    const value = evaluate(run, scope, part.expression);
    noteOther(value, part.expression);
    parts.push(value, primitive(part.literal.text));
  }
  const whole = sourceOf(node);
  const last = parts.at(-2);
  return concat(parts, 'template').map((alt) => {
    const tag = last === undefined || !endsInTag(node) ? undefined : tagSource(last, alt);
    return { ...alt, source: whole, ...defined({ tag }) };
  });
}

/** `…:${tag}` */
function endsInTag({ head, templateSpans }: ts.TemplateExpression): boolean {
  const before = templateSpans.at(-2)?.literal ?? head;
  return templateSpans.at(-1)?.literal.text === '' && before.text.endsWith(':');
}

/** An image's tag may be said elsewhere, in a default or a constant: there it's to be changed. */
function tagSource(tag: Value, whole: Alt): CdkSource | undefined {
  const [only, ...more] = tag.filter((alt) => compatible(alt.when, whole.when));
  return only?.value.kind === 'text' && more.length === 0 ? only.source : undefined;
}
