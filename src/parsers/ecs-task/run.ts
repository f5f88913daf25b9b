/**
 * A task definition file that no command or action of the project registers: somebody does it by hand, or from
 * elsewhere.
 */
import type { Workload } from '../../model/facts.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { cpuOf } from '../../core/platform.ts';
import { siteOf } from '../../core/site.ts';
import { concatAll, hole, literal, type Text } from '../../core/text.ts';
import type { TaskDefinitionReading } from './read.ts';
import { SERVICES } from '../../services/index.ts';
import { natureOf } from '../shell/names.ts';
import type { Frame, World } from '../../project/evaluation.ts';

export function evaluateTaskDefinition(world: World, reading: TaskDefinitionReading, frame: Frame): void {
  const site = (range: readonly [number, number]) => siteOf(reading.lines, range, frame.via);
  const { family, cpuArchitecture, containers } = reading;
  const cpu: Partial<Pick<Workload, 'cpu' | 'cpuSite' | 'cpuBasis'>> =
    cpuArchitecture !== undefined
      ? { ...optional('cpu', cpuOf(cpuArchitecture.value)), cpuSite: site(cpuArchitecture.range), cpuBasis: 'stated' }
      : reading.fargate && !reading.windows
        ? SERVICES.ecs.unsaidCpuOnFargate
        : {};
  for (const [index, container] of containers.entries()) {
    world.emit(
      {
        kind: 'workload',
        service: 'ecs',
        ...(family === undefined ? {} : { name: filledIn(family.value, reading.file) }),
        label: [family?.value ?? reading.file, container.name].filter((one) => one !== undefined).join('/'),
        image:
          container.image.value.trim() === ''
            ? { kind: 'unknown' }
            : { kind: 'ref', ref: parseImageRef(filledIn(container.image.value, reading.file)) },
        imageSite: site(container.image.range),
        ...cpu,
        ...(container.name === undefined ? {} : { containerName: literal(container.name) }),
        healthCheck: container.healthCheck,
        ...(container.startsWith.length === 0 ? {} : { startsWith: container.startsWith }),
        declared: true,
        ...(TEMPLATE.test(reading.file) ? { placeholder: true } : {}),
        site: site(container.image.range),
        origin: `task definition ${reading.file}#${index}`,
      },
      frame,
    );
  }
}

/** `task-definition-template.json`, by its name: whoever uses it puts something else in the place of what it says. */
const TEMPLATE = /(?:^|[/_.-])(?:template|tmpl|tpl)(?:\.json)?$/i;

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const made: { [P in K]?: V } = {};
  if (value !== undefined) made[key] = value;
  return made;
}

/** Scripts fill in what stands between marks: `<IMAGE>`, `${TAG}`, `{{ account }}`, `%REGION%`. */
function filledIn(text: string, file: string): Text {
  const parts = text.split(/(<[A-Za-z_][\w -]*>|\$\{[^}]*\}|\{\{[^}]*\}\}|%[A-Za-z_]\w*%|__\w+?__)/);
  return concatAll(
    parts.map((part, index): Text => {
      if (index % 2 === 0) return literal(part);
      const name = part.replace(/^\W+|\W+$/g, '').trim();
      return hole(`${name}@${file}`, natureOf(name));
    }),
  );
}
