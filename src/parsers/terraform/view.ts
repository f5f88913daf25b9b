/** A resource, a module's inputs or a document inside them, as services see them: `ImageUri` is `image_uri` here. */
import { parseImageRef } from '../../core/image-ref.ts';
import { table } from '../../core/table.ts';
import { textKey } from '../../core/text.ts';
import type { ImageSource } from '../../model/facts.ts';
import type { Declaration, Way as WorkloadWay } from '../../project/workloads.ts';
import type { Stated, StatedImage, View } from '../../services/view.ts';
import { ACCOUNT, regionOf } from './attributes.ts';
import { documentOf, isSaid, itemsOf, saidWords, withoutNulls } from './documents.ts';
import { pick, property, type Resource } from './resources.ts';
import { emit, identityOf, type Scope } from './scope.ts';
import { judgedString, placed, textOf, under, withoutIdleDefaults, type Value, type Way } from './value.ts';

/** How a resource type's names differ from CloudFormation's, beside their spelling. */
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, readonly [string, ...string[]]>>>> = table({
  aws_lambda_function: table({ 'Code.ImageUri': ['image_uri'] }),
  aws_batch_job_definition: table({ JobDefinitionName: ['name'] }),
  aws_sagemaker_model: table({ ModelName: ['name'], Containers: ['container'] }),
  aws_ecr_repository: table({
    RepositoryName: ['name'],
    EmptyOnDelete: ['force_delete'],
    ImageTagMutabilityExclusionFilters: ['image_tag_mutability_exclusion_filter'],
  }),
});

/** Attributes that hold a document of JSON, in the names of AWS's own interface (`containerDefinitions`). */
const DOCUMENTS: ReadonlySet<string> = new Set([
  'container_definitions',
  'container_properties',
  'ecs_properties',
  'node_properties',
]);

const snake = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
const camel = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

export function viewOf(resource: Resource): View {
  const others = OTHER_NAMES[resource.type] ?? {};
  return viewFrom(resource.scope, (path) => {
    const [first, ...rest] = others[path.join('.')] ?? ([snake(path[0] ?? ''), ...path.slice(1)] as const);
    return DOCUMENTS.has(first)
      ? pick(documentOf(property(resource, first)), ...rest.map(camel))
      : property(resource, first, ...rest.map(snake));
  });
}

/** Of an item of the provider's own blocks, and of CloudFormation's. */
const OTHER_ENDS: Readonly<Record<string, string>> = table({
  ImageTagMutabilityExclusionFilterValue: 'filter',
});

/** An object somewhere inside. What a module takes as an input may be in snake case as well. */
export function viewOfValue(scope: Scope, value: Value, { snakeCase = false } = {}): View {
  return viewFrom(scope, (path) => {
    const names = [
      path.map(camel),
      ...(snakeCase ? [path.map(snake)] : []),
      path.map((name) => OTHER_ENDS[name] ?? name),
    ];
    const found = names.map((each) => pick(value, ...each));
    return found.find(isSaid) ?? found[0];
  });
}

export function viewFrom(scope: Scope, at: (path: readonly string[]) => Value | undefined): View {
  const { via } = scope.frame;
  return {
    get: (...path) => at(path)?.flatMap((way) => statedIn(way, via)) ?? UNSAID,
    images: (...path) => {
      const value = at(path);
      return isSaid(value) ? withoutNulls(value).map((way) => imageIn(way, via)) : [];
    },
    words: (...path) => saidWords(at(path)),
    items: (...path) => itemsOf(at(path)).map((item) => viewOfValue(scope, item, { snakeCase: true })),
    has: (...path) =>
      at(path)?.some(({ value }) => value.kind !== 'null' && !(value.kind === 'object' && value.entries.size === 0)) ===
      true,
  };
}

const UNSAID: readonly Stated[] = [{ when: [] }];

type Via = Scope['frame']['via'];

/** Of a list (`architectures`) the first item counts. */
function statedIn(way: Way, via: Via): readonly Stated[] {
  const { value, when, place } = way;
  if (value.kind === 'null') return [{ when }];
  if (value.kind !== 'list') return [{ text: textOf(value), when, site: placed(place, via) }];
  const [first] = value.items;
  return first === undefined
    ? [{ when }]
    : under(first, when).map((item) =>
        item.value.kind === 'null'
          ? { when: item.when }
          : { text: textOf(item.value), when: item.when, site: placed(item.place, via) },
      );
}

function imageIn(way: Way, via: Via): StatedImage {
  return { image: sourceOf(way), when: way.when, site: placed(way.place, via) };
}

function sourceOf({ value }: Way): ImageSource {
  if (judgedString(value)?.trim() === '' || (value.kind !== 'text' && value.kind !== 'unknown'))
    return { kind: 'unknown' };
  return { kind: 'ref', ref: parseImageRef(textOf(value)) };
}

export function declarationOf(
  scope: Scope,
  { address, site, when }: Pick<Resource, 'address' | 'site' | 'when'>,
): Declaration {
  return {
    site,
    label: address,
    ways: [when],
    origin: identityOf(scope, address),
    more: {
      stack: scope.rootFolder === '' ? 'terraform' : scope.rootFolder,
      region: regionOf(scope),
      account: ACCOUNT,
    },
    likely: (ways) => withoutIdleDefaults(ways, sortOf),
    emit: (fact, conditions) => emit(scope, fact, conditions),
  };
}

/** What tells one image of a repository, on one CPU, from another. */
function sortOf({ image: { image }, cpu }: WorkloadWay): string {
  return `${tagOf(image)} ${cpu.cpu ?? ''} ${cpu.cpuBasis ?? ''}`;
}

function tagOf(image: ImageSource): string {
  if (image.kind !== 'ref') return image.kind;
  const { ref } = image;
  // A variable that is all of the reference may hold anything.
  const whole =
    ref.registry === undefined && ref.repository.every((part) => typeof part !== 'string')
      ? textKey(ref.repository)
      : '';
  return `${whole} ${ref.tag === undefined ? '' : `:${textKey(ref.tag)}`} ${ref.digest === undefined ? '' : '@'}`;
}
