/** ECS: services and running tasks, the task definitions they use, and the digests they run. */
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
  type Service,
  type Task,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { LiveRollout, LiveWorkload } from './evidence.ts';
import { batches, forEach, someOf } from './pool.ts';
import { rolloutOf } from './rollout.ts';
import type { Session } from './session.ts';
import { defined } from '../core/optional.ts';

const AT_ONCE = 5;

/** Something that starts containers from one task definition: a service, or tasks started in another way. */
interface Runner {
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  readonly definition: string;
  readonly fargate: boolean;
  /** Of this definition. */
  readonly tasks: Task[];
  readonly rollout?: LiveRollout;
}

export async function readServices(session: Session, wanted: readonly string[] | undefined): Promise<LiveWorkload[]> {
  const runners: Runner[] = [];
  const clusters = await listClusters(session);
  let done = 0;
  await forEach(clusters, AT_ONCE, async (cluster) => {
    const [services, tasks] = await Promise.all([describeServices(session, cluster), describeTasks(session, cluster)]);
    runners.push(...assemble(cluster, services, tasks));
    session.progress('ECS clusters', ++done, clusters.length);
  });
  const chosen =
    wanted === undefined ? runners : runners.filter((one) => wanted.includes(one.name) || wanted.includes(one.arn));
  const definitions = await describeDefinitions(session, [...new Set(chosen.map((one) => one.definition))].sort());
  return chosen
    .flatMap((runner) => workloadsOf(runner, definitions.get(runner.definition)))
    .sort((a, b) => (a.arn === b.arn ? ((a.container ?? '') < (b.container ?? '') ? -1 : 1) : a.arn < b.arn ? -1 : 1));
}

async function listClusters(session: Session): Promise<string[]> {
  const client = await session.ecs();
  const clusters: string[] = [];
  await session.call({ action: 'ecs:ListClusters', about: `the clusters in ${session.region}` }, async () => {
    for await (const page of paginateListClusters({ client, pageSize: 100 }, {}, { abortSignal: session.signal }))
      clusters.push(...(page.clusterArns ?? []));
  });
  return clusters;
}

async function describeServices(session: Session, cluster: string): Promise<Service[]> {
  const client = await session.ecs();
  const arns: string[] = [];
  await session.call({ action: 'ecs:ListServices', about: lastOf(cluster), resource: cluster }, async () => {
    for await (const page of paginateListServices(
      { client, pageSize: 100 },
      { cluster },
      { abortSignal: session.signal },
    ))
      arns.push(...(page.serviceArns ?? []));
  });
  const services: Service[] = [];
  await forEach(batches(arns, 10), AT_ONCE, async (batch) => {
    const answer = await session.call(
      { action: 'ecs:DescribeServices', about: someOf(batch.map(lastOf), `services of ${lastOf(cluster)}`) },
      () => client.send(new DescribeServicesCommand({ cluster, services: batch }), { abortSignal: session.signal }),
    );
    if (answer.ok) services.push(...(answer.value.services ?? []).filter((one) => one.status !== 'INACTIVE'));
  });
  return services;
}

async function describeTasks(session: Session, cluster: string): Promise<Task[]> {
  const client = await session.ecs();
  const arns: string[] = [];
  await session.call({ action: 'ecs:ListTasks', about: lastOf(cluster), resource: cluster }, async () => {
    for await (const page of paginateListTasks(
      { client, pageSize: 100 },
      { cluster, desiredStatus: 'RUNNING' },
      { abortSignal: session.signal },
    ))
      arns.push(...(page.taskArns ?? []));
  });
  const tasks: Task[] = [];
  await forEach(batches(arns, 100), AT_ONCE, async (batch) => {
    const answer = await session.call(
      { action: 'ecs:DescribeTasks', about: someOf(batch.map(lastOf), `tasks of ${lastOf(cluster)}`) },
      () => client.send(new DescribeTasksCommand({ cluster, tasks: batch }), { abortSignal: session.signal }),
    );
    if (answer.ok) tasks.push(...(answer.value.tasks ?? []));
  });
  return tasks;
}

async function describeDefinitions(session: Session, names: readonly string[]): Promise<Map<string, TaskDefinition>> {
  const client = await session.ecs();
  const found = new Map<string, TaskDefinition>();
  let done = 0;
  await forEach(names, AT_ONCE, async (name) => {
    const answer = await session.call(
      { action: 'ecs:DescribeTaskDefinition', about: lastOf(name), resource: name },
      () => client.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }), { abortSignal: session.signal }),
    );
    if (answer.ok && answer.value.taskDefinition !== undefined) found.set(name, answer.value.taskDefinition);
    session.progress('ECS task definitions', ++done, names.length);
  });
  return found;
}

function assemble(cluster: string, services: readonly Service[], tasks: readonly Task[]): Runner[] {
  const runners = new Map<string, Runner>();
  const byDeployment = new Map(
    services.flatMap((one) =>
      [...(one.deployments ?? []), ...(one.taskSets ?? [])].flatMap(({ id }) =>
        id === undefined ? [] : [[id, `service:${one.serviceName}`] as const],
      ),
    ),
  );
  /** Tasks say whose they are by their group, or by the deployment that started them. */
  const groupOf = ({ group, startedBy }: Task): string => group ?? byDeployment.get(startedBy ?? '') ?? '';
  const ofService = new Map<string, Task[]>();
  for (const task of tasks) push(ofService, groupOf(task), task);
  for (const service of services) {
    const { serviceArn, serviceName, launchType, capacityProviderStrategy } = service;
    const definition = definitionOf(service);
    if (serviceArn === undefined || serviceName === undefined || definition === undefined) continue;
    const fargate =
      launchType === 'FARGATE' ||
      (capacityProviderStrategy ?? []).some((one) => one.capacityProvider?.startsWith('FARGATE') === true);
    const group = `service:${serviceName}`;
    const own = ofService.get(group) ?? [];
    const rollout = rolloutOf(service, own);
    // During a roll-out, tasks of the revision before still run: they say nothing about this one.
    runners.set(group, {
      arn: serviceArn,
      name: serviceName,
      cluster,
      definition,
      fargate,
      tasks: own.filter((task) => task.taskDefinitionArn === definition),
      ...defined({ rollout }),
    });
  }
  for (const task of tasks) {
    const definition = task.taskDefinitionArn;
    const group = groupOf(task);
    if (
      definition === undefined ||
      runners.get(group)?.rollout !== undefined ||
      runners.get(group)?.definition === definition
    )
      continue;
    // The services couldn't be listed, perhaps; their tasks name them all the same.
    const named = group.startsWith('service:') ? group.slice('service:'.length) : undefined;
    const key = `${group} ${definition}`;
    const runner = runners.get(key) ?? {
      arn: named === undefined ? definition : `${cluster.replace(':cluster/', ':service/')}/${named}`,
      name: named ?? lastOf(definition),
      cluster,
      definition,
      fargate: task.launchType === 'FARGATE',
      tasks: [],
    };
    runner.tasks.push(task);
    runners.set(key, runner);
  }
  return [...runners.values()];
}

/** A service that others deploy has it in its task sets. */
function definitionOf({ taskDefinition, taskSets = [], deployments = [] }: Service): string | undefined {
  return taskDefinition ?? [...taskSets, ...deployments].find((one) => one.status === 'PRIMARY')?.taskDefinition;
}

function workloadsOf(runner: Runner, definition: TaskDefinition | undefined): LiveWorkload[] {
  const cpu = architectureOf(runner, definition);
  return (definition?.containerDefinitions ?? []).flatMap((container): LiveWorkload[] => {
    if (container.image === undefined || container.name === undefined) return [];
    const digests = runner.tasks.flatMap((task) =>
      (task.containers ?? []).filter((one) => one.name === container.name).flatMap((one) => one.imageDigest ?? []),
    );
    return [
      {
        service: 'ecs',
        arn: runner.arn,
        name: runner.name,
        container: container.name,
        cluster: runner.cluster,
        taskDefinition: runner.definition,
        image: container.image,
        digests: [...new Set(digests)].sort(),
        ...cpu,
        ...defined({ rollout: runner.rollout }),
      },
    ];
  });
}

/**
 * Stated, else what the running tasks were placed on, else Fargate's default; on EC2 nobody can tell before a task
 * runs.
 */
function architectureOf(
  runner: Runner,
  definition: TaskDefinition | undefined,
): Pick<LiveWorkload, 'architecture' | 'architectureBasis'> {
  const stated = definition?.runtimePlatform?.cpuArchitecture;
  if (stated !== undefined) return { architecture: stated, architectureBasis: 'stated' };
  const placed = new Set(
    runner.tasks.flatMap((task) =>
      (task.attributes ?? []).flatMap((one) =>
        one.name === 'ecs.cpu-architecture' && one.value !== undefined ? [one.value] : [],
      ),
    ),
  );
  const [only] = placed;
  if (placed.size === 1 && only !== undefined) return { architecture: only, architectureBasis: 'stated' };
  return runner.fargate ? { architecture: 'X86_64', architectureBasis: 'default' } : {};
}

function push(groups: Map<string, Task[]>, key: string, task: Task): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [task]);
  else group.push(task);
}

function lastOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
