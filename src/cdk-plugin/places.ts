/** From places in an assembly's files to resources of its templates, which is how the toolkit names what is wrong. */
import { join } from 'node:path';
import type { Workload } from '../model/facts.ts';
import type { Site } from '../core/site.ts';
import { own } from '../core/table.ts';
import { locate, section, type TemplateReading } from '../parsers/cloudformation/reading.ts';
import { isList, isObject, type Json, type JsonPath } from '../syntax/json.ts';
import type { Unmarked } from '../engine/judge.ts';
import type { Judged } from './assembly.ts';
import { oneOrNone } from '../core/optional.ts';

export interface Resource {
  readonly resourceLogicalId: string;
  /** Absolute. */
  readonly templatePath: string;
  /** `Properties/Architectures/0` */
  readonly locations: string[];
  /** `Stack/Api/Fn/Resource`, where the template says it. */
  readonly constructPath: string | undefined;
}

export function resourceFinder({ assembly, templates, facts, base }: Judged): (finding: Unmarked) => Resource[] {
  const byFile = new Map(templates.map((one) => [one.file, one]));
  const users = new Map<string, Workload[]>();
  for (const fact of facts) {
    if (fact.kind === 'workload' && fact.image.kind === 'asset')
      users.set(fact.image.asset, [...(users.get(fact.image.asset) ?? []), fact]);
  }
  const named = (template: string, id: string, locations: string[]): Resource => {
    const reading = byFile.get(template);
    const path = reading === undefined ? undefined : pathOf(reading, id);
    return { resourceLogicalId: id, templatePath: join(base, template), locations, constructPath: path };
  };
  const inTemplate = (site: Site): Resource[] => {
    const reading = byFile.get(site.file);
    const path = reading === undefined ? undefined : pathAt(reading, site.span.start);
    return path === undefined || path[1] === undefined
      ? []
      : [named(site.file, String(path[1]), path.length > 2 ? [path.slice(2).join('/')] : [])];
  };
  /** A place in the assets file or in a staged Dockerfile: whatever runs that image. */
  const byAsset = (site: Site): Resource[] => {
    const image = assembly.images.find(
      (one) =>
        (one.lines.file === site.file && near(one, site.span.start, assembly)) ||
        (one.directory !== undefined && site.file.startsWith(`${one.directory}/`)),
    );
    const resources = (image === undefined ? [] : (users.get(image.hash) ?? [])).flatMap((one) =>
      oneOrNone(one.resource),
    );
    return resources.map(({ template, logicalId }) => named(template, logicalId, []));
  };
  return (finding) => {
    const sites = [finding.site, ...finding.related.map((one) => one.site)];
    const own = inTemplate(finding.site);
    const found = own.length > 0 ? own : byAsset(finding.site);
    const chosen =
      found.length > 0 ? found : sites.flatMap((site) => [...inTemplate(site), ...byAsset(site)]).slice(0, 1);
    const seen = new Set<string>();
    return chosen.filter(({ templatePath, resourceLogicalId }) => {
      const key = `${templatePath}#${resourceLogicalId}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  };
}

/** Images stand one after another in the assets file: a place belongs to the last one that begins before it. */
function near(image: Judged['assembly']['images'][number], offset: number, assembly: Judged['assembly']): boolean {
  const before = assembly.images.filter((one) => one.lines.file === image.lines.file && one.range[0] <= offset);
  return before.length > 0 && before.every((one) => one.range[0] <= image.range[0]);
}

function pathOf(reading: TemplateReading, id: string): string | undefined {
  const resource = own(section(reading, 'Resources'), id);
  const metadata = isObject(resource) ? resource['Metadata'] : undefined;
  const path = isObject(metadata) ? metadata['aws:cdk:path'] : undefined;
  return typeof path === 'string' ? path : undefined;
}

/** The path of the innermost value around an offset, from `Resources` down. */
function pathAt(reading: TemplateReading, offset: number): JsonPath | undefined {
  const covers = (path: JsonPath): boolean => {
    const range = locate(reading, path, 'entry');
    return range !== undefined && range[0] <= offset && offset < Math.max(range[1], range[0] + 1);
  };
  let path: JsonPath = ['Resources'];
  if (!covers(path)) return undefined;
  let value: Json | undefined = reading.body['Resources'];
  for (;;) {
    const keys: readonly (string | number)[] = isList(value)
      ? value.map((_, index) => index)
      : isObject(value)
        ? Object.keys(value)
        : [];
    const at: JsonPath = path;
    const next = keys.find((key) => covers([...at, key]));
    if (next === undefined) return path;
    value = isList(value) && typeof next === 'number' ? value[next] : isObject(value) ? value[next] : undefined;
    path = [...path, next];
  }
}
