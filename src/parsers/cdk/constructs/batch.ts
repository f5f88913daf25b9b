/** Batch: jobs and the containers they run, which are constructs of their own. */
import type { CdkObject } from '../reading.ts';
import { readJobDefinition } from '../../../services/batch.ts';
import type { Unstated } from '../../../services/view.ts';
import { viewOf } from './view.ts';
import { SERVICES } from '../../../services/index.ts';
import { dig, found, isGiven, kindOf, objectOf, prop, siteAt, type Found, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { batchInstancesFor } from './instances.ts';
import { cpuWays, type CpuWay } from './texts.ts';
import { emitRunning, emitWorkload, namesOf } from './workloads.ts';
import { saidWords } from './texts.ts';
import { startOf } from '../../../services/start.ts';
import { defined } from '../../../core/optional.ts';
import { memo } from '../../../core/memo.ts';

const CONTAINER = /^Ecs(?:Fargate|Ec2)ContainerDefinition$/;
const MULTI_NODE = 'MultiNodeJobDefinition';

export function evaluateBatch(graph: Graph, object: CdkObject): void {
  if (object.how !== 'new') return;
  const { name } = kindOf(object);
  if (CONTAINER.test(name)) {
    // One that no job of the app runs is told by itself.
    if (!heldContainers(graph).has(object.id)) container(graph, object, object);
  } else if (name === 'JobDefinition')
    emitJob(graph, object, prop(object, 'container'), {
      command: ['command'],
      cpu: ['fargateCpuArchitecture'],
      fargate: namesFargate(prop(object, 'platformCapabilities')),
    });
  else if (name === 'CfnJobDefinition') resource(graph, object);
  else for (const held of containersOf(graph, object)) container(graph, object, held);
}

/** Of a job, or of each range of nodes of one. */
function containersOf(graph: Graph, job: CdkObject): CdkObject[] {
  const ways =
    kindOf(job).name === MULTI_NODE
      ? nodeRanges(graph, job).flatMap((range) => dig(range, ['container']))
      : prop(job, 'container');
  return ways.flatMap((one) => {
    const object = objectOf(graph, one.value);
    return object !== undefined && CONTAINER.test(kindOf(object).name) ? [object] : [];
  });
}

function nodeRanges(graph: Graph, job: CdkObject): (readonly Found[])[] {
  const listed = prop(job, 'containers').flatMap((one) => (one.value.kind === 'list' ? one.value.items : []));
  const added = (graph.methods.get(job.id) ?? [])
    .filter((call) => call.name === 'addContainer')
    .flatMap((call) => (call.args[0] === undefined ? [] : [call.args[0]]));
  return [...listed, ...added].map(found);
}

const heldContainers = memo(
  (graph: Graph): ReadonlySet<number> =>
    new Set(
      graph.reading.objects
        .filter((one) => one.how === 'new' && kindOf(one).service === 'aws-batch' && !CONTAINER.test(kindOf(one).name))
        .flatMap((job) => containersOf(graph, job))
        .map((one) => one.id),
    ),
);

function container(graph: Graph, job: CdkObject, definition: CdkObject): void {
  emitJob(graph, job, prop(definition), {
    command: ['command'],
    cpu: ['fargateCpuArchitecture'],
    fargate: kindOf(definition).name.includes('Fargate'),
    ...(job === definition ? {} : { made: definition }),
  });
}

interface JobShape {
  readonly command: readonly string[];
  readonly cpu: readonly string[];
  readonly fargate: boolean;
  /** The construct that is the container. */
  readonly made?: CdkObject;
}

function emitJob(
  graph: Graph,
  job: CdkObject,
  options: readonly Found[],
  { command, cpu, fargate, made }: JobShape,
): void {
  const image = dig(options, ['image']);
  if (!isGiven(image)) return;
  emitWorkload(graph, {
    object: made === undefined ? job : { ...made, path: job.path, ...defined({ scope: job.scope }) },
    service: 'batch',
    cpus: cpusOf(graph, job, dig(options, cpu), fargate),
    images: imageWays(graph, image, { owner: job }),
    names: namesOf(job, 'jobDefinitionName'),
    ...(fargate ? { unsaidCpu: SERVICES.batch.unsaidCpuOnFargate } : {}),
    ...startOf(undefined, saidWords(dig(options, command))),
  });
}

/** What the job states; on EC2, else what the app's environments are. */
function cpusOf(graph: Graph, job: CdkObject, stated: readonly Found[], fargate: boolean): CpuWay[] {
  const instances = fargate || isGiven(stated) ? undefined : batchInstancesFor(graph, job);
  return instances === undefined
    ? cpuWays(graph, stated)
    : [{ stated: true, cpu: instances.cpu, when: [], source: instances.source }];
}

/** A job as the template has it: one container, tasks of several, or ranges of nodes. */
function resource(graph: Graph, job: CdkObject): void {
  const instances = batchInstancesFor(graph, job);
  const around: Unstated =
    instances === undefined
      ? {}
      : { cpu: instances.cpu, cpuBasis: 'stated', site: siteAt(graph, instances.source, job) };
  for (const running of readJobDefinition(viewOf(graph, job), around)) emitRunning(graph, job, running);
}

function namesFargate(ways: readonly Found[]): boolean {
  return ways.some(
    (one) =>
      one.value.kind === 'list' &&
      one.value.items.some((item) => {
        const value = item[0]!.value;
        return (
          (value.kind === 'text' && value.text.join('') === 'FARGATE') ||
          (value.kind === 'symbol' && value.path.at(-1) === 'FARGATE')
        );
      }),
  );
}
