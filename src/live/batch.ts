/** Batch: the images that jobs will run. */
import {
  paginateDescribeJobDefinitions,
  type ContainerProperties,
  type EcsProperties,
  type EksProperties,
  type JobDefinition,
  type RuntimePlatform,
} from '@aws-sdk/client-batch';
import type { LiveWorkload } from './evidence.ts';
import type { Session } from './session.ts';
import { defined } from '../core/optional.ts';

export async function readJobDefinitions(session: Session): Promise<LiveWorkload[]> {
  const client = await session.batch();
  const newest = new Map<string, JobDefinition>();
  await session.call(
    { action: 'batch:DescribeJobDefinitions', about: `the job definitions in ${session.region}` },
    async () => {
      for await (const page of paginateDescribeJobDefinitions(
        { client, pageSize: 100 },
        { status: 'ACTIVE' },
        { abortSignal: session.signal },
      )) {
        for (const one of page.jobDefinitions ?? []) if (one.status !== 'INACTIVE') keepNewest(newest, one);
        session.progress('Batch job definitions listed', newest.size, undefined);
      }
    },
  );
  return [...newest.values()]
    .flatMap(workloadsOf)
    .sort((a, b) => (a.arn === b.arn ? ((a.container ?? '') < (b.container ?? '') ? -1 : 1) : a.arn < b.arn ? -1 : 1));
}

/**
 * A job that names no revision takes the newest; the older ones stay active until somebody deregisters them, mostly
 * nobody.
 */
function keepNewest(newest: Map<string, JobDefinition>, one: JobDefinition): void {
  const { jobDefinitionName: name, revision = 0 } = one;
  if (name !== undefined && revision >= (newest.get(name)?.revision ?? 0)) newest.set(name, one);
}

interface Job {
  readonly container?: string;
  readonly image: string | undefined;
  readonly platform?: RuntimePlatform | undefined;
}

function workloadsOf(definition: JobDefinition): LiveWorkload[] {
  const { jobDefinitionArn: arn, jobDefinitionName: name, platformCapabilities } = definition;
  if (arn === undefined || name === undefined) return [];
  const fargate = platformCapabilities?.includes('FARGATE') === true;
  const seen = new Set<string>();
  return jobsOf(definition).flatMap(({ container, image, platform }): LiveWorkload[] => {
    const key = `${container ?? ''} ${image ?? ''}`;
    if (image === undefined || seen.has(key)) return [];
    seen.add(key);
    const stated = platform?.cpuArchitecture;
    return [
      {
        service: 'batch',
        arn,
        name,
        ...defined({ container }),
        image,
        digests: [],
        // On EC2 and EKS the compute environment decides.
        ...(stated !== undefined
          ? { architecture: stated, architectureBasis: 'stated' }
          : fargate
            ? { architecture: 'X86_64', architectureBasis: 'default' }
            : {}),
      },
    ];
  });
}

function jobsOf({ containerProperties, ecsProperties, eksProperties, nodeProperties }: JobDefinition): Job[] {
  const ranges = nodeProperties?.nodeRangeProperties ?? [];
  return [
    ...plain(containerProperties),
    ...tasks(ecsProperties),
    ...pods(eksProperties),
    ...ranges.flatMap((range) => [
      ...plain(range.container),
      ...tasks(range.ecsProperties),
      ...pods(range.eksProperties),
    ]),
  ];
}

function plain(properties: ContainerProperties | undefined): Job[] {
  return properties === undefined ? [] : [{ image: properties.image, platform: properties.runtimePlatform }];
}

function tasks(properties: EcsProperties | undefined): Job[] {
  return (properties?.taskProperties ?? []).flatMap(({ containers, runtimePlatform }) =>
    (containers ?? []).map((one) => ({ ...named(one.name), image: one.image, platform: runtimePlatform })),
  );
}

function pods(properties: EksProperties | undefined): Job[] {
  const { containers = [], initContainers = [] } = properties?.podProperties ?? {};
  return [...containers, ...initContainers].map((one) => ({ ...named(one.name), image: one.image }));
}

function named(container: string | undefined): { container?: string } {
  return container === undefined ? {} : { container };
}
