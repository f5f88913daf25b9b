/**
 * What `describe-stacks` answers for an output of a template: of the stack that was deployed on the way, or of each
 * template of the project that has such an output.
 */
import type { Values } from '../../core/choices.ts';
import { literal, textKey, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import type { Frame, Machine, World } from '../../project/evaluation.ts';
import { exportedValues } from './exports.ts';
import { outputValues } from './references.ts';
import { openScope, type Scope } from './scope.ts';
import { oneOrNone } from '../../core/optional.ts';

const deployed = new WeakMap<Machine, Map<string, Scope>>();

/** Remembers a stack for the commands that come after it on this machine. */
export function rememberStack(machine: Machine, name: Text, scope: Scope): void {
  const own = deployed.get(machine) ?? new Map<string, Scope>();
  deployed.set(machine, own.set(textKey(name), scope));
}

/** An output by its key, or by the name under which it is exported. */
export interface Asked {
  readonly by: 'key' | 'export';
  readonly name: string;
}

/** Of the stack that this machine has deployed by that name. */
export function deployedOutput(frame: Frame, stack: Text | undefined, { name }: Asked): Values | undefined {
  const scope = stack === undefined ? undefined : deployed.get(frame.machine)?.get(textKey(stack));
  return scope === undefined ? undefined : (outputValues(scope, name) ?? []);
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
