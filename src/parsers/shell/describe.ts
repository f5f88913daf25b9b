/** What can be told from a statement's text alone: names for messages, and whether it could make a script fail. */
import type { Range } from '../../core/site.ts';
import { respelled, spelled } from '../../core/sealed.ts';
import { hideSecrets } from '../../core/secrets.ts';
import { concat, type Text } from '../../core/text.ts';
import type { Command, Redirect, Statement, Word } from './reading.ts';
import { memo } from '../../core/memo.ts';

export function trimEnd(text: Text): Text {
  const last = text.at(-1);
  const value = spelled(last);
  return last === undefined || value === undefined
    ? text
    : concat(text.slice(0, -1), respelled(last, value.replace(/\n+$/, '')));
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]!.trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/**
 * Variables that stand for what was pasted into the text (`make`'s, an npm argument, a hole in `sh -c "…"`) mean
 * nothing to a reader.
 */
const OURS = /\$\{__(?:make|npm_argument|hole)_\d+\}/g;

/** A statement in a few words, for messages; of a script that may not be shown, what it is. */
export function labelOf(statement: Statement, { sealed }: { readonly sealed?: string }): string {
  if (sealed !== undefined) return sealed;
  return openLabel(statement);
}

/** A statement is named each time that it runs, in loops and on every branch. */
const openLabel = memo((statement: Statement) => firstLine(hideSecrets(describe(statement))));

/** A statement's words, for names and messages. */
function describe(statement: Statement): string {
  switch (statement.kind) {
    case 'command':
      return [...statement.words.map((one) => one.raw), ...statement.declarations.map((one) => one.name)]
        .join(' ')
        .replace(OURS, '…');
    case 'pipeline':
      return statement.stages.map(describe).join(' | ');
    case 'and-or':
      return statement.commands.map(describe).join(' … ');
    case 'background':
      return `${describe(statement.command)} &`;
    case 'group':
      return `{ ${statement.body.map(describe).join('; ')}; }`;
    case 'subshell':
      return `( ${statement.body.map(describe).join('; ')} )`;
    case 'test':
      return '[[ … ]]';
    default:
      return statement.kind;
  }
}

export function rangeOf(statements: readonly Statement[]): Range {
  const [first] = statements;
  return first === undefined ? [0, 0] : [first.range[0], statements.at(-1)!.range[1]];
}

export function isNoop(statement: Command): boolean {
  const name = statement.words[0]?.raw;
  return (name === 'true' || name === ':') && statement.words.length === 1;
}

/**
 * `echo` or `printf` whose words run and assign nothing: where nobody takes what it prints, there is nothing to work
 * out.
 */
export const isTalk = memo(({ words, assignments }: Command) => {
  const [first] = words;
  const talks = first?.raw === 'echo' || (first?.raw === 'printf' && !keeps(words));
  return talks && assignments.length === 0 && words.every(isIdle);
});

/** `printf -v NAME` prints nothing, and assigns. */
function keeps([first, second]: readonly Word[]): boolean {
  return first?.raw === 'printf' && second?.raw.startsWith('-v') === true;
}

/** Does working out this word change nothing and ask nobody? `${NAME:=x}` assigns, `${NAME:?}` may end the script. */
function isIdle({ parts }: Word): boolean {
  return parts.every(
    (part) =>
      part.kind === 'literal' ||
      part.kind === 'tilde' ||
      (part.kind === 'parameter' &&
        part.index === undefined &&
        [undefined, ':-', '-', ':+', '+', '#', '##', '%', '%%'].includes(part.operator) &&
        (part.operand === undefined || isIdle(part.operand))),
  );
}

const SAYS_ONLY = new Set(['true', ':', 'echo', 'printf', 'warn', 'log', 'info', 'sleep']);

/**
 * Could this, run after a failure, still make the script fail? Printing and `true` can't; an assignment remembers it.
 */
export function mayFail(statements: readonly Statement[]): boolean {
  return statements.some((one) => {
    if (one.kind === 'group' || one.kind === 'subshell') return mayFail(one.body);
    if (one.kind !== 'command') return true;
    const name = one.words[0]?.raw;
    return name === undefined || !SAYS_ONLY.has(name) || keeps(one.words);
  });
}

/** `exit`, `exit $?`: the status before it is the status after it. */
export function handsOn(statement: Statement): boolean {
  if (statement.kind !== 'command') return false;
  const [name, status, ...rest] = statement.words.map((one) => one.raw);
  return (
    (name === 'exit' || name === 'return') &&
    rest.length === 0 &&
    (status === undefined || /^"?\$(?:\?|\{\?\})"?$/.test(status))
  );
}

/**
 * `docker buildx build … || docker build …`, `retry docker push … || retry docker push …`: the same tool does the same
 * once more.
 */
export function isAnotherWay(first: Statement, second: Statement, isTool: (name: string) => boolean): boolean {
  const [verbs, others] = [first, second].map((one) => {
    const words = describe(one).split(/\s+/);
    const at = words.findIndex(isTool);
    return at === -1 ? [] : words.slice(at, at + 4).filter((word) => /^[a-z][\w-]*$/.test(word));
  });
  const [tool, ...more] = verbs ?? [];
  return tool !== undefined && others?.[0] === tool && more.some((word) => others.slice(1).includes(word));
}

export function describesRepository(statements: readonly Statement[]): boolean {
  return statements.some(asksForRepository);
}

const asksForRepository = memo((one: Statement) => /\becr(-public)?\b.*\bdescribe-repositories\b/.test(describe(one)));

/**
 * Both outputs thrown away: `> /dev/null 2>&1`, `&> /dev/null`. Stdout alone leaves the progress that tools print to
 * stderr.
 */
export function discards(redirects: readonly Redirect[]): Redirect | undefined {
  const isNull = (one: Redirect): boolean => one.target?.raw === '/dev/null';
  const whole = redirects.find(
    (one) =>
      (one.operator === '&>' || one.operator === '&>>' || (one.operator === '>&' && one.fd === undefined)) &&
      isNull(one),
  );
  if (whole !== undefined) return whole;
  const out = redirects.findIndex(
    (one) => (one.operator === '>' || one.operator === '>>') && (one.fd === undefined || one.fd === 1) && isNull(one),
  );
  const error = redirects.findIndex(
    (one) => one.fd === 2 && ((one.operator === '>&' && one.target?.raw === '1') || isNull(one)),
  );
  return out !== -1 && error !== -1 && (isNull(redirects[error]!) || error > out) ? redirects[out] : undefined;
}

/** Standard output goes to a file, a device or standard error instead of where the script's output goes. */
export function takesOutput({ operator, fd, target }: Redirect): boolean {
  if (target === undefined || target.raw.startsWith('>(')) return false;
  if (operator === '&>' || operator === '&>>') return true;
  return (
    (fd === undefined || fd === 1) &&
    (operator === '>' || operator === '>>' || operator === '>|' || (operator === '>&' && target.raw !== '1'))
  );
}

/** Errors go where the output would have gone, and the output elsewhere: `2>&1 > /dev/null`, `3>&1 1>&2 2>&3`. */
export function leavesErrors(redirects: readonly Redirect[]): boolean {
  const out = redirects.findIndex(takesOutput);
  const error = redirects.findIndex((one) => one.fd === 2 && one.operator === '>&');
  if (out === -1 || error === -1) return false;
  const target = redirects[error]?.target?.raw ?? '';
  return error < out ? target === '1' : /^[3-9]$/.test(target);
}
