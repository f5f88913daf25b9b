/** What kustomizations make of the images in the manifests they are put on top of. */
import { localPath } from '../cloudformation/nested.ts';
import type { KubernetesReading, KustomizedImage } from './read.ts';
import type { World } from '../../project/evaluation.ts';
import { memo } from '../../core/memo.ts';

/** An image entry and the kustomization it stands in. */
export interface Overlaid {
  readonly image: KustomizedImage;
  readonly reading: KubernetesReading;
}

const MAX_DEPTH = 10;

/** By manifest, every entry of a kustomization that leads to it. */
const overlays = memo((world: World): ReadonlyMap<string, readonly Overlaid[]> => {
  const found = new Map<string, Overlaid[]>();
  for (const reading of world.readings.ofKind('kubernetes')) {
    if (reading.kustomize === undefined || reading.kustomize.images.length === 0) continue;
    for (const file of manifests(world, reading, new Set(), 0)) {
      found.set(file, [...(found.get(file) ?? []), ...reading.kustomize.images.map((image) => ({ image, reading }))]);
    }
  }
  return found;
});

function manifests(
  world: World,
  { file, kustomize }: KubernetesReading,
  seen: Set<string>,
  depth: number,
): ReadonlySet<string> {
  if (seen.has(file) || depth > MAX_DEPTH) return seen;
  seen.add(file);
  for (const resource of kustomize?.resources ?? []) {
    const path = localPath(file, resource);
    const places = path === undefined ? [] : [path, `${path}/kustomization.yaml`, `${path}/kustomization.yml`];
    const reading = places.map((one) => world.readings.get(one)).find((one) => one !== undefined);
    if (reading?.kind === 'kubernetes') manifests(world, reading, seen, depth + 1);
  }
  return seen;
}

/** The image as each kustomization leaves it; empty where none concerns it. */
export function kustomized(
  world: World,
  manifest: string,
  image: string,
): { readonly text: string; readonly by: Overlaid }[] {
  const { name, tag } = takenApart(image);
  return (overlays(world).get(manifest) ?? [])
    .filter((one) => one.image.name === name)
    .map((by) => {
      const { newName = name, newTag, digest } = by.image;
      return {
        text:
          digest !== undefined
            ? `${newName}@${digest}`
            : newTag !== undefined
              ? `${newName}:${newTag}`
              : `${newName}${tag}`,
        by,
      };
    });
}

/** The name, and the tag or digest with its mark. */
function takenApart(image: string): { readonly name: string; readonly tag: string } {
  const at = image.indexOf('@');
  const colon = image.lastIndexOf(':');
  const cut = at !== -1 ? at : colon > image.lastIndexOf('/') ? colon : image.length;
  return { name: image.slice(0, cut), tag: image.slice(cut) };
}
