/**
 * Suppressions that the app itself states: `construct.node.addMetadata('plimsoll', { ignore: [{ rule, reason }] })`.
 */
import { known } from '../../core/text.ts';
import type { Suppression } from '../../syntax/source.ts';
import { ts } from './compiler.ts';
import type { CdkObject, CdkSingle, CdkSource, CdkValue } from './reading.ts';
import { defined } from '../../core/optional.ts';

/** By file. What is written inside a construct's class covers the class, else the construct's own expression. */
export function metadataSuppressions(
  objects: readonly CdkObject[],
  parse: (file: string) => ts.SourceFile | undefined,
): ReadonlyMap<string, readonly Suppression[]> {
  const byFile = new Map<string, Suppression[]>();
  const seen = new Set<string>();
  for (const call of objects) {
    if (call.how !== 'method' || call.name !== 'addMetadata' || textOf(call.args[0]) !== 'plimsoll') continue;
    const object = targetOf(call, objects);
    if (object === undefined) continue;
    const region = regionOf(object, call.whole, parse);
    const key = `${call.whole.file} ${call.whole.range.join()} ${region.file} ${region.range.join()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const range = call.whole.file === region.file ? call.whole.range : region.range;
    const list = byFile.get(region.file) ?? [];
    byFile.set(region.file, list);
    for (const one of listOf(entryOf(call.args[1], 'ignore'))) list.push(...suppressionOf(one, range, region.range));
  }
  return byFile;
}

function targetOf(call: CdkObject, objects: readonly CdkObject[]): CdkObject | undefined {
  let at = call.target;
  while (at?.kind === 'member') at = at.of;
  return at?.kind === 'ref' ? objects[at.id] : undefined;
}

function regionOf(object: CdkObject, call: CdkSource, parse: (file: string) => ts.SourceFile | undefined): CdkSource {
  const source = object.className === undefined ? undefined : parse(call.file);
  const own = source === undefined ? undefined : enclosingClass(source, call.range[0]);
  return own?.name?.text === object.className && own !== undefined
    ? { file: call.file, range: [own.getStart(source), own.end] }
    : object.whole;
}

function enclosingClass(source: ts.SourceFile, offset: number): ts.ClassLikeDeclaration | undefined {
  let found: ts.ClassLikeDeclaration | undefined;
  let at: ts.Node | undefined = source;
  while (at !== undefined) {
    if (ts.isClassLike(at)) found = at;
    at = ts.forEachChild(at, (child) => (child.pos <= offset && offset < child.end ? child : undefined));
  }
  return found;
}

function suppressionOf(value: CdkValue, range: Suppression['range'], region: Suppression['range']): Suppression[] {
  const rule = textOf(value) ?? textOf(entryOf(value, 'rule'));
  const rules = rule === undefined ? listOf(entryOf(value, 'rule')).flatMap((one) => textOf(one) ?? []) : [rule];
  if (rules.length === 0) return [];
  const reason = textOf(entryOf(value, 'reason'));
  const until = textOf(entryOf(value, 'until'));
  return [
    {
      rules,
      scope: 'line',
      range,
      covers: [],
      region,
      ...defined({ reason, until }),
    },
  ];
}

function only(value: CdkValue | undefined): CdkSingle | undefined {
  return value?.length === 1 ? value[0]!.value : undefined;
}

function textOf(value: CdkValue | undefined): string | undefined {
  const single = only(value);
  return single?.kind === 'text' ? known(single.text) : undefined;
}

function entryOf(value: CdkValue | undefined, key: string): CdkValue | undefined {
  const single = only(value);
  return single?.kind === 'object' ? single.entries.find((entry) => entry.key === key)?.value : undefined;
}

function listOf(value: CdkValue | undefined): readonly CdkValue[] {
  const single = only(value);
  return single?.kind === 'list' ? single.items : [];
}
