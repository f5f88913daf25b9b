/**
 * Files of values (`*.tfvars`): those that Terraform reads by itself, and those of which one is named at each run
 * (`-var-file=envs/test.tfvars`).
 */
import { fromFile } from '../../core/choices.ts';
import { memo } from '../../core/memo.ts';
import { evaluate } from './expressions.ts';
import { attributeOf, folderOf, modulesOf, type Module } from './module.ts';
import { isExampleOfValues, type TerraformReading } from './read.ts';
import type { Scope } from './scope.ts';
import { sealed, type Value } from './value.ts';
import type { Readings } from '../../project/readings.ts';

const BY_ITSELF = /(?:^|\/)(?:terraform|[^/]+\.auto)\.tfvars(?:\.json)?$/;

/** `terraform.tfvars` and `*.auto.tfvars` beside the code are read without being asked for; the later one wins. */
export function inValueFiles(scope: Scope, name: string): Value | undefined {
  const rank = (file: string): string => `${/\.auto\./.test(file) ? 1 : 0} ${file}`;
  return ownFiles(scope.world.readings, scope.module)
    .sort((a, b) => (rank(a.file) < rank(b.file) ? -1 : 1))
    .map((file) => stated(scope, file, name))
    .findLast((value) => value !== undefined);
}

/**
 * What a variable has where one of several files is chosen for each run and nobody here says which; undefined where
 * the module can do without them. `otherwise` is its default: where a file says something else, that something stays
 * open, since nothing shows that this file is ever chosen.
 */
export function inChosenFiles(
  scope: Scope,
  name: string,
  otherwise: Value | undefined,
  open: Value,
): Value | undefined {
  if (scope.root.filesNamed === true) return undefined;
  const files = chosenFiles(scope.world.readings, scope.module);
  if (!files.some((file) => sets(file, name))) return undefined;
  const ways = files.map((file) => {
    const value = stated(scope, file, name);
    return { file, value: value === undefined ? otherwise : otherwise === undefined ? value : open };
  });
  if (ways.some(({ value }) => value === undefined)) return undefined;
  return ways.flatMap(({ file, value }) =>
    value!.map((way) => ({ ...way, when: [...way.when, ...fromFile(scope.rootFolder, file.file)] })),
  );
}

function stated(scope: Scope, { lines, body }: TerraformReading, name: string): Value | undefined {
  const attribute = body.attributes.find((each) => each.name === name);
  return attribute === undefined
    ? undefined
    : sealed(evaluate(attribute.value, { scope, lines, names: new Map() }), `var.${name}`);
}

const sets = ({ body }: TerraformReading, name: string): boolean => body.attributes.some((each) => each.name === name);

function ownFiles(readings: Readings, { folder }: Module): TerraformReading[] {
  return valueFiles(readings).filter(({ file }) => folderOf(file) === folder && BY_ITSELF.test(file));
}

/** More stages than these are told apart by nobody. */
const MOST_CHOSEN = 12;

/**
 * Beside the module, or in folders below it that hold no module of their own. Each must give what the module can't do
 * without: then one of them is named at each run.
 */
export function chosenFiles(readings: Readings, module: Module): readonly TerraformReading[] {
  const known = chosenIn(readings);
  const files = known.get(module) ?? choose(readings, module);
  known.set(module, files);
  return files;
}

/** Each variable of a module asks for them. */
const chosenIn = memo((_: Readings) => new Map<Module, readonly TerraformReading[]>());

function choose(readings: Readings, module: Module): readonly TerraformReading[] {
  const own = ownFiles(readings, module);
  const wanting = [...module.variables].flatMap(([name, { block }]) =>
    attributeOf(block, 'default') === undefined && !own.some((file) => sets(file, name)) ? [name] : [],
  );
  const files = valueFiles(readings).filter(
    (one) =>
      !own.includes(one) &&
      isBelow(readings, folderOf(one.file), module.folder) &&
      !isExampleOfValues(one.file) &&
      one.body.attributes.some(({ name }) => wanting.includes(name)),
  );
  return files.length > MOST_CHOSEN ? [] : files;
}

const valueFiles = memo((readings: Readings): readonly TerraformReading[] =>
  readings.ofKind('terraform').filter(({ role }) => role === 'values'),
);

function isBelow(readings: Readings, folder: string, module: string): boolean {
  for (let at = folder; at !== module; at = folderOf(at)) if (at === '' || modulesOf(readings).has(at)) return false;
  return true;
}
