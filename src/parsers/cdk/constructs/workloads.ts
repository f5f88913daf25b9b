/** The common end of every service: one fact for each way the image, the CPU and the name may go together. */
import type { Service, Workload } from '../../../model/facts.ts';
import type { Text } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import type { UnsaidCpu } from '../../../services/describe.ts';
import { constructPathOf, labelOf, originOf, prop, siteAt, type Found, type Graph } from './graph.ts';
import { imageIn, type ImageWay } from './images.ts';
import { environmentOf, stackOf } from './stacks.ts';
import { textWays, type CpuWay, type TextWay } from './texts.ts';
import { emitWorkload as emitDeclared } from '../../../project/workloads.ts';
import type { Running, StatedCpu } from '../../../services/view.ts';
import { defined } from '../../../core/optional.ts';

export interface Declared {
  readonly object: CdkObject;
  readonly service: Service;
  readonly images: readonly ImageWay[];
  readonly cpus: readonly CpuWay[];
  /** Where nothing is stated; absent: it can't be told. */
  readonly unsaidCpu?: UnsaidCpu;
  readonly names?: readonly TextWay[];
  readonly containerName?: Text;
  readonly healthCheck?: boolean;
  readonly startedPerRun?: boolean;
  readonly unheld?: true;
  readonly balanced?: boolean;
  readonly startsWith?: readonly string[];
  readonly heldBy?: readonly Text[];
  readonly pullGrant?: (image: ImageWay) => Workload['pullGrant'];
  /** Added to the construct's label: a container's name. */
  readonly part?: string;
}

export function emitWorkload(graph: Graph, declared: Declared): void {
  const { object, service, part, pullGrant } = declared;
  const cpus = declared.cpus.length === 0 ? UNSTATED : declared.cpus;
  emitRunning(
    graph,
    object,
    {
      service,
      names: declared.names?.map(({ text, when }) => ({ text, when })) ?? [],
      images: declared.images.map((way) => {
        const image = imageIn(graph, object, way);
        return { ...image, more: { ...image.more, ...defined({ pullGrant: pullGrant?.(way) }) } };
      }),
      cpus: cpus.map((cpu) => ({ ...cpuOf(graph, declared, cpu), when: cpu.when })),
      more: {
        ...defined({
          containerName: declared.containerName,
          healthCheck: declared.healthCheck,
          unheld: declared.unheld,
          startsWith: declared.startsWith,
        }),
        ...(declared.startedPerRun === true ? { startedPerRun: true } : {}),
        ...(declared.balanced === true ? { balanced: true } : {}),
        ...(declared.heldBy === undefined || declared.heldBy.length === 0 ? {} : { heldBy: declared.heldBy }),
      },
    },
    part,
  );
}

const UNSTATED: readonly CpuWay[] = [{ stated: false, when: [] }];

/** `part`: added to the construct's label, a container's name. */
export function emitRunning(graph: Graph, object: CdkObject, running: Running, part?: string): void {
  const { account, region } = environmentOf(graph, object);
  const label = labelOf(object);
  emitDeclared(
    {
      site: siteAt(graph, undefined, object),
      label: part === undefined ? label : `${label}/${part}`,
      ways: [object.when],
      origin: originOf(graph, object),
      more: {
        account,
        region,
        ...(object.path === '' ? {} : { constructPath: constructPathOf(object) }),
        ...defined({ stack: stackOf(graph, object) }),
      },
      emit: (fact, when) => graph.world.emit({ ...fact, when }, graph.frame),
    },
    running,
  );
}

function cpuOf(
  graph: Graph,
  { object, unsaidCpu }: Declared,
  cpu: CpuWay,
): Pick<StatedCpu, 'cpu' | 'site' | 'cpuBasis'> {
  // What a service always has, it has whatever anybody says.
  if (!cpu.stated || unsaidCpu?.cpuBasis === 'service') return unsaidCpu ?? {};
  return {
    ...defined({ cpu: cpu.cpu }),
    cpuBasis: 'stated',
    ...(cpu.source === undefined ? {} : { site: siteAt(graph, cpu.source, object) }),
  };
}

export function namesOf(object: CdkObject, ...keys: string[]): TextWay[] {
  return keys.flatMap((key) => textWays(prop(object, key)));
}

/** A property that's there or not, whatever it holds; undefined when that can't be told. */
export function presence(ways: readonly Found[]): boolean | undefined {
  if (ways.every((one) => one.value.kind === 'undefined')) return false;
  return ways.every((one) => one.value.kind !== 'undefined' && one.value.kind !== 'unknown') ? true : undefined;
}
