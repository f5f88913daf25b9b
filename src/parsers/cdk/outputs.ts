/** What the stacks of CDK apps output: `new CfnOutput(this, 'Key', { value, exportName })`. */
import { ALWAYS, type Values } from '../../core/choices.ts';
import { known, literal, mayBeOne, type Text } from '../../core/text.ts';
import type { Frame, World } from '../../project/evaluation.ts';
import { argument, graphOf, is, meet, objectOf, prop, type Found, type Graph } from './constructs/graph.ts';
import { repositoryText } from './constructs/repository-addresses.ts';
import { localised, sureStackOf } from './constructs/stacks.ts';
import { plainText, substituted, textWays } from './constructs/texts.ts';
import { roleOf } from './interpreter/naming.ts';
import type { CdkObject, CdkReading } from './reading.ts';
import { memo } from '../../core/memo.ts';

export interface AppOutput {
  /** Absent where nobody can tell what the stack is called. */
  readonly stack?: string;
  readonly values: Values;
}

/** Of the stacks that may go by this name. A stack that the app doesn't make outputs nothing. */
export function appOutputs(
  world: World,
  frame: Frame,
  { by, name }: { readonly by: 'key' | 'export'; readonly name: string },
): AppOutput[] {
  return world.readings.ofKind('cdk').flatMap((reading) => {
    const outputs = outputsOf(reading);
    if (outputs.length === 0 || !world.budget.spend(outputs.length)) return [];
    const graph = graphOf(world, reading, frame);
    return outputs
      .filter((object) => (by === 'key' ? keyOf(graph, object) : exportOf(object)) === name)
      .map((object): AppOutput => {
        const stack = sureStackOf(graph, object);
        return { values: valuesOf(graph, object), ...(stack === undefined ? {} : { stack }) };
      });
  });
}

const outputsOf = memo((reading: CdkReading): readonly CdkObject[] =>
  reading.objects.filter(
    (object) => object.how === 'new' && object.unmade !== true && is(object, 'core', /^CfnOutput$/),
  ),
);

/** Those of a stack that is asked for by name, as far as names are known. */
export function ofStack(outputs: readonly AppOutput[], stack: Text | undefined): AppOutput[] {
  return outputs.filter((one) => one.stack === undefined || stack === undefined || mayBeOne(literal(one.stack), stack));
}

/** An output right in its stack is called as its construct; of one further inside, the library makes up the key. */
function keyOf(graph: Graph, object: CdkObject): string | undefined {
  const renamed = (graph.methods.get(object.id) ?? []).findLast((call) => call.name === 'overrideLogicalId');
  if (renamed !== undefined) return known(textWays(argument(renamed, 0))[0]?.text);
  const around = object.scope === undefined ? undefined : graph.reading.objects[object.scope];
  if (around === undefined || roleOf(around) !== 'stack') return undefined;
  return known(textWays(argument(object, 1))[0]?.text)?.replace(/[^A-Za-z0-9]/g, '');
}

function exportOf(object: CdkObject): string | undefined {
  return known(textWays(prop(object, 'exportName'))[0]?.text);
}

function valuesOf(graph: Graph, object: CdkObject): Values {
  return prop(object, 'value').flatMap((one) => {
    const text = outputText(graph, one);
    const when = meet(object.when, one.when) ?? ALWAYS;
    return text === undefined ? [] : [{ value: localised(graph, text, object), when }];
  });
}

function outputText(graph: Graph, { value }: Found): Text | undefined {
  const told = (inner: CdkObject, member: string | undefined): Text | undefined => repositoryText(graph, inner, member);
  if (value.kind === 'member') {
    const object = objectOf(graph, value.of);
    return object === undefined ? undefined : told(object, value.name);
  }
  const text = plainText(value);
  return text === undefined ? undefined : substituted(graph, text, told);
}
