/** The lifecycle policy of an ECR repository: its rules, and what they delete that somebody may still run. */
import { indexLines } from '../../../core/site.ts';
import { known } from '../../../core/text.ts';
import type { LifecycleRule } from '../../../model/facts.ts';
import { lifecycleRules } from '../../../services/ecr.ts';
import { parseJson } from '../../../syntax/json.ts';
import type { CdkObject, CdkSingle } from '../reading.ts';
import { argument, dig, found, objectOf, prop, siteAt, type Graph } from './graph.ts';
import { settled } from './overrides.ts';
import { plainText, textWays } from './texts.ts';

export function lifecycleOf(graph: Graph, object: CdkObject): LifecycleRule[] {
  const listed = prop(object, 'lifecycleRules').flatMap((one) => (one.value.kind === 'list' ? one.value.items : []));
  const added = (graph.methods.get(object.id) ?? [])
    .filter((call) => call.name === 'addLifecycleRule')
    .flatMap((call) => (call.args[0] === undefined ? [] : [call.args[0]]));
  return [
    ...policyText(graph, object),
    ...[...listed, ...added].flatMap((item): LifecycleRule[] => {
      const ways = found(item);
      if (ways.length !== 1 || ways[0]!.value.kind !== 'object') return [];
      const word = (key: string): string | undefined => {
        const value = dig(ways, [key])[0]?.value;
        return value?.kind === 'symbol' ? value.path.at(-1) : value?.kind === 'text' ? known(value.text) : undefined;
      };
      const strings = (key: string): string[] =>
        dig(ways, [key])
          .flatMap((one) => (one.value.kind === 'list' ? one.value.items : []))
          .flatMap((one) => known(textWays(found(one))[0]?.text) ?? []);
      const status = word('tagStatus')?.toLowerCase();
      const patterns = [...strings('tagPrefixList').map((prefix) => `${prefix}*`), ...strings('tagPatternList')];
      const count = dig(ways, ['maxImageCount'])[0]?.value;
      const age = dig(ways, ['maxImageAge'])[0]?.value;
      const days = age === undefined ? undefined : daysOf(graph, age);
      return [
        {
          site: siteAt(graph, ways[0]!.source, object),
          tagStatus:
            status === 'tagged' || status === 'untagged' || status === 'any'
              ? status
              : patterns.length > 0
                ? 'tagged'
                : status === undefined
                  ? 'any'
                  : 'unknown',
          tagPatterns: patterns,
          countType:
            count !== undefined && count.kind !== 'undefined'
              ? 'images'
              : age !== undefined && age.kind !== 'undefined'
                ? 'age'
                : 'unknown',
          ...(count?.kind === 'literal' && typeof count.value === 'number'
            ? { count: count.value }
            : days === undefined
              ? {}
              : { count: days }),
          action: 'expire',
        },
      ];
    }),
  ];
}

/** A resource states its policy as a string of JSON. */
function policyText(graph: Graph, object: CdkObject): LifecycleRule[] {
  const [way, ...more] = settled(
    graph,
    object,
    'LifecyclePolicy.LifecyclePolicyText',
    prop(object, 'lifecyclePolicy', 'lifecyclePolicyText'),
  );
  const text = way === undefined || more.length > 0 ? undefined : known(plainText(way.value));
  if (way === undefined || text === undefined) return [];
  const document = parseJson({ file: object.source.file, text, lines: indexLines('', text) });
  return document.value === undefined ? [] : lifecycleRules(document.value, () => siteAt(graph, way.source, object));
}

function daysOf(graph: Graph, value: CdkSingle): number | undefined {
  const call = objectOf(graph, value);
  const amount = call === undefined || !call.name.endsWith('Duration.days') ? undefined : argument(call, 0)[0]?.value;
  return amount?.kind === 'literal' && typeof amount.value === 'number' ? amount.value : undefined;
}
