/** The language's and Node's own functions: Object, JSON, path, fs, crypto, child_process … */
import { posix } from 'node:path';
import { contentOf, judged, seal, Sealed } from '../../../core/sealed.ts';
import { hole } from '../../../core/text.ts';
import type { ts } from '../compiler.ts';
import { noteBoolean, noteOther, noteParsed } from '../context.ts';
import { unknownAt } from './expressions.ts';
import { fromJson, jsonText } from './json-values.ts';
import { record } from '../library.ts';
import { concat } from './operators.ts';
import { excerpt, sourceOf, type Run } from './run.ts';
import { itemsOf } from './statements.ts';
import {
  NOTHING,
  knownText,
  one,
  primitive,
  textValue,
  truth,
  unknown,
  type ObjectValue,
  type SymbolValue,
  type Value,
} from './values.ts';
import { view } from './alternatives.ts';

const PATH = /^(?:node:)?path(?:\/posix)?$/;
const FS = /^(?:node:)?(?:fs|fs\/promises|fs-extra)$/;

export function callGlobal(
  run: Run,
  { module, path }: SymbolValue,
  args: readonly Value[],
  node: ts.CallExpression,
): Value | undefined {
  const name = path.join('.');
  if (PATH.test(module)) return pathFunction(run, path.at(-1) ?? '', args, node);
  if (FS.test(module)) return fsFunction(run, path.at(-1) ?? '', args, node);
  if (/^(?:node:)?url$/.test(module) && name.endsWith('fileURLToPath')) return stripFileUrl(args, node);
  if (/^(?:node:)?child_process$/.test(module)) return commandOutput(node);
  if (/^(?:node:)?(?:os|process)$/.test(module) && /arch$/.test(name)) return one(unknown('process.arch'));
  if (/^(?:uuid|nanoid)$/.test(module) || /^(?:node:)?crypto$/.test(module)) {
    return one(
      record(run, { how: 'call', module, name, args, source: sourceOf(node.expression), whole: sourceOf(node) }),
    );
  }
  return module === 'global' ? globalFunction(run, name, args, node) : undefined;
}

/** `execSync('git rev-parse HEAD')`: what a command prints isn't known, but a commit or a date differs on every run. */
function commandOutput(node: ts.CallExpression): Value {
  const text = excerpt(node, 80).replaceAll('@', '');
  return one(
    textValue(hole(text, /git (?:rev-parse|describe|log)|\bdate\b/.test(text) ? 'unique' : 'unknown')),
    sourceOf(node),
  );
}

function globalFunction(run: Run, name: string, args: readonly Value[], node: ts.CallExpression): Value | undefined {
  const first = args[0] ?? NOTHING;
  const single = first.length === 1 ? first[0]!.value : undefined;
  switch (name) {
    case 'String':
      noteParsed(first, node);
      return first.map((alt) =>
        alt.value.kind === 'literal' ? { ...alt, value: primitive(String(alt.value.value))[0]!.value } : alt,
      );
    case 'Boolean': {
      noteBoolean(first, node);
      const known = single === undefined ? undefined : truth(single);
      return known === undefined ? first : primitive(known);
    }
    case 'Number':
    case 'parseInt':
    case 'parseFloat':
      return numeric(name, first, node);
    case 'Object.keys':
      return listOf(first, (object) => [...object.entries.keys()].map((key) => primitive(key)));
    case 'Object.values':
      return listOf(first, (object) => [...object.entries.values()].map((entry) => entry.value));
    case 'Object.entries':
      return listOf(first, (object) =>
        [...object.entries].map(([key, entry]) =>
          one({ kind: 'list', items: [primitive(key), entry.value], open: false }),
        ),
      );
    case 'Object.freeze':
    case 'structuredClone':
      return first;
    case 'Object.assign':
      return assigned(run, args);
    case 'Object.fromEntries':
      return newGlobal(run, 'Map', args);
    case 'Array.from':
    case 'Array.of':
      return single?.kind === 'list'
        ? one({ kind: 'list', items: [...single.items], open: single.open })
        : one({ kind: 'list', items: [], open: true });
    case 'Array.isArray':
      noteParsed(first, node);
      return single === undefined || single.kind === 'unknown' || single.kind === 'member'
        ? one(unknownAt(node))
        : primitive(single.kind === 'list');
    case 'JSON.parse':
      return parsedOf(run, first, node);
    case 'JSON.stringify': {
      noteOther(first, node);
      const text = jsonText(first);
      return text === undefined ? one(unknownAt(node)) : one(textValue(text), sourceOf(node));
    }
    case 'process.cwd':
      return primitive(run.modules.rootPath(run.roots[0] ?? ''));
    case 'Date.now':
    case 'Math.random':
      return one({ ...unknown(`${name}()`), nature: 'unique' });
    case 'Promise.resolve':
      return first;
    case 'Promise.all':
      return first;
    case 'encodeURIComponent':
      return first;
    case 'console.log':
    case 'console.warn':
    case 'console.info':
    case 'console.error':
      return NOTHING;
    default:
      for (const arg of args) noteOther(arg, node);
      return undefined;
  }
}

/** `Number('8080')`, `parseInt(port, 10)`. */
function numeric(name: 'Number' | 'parseInt' | 'parseFloat', first: Value, node: ts.Node): Value {
  const single = first.length === 1 ? first[0]!.value : undefined;
  noteParsed(first, node);
  const text = single === undefined ? undefined : single.kind === 'literal' ? String(single.value) : knownText(single);
  const number = text === undefined ? Number.NaN : name === 'Number' ? Number(text) : Number.parseFloat(text);
  return Number.isNaN(number) ? one(unknownAt(node)) : primitive(name === 'parseInt' ? Math.trunc(number) : number);
}

function parsedOf(run: Run, first: Value, node: ts.Node): Value {
  const single = first.length === 1 ? first[0]!.value : undefined;
  noteParsed(first, node);
  const text = single?.kind === 'text' ? judged(single.text) : undefined;
  const about = single?.kind === 'text' ? single.text.find((part) => part instanceof Sealed) : undefined;
  return text === undefined
    ? one(unknownAt(node))
    : parsed(run, text, node, about instanceof Sealed ? about.about : undefined);
}

function parsed(run: Run, text: string, node: ts.Node, about?: string): Value {
  try {
    const json: unknown = JSON.parse(text);
    return fromJson(json, run.when, 0, about);
  } catch {
    return one(unknownAt(node));
  }
}

function listOf(value: Value, items: (object: ObjectValue) => Value[]): Value {
  return value.map((alt) => {
    const from = alt.value;
    if (from.kind === 'list') return alt;
    const known = from.kind === 'object' && from.library === undefined;
    return {
      ...alt,
      value: { kind: 'list' as const, items: known ? items(from) : [], open: !known || from.open !== undefined },
    };
  });
}

function assigned(run: Run, args: readonly Value[]): Value {
  const target = args[0]?.[0]?.value;
  if (target?.kind !== 'object') return args[0] ?? NOTHING;
  for (const arg of args.slice(1)) {
    for (const alt of view(arg, run.when)) {
      if (alt.value.kind === 'object') for (const [key, entry] of alt.value.entries) target.entries.set(key, entry);
      else if (alt.value.kind === 'unknown') target.open ??= alt.value;
    }
  }
  return one(target);
}

/** `new Map(…)`, `new Date()` … ; undefined for what isn't known. */
export function newGlobal(run: Run, name: string, args: readonly Value[]): Value | undefined {
  const first = args[0]?.[0]?.value;
  switch (name) {
    case 'Map': {
      const object: ObjectValue = { kind: 'object', entries: new Map(), born: run.when };
      for (const item of first === undefined ? [] : (itemsOf(first) ?? [])) {
        const pair = item[0]?.value;
        const key = pair?.kind === 'list' ? pair.items[0]?.[0]?.value : undefined;
        const text = key === undefined ? undefined : knownText(key);
        if (pair?.kind === 'list' && text !== undefined) object.entries.set(text, { value: pair.items[1] ?? NOTHING });
      }
      if (first !== undefined && itemsOf(first) === undefined) object.open = unknown('map');
      return one(object);
    }
    case 'Set':
    case 'Array':
      return one({
        kind: 'list',
        items: first?.kind === 'list' ? [...first.items] : [],
        open: first !== undefined && first.kind !== 'list',
      });
    case 'Date':
      return one({ ...unknown('new Date()'), nature: 'unique' });
    case 'Error':
      return one(unknown('Error'));
    case 'URL': {
      const base = args[1]?.[0]?.value;
      const [to, from] = [
        first === undefined ? undefined : knownText(first),
        base === undefined ? undefined : knownText(base),
      ];
      return to === undefined || from === undefined
        ? undefined
        : primitive(`file://${posix.join(posix.dirname(from.replace(/^file:\/\//, '')), to)}`);
    }
    default:
      return undefined;
  }
}

function stripFileUrl(args: readonly Value[], node: ts.Node): Value {
  const text = args[0]?.length === 1 ? knownText(args[0][0]!.value) : undefined;
  return text === undefined ? one(unknownAt(node)) : primitive(text.replace(/^file:\/\//, ''));
}

function pathFunction(run: Run, name: string, args: readonly Value[], node: ts.Node): Value | undefined {
  const whole = args.map((arg) => (arg.length === 1 ? knownText(arg[0]!.value) : undefined));
  const known = whole.every((part) => part !== undefined) ? whole.filter((part) => part !== undefined) : undefined;
  switch (name) {
    case 'join':
      return known === undefined ? joinedPath(args) : primitive(posix.join(...known), sourceOf(node));
    case 'resolve':
      return known === undefined
        ? joinedPath(args)
        : primitive(
            known.some((part) => part.startsWith('/'))
              ? posix.resolve('/', ...known)
              : posix.join(run.modules.rootPath(run.roots[0] ?? ''), ...known),
            sourceOf(node),
          );
    case 'normalize':
      return known?.[0] === undefined ? args[0] : primitive(posix.normalize(known[0]));
    case 'dirname':
      return known?.[0] === undefined ? one(unknownAt(node)) : primitive(posix.dirname(known[0]), sourceOf(node));
    case 'basename':
      return known?.[0] === undefined
        ? one(unknownAt(node))
        : primitive(posix.basename(known[0], known[1]), sourceOf(node));
    case 'extname':
      return known?.[0] === undefined ? one(unknownAt(node)) : primitive(posix.extname(known[0]));
    case 'sep':
      return primitive('/');
    default:
      return one(unknownAt(node));
  }
}

/** With a hole in it, `..` can't be cut away; the parts stay as they are. */
function joinedPath(args: readonly Value[]): Value {
  return concat(
    args.flatMap((arg, index) => (index === 0 ? [arg] : [primitive('/'), arg])),
    'path',
  );
}

function fsFunction(run: Run, name: string, args: readonly Value[], node: ts.Node): Value {
  const path = args[0]?.length === 1 ? knownText(args[0][0]!.value) : undefined;
  const file = path === undefined ? undefined : run.modules.projectPath(path, run.roots);
  if (/^(?:exists|existsSync|pathExists|pathExistsSync)$/.test(name))
    return file === undefined ? one(unknownAt(node)) : primitive(run.modules.exists(file));
  if (/^(?:readFile|readFileSync)$/.test(name) && file !== undefined) {
    const text = run.modules.read(file);
    if (text !== undefined && text.length < 200_000) return one(textValue(seal(text, contentOf(file))));
  }
  if (/^(?:readJson|readJsonSync|readJSONSync)$/.test(name) && file !== undefined) {
    const text = run.modules.read(file);
    if (text !== undefined) return parsed(run, text, node, contentOf(file));
  }
  return one(unknownAt(node));
}
