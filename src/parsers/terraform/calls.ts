/** Modules that a module calls: those of the project are followed, of a registry's only what the call says is known. */
import type { Hop } from '../../core/site.ts';
import { inTurn } from '../../project/in-turn.ts';
import { evaluate } from './expressions.ts';
import {
  attributeOf,
  constant,
  emptyModule,
  headOf,
  localSource,
  modulesOf,
  type Declared,
  type Module,
} from './module.ts';
import { registryOutput } from './registry.ts';
import { instancesOf, type Instance } from './resources.ts';
import { MAX_MODULE_DEPTH, newMemo, once, type Inputs, type Scope } from './scope.ts';
import { placed, type Value } from './value.ts';
import { defined } from '../../core/optional.ts';

const META = new Set(['source', 'version', 'count', 'for_each', 'providers', 'depends_on']);

/** A module's resources and outputs are worked out anew for each call. */
const STEPS_PER_CALL = 20;

export function childrenOf(scope: Scope, name: string): readonly Scope[] {
  const { children } = scope.memo;
  const have = children.get(name);
  const declared = scope.module.calls.get(name);
  if (have !== undefined || declared === undefined) return have ?? [];
  children.set(name, []);
  const found =
    scope.folders.length > MAX_MODULE_DEPTH
      ? []
      : instancesOf(scope, declared).flatMap((instance) =>
          scope.world.budget.spend(STEPS_PER_CALL) ? childScope(scope, name, declared, instance) : [],
        );
  children.set(name, found);
  return found;
}

function childScope(scope: Scope, name: string, declared: Declared, instance: Instance): Scope {
  const { block, lines } = declared;
  const source = constant(attributeOf(block, 'source'));
  const folder = localSource(scope.module.folder, source);
  const own =
    folder === undefined || scope.folders.includes(folder) ? undefined : modulesOf(scope.world.readings).get(folder);
  const path = `${scope.path}module.${name}${instance.suffix}.`;
  const { file, span } = placed({ lines, range: headOf(declared) }, []);
  const hop: Hop = { label: `module ${name}`, file, span };
  const inputs: Inputs = {
    get: (input) => {
      const given = META.has(input) ? undefined : attributeOf(block, input);
      return given === undefined
        ? undefined
        : once(scope, `${path}${input}`, () => evaluate(given, { scope, lines, names: instance.names }));
    },
  };
  return {
    world: scope.world,
    module: own ?? emptyModule(folder ?? `${scope.module.folder}#${name}`),
    root: scope.root,
    rootFolder: scope.rootFolder,
    path,
    frame: own === undefined ? scope.frame : { ...scope.frame, via: [...scope.frame.via, hop] },
    inputs,
    folders: [...scope.folders, folder ?? path],
    parent: scope,
    call: declared,
    when: instance.when,
    label: path.slice(0, -1),
    suffix: `@${scope.rootFolder}#${path.slice(0, -1)}`,
    memo: newMemo(),
    ...defined({ key: instance.key }),
    ...(own === undefined && source !== undefined ? { registry: source } : {}),
  };
}

/** An output's values; undefined when the module has none of that name. */
export function outputOf(scope: Scope, name: string): Value | undefined {
  if (scope.registry !== undefined) return registryOutput(scope, name);
  const declared = scope.module.outputs.get(name);
  const value = declared === undefined ? undefined : attributeOf(declared.block, 'value');
  return declared === undefined || value === undefined
    ? undefined
    : once(scope, `output ${name}`, () => evaluate(value, { scope, lines: declared.lines, names: new Map() }));
}

/** Does something for this module, then for all that it calls. */
export function forEachScope(scope: Scope, action: (scope: Scope) => void): void {
  action(scope);
  inTurn(
    scope.world,
    [...scope.module.calls],
    ([, declared]) => placed({ lines: declared.lines, range: headOf(declared) }, scope.frame.via),
    ([name]) => {
      for (const child of childrenOf(scope, name)) forEachScope(child, action);
    },
  );
}

/** Folders of the project that a module's calls name, whether they can be followed or not. */
export function calledFolders(module: Module): string[] {
  return [...module.calls.values()].flatMap(
    ({ block }) => localSource(module.folder, constant(attributeOf(block, 'source'))) ?? [],
  );
}
