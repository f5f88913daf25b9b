/**
 * Escape hatches: `x.node.defaultChild.addPropertyOverride('A.B', value)`, `x.imageTagMutability = …`; aspects come
 * last and use the same.
 */
import type { When } from '../../../core/choices.ts';
import { known } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { otherwise } from '../interpreter/scope.ts';
import { visitsOf } from './aspects.ts';
import { argument, dig, meet, type Found, type Graph } from './graph.ts';
import { textWays } from './texts.ts';

/**
 * A property as its construct states it, unless something later says otherwise. `path` is the template's:
 * `RuntimePlatform.CpuArchitecture`.
 */
export function settled(graph: Graph, object: CdkObject, path: string, stated: readonly Found[]): readonly Found[] {
  let ways = stated;
  for (const call of graph.methods.get(object.id) ?? []) {
    const forced = overriding(call, path);
    if (forced.length > 0) ways = replaced(ways, forced, choicesOf(call, object));
  }
  for (const { call, open } of visitsOf(graph, object)) {
    const forced = overriding(call, path);
    if (forced.length > 0)
      ways = open ? [{ value: { kind: 'unknown', name: call.name, nature: 'unknown' }, when: [] }] : forced;
  }
  return ways;
}

/** What the call hangs on beyond what the construct itself does. */
function choicesOf(call: CdkObject, object: CdkObject): When {
  return call.when.filter((guard) => !object.when.some((own) => own.cond === guard.cond));
}

/** The former ways stay where one of the choices goes the other way. */
function replaced(former: readonly Found[], by: readonly Found[], choices: When): readonly Found[] {
  const under = (ways: readonly Found[], when: When): Found[] =>
    ways.flatMap((one) => {
      const joined = meet(one.when, when);
      return joined === undefined ? [] : [{ ...one, when: joined }];
    });
  return [...under(by, choices), ...otherwise(choices).flatMap((other) => under(former, other))];
}

const ABSENT: Found = { value: { kind: 'undefined' }, when: [] };

function overriding(call: CdkObject, path: string): readonly Found[] {
  const [first = '', ...rest] = path.split('.').map((part) => part.charAt(0).toLowerCase() + part.slice(1));
  if (call.how === 'set') return call.name === first ? argument(call, 0, ...rest) : [];
  const whole = keyOf(call);
  if (whole === undefined) return [];
  const deletes = call.name.includes('Deletion');
  if (whole !== path && !path.startsWith(`${whole}.`)) return [];
  if (deletes) return [ABSENT];
  if (whole === path) return argument(call, 1);
  // Objects are merged: what an override doesn't mention stays.
  const inside = dig(argument(call, 1), path.slice(whole.length + 1).split('.'));
  return inside.every((one) => one.value.kind === 'undefined') ? [] : inside;
}

/** The property that an override names. */
function keyOf(call: CdkObject): string | undefined {
  const ofProperty = /^addProperty(?:Deletion)?Override$/.test(call.name);
  if (!ofProperty && !/^add(?:Deletion)?Override$/.test(call.name)) return undefined;
  const key = known(textWays(argument(call, 0))[0]?.text);
  return ofProperty ? key : key?.startsWith('Properties.') === true ? key.slice('Properties.'.length) : undefined;
}
