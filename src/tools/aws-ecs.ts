/** `aws ecs …`: task definitions and what makes services take them. */
import type { Workload } from '../model/facts.ts';
import { always } from '../core/choices.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { cpuOf } from '../core/platform.ts';
import { indexLines, siteOf, type Site } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import { isKnown, show, type Text } from '../core/text.ts';
import { jsonLocator } from '../syntax/json.ts';
import { startOf } from '../services/start.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { SERVICES } from '../services/index.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { content, field, filePath, jsonOf, nameFromArn } from './aws-values.ts';
import { answer, line } from './environment.ts';
import {
  PARTIAL,
  at,
  isSaid,
  itemsAt,
  parseJsonText,
  saidWords,
  stringsAt,
  textAt,
  type JsonText,
} from './json-text.ts';
import { look } from './probes.ts';
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

const FARGATE = SERVICES.ecs.unsaidCpuOnFargate;

function cpuOfTask(
  invocation: Invocation,
  call: AwsCall,
  definition: Definition,
): Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'> {
  const flag = call.value('--runtime-platform');
  const inJson = textAt(definition.json, 'runtimePlatform', 'cpuArchitecture');
  const stated = field(invocation, flag, 'cpuArchitecture') ?? inJson;
  if (stated !== undefined) {
    const cpu = cpuOf(judged(stated) ?? '');
    const site =
      flag?.site ?? definition.place([...definition.base.slice(0, -1), 'runtimePlatform', 'cpuArchitecture']);
    return { ...defined({ cpu }), cpuSite: site, cpuBasis: 'stated' };
  }
  const compatibilities =
    call.options.get('--requires-compatibilities')?.values.map((arg) => judged(arg.text) ?? '') ??
    stringsAt(definition.json, 'requiresCompatibilities') ??
    [];
  return compatibilities.some((one) => one.includes('FARGATE')) ? FARGATE : {};
}

const register: AwsHandler = (invocation, call) => {
  const label = 'aws ecs register-task-definition';
  const definition = readDefinition(invocation, call);
  const result: CommandResult = { stdout: line(answer(invocation, 'task definition')) };
  invocation.frame.machine.files.set(REGISTERED, always([]));
  if (definition === undefined) return result;
  const family = call.value('--family')?.text ?? textAt(definition.json, 'family');
  const cpu = cpuOfTask(invocation, call, definition);
  const partial = at(definition.json, PARTIAL) !== undefined;
  for (const [index, container] of definition.containers.entries()) {
    const image = textAt(container, 'image');
    const containerName = textAt(container, 'name');
    if (image === undefined) continue;
    invocation.emit({
      kind: 'workload',
      site: invocation.site,
      service: 'ecs',
      declared: false,
      label:
        [family, containerName]
          .filter((text) => text !== undefined)
          .map(show)
          .join('/') || label,
      ...defined({ name: family, containerName }),
      image: { kind: 'ref', ref: parseImageRef(image) },
      imageSite: definition.place([...definition.base, index, 'image']),
      ...(partial ? {} : { healthCheck: isSaid(at(container, 'healthCheck')) }),
      ...startOf(saidWords(at(container, 'entryPoint')), saidWords(at(container, 'command'))),
      ...cpu,
      ...defined({ region: call.region }),
    });
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
function balancedBy(invocation: Invocation, call: AwsCall): Text[] {
  return (call.options.get('--load-balancers')?.values ?? []).flatMap((arg): Text[] => {
    const name = field(invocation, arg, 'containerName');
    const listed = itemsAt(jsonOf(invocation, arg)).flatMap((item) => oneOrNone(textAt(item, 'containerName')));
    return name === undefined ? listed : [name];
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

export const ECS: AwsHandlers = new Map<string, AwsHandler>([
  ['register-task-definition', register],
  ['update-service', updateService],
  ['create-service', start('--service-name')],
  ['create-express-gateway-service', start('--service-name')],
  ['update-express-gateway-service', start('--service-arn')],
  ['deploy', start('--service')],
  ['run-task', start('--task-definition')],
  ['start-task', start('--task-definition')],
  ['wait', confirms],
  ['describe-services', confirms],
  ['describe-tasks', confirms],
]);
