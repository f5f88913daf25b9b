/**
 * Versions of actions: `v6` floats to the newest 6.x, `v6.15` to the newest 6.15.x; a commit tells nothing by itself.
 */

export type Version = readonly number[];

/** Undefined for a commit or a branch of one's own; the newest for `main` and `master`. */
export function parseVersion(text: string): Version | undefined {
  if (/^(?:main|master)$/.test(text)) return [Number.POSITIVE_INFINITY];
  const found = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/.exec(text);
  return found === null || /^[0-9a-f]{40}$/.test(text)
    ? undefined
    : found.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]));
}

/** Parts that aren't said float, so they are as new as can be. */
export function atLeast(version: Version | undefined, wanted: Version): boolean | undefined {
  if (version === undefined) return undefined;
  for (const [index, part] of wanted.entries()) {
    const have = version[index] ?? Number.POSITIVE_INFINITY;
    if (have !== part) return have > part;
  }
  return true;
}
