/**
 * Kubernetes manifests written in an app: `cluster.addManifest(…)`, `new eks.KubernetesManifest(…)`. They run on EKS,
 * on nodes that selectors or the app tell.
 */
import { effectiveTag, inEcr } from '../../../core/image-ref.ts';
import { cpuOf } from '../../../core/platform.ts';
import { known } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { PODS, looksUpEachRun } from '../../kubernetes/kinds.ts';
import { baseOf, dig, found, is, isGiven, prop, type Found, type Graph } from './graph.ts';
import { imageWays } from './images.ts';
import { eksInstances, type Instances } from './instances.ts';
import { textWays, type CpuWay } from './texts.ts';
import { emitWorkload } from './workloads.ts';
import { saidWords } from './texts.ts';
import { startOf } from '../../../services/start.ts';
import { defined } from '../../../core/optional.ts';

export function evaluateEks(graph: Graph, object: CdkObject): void {
  for (const manifest of manifestsOf(graph, object)) emitPod(graph, object, manifest);
}

function manifestsOf(graph: Graph, object: CdkObject): (readonly Found[])[] {
  if (object.how === 'new' && is(object, /^aws-eks/, /^KubernetesManifest$/)) return itemsOf(prop(object, 'manifest'));
  if (object.how !== 'method' || object.name !== 'addManifest' || object.target === undefined) return [];
  const id = baseOf(object.target);
  const cluster = id === undefined ? undefined : graph.reading.objects[id];
  return cluster !== undefined && is(cluster, /^aws-eks/, /Cluster/) ? object.args.slice(1).map(found) : [];
}

function itemsOf(ways: readonly Found[]): (readonly Found[])[] {
  return ways.flatMap((one) => (one.value.kind === 'list' ? one.value.items.map(found) : []));
}

function emitPod(graph: Graph, object: CdkObject, manifest: readonly Found[]): void {
  const kind = known(textWays(dig(manifest, ['kind']))[0]?.text) ?? '';
  const path = PODS[kind];
  if (path === undefined) return;
  const pod = dig(manifest, path);
  const cpus = selected(pod) ?? onNodes(graph);
  for (const container of ['initContainers', 'containers'].flatMap((key) => itemsOf(dig(pod, [key])))) {
    const images = imageWays(graph, dig(container, ['image']), { owner: object }).filter(
      ({ source }) => source.kind === 'asset' || (source.kind === 'ref' && inEcr(source.ref) === 'yes'),
    );
    const name = textWays(dig(container, ['name']))[0]?.text;
    const isLatest = images.some(({ source }) => source.kind === 'ref' && known(effectiveTag(source.ref)) === 'latest');
    const policy = known(textWays(dig(container, ['imagePullPolicy']))[0]?.text);
    if (images.length === 0) continue;
    emitWorkload(graph, {
      object,
      service: 'eks',
      images,
      cpus,
      names: textWays(dig(manifest, ['metadata', 'name'])),
      ...defined({ containerName: name }),
      ...startOf(saidWords(dig(container, ['command'])), saidWords(dig(container, ['args']))),
      ...(looksUpEachRun(kind, isLatest, policy) ? { startedPerRun: true } : {}),
    });
  }
}

/** What the pod asks of its nodes. */
function selected(pod: readonly Found[]): CpuWay[] | undefined {
  const asked = ['kubernetes.io/arch', 'beta.kubernetes.io/arch']
    .flatMap((label) => dig(pod, ['nodeSelector', label]))
    .filter((one) => one.value.kind !== 'undefined');
  if (asked.length === 0) return isGiven(dig(pod, ['affinity'])) ? [{ stated: true, when: [] }] : undefined;
  return asked.map((one): CpuWay => {
    const word = known(textWays([one])[0]?.text);
    const cpu = word === undefined ? undefined : cpuOf(word);
    return {
      stated: true,
      when: one.when,
      ...defined({ cpu, source: one.source }),
    };
  });
}

function onNodes(graph: Graph): CpuWay[] {
  const all: readonly (Instances | undefined)[] = eksInstances(graph);
  const first = all[0];
  const same = first !== undefined && all.every((one) => one?.cpu === first.cpu);
  return same ? [{ stated: true, cpu: first.cpu, when: [], source: first.source }] : [{ stated: true, when: [] }];
}
