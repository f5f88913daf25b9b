/** Reads Kubernetes manifests: what runs containers, with the CPU that selectors and affinities ask of their nodes. */
import type { Range } from '../../core/site.ts';
import { PODS } from './kinds.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import { entry, get, readYaml, scalarText, yamlComments, type YamlNode } from '../../syntax/yaml.ts';
import { defined } from '../../core/optional.ts';

export interface KubernetesReading extends ReadingBase {
  readonly kind: 'kubernetes';
  readonly workloads: readonly KubernetesWorkload[];
  /** Of a `kustomization.yaml`. */
  readonly kustomize?: Kustomization;
}

export interface Kustomization {
  /** Files and folders, relative to its own. */
  readonly resources: readonly string[];
  readonly images: readonly KustomizedImage[];
}

/** `images:`, which replaces parts of every image of this name. */
export interface KustomizedImage {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
  readonly range: Range;
}

export interface KubernetesWorkload {
  /** `Deployment` */
  readonly type: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly containers: readonly KubernetesContainer[];
  /** Architectures that nodes must have, each way they may be stated; empty: nothing is asked. */
  readonly architectures: readonly { readonly value: string; readonly range: Range }[];
}

export interface KubernetesContainer {
  readonly name?: string;
  readonly image: string;
  readonly range: Range;
  readonly startsWith: readonly string[];
  /** `Always`, `IfNotPresent`, `Never`. */
  readonly pullPolicy?: string;
}

const ARCH_LABELS = ['kubernetes.io/arch', 'beta.kubernetes.io/arch'];

export function read(source: SourceText): KubernetesReading {
  const { roots, unreadable } = readYaml(source);
  const kustomize = /(?:^|\/)kustomization\.ya?ml$/i.test(source.file) ? kustomization(roots[0]) : undefined;
  return {
    kind: 'kubernetes',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: suppressionsIn(yamlComments(source), source.lines, source.text),
    workloads: roots
      .flatMap((root) => (scalarText(get(root, 'kind')) === 'List' ? itemsOf(get(root, 'items')) : [root]))
      .flatMap(workload),
    ...defined({ kustomize }),
  };
}

function kustomization(root: YamlNode | undefined): Kustomization {
  return {
    resources: ['resources', 'bases', 'components']
      .flatMap((key) => itemsOf(get(root, key)))
      .flatMap((one) => scalarText(one) ?? []),
    images: itemsOf(get(root, 'images')).flatMap((one): KustomizedImage[] => {
      const name = scalarText(get(one, 'name'));
      const field = (key: 'newName' | 'newTag' | 'digest') => {
        const text = scalarText(get(one, key));
        return text === undefined ? {} : { [key]: text };
      };
      return name === undefined
        ? []
        : [{ name, ...field('newName'), ...field('newTag'), ...field('digest'), range: one.range }];
    }),
  };
}

function workload(node: YamlNode): KubernetesWorkload[] {
  const type = scalarText(get(node, 'kind')) ?? '';
  const path = PODS[type];
  const pod = path === undefined ? undefined : get(node, ...path);
  if (pod === undefined) return [];
  const name = scalarText(get(node, 'metadata', 'name'));
  const namespace = scalarText(get(node, 'metadata', 'namespace'));
  const containers = ['initContainers', 'containers'].flatMap((key) => itemsOf(get(pod, key))).flatMap(container);
  return containers.length === 0
    ? []
    : [
        {
          type,
          ...defined({ name, namespace }),
          containers,
          architectures: [...selected(pod), ...required(pod)],
        },
      ];
}

function container(node: YamlNode): KubernetesContainer[] {
  const image = get(node, 'image');
  const text = scalarText(image);
  if (image === undefined || text === undefined) return [];
  const name = scalarText(get(node, 'name'));
  const words = ['command', 'args'].flatMap((key) => itemsOf(get(node, key)).flatMap((one) => scalarText(one) ?? []));
  const pullPolicy = scalarText(get(node, 'imagePullPolicy'));
  return [{ ...defined({ name, pullPolicy }), image: text, range: image.range, startsWith: words }];
}

function selected(pod: YamlNode): { value: string; range: Range }[] {
  return ARCH_LABELS.flatMap((label) => {
    const found = entry(get(pod, 'nodeSelector'), label)?.value;
    const value = scalarText(found);
    return found === undefined || value === undefined ? [] : [{ value, range: found.range }];
  });
}

/** `requiredDuringSchedulingIgnoredDuringExecution`; what is only preferred decides nothing. */
function required(pod: YamlNode): { value: string; range: Range }[] {
  const terms = itemsOf(
    get(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'),
  );
  return terms
    .flatMap((term) => itemsOf(get(term, 'matchExpressions')))
    .flatMap((one) => {
      if (!ARCH_LABELS.includes(scalarText(get(one, 'key')) ?? '') || scalarText(get(one, 'operator')) !== 'In')
        return [];
      return itemsOf(get(one, 'values')).flatMap((value) => {
        const text = scalarText(value);
        return text === undefined ? [] : [{ value: text, range: value.range }];
      });
    });
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'seq' ? node.items : [];
}
