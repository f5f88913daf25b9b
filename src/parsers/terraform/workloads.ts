/**
 * Resources that run container images, each to Workload facts: one for every combination of choices that its image, CPU
 * and name depend on.
 */
import type { Service, Workload } from '../../model/facts.ts';
import { MAX_ALTERNATIVES, both, nearestDefaults, type When } from '../../core/choices.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { cpuOf, type Cpu } from '../../core/platform.ts';
import type { Site } from '../../core/site.ts';
import { textKey, type Text } from '../../core/text.ts';
import type { Said } from '../../services/start.ts';
import { ACCOUNT, regionOf } from './attributes.ts';
import { emit, identityOf, type Scope } from './scope.ts';
import {
  judgedString,
  knownString,
  placed,
  textOf,
  withoutIdleDefaults,
  type Place,
  type Value,
  type Way,
} from './value.ts';
import { defined } from '../../core/optional.ts';

/** One way a workload's CPU can be. */
export interface CpuChoice {
  readonly cpu?: Cpu;
  readonly cpuBasis?: NonNullable<Workload['cpuBasis']>;
  readonly place?: Place;
  readonly when: When;
}

export interface Described {
  readonly address: string;
  readonly site: Site;
  readonly when: When;
  readonly service: Service;
  readonly name: Value | undefined;
  readonly images: Value;
  readonly cpus: readonly CpuChoice[];
  /** Distinguishes the containers of one resource. */
  readonly part?: string;
  readonly more?: Partial<
    Pick<
      Workload,
      | 'healthCheck'
      | 'heldBy'
      | 'balanced'
      | 'placeholder'
      | 'containerName'
      | 'autoDeploy'
      | 'startsWith'
      | 'startedPerRun'
      | 'pullGrant'
    >
  >;
}

interface Combination {
  readonly image: Way;
  readonly cpu: CpuChoice;
  readonly name: Text | undefined;
  readonly when: When;
}

export function emitWorkload(scope: Scope, described: Described): void {
  const { via } = scope.frame;
  for (const { image, cpu, name, when } of combinations(described)) {
    emit(
      scope,
      {
        kind: 'workload',
        service: described.service,
        ...defined({ name }),
        label: described.address,
        stack: scope.rootFolder === '' ? 'terraform' : scope.rootFolder,
        image: imageOf(image),
        imageSite: placed(image.place, via),
        ...defined({ cpu: cpu.cpu }),
        ...(cpu.place === undefined ? {} : { cpuSite: placed(cpu.place, via) }),
        ...defined({ cpuBasis: cpu.cpuBasis }),
        region: regionOf(scope),
        account: ACCOUNT,
        ...described.more,
        declared: true,
        site: described.site,
        origin: identityOf(scope, `${described.address}${described.part ?? ''}`),
      },
      when,
    );
  }
}

function combinations(described: Described): readonly Combination[] {
  const names: readonly (Way | undefined)[] = described.name ?? [undefined];
  const found = described.images.flatMap((image) =>
    described.cpus.flatMap((cpu) =>
      names.flatMap((name): Combination[] => {
        const when = [image.when, cpu.when, name?.when ?? []].reduce<When | undefined>(
          (a, b) => (a === undefined ? undefined : both(a, b)),
          described.when,
        );
        return when === undefined
          ? []
          : [{ image, cpu, name: name === undefined ? undefined : textOf(name.value), when }];
      }),
    ),
  );
  const kept = nearestDefaults(
    withoutIdleDefaults(found, ({ image, cpu }) => `${tagOf(image)} ${cpu.cpu ?? ''} ${cpu.cpuBasis ?? ''}`),
    MAX_ALTERNATIVES,
  );
  if (kept !== undefined) return kept;
  // Too many to tell apart: the workload is there, and that is all that's certain.
  const [first] = found;
  return first === undefined
    ? []
    : [
        {
          image: { ...first.image, value: { kind: 'unknown', name: described.address } },
          cpu: { when: [] },
          name: undefined,
          when: described.when,
        },
      ];
}

/** What tells one image of a repository from another. */
function tagOf(way: Way): string {
  const image = imageOf(way);
  if (image.kind !== 'ref') return image.kind;
  const { ref } = image;
  // A variable that is all of the reference may hold anything.
  const whole =
    ref.registry === undefined && ref.repository.every((part) => typeof part !== 'string')
      ? textKey(ref.repository)
      : '';
  return `${whole} ${ref.tag === undefined ? '' : `:${textKey(ref.tag)}`} ${ref.digest === undefined ? '' : '@'}`;
}

function imageOf({ value }: Way): Workload['image'] {
  const whole = judgedString(value);
  if (value.kind === 'null' || whole?.trim() === '') return { kind: 'unknown' };
  if (value.kind !== 'text' && value.kind !== 'unknown') return { kind: 'unknown' };
  return { kind: 'ref', ref: parseImageRef(textOf(value)) };
}

/**
 * The CPUs that a value states; this default on the ways that leave it out. Of a list (`architectures`) the first item
 * counts.
 */
export function cpusFrom(value: Value | undefined, fallback: Omit<CpuChoice, 'when'>): CpuChoice[] {
  if (value === undefined) return [{ ...fallback, when: [] }];
  return value.flatMap((way): CpuChoice[] => {
    if (way.value.kind === 'null' || (way.value.kind === 'list' && way.value.items.length === 0))
      return [{ ...fallback, when: way.when }];
    const [first] = way.value.kind === 'list' ? way.value.items : [];
    if (first === undefined) return [stated(way, fallback)];
    return first.flatMap((item) => {
      const when = both(way.when, item.when);
      return when === undefined ? [] : [stated({ ...item, when }, fallback)];
    });
  });
}

function stated(way: Way, fallback: Omit<CpuChoice, 'when'>): CpuChoice {
  if (way.value.kind === 'null') return { ...fallback, when: way.when };
  const whole = judgedString(way.value);
  const cpu = whole === undefined ? undefined : cpuOf(whole);
  return { ...defined({ cpu }), cpuBasis: 'stated', place: way.place, when: way.when };
}

/** The words of a list (`command`, `entryPoint`). */
export function saidWords(value: Value | undefined): Said {
  if (value === undefined || value.every((way) => way.value.kind === 'null')) return undefined;
  const single = value.length === 1 ? value[0]!.value : undefined;
  if (single?.kind !== 'list') return 'unknown';
  if (single.items.length === 0) return undefined;
  const found = single.items.map(knownString);
  return found.every((each) => each !== undefined) ? found : 'unknown';
}

export function truthy(value: Value | undefined): boolean | undefined {
  const whole = knownString(value);
  return whole === 'true' ? true : whole === 'false' ? false : undefined;
}
