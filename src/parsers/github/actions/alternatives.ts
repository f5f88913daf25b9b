/** An action's inputs may each be one of a few; its facts are about one choice of them all. */
import { ALWAYS, MAX_ALTERNATIVES, both, type Values, type When } from '../../../core/choices.ts';
import { hole, known, type Text } from '../../../core/text.ts';
import type { Site } from '../../../core/site.ts';
import type { ActionCall, Item, Separators } from './action.ts';

export interface Choice {
  readonly when: When;
  /** Undefined when the input isn't given. */
  input(name: string): Text | undefined;
  /** The items of a list input that exist under this choice. */
  items(name: string): readonly { readonly text: Text; readonly site: Site }[];
}

/** Every compatible choice of the named inputs and lists, bounded; what goes beyond collapses into holes. */
export function choices(
  call: ActionCall,
  inputs: readonly string[],
  lists: readonly { name: string; separators?: Separators }[] = [],
): Choice[] {
  const given = inputs.flatMap((name) => {
    const values = call.input(name);
    return values === undefined ? [] : [{ name, values }];
  });
  const items = lists.map(({ name, separators }) => ({ name, items: call.items(name, separators) }));
  const slots: { name: string; values: Values }[] = [
    ...given,
    ...items.flatMap(({ name, items: list }) => list.map(({ values }) => ({ name, values }))),
  ];
  return worlds(slots).map(({ when, picks }) => {
    const byInput = new Map(given.map(({ name }, index) => [name, picks[index]]));
    let next = given.length;
    const byList = new Map(
      items.map(({ name, items: list }) => [
        name,
        list.flatMap(({ site }: Item) => {
          const text = picks[next++];
          return text === undefined ? [] : [{ text, site }];
        }),
      ]),
    );
    return { when, input: (name) => byInput.get(name), items: (name) => byList.get(name) ?? [] };
  });
}

interface Combination {
  readonly when: When;
  readonly picks: readonly (Text | undefined)[];
}

function worlds(slots: readonly { name: string; values: Values }[]): Combination[] {
  let result: Combination[] = [{ when: ALWAYS, picks: [] }];
  for (const { name, values } of slots) {
    const next = result.flatMap(({ when, picks }): Combination[] => {
      const fitting = values.flatMap(({ value, when: of }) => {
        const joined = both(when, of);
        return joined === undefined ? [] : [{ when: joined, picks: [...picks, value] }];
      });
      return fitting.length > 0 ? fitting : [{ when, picks: [...picks, undefined] }];
    });
    result =
      next.length <= MAX_ALTERNATIVES
        ? next
        : result.map(({ when, picks }) => ({ when, picks: [...picks, hole(name)] }));
  }
  return result;
}

/** A boolean input as actions read it; undefined when it can't be told. */
export function flag(text: Text | undefined): boolean | undefined {
  if (text === undefined) return false;
  const value = known(text);
  return value === undefined ? undefined : /^true$/i.test(value.trim());
}
