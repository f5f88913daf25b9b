// Shares of small counts say little: an interval says how little.

const Z = 1.96; // 95 %

/**
 * Wilson's interval for a share.
 * @param {number} part
 * @param {number} whole
 * @returns {{ share: number, low: number, high: number } | undefined} undefined when nothing was counted
 */
export function wilson(part, whole) {
  if (whole === 0) return undefined;
  const share = part / whole;
  const middle = share + Z ** 2 / (2 * whole);
  const half = Z * Math.sqrt((share * (1 - share)) / whole + Z ** 2 / (4 * whole ** 2));
  const scale = 1 + Z ** 2 / whole;
  // Its ends are known where all or none are: computed, they would be off by a rounding error.
  return { share, low: part === 0 ? 0 : (middle - half) / scale, high: part === whole ? 1 : (middle + half) / scale };
}

/** `94 % (84 – 98)`, or a dash when nothing was counted. */
export function showShare(part, whole) {
  const interval = wilson(part, whole);
  if (interval === undefined) return '–';
  return `${percent(interval.share)} % (${percent(interval.low)} – ${percent(interval.high)})`;
}

/** Never rounded up to 100: what isn't all isn't 100 %. */
function percent(share) {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return (Math.floor(share * 1000) / 10).toFixed(1);
  return String(rounded);
}
