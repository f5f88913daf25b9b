/** `aws ecs …`: task definitions and what makes services take them. */
import type { Rollout } from '../model/facts.ts';
import { always } from '../core/choices.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { indexLines, siteOf, type Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import { isKnown, literal, show, textKey, type Text } from '../core/text.ts';
import { jsonLocator } from '../syntax/json.ts';
import { readContainer, type Task } from '../services/ecs.ts';
import { cpusOf, type StatedCpu, type View } from '../services/view.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { SERVICES } from '../services/index.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { content, field, filePath, jsonOf, nameFromArn } from './aws-values.ts';
import { emitRunning, viewOf, viewOfJson } from './aws-view.ts';
import { answer, line } from './environment.ts';
import { PARTIAL, at, itemsAt, parseJsonText, printJson, printed, textAt, type JsonText } from './json-text.ts';
import { look } from './probes.ts';
import { describeTaskDefinition, familyOf } from './described.ts';
import { defined, oneOrNone } from '../core/optional.ts';

/** Positions inside the project's file that `file://` names, when the content is the file's own. */
function locator(invocation: Invocation, arg: Arg): (path: readonly (string | number)[]) => Site {
  const file = filePath(invocation, arg);
  const text = file === undefined ? undefined : invocation.world.readings.text(file);
  if (file === undefined || text === undefined) return () => arg.site;
  invocation.world.called.add(file);
  try {
    JSON.parse(text);
  } catch {
    return () => arg.site;
  }
  const lines = indexLines(file, text);
  const locate = jsonLocator(text);
  return (path) => {
    const range = locate(path, 'value');
    return range === undefined ? arg.site : siteOf(lines, range, arg.site.via);
  };
}

interface Definition {
  readonly json: JsonText;
  readonly containers: readonly JsonText[];
  readonly place: (path: readonly (string | number)[]) => Site;
  /** Where the containers stand in the document. */
  readonly base: readonly string[];
}

function readDefinition(invocation: Invocation, call: AwsCall): Definition | undefined {
  const whole = call.value('--cli-input-json');
  const part = call.value('--container-definitions');
  const arg = part ?? whole;
  const text = arg === undefined ? undefined : content(invocation, arg);
  const json = text === undefined ? undefined : parseJsonText(text);
  if (arg === undefined || json === undefined) return undefined;
  const place = locator(invocation, arg);
  if (part !== undefined) return { json, containers: json.kind === 'list' ? json.items : [json], place, base: [] };
  // Some hand the output of describe-task-definition back as it is.
  const inner = at(json, 'taskDefinition') ?? json;
  return {
    json: inner,
    containers: itemsAt(inner, 'containerDefinitions'),
    place,
    base: [...(inner === json ? [] : ['taskDefinition']), 'containerDefinitions'],
  };
}

/** An option of its own wins over the document. */
function cpusOfTask(invocation: Invocation, call: AwsCall, { json, place, base }: Definition): readonly StatedCpu[] {
  const options = viewOf(invocation, call);
  const document = viewOfJson(json, (path) => place([...base.slice(0, -1), ...path]));
  const from = (option: string): View => (call.value(option) === undefined ? document : options);
  const words = from('--requires-compatibilities').words('RequiresCompatibilities');
  const fargate = Array.isArray(words) && words.includes('FARGATE');
  const stated = from('--runtime-platform').get('RuntimePlatform', 'CpuArchitecture');
  return cpusOf(stated, fargate ? SERVICES.ecs.unsaidCpuOnFargate : {});
}

const register: AwsHandler = (invocation, call) => {
  const label = 'aws ecs register-task-definition';
  const definition = readDefinition(invocation, call);
  const arn = answer(invocation, 'task definition');
  const result: CommandResult = { stdout: line(arn) };
  const { files } = invocation.frame.machine;
  files.set(REGISTERED, always([]));
  if (definition === undefined) return result;
  const family = call.value('--family')?.text ?? textAt(definition.json, 'family');
  const task: Task = { cpus: cpusOfTask(invocation, call, definition), more: {} };
  const partial = at(definition.json, PARTIAL) !== undefined;
  const images = definition.containers.flatMap((container) => oneOrNone(textAt(container, 'image')));
  for (const name of [arn, ...oneOrNone(family)])
    files.set(
      REGISTERED + textKey(name),
      images.map((value) => ({ value, when: [] })),
    );
  for (const [index, container] of definition.containers.entries()) {
    const view = viewOfJson(container, (path) => definition.place([...definition.base, index, ...path]));
    const running = readContainer(view, task);
    if (running === undefined) continue;
    const { healthCheck, ...more } = running.more ?? {};
    const named = [family, more.containerName].filter((text) => text !== undefined).map(show);
    emitRunning(
      invocation,
      call,
      {
        ...running,
        part: `/${index}`,
        names: [{ when: [], ...defined({ text: family }) }],
        more: partial ? { ...more, ofFamily: true } : { ...more, ...defined({ healthCheck }) },
      },
      named.join('/') || label,
    );
  }
  return result;
};

/** Remembers in the machine's files that a task definition has got a new revision. */
const REGISTERED = 'registered: task definition';

function rollout(invocation: Invocation, call: AwsCall, name: Text | undefined, forced: boolean | 'unknown'): void {
  const balances = balancedBy(invocation, call);
  invocation.emit({
    kind: 'rollout',
    site: invocation.site,
    label: `aws ecs ${call.operation}`,
    service: 'ecs',
    ...defined({ name }),
    effect: forced === 'unknown' ? 'unknown' : forced ? 'forced' : 'on change',
    ...(balances.length === 0 ? {} : { balances }),
  });
}

/** The containers that the target groups of `--load-balancers` reach. */
function balancedBy(invocation: Invocation, call: AwsCall): NonNullable<Rollout['balances']> {
  const said = call.value('--task-definition')?.text;
  const task = said === undefined ? undefined : familyOf(said);
  return (call.options.get('--load-balancers')?.values ?? []).flatMap((arg) => {
    const name = field(invocation, arg, 'containerName');
    const listed = itemsAt(jsonOf(invocation, arg)).flatMap((item) => oneOrNone(textAt(item, 'containerName')));
    return (name === undefined ? listed : [name]).map((container) => ({ container, ...defined({ task }) }));
  });
}

const updateService: AwsHandler = (invocation, call) => {
  const task = call.value('--task-definition');
  const forced = call.has('--force-new-deployment');
  const service = call.value('--service');
  // A revision that only this run knows is a new one; a written revision may be the one that runs already, and so is a
  // family's newest where nothing was registered.
  const family =
    task !== undefined &&
    isKnown(task.text) &&
    !/:\d+$/.test(judged(task.text) ?? '') &&
    !invocation.frame.machine.files.has(REGISTERED);
  const effect = forced || (task !== undefined && !isKnown(task.text)) ? true : family ? false : 'unknown';
  if (forced || task !== undefined)
    rollout(invocation, call, service === undefined ? undefined : nameFromArn(service.text), effect);
  return {
    stdout: line(answer(invocation, 'aws ecs update-service')),
    ...(forced || task !== undefined ? { long: { what: 'rollout', label: 'aws ecs update-service' } } : {}),
  };
};

const start =
  (flag: string): AwsHandler =>
  (invocation, call) => {
    rollout(invocation, call, call.value(flag)?.text, true);
    return { stdout: line(answer(invocation, `aws ecs ${call.operation}`)) };
  };

/** A task for once. Whether it ends well, whoever starts it has to ask. */
const startOnce: AwsHandler = (invocation, call) => {
  const task = call.value('--task-definition');
  const { frame, site } = invocation;
  const starts = task === undefined ? undefined : frame.machine.files.get(REGISTERED + textKey(task.text));
  const label = `aws ecs ${call.operation}`;
  const origin = `${label} ${site.file}:${site.span.start} ${frame.run}${frame.nested?.turn ?? ''}`;
  invocation.emit({
    kind: 'rollout',
    site,
    label,
    service: 'ecs',
    effect: 'forced',
    oneRun: true,
    origin,
    ...defined({
      name: task === undefined ? undefined : familyOf(task.text),
      starts: starts?.map(({ value }) => parseImageRef(value)),
    }),
  });
  return { stdout: line(answer(invocation, label)), ...(starts === undefined ? {} : { starts: origin }) };
};

const confirms: AwsHandler = (invocation, call) => {
  const waitsFor = judged(call.positionals[0]?.text);
  const label = ['aws ecs', call.operation, waitsFor].filter((word) => word !== undefined).join(' ');
  const name = (call.value('--services') ?? call.value('--tasks'))?.text;
  invocation.emit({
    kind: 'confirmation',
    site: invocation.site,
    what: 'ecs',
    label,
    ...defined({ name }),
  });
  const result = { stdout: line(answer(invocation, label)) };
  return call.operation === 'wait' ? result : look(invocation, result);
};

/** Of a task whose image wasn't there: it has stopped, and its containers have no exit code. */
const STOPPED =
  '{"tasks":[{"lastStatus":"STOPPED","stopCode":"TaskFailedToStart","containers":[{"lastStatus":"STOPPED","exitCode":null}]}]}';

/** `tasks[0].containers[0].exitCode`: one value of one task. */
const ONE_VALUE = /^\w+(?:\[\d+\]|\.\w+)*$/;

const describeTasks: AwsHandler = (invocation, call) => {
  const result = confirms(invocation, call);
  if (invocation.frame.nested?.failing?.stopped !== true) return result;
  const query = call.value('--query')?.text;
  const isText = judged(call.value('--output')?.text) === 'text';
  if (query === undefined) return isText ? result : { stdout: line(literal(STOPPED)), status: 'ok' };
  const path = ONE_VALUE.test(judged(query) ?? '')
    ? judged(query)!
        .split(/[.[\]]+/)
        .filter((step) => step !== '')
    : [];
  const value = at(parseJsonText(literal(STOPPED)), ...path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
  // What this answer doesn't have, another may.
  if (path.length === 0 || value === undefined || value.kind === 'list' || value.kind === 'object') return result;
  const isNull = value.kind === 'other' && value.value === null;
  const text = isText ? (isNull ? literal('None') : printed(value)) : printJson(value);
  return text === undefined ? result : { stdout: line(text), status: 'ok' };
};

export const ECS: AwsHandlers = new Map<string, AwsHandler>([
  ['register-task-definition', register],
  ['update-service', updateService],
  ['create-service', start('--service-name')],
  ['create-express-gateway-service', start('--service-name')],
  ['update-express-gateway-service', start('--service-arn')],
  ['deploy', start('--service')],
  ['run-task', startOnce],
  ['start-task', startOnce],
  ['wait', confirms],
  ['describe-services', confirms],
  ['describe-task-definition', describeTaskDefinition],
  ['describe-tasks', describeTasks],
]);
