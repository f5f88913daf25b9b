/**
 * Expressions: one case per syntax, each ending in a set of guarded alternatives. What isn't understood is a hole named
 * by its text.
 */
import { both, byDefault, compatible, given } from '../../../core/choices.ts';
import { ts } from '../compiler.ts';
import { isCredential } from '../../../core/secrets.ts';
import { noteBoolean, noteCondition, noteOther, noteParsed } from '../context.ts';
import { evaluateCall, evaluateNew } from './calls.ts';
import { makeClass, makeFunction } from './functions.ts';
import { arithmetic, choiceOfKey, concat, conditionOf, equality, not, pairs, plus, sides } from './operators.ts';
import { member, setMember } from './members.ts';
import { assignPattern } from './patterns.ts';
import { VISITED, instanceCondition, type CdkSource } from '../reading.ts';
import { MAX_DEPTH, each, excerpt, goesOn, sourceOf, withWhen, type Run } from './run.ts';
import { find, written, type Scope } from './scope.ts';
import {
  ABSENT,
  NOTHING,
  UNDEFINED,
  flatMap,
  identity,
  isNullish,
  join,
  knownText,
  natureOf,
  one,
  primitive,
  restrict,
  showSingle,
  truth,
  unknown,
  view,
  withSource,
  type Alt,
  type ObjectValue,
  type Single,
  type Value,
} from './values.ts';
import { sealText } from '../../../core/sealed.ts';
import { defined } from '../../../core/optional.ts';

export function evaluate(run: Run, scope: Scope, node: ts.Expression): Value {
  if (run.depth > MAX_DEPTH || !goesOn(run, node))
    return one(unknown('…', `${node.getSourceFile().fileName}:${node.pos}`));
  run.depth++;
  const value = dispatch(run, scope, node);
  run.depth--;
  return value;
}

function dispatch(run: Run, scope: Scope, node: ts.Expression): Value {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isAwaitExpression(node)
  )
    return evaluate(run, scope, node.expression);
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
    const value = evaluate(run, scope, node.expression);
    noteType(value, node.type, node);
    return value;
  }
  if (ts.isStringLiteralLike(node)) return primitive(node.text, sourceOf(node));
  if (ts.isNumericLiteral(node)) return primitive(Number(node.text.replaceAll('_', '')), sourceOf(node));
  if (ts.isIdentifier(node)) return identifier(run, scope, node);
  if (ts.isPropertyAccessExpression(node)) return propertyAccess(run, scope, node);
  if (ts.isElementAccessExpression(node)) return elementAccess(run, scope, node);
  if (ts.isObjectLiteralExpression(node)) return objectLiteral(run, scope, node);
  if (ts.isArrayLiteralExpression(node))
    return one({ kind: 'list', ...elements(run, scope, node.elements) }, sourceOf(node));
  if (ts.isTemplateExpression(node)) return template(run, scope, node);
  if (ts.isConditionalExpression(node)) return conditional(run, scope, node);
  if (ts.isBinaryExpression(node)) return binary(run, scope, node);
  if (ts.isPrefixUnaryExpression(node)) return prefix(run, scope, node);
  if (ts.isPostfixUnaryExpression(node))
    return step(run, scope, node.operand, node.operator === ts.SyntaxKind.PlusPlusToken ? 1 : -1, true);
  if (ts.isCallExpression(node)) return evaluateCall(run, scope, node);
  if (ts.isNewExpression(node)) return evaluateNew(run, scope, node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return one(makeFunction(scope, node, ''), sourceOf(node));
  if (ts.isClassExpression(node)) return makeClass(run, scope, node);
  if (ts.isTypeOfExpression(node)) return typeOf(evaluate(run, scope, node.expression), node);
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/');
    return one({ kind: 'regex', source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
  }
  if (ts.isMetaProperty(node))
    return one({ kind: 'symbol', module: 'global', path: ['import', 'meta', scope.activation.module] });
  if (ts.isVoidExpression(node) || ts.isDeleteExpression(node)) return NOTHING;
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return primitive(true, sourceOf(node));
    case ts.SyntaxKind.FalseKeyword:
      return primitive(false, sourceOf(node));
    case ts.SyntaxKind.NullKeyword:
      return primitive(null, sourceOf(node));
    case ts.SyntaxKind.ThisKeyword:
      return scope.activation.self ?? one(unknown('this', node.getSourceFile().fileName));
    default:
      return one(unknownAt(node), sourceOf(node));
  }
}

export function unknownAt(node: ts.Node): Single {
  const file = node.getSourceFile();
  return unknown(excerpt(node, 60).replaceAll('@', ''), `${file.fileName}:${node.pos}`);
}

function noteType(value: Value, type: ts.TypeNode, node: ts.Node): void {
  const given = ts.isUnionTypeNode(type) ? type.types.filter(isSomething) : [type];
  if (given.length > 1) return;
  if (given[0] !== undefined && given[0] !== type) noteType(value, given[0], node);
  else if (type.kind === ts.SyntaxKind.BooleanKeyword) noteBoolean(value, node);
  else if (
    type.kind === ts.SyntaxKind.StringKeyword ||
    type.kind === ts.SyntaxKind.NumberKeyword ||
    ts.isArrayTypeNode(type) ||
    ts.isTypeReferenceNode(type)
  )
    noteOther(value, node);
}

export { noteType };

function identifier(run: Run, scope: Scope, node: ts.Identifier): Value {
  const name = node.text;
  const cell = find(scope, name);
  if (cell !== undefined) {
    if (cell.value === undefined && cell.lazy !== undefined) {
      const { lazy } = cell;
      delete cell.lazy;
      cell.value = lazy();
    }
    if (cell.value === undefined) return one(unknown(name, node.getSourceFile().fileName), sourceOf(node));
    return withSource(byItsName(name, view(cell.value, run.when)), sourceOf(node));
  }
  if (name === 'undefined') return NOTHING;
  if (name === '__dirname' || name === '__filename')
    return primitive(run.modules.absolute(scope.activation.module, name === '__dirname'), sourceOf(node));
  return one({ kind: 'symbol', module: 'global', path: [name] }, sourceOf(node));
}

/** Of `string | undefined`, the string. */
function isSomething(type: ts.TypeNode): boolean {
  return (
    type.kind !== ts.SyntaxKind.UndefinedKeyword &&
    !(ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword)
  );
}

function byItsName(name: string, value: Value): Value {
  return isCredential(name)
    ? value.map((alt) =>
        alt.value.kind === 'text' ? { ...alt, value: { ...alt.value, text: sealText(alt.value.text, name) } } : alt,
      )
    : value;
}

function propertyAccess(run: Run, scope: Scope, node: ts.PropertyAccessExpression): Value {
  const base =
    node.expression.kind === ts.SyntaxKind.SuperKeyword
      ? (scope.activation.self ?? NOTHING)
      : evaluate(run, scope, node.expression);
  const name = node.name.text;
  return withSource(
    each(run, base, name, (alt) => placed(member(run, alt.value, name, node), node)),
    sourceOf(node),
  );
}

/** A library's constant is stated where it's named; anything else keeps the place its value came from. */
function placed(value: Value, node: ts.Node): Value {
  return value.map((alt) => (alt.value.kind === 'symbol' ? { ...alt, source: sourceOf(node) } : alt));
}

function elementAccess(run: Run, scope: Scope, node: ts.ElementAccessExpression): Value {
  const base = evaluate(run, scope, node.expression);
  const index = evaluate(run, scope, node.argumentExpression);
  return withSource(
    each(run, base, 'element', (alt) => each(run, index, 'element', (key) => lookUp(run, alt.value, key.value, node))),
    sourceOf(node),
  );
}

const MAX_KEYS = 8;

function lookUp(run: Run, base: Single, key: Single, node: ts.Node): Value {
  const name = knownText(key) ?? (key.kind === 'literal' ? String(key.value) : undefined);
  if (name !== undefined) return member(run, base, name, node);
  if (base.kind === 'object' && base.open === undefined && base.entries.size > 0 && base.entries.size <= MAX_KEYS) {
    const keys = [...base.entries.keys()];
    return join(
      keys.flatMap((one) => restrict(member(run, base, one, node), choiceOfKey(key, keys, one))),
      'element',
    );
  }
  if (base.kind === 'symbol' && base.module === 'global' && base.path.join('.') === 'process.env')
    return one(unknown(`process.env[${showSingle(key)}]`));
  if (base.kind === 'list' && !base.open && base.items.length > 0 && base.items.length <= MAX_KEYS) {
    return join(
      base.items.flatMap((item, index) =>
        restrict(
          item,
          choiceOfKey(
            key,
            base.items.map((_, at) => String(at)),
            String(index),
          ),
        ),
      ),
      'element',
    );
  }
  return one(unknownAt(node));
}

function objectLiteral(run: Run, scope: Scope, node: ts.ObjectLiteralExpression): Value {
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

function template(run: Run, scope: Scope, node: ts.TemplateExpression): Value {
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

function conditional(run: Run, scope: Scope, node: ts.ConditionalExpression): Value {
  const condition = evaluate(run, scope, node.condition);
  noteCondition(condition, node.condition, '? :');
  const results: Alt[] = [];
  for (const side of sides(view(condition, run.when))) {
    withWhen(run, side.when, () => {
      results.push(...restrict(evaluate(run, scope, side.truth ? node.whenTrue : node.whenFalse), side.when));
    });
  }
  return join(results, 'choice');
}

function binary(run: Run, scope: Scope, node: ts.BinaryExpression): Value {
  const kind = node.operatorToken.kind;
  const K = ts.SyntaxKind;
  switch (kind) {
    case K.EqualsToken: {
      const value = evaluate(run, scope, node.right);
      assign(run, scope, node.left, value);
      return value;
    }
    case K.QuestionQuestionToken:
      return coalesce(run, scope, node);
    case K.BarBarToken:
    case K.AmpersandAmpersandToken:
      return logical(run, scope, node, kind === K.AmpersandAmpersandToken);
    case K.QuestionQuestionEqualsToken:
    case K.BarBarEqualsToken:
    case K.AmpersandAmpersandEqualsToken: {
      const value =
        kind === K.QuestionQuestionEqualsToken
          ? coalesce(run, scope, node)
          : logical(run, scope, node, kind === K.AmpersandAmpersandEqualsToken);
      assign(run, scope, node.left, value);
      return value;
    }
    case K.PlusEqualsToken: {
      const value = plus(evaluate(run, scope, node.left), evaluate(run, scope, node.right));
      assign(run, scope, node.left, value);
      return value;
    }
    case K.CommaToken: {
      evaluate(run, scope, node.left);
      return evaluate(run, scope, node.right);
    }
  }
  const left = evaluate(run, scope, node.left);
  const right = evaluate(run, scope, node.right);
  switch (kind) {
    case K.PlusToken:
      noteOther(left, node);
      noteOther(right, node);
      return withSource(plus(left, right), sourceOf(node));
    case K.EqualsEqualsEqualsToken:
    case K.EqualsEqualsToken:
    case K.ExclamationEqualsEqualsToken:
    case K.ExclamationEqualsToken: {
      noteComparison(left, right, node);
      noteComparison(right, left, node);
      return equality(left, right, {
        negated: kind === K.ExclamationEqualsEqualsToken || kind === K.ExclamationEqualsToken,
        loose: kind === K.EqualsEqualsToken || kind === K.ExclamationEqualsToken,
      });
    }
    case K.InstanceOfKeyword:
      return instance(left, right);
    default:
      return arithmetic(node.operatorToken.getText(), left, right);
  }
}

/** Which constructs an aspect means; anything else that is asked for its class can't be told. */
function instance(left: Value, right: Value): Value {
  return pairs(left, right, (a, b) =>
    a.kind === 'library' && a.module === VISITED && b.kind === 'symbol'
      ? unknown(instanceCondition(a.id, b.module, b.path.join('.')))
      : unknown(`${showSingle(a)} instanceof ${showSingle(b)}`),
  );
}

function noteComparison(value: Value, other: Value, node: ts.Node): void {
  const against = other.length === 1 ? other[0]!.value : undefined;
  if (against?.kind === 'literal' && typeof against.value === 'boolean') noteBoolean(value, node, against.value);
  else if (against?.kind !== 'literal') noteParsed(value, node);
}

/** `a ?? b` of an unknown `a` is `b` by default, and `a` where somebody gives it. */
function coalesce(run: Run, scope: Scope, node: ts.BinaryExpression): Value {
  const left = evaluate(run, scope, node.left);
  noteDefault(left, node);
  const results: Alt[] = [];
  let fallback: Value | undefined;
  for (const alt of view(left, run.when)) {
    const nullish = isNullish(alt.value);
    if (nullish === false) results.push(alt);
    else {
      fallback ??= evaluate(run, scope, node.right);
      if (nullish === true) results.push(...restrict(fallback, alt.when));
      else results.push(...defaulted(alt, fallback));
    }
  }
  return join(results, 'default');
}

export function defaulted(alt: Alt, fallback: Value): Alt[] {
  const name = showSingle(alt.value);
  const unset = both(alt.when, byDefault(name));
  const set = both(alt.when, given(name));
  return [
    ...(unset === undefined ? [] : restrict(fallback, unset)),
    ...(set === undefined ? [] : [{ ...alt, when: set }]),
  ];
}

/** What stands in for a missing value tells what the value is: a switch, or a string, number, list or object. */
function noteDefault(value: Value, node: ts.BinaryExpression): void {
  const { right } = node;
  if (isBooleanLiteral(right)) noteBoolean(value, node);
  else if (
    ts.isStringLiteralLike(right)
      ? !/^(?:true|false)$/i.test(right.text)
      : ts.isTemplateExpression(right) ||
        ts.isNumericLiteral(right) ||
        ts.isArrayLiteralExpression(right) ||
        ts.isObjectLiteralExpression(right)
  )
    noteOther(value, node);
}

function isBooleanLiteral(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}

function logical(run: Run, scope: Scope, node: ts.BinaryExpression, and: boolean): Value {
  const left = evaluate(run, scope, node.left);
  if (and) noteCondition(left, node.left, '&&');
  else noteDefault(left, node);
  const results: Alt[] = [];
  let fallback: Value | undefined;
  for (const alt of view(left, run.when)) {
    const known = truth(alt.value);
    if (!and) {
      if (known === true) results.push(alt);
      else {
        fallback ??= evaluate(run, scope, node.right);
        results.push(...(known === false ? restrict(fallback, alt.when) : defaulted(alt, fallback)));
      }
    } else if (known === false) results.push(alt);
    else {
      const holds = known === true ? alt.when : both(alt.when, conditionOf(alt.value, true));
      const fails = known === true ? undefined : both(alt.when, conditionOf(alt.value, false));
      if (fails !== undefined) results.push({ value: { kind: 'literal', value: false }, when: fails });
      if (holds !== undefined) {
        withWhen(run, holds, () => {
          results.push(...restrict(evaluate(run, scope, node.right), holds));
        });
      }
    }
  }
  return join(results, 'condition');
}

function prefix(run: Run, scope: Scope, node: ts.PrefixUnaryExpression): Value {
  const K = ts.SyntaxKind;
  if (node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken)
    return step(run, scope, node.operand, node.operator === K.PlusPlusToken ? 1 : -1, false);
  const value = evaluate(run, scope, node.operand);
  if (node.operator === K.ExclamationToken) {
    noteCondition(value, node.operand, '!');
    return not(value);
  }
  return flatMap(value, 'number', (single) => {
    const number = single.kind === 'literal' ? Number(single.value) : Number(knownText(single) ?? Number.NaN);
    if (Number.isNaN(number)) return one(unknownAt(node));
    return primitive(node.operator === K.MinusToken ? -number : node.operator === K.TildeToken ? ~number : number);
  });
}

function step(run: Run, scope: Scope, operand: ts.Expression, by: number, post: boolean): Value {
  const before = evaluate(run, scope, operand);
  const after = plus(before, primitive(by));
  assign(run, scope, operand, after.some((alt) => alt.value.kind === 'text') ? one(unknownAt(operand)) : after);
  return post ? before : after;
}

export function assign(run: Run, scope: Scope, target: ts.Expression, value: Value): void {
  if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target))
    assign(run, scope, target.expression, value);
  else if (ts.isIdentifier(target)) {
    const cell = find(scope, target.text);
    if (cell !== undefined) cell.value = written(cell.value, value, run.when, cell.born, target.text);
  } else if (ts.isPropertyAccessExpression(target)) {
    for (const alt of view(evaluate(run, scope, target.expression), run.when))
      setMember(run, alt.value, target.name.text, value, target);
  } else if (ts.isElementAccessExpression(target)) {
    const key = evaluate(run, scope, target.argumentExpression);
    const only = key.length === 1 ? key[0]!.value : UNDEFINED;
    // Entries of a dictionary, such as a container's environment, are strings.
    noteOther(value, target);
    const name =
      knownText(only) ?? (only.kind === 'literal' && typeof only.value === 'number' ? String(only.value) : undefined);
    for (const alt of view(evaluate(run, scope, target.expression), run.when)) {
      if (name !== undefined) setMember(run, alt.value, name, value, target);
      else if (alt.value.kind === 'object')
        alt.value.open ??= unknown('computed', `${target.getSourceFile().fileName}:${target.pos}`);
    }
  } else if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target))
    assignPattern(run, scope, target, value);
}

function typeOf(value: Value, node: ts.TypeOfExpression): Value {
  noteParsed(value, node);
  return flatMap(value, 'typeof', (single) => {
    switch (single.kind) {
      case 'text':
        return primitive('string');
      case 'literal':
        return primitive(single.value === null ? 'object' : typeof single.value);
      case 'function':
      case 'class':
        return primitive('function');
      case 'object':
      case 'list':
        return primitive('object');
      default:
        return one(unknown(`typeof ${showSingle(single)}`));
    }
  });
}
