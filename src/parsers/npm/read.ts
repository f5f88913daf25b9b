/**
 * package.json → reading: its scripts, parsed as shell with a map back through the JSON string, and what it depends on.
 */
import type { Range } from '../../core/site.ts';
import { isList, isObject, parseJson, type Json } from '../../syntax/json.ts';
import { mappedBuilder, sourceOffset, type MappedText } from '../../syntax/mapped.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import type { Script } from '../shell/reading.ts';
import { parseScript } from '../shell/parse.ts';

export interface PackageScript {
  readonly name: string;
  readonly text: MappedText;
  readonly script: Script;
  /** `"name": "text"` */
  readonly range: Range;
}

export interface PackageJsonReading extends ReadingBase {
  readonly kind: 'package-json';
  readonly name?: string;
  readonly version?: string;
  readonly scripts: readonly PackageScript[];
  /** Globs of an npm or yarn workspace root. */
  readonly workspaces: readonly string[];
  /** Every kind of dependency, by name, with its range as written. */
  readonly dependencies: Readonly<Record<string, string>>;
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

export function read(source: SourceText): PackageJsonReading {
  const { file, lines, text } = source;
  const { value, locate, unreadable } = parseJson(source);
  const root = isObject(value) ? value : {};
  const scripts: PackageScript[] = [];
  for (const [name, script] of Object.entries(isObject(root['scripts']) ? root['scripts'] : {})) {
    const range = locate(['scripts', name], 'entry');
    const string = locate(['scripts', name]);
    if (typeof script !== 'string' || range === undefined || string === undefined) continue;
    const mapped = unescapeJson(text.slice(...string), string[0]);
    scripts.push({
      name,
      text: mapped,
      range,
      script: parseScript(mapped.text, (offset) => sourceOffset(mapped, offset)).script,
    });
  }
  const dependencies: Record<string, string> = Object.create(null);
  for (const kind of DEPENDENCIES) {
    for (const [name, range] of Object.entries(isObject(root[kind]) ? root[kind] : {}))
      if (typeof range === 'string') dependencies[name] ??= range;
  }
  return {
    kind: 'package-json',
    file,
    lines,
    unreadable,
    suppressions: [],
    ...(typeof root['name'] === 'string' ? { name: root['name'] } : {}),
    ...(typeof root['version'] === 'string' ? { version: root['version'] } : {}),
    scripts,
    workspaces: workspacesOf(root['workspaces']),
    dependencies,
  };
}

function workspacesOf(value: Json | undefined): string[] {
  const list = isObject(value) ? value['packages'] : value;
  return isList(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}

/** The content of a JSON string, given with its quotes; every character knows where it stands. */
export function unescapeJson(written: string, start: number): MappedText {
  const builder = mappedBuilder();
  for (let at = 1; at < written.length - 1; ) {
    const escape = written.indexOf('\\', at);
    const stop = escape === -1 ? written.length - 1 : escape;
    builder.copy(written.slice(at, stop), start + at);
    if (escape === -1) break;
    const length = written[escape + 1] === 'u' ? 6 : 2;
    const value: unknown = JSON.parse(`"${written.slice(escape, escape + length)}"`);
    builder.insert(String(value), start + escape, start + escape + length);
    at = escape + length;
  }
  return builder.done();
}
