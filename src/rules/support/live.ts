/** Live resources: what image a workload has, how to look at it, where it is in the console. */
import type { Manifest, Workload } from '../../model/facts.ts';
import { effectiveTag, type ImageRef } from '../../core/image-ref.ts';
import { known } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { code } from './words.ts';
import { memo } from '../../core/memo.ts';

/** A whole reference in a registry; undefined where any of it is a hole. */
export interface Address {
  readonly registry: string;
  readonly repository: string;
  /** Tag, or digest. */
  readonly name: string;
}

export function addressOf(ref: ImageRef): Address | undefined {
  const registry = known(ref.registry);
  const repository = known(ref.repository);
  const name = known(ref.digest) ?? known(effectiveTag(ref));
  return registry === undefined || repository === undefined || name === undefined
    ? undefined
    : { registry, repository, name };
}

export interface Held {
  readonly manifest: Manifest;
  /** The digest that runs, or what the reference as written stands for now: the next deploy will take it. */
  readonly as: 'running' | 'reference';
}

/** The images of one repository. */
interface Shelf {
  readonly byDigest: Map<string, Manifest>;
  /** As they were asked for: by tag or digest. */
  readonly byName: Map<string, Manifest>;
}

const shelves = memo(({ manifests }: Model) => arrange(manifests));

/**
 * So that judging an account stays linear in its images, also where all lie in one repository, as the CDK's assets do.
 */
function shelfOf(model: Model, { registry, repository }: Address): Shelf | undefined {
  return shelves(model).get(`${registry}/${repository}`);
}

function arrange(manifests: readonly Manifest[]): Map<string, Shelf> {
  const index = new Map<string, Shelf>();
  for (const manifest of manifests) {
    const address = addressOf(manifest.ref);
    if (address === undefined) continue;
    const key = `${address.registry}/${address.repository}`;
    const shelf = index.get(key) ?? { byDigest: new Map(), byName: new Map() };
    index.set(key, shelf);
    if (!shelf.byDigest.has(manifest.digest)) shelf.byDigest.set(manifest.digest, manifest);
    if (!shelf.byName.has(address.name)) shelf.byName.set(address.name, manifest);
  }
  return index;
}

/** What the registry holds for a workload: what runs first. One image, once. */
export function heldFor(model: Model, workload: Workload): Held[] {
  const address = workload.image.kind === 'ref' ? addressOf(workload.image.ref) : undefined;
  if (address === undefined) return [];
  const shelf = shelfOf(model, address);
  const held = new Map<string, Held>();
  for (const digest of workload.live?.digests ?? []) {
    const manifest = shelf?.byDigest.get(digest);
    if (manifest !== undefined) held.set(digest, { manifest, as: 'running' });
  }
  const named = shelf?.byName.get(address.name);
  if (named !== undefined && !held.has(named.digest)) held.set(named.digest, { manifest: named, as: 'reference' });
  return [...held.values()];
}

const byDigest = memo(({ manifests }: Model) => new Map(manifests.map((one) => [one.digest, one])));

export function manifestOf(model: Model, digest: string): Manifest | undefined {
  return byDigest(model).get(digest);
}

export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/** The command that shows a workload as it is, ready to paste. */
export function lookAt(workload: Workload): string {
  const { resource = '' } = workload.site;
  const region = regionOf(resource);
  if (workload.service === 'lambda')
    return code(`aws lambda get-function --function-name ${known(workload.name) ?? workload.label} --region ${region}`);
  const name = known(workload.name) ?? workload.label;
  if (workload.service === 'apprunner')
    return code(`aws apprunner describe-service --service-arn ${resource} --region ${region}`);
  if (workload.service === 'batch')
    return code(`aws batch describe-job-definitions --job-definition-name ${name} --status ACTIVE --region ${region}`);
  if (workload.service === 'codebuild')
    return code(`aws codebuild batch-get-projects --names ${name} --region ${region}`);
  const cluster = /:service\/([^/]+)\//.exec(resource)?.[1];
  if (cluster !== undefined)
    return code(`aws ecs describe-services --cluster ${cluster} --services ${name} --region ${region}`);
  return code(
    `aws ecs describe-task-definition --task-definition ${resource.slice(resource.lastIndexOf('/') + 1)} --region ${region}`,
  );
}

/** Ends a line of help: the command, and the console's address where it can be clicked. */
export function whereToLook(workload: Workload): string {
  const link = consoleLink(workload.site.resource ?? '');
  return `Look: ${lookAt(workload)}.${link === undefined ? '' : ` Console: ${link}`}`;
}

export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

export function consoleLink(arn: string): string | undefined {
  const [, partition, service, region = '', account, ...rest] = arn.split(':');
  const host =
    partition === 'aws-cn'
      ? 'console.amazonaws.cn'
      : partition === 'aws-us-gov'
        ? 'console.amazonaws-us-gov.com'
        : 'console.aws.amazon.com';
  const base = `https://${region}.${host}`;
  const id = rest.join(':');
  switch (service) {
    case 'lambda': {
      const [kind, name, version] = rest;
      return kind === 'function' && name !== undefined
        ? `${base}/lambda/home?region=${region}#/functions/${name}${version === undefined ? '' : `/versions/${version}`}`
        : undefined;
    }
    case 'apprunner':
      return id.startsWith('service/')
        ? `${base}/apprunner/home?region=${region}#/services/dashboard?service_arn=${encodeURIComponent(arn)}`
        : undefined;
    case 'batch':
      return id.startsWith('job-definition/')
        ? `${base}/batch/home?region=${region}#job-definition/detail/${encodeURIComponent(arn)}`
        : undefined;
    case 'codebuild':
      return id.startsWith('project/')
        ? `${base}/codesuite/codebuild/${account}/projects/${id.slice('project/'.length)}?region=${region}`
        : undefined;
    case 'ecs': {
      const [kind, first, second] = id.split('/');
      if (kind === 'service' && first !== undefined && second !== undefined)
        return `${base}/ecs/v2/clusters/${first}/services/${second}?region=${region}`;
      return kind === 'task-definition' && first !== undefined
        ? `${base}/ecs/v2/task-definitions/${first.replace(':', '/')}?region=${region}`
        : undefined;
    }
    case 'ecr':
      return id.startsWith('repository/')
        ? `${base}/ecr/repositories/private/${account}/${id.slice('repository/'.length)}?region=${region}`
        : undefined;
    case 'cloudformation':
      return `${base}/cloudformation/home?region=${region}#/stacks/stackinfo?stackId=${encodeURIComponent(arn)}`;
    default:
      return undefined;
  }
}
