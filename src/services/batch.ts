import { defined } from '../core/optional.ts';
import { byDefault, type ServiceDescription } from './describe.ts';
import { startOf } from './start.ts';
import { cpusOf, type Running, type Unstated, type View } from './view.ts';

export const BATCH = {
  noun: ['Batch job', 'Batch jobs'],
  unsaidCpuOnFargate: byDefault('amd64'),
  wrongCpu: 'the jobs will end with `exec format error`',
  next: 'the next job',
} as const satisfies ServiceDescription;

/**
 * Its containers: one, those of its tasks, or one for each range of nodes. `around`: the CPU of the machines it runs on,
 * where that isn't Fargate.
 */
export function readJobDefinition(view: View, around: Unstated = {}): readonly Running[] {
  const words = view.words('PlatformCapabilities');
  const job: Job = {
    names: view.get('JobDefinitionName'),
    unstated: Array.isArray(words) && words.includes('FARGATE') ? BATCH.unsaidCpuOnFargate : around,
  };
  return [
    ...containerOf(view, ['ContainerProperties'], job, ''),
    ...view
      .items('EcsProperties', 'TaskProperties')
      .flatMap((task, index) =>
        task
          .items('Containers')
          .flatMap((container, number) => containerOf(container, [], job, `/task${index}/${number}`, task)),
      ),
    ...view
      .items('NodeProperties', 'NodeRangeProperties')
      .flatMap((range, index) => containerOf(range, ['Container'], job, `/node${index}`)),
  ];
}

interface Job {
  readonly names: Running['names'];
  readonly unstated: Unstated;
}

/** A container at a path; the platform may be stated for a task of several. */
function containerOf(
  view: View,
  path: readonly string[],
  { names, unstated }: Job,
  part: string,
  task?: View,
): readonly Running[] {
  const images = view.images(...path, 'Image');
  if (images.length === 0) return [];
  const platform = (task ?? view).get(...(task === undefined ? path : []), 'RuntimePlatform', 'CpuArchitecture');
  const [name] = view.get(...path, 'Name');
  return [
    {
      service: 'batch',
      names,
      images,
      cpus: cpusOf(platform, unstated),
      part,
      more: {
        ...defined({ containerName: name?.text }),
        ...startOf(view.words(...path, 'EntryPoint'), view.words(...path, 'Command')),
      },
    },
  ];
}
