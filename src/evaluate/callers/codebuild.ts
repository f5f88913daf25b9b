/** What templates say about the CodeBuild project that runs a buildspec: its machine's CPU and how long it may take. */
import type { Host } from '../../model/facts.ts';
import { siteOf, type Site } from '../../model/site.ts';
import { locate, type TemplateReading } from '../../parsers/cloudformation/reading.ts';
import { isObject, type Json } from '../../parsers/json.ts';
import type { World } from '../world.ts';

export interface BuildProject {
  readonly host: Host;
  readonly limit?: { readonly seconds: number; readonly by: string; readonly site: Site };
}

/** `LINUX_CONTAINER`, `ARM_LAMBDA_CONTAINER`, …: CodeBuild has no other CPUs than these two. */
function cpuOfType(type: string): Host['cpu'] {
  return type.startsWith('ARM_') ? 'arm64' : /^(?:LINUX|WINDOWS)_/.test(type) ? 'amd64' : undefined;
}

/** Undefined when no template names the buildspec, or several do and don't agree. */
export function projectRunning(world: World, buildspec: string): BuildProject | undefined {
  const found = world.readings.ofKind('template').flatMap((reading) => projectsIn(reading, buildspec));
  const [first] = found;
  return first !== undefined && found.every(({ host }) => host.cpu === first.host.cpu && host.label === first.host.label)
    ? (found.length === 1 ? first : { host: first.host }) : undefined;
}

function projectsIn(reading: TemplateReading, buildspec: string): BuildProject[] {
  const resources = reading.body.Resources;
  if (!isObject(resources)) return [];
  return Object.entries(resources).flatMap(([id, resource]) => {
    if (!isObject(resource) || resource.Type !== 'AWS::CodeBuild::Project' || !isObject(resource.Properties)) return [];
    const { Source: source, Environment: environment, TimeoutInMinutes: timeout } = resource.Properties;
    if (!runs(source, buildspec)) return [];
    const type = isObject(environment) && typeof environment.Type === 'string' ? environment.Type : undefined;
    const cpu = type === undefined ? undefined : cpuOfType(type);
    const minutes = Number(timeout ?? Number.NaN);
    const range = locate(reading, ['Resources', id, 'Properties', 'TimeoutInMinutes']);
    return [{
      host: { kind: 'codebuild', ...(cpu === undefined ? {} : { cpu }), ...(type === undefined ? {} : { label: type }) },
      ...(minutes > 0 && range !== undefined ? { limit: { seconds: minutes * 60, by: `TimeoutInMinutes: ${minutes}`, site: siteOf(reading.lines, range) } } : {}),
    }];
  });
}

function runs(source: Json | undefined, buildspec: string): boolean {
  const said = isObject(source) ? source.BuildSpec : undefined;
  const path = said === undefined ? 'buildspec.yml' : typeof said === 'string' ? said.replace(/^\.?\//, '') : undefined;
  return path === buildspec;
}
