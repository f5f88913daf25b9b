/** `tryGetContext('x')`: what it may give, and notes of what its value is used as. */
import { byDefault, given, when } from '../../core/choices.ts';
import { literal } from '../../core/text.ts';
import { ts } from './compiler.ts';
import type { CdkContextUse } from './reading.ts';
import { excerpt, sourceOf, type Run } from './interpreter/run.ts';
import { fromJson, named } from './interpreter/json-values.ts';
import { choiceOfKey } from './interpreter/operators.ts';
import {
  identity,
  knownText,
  natureOf,
  one,
  showSingle,
  textValue,
  unknown,
  type Alt,
  type ContextNote,
  type Single,
  type Unknown,
  type Value,
} from './interpreter/values.ts';
import { join, restrict } from './interpreter/alternatives.ts';

const MAX_KEYS = 8;

export function contextValue(run: Run, key: Value, node: ts.Node): Value {
  const source = sourceOf(node);
  const results: Alt[] = [];
  for (const alt of key) {
    const name = knownText(alt.value);
    results.push(
      ...restrict(name === undefined ? byUnknownKey(run, alt.value) : one({ ...read(run, name, node) }), alt.when),
    );
  }
  const values = results.flatMap((alt): readonly Alt[] =>
    alt.value.kind === 'unknown' && alt.value.context !== undefined
      ? restrict(withFile(run, alt.value), alt.when)
      : [alt],
  );
  return join(values, 'context').map((alt) => (alt.source === undefined ? { ...alt, source } : alt));
}

function read(run: Run, key: string, node: ts.Node): Unknown {
  const source = sourceOf(node);
  const id = `${source.file}:${source.range[0]}:${key}`;
  let note = run.contexts.get(id);
  if (note === undefined) {
    note = { key, source, uses: [], via: run.via };
    run.contexts.set(id, note);
  }
  return { kind: 'unknown', name: key, scope: 'context', nature: natureOf(key), context: note };
}

/** The value that cdk.json gives applies unless the command line gives another; objects can only come from the file. */
function withFile(run: Run, value: Unknown): Value {
  const key = value.name;
  const bound = run.bindings.get(key);
  if (bound !== undefined) return bound.map((text) => ({ value: textValue(literal(text)), when: when(key, text) }));
  if (!run.context.has(key)) return one(value);
  const inFile = named(key, fromJson(run.context.get(key), run.when));
  const single = inFile[0]!.value;
  if (single.kind === 'object' || single.kind === 'list') return inFile;
  const id = identity(value);
  return [...restrict(one(single), byDefault(id)), ...restrict(one(value), given(id))];
}

/** `tryGetContext(stage)`: one of the objects that cdk.json holds. */
function byUnknownKey(run: Run, key: Single): Value {
  const keys = [...run.context]
    .filter(
      ([name, value]) =>
        !name.includes('aws-cdk') && typeof value === 'object' && value !== null && !Array.isArray(value),
    )
    .map(([name]) => name);
  if (keys.length === 0 || keys.length > MAX_KEYS) return one(unknown(`context ${showSingle(key)}`));
  return keys.flatMap((name) => restrict(fromJson(run.context.get(name), run.when), choiceOfKey(key, keys, name)));
}

function notes(value: Value): ContextNote[] {
  return value.flatMap((alt) =>
    (alt.value.kind === 'unknown' || alt.value.kind === 'text') && alt.value.context !== undefined
      ? [alt.value.context]
      : [],
  );
}

function note(
  value: Value,
  as: CdkContextUse['as'],
  node: ts.Node,
  form: (text: string) => string,
  only?: boolean,
): void {
  const contexts = notes(value);
  if (contexts.length === 0) return;
  const source = sourceOf(node);
  for (const context of contexts) {
    const known = context.uses.some(
      (use) => use.source.file === source.file && use.source.range[0] === source.range[0] && use.as === as,
    );
    if (!known)
      context.uses.push({ source, as, form: form(excerpt(node, 80)), ...(only === true ? { onlyTrue: true } : {}) });
  }
}

const plain = (text: string): string => text;

/** `compared`: with which boolean, where it's compared with one. */
export function noteBoolean(value: Value, node: ts.Node, compared?: boolean): void {
  note(value, 'boolean', node, plain, compared);
}

/** Given to a switch of the library: `deletionProtection: value`. */
export function noteProperty(value: Value, key: string, node: ts.Node): void {
  note(value, 'boolean', node, (text) => `${key}: ${text}`);
}

export function noteOther(value: Value, node: ts.Node): void {
  note(value, 'other', node, plain);
}

/** Compared with a string, taken apart or parsed: whoever does that knows it may be a string. */
export function noteParsed(value: Value, node: ts.Node): void {
  note(value, 'parsed', node, plain);
}

export function noteCondition(value: Value, node: ts.Node, by: 'if' | '? :' | '&&' | '!'): void {
  if (isRequired(node)) noteOther(value, node);
  else
    note(value, 'truthiness', node, (text) =>
      by === 'if' ? `if (${text})` : by === '!' ? `!${text}` : by === '&&' ? `${text} && …` : `${text} ? … : …`,
    );
}

/** `if (!x) throw …`: somebody has to give it, and what it is it says elsewhere. */
function isRequired(node: ts.Node): boolean {
  let at = node;
  while (
    ts.isParenthesizedExpression(at.parent) ||
    ts.isPrefixUnaryExpression(at.parent) ||
    ts.isBinaryExpression(at.parent)
  )
    at = at.parent;
  const { parent } = at;
  return (
    ts.isIfStatement(parent) &&
    parent.expression === at &&
    (givesUp(parent.thenStatement) || (parent.elseStatement !== undefined && givesUp(parent.elseStatement)))
  );
}

/** Does it end by giving up? */
function givesUp(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) {
    const last = statement.statements.at(-1);
    return last !== undefined && givesUp(last);
  }
  return (
    ts.isThrowStatement(statement) ||
    (ts.isExpressionStatement(statement) &&
      ts.isCallExpression(statement.expression) &&
      statement.expression.expression.getText() === 'process.exit')
  );
}
