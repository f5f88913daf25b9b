/**
 * `terragrunt.hcl`: a module of another folder with the inputs it gets, also from the file it includes and from other
 * modules' outputs.
 */
import { posix } from 'node:path';
import type { HclBlock } from '../../syntax/hcl/reading.ts';
import type { Readings } from '../../project/readings.ts';
import type { TerraformReading } from './read.ts';
import type { World } from '../../project/evaluation.ts';
import { outputOf } from './calls.ts';
import { evaluate } from './expressions.ts';
import {
  attributeOf,
  constant,
  emptyModule,
  folderOf,
  localSource,
  modulesOf,
  type Local,
  type Module,
} from './module.ts';
import { NOBODY, openRoot, type Scope } from './scope.ts';
import { one, unknown, type Value } from './value.ts';

export interface Wrapped {
  /** Of the module. */
  readonly folder: string;
  readonly given: ReadonlyMap<string, Value>;
}

const MAX_DEPENDENCIES = 5;

export function wrappedModule(world: World, folder: string, depth = 0): Wrapped | undefined {
  const reading = readingIn(world.readings, folder);
  const module = reading === undefined ? undefined : sourceOf(reading);
  if (reading === undefined || module === undefined || !modulesOf(world.readings).has(module)) return undefined;
  const parent = includedBy(world.readings, reading);
  return {
    folder: module,
    given: new Map([
      ...(parent === undefined ? [] : inputsOf(world, parent, depth)),
      ...inputsOf(world, reading, depth),
    ]),
  };
}

/** Folders with a `terragrunt.hcl` that wraps a module of the project. */
export function wrappers(readings: Readings): TerraformReading[] {
  return readings
    .ofKind('terraform')
    .filter((reading) => reading.role === 'terragrunt' && sourceOf(reading) !== undefined);
}

export function sourceOf(reading: TerraformReading): string | undefined {
  const block = reading.body.blocks.find((each) => each.type === 'terraform');
  return block === undefined ? undefined : localSource(folderOf(reading.file), constant(attributeOf(block, 'source')));
}

function readingIn(readings: Readings, folder: string): TerraformReading | undefined {
  const reading = readings.get(folder === '' ? 'terragrunt.hcl' : `${folder}/terragrunt.hcl`);
  return reading?.kind === 'terraform' ? reading : undefined;
}

/** `include { path = find_in_parent_folders() }`: the nearest one above. */
function includedBy(readings: Readings, reading: TerraformReading): TerraformReading | undefined {
  if (!reading.body.blocks.some((block) => block.type === 'include')) return undefined;
  for (let folder = folderOf(reading.file); folder !== ''; ) {
    folder = folderOf(folder);
    const found = readingIn(readings, folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inputsOf(world: World, reading: TerraformReading, depth: number): Map<string, Value> {
  const folder = folderOf(reading.file);
  const { lines, body } = reading;
  const locals = new Map(
    body.blocks
      .filter((block) => block.type === 'locals')
      .flatMap((block) => block.body.attributes.map(({ name, value }): [string, Local] => [name, { value, lines }])),
  );
  const module: Module = { ...emptyModule(folder), locals };
  const scope: Scope = openRoot(world, module, NOBODY);
  const place = { lines, range: [0, 0] as const };
  const dependencies = body.blocks
    .filter((block) => block.type === 'dependency')
    .map((block): [string, Value] => [
      block.labels[0]?.text ?? '',
      dependency(world, block, folder, depth) ?? one(unknown(`dependency.${block.labels[0]?.text ?? ''}`), place),
    ]);
  const names = new Map([['dependency', one({ kind: 'object', entries: new Map(dependencies) }, place)]]);
  const inputs = body.attributes.find((each) => each.name === 'inputs');
  const [value] = inputs === undefined ? [] : evaluate(inputs.value, { scope, lines, names });
  return new Map(value?.value.kind === 'object' ? value.value.entries : []);
}

/** `dependency.ecr.outputs.url`: an output of the module that another `terragrunt.hcl` wraps. */
function dependency(world: World, block: HclBlock, folder: string, depth: number): Value | undefined {
  const path = constant(attributeOf(block, 'config_path'));
  const target = path === undefined ? undefined : localSource(folder, path.startsWith('.') ? path : `./${path}`);
  const wrapped =
    target === undefined || depth >= MAX_DEPENDENCIES
      ? undefined
      : wrappedModule(world, posix.normalize(target), depth + 1);
  const module = wrapped === undefined ? undefined : modulesOf(world.readings).get(wrapped.folder);
  if (wrapped === undefined || module === undefined) return undefined;
  const scope = openRoot(world, module, { ...NOBODY, given: wrapped.given });
  const place = { lines: { file: '', starts: [0] }, range: [0, 0] as const };
  const outputs = new Map(
    [...module.outputs.keys()].map((name) => [name, outputOf(scope, name) ?? one(unknown(`output.${name}`), place)]),
  );
  return one(
    { kind: 'object', entries: new Map([['outputs', one({ kind: 'object', entries: outputs }, place)]]) },
    place,
  );
}
