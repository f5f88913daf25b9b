/**
 * Expressions: one case per syntax, each ending in a set of guarded alternatives. What isn't understood is a hole named
 * by its text.
 */
import { ts } from '../compiler.ts';
import { isCredential } from '../../../core/secrets.ts';
import { noteBoolean, noteOther, noteParsed } from '../context.ts';
import { evaluateCall, evaluateNew } from './calls.ts';
import { makeClass, makeFunction } from './functions.ts';
import { choiceOfKey } from './operators.ts';
import { member } from './members.ts';
import { MAX_DEPTH, each, excerpt, goesOn, sourceOf, type Run } from './run.ts';
import { find, type Scope } from './scope.ts';
import { NOTHING, knownText, one, primitive, showSingle, unknown, type Single, type Value } from './values.ts';
import { flatMap, join, restrict, view, withSource } from './alternatives.ts';
import { sealText } from '../../../core/sealed.ts';
import { objectLiteral, elements, template } from './literals.ts';
import { conditional, binary, prefix, step } from './operations.ts';

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

export function noteType(value: Value, type: ts.TypeNode, node: ts.Node): void {
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
