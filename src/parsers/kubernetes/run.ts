/**
 * Kubernetes manifests whose images come from Amazon ECR: they run on EKS. Selectors tell the CPU, or node groups in
 * the project's templates.
 */
import type { Workload } from '../../model/facts.ts';
import { effectiveTag, inEcr, parseImageRef } from '../../core/image-ref.ts';
import { cpuOf } from '../../core/platform.ts';
import { siteOf, type Range } from '../../core/site.ts';
import { concatAll, hole, known, literal, type Text } from '../../core/text.ts';
import type { KubernetesReading, KubernetesWorkload } from './read.ts';
import { looksUpEachRun } from './kinds.ts';
import { nodesOfProject } from './eks-nodes.ts';
import type { Nodes } from '../cloudformation/instances.ts';
import { kustomized } from './kustomize.ts';
import { natureOf } from '../shell/names.ts';
import type { Frame, World } from '../../project/evaluation.ts';

export function evaluateKubernetes(world: World, reading: KubernetesReading, frame: Frame): void {
  const site = (range: Range) => siteOf(reading.lines, range, frame.via);
  for (const [index, workload] of reading.workloads.entries()) {
    for (const [number, container] of workload.containers.entries()) {
      const made = kustomized(world, reading.file, container.image);
      const sources =
        made.length > 0
          ? made.map(({ text, by }) => ({
              text,
              file: by.reading.file,
              imageSite: siteOf(by.reading.lines, by.image.range, frame.via),
            }))
          : [{ text: container.image, file: reading.file, imageSite: site(container.range) }];
      for (const { text, file, imageSite } of sources) {
        const ref = parseImageRef(filledIn(text, file));
        if (inEcr(ref) !== 'yes') continue;
        world.emit(
          {
            kind: 'workload',
            service: 'eks',
            ...(workload.name === undefined ? {} : { name: literal(workload.name) }),
            label: `${workload.type.toLowerCase()}/${workload.name ?? index}`,
            image: { kind: 'ref', ref },
            imageSite,
            ...cpuOfNodes(workload, site, () => nodesOfProject(world, frame)),
            ...(container.name === undefined ? {} : { containerName: literal(container.name) }),
            ...(container.startsWith.length === 0 ? {} : { startsWith: container.startsWith }),
            ...(looksUpEachRun(workload.type, known(effectiveTag(ref)) === 'latest', container.pullPolicy)
              ? { startedPerRun: true }
              : {}),
            declared: true,
            site: site(container.range),
            origin: `kubernetes ${reading.file}#${index}/${number}${made.length === 0 ? '' : ` by ${file}`}`,
          },
          frame,
        );
      }
    }
  }
}

/** What the pod asks of its nodes, else what all nodes are. Nodes of either CPU will do where several are named. */
function cpuOfNodes(
  { architectures }: KubernetesWorkload,
  site: (range: Range) => Workload['site'],
  nodes: () => Nodes | undefined,
): Partial<Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'>> {
  const [first] = architectures;
  if (first === undefined) {
    const all = nodes();
    return all === undefined ? {} : { cpu: all.cpu, cpuSite: all.site, cpuBasis: 'stated' };
  }
  const cpus = new Set(architectures.map((one) => cpuOf(one.value)));
  const [cpu] = cpus;
  return cpus.size !== 1 || cpu === undefined ? {} : { cpu, cpuSite: site(first.range), cpuBasis: 'stated' };
}

/** `envsubst` and its like fill in `${TAG}` before the manifest is applied. */
function filledIn(text: string, file: string): Text {
  return concatAll(
    text.split(/(\$\{[^}]*\}|\$[A-Za-z_]\w*)/).map((part, index): Text => {
      if (index % 2 === 0) return literal(part);
      const name = part.replace(/^\$\{?|\}$/g, '');
      return hole(`${name}@${file}`, natureOf(name));
    }),
  );
}
