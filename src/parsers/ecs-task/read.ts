/** Reads a task definition as plain JSON, as `aws ecs register-task-definition --cli-input-json` takes it. */
import type { Range } from '../../core/site.ts';
import { isList, isObject, parseJson, type Json, type JsonPath } from '../../syntax/json.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import { defined } from '../../core/optional.ts';

export interface TaskDefinitionReading extends ReadingBase {
  readonly kind: 'task-definition';
  readonly family?: Placed;
  readonly fargate: boolean;
  readonly windows: boolean;
  readonly cpuArchitecture?: Placed;
  readonly containers: readonly TaskContainer[];
}

export interface TaskContainer {
  readonly name?: string;
  readonly image: Placed;
  readonly healthCheck: boolean;
  readonly startsWith: readonly string[];
}

export interface Placed {
  readonly value: string;
  /** Without the quotes. */
  readonly range: Range;
}

export function read(source: SourceText): TaskDefinitionReading {
  const { value, locate, unreadable } = parseJson(source);
  const outer = isObject(value) ? value : {};
  // `describe-task-definition` wraps it.
  const inner = isObject(outer['taskDefinition']) ? outer['taskDefinition'] : outer;
  const base: JsonPath = inner === outer ? [] : ['taskDefinition'];
  const placed = (text: Json | undefined, ...path: JsonPath): Placed | undefined => {
    const range = typeof text === 'string' ? locate([...base, ...path]) : undefined;
    return typeof text !== 'string' || range === undefined
      ? undefined
      : { value: text, range: [range[0] + 1, range[1] - 1] };
  };
  const platform = isObject(inner['runtimePlatform']) ? inner['runtimePlatform'] : {};
  const family = placed(inner['family'], 'family');
  const cpuArchitecture = placed(platform['cpuArchitecture'], 'runtimePlatform', 'cpuArchitecture');
  const containers = isList(inner['containerDefinitions']) ? inner['containerDefinitions'] : [];
  return {
    kind: 'task-definition',
    file: source.file,
    lines: source.lines,
    unreadable,
    suppressions: [],
    ...defined({ family, cpuArchitecture }),
    fargate: strings(inner['requiresCompatibilities']).includes('FARGATE'),
    windows:
      typeof platform['operatingSystemFamily'] === 'string' && platform['operatingSystemFamily'].startsWith('WINDOWS'),
    containers: containers.flatMap((one, index): TaskContainer[] => {
      if (!isObject(one)) return [];
      const image = placed(one['image'], 'containerDefinitions', index, 'image');
      if (image === undefined) return [];
      return [
        {
          image,
          ...(typeof one['name'] === 'string' ? { name: one['name'] } : {}),
          healthCheck: isObject(one['healthCheck']),
          startsWith: [...strings(one['entryPoint']), ...strings(one['command'])],
        },
      ];
    }),
  };
}

function strings(value: Json | undefined): string[] {
  return (isList(value) ? value : []).filter((one): one is string => typeof one === 'string');
}
