/** How the image and CPU of a workload differ between the two sides. */
import type { StackChange, Workload, WorkloadChange, WorkloadState } from '../model/facts.ts';
import { compatible, type When } from '../core/choices.ts';
import { effectiveTag, inEcr, showRef, type ImageRef } from '../core/image-ref.ts';
import { spelled } from '../core/sealed.ts';
import { known, type Text } from '../core/text.ts';
import { defined } from '../core/optional.ts';

/** The ways on both sides that can hold together; undefined when nothing of image and CPU changes. */
export function workloadChange(before: readonly Workload[], after: readonly Workload[]): StackChange['workload'] {
  const [first] = after;
  if (first === undefined || before.length === 0) return undefined;
  const ways: WorkloadChange[] = [];
  for (const young of after) {
    const same = before.filter((old) => container(old) === container(young));
    const candidates = (same.length > 0 ? same : before).filter((old) =>
      compatible(plain(old.when), plain(young.when)),
    );
    const exact = candidates.filter((old) => keyOf(old.when) === keyOf(young.when));
    for (const old of exact.length > 0 ? exact : candidates)
      ways.push({
        before: stateOf(old),
        after: stateOf(young),
        certain: exact.length === 1 || (candidates.length === 1 && after.length === 1),
      });
  }
  if (!ways.some((way) => way.before.cpu !== way.after.cpu || imageDiffers(way))) return undefined;
  return { service: first.service, ...defined({ name: first.name }), ways };
}

/**
 * An image that nobody can tell is no change by itself; one that was told and now follows what the caller gives, or the
 * other way round, is.
 */
function imageDiffers({ before, after }: WorkloadChange): boolean {
  if (before.image === undefined || after.image === undefined) return false;
  return before.imageKey !== after.imageKey;
}

function container({ containerName }: Workload): string {
  return containerName === undefined ? '' : plainKey(containerName);
}

function stateOf({ cpu, cpuBasis, image }: Workload): WorkloadState {
  const own = image.kind === 'asset' || (image.kind === 'ref' && inEcr(image.ref) !== 'no');
  const { key, shown } = identityOf(image);
  return {
    ...defined({ cpu, cpuBasis, image: shown, imageKey: key }),
    own,
  };
}

/**
 * A synthesized template by itself names its assets by their tag in the bootstrapped repository; with its assembly
 * beside it they are known as such.
 */
const BOOTSTRAPPED = /^cdk-[a-z0-9]+-container-assets-/;
const ASSET_HASH = /^[0-9a-f]{64}$/;

function identityOf(image: Workload['image']): { key?: string; shown?: string } {
  if (image.kind === 'unknown') return {};
  // `sam build` makes it of what the folder holds: which image that will be, the template doesn't tell.
  if (image.kind === 'asset') return image.asset.startsWith('sam ') ? {} : assetIdentity(image.asset);
  const { ref } = image;
  const [head] = ref.repository;
  const tag = ref.digest === undefined ? known(effectiveTag(ref)) : undefined;
  if (tag !== undefined && ASSET_HASH.test(tag) && typeof head === 'string' && BOOTSTRAPPED.test(head))
    return assetIdentity(tag);
  const key = refIdentity(ref);
  return { shown: showRef(ref), ...defined({ key }) };
}

function assetIdentity(hash: string): { key: string; shown: string } {
  return { key: `asset ${hash}`, shown: `asset ${hash.slice(0, 12)}` };
}

/**
 * Which repository it is may be a hole (`${Repo}`, the account's number) as long as it is the same one; which image of
 * it must be known.
 */
function refIdentity(ref: ImageRef): string | undefined {
  const which = ref.digest ?? effectiveTag(ref);
  if (which === undefined || which.some((part) => spelled(part) === undefined)) return undefined;
  return [ref.registry ?? [], ref.repository, which].map(plainKey).join('\u0001');
}

/** The two sides' templates lie in files of different names, which are part of their holes' names. */
function plainKey(text: Text): string {
  return text
    .map((part) =>
      typeof part === 'string' ? part : spelled(part) === undefined ? `\${${withoutScope(part.hole)}}` : part.hole,
    )
    .join('');
}

function plain(conditions: When): When {
  return conditions.map(({ cond, is }) => ({ cond: withoutScope(cond), is: withoutScope(is) }));
}

function keyOf(conditions: When): string {
  return plain(conditions)
    .map(({ cond, is }) => `${cond}=${is}`)
    .sort()
    .join('&');
}

function withoutScope(name: string): string {
  return name.replace(/@[^\s,)}"'\u0001]*/g, '');
}
