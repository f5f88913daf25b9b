/** What can't throw, so that a `catch` behind it never runs. */
import { ts } from '../compiler.ts';

/**
 * References by name only note the name: whether there is such a repository, nobody asks before the deploy. So
 * `try { fromRepositoryName(…) } catch { new Repository(…) }` never creates any.
 */
const NOTES_A_NAME = /^(?:fromRepositoryName|fromRepositoryAttributes)$/;

export function cannotThrow({ statements }: ts.Block): boolean {
  return statements.every((statement) => {
    if (ts.isReturnStatement(statement)) return statement.expression === undefined || isSafe(statement.expression);
    if (ts.isExpressionStatement(statement)) return isSafe(statement.expression);
    return (
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations.every(
        ({ name, initializer }) => ts.isIdentifier(name) && (initializer === undefined || isSafe(initializer)),
      )
    );
  });
}

function isSafe(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return isSafe(node.expression);
  if (ts.isBinaryExpression(node))
    return node.operatorToken.kind === ts.SyntaxKind.EqualsToken && isSafe(node.left) && isSafe(node.right);
  if (ts.isCallExpression(node))
    return (
      ts.isPropertyAccessExpression(node.expression) &&
      NOTES_A_NAME.test(node.expression.name.text) &&
      node.arguments.every(isSafe)
    );
  if (ts.isPropertyAccessExpression(node)) return isSafe(node.expression);
  if (ts.isTemplateExpression(node)) return node.templateSpans.every((span) => isSafe(span.expression));
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (one) => ts.isShorthandPropertyAssignment(one) || (ts.isPropertyAssignment(one) && isSafe(one.initializer)),
    );
  return ts.isIdentifier(node) || ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.ThisKeyword;
}
