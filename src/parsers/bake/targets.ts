/** Which targets a bake command builds, with inheritance, matrices and variables worked out. */
import { ALWAYS, type When } from '../../core/choices.ts';
import { byName } from '../../core/secrets.ts';
import { known, literal, type Text } from '../../core/text.ts';
import type { Lines, Range } from '../../core/site.ts';
import type { BakeBlock, BakeReading } from './read.ts';
import type { HclExpression } from '../../syntax/hcl/read.ts';
import { choices, type Choice } from '../compose/variables.ts';
import { evaluateExpression, textOf, type BakeValue, type Resolve } from './values.ts';
import { oneOrNone } from '../../core/optional.ts';

export interface Target {
  readonly name: string;
  readonly nameRange: Range;
  readonly lines: Lines;
  readonly attributes: ReadonlyMap<string, BakeValue>;
  readonly when: When;
}

interface Placed {
  readonly block: BakeBlock;
  readonly lines: Lines;
}

const MAX_DEPTH = 20;
const MAX_MATRIX = 64;

export class BakeFiles {
  private readonly targets = new Map<string, Placed[]>();
  private readonly groups = new Map<string, Placed[]>();
  private readonly variables = new Map<string, Placed>();

  constructor(
    readings: readonly BakeReading[],
    private readonly set: (name: string) => Text | undefined,
    private readonly open: boolean,
  ) {
    for (const { lines, targets, groups, variables } of readings) {
      for (const block of targets)
        this.targets.set(block.name, [...(this.targets.get(block.name) ?? []), { block, lines }]);
      for (const block of groups)
        this.groups.set(block.name, [...(this.groups.get(block.name) ?? []), { block, lines }]);
      for (const block of variables) this.variables.set(block.name, { block, lines });
    }
  }

  has(name: string): boolean {
    return this.targets.has(name) || this.groups.has(name);
  }

  /** Targets and groups by name, groups unfolded; each with every way its variables can be. */
  select(names: readonly string[]): Target[] {
    return this.unfold(names, 0, new Set()).flatMap((name) => this.resolveAll(name));
  }

  private unfold(names: readonly string[], depth: number, seen: Set<string>): string[] {
    return names.flatMap((name) => {
      if (seen.has(name) || depth > MAX_DEPTH) return [];
      seen.add(name);
      const group = this.groups.get(name);
      if (group === undefined) return this.targets.has(name) ? [name] : this.matrixOwner(name);
      const resolve = this.resolver(NO_CHOICE, new Map());
      const members = group.flatMap(({ block, lines }) =>
        block.attributes
          .filter((one) => one.name === 'targets')
          .flatMap((one) => strings(evaluateExpression(one.value, resolve, lines))),
      );
      return this.unfold(members, depth + 1, seen);
    });
  }

  /** `bake app-arm64` may name one cell of a matrix. */
  private matrixOwner(name: string): string[] {
    return [...this.targets.keys()].filter((owner) =>
      this.cells(owner).some((cell) => this.cellName(owner, cell) === name),
    );
  }

  private resolveAll(name: string): Target[] {
    const blocks = this.targets.get(name);
    const own = blocks?.at(-1);
    if (blocks === undefined || own === undefined) return [];
    const used = new Map<string, boolean>();
    for (const one of this.chain(name, NO_CHOICE, new Map(), 0))
      for (const attribute of one.block.attributes) this.variablesIn(attribute.value, used, 0);
    return choices({ used, set: this.set, open: this.open }).flatMap((choice) =>
      this.cells(name).map((cell) => {
        const attributes = new Map<string, BakeValue>();
        const resolve = this.resolver(choice, cell);
        for (const { block, lines } of this.chain(name, choice, cell, 0)) {
          for (const attribute of block.attributes) {
            const value = evaluateExpression(attribute.value, resolve, lines);
            attributes.set(attribute.name, merged(attribute.name, attributes.get(attribute.name), value));
          }
        }
        return {
          name: this.cellName(name, cell) ?? name,
          nameRange: own.block.nameRange,
          lines: own.lines,
          attributes,
          when: choice.when,
        };
      }),
    );
  }

  /** What a target inherits, first, then its own blocks. */
  private chain(name: string, choice: Choice, cell: ReadonlyMap<string, BakeValue>, depth: number): Placed[] {
    const blocks = this.targets.get(name) ?? [];
    if (depth > MAX_DEPTH) return [];
    const parents = blocks.flatMap(({ block, lines }) =>
      block.attributes
        .filter((one) => one.name === 'inherits')
        .flatMap((one) => strings(evaluateExpression(one.value, this.resolver(choice, cell), lines))),
    );
    return [
      ...parents.filter((parent) => parent !== name).flatMap((parent) => this.chain(parent, choice, cell, depth + 1)),
      ...blocks,
    ].slice(0, 200);
  }

  private cells(name: string): ReadonlyMap<string, BakeValue>[] {
    const placed = this.targets.get(name)?.at(-1);
    const matrix = placed?.block.attributes.find((one) => one.name === 'matrix');
    if (placed === undefined || matrix === undefined) return [new Map()];
    const value = evaluateExpression(matrix.value, this.resolver(NO_CHOICE, new Map()), placed.lines);
    if (value.kind !== 'object') return [new Map()];
    let cells: ReadonlyMap<string, BakeValue>[] = [new Map()];
    for (const [key, list] of value.entries) {
      if (list.kind !== 'list') continue;
      cells = cells.flatMap((cell) => list.items.map((item) => new Map([...cell, [key, item]]))).slice(0, MAX_MATRIX);
    }
    return cells;
  }

  private cellName(name: string, cell: ReadonlyMap<string, BakeValue>): string | undefined {
    const placed = this.targets.get(name)?.at(-1);
    const attribute = placed?.block.attributes.find((one) => one.name === 'name');
    if (placed === undefined || attribute === undefined || cell.size === 0) return name;
    return known(textOf(evaluateExpression(attribute.value, this.resolver(NO_CHOICE, cell), placed.lines), name));
  }

  private resolver(choice: Choice, cell: ReadonlyMap<string, BakeValue>): Resolve {
    const resolve: Resolve = (path, depth) => {
      const [name = '', ...steps] = path;
      if (name === 'target') return this.otherTarget(steps, resolve, depth);
      const fromCell = cell.get(name);
      if (fromCell !== undefined) return follow(fromCell, steps);
      const variable = this.variables.get(name);
      if (variable === undefined || depth > MAX_DEPTH) return undefined;
      const attribute = (wanted: string): HclExpression | undefined =>
        variable.block.attributes.find((one) => one.name === wanted)?.value;
      const constant = attribute('constant');
      const given = constant === undefined ? choice.lookup(name) : undefined;
      const { lines, block } = variable;
      if (given !== undefined) return { kind: 'text', text: given, range: block.nameRange, lines };
      const value = constant ?? attribute('default');
      if (value === undefined) return { kind: 'text', text: literal(''), range: block.nameRange, lines };
      const found = evaluateExpression(value, resolve, lines, depth + 1);
      return follow(found.kind === 'text' ? { ...found, text: byName(name, found.text) } : found, steps);
    };
    return resolve;
  }

  /** `target.base.tags`: another target's own attribute. */
  private otherTarget(steps: readonly string[], resolve: Resolve, depth: number): BakeValue | undefined {
    const [name = '', attribute, ...rest] = steps;
    const placed = this.targets.get(name)?.at(-1);
    const found = placed?.block.attributes.find((one) => one.name === attribute);
    return placed === undefined || found === undefined || depth > MAX_DEPTH
      ? undefined
      : follow(evaluateExpression(found.value, resolve, placed.lines, depth + 1), rest);
  }

  private variablesIn(expression: HclExpression, used: Map<string, boolean>, depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (const name of references(expression)) {
      const variable = this.variables.get(name);
      if (variable === undefined || used.has(name)) continue;
      if (variable.block.attributes.some((one) => one.name === 'constant')) {
        for (const one of variable.block.attributes) this.variablesIn(one.value, used, depth + 1);
        continue;
      }
      const byDefault = variable.block.attributes.find((one) => one.name === 'default');
      used.set(name, byDefault !== undefined && !isEmpty(byDefault.value));
      if (byDefault !== undefined) this.variablesIn(byDefault.value, used, depth + 1);
    }
  }
}

const NO_CHOICE: Choice = { lookup: () => undefined, when: ALWAYS };

/** A default of `""` or null says that the caller gives the value. */
function isEmpty(value: HclExpression): boolean {
  return (value.kind === 'template' && value.parts.length === 0) || (value.kind === 'literal' && value.type === 'null');
}

/**
 * Arguments, labels and contexts of an inherited target stay where the heir says nothing about them; the rest is
 * replaced.
 */
function merged(name: string, before: BakeValue | undefined, value: BakeValue): BakeValue {
  if (value.kind === 'null' && before !== undefined) return before;
  if (
    before?.kind !== 'object' ||
    value.kind !== 'object' ||
    !['args', 'labels', 'contexts', 'annotations'].includes(name)
  )
    return value;
  return { kind: 'object', entries: new Map([...before.entries, ...value.entries]) };
}

function follow(value: BakeValue, steps: readonly string[]): BakeValue | undefined {
  let at: BakeValue | undefined = value;
  for (const step of steps) {
    if (at?.kind === 'object') at = at.entries.get(step);
    else if (at?.kind === 'list') at = at.items[Number(step)];
    else return undefined;
  }
  return at;
}

function strings(value: BakeValue | undefined): string[] {
  const items = value?.kind === 'list' ? value.items : oneOrNone(value);
  return items.flatMap((one) => (one.kind === 'text' ? (known(one.text) ?? []) : []));
}

function references(expression: HclExpression): string[] {
  switch (expression.kind) {
    case 'reference':
      return [expression.path[0] ?? ''];
    case 'template':
      return expression.parts.flatMap((part) => (typeof part === 'string' ? [] : references(part)));
    case 'list':
      return expression.items.flatMap(references);
    case 'object':
      return expression.entries.flatMap((one) => [...references(one.key), ...references(one.value)]);
    case 'call':
      return expression.args.flatMap(references);
    case 'conditional':
      return [...references(expression.condition), ...references(expression.yes), ...references(expression.no)];
    case 'operation':
      return expression.operands.flatMap(references);
    case 'literal':
    case 'for':
    case 'other':
      return [];
  }
}
