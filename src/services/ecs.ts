import { defined } from '../core/optional.ts';
import { mayBeOne, type Text } from '../core/text.ts';
import { byDefault, type ServiceDescription } from './describe.ts';
import { startOf } from './start.ts';
import { only, type Running, type StatedCpu, type View } from './view.ts';

export const ECS = {
  noun: ['ECS task', 'ECS tasks'],
  unsaidCpuOnFargate: byDefault('amd64'),
  wrongCpu:
    'the tasks will stop with `exec format error` or `CannotPullContainerError: image Manifest does not contain descriptor matching platform`',
  keeps: 'an ECS service does not watch its tag, it keeps the digest of its last deployment',
  take: 'Call `aws ecs update-service --force-new-deployment` after the push',
} as const satisfies ServiceDescription;

/** Express Mode: its request has no architecture, and ECS may choose. */
export function readExpressService(view: View): Running | undefined {
  const images = view.images('PrimaryContainer', 'Image');
  if (images.length === 0) return undefined;
  return {
    service: 'ecs',
    names: view.get('ServiceName'),
    images,
    cpus: only({}),
    more: startOf(undefined, view.words('PrimaryContainer', 'Command')),
  };
}

/** What a task definition says of its containers, beside what each says of itself. */
export interface Task {
  readonly cpus: readonly StatedCpu[];
  readonly more: NonNullable<Running['more']>;
  /** The containers that target groups of its services ask for their health. */
  readonly balanced?: readonly Text[];
}

/** `ContainerDefinitions`, each a workload of its own. */
export function readContainers(view: View, task: Task): readonly Running[] {
  const names = view.get('Family');
  return view.items('ContainerDefinitions').flatMap((container, index): Running[] => {
    const running = readContainer(container, task);
    return running === undefined ? [] : [{ ...running, names, part: `/${index}` }];
  });
}

export function readContainer(container: View, { cpus, more, balanced = [] }: Task): Running | undefined {
  const images = container.images('Image');
  if (images.length === 0) return undefined;
  const [name] = container.get('Name');
  const isBalanced = name?.text !== undefined && balanced.some((one) => mayBeOne(one, name.text!));
  return {
    service: 'ecs',
    names: [],
    images,
    cpus,
    more: {
      healthCheck: container.has('HealthCheck'),
      ...defined({ containerName: name?.text }),
      ...(isBalanced ? { balanced: true } : {}),
      ...more,
      ...startOf(container.words('EntryPoint'), container.words('Command')),
    },
  };
}
