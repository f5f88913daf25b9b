/** Reading and writing properties, of the project's own objects and of the library's. */
import { byDefault, given } from '../../../core/choices.ts';
import { hole, literal } from '../../../core/text.ts';
import { ts } from '../compiler.ts';
import { noteOther } from '../context.ts';
import { callFunction, makeFunction, memberOfClass } from './functions.ts';
import { record } from '../library.ts';
import { placing, roleOf, stackNameOf, type Ancestor } from './naming.ts';
import { sourceOf, type Run } from './run.ts';
import { written } from './scope.ts';
import {
  NOTHING,
  handedOn,
  isNullish,
  knownText,
  memberOf,
  natureOf,
  one,
  primitive,
  textValue,
  unknown,
  type ClassValue,
  type LibraryObject,
  type ObjectValue,
  type Single,
  type SymbolValue,
  type Value,
} from './values.ts';
import { join, restrict } from './alternatives.ts';

export function member(run: Run, base: Single, name: string, node: ts.Node): Value {
  switch (base.kind) {
    case 'object':
      return objectMember(run, base, name, node);
    case 'class':
      return classMember(run, base, name);
    case 'list': {
      if (name === 'length')
        return base.open
          ? one(unknown('length', `${node.getSourceFile().fileName}:${node.pos}`))
          : primitive(base.items.length);
      const item = /^\d+$/.test(name) ? base.items[Number(name)] : undefined;
      return (
        item ?? (base.open ? one(unknown(`element ${name}`, `${node.getSourceFile().fileName}:${node.pos}`)) : NOTHING)
      );
    }
    case 'text': {
      if (base.context !== undefined) noteOther(one(base), node);
      const whole = knownText(base);
      if (name === 'length' && whole !== undefined) return primitive(whole.length);
      if (/^\d+$/.test(name) && whole !== undefined) return primitive(whole[Number(name)]);
      return one(unknown(name, `${node.getSourceFile().fileName}:${node.pos}`));
    }
    case 'symbol':
      return symbolMember(run, base, name);
    case 'library':
      return libraryMember(base, name);
    case 'member':
      return base.of.kind === 'library' && base.name === 'env' && (name === 'account' || name === 'region')
        ? libraryMember(base.of, name)
        : one({ kind: 'member', of: base, name });
    case 'unknown': {
      if (base.context !== undefined) noteOther(one(base), node);
      const { context: _, ...plain } = base;
      return one(memberOf(plain, name));
    }
    case 'function':
      return name === 'name' ? primitive(base.name) : NOTHING;
    case 'literal':
      if (isNullish(base) === true) return ofNothing(name, node);
      return NOTHING;
    case 'regex':
      return NOTHING;
  }
}

/**
 * `undefined.tag` throws, so whatever comes after it is no fact; `undefined?.tag` is undefined. Where the reading here
 * took a value for undefined by mistake, nothing false follows from it either.
 */
export function ofNothing(name: string, node: ts.Node): Value {
  return ts.isOptionalChain(node) ? NOTHING : one(unknown(name, `${node.getSourceFile().fileName}:${node.pos}`));
}

function objectMember(run: Run, base: ObjectValue, name: string, node: ts.Node): Value {
  const entry = base.entries.get(name);
  if (entry?.getter !== undefined)
    return callFunction(run, entry.getter, [], node, { self: one(base), instance: base });
  if (entry !== undefined) return handedOn(entry.value);
  if (base.cls !== undefined) {
    const found = memberOfClass(run, base.cls, name, false);
    if (found !== undefined) {
      const fn = makeFunction(found.cls.scope, found.node, name, one(base), found.cls);
      return ts.isGetAccessorDeclaration(found.node)
        ? callFunction(run, fn, [], node, { self: one(base), instance: base })
        : one(fn);
    }
  }
  if (base.library !== undefined) return libraryMember(base.library, name);
  return base.open === undefined ? NOTHING : one(memberOf(base.open, name));
}

export function classMember(run: Run, cls: ClassValue, name: string): Value {
  const entry = cls.statics.entries.get(name);
  if (entry !== undefined) return entry.value;
  const found = memberOfClass(run, cls, name, true);
  if (found !== undefined) {
    const fn = makeFunction(found.cls.scope, found.node, name, one(cls), found.cls);
    return ts.isGetAccessorDeclaration(found.node)
      ? callFunction(run, fn, [], found.node, { self: one(cls) })
      : one(fn);
  }
  if (name === 'name') return primitive(cls.name);
  const base = cls.base?.[0]?.value;
  if (base?.kind === 'class') return classMember(run, base, name);
  if (base?.kind === 'symbol') return one({ kind: 'symbol', module: base.module, path: [...base.path, name] });
  return base === undefined ? NOTHING : one(unknown(`${cls.name}.${name}`));
}

function symbolMember(run: Run, base: SymbolValue, name: string): Value {
  const path = [...base.path, name];
  if (base.module === 'global') {
    const whole = base.path.join('.');
    if (whole === 'process.env') return environment(run, name);
    if (whole.startsWith('import.meta.')) {
      const module = base.path.slice(2).join('.');
      if (name === 'dirname' || name === 'filename') return primitive(run.modules.absolute(module, name === 'dirname'));
      if (name === 'url') return primitive(`file://${run.modules.absolute(module, false)}`);
    }
  }
  return one({ kind: 'symbol', module: base.module, path });
}

function environment(run: Run, name: string): Value {
  const bound = run.bindings.get(name);
  if (bound !== undefined)
    return bound.map((text) => ({ value: textValue(literal(text)), when: [{ cond: name, is: text }] }));
  return one(unknown(name, '', natureOf(name)));
}

/**
 * Members of library objects that mean something by themselves; any other stays a member, for the evaluator to judge.
 */
function libraryMember(base: LibraryObject, name: string): Value {
  if (name === 'account' || name === 'region') return environmentOf(base, name);
  if (/^valueAs(?:String|Number|List)$/.test(name) && base.name.endsWith('CfnParameter')) return parameter(base);
  if (name === 'stackName') return stackName(base);
  if (name === 'urlSuffix') return primitive('amazonaws.com');
  if (name === 'node') return one({ kind: 'member', of: base, name });
  return one({ kind: 'member', of: base, name });
}

function propOf(base: LibraryObject, path: readonly string[]): Value | undefined {
  let at: Value | undefined = base.args.at(base.name.endsWith('App') ? 0 : 2);
  for (const name of path) {
    const single: Single | undefined = at?.length === 1 ? at[0]!.value : undefined;
    if (single?.kind === 'object') {
      at =
        single.entries.get(name)?.value ?? (single.open === undefined ? undefined : one(memberOf(single.open, name)));
    } else if (single?.kind === 'unknown') at = one(memberOf(single, name));
    else return undefined;
  }
  return at;
}

/** The account or region of the stack around a construct: from its `env`, its stage's, or whatever the deploy uses. */
function environmentOf(base: LibraryObject, name: 'account' | 'region'): Value {
  for (const at of placing(chainOf(base), roleOf)) {
    const stated: Value | undefined = propOf(at, ['env', name]);
    if (stated === undefined || stated.some((alt) => alt.value.kind === 'literal')) continue;
    return stated.map((alt) =>
      alt.value.kind === 'unknown' && alt.value.nature !== name
        ? { ...alt, value: { ...alt.value, nature: name } }
        : alt,
    );
  }
  return one(textValue(hole(name, name)));
}

/** The construct and those around it, innermost first. */
function chainOf(base: LibraryObject): LibraryObject[] {
  const chain: LibraryObject[] = [];
  for (let at: LibraryObject | undefined = base; at !== undefined && chain.length < 64; at = at.scope) chain.push(at);
  return chain;
}

function stackName(base: LibraryObject): Value {
  const stated = propOf(base, ['stackName']);
  if (stated?.every((alt) => alt.value.kind === 'text')) return stated;
  const id = base.args[1];
  if (
    base.scope?.path === '' &&
    id !== undefined &&
    stated === undefined &&
    id.every((alt) => alt.value.kind === 'text')
  )
    return id;
  const name = stackNameOf(
    chainOf(base).map((at): Ancestor => ({ role: roleOf(at), id: ownId(at), named: nameStated(at) })),
  );
  return name === undefined || name.includes('${')
    ? one({ kind: 'member', of: base, name: 'stackName' })
    : primitive(name);
}

const ownId = ({ path, scope }: LibraryObject): string =>
  path.slice(scope === undefined || scope.path === '' ? 0 : scope.path.length + 1);

function nameStated(at: LibraryObject): string | null | undefined {
  const stated = propOf(at, [roleOf(at) === 'stage' ? 'stageName' : 'stackName']);
  if (stated === undefined || stated.every((alt) => alt.value.kind === 'literal')) return undefined;
  return stated.length === 1 ? (knownText(stated[0]!.value) ?? null) : null;
}

/** A CloudFormation parameter: its default unless the deploy gives another. */
function parameter(base: LibraryObject): Value {
  const id = knownText(base.args[1]?.[0]?.value ?? { kind: 'literal', value: undefined }) ?? base.path;
  const fallback = propOf(base, ['default']);
  const given_ = unknown(id, `parameter:${base.path}`, natureOf(id));
  if (fallback === undefined || fallback.some((alt) => alt.value.kind !== 'text')) return one(given_);
  const name = `${id}@parameter:${base.path}`;
  return join([...restrict(fallback, byDefault(name)), ...restrict(one(given_), given(name))], id);
}

export function setMember(run: Run, base: Single, name: string, value: Value, node: ts.Node): void {
  if (base.kind === 'object') {
    const old = base.entries.get(name);
    base.entries.set(name, { value: written(old?.value, value, run.when, base.born, name), keySource: sourceOf(node) });
    if (base.library !== undefined && base.cls === undefined)
      record(run, {
        how: 'set',
        module: '',
        name,
        target: base.library,
        args: [value],
        source: sourceOf(node),
        whole: sourceOf(node.parent),
      });
  } else if (base.kind === 'class')
    base.statics.entries.set(name, {
      value: written(base.statics.entries.get(name)?.value, value, run.when, base.statics.born, name),
    });
  else if (base.kind === 'list') {
    if (/^\d+$/.test(name) && Number(name) < 1000) base.items[Number(name)] = value;
    else base.open = true;
  } else if (base.kind === 'library' || base.kind === 'member') {
    record(run, {
      how: 'set',
      module: '',
      name,
      target: base,
      args: [value],
      source: sourceOf(node),
      whole: sourceOf(node.parent),
    });
  }
}
