/**
 * A construct as services see it. A resource (`CfnFunction`) has CloudFormation's properties; a construct of the library
 * has its own, and says where each of them is.
 */
import { ALWAYS, both } from '../../../core/choices.ts';
import { hole, literal, type Text } from '../../../core/text.ts';
import type { Stated, View } from '../../../services/view.ts';
import type { CdkObject, CdkSingle } from '../reading.ts';
import { dig, found, isGiven, prop, siteAt, type Found, type Graph } from './graph.ts';
import { imageIn, imageWays, type ImageContext } from './images.ts';
import { settled } from './overrides.ts';
import { cpuIn, plainText, saidWords } from './texts.ts';
import { defined } from '../../../core/optional.ts';

type Path = readonly string[];

/** Of a library's construct: the ways of its properties, by CloudFormation's name for each. Others have no place in it. */
export type Properties = Readonly<Record<string, readonly Found[]>>;

/** Escape hatches win over what a construct states. */
export function viewOf(
  graph: Graph,
  object: CdkObject,
  properties?: Properties,
  derive?: ImageContext['derive'],
): View {
  return viewFrom(graph, object, {
    at: (path) => {
      const name = path.join('.');
      const whole = settled(graph, object, name, properties?.[name] ?? statedBy(object, path, properties));
      return LISTS.has(name) ? settled(graph, object, `${name}.0`, whole) : whole;
    },
    ...defined({ derive }),
  });
}

function statedBy(object: CdkObject, path: Path, properties: Properties | undefined): readonly Found[] {
  return properties === undefined ? prop(object, ...path.map(camel)) : NOT_GIVEN;
}

/** Lists whose first item counts, and may be overridden alone. */
const LISTS: ReadonlySet<string> = new Set(['Architectures']);

export const NOT_GIVEN: readonly Found[] = found(undefined);

/** What the library itself says. */
export function wordFound(word: string): readonly Found[] {
  return found([{ value: { kind: 'text', text: literal(word) }, when: ALWAYS }]);
}

const camel = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

interface Source {
  at(path: Path): readonly Found[];
  readonly derive?: ImageContext['derive'];
}

function viewFrom(graph: Graph, object: CdkObject, { at, derive }: Source): View {
  return {
    get: (...path) => at(path).flatMap((one) => statedIn(graph, object, one)),
    images: (...path) => {
      const ways = at(path);
      return isGiven(ways)
        ? imageWays(graph, ways, { owner: object, ...defined({ derive }) }).map((way) => imageIn(graph, object, way))
        : [];
    },
    words: (...path) => saidWords(at(path)),
    items: (...path) =>
      at(path).flatMap(({ value, when }) =>
        value.kind === 'list'
          ? value.items.map((item) => {
              const inner = found(item).flatMap((one): Found[] => {
                const conditions = both(when, one.when);
                return conditions === undefined ? [] : [{ ...one, when: conditions }];
              });
              return viewFrom(graph, object, { at: (rest) => dig(inner, rest.map(camel)) });
            })
          : [],
      ),
    has: (...path) => isGiven(at(path)),
  };
}

/** Of a list the first item counts. */
function statedIn(graph: Graph, object: CdkObject, { value, when, source }: Found): readonly Stated[] {
  if (value.kind === 'undefined') return [{ when }];
  const site = source === undefined ? undefined : siteAt(graph, source, object);
  if (value.kind !== 'list') return [{ text: textOf(graph, value), when, ...defined({ site }) }];
  const [first] = value.items;
  return first === undefined
    ? [{ when }]
    : first.flatMap((one): Stated[] => {
        const conditions = both(when, one.when);
        return conditions === undefined
          ? []
          : [
              {
                text: textOf(graph, one.value),
                when: conditions,
                ...defined({ site: one.source === undefined ? site : siteAt(graph, one.source, object) }),
              },
            ];
      });
}

/** `Architecture.ARM_64` is the word that it stands for. */
function textOf(graph: Graph, value: CdkSingle): Text {
  const cpu = value.kind === 'text' ? undefined : cpuIn(graph, value);
  if (cpu !== undefined) return literal(cpu);
  const member = value.kind === 'symbol' ? value.path.at(-1) : undefined;
  return member === undefined ? (plainText(value) ?? hole('…')) : literal(member);
}
