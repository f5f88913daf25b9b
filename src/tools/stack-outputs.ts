/**
 * What a command is answered that asks for a stack's output: of the stack that was deployed on the way, else of the
 * project's only template, or stack of a CDK app, that has such an output.
 */
import { restsOnDefault, type Values } from '../core/choices.ts';
import { textKey, type Text } from '../core/text.ts';
import { appOutputs, ofStack } from '../parsers/cdk/outputs.ts';
import { deployedOutput, templateOutputs, type Asked } from '../parsers/cloudformation/stack-outputs.ts';
import type { Frame, World } from '../project/evaluation.ts';

export type { Asked } from '../parsers/cloudformation/stack-outputs.ts';

/** Undefined where it can't be told, or depends on what only the outside gives. */
export function stackOutput(world: World, frame: Frame, stack: Text | undefined, asked: Asked): Text | undefined {
  const own = deployedOutput(frame, stack, asked);
  if (own !== undefined) return plainly(own);
  const inApps = ofStack(appOutputs(world, frame, asked), stack);
  const called = inApps.filter((one) => one.stack !== undefined && textKey([one.stack]) === textKey(stack ?? []));
  if (called.length > 0) return theOne(called.map((one) => one.values));
  return theOne([...templateOutputs(world, frame, asked), ...inApps.map((one) => one.values)]);
}

/** Several stacks that output the same are as good as one. */
function theOne(all: readonly Values[]): Text | undefined {
  const texts = all.map(plainly);
  const [first] = texts;
  return first !== undefined && texts.every((text) => text !== undefined && textKey(text) === textKey(first))
    ? first
    : undefined;
}

function plainly(values: Values): Text | undefined {
  const plain = values.filter((one) => one.when.length === 0 || restsOnDefault(one.when));
  const [only] = plain;
  return plain.length === 1 && only !== undefined && only.value.length > 0 ? only.value : undefined;
}
