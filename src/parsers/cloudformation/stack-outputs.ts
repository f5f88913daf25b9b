/**
 * What `describe-stacks` answers for an output: of the stack that was deployed on the way, else of the project's only
 * template that has such an output.
 */
import { restsOnDefault, type Values } from '../../core/choices.ts';
import { literal, textKey, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import type { Frame, Machine, World } from '../../project/evaluation.ts';
import { exportedValues } from './exports.ts';
import { outputValues } from './references.ts';
import { openScope, type Scope } from './scope.ts';

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

/** Undefined where it can't be told, or depends on what only the outside gives. */
export function stackOutput(
  world: World,
  frame: Frame,
  stack: Text | undefined,
  { by, name }: Asked,
): Text | undefined {
  if (by === 'export') return plainly(exportedValues(world, frame, literal(name)));
  const own = stack === undefined ? undefined : deployed.get(frame.machine)?.get(textKey(stack));
  const scope = own ?? onlyWith(world, frame, name);
  return scope === undefined ? undefined : plainly(outputValues(scope, name));
}

function plainly(values: Values | undefined): Text | undefined {
  const plain = values?.filter((one) => one.when.length === 0 || restsOnDefault(one.when)) ?? [];
  const [only] = plain;
  return plain.length === 1 && only !== undefined && only.value.length > 0 ? only.value : undefined;
}

function onlyWith(world: World, frame: Frame, output: string): Scope | undefined {
  const having = [...world.readings.ofKind('template')].filter((reading) =>
    Object.hasOwn(section(reading, 'Outputs'), output),
  );
  return having.length === 1 ? openScope(world, having[0]!, { parameters: new Map(), frame }) : undefined;
}
