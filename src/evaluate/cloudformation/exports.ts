/**
 * `Fn::ImportValue`: what the project's own templates export, and what the stacks of one assembly export to each other.
 */
import { ALWAYS, type Values } from '../../model/guard.ts';
import { hole, known, match, show, textKey, type Text } from '../../model/text.ts';
import { section } from '../../parsers/cloudformation/reading.ts';
import type { Frame, World } from '../world.ts';
import { outputValues } from './references.ts';
import { nodeAt, openScope, type AssemblyStacks, type Scope } from './scope.ts';
import { texts } from './values.ts';

interface Export {
  readonly name: Text;
  readonly output: string;
  readonly scope: Scope;
}

const exportsOfWorld = new WeakMap<World, readonly Export[]>();

/** Of every template as it stands, with nobody's parameters. */
function projectExports(world: World, frame: Frame): readonly Export[] {
  const have = exportsOfWorld.get(world);
  if (have !== undefined) return have;
  // Names are worked out before anything can ask for them again.
  const found: Export[] = [];
  exportsOfWorld.set(world, found);
  for (const reading of world.readings.ofKind('template'))
    found.push(...exportsOf(openScope(world, reading, { parameters: new Map(), frame })));
  return found;
}

const exportsOfAssembly = new WeakMap<AssemblyStacks, readonly Export[]>();

function assemblyExports({ world, call: { assembly, frame } }: Scope): readonly Export[] {
  if (assembly === undefined) return [];
  const have = exportsOfAssembly.get(assembly.stacks);
  if (have !== undefined) return have;
  const found: Export[] = [];
  exportsOfAssembly.set(assembly.stacks, found);
  for (const { reading, call } of assembly.stacks(frame)) found.push(...exportsOf(openScope(world, reading, call)));
  return found;
}

function exportsOf(scope: Scope): Export[] {
  return Object.keys(section(scope.reading, 'Outputs')).flatMap((output) => {
    const name = nodeAt(scope, 'Outputs', output, 'Export', 'Name');
    return texts(scope, name).map((item) => ({ name: item.value, output, scope }));
  });
}

/**
 * The exported value; a hole named by the import where the project doesn't export it, or several exports may be meant.
 */
export function importedValues(scope: Scope, name: Text): Values {
  const found = valuesOf([...assemblyExports(scope), ...projectExports(scope.world, scope.call.frame)], name);
  return found ?? [{ value: hole(`import ${known(name) ?? show(name)}`), when: ALWAYS }];
}

/** What a command is answered that asks for an export of the project's templates by its name. */
export function exportedValues(world: World, frame: Frame, name: Text): Values | undefined {
  return valuesOf(projectExports(world, frame), name);
}

function valuesOf(all: readonly Export[], name: Text): Values | undefined {
  const exact = all.filter((one) => textKey(one.name) === textKey(name));
  const candidates = exact.length > 0 ? exact : all.filter((one) => match(one.name, name) === 'by pattern');
  const only = candidates[0];
  const several = new Set(candidates.map((one) => `${one.scope.reading.file} ${one.output}`)).size > 1;
  return only === undefined || several ? undefined : outputValues(only.scope, only.output);
}
