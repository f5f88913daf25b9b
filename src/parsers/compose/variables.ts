/**
 * Variables of a compose or bake file where several may be set or left to their defaults. A file is evaluated once for
 * each way they can be, so that everything that follows one variable stays together.
 */
import { byDefault, both, given, type When } from '../../core/choices.ts';
import { byName } from '../../core/secrets.ts';
import { hole, type Text } from '../../core/text.ts';

export interface Choice {
  /** A variable's value; undefined when it's left to the default that the file gives. */
  lookup(name: string): Text | undefined;
  readonly when: When;
}

/** Ways to be tried: 2 to the power of this. Variables past it are unknown. */
const MAX_OPEN = 3;

export interface Variables {
  /** Variables that are used, in order of appearance, and whether the file gives a default for each. */
  readonly used: ReadonlyMap<string, boolean>;
  /** What the project or the caller sets. */
  readonly set: (name: string) => Text | undefined;
  /** May a user set them from outside? */
  readonly open: boolean;
}

export function choices({ used, set, open }: Variables): Choice[] {
  const told = (name: string): Text | undefined => {
    const value = set(name);
    return value === undefined ? undefined : byName(name, value);
  };
  const withDefault = [...used]
    .filter(([name, hasDefault]) => hasDefault && open && set(name) === undefined)
    .map(([name]) => name);
  const forked = withDefault.slice(0, MAX_OPEN);
  const unknown = new Set(withDefault.slice(MAX_OPEN));
  let ways: { readonly taken: ReadonlySet<string>; readonly when: When }[] = [{ taken: new Set(), when: [] }];
  for (const name of forked) {
    ways = ways.flatMap(({ taken, when }) => [
      { taken, when: both(when, byDefault(name)) ?? when },
      { taken: new Set([...taken, name]), when: both(when, given(name)) ?? when },
    ]);
  }
  return ways.map(({ taken, when }) => ({
    when,
    lookup: (name) =>
      told(name) ??
      (taken.has(name) || unknown.has(name) || (open && used.get(name) !== true) ? hole(name) : undefined),
  }));
}
