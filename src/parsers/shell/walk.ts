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
  const statements: Statement[] = [...script.body];
  const words: Word[] = [];
  const more = (list: readonly Statement[]): void => {
    for (const one of list) statements.push(one);
  };
  const word = (one: Word | undefined): void => {
    if (one !== undefined) words.push(one);
  };
  const assignment = (one: Assignment): void => {
    word(one.index);
    word(one.value);
    for (const { key, value } of one.array ?? []) {
      word(key);
      word(value);
    }
  };
  const test = (expression: TestExpression): void => {
    switch (expression.kind) {
      case 'not':
        return test(expression.operand);
      case 'unary':
        return word(expression.operand);
      case 'binary':
        word(expression.left);
        return word(expression.right);
      case 'logical':
        test(expression.left);
        return test(expression.right);
    }
  };
  const inside = (one: Statement): void => {
    switch (one.kind) {
      case 'command':
        for (const each of one.words) word(each);
        one.assignments.forEach(assignment);
        return one.declarations.forEach(assignment);
      case 'pipeline':
        return more(one.stages);
      case 'and-or':
        return more(one.commands);
      case 'if':
        for (const { condition, body } of one.branches) more([...condition, ...body]);
        return more(one.otherwise ?? []);
      case 'for':
        one.words?.forEach(word);
        return more(one.body);
      case 'while':
        return more([...one.condition, ...one.body]);
      case 'case':
        word(one.subject);
        for (const { patterns, body } of one.arms) {
          patterns.forEach(word);
          more(body);
        }
        return;
      case 'arithmetic-for':
      case 'group':
      case 'subshell':
      case 'function':
        return more(one.body);
      case 'background':
        return more([one.command]);
      case 'test':
        return test(one.expression);
      case 'arithmetic':
        return;
    }
  };
  const piece = (part: WordPart): void => {
    visitor.part?.(part);
    if (part.kind === 'command-substitution' || part.kind === 'process-substitution') more(part.script.body);
    else if (part.kind === 'brace') part.alternatives.forEach(word);
    else if (part.kind === 'parameter') {
      word(part.operand);
      word(part.replacement);
      word(part.index);
    }
  };
  while (statements.length > 0 || words.length > 0) {
    const next = words.pop();
    if (next !== undefined) {
      next.parts.forEach(piece);
      continue;
    }
    const statement = statements.pop()!;
    visitor.statement?.(statement);
    inside(statement);
    for (const redirect of 'redirects' in statement ? statement.redirects : []) {
      visitor.redirect?.(redirect);
      word(redirect.target);
      word(redirect.body);
    }
  }
}

/** The names of the functions that it defines, wherever. */
export function functionsOf(script: Script): ReadonlySet<string> {
  const functions = new Set<string>();
  walk(script, { statement: (one) => void (one.kind === 'function' && functions.add(one.name)) });
  return functions;
}
