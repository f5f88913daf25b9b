/** ECR lifecycle policies, which templates carry as a string of JSON. */
import type { LifecycleRule } from '../../model/facts.ts';
import { indexLines, siteOf, type Range, type Site } from '../../core/site.ts';
import { known } from '../../core/text.ts';
import { stringMap } from './reading.ts';
import { parseJson } from '../../syntax/json.ts';
import { lifecycleRules } from '../../services/ecr.ts';
import { placeOf, property, type Resource } from './resources.ts';
import { child, intrinsic, type Node } from './scope.ts';
import { texts, unfoldAt } from './values.ts';

export function lifecycleOf(resource: Resource): LifecycleRule[] {
  const node = unfoldAt(resource.scope, property(resource, 'LifecyclePolicy'), 'LifecyclePolicyText').find(
    (way) => way.node !== undefined,
  )?.node;
  if (node === undefined) return [];
  const call = intrinsic(node.value);
  const inner = child(node, 'Fn::ToJsonString');
  if (call?.name === 'Fn::ToJsonString' && inner !== undefined)
    return lifecycleRules(inner.value, (index) => placeOf(resource, [...inner.path, 'rules', index]));
  const text = known(texts(resource.scope, node)[0]?.value);
  return text === undefined ? [] : rulesInText(resource, node, text);
}

/** Rules point into the string where it is written as such; where it's put together, at the whole of it. */
function rulesInText(resource: Resource, node: Node, text: string): LifecycleRule[] {
  const document = parseJson({ file: resource.scope.reading.file, text, lines: indexLines('', text) });
  if (document.value === undefined) return [];
  const whole = placeOf(resource, node.path);
  const inSource = resource.scope.call.assembly?.source(resource.id) !== undefined;
  const map = node.value === text && !inSource ? stringMap(resource.scope.reading, node.path) : undefined;
  return lifecycleRules(document.value, (index) => {
    const range = map === undefined ? undefined : document.locate(['rules', index]);
    return range === undefined || map === undefined ? whole : spot(resource, [map(range[0]), map(range[1])]);
  });
}

function spot(resource: Resource, range: Range): Site {
  return siteOf(resource.scope.reading.lines, range, resource.scope.call.frame.via);
}
