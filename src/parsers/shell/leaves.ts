/** Does a statement leave the loop, function or script around it, and not because something failed? */
import type { Statement } from './reading.ts';

/** `break`, or an end of the function or script that isn't a failure. */
export function leaves(statement: Statement): boolean {
  switch (statement.kind) {
    case 'command': {
      const [name, status] = statement.words.map((one) => one.raw);
      return name === 'break' || ((name === 'return' || name === 'exit') && (status === undefined || status === '0'));
    }
    case 'pipeline':
      return statement.stages.some(leaves);
    case 'and-or':
      return statement.commands.some(leaves);
    case 'if':
      return statement.branches.some(({ body }) => body.some(leaves)) || statement.otherwise?.some(leaves) === true;
    case 'case':
      return statement.arms.some(({ body }) => body.some(leaves));
    case 'for':
    case 'while':
    case 'arithmetic-for':
    case 'group':
      return statement.body.some(leaves);
    default:
      return false;
  }
}
