/**
 * Functions that `tsc` writes into what it compiles to CommonJS, or takes from `tslib`: an import through them is the
 * import it was.
 */
import { ts } from '../compiler.ts';
import type { Run } from './run.ts';
import { NOTHING, one, type ObjectValue, type Single, type Value } from './values.ts';

type Helper = '__importStar' | '__importDefault' | '__exportStar';

/** `__importStar(…)`, `tslib_1.__importStar(…)`, `(0, tslib_1.__importStar)(…)` */
export function helperOf(callee: ts.Expression): Helper | undefined {
  const name = ts.isIdentifier(callee)
    ? callee.text
    : ts.isPropertyAccessExpression(callee)
      ? callee.name.text
      : undefined;
  return name === '__importStar' || name === '__importDefault' || name === '__exportStar' ? name : undefined;
}

export function callHelper(helper: Helper, [first = NOTHING, second = NOTHING]: readonly Value[]): Value {
  switch (helper) {
    case '__importStar':
      return first;
    case '__importDefault': {
      const [only] = first;
      return only?.value.kind === 'object' && only.value.entries.has('default')
        ? first
        : one({ kind: 'object', entries: new Map([['default', { value: first }]]), born: [] });
    }
    case '__exportStar': {
      const [from, into] = [soleObject(first), soleObject(second)];
      for (const [name, entry] of from?.entries ?? [])
        if (name !== 'default' && into?.entries.has(name) === false) into.entries.set(name, entry);
      return NOTHING;
    }
  }
}

/**
 * `Object.defineProperty(exports, 'Api', { enumerable: true, get: function () { return api_1.Api; } })`, as `export {
 * Api } from './api'` becomes.
 */
export function defineProperty(
  run: Run,
  [target = NOTHING, key = NOTHING, descriptor = NOTHING]: readonly Value[],
  call: (getter: Single) => Value,
): void {
  const [object, about] = [soleObject(target), soleObject(descriptor)];
  const name = key.length === 1 && key[0]?.value.kind === 'text' ? key[0].value.text.join('') : undefined;
  if (object === undefined || about === undefined || name === undefined || run.when.length > 0) return;
  const getter = about.entries.get('get')?.value[0]?.value;
  const value = getter === undefined ? about.entries.get('value')?.value : call(getter);
  if (value !== undefined) object.entries.set(name, { value });
}

function soleObject(value: Value): ObjectValue | undefined {
  const [only, ...others] = value;
  return others.length === 0 && only?.value.kind === 'object' ? only.value : undefined;
}
