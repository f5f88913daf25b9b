/** What is read into trees of many times its size is left alone where it is longer than people write. */
export const MEGA = 1_000_000;

/** Why a text isn't read, if it is too long for it. */
export function tooLong(text: string, longest = Infinity): string | undefined {
  if (text.length <= longest) return undefined;
  return `${(text.length / MEGA).toFixed(1)} million characters, more than anybody writes by hand (${longest / MEGA} million)`;
}
