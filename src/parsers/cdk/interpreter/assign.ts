/** Assignment: to a variable, a property, an element or a pattern. */
import { ts } from '../compiler.ts';
import { noteOther } from '../context.ts';
import { evaluate } from './expressions.ts';
import { setMember } from './members.ts';
import { assignPattern } from './patterns.ts';
import type { Run } from './run.ts';
import { find, written, type Scope } from './scope.ts';
import { UNDEFINED, knownText, unknown, type Value } from './values.ts';
import { view } from './alternatives.ts';

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
