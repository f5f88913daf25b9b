/**
 * `Fn::ImportValue`: what the project's own templates export, and what the stacks of one assembly export to each other.
 */
import { ALWAYS, type Values } from '../../core/choices.ts';
import { memo } from '../../core/memo.ts';
import { judged } from '../../core/sealed.ts';
import { hole, known, match, show, textKey, type Text } from '../../core/text.ts';
import { section, type TemplateReading } from './reading.ts';
import type { Frame, World } from '../../project/evaluation.ts';
import { outputValues } from './references.ts';
import { childValue, nodeAt, openScope, type AssemblyStacks, type Scope } from './scope.ts';
import { texts } from './values.ts';

interface Export {
  readonly name: Text;
  readonly output: string;
  readonly scope: Scope;
}

const exportsOfWorld = new WeakMap<World, Map<string | undefined, readonly Export[]>>();

/** Those that may go by this name, of every template as it stands, with nobody's parameters. */
function projectExports(world: World, frame: Frame, name: Text): readonly Export[] {
  const asked = exportsOfWorld.get(world) ?? new Map<string | undefined, readonly Export[]>();
  exportsOfWorld.set(world, asked);
  const wanted = judged(name);
  const have = asked.get(wanted);
  if (have !== undefined) return have;
  // Names are worked out before anything can ask for them again.
  asked.set(wanted, []);
  const found = world.readings.ofKind('template').flatMap((reading): Export[] => {
    const outputs = exportingOutputs(reading)
      .filter(({ pieces }) => wanted === undefined || pieces === undefined || inOrder(pieces, wanted))
      .map(({ output }) => output);
    if (outputs.length === 0 || !world.budget.spend(outputs.length)) return [];
    return exportsOf(openScope(world, reading, { parameters: new Map(), frame }), outputs);
  });
  asked.set(wanted, found);
  return found;
}

interface Exporting {
  readonly output: string;
  /** What stands in the name as it is written, around what is filled in; undefined where that can't be told. */
  readonly pieces: readonly string[] | undefined;
}

/** A project of many templates and many scripts works out only the names that may be meant. */
const exportingOutputs = memo((reading: TemplateReading): Exporting[] =>
  Object.entries(section(reading, 'Outputs')).flatMap(([output, body]) => {
    const name = childValue(childValue(body, 'Export'), 'Name');
    if (name === undefined) return [];
    const written = childValue(name, 'Fn::Sub') ?? name;
    return [{ output, pieces: typeof written === 'string' ? written.split(/\$\{[^}]*\}/) : undefined }];
  }),
);

function inOrder(pieces: readonly string[], whole: string): boolean {
  let from = 0;
  return pieces.every((piece) => {
    const at = whole.indexOf(piece, from);
    from = at + piece.length;
    return at !== -1;
  });
}

const exportsOfAssembly = new WeakMap<AssemblyStacks, readonly Export[]>();

function assemblyExports({ world, call: { assembly, frame } }: Scope): readonly Export[] {
  if (assembly === undefined) return [];
  const have = exportsOfAssembly.get(assembly.stacks);
  if (have !== undefined) return have;
  const found: Export[] = [];
  exportsOfAssembly.set(assembly.stacks, found);
  for (const { reading, call } of assembly.stacks(frame)) {
    const scope = openScope(world, reading, call);
    found.push(...exportsOf(scope, Object.keys(section(scope.reading, 'Outputs'))));
  }
  return found;
}

function exportsOf(scope: Scope, outputs: readonly string[]): Export[] {
  return outputs.flatMap((output) => {
    const name = nodeAt(scope, 'Outputs', output, 'Export', 'Name');
    return texts(scope, name).map((item) => ({ name: item.value, output, scope }));
  });
}

/**
 * The exported value; a hole named by the import where the project doesn't export it, or several exports may be meant.
 */
export function importedValues(scope: Scope, name: Text): Values {
  const found = valuesOf([...assemblyExports(scope), ...projectExports(scope.world, scope.call.frame, name)], name);
  return found ?? [{ value: hole(`import ${known(name) ?? show(name)}`), when: ALWAYS }];
}

/** What a command is answered that asks for an export of the project's templates by its name. */
export function exportedValues(world: World, frame: Frame, name: Text): Values | undefined {
  return valuesOf(projectExports(world, frame, name), name);
}

function valuesOf(all: readonly Export[], name: Text): Values | undefined {
  const exact = all.filter((one) => textKey(one.name) === textKey(name));
  const candidates = exact.length > 0 ? exact : all.filter((one) => match(one.name, name) === 'by pattern');
  const only = candidates[0];
  const several = new Set(candidates.map((one) => `${one.scope.reading.file} ${one.output}`)).size > 1;
  return only === undefined || several ? undefined : outputValues(only.scope, only.output);
}
