/**
 * Kubernetes manifests whose images come from Amazon ECR: they run on EKS. Selectors tell the CPU, or node groups in
 * the project's templates.
 */
import type { Workload } from '../../model/facts.ts';
import { effectiveTag, inEcr, parseImageRef, type ImageRef } from '../../core/image-ref.ts';
import { cpuOf } from '../../core/platform.ts';
import { judged } from '../../core/sealed.ts';
import { indexLines, siteOf, type Range, type Site } from '../../core/site.ts';
import { concatAll, hole, known, literal, type Part, type Text } from '../../core/text.ts';
import { MEGA, tooLong } from '../../syntax/length.ts';
import { originOf } from '../../project/origin.ts';
import { markOf, unmarked } from '../../tools/marks.ts';
import type { KubernetesContainer, KubernetesReading, KubernetesWorkload } from './read.ts';
import { looksUpEachRun } from './kinds.ts';
import { nodesOfProject } from './eks-nodes.ts';
import type { Nodes } from '../cloudformation/instances.ts';
import { kustomized } from './kustomize.ts';
import { containerKey, templatesOf } from './templates.ts';
import { natureOf } from '../shell/names.ts';
import type { Frame, World } from '../../project/evaluation.ts';

export function evaluateKubernetes(world: World, reading: KubernetesReading, frame: Frame): void {
  const site = (range: Range) => siteOf(reading.lines, range, frame.via);
  for (const [index, workload] of reading.workloads.entries()) {
    for (const [number, container] of workload.containers.entries()) {
      const made = kustomized(world, reading.file, container.image);
      if (made.length === 0 && world.called.has(containerKey(reading, index, number))) continue;
      const sources =
        made.length > 0
          ? made.map(({ text, by }) => ({
              text,
              file: by.reading.file,
              imageSite: siteOf(by.reading.lines, by.image.range, frame.via),
            }))
          : [{ text: container.image, file: reading.file, imageSite: site(container.range) }];
      for (const { text, file, imageSite } of sources) {
        emitContainer(world, frame, workload, {
          container,
          ref: parseImageRef(filledIn(text, file)),
          imageSite,
          site,
          origin: `kubernetes ${reading.file}#${index}/${number}${made.length === 0 ? '' : ` by ${file}`}`,
        });
      }
    }
  }
}

/** A manifest that a command applies: what it fills in is known, and the file that it was made of is the place. */
export function evaluateRendered(world: World, frame: Frame, text: Text, applied: Site): void {
  const holes: Part[] = [];
  const source = text.map((part) => (typeof part === 'string' ? part : markOf(holes.push(part) - 1))).join('');
  // Each manifest of the project may be the one that it was made of.
  const cost = COST_OF_A_MANIFEST + (world.readings.ofKind('kubernetes').length >> 2);
  if (tooLong(source, MEGA) !== undefined || !/^kind:/m.test(source) || !world.budget.spend(cost)) return;
  const reading = world.readings.yaml?.manifest({ file: '', text: source, lines: indexLines('', source) });
  for (const workload of reading?.workloads ?? []) {
    for (const [number, container] of workload.containers.entries()) {
      const ref = parseImageRef(unmarked(container.image, holes));
      const origins = templatesOf(world.readings, { source, workload, number });
      if (origins === 'written') continue;
      if (isInEcr(ref) || judged(ref.repository) !== undefined) for (const one of origins) world.called.add(one.key);
      const [template] = origins;
      const at =
        origins.length === 1 && template !== undefined
          ? siteOf(template.reading.lines, template.container.range, frame.via)
          : applied;
      emitContainer(world, frame, workload, {
        container,
        ref,
        imageSite: at,
        site: () => at,
        origin: `${originOf({ kind: 'workload', site: applied }, frame)} ${workload.type} ${workload.name ?? ''}/${number}`,
      });
    }
  }
}

const COST_OF_A_MANIFEST = 20;

interface Placed {
  readonly container: KubernetesContainer;
  readonly ref: ImageRef;
  readonly imageSite: Site;
  readonly origin: string;
  site(range: Range): Site;
}

function emitContainer(
  world: World,
  frame: Frame,
  workload: KubernetesWorkload,
  { container, ref, imageSite, origin, site }: Placed,
): void {
  if (!isInEcr(ref)) return;
  world.emit(
    {
      kind: 'workload',
      service: 'eks',
      ...(workload.name === undefined ? {} : { name: literal(workload.name) }),
      label: `${workload.type.toLowerCase()}/${workload.name ?? origin.replace(/^.*#(\d+).*$/s, '$1')}`,
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
      origin,
    },
    frame,
  );
}

/** By its address, or by the name of the variable that has it: `$ECR_REPOSITORY_URL`. */
function isInEcr(ref: ImageRef): boolean {
  if (inEcr(ref) === 'yes') return true;
  const [first] = ref.registry ?? ref.repository;
  return typeof first === 'object' && 'hole' in first && /(?:^|_)ecr(?:_|$)/i.test(first.hole.replace(/@.*$/s, ''));
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
