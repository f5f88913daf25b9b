/** The combinations of a job's matrix, as GitHub makes them: product, exclude, include. */
import type { Matrix, Node } from './reading.ts';
import { property, toJson, unknown, type Data } from './data.ts';
import { renderData, type Contexts } from './evaluate-expression.ts';

/** More combinations than this say nothing new about images. */
const MAX_COMBINATIONS = 32;

export interface Combination {
  readonly matrix: Data;
  /** The values, for people: `arm64, big`. Empty when there is no matrix. */
  readonly label: string;
}

type Cells = ReadonlyMap<string, Data>;

export function combinations(matrix: Matrix | undefined, contexts: Contexts, scope: string): Combination[] {
  if (matrix === undefined) return [{ matrix: { kind: 'object', entries: new Map() }, label: '' }];
  const whole = matrix.expression === undefined ? undefined : renderData(matrix.expression, contexts);
  if (whole !== undefined && whole.kind !== 'object') return [{ matrix: unknown('matrix', scope), label: '' }];
  const dimensions =
    whole === undefined
      ? matrix.dimensions.map(({ name, values }) => ({ name, values: nodeData(values, contexts) }))
      : [...whole.entries]
          .filter(([name]) => name !== 'include' && name !== 'exclude')
          .map(([name, values]) => ({ name, values }));
  const listed = (node: Node | undefined, name: string): Data =>
    whole !== undefined
      ? property(whole, name)
      : node === undefined
        ? { kind: 'list', items: [] }
        : nodeData(node, contexts);
  const exclude = cellsOf(listed(matrix.exclude, 'exclude'));
  const include = cellsOf(listed(matrix.include, 'include'));

  let base: Cells[] = dimensions.length === 0 ? [] : [new Map()];
  for (const { name, values } of dimensions) {
    const options =
      values.kind === 'list' && values.items.length > 0 ? values.items : [unknown(`matrix.${name}`, scope)];
    base = base
      .flatMap((cells) => options.map((option) => new Map([...cells, [name, option]])))
      .slice(0, MAX_COMBINATIONS);
  }
  base = base.filter(
    (cells) =>
      !exclude.some((rule) => rule.size > 0 && [...rule].every(([name, value]) => same(cells.get(name), value))),
  );
  const names = new Set(dimensions.map(({ name }) => name));
  const extended = base.map((cells) => ({ original: cells, cells: new Map(cells) }));
  const added: Cells[] = [];
  for (const extra of include) {
    // An entry joins every combination whose own values it doesn't change; else it stands alone.
    const fitting = extended.filter(({ original }) =>
      [...extra].every(([name, value]) => !names.has(name) || same(original.get(name), value)),
    );
    for (const { cells } of fitting) for (const [name, value] of extra) cells.set(name, value);
    if (fitting.length === 0) added.push(extra);
  }
  const all = [...extended.map(({ cells }) => cells), ...added].slice(0, MAX_COMBINATIONS);
  if (all.length === 0) return [{ matrix: unknown('matrix', scope), label: '' }];
  return all.map((cells) => ({ matrix: { kind: 'object', entries: cells }, label: labelOf(cells) }));
}

function cellsOf(data: Data): Cells[] {
  return data.kind === 'list' ? data.items.flatMap((one) => (one.kind === 'object' ? [one.entries] : [])) : [];
}

function nodeData(node: Node, contexts: Contexts): Data {
  switch (node.kind) {
    case 'scalar':
      return renderData(node.value, contexts);
    case 'list':
      return { kind: 'list', items: node.items.map((one) => nodeData(one, contexts)) };
    case 'map':
      return {
        kind: 'object',
        entries: new Map(node.entries.map(({ name, value }) => [name, nodeData(value, contexts)])),
      };
  }
}

function same(a: Data | undefined, b: Data): boolean {
  if (a === undefined) return false;
  const [left, right] = [toJson(a), toJson(b)];
  return left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right);
}

function labelOf(cells: Cells): string {
  const shown = [...cells.values()]
    .map((one) => toJson(one))
    .filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean');
  return shown.join(', ');
}
