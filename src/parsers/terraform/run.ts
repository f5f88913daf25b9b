/** From Terraform code to facts: what runs images, what stores them, and the commands that provisioners run. */
import type { Values } from '../../core/choices.ts';
import { siteOf } from '../../core/site.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import type { Frame, Take, World } from '../../project/evaluation.ts';
import { calledFolders, forEachScope, outputOf } from './calls.ts';
import { evaluateImages } from './images.ts';
import { attributeOf, folderOf, headOf, moduleKey, modulesOf, type Module } from './module.ts';
import { evaluateCodeBuild } from './codebuild.ts';
import { runProvisioners } from './provisioners.ts';
import { evaluateRegistryModule } from './registry.ts';
import { evaluateRepositories } from './repositories.ts';
import { emit, openRoot, type RootCall, type Scope } from './scope.ts';
import { evaluateServices } from './services.ts';
import { sourceOf, wrappedModule, wrappers } from './terragrunt.ts';
import { textOf, valuesOf } from './value.ts';
import { chosenFiles } from './value-files.ts';
import { isRequired } from './variables.ts';

/**
 * Evaluates a module as what somebody applies, with all the modules it calls. `from`: the folder with the
 * `terragrunt.hcl` that wraps it.
 */
export function applyModule(world: World, folder: string, call: RootCall, from = folder): boolean {
  const module = modulesOf(world.readings).get(folder);
  if (module === undefined) return false;
  world.called.add(moduleKey(from));
  forEachScope(openRoot(world, module, call), evaluateScope);
  return true;
}

function evaluateScope(scope: Scope): void {
  if (scope.registry !== undefined) {
    if (!evaluateRegistryModule(scope)) emitForeign(scope);
    return;
  }
  evaluateRepositories(scope);
  evaluateImages(scope);
  runProvisioners(scope);
  evaluateCodeBuild(scope);
  evaluateServices(scope);
}

const META = new Set(['source', 'version', 'count', 'for_each', 'providers', 'depends_on']);

/** A module from elsewhere that nobody here knows: what it was given may be what it builds, creates or rolls out. */
function emitForeign(scope: Scope): void {
  const { call, inputs, registry } = scope;
  if (call === undefined || registry === undefined) return;
  const given = call.block.body.attributes
    .filter(({ name }) => !META.has(name))
    .flatMap(({ name }) =>
      (inputs?.get(name) ?? []).flatMap(({ value }) =>
        value.kind === 'text' || value.kind === 'unknown' || value.kind === 'resource'
          ? [{ role: name, text: textOf(value) }]
          : [],
      ),
    );
  emit(
    scope,
    {
      kind: 'blind-spot',
      what: 'module',
      label: `the module ${registry}`,
      may: ['roll out', 'create'],
      given,
      site: siteOf(call.lines, headOf(call), scope.frame.via),
    },
    scope.when,
  );
}

/** An output of a module that is applied somewhere: what `terraform output` prints. */
export function outputValues(world: World, folder: string, name: string, call: RootCall): Values | undefined {
  const module = modulesOf(world.readings).get(folder);
  const value = module === undefined ? undefined : outputOf(openRoot(world, module, call), name);
  return value === undefined ? undefined : valuesOf(value);
}

export function outputNames(world: World, folder: string): string[] {
  return [...(modulesOf(world.readings).get(folder)?.outputs.keys() ?? [])];
}

export function variableNames(world: World, folder: string): string[] {
  return [...(modulesOf(world.readings).get(folder)?.variables.keys() ?? [])];
}

export { wrappedModule } from './terragrunt.ts';

/**
 * The modules that somebody applies by hand: those that no other calls and no command of the project has applied
 * already.
 */
export function evaluateTerraform(
  world: World,
  frame: (run: string, folder: string) => Frame,
  take: Take = (_, turn) => turn(world),
): void {
  const modules = [...modulesOf(world.readings).values()];
  const called = new Set(modules.flatMap(calledFolders));
  for (const reading of wrappers(world.readings)) {
    const source = sourceOf(reading);
    if (source !== undefined) called.add(source);
    const folder = folderOf(reading.file);
    if (world.called.has(moduleKey(folder))) continue;
    take(reading, (own) => {
      const wrapped = wrappedModule(own, folder);
      if (wrapped !== undefined)
        applyModule(
          own,
          wrapped.folder,
          { frame: frame(moduleKey(folder), folder), given: wrapped.given, open: true },
          folder,
        );
    });
  }
  for (const module of modules) {
    const [reading] = module.readings;
    if (reading === undefined || world.called.has(moduleKey(module.folder))) continue;
    if (called.has(module.folder) || isLibrary(world, module)) continue;
    take(reading, (own) =>
      applyModule(own, module.folder, {
        frame: frame(moduleKey(module.folder), module.folder),
        given: new Map(),
        open: true,
      }),
    );
  }
}

/** Scripts that provisioners name: they are called, if only once the modules are evaluated. */
export function namedByProvisioners(world: World): (file: string) => boolean {
  const commands = world.readings
    .ofKind('terraform')
    .flatMap(({ body }) => body.blocks)
    .flatMap(({ body }) => body.blocks)
    .filter((block) => block.type === 'provisioner')
    .flatMap((block) => literalsIn(attributeOf(block, 'command')));
  return (file) => {
    const name = file.slice(file.lastIndexOf('/') + 1);
    return commands.some((command) => command.includes(name));
  };
}

function literalsIn(expression: HclExpression | undefined): string[] {
  return expression?.kind === 'template'
    ? expression.parts.flatMap((part) => (typeof part === 'string' ? [part] : []))
    : [];
}

/**
 * Nobody calls it, it says nothing about where it is applied, and it can't be applied as it stands: code for others to
 * use.
 */
function isLibrary(world: World, module: Module): boolean {
  if (module.isRoot || ![...module.variables.keys()].some((name) => isRequired({ module }, name))) return false;
  return (
    !world.readings
      .ofKind('terraform')
      .some(({ role, file }) => role === 'values' && folderOf(file) === module.folder) &&
    chosenFiles(world.readings, module).length === 0
  );
}
