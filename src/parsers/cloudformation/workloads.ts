/**
 * Resources that run container images, each to Workload facts: one for every combination of choices that its image and
 * CPU depend on.
 */
import type { ImageSource, Service, Workload } from '../../model/facts.ts';
import { ALWAYS, MAX_ALTERNATIVES, both, type When } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { cpuOf, type Cpu } from '../../core/platform.ts';
import type { JsonPath } from '../../syntax/json.ts';
import { known, type Text } from '../../core/text.ts';
import { refine } from './conditions.ts';
import { accountOf, regionOf } from './references.ts';
import { placeOf, type Resource } from './resources.ts';
import { emit, identityOf } from './scope.ts';
import { listOf, texts, unfoldAt, type Item, type Unfolded } from './values.ts';
import { defined } from '../../core/optional.ts';

/** One way a workload's CPU can be. */
export interface CpuChoice {
  readonly cpu?: Cpu;
  readonly cpuBasis?: NonNullable<Workload['cpuBasis']>;
  readonly path?: JsonPath;
  readonly when: When;
  /** The unresolved text, in case the image's choices tell what it is. */
  readonly text?: Text;
}

export interface ImageChoice {
  readonly image: ImageSource;
  readonly path: JsonPath | undefined;
  readonly when: When;
}

export interface Described {
  readonly service: Service;
  readonly name?: Text | undefined;
  readonly cpus: readonly CpuChoice[];
  readonly images: readonly ImageChoice[];
  /** Distinguishes the containers of one resource. */
  readonly part?: string;
  readonly more?: Partial<
    Pick<
      Workload,
      'healthCheck' | 'balanced' | 'containerName' | 'pullGrant' | 'autoDeploy' | 'startedPerRun' | 'startsWith'
    >
  >;
}

export function emitWorkload(resource: Resource, described: Described): void {
  const { scope } = resource;
  const { call } = scope;
  const { assembly } = call;
  const label = resource.constructPath ?? resource.id;
  const stack = known(call.stackName);
  for (const { cpu, image, when } of combinations(resource, described)) {
    emit(
      scope,
      {
        kind: 'workload',
        service: described.service,
        ...(described.name === undefined ? {} : { name: refine(described.name, when) }),
        label,
        ...defined({ constructPath: resource.constructPath, stack }),
        image: image.image,
        imageSite: placeOf(resource, image.path),
        ...cpuFields(resource, cpu, when),
        region: regionOf(scope),
        account: accountOf(scope),
        ...described.more,
        ...(assembly?.toolkitVersion === undefined ? {} : { toolkitVersion: assembly.toolkitVersion }),
        declared: true,
        resource: { template: scope.reading.file, logicalId: resource.id },
        site: resource.site,
        origin: identityOf(scope, `${resource.id}${described.part ?? ''}`),
      },
      when,
    );
  }
}

function cpuFields(
  resource: Resource,
  choice: CpuChoice,
  when: When,
): Partial<Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'>> {
  const told = choice.text === undefined ? undefined : known(refine(choice.text, when));
  const cpu = choice.cpu ?? (told === undefined ? undefined : cpuOf(told));
  return {
    ...defined({ cpu }),
    ...(choice.path === undefined ? {} : { cpuSite: placeOf(resource, choice.path) }),
    ...defined({ cpuBasis: choice.cpuBasis }),
  };
}

function combinations(resource: Resource, described: Described): { cpu: CpuChoice; image: ImageChoice; when: When }[] {
  const found: { cpu: CpuChoice; image: ImageChoice; when: When }[] = [];
  for (const way of resource.ways) {
    for (const image of described.images) {
      for (const cpu of described.cpus) {
        const first = both(way, image.when);
        const conditions = first === undefined ? undefined : both(first, cpu.when);
        if (conditions !== undefined) found.push({ cpu, image, when: conditions });
      }
    }
  }
  if (found.length <= MAX_ALTERNATIVES) return found;
  // Too many to tell apart: the workload is there, and that is all that's certain.
  return [
    {
      cpu: { when: ALWAYS },
      image: { image: { kind: 'unknown' }, path: described.images[0]?.path, when: ALWAYS },
      when: ALWAYS,
    },
  ];
}

// ── images ──────────────────────────────────────────────────────────────────────────────────────

/** The images that a property can name; none where it's absent. */
export function imagesFrom(resource: Resource, ways: readonly Unfolded[]): ImageChoice[] {
  return ways.flatMap(({ node }) =>
    texts(resource.scope, node).map((item) => ({
      image: imageSource(resource, item),
      path: item.path,
      when: item.when,
    })),
  );
}

function imageSource(resource: Resource, item: Item): ImageSource {
  if (known(item.value)?.trim() === '') return { kind: 'unknown' };
  const ref = parseImageRef(item.value);
  const tag = known(ref.tag);
  const asset = tag === undefined ? undefined : resource.scope.call.assembly?.asset(tag);
  return asset === undefined ? { kind: 'ref', ref } : { kind: 'asset', asset };
}

// ── CPUs ────────────────────────────────────────────────────────────────────────────────────────

/**
 * The CPUs that these ways state; this default on the ways that leave it out. Of a list (`Architectures: [arm64]`) the
 * first item counts.
 */
export function cpusFrom(resource: Resource, ways: readonly Unfolded[], fallback: CpuChoice): CpuChoice[] {
  return ways.flatMap(({ node, when }): CpuChoice[] => {
    if (node === undefined) return [{ ...fallback, when }];
    return listOf(resource.scope, node).flatMap((list): CpuChoice[] => {
      const first = list.items?.[0];
      if (list.items === undefined) return [{ when: list.when, cpuBasis: 'stated', path: list.path }];
      return first === undefined
        ? [{ ...fallback, when: list.when }]
        : unfoldAt(resource.scope, { ...first, when: list.when }).flatMap((one) =>
            one.node === undefined ? [{ ...fallback, when: one.when }] : texts(resource.scope, one.node).map(stated),
          );
    });
  });
}

function stated(item: Item): CpuChoice {
  const whole = known(item.value);
  const cpu = whole === undefined ? undefined : cpuOf(whole);
  return {
    ...defined({ cpu }),
    ...(whole === undefined ? { text: item.value } : {}),
    cpuBasis: 'stated',
    path: item.path,
    when: item.when,
  };
}
