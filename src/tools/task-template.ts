/**
 * `jq` that puts another image into a task definition: the way most scripts renew an ECS service. What it is put into is
 * fetched, or a file of the project, which is a template then: nothing runs the image that it names.
 */
import { literal, type Part, type Text } from '../core/text.ts';
import type { Invocation } from '../project/evaluation.ts';
import { parseJq, type Jq } from '../syntax/jq.ts';
import { edited, type Circumstances } from './jq-apply.ts';
import { editsOf, isField, type Edit, type Place } from './jq-edits.ts';
import { constant, type Given } from './jq-values.ts';
import { PARTIAL, at, itemsAt, parseJsonText, plainJson, printJson, type JsonText } from './json-text.ts';
import { familyDescribed } from './described.ts';
import { markOf } from './marks.ts';

const LONGEST_FILTER = 2000;

/**
 * The document with the images that the filter gives; of what was fetched nothing else may be known. Undefined where
 * the filter does something else, or something that is not understood.
 */
export function fillIn(
  invocation: Invocation,
  filter: Text,
  variables: ReadonlyMap<string, JsonText>,
  input: Text,
): Text | undefined {
  const holes: Part[] = [];
  // A piece that is sealed is a hole as well, so that it stays sealed in what is made of it.
  const source = filter.map((part) => (typeof part === 'string' ? part : markOf(holes.push(part) - 1))).join('');
  if (source.length > LONGEST_FILTER || !source.includes('containerDefinitions')) return undefined;
  const parsed = parseJq(source);
  const edits = parsed === undefined ? undefined : editsOf(parsed);
  if (edits?.some(setsImage) !== true) return undefined;
  const given: Given = { variables, env: (name) => invocation.env(name), holes };
  const around = circumstances(invocation, given);
  const whole = parseJsonText(input);
  const family = familyDescribed(invocation.frame.machine, input);
  const filled = whole?.kind === 'object' ? fillKnown(whole, edits, around) : fillFetched(edits, around, family);
  if (filled === undefined) return undefined;
  if (whole !== undefined) markTemplates(invocation, whole);
  return printJson(filled);
}

function circumstances({ site: { file, span } }: Invocation, given: Given): Circumstances {
  let count = 0;
  return {
    given,
    isPartial: false,
    unknown: () => ({ kind: 'string', text: [{ hole: `jq@${file}#${span.start}.${count++}`, nature: 'unknown' }] }),
  };
}

function setsImage(edit: Edit): boolean {
  if (edit.kind !== 'set') return false;
  const last = edit.place.at(-1);
  return isField(last) && last.field === 'image' && containerPart(edit.place) !== undefined;
}

/** What of a place stands behind `containerDefinitions`. */
function containerPart(place: Place): Place | undefined {
  const [first, ...rest] = place;
  if (!isField(first)) return undefined;
  if (first.field === 'taskDefinition') return containerPart(rest);
  return first.field === 'containerDefinitions' ? rest : undefined;
}

/** Undefined where no container has an image of the filter. */
function fillKnown(whole: JsonText, edits: readonly Edit[], around: Circumstances): JsonText | undefined {
  const images = new Set<JsonText | undefined>();
  const result = edited(whole, edits, {
    ...around,
    isPartial: at(whole, PARTIAL) !== undefined,
    onSet: (edit, value) => setsImage(edit) && images.add(value),
  });
  const task = at(result, 'taskDefinition') ?? result;
  return itemsAt(task, 'containerDefinitions').some((one) => images.has(at(one, 'image'))) ? result : undefined;
}

/** Of a task definition that was fetched only what the filter says is known. */
function fillFetched(edits: readonly Edit[], around: Circumstances, family?: Text): JsonText | undefined {
  const images = new Map<string, { readonly chosen: Place; readonly image: JsonText }>();
  let others: readonly Edit[] = [];
  for (const edit of edits) {
    if (edit.kind === 'focus') {
      if (edit.fields.join('.') !== 'taskDefinition') return undefined;
      continue;
    }
    if (edit.kind === 'make') {
      if (!keepsContainers(edit.fields)) return undefined;
      others = [...others.filter((one) => isKept(one, edit.fields)), ...newFields(edit.fields)];
      continue;
    }
    const inside = containerPart(edit.place);
    if (inside === undefined) {
      others = [...others, { ...edit, place: withoutWrapper(edit.place) }];
      continue;
    }
    const chosen = inside.slice(0, inside.findIndex(isField));
    // The list, or a container, is another one now.
    if (!inside.some(isField)) return undefined;
    const field = inside[chosen.length];
    if (!isField(field) || field.field !== 'image') continue;
    const image = edit.kind === 'set' && edit.value !== undefined ? constant(edit.value, around.given) : undefined;
    if (image === undefined || inside.length > chosen.length + 1) return undefined;
    images.set(JSON.stringify(chosen), { chosen, image });
  }
  const containers = [...images.values()];
  if (!areDifferent(containers.map(({ chosen }) => chosen))) return undefined;
  const given = containers.map(({ image }) => image);
  return edited(fetched(given, family), others.filter(isOfTask), { ...around, isPartial: true });
}

function fetched(images: readonly JsonText[], family: Text | undefined): JsonText {
  const items = images.map((image): JsonText => ({ kind: 'object', entries: new Map([['image', image]]) }));
  return {
    kind: 'object',
    entries: new Map<string, JsonText>([
      [PARTIAL, { kind: 'other', value: true }],
      ...(family === undefined ? [] : [['family', { kind: 'string', text: family }] as const]),
      ['containerDefinitions', { kind: 'list', items }],
    ]),
  };
}

function withoutWrapper([first, ...rest]: Place): Place {
  return isField(first) && first.field === 'taskDefinition' ? rest : first === undefined ? [] : [first, ...rest];
}

/** That it is for Fargate says a CPU only where nothing else says one, which isn't known here. */
function isOfTask(edit: Edit): boolean {
  const field = fieldOf(edit);
  return field !== undefined && field !== 'requiresCompatibilities';
}

/** The task definition's field that an edit changes. */
function fieldOf(edit: Edit): string | undefined {
  const first = edit.kind === 'set' || edit.kind === 'remove' ? edit.place[0] : undefined;
  return isField(first) ? first.field : undefined;
}

function keepsContainers(fields: ReadonlyMap<string, Jq>): boolean {
  const value = fields.get('containerDefinitions');
  if (value?.kind !== 'path' || value.from !== undefined) return false;
  return containerPart(value.steps)?.length === 0;
}

function isKept(edit: Edit, fields: ReadonlyMap<string, Jq>): boolean {
  const field = fieldOf(edit);
  return field !== undefined && fields.has(field);
}

/** Those that a new document doesn't take over as they are. */
function newFields(fields: ReadonlyMap<string, Jq>): Edit[] {
  return [...fields].flatMap(([field, value]): Edit[] => {
    const steps = value.kind === 'path' && value.from === undefined ? withoutWrapper(value.steps) : [];
    const [first] = steps;
    const isTakenOver = isField(first) && first.field === field && steps.length === 1;
    return isTakenOver ? [] : [{ kind: 'set', place: [{ field }], value }];
  });
}

/** Two places that may be one container: whatever came second stays, and nobody knows whether the first does. */
function areDifferent(chosen: readonly Place[]): boolean {
  return (
    chosen.length < 2 ||
    chosen.every((place) => place.length === 1 && typeof place[0] === 'object' && 'index' in place[0]) ||
    chosen.every(([first, ...rest]) => first === 'every' && rest.length > 0 && rest.every(isNamed))
  );
}

/** `.name == "web"`. */
function isNamed(step: Place[number]): boolean {
  if (typeof step !== 'object' || !('where' in step) || step.where.kind !== 'binary') return false;
  const { operator, left } = step.where;
  return operator === '==' && left.kind === 'path' && left.steps.length === 1 && left.steps.some(isName);
}

function isName(step: Place[number]): boolean {
  return isField(step) && step.field === 'name';
}

/** Files of the project that say the same as what is filled in, however their text came here (`$(cat task.json)`). */
function markTemplates({ world }: Invocation, document: JsonText): void {
  const said = JSON.stringify(plainJson(document));
  for (const { file } of world.readings.ofKind('task-definition')) {
    if (!world.budget.spend()) return;
    const text = world.readings.text(file);
    const own = text === undefined ? undefined : parseJsonText(literal(text));
    if (own !== undefined && JSON.stringify(plainJson(own)) === said) world.called.add(file);
  }
}
