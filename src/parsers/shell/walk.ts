/**
 * All of a script, for questions that its text alone answers. Explicitly stacked: scripts nest as deep as they like.
 */
import type { Assignment, Redirect, Script, Statement, TestExpression, Word, WordPart } from './reading.ts';

export interface Visitor {
  readonly statement?: (statement: Statement) => void;
  readonly part?: (part: WordPart) => void;
  readonly redirect?: (redirect: Redirect) => void;
}

/**
 * Visits every statement, those of functions and substitutions too, and every piece of every word, each before what is
 * in it.
 */
export function walk(script: Script, visitor: Visitor): void {
  const pending: Pending = { statements: [...script.body], words: [] };
  while (pending.statements.length > 0 || pending.words.length > 0) {
    const next = pending.words.pop();
    if (next !== undefined) {
      for (const part of next.parts) {
        visitor.part?.(part);
        addPiece(pending, part);
      }
      continue;
    }
    const statement = pending.statements.pop()!;
    visitor.statement?.(statement);
    addStatement(pending, statement);
    for (const redirect of 'redirects' in statement ? statement.redirects : []) {
      visitor.redirect?.(redirect);
      addWords(pending, [redirect.target, redirect.body]);
    }
  }
}

/** What is still to be visited, the last first. */
interface Pending {
  readonly statements: Statement[];
  readonly words: Word[];
}

function addStatements({ statements }: Pending, list: readonly Statement[]): void {
  for (const one of list) statements.push(one);
}

function addWords({ words }: Pending, list: readonly (Word | undefined)[]): void {
  for (const one of list) if (one !== undefined) words.push(one);
}

/** What a statement holds itself, its redirects left out. */
function addStatement(pending: Pending, one: Statement): void {
  switch (one.kind) {
    case 'command':
      addWords(pending, one.words);
      for (const each of one.assignments) addAssignment(pending, each);
      for (const each of one.declarations) addAssignment(pending, each);
      return;
    case 'pipeline':
      return addStatements(pending, one.stages);
    case 'and-or':
      return addStatements(pending, one.commands);
    case 'if':
      for (const { condition, body } of one.branches) addStatements(pending, [...condition, ...body]);
      return addStatements(pending, one.otherwise ?? []);
    case 'for':
      addWords(pending, one.words ?? []);
      return addStatements(pending, one.body);
    case 'while':
      return addStatements(pending, [...one.condition, ...one.body]);
    case 'case':
      addWords(pending, [one.subject]);
      for (const { patterns, body } of one.arms) {
        addWords(pending, patterns);
        addStatements(pending, body);
      }
      return;
    case 'arithmetic-for':
    case 'group':
    case 'subshell':
    case 'function':
      return addStatements(pending, one.body);
    case 'background':
      return addStatements(pending, [one.command]);
    case 'test':
      return addTest(pending, one.expression);
    case 'arithmetic':
      return;
  }
}

function addAssignment(pending: Pending, { index, value, array }: Assignment): void {
  addWords(pending, [index, value]);
  for (const element of array ?? []) addWords(pending, [element.key, element.value]);
}

function addTest(pending: Pending, expression: TestExpression): void {
  switch (expression.kind) {
    case 'not':
      return addTest(pending, expression.operand);
    case 'unary':
      return addWords(pending, [expression.operand]);
    case 'binary':
      return addWords(pending, [expression.left, expression.right]);
    case 'logical':
      addTest(pending, expression.left);
      return addTest(pending, expression.right);
  }
}

function addPiece(pending: Pending, part: WordPart): void {
  if (part.kind === 'command-substitution' || part.kind === 'process-substitution')
    addStatements(pending, part.script.body);
  else if (part.kind === 'brace') addWords(pending, part.alternatives);
  else if (part.kind === 'parameter') addWords(pending, [part.operand, part.replacement, part.index]);
}

/** The names of the functions that it defines, wherever. */
export function functionsOf(script: Script): ReadonlySet<string> {
  const functions = new Set<string>();
  walk(script, { statement: (one) => void (one.kind === 'function' && functions.add(one.name)) });
  return functions;
}
