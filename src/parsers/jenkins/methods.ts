/** Calls on something: Docker's plug-in, lists and maps, texts, and objects that nobody here knows. */
import { hole, literal } from '../../core/text.ts';
import { open } from './conditions.ts';
import { dockerCall, imageCall } from './docker.ts';
import type { Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import type { Call, Expression } from './reading.ts';
import { MOST_TURNS } from './statements.ts';
import { blindSpot, call } from './steps.ts';
import { listOf, method, stringOf, text, unknown, type Value } from './values.ts';

export function methodCall(interpreter: Interpreter, of: Call, on: Expression, here: Here, unused: boolean): Value {
  if (on.kind === 'name' && here.scope.find(on.name) === undefined) {
    const found = on.name === 'docker' ? dockerCall(interpreter, of, here, unused) : undefined;
    if (found !== undefined) return found;
    if (on.name === 'this' || on.name === 'steps' || on.name === 'script')
      return call(interpreter, withoutReceiver(of), here, unused);
  }
  const value = interpreter.evaluate(on, here);
  if (value.kind === 'image') return imageCall(interpreter, value.name, of, here);
  if (value.kind === 'closure' && of.name === 'call')
    return interpreter.closure(value, here, interpreter.args(of, here), unused);
  const args = interpreter.args(of, here);
  const iterated = iterate(interpreter, of, value, args.at(-1), here);
  if (iterated !== undefined) return iterated;
  if (value.kind === 'text') {
    const found = method(of.name, value.values, args);
    if (found !== undefined) return found;
  }
  if (of.name === 'join' && value.kind === 'list') return joinedList(value.items, stringOf(args[0]) ?? '');
  if (on.kind === 'name' && changed(interpreter, of.name, on.name, value, args, here)) return value;
  // Whether and when it runs these, nobody knows.
  const inner = args.filter(({ kind }) => kind === 'closure');
  if (inner.length > 0)
    interpreter.choose(
      open(interpreter.written(of, here)),
      here,
      (way) => {
        for (const one of inner) interpreter.closure(one, way);
      },
      () => {},
    );
  if (on.kind === 'name' && /^(?:env|params)$/.test(on.name) && of.name === 'get')
    return interpreter.evaluate({ kind: 'member', of: on, name: stringOf(args[0]) ?? of.name, range: of.range }, here);
  if (on.kind === 'name' && here.scope.find(on.name) === undefined && !/^[A-Z]/.test(on.name))
    blindSpot(interpreter, of, here);
  return derived(interpreter, value, of, here);
}

/** What is made of something that names the build names it still. */
function derived(interpreter: Interpreter, value: Value, of: Call, here: Here): Value {
  const unique =
    value.kind === 'text' &&
    value.values.every(({ value: one }) => one.some((part) => typeof part !== 'string' && part.nature === 'unique'));
  return unique ? text(hole(`value@${interpreter.written(of, here)}`, 'unique')) : interpreter.open(of, here);
}

/** `tags.add('x')`, `jobs.put('a', { … })`: of other changes nobody knows what they leave. */
function changed(
  interpreter: Interpreter,
  name: string,
  variable: string,
  value: Value,
  args: readonly Value[],
  here: Here,
): boolean {
  const [first, second] = args;
  if (value.kind === 'list' && /^(?:add|push|leftShift)$/.test(name) && first !== undefined && second === undefined)
    here.scope.assign(variable, listOf([...value.items, first]));
  else if (value.kind === 'list' && name === 'addAll' && first?.kind === 'list')
    here.scope.assign(variable, listOf([...value.items, ...first.items]));
  else if (value.kind === 'map' && name === 'put' && second !== undefined)
    here.scope.assign(variable, {
      kind: 'map',
      entries: new Map([...value.entries, [stringOf(first) ?? `#${value.entries.size}`, second]]),
    });
  else if (
    (value.kind === 'list' || value.kind === 'map') &&
    /^(?:add|addAll|put|putAll|remove|removeAll|clear|pop|sort|set|putIfAbsent)$/.test(name)
  )
    here.scope.assign(variable, text(hole(`${variable}@${interpreter.reading.file}#${name}`)));
  else return false;
  return true;
}

function withoutReceiver({ of: _, ...rest }: Call): Call {
  return rest;
}

function joinedList(items: readonly Value[], by: string): Value {
  const whole = items.map((one) => stringOf(one));
  return whole.every((one) => one !== undefined) ? text(literal(whole.join(by))) : unknown('join()');
}

/** `list.each { … }`; of a list that isn't known, one turn, if there is any. */
function iterate(
  interpreter: Interpreter,
  of: Call,
  on: Value,
  with_: Value | undefined,
  here: Here,
): Value | undefined {
  if (with_?.kind !== 'closure' || !/^(?:each|eachWithIndex|collect|collectEntries|times)$/.test(of.name))
    return undefined;
  const gives = of.name.startsWith('collect');
  const turns = turnsOver(on, with_);
  if (turns === undefined) {
    const item = interpreter.open(of, here);
    interpreter.choose(
      open(`turns ${interpreter.written(of, here)}`),
      here,
      (inner) => void interpreter.closure(with_, inner, [item], !gives),
      () => {},
    );
    return gives ? interpreter.open(of, here) : on;
  }
  const results = turns.slice(0, MOST_TURNS).map((args) => interpreter.closure(with_, here, args, !gives));
  if (of.name === 'collectEntries') return { kind: 'map', entries: new Map(results.flatMap(entriesOf)) };
  return of.name === 'collect' ? listOf(results) : on;
}

function turnsOver(on: Value, with_: Extract<Value, { kind: 'closure' }>): (readonly Value[])[] | undefined {
  if (on.kind === 'list') return on.items.map((one, index) => [one, text(literal(String(index)))]);
  return on.kind === 'map' ? [...on.entries].map(([key, value]) => turnOf(with_, key, value)) : undefined;
}

/** Of a turn of `collectEntries`; a key that nobody knows is one of its own. */
function entriesOf(one: Value, index: number): (readonly [string, Value])[] {
  if (one.kind === 'map')
    return [...one.entries].map(([key, value]) => [key.startsWith('#') ? `#${index}${key}` : key, value]);
  const [key, value] = one.kind === 'list' ? one.items : [];
  return value === undefined ? [] : [[stringOf(key) ?? `#${index}`, value]];
}

/** `{ key, value -> … }`, or one entry with both. */
function turnOf({ closure }: Extract<Value, { kind: 'closure' }>, key: string, value: Value): Value[] {
  const named = text(literal(key));
  return (closure.parameters?.length ?? 1) > 1
    ? [named, value]
    : [{ kind: 'map', entries: new Map([['key', named] as const, ['value', value] as const]) }];
}
