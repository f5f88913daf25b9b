/** What no entry of an app reached: classes that nobody instantiates and functions that nobody calls. */
import { ts } from '../compiler.ts';
import { callFunction, construct } from './functions.ts';
import { openArgument } from './patterns.ts';
import { sourceOf, type Run } from './run.ts';
import { one, type ClassValue, type FunctionValue, type Value } from './values.ts';

const MAKES_SOMETHING = /\bnew\s|\.from[A-Z]|tryGetContext|\.add[A-Z]/;

interface Leftover {
  /** What the app makes is known to its end. */
  readonly whole: boolean;
  /** Only classes that are stacks, or all else. */
  readonly stacks: boolean;
}

/**
 * Classes nobody instantiates and functions nobody calls are evaluated once, with holes for what a caller would give.
 */
export function leftovers(
  run: Run,
  file: string,
  { whole, stacks }: Leftover,
  turn: (action: () => void) => void,
): void {
  const scope = run.modules.executed.get(file);
  if (scope === undefined) return;
  for (const cell of [...scope.cells.values()]) {
    for (const alt of cell.value ?? []) {
      const { value } = alt;
      if ((value.kind === 'class' && isStack(value)) !== stacks) continue;
      if (value.kind === 'class' && value.node.getSourceFile().fileName === file) {
        run.unmade = whole && stacks;
        turn(() => leftoverClass(run, value));
        run.unmade = false;
      } else if (value.kind === 'function' && value.node.getSourceFile().fileName === file)
        turn(() => leftoverFunction(run, value));
    }
  }
}

export const STACKS = /^(?:Stack|NestedStack|Stage)$/;

/** Does it extend the library's stack, by whatever classes between? */
function isStack(cls: ClassValue): boolean {
  let at: ClassValue | undefined = cls;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    const base: ClassValue['base'] = at.base;
    const value: Value[number]['value'] | undefined = base?.[0]?.value;
    if (value?.kind === 'symbol') return STACKS.test(value.path.at(-1) ?? '');
    at = value?.kind === 'class' ? value : undefined;
  }
  return false;
}

function leftoverClass(run: Run, cls: ClassValue): void {
  const text = cls.node.getText();
  if (!MAKES_SOMETHING.test(text)) return;
  const owner = `${cls.node.getSourceFile().fileName}#${cls.name}`;
  if (!run.executed.has(cls.node)) {
    const source = cls.node.name === undefined ? sourceOf(cls.node) : sourceOf(cls.node.name);
    construct(run, cls, constructorArguments(cls, owner), cls.node, { label: '', source, whole: source });
  }
  const instance = run.instances.get(cls.node);
  if (instance === undefined) return;
  for (const member of cls.node.members) {
    if (
      !(ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member)) ||
      member.body === undefined ||
      run.executed.has(member) ||
      !MAKES_SOMETHING.test(member.body.getText())
    )
      continue;
    const fn: FunctionValue = {
      kind: 'function',
      node: member,
      scope: cls.scope,
      name: member.name.getText(),
      self: one(instance),
      home: cls,
    };
    callFunction(run, fn, openArguments(member, `${owner}.${fn.name}`), member, { instance });
  }
}

function constructorArguments(cls: ClassValue, owner: string): Value[] {
  let at: ClassValue | undefined = cls;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    const declared: ts.ConstructorDeclaration | undefined = at.node.members.find(
      (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined,
    );
    if (declared !== undefined) return openArguments(declared, owner);
    const base: Value | undefined = at.base;
    at = base?.[0]?.value.kind === 'class' ? base[0].value : undefined;
  }
  return [
    one({ kind: 'unknown', name: 'scope', scope: owner, nature: 'unknown', root: true }),
    one({ kind: 'unknown', name: 'id', scope: owner, nature: 'unknown' }),
    one({ kind: 'unknown', name: 'props', scope: owner, nature: 'unknown', root: true }),
  ];
}

function leftoverFunction(run: Run, fn: FunctionValue): void {
  if (run.executed.has(fn.node) || fn.node.body === undefined || !MAKES_SOMETHING.test(fn.node.body.getText())) return;
  callFunction(run, fn, openArguments(fn.node, `${fn.node.getSourceFile().fileName}#${fn.name}`), fn.node);
}

function openArguments(node: ts.FunctionLikeDeclaration, owner: string): Value[] {
  return node.parameters.map((parameter) =>
    parameter.dotDotDotToken === undefined
      ? openArgument(parameter, owner)
      : one({ kind: 'list', items: [], open: true }),
  );
}
