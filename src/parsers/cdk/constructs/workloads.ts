/** The common end of every service: one fact for each way the image, the CPU and the name may go together. */
import type { Service, Workload } from '../../../model/facts.ts';
import type { Text } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import type { UnsaidCpu } from '../../../services/describe.ts';
import { constructPathOf, isGiven, labelOf, originOf, prop, siteAt, type Found, type Graph } from './graph.ts';
import type { ImageWay } from './images.ts';
import { environmentOf, stackOf } from './stacks.ts';
import type { Said } from '../../../services/start.ts';
import { textWays, together, type CpuWay, type TextWay } from './texts.ts';
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
  readonly autoDeploy?: boolean;
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
  const { object } = declared;
  const { account, region } = environmentOf(graph, object);
  const stack = stackOf(graph, object);
  const names: readonly (TextWay | undefined)[] =
    declared.names === undefined || declared.names.length === 0 ? [undefined] : declared.names;
  for (const { a: image, b: cpu, when } of together(
    declared.images,
    declared.cpus.length === 0 ? [{ stated: false, when: [] }] : declared.cpus,
  )) {
    for (const { a: name, when: conditions } of together(
      names.map((one) => ({ one, when: one?.when ?? [] })),
      [{ when }],
    )) {
      const [outer] = together([{ when: object.when }], [{ when: conditions }]);
      if (outer === undefined) continue;
      const grant = declared.pullGrant?.(image);
      graph.world.emit(
        {
          kind: 'workload',
          service: declared.service,
          label: declared.part === undefined ? labelOf(object) : `${labelOf(object)}/${declared.part}`,
          image: image.source,
          imageSite: siteAt(graph, image.at, object),
          declared: true,
          account,
          region,
          site: siteAt(graph, undefined, object),
          origin: originOf(graph, object),
          when: outer.when,
          ...cpuOf(graph, declared, cpu),
          ...(object.path === '' ? {} : { constructPath: constructPathOf(object) }),
          ...defined({ stack }),
          ...(name.one === undefined ? {} : { name: name.one.text }),
          ...defined({
            containerName: declared.containerName,
            healthCheck: declared.healthCheck,
            autoDeploy: declared.autoDeploy,
          }),
          ...(declared.startedPerRun === true ? { startedPerRun: true } : {}),
          ...(declared.unheld === true ? { unheld: true } : {}),
          ...(declared.balanced === true ? { balanced: true } : {}),
          ...(declared.heldBy === undefined || declared.heldBy.length === 0 ? {} : { heldBy: declared.heldBy }),
          ...defined({ startsWith: declared.startsWith }),
          ...(image.tagDefaulted === true ? { tagDefaulted: true } : {}),
          ...defined({ pullGrant: grant }),
          ...(graph.reading.toolkit === undefined || image.source.kind !== 'asset'
            ? {}
            : { toolkitVersion: graph.reading.toolkit }),
        },
        graph.frame,
      );
    }
  }
}

function cpuOf(
  graph: Graph,
  { object, unsaidCpu }: Declared,
  cpu: CpuWay,
): Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'> {
  // What a service always has, it has whatever anybody says.
  if (!cpu.stated || unsaidCpu?.cpuBasis === 'service') return unsaidCpu ?? {};
  return {
    ...defined({ cpu: cpu.cpu }),
    cpuBasis: 'stated',
    ...(cpu.source === undefined ? {} : { cpuSite: siteAt(graph, cpu.source, object) }),
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

/** `command: ['app.handler']` as words. */
export function saidWords(ways: readonly Found[]): Said {
  return isGiven(ways) ? (wordsOf(ways) ?? 'unknown') : undefined;
}

function wordsOf(ways: readonly Found[]): readonly string[] | undefined {
  const single = ways.length === 1 ? ways[0]!.value : undefined;
  if (single?.kind !== 'list' || single.open || single.items.length === 0) return undefined;
  const words = single.items.map((item) => {
    const value = item.length === 1 ? item[0]!.value : undefined;
    return value?.kind === 'text' && value.text.every((part) => typeof part === 'string')
      ? value.text.join('')
      : undefined;
  });
  return words.every((word) => word !== undefined) ? words.filter((word) => word !== undefined) : undefined;
}
