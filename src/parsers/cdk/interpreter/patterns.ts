/** Parameters and destructuring, with their defaults. */
import { ts } from '../compiler.ts';
import { evaluate, noteType } from './expressions.ts';
import { defaulted } from './operations.ts';
import { assign } from './assign.ts';
import { propertyName } from './literals.ts';
import { member } from './members.ts';
import { each, sourceOf, type Run } from './run.ts';
import { written, type Scope } from './scope.ts';
import { NOTHING, isNullish, natureOf, one, unknown, type Alt, type Value } from './values.ts';
import { join, restrict, view, withSource } from './alternatives.ts';
import { defined } from '../../../core/optional.ts';

export function declare(run: Run, scope: Scope, name: string, value: Value | undefined): void {
  scope.cells.set(name, { value, born: run.when });
}

export function bindParameters(
  run: Run,
  scope: Scope,
  parameters: ts.NodeArray<ts.ParameterDeclaration>,
  args: readonly Value[],
): void {
  parameters.forEach((parameter, index) => {
    const given =
      parameter.dotDotDotToken === undefined
        ? args[index]
        : one({ kind: 'list', items: args.slice(index), open: false });
    const value = withDefault(run, scope, given ?? NOTHING, parameter.initializer);
    if (parameter.type !== undefined && ts.isIdentifier(parameter.name))
      noteType(value, parameter.type, parameter.name);
    bind(run, scope, parameter.name, value);
  });
}

/** `{ tag = 'latest' }`: undefined takes the default; a hole may be either. */
function withDefault(run: Run, scope: Scope, value: Value, initializer: ts.Expression | undefined): Value {
  if (initializer === undefined) return value;
  const results: Alt[] = [];
  let fallback: Value | undefined;
  for (const alt of view(value, run.when)) {
    const absent = alt.value.kind === 'literal' ? alt.value.value === undefined : isNullish(alt.value);
    if (absent === false) results.push(alt);
    else {
      fallback ??= evaluate(run, scope, initializer);
      results.push(...(absent === true ? restrict(fallback, alt.when) : defaulted(alt, fallback)));
    }
  }
  return join(results, 'default');
}

export function bind(run: Run, scope: Scope, name: ts.BindingName, value: Value): void {
  if (ts.isIdentifier(name)) {
    const cell = scope.cells.get(name.text);
    if (cell !== undefined && cell.value !== undefined && cell.lazy === undefined)
      cell.value = written(cell.value, value, run.when, cell.born, name.text);
    else declare(run, scope, name.text, value);
    return;
  }
  if (ts.isObjectBindingPattern(name)) {
    const taken: string[] = [];
    for (const element of name.elements) {
      if (element.dotDotDotToken !== undefined) {
        bind(
          run,
          scope,
          element.name,
          each(run, value, 'rest', (alt) => one(without(run, alt.value, taken))),
        );
        continue;
      }
      const property = element.propertyName;
      const key =
        property === undefined
          ? ts.isIdentifier(element.name)
            ? element.name.text
            : undefined
          : propertyName(run, scope, property);
      if (key !== undefined) taken.push(key);
      const read =
        key === undefined
          ? one(unknown('computed'))
          : each(run, value, key, (alt) => member(run, alt.value, key, element));
      bind(run, scope, element.name, withDefault(run, scope, withSource(read, sourceOf(element)), element.initializer));
    }
    return;
  }
  name.elements.forEach((element, index) => {
    if (ts.isOmittedExpression(element)) return;
    const read = each(run, value, 'element', (alt) =>
      element.dotDotDotToken === undefined
        ? member(run, alt.value, String(index), element)
        : one(rest(alt.value, index)),
    );
    bind(run, scope, element.name, withDefault(run, scope, read, element.initializer));
  });
}

function rest(value: Alt['value'], from: number): Alt['value'] {
  return value.kind === 'list'
    ? { kind: 'list', items: value.items.slice(from), open: value.open }
    : { kind: 'list', items: [], open: true };
}

function without(run: Run, value: Alt['value'], keys: readonly string[]): Alt['value'] {
  if (value.kind !== 'object') return value;
  const entries = new Map([...value.entries].filter(([key]) => !keys.includes(key)));
  return { kind: 'object', entries, born: run.when, ...defined({ open: value.open }) };
}

/** `[a, b] = …`, `({ a } = …)`: targets are expressions here. */
export function assignPattern(
  run: Run,
  scope: Scope,
  target: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression,
  value: Value,
): void {
  const take = (to: ts.Expression, read: Value): void => {
    if (ts.isBinaryExpression(to) && to.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      assign(run, scope, to.left, withDefault(run, scope, read, to.right));
    else assign(run, scope, to, read);
  };
  if (ts.isArrayLiteralExpression(target)) {
    target.elements.forEach((element, index) => {
      if (!ts.isOmittedExpression(element) && !ts.isSpreadElement(element))
        take(
          element,
          each(run, value, 'element', (alt) => member(run, alt.value, String(index), element)),
        );
    });
    return;
  }
  for (const property of target.properties) {
    if (ts.isShorthandPropertyAssignment(property)) {
      const read = each(run, value, property.name.text, (alt) => member(run, alt.value, property.name.text, property));
      assign(run, scope, property.name, withDefault(run, scope, read, property.objectAssignmentInitializer));
    } else if (ts.isPropertyAssignment(property)) {
      const key = propertyName(run, scope, property.name);
      if (key !== undefined)
        take(
          property.initializer,
          each(run, value, key, (alt) => member(run, alt.value, key, property)),
        );
    }
  }
}

/** What a parameter may be when nobody calls: a hole of its name; an object of holes when it's destructured. */
export function openArgument(parameter: ts.ParameterDeclaration, owner: string): Value {
  const { name } = parameter;
  const root = !ts.isIdentifier(name) || !/^(?:id|name|key)$/.test(name.text);
  const text = ts.isIdentifier(name) ? name.text : 'options';
  return one({ ...unknown(text, owner, natureOf(text)), ...(root ? { root: true } : {}) });
}
