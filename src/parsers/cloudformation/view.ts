/** A template's resource as services see it. */
import type { When } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { isList } from '../../syntax/json.ts';
import { known } from '../../core/text.ts';
import type { ImageSource } from '../../model/facts.ts';
import type { Declaration } from '../../project/workloads.ts';
import type { Stated, StatedImage, View } from '../../services/view.ts';
import { defined } from '../../core/optional.ts';
import { refine } from './conditions.ts';
import { accountOf, regionOf } from './references.ts';
import { placeOf, property, saidWords, type Resource } from './resources.ts';
import { section } from './reading.ts';
import { child, childValue, emit, identityOf, intrinsic, nodeAt, ownHole, type Node, type Scope } from './scope.ts';
import { listOf, texts, unfoldAt, type Item } from './values.ts';

/** Of a resource, or of a thing inside it. */
export function viewOf(resource: Resource, inside?: Node): View {
  const { scope } = resource;
  const start = (path: readonly string[]): { readonly node: Node | undefined; readonly rest: readonly string[] } => {
    if (inside !== undefined) return { node: inside, rest: path };
    const [first = '', ...rest] = nameIn(resource, path);
    return { node: property(resource, first) ?? globalOf(resource, first), rest };
  };
  const ways = (path: readonly string[]) => {
    const { node, rest } = start(path);
    return unfoldAt(scope, node, ...rest);
  };
  const nodeOf = (path: readonly string[]): Node | undefined => {
    const { node, rest } = start(path);
    return rest.reduce<Node | undefined>((at, step) => child(at, step), node);
  };
  return {
    get: (...path) =>
      ways(path).flatMap(({ node, when }) => (node === undefined ? [{ when }] : statedAt(resource, node, when))),
    images: (...path) => ways(path).flatMap(({ node }) => texts(scope, node).map((item) => imageOf(resource, item))),
    words: (...path) => saidWords(resource, nodeOf(path)),
    items: (...path) =>
      listOf(scope, nodeOf(path)).flatMap(({ items, when }) =>
        (items ?? []).flatMap((item) =>
          unfoldAt(scope, { ...item, when }).flatMap(({ node }) => (node === undefined ? [] : viewOf(resource, node))),
        ),
      ),
    has: (...path) =>
      ways(path).some(({ node }) => node !== undefined && (node.value !== null || node.text !== undefined)),
  };
}

/** Of a list the first item counts (`Architectures: [arm64]`). */
function statedAt(resource: Resource, node: Node, when: When): readonly Stated[] {
  const { scope } = resource;
  const scalar = (one: Node): readonly Stated[] =>
    texts(scope, one).map((item) => ({ text: item.value, when: item.when, site: placeOf(resource, item.path) }));
  if (!isListed(scope, node)) {
    const found = scalar(node);
    return found.length === 0 ? [{ when }] : found;
  }
  return listOf(scope, node).flatMap((list): readonly Stated[] => {
    if (list.items === undefined)
      return [{ text: ownHole(scope, list.path.join('.')), when: list.when, site: placeOf(resource, list.path) }];
    const [first] = list.items;
    if (first === undefined) return [{ when: list.when }];
    return unfoldAt(scope, { ...first, when: list.when }).flatMap((one) =>
      one.node === undefined ? [{ when: one.when }] : scalar(one.node),
    );
  });
}

/** A list as it stands, one that is cut out of a text, or a parameter that takes one. */
function isListed(scope: Scope, { value, text }: Node): boolean {
  if (text !== undefined) return false;
  const call = intrinsic(value);
  if (call?.name !== 'Ref') return isList(value) || call?.name === 'Fn::Split';
  const parameter = childValue(section(scope.reading, 'Parameters'), String(call.argument));
  return /List/.test(String(childValue(parameter, 'Type')));
}

/** SAM's functions have the image among their own properties. */
function nameIn({ type }: Resource, path: readonly string[]): readonly string[] {
  return type === 'AWS::Serverless::Function' && path[0] === 'Code' ? path.slice(1) : path;
}

/** What SAM's `Globals` give every function. */
function globalOf({ type, scope }: Resource, name: string): Node | undefined {
  return type === 'AWS::Serverless::Function' ? nodeAt(scope, 'Globals', 'Function', name) : undefined;
}

function imageOf(resource: Resource, item: Item): StatedImage {
  return { image: sourceOf(resource, item), when: item.when, site: placeOf(resource, item.path) };
}

function sourceOf(resource: Resource, item: Item): ImageSource {
  if (known(item.value)?.trim() === '') return { kind: 'unknown' };
  const ref = parseImageRef(item.value);
  const tag = known(ref.tag);
  const asset = tag === undefined ? undefined : resource.scope.call.assembly?.asset(tag);
  return asset === undefined ? { kind: 'ref', ref } : { kind: 'asset', asset };
}

export function declarationOf(resource: Resource): Declaration {
  const { scope, id, constructPath, ways, site } = resource;
  const { assembly, stackName } = scope.call;
  return {
    site,
    label: constructPath ?? id,
    ways,
    origin: identityOf(scope, id),
    more: {
      ...defined({ constructPath, stack: known(stackName), toolkitVersion: assembly?.toolkitVersion }),
      region: regionOf(scope),
      account: accountOf(scope),
      resource: { template: scope.reading.file, logicalId: id },
    },
    refine,
    emit: (fact, when) => emit(scope, fact, when),
  };
}
