/** What a deploy gives the app that it runs, held against the choices that the app makes by it. */
import type { Guard, When } from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import type { Text } from '../../core/text.ts';
import type { Rollout } from '../../model/facts.ts';

export const DEFAULT = 'default:';

/** Is one of the choices made the other way by what the app is given? */
export function decidesAgainst({ gives = [] }: Rollout, when: When): boolean {
  const given = new Map(gives.map(({ name, value }) => [name, value]));
  return when.some((guard) => isOtherwise(given, guard));
}

/** Is the choice made the other way by what the app is given? */
function isOtherwise(given: ReadonlyMap<string, Text>, { cond, is }: Guard): boolean {
  if (cond.startsWith(DEFAULT)) {
    const name = cond.slice(DEFAULT.length);
    return is === 'unset' ? given.has(name) : !given.has(name) && isOfCommand(name);
  }
  const { name, wanted } = askedIn(cond);
  const text = given.get(name);
  if (text === undefined) return is === 'true' && isOfCommand(name);
  const value = judged(text);
  if (value === undefined) return false;
  return (wanted === undefined ? value !== '' : value === wanted) !== (is === 'true');
}

/** The context of an app is given on the command line, which says all there is; the environment is anybody's. */
function isOfCommand(name: string): boolean {
  return name.endsWith('@context');
}

/** `cpu@context === "arm64"`, or the name alone, where its being set is what counts. */
function askedIn(cond: string): { readonly name: string; readonly wanted?: string } {
  const [, name = cond, wanted] = /^(.+) === "(.*)"$/s.exec(cond) ?? [];
  return wanted === undefined ? { name } : { name, wanted };
}

/** What a deploy gives for this choice of the app's. */
export function givenFor({ gives = [] }: Rollout, { cond }: Guard): Text | undefined {
  const { name } = askedIn(cond);
  return gives.find((one) => one.name === name)?.value;
}
