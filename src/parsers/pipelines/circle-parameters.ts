/**
 * CircleCI's parameters: what a job or a command is given is pasted into its text before anybody reads that. A value
 * that isn't known stays as it is written.
 */
import { get, type YamlNode } from '../../syntax/yaml.ts';
import { add } from '../../core/lists.ts';
import { memo } from '../../core/memo.ts';
import type { Composed } from './composed.ts';
import { entriesOf, itemsOf } from './source.ts';

export type Parameters = ReadonlyMap<string, string>;

export const NONE: Parameters = new Map();

const PARAMETER = /<<\s*parameters\.([\w-]+)\s*>>/g;

/** A text that would become longer than this keeps its parameters as they are written. */
const LONGEST = 100_000;

export function filled(text: string, parameters: Parameters): string {
  return lengthOf(text, parameters) > Math.max(LONGEST, text.length)
    ? text
    : text.replace(PARAMETER, (whole, name: string) => parameters.get(name) ?? whole);
}

function lengthOf(text: string, parameters: Parameters): number {
  let length = text.length;
  for (const [whole, name = ''] of text.matchAll(PARAMETER))
    length += (parameters.get(name)?.length ?? whole.length) - whole.length;
  return length;
}

/** What is pasted stands where its parameter is named. */
export function pasted(composed: Composed, parameters: Parameters): Composed {
  const { text, map } = composed;
  if (lengthOf(text, parameters) > Math.max(LONGEST, text.length)) return composed;
  const offsets: number[] = [];
  let result = '';
  let last = 0;
  const copy = (end: number): void => {
    for (let at = last; at < end; at++) offsets.push(at);
    result += text.slice(last, end);
    last = end;
  };
  for (const found of text.matchAll(PARAMETER)) {
    const value = parameters.get(found[1] ?? '');
    if (value === undefined) continue;
    copy(found.index);
    for (let at = 0; at < value.length; at++) offsets.push(found.index);
    result += value;
    last = found.index + found[0].length;
  }
  copy(text.length);
  return { text: result, map: (offset) => map(offsets[offset] ?? text.length) };
}

/** What the parameters that a job or command declares are, under what it was given. */
export function parametersOf(declaration: YamlNode | undefined, given: Given): Parameters {
  return new Map(
    entriesOf(get(declaration, 'parameters')).flatMap(({ key: { value: name }, value }): [string, string][] => {
      const said = given.has(name) ? given.get(name) : get(value, 'default');
      const text = typeof said === 'string' ? said : said?.kind === 'scalar' ? said.value : undefined;
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

/** By name; undefined: given, and nobody knows what. */
export type Given = ReadonlyMap<string, string | undefined>;

/** `around`: the parameters of what gives them. */
export function givenBy(node: YamlNode | undefined, around: Parameters): Given {
  return new Map(
    entriesOf(node).map(({ key, value }) => [
      key.value,
      value.kind === 'scalar' ? filled(value.value, around) : undefined,
    ]),
  );
}

/** More ways to call a job than these are not told apart. */
const MOST_CALLS = 20;

/** The ways in which workflows call a job, by its parameters; its defaults alone, where none does. */
export function callsOf(root: YamlNode | undefined, job: string, declaration: YamlNode | undefined): Parameters[] {
  const calls = (root === undefined ? undefined : callsIn(root).get(job)) ?? [new Map()];
  const ways = calls.map((given) => parametersOf(declaration, given));
  const distinct = [...new Map(ways.map((way) => [JSON.stringify([...way]), way])).values()];
  return distinct.length > MOST_CALLS ? [inCommon(distinct)] : distinct;
}

/** What workflows give to jobs, by the job. */
const callsIn = memo((root: YamlNode): ReadonlyMap<string, readonly Given[]> => {
  const calls = new Map<string, Given[]>();
  for (const item of entriesOf(get(root, 'workflows')).flatMap(({ value }) => itemsOf(get(value, 'jobs')))) {
    if (item.kind === 'scalar') add(calls, item.value, new Map());
    else for (const { key, value } of entriesOf(item)) for (const row of rowsOf(value)) add(calls, key.value, row);
  }
  return calls;
});

function inCommon([first = NONE, ...others]: readonly Parameters[]): Parameters {
  return new Map([...first].filter(([name, value]) => others.every((other) => other.get(name) === value)));
}

/** `matrix: {parameters: {tag: [a, b]}}` calls the job once for each. */
function rowsOf(call: YamlNode): Given[] {
  const given = givenBy(call, NONE);
  let rows: Given[] = [given];
  for (const { key, value } of entriesOf(get(call, 'matrix', 'parameters'))) {
    const values = value.kind === 'seq' ? value.items : [undefined];
    const told = rows.length * values.length > MOST_CALLS ? [undefined] : values;
    rows = rows.flatMap((row) =>
      told.map((one) => new Map([...row, [key.value, one?.kind === 'scalar' ? one.value : undefined]])),
    );
  }
  const left = itemsOf(get(call, 'matrix', 'exclude')).map((one) => [...givenBy(one, NONE)]);
  return rows.filter((row) => !left.some((out) => out.every(([name, value]) => row.get(name) === value)));
}
