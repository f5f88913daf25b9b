/**
 * `jq` that puts another image into a task definition: the way most scripts renew an ECS service. What it is put into is
 * fetched, or a file of the project, which is a template then: nothing runs the image that it names.
 */
import { judged, spelled } from '../core/sealed.ts';
import { literal, type Part, type Text } from '../core/text.ts';
import type { Invocation } from '../project/evaluation.ts';
import { PARTIAL, at, itemsAt, parseJsonText, plainJson, printJson, textAt, type JsonText } from './json-text.ts';
import { join } from './texts.ts';

const LONGEST_FILTER = 2000;

/** Stands for a hole of the filter: a private-use character, which means nothing to jq. */
const MARK = '\uE000';

/** Containers by their place or name; all of them otherwise. */
interface Chosen {
  readonly index?: number;
  readonly name?: string;
}

/**
 * The document with the image that the filter gives; of what was fetched nothing else may be known. Undefined where the
 * filter does something else, or more than that.
 */
export function fillIn(
  invocation: Invocation,
  filter: Text,
  given: ReadonlyMap<string, Text>,
  input: Text,
): Text | undefined {
  const holes: Part[] = [];
  const source = filter
    .map((part) => spelled(part) ?? `${MARK}${holes.push(part) - 1}${MARK}`)
    .join('')
    .slice(0, LONGEST_FILTER);
  const assigned = source.includes('containerDefinitions') ? [...source.matchAll(ASSIGNMENT)] : [];
  const [only] = assigned;
  if (only === undefined) return undefined;
  const whole = parseJsonText(input);
  markTemplates(invocation, whole);
  const image = valueOf(invocation, only, given, holes);
  if (assigned.length > 1 || image === undefined) return undefined;
  const task =
    itemsAt(whole, 'taskDefinition', 'containerDefinitions').length > 0 ? at(whole, 'taskDefinition') : whole;
  if (task?.kind !== 'object' || itemsAt(task, 'containerDefinitions').length === 0)
    return join([literal(`{"${PARTIAL}":true,"containerDefinitions":[{"image":"`), image, literal('"}]}')]);
  return printJson(replaceImage(task, chosenBy(source), image));
}

/** `.image = $IMAGE`, `.image |= "…"`, `.image) = env.IMAGE`. */
const ASSIGNMENT = /\.image\s*\)?\s*\|?=(?!=)\s*(?:(?:\$ENV|env)\.(\w+)|\$(\w+)|"([^"\\]*)")/g;

function valueOf(
  invocation: Invocation,
  [, variable, name, words]: RegExpMatchArray,
  given: ReadonlyMap<string, Text>,
  holes: readonly Part[],
): Text | undefined {
  if (variable !== undefined) return invocation.env(variable);
  if (name !== undefined) return given.get(name);
  return join(
    (words ?? '')
      .split(/\uE000(\d+)\uE000/)
      .map((piece, index) => (index % 2 === 0 ? literal(piece) : [holes[Number(piece)] ?? piece])),
  );
}

function chosenBy(source: string): Chosen {
  const index = /\.containerDefinitions\s*\[\s*(\d+)\s*\]/.exec(source)?.[1];
  const name = /\.name\s*==\s*"([^"\\\uE000]+)"/.exec(source)?.[1];
  return { ...(index === undefined ? {} : { index: Number(index) }), ...(name === undefined ? {} : { name }) };
}

function replaceImage(
  task: Extract<JsonText, { kind: 'object' }>,
  { index: wanted, name }: Chosen,
  image: Text,
): JsonText {
  const items = itemsAt(task, 'containerDefinitions').map((container, index): JsonText => {
    const isOther =
      (wanted !== undefined && wanted !== index) ||
      (name !== undefined && name !== judged(textAt(container, 'name') ?? []));
    return container.kind !== 'object' || isOther
      ? container
      : { ...container, entries: new Map([...container.entries, ['image', { kind: 'string', text: image }]]) };
  });
  return { ...task, entries: new Map([...task.entries, ['containerDefinitions', { kind: 'list', items }]]) };
}

/** Files of the project that say the same as what is filled in, however their text came here (`$(cat task.json)`). */
function markTemplates({ world }: Invocation, document: JsonText | undefined): void {
  if (document === undefined) return;
  const said = JSON.stringify(plainJson(document));
  for (const { file } of world.readings.ofKind('task-definition')) {
    const text = world.readings.text(file);
    const own = text === undefined ? undefined : parseJsonText(literal(text));
    if (own !== undefined && JSON.stringify(plainJson(own)) === said) world.called.add(file);
  }
}
