/** The code files of one folder, taken together: what Terraform calls a module. */
import { posix } from 'node:path';
import type { Lines, Range } from '../../core/site.ts';
import { known, literal } from '../../core/text.ts';
import type { HclBlock, HclExpression } from '../../syntax/hcl/reading.ts';
import type { Readings } from '../../project/readings.ts';
import type { TerraformReading } from './read.ts';
import { memo } from '../../core/memo.ts';
import { defined } from '../../core/optional.ts';

/** A block, and the file it stands in. */
export interface Declared {
  readonly block: HclBlock;
  readonly lines: Lines;
}

export interface Local {
  readonly value: HclExpression;
  readonly lines: Lines;
}

export interface Module {
  /** Project-relative; `''` is the root. */
  readonly folder: string;
  readonly readings: readonly TerraformReading[];
  readonly variables: ReadonlyMap<string, Declared>;
  readonly locals: ReadonlyMap<string, Local>;
  readonly outputs: ReadonlyMap<string, Declared>;
  /** `resource` blocks by `type.name`, `data` blocks by `data.type.name`, in the files' order. */
  readonly resources: ReadonlyMap<string, Declared>;
  readonly calls: ReadonlyMap<string, Declared>;
  readonly providers: readonly Declared[];
  /** Where its state is kept: the `backend` or `cloud` block. */
  readonly backend?: Declared;
  /** Says where its state is kept, or configures a provider: it is meant to be applied, not only to be called. */
  readonly isRoot: boolean;
}

/** All modules of the project, by folder. */
export const modulesOf = memo((readings: Readings): ReadonlyMap<string, Module> => {
  const byFolder = new Map<string, TerraformReading[]>();
  for (const reading of readings.ofKind('terraform').filter((one) => one.role === 'code'))
    byFolder.set(folderOf(reading.file), [...(byFolder.get(folderOf(reading.file)) ?? []), reading]);
  return new Map([...byFolder].map(([folder, list]) => [folder, moduleOf(folder, list)]));
});

/** How an entry of `world.called`, and the run of who applies it by hand, names a module. */
export function moduleKey(folder: string): string {
  return `terraform ${folder}`;
}

export function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? '' : file.slice(0, slash);
}

function moduleOf(folder: string, readings: readonly TerraformReading[]): Module {
  const maps = {
    variables: new Map<string, Declared>(),
    outputs: new Map<string, Declared>(),
    resources: new Map<string, Declared>(),
    calls: new Map<string, Declared>(),
  };
  const locals = new Map<string, Local>();
  const providers: Declared[] = [];
  let backend: Declared | undefined;
  let isRoot = false;
  // An override file's blocks come last, and win.
  const ordered = [...readings].sort((a, b) => Number(isOverride(a.file)) - Number(isOverride(b.file)));
  for (const { lines, body } of ordered) {
    for (const block of body.blocks) {
      const declared: Declared = { block, lines };
      const [first, second] = block.labels.map((label) => label.text);
      if (block.type === 'locals')
        for (const { name, value } of block.body.attributes) locals.set(name, { value, lines });
      else if (block.type === 'provider') providers.push(declared);
      else if (block.type === 'terraform') {
        const state = block.body.blocks.find((one) => one.type === 'backend' || one.type === 'cloud');
        if (state !== undefined) backend = { block: state, lines };
        isRoot ||= state !== undefined || block.body.attributes.some((one) => one.name === 'backend');
      } else if (block.type === 'variable' && first !== undefined) maps.variables.set(first, declared);
      else if (block.type === 'output' && first !== undefined) maps.outputs.set(first, declared);
      else if (block.type === 'module' && first !== undefined) maps.calls.set(first, declared);
      else if (block.type === 'resource' && first !== undefined && second !== undefined)
        maps.resources.set(`${first}.${second}`, declared);
      else if (block.type === 'data' && first !== undefined && second !== undefined)
        maps.resources.set(`data.${first}.${second}`, declared);
    }
  }
  return {
    folder,
    readings,
    ...maps,
    locals,
    providers,
    ...defined({ backend }),
    isRoot: isRoot || providers.length > 0,
  };
}

/** For values that stand in no module. */
export function emptyModule(folder: string): Module {
  const none = new Map<string, never>();
  return {
    folder,
    readings: [],
    variables: none,
    locals: none,
    outputs: none,
    resources: none,
    calls: none,
    providers: [],
    isRoot: false,
  };
}

function isOverride(file: string): boolean {
  return /(?:^|\/)(?:[^/]*_)?override\.(?:tf|tofu)(?:\.json)?$/.test(file);
}

/** Text of an expression that holds nothing to evaluate. */
export function constant(expression: HclExpression | undefined): string | undefined {
  if (expression?.kind !== 'template' || !expression.parts.every((part) => typeof part === 'string')) return undefined;
  return known(literal(expression.parts.join('')));
}

export function attributeOf(block: HclBlock, name: string): HclExpression | undefined {
  return block.body.attributes.find((one) => one.name === name)?.value;
}

/** The folder a `source` names, when it is one of the project's. */
export function localSource(folder: string, source: string | undefined): string | undefined {
  if (source === undefined || !/^\.{1,2}(?:\/|$)/.test(source)) return undefined;
  const path = posix.normalize(posix.join(folder, source.replace(/\/\/+/g, '/').replace(/\?.*$/, '')));
  return path.startsWith('..') ? undefined : path === '.' ? '' : path.replace(/\/$/, '');
}

/** `resource "aws_ecr_repository" "app"`: what a person points at. */
export function headOf({ block }: Declared): Range {
  const last = block.labels.at(-1);
  return [block.range[0], last === undefined ? block.range[0] + block.type.length : last.range[1] + 1];
}
