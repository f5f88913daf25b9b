/** From Terraform code to facts: what runs images, what stores them, and the commands that provisioners run. */
import type { Values } from '../../model/guard.ts';
import type { TerraformReading } from '../../parsers/terraform.ts';
import type { Frame, Take, World } from '../world.ts';
import { calledFolders, outputOf, scopesIn } from './calls.ts';
import { evaluateEcs } from './ecs.ts';
import { constant, attributeOf, folderOf, localSource, modulesOf, type Module } from './module.ts';
import { runProvisioners } from './provisioners.ts';
import { evaluateRegistryModule } from './registry.ts';
import { evaluateRepositories } from './repositories.ts';
import { openRoot, type RootCall, type Scope } from './scope.ts';
import { evaluateServices } from './services.ts';
import { valuesOf } from './value.ts';
import { isRequired } from './variables.ts';


/** How an entry of `world.called` names a module. */
export function moduleKey(folder: string): string {
  return `terraform ${folder}`;
}

/** Evaluates a module as what somebody applies, with all the modules it calls. */
export function applyModule(world: World, folder: string, call: RootCall): boolean {
  const module = modulesOf(world.readings).get(folder);
  if (module === undefined) return false;
  world.called.add(moduleKey(folder));
  for (const scope of scopesIn(openRoot(world, module, call))) evaluateScope(scope);
  return true;
}

function evaluateScope(scope: Scope): void {
  if (scope.registry !== undefined) {
    evaluateRegistryModule(scope);
    return;
  }
  evaluateRepositories(scope);
  runProvisioners(scope);
  evaluateServices(scope);
  evaluateEcs(scope);
}

/** An output of a module that is applied somewhere: what `terraform output` prints. */
export function outputValues(world: World, folder: string, name: string, call: RootCall): Values | undefined {
  const module = modulesOf(world.readings).get(folder);
  const value = module === undefined ? undefined : outputOf(openRoot(world, module, call), name);
  return value === undefined ? undefined : valuesOf(value);
}

/** The modules that somebody applies by hand: those that no other calls and no command of the project has applied already. */
export function evaluateTerraform(world: World, frame: (run: string, folder: string) => Frame, take: Take = (_, turn) => turn(world)): void {
  const modules = [...modulesOf(world.readings).values()];
  const called = new Set(modules.flatMap(calledFolders));
  const wrapped = new Set(world.readings.ofKind('terraform').flatMap(terragruntSources));
  for (const module of modules) {
    const [reading] = module.readings;
    if (reading === undefined || world.called.has(moduleKey(module.folder))) continue;
    if (!wrapped.has(module.folder) && (called.has(module.folder) || isLibrary(world, module))) continue;
    take(reading, (own) => applyModule(own, module.folder, { frame: frame(moduleKey(module.folder), module.folder), given: new Map(), open: true }));
  }
}

/** Nobody calls it, it says nothing about where it is applied, and it can't be applied as it stands: code for others to use. */
function isLibrary(world: World, module: Module): boolean {
  if (module.isRoot || ![...module.variables.keys()].some((name) => isRequired({ module }, name))) return false;
  return !world.readings.ofKind('terraform').some(({ role, file }) => role === 'values' && folderOf(file) === module.folder);
}

/** `terraform { source = "../../modules//api" }` in a `terragrunt.hcl`. */
function terragruntSources(reading: TerraformReading): string[] {
  if (reading.role !== 'terragrunt') return [];
  return reading.body.blocks.filter((block) => block.type === 'terraform').flatMap((block) => localSource(folderOf(reading.file), constant(attributeOf(block, 'source'))) ?? []);
}

