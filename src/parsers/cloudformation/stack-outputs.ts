/**
 * What `describe-stacks` answers for an output of a template: of the stack that was deployed on the way, or of each
 * template of the project that has such an output.
 */
import type { Values } from '../../core/choices.ts';
import { isKnown, literal, textKey, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import type { Frame, Machine, World } from '../../project/evaluation.ts';
import { exportedValues } from './exports.ts';
import { outputValues } from './references.ts';
import { openScope, type Scope } from './scope.ts';
import { oneOrNone } from '../../core/optional.ts';

interface Stack {
  readonly name: Text;
  readonly scope: Scope;
}

const deployed = new WeakMap<Machine, Map<string, Stack>>();

/** Remembers a stack for the commands that come after it on this machine. */
export function rememberStack(machine: Machine, name: Text, scope: Scope): void {
  const own = deployed.get(machine) ?? new Map<string, Stack>();
  deployed.set(machine, own.set(textKey(name), { name, scope }));
}

/** An output by its key, or by the name under which it is exported. */
export interface Asked {
  readonly by: 'key' | 'export';
  readonly name: string;
}

/** Of the stack that this machine has deployed by that name, or by one that may be that. */
export function deployedOutput(frame: Frame, stack: Text | undefined, { name }: Asked): Values | undefined {
  const own = stack === undefined ? undefined : deployed.get(frame.machine);
  if (stack === undefined || own === undefined) return undefined;
  const scope = own.get(textKey(stack))?.scope ?? theOneLike(stack, name, [...own.values()]);
  return scope === undefined ? undefined : (outputValues(scope, name) ?? []);
}

/** Not all ways of a script are followed through its deploy: where it deploys one template with such an output, it is that. */
function theOneLike(stack: Text, output: string, all: readonly Stack[]): Scope | undefined {
  const having = all.filter(
    ({ name, scope }) => !(isKnown(name) && isKnown(stack)) && Object.hasOwn(section(scope.reading, 'Outputs'), output),
  );
  const [first] = having;
  return having.every(({ scope }) => scope.reading === first?.scope.reading) ? first?.scope : undefined;
}

/** Of more templates than these nobody can tell which is meant. */
const MOST_ASKED = 8;

/** Of each template that may be meant, with nobody's parameters; an empty one where that can't be told. */
export function templateOutputs(world: World, frame: Frame, { by, name }: Asked): Values[] {
  if (by === 'export') return oneOrNone(exportedValues(world, frame, literal(name)));
  const having = world.readings.ofKind('template').filter((one) => Object.hasOwn(section(one, 'Outputs'), name));
  return having.length > MOST_ASKED
    ? [[]]
    : having.map((reading) => outputValues(openScope(world, reading, { parameters: new Map(), frame }), name) ?? []);
}
