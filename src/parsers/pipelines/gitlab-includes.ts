/** What a GitLab file includes: files of this project, by path or pattern, and what nobody here can see. */
import { get, scalarText, type YamlNode } from '../../syntax/yaml.ts';
import type { PipelineReading } from './reading.ts';
import { entriesOf, itemsOf, textsOf, type PipelineSource } from './source.ts';

type Included = Required<Pick<PipelineReading, 'includes' | 'children' | 'foreign'>>;

const ELSEWHERE = ['project', 'remote', 'template', 'component'];

/** GitLab's own templates that scan, test, or say when a pipeline runs: they build, push and deploy nothing. */
const ONLY_LOOK =
  /^(?:(?:Security|Workflows|Verify)\/|Jobs\/(?:SAST|Secret-Detection|Code-Quality|Dependency-Scanning|License-Scanning|[\w-]*Scanning)(?=[.-]))/;

function onlyLooks(template: string): boolean {
  return ONLY_LOOK.test(template) && !template.includes('$');
}

/** Of the file, and of the child pipelines that its jobs start. */
export function includesOf(from: PipelineSource, root: YamlNode | undefined): Included {
  const own = splitUp(from, get(root, 'include'));
  const started = entriesOf(root).map(({ value }) => splitUp(from, get(value, 'trigger', 'include')));
  return {
    includes: own.local,
    children: started.flatMap(({ local }) => local),
    foreign: [own, ...started].flatMap(({ foreign }) => foreign),
  };
}

function splitUp(
  from: PipelineSource,
  node: YamlNode | undefined,
): { local: readonly string[]; foreign: Included['foreign'] } {
  const local: string[] = [];
  const foreign: Included['foreign'][number][] = [];
  const elsewhere = (one: YamlNode, kind: string, name: string): void => {
    foreign.push({
      label: `the include of ${kind} ${name}`,
      range: from.place(one.range),
      given: from.variables(get(one, 'inputs')),
    });
  };
  for (const one of itemsOf(node)) {
    const path = scalarText(one);
    if (path !== undefined) {
      if (/^https?:/.test(path)) elsewhere(one, 'remote', path);
      else local.push(path);
      continue;
    }
    local.push(...textsOf(get(one, 'local')));
    for (const kind of ELSEWHERE) {
      const name = scalarText(get(one, kind));
      if (name !== undefined && !(kind === 'template' && onlyLooks(name))) elsewhere(one, kind, name);
    }
  }
  return { local, foreign };
}
