/** Actions around Amazon ECS: an image put into a task definition file, and that file deployed to a service. */
import { always } from '../../../core/choices.ts';
import { parseImageRef } from '../../../core/image-ref.ts';
import { cpuOf, type Cpu } from '../../../core/platform.ts';
import { indexLines, siteOf, type Site } from '../../../core/site.ts';
import { known, literal, type Text } from '../../../core/text.ts';
import { parseJson, type JsonDocument } from '../../../syntax/json.ts';
import type { Machine } from '../../../project/evaluation.ts';
import { SERVICES } from '../../../services/index.ts';
import type { ActionCall } from './action.ts';
import { defined } from '../../../core/optional.ts';
import { familyDescribed } from '../../../tools/described.ts';
import { split } from '../../../tools/texts.ts';
import { choices, flag } from './alternatives.ts';
import { deployUnderFate } from './deploys.ts';

/** Rendered files by the path the action hands out, and which containers were given an image. */
interface Rendered {
  readonly file: string | undefined;
  readonly containers: ReadonlySet<string>;
}

const rendered = new WeakMap<Machine, Map<string, Rendered>>();

/** aws-actions/amazon-ecs-render-task-definition */
export function renderTaskDefinition(call: ActionCall): void {
  const files = rendered.get(call.frame.machine) ?? new Map<string, Rendered>();
  rendered.set(call.frame.machine, files);
  const given = call.items('container-name');
  for (const choice of choices(call, ['task-definition', 'image'])) {
    const path = choice.input('task-definition');
    const before = files.get(known(path) ?? '');
    const file = before === undefined ? (path === undefined ? undefined : call.resolve(path)) : before.file;
    const definition = readDefinition(call, file);
    const image = oneOf(choice.input('image'));
    const names = given.map(({ values }) => values[0]?.value ?? []);
    for (const name of names) {
      if (image === undefined) continue;
      emitWorkload(call, definition, name, image, call.inputSite('image') ?? call.site, choice.when);
    }
    const output = `/runner/temp/task-definition-${files.size + 1}.json`;
    files.set(output, {
      file,
      containers: new Set([...(before?.containers ?? []), ...names.map((name) => known(name) ?? '')]),
    });
    call.output('task-definition', always(literal(output)));
  }
}

/** Where all tags of an image are given, a line each, any of them names it. */
function oneOf(image: Text | undefined): Text | undefined {
  return image === undefined ? undefined : split(image, '\n').find((line) => line.length > 0);
}

/** aws-actions/amazon-ecs-deploy-task-definition */
export function deployTaskDefinition(call: ActionCall): void {
  for (const choice of choices(call, ['task-definition', 'service', 'wait-for-service-stability'])) {
    const path = choice.input('task-definition');
    const before = rendered.get(call.frame.machine)?.get(known(path) ?? '');
    const file = before === undefined ? (path === undefined ? undefined : call.resolve(path)) : before.file;
    const definition = readDefinition(call, file);
    // Containers nobody rendered an image into run what the file says.
    for (const [index, container] of (definition?.containers ?? []).entries()) {
      if (container.name === undefined || container.image === undefined || before?.containers.has(container.name))
        continue;
      const site = definition?.site(['containerDefinitions', index, 'image']) ?? call.site;
      emitWorkload(call, definition, literal(container.name), literal(container.image), site, choice.when);
    }
    const service = choice.input('service');
    if (service === undefined || service.length === 0) continue;
    call.emit(
      { kind: 'rollout', site: call.site, label: call.name, service: 'ecs', name: service, effect: 'forced' },
      choice.when,
    );
  }
  const waits = (call.input('wait-for-service-stability') ?? []).some(({ value }) => flag(value) !== false);
  const deploys = call.input('service') !== undefined;
  deployUnderFate(
    call,
    'rollout',
    waits || !deploys ? undefined : { without: 'wait-for-service-stability: true', site: call.site },
  );
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly healthCheck: boolean;
}

interface Definition {
  readonly family?: Text;
  /** It is the family's newest revision, which an earlier step has fetched. */
  readonly ofFamily?: true;
  readonly fargate: boolean;
  readonly cpu?: { readonly cpu: Cpu; readonly site: Site };
  /** `cpuArchitecture` says something, and we can't tell what. */
  readonly cpuUnknown: boolean;
  readonly containers: readonly Container[];
  site(path: readonly (string | number)[]): Site | undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The family whose newest revision an earlier step wrote there. */
function written({ frame: { machine } }: ActionCall, file: string): Text | undefined {
  const [content, ...more] = machine.files.get(file) ?? [];
  return more.length === 0 ? familyDescribed(machine, content?.value) : undefined;
}

function readDefinition(call: ActionCall, file: string | undefined): Definition | undefined {
  if (file === undefined) return undefined;
  const family = written(call, file);
  if (family !== undefined)
    return { family, ofFamily: true, fargate: false, cpuUnknown: false, containers: [], site: () => undefined };
  const text = call.world.readings.text(file);
  if (text === undefined) return undefined;
  call.world.called.add(file);
  const lines = indexLines(file, text);
  const document: JsonDocument = parseJson({ file, text, lines });
  const root = document.value;
  if (!isRecord(root)) return undefined;
  const site = (path: readonly (string | number)[]): Site | undefined => {
    const range = document.locate(path);
    return range === undefined ? undefined : siteOf(lines, range, call.frame.via);
  };
  const platform = isRecord(root.runtimePlatform) ? root.runtimePlatform.cpuArchitecture : undefined;
  const cpu = typeof platform === 'string' ? cpuOf(platform) : undefined;
  const cpuSite = site(['runtimePlatform', 'cpuArchitecture']);
  const requires = Array.isArray(root.requiresCompatibilities) ? root.requiresCompatibilities : [];
  return {
    ...(typeof root.family === 'string' ? { family: literal(root.family) } : {}),
    fargate: requires.includes('FARGATE'),
    ...(cpu === undefined || cpuSite === undefined ? {} : { cpu: { cpu, site: cpuSite } }),
    cpuUnknown: platform !== undefined && cpu === undefined,
    containers: (Array.isArray(root.containerDefinitions) ? root.containerDefinitions : []).flatMap((one: unknown) =>
      isRecord(one)
        ? [
            {
              ...(typeof one.name === 'string' ? { name: one.name } : {}),
              ...(typeof one.image === 'string' ? { image: one.image } : {}),
              healthCheck: one.healthCheck !== undefined && one.healthCheck !== null,
            },
          ]
        : [],
    ),
    site,
  };
}

function emitWorkload(
  call: ActionCall,
  definition: Definition | undefined,
  name: Text,
  image: Text,
  imageSite: Site,
  when: readonly { cond: string; is: string }[],
): void {
  const container = definition?.containers.find((one) => one.name === known(name));
  const family = definition?.family;
  const label =
    [family, name].flatMap((one) => (one === undefined ? [] : (known(one) ?? []))).join(' › ') || 'task definition';
  const cpu = definition?.cpu;
  call.emit(
    {
      kind: 'workload',
      service: 'ecs',
      site: imageSite,
      label,
      declared: false,
      image: { kind: 'ref', ref: parseImageRef(image) },
      imageSite,
      ...defined({ name: family, ofFamily: definition?.ofFamily }),
      ...(name.length === 0 ? {} : { containerName: name }),
      ...(cpu !== undefined
        ? { cpu: cpu.cpu, cpuSite: cpu.site, cpuBasis: 'stated' as const }
        : definition?.fargate === true && !definition.cpuUnknown
          ? SERVICES.ecs.unsaidCpuOnFargate
          : {}),
      ...(container === undefined ? {} : { healthCheck: container.healthCheck }),
    },
    when,
  );
}
