/**
 * `AWS::CodeBuild::Project`: its machine, its environment, and the buildspec it runs, whether that stands in the
 * template or in a file.
 */
import type { Host } from '../../model/facts.ts';
import { always, both, restsOnCaller, type Values, type When } from '../../core/choices.ts';
import type { Cpu } from '../../core/platform.ts';
import { known, literal } from '../../core/text.ts';
import type { InlineBuildspec } from './reading.ts';
import type { JsonPath } from '../../syntax/json.ts';
import type { PipelineReading } from '../pipelines/reading.ts';
import { cpuOfType } from '../pipelines/run-codebuild.ts';
import { cpuNamed } from '../../project/machines.ts';
import type { Runner } from '../../project/evaluation.ts';
import { variableHole } from '../shell/names.ts';
import { fileNear } from './nested.ts';
import { regionOf } from './references.ts';
import { placeOf, plainText, property, type Resource } from './resources.ts';
import { child, hopTo, identityOf, type Node } from './scope.ts';
import { listOf, texts, unfoldAt, valuesOf, type Item } from './values.ts';
import { defined } from '../../core/optional.ts';

/** What a pipeline's action adds to a project. */
export interface Started {
  readonly variables: ReadonlyMap<string, Values>;
  /** Distinguishes it from other starts of the same project. */
  readonly by: string;
}

export function evaluateProject(resource: Resource, started: Started = { variables: new Map(), by: '' }): void {
  const { scope } = resource;
  for (const spec of buildspecs(resource)) {
    for (const { host, when } of machines(resource)) {
      for (const way of resource.ways) {
        const conditions = [way, when, spec.when].reduce<When | undefined>(
          (all, one) => (all === undefined ? undefined : both(all, one)),
          scope.call.frame.when,
        );
        if (conditions === undefined) continue;
        const limit = timeOf(resource);
        const runner: Runner = {
          run: identityOf(scope, [resource.id, started.by, host.label ?? '', spec.reading.file].join('/')),
          via: [...scope.call.frame.via, hopTo(scope, resource.node.path, `CodeBuild project ${resource.id}`)],
          host,
          when: conditions,
          ...defined({ limit }),
          variables: new Map([...region(resource), ...spec.holes, ...variables(resource), ...started.variables]),
        };
        scope.world.called.add(spec.reading.file);
        scope.world.calls.pipeline(scope.world, spec.reading, runner);
      }
    }
  }
}

/** The machine knows its region when the stack does. */
function region({ scope }: Resource): [string, Values][] {
  const text = regionOf(scope);
  return known(text) === undefined ? [] : ['AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => [name, always(text)]);
}

// ── buildspecs ──────────────────────────────────────────────────────────────────────────────────

interface Buildspec {
  readonly reading: PipelineReading;
  readonly holes: readonly (readonly [string, Values])[];
  readonly when: When;
}

const NO_FILE = new Set(['NO_SOURCE']);

function buildspecs(resource: Resource): Buildspec[] {
  const { scope } = resource;
  const source = property(resource, 'Source');
  const inline = scope.call.assembly === undefined ? (scope.reading.buildspecs ?? []) : [];
  const default_ = NO_FILE.has(known(texts(scope, child(source, 'Type'))[0]?.value) ?? '')
    ? []
    : ['buildspec.yml', 'buildspec.yaml'];
  return unfoldAt(scope, source, 'BuildSpec').flatMap(({ node, when }): Buildspec[] => {
    const own = node === undefined ? undefined : inline.find((one) => samePath(one.path, node.path));
    if (own !== undefined) return [{ reading: own.pipeline, holes: pasted(resource, own), when }];
    if (node === undefined) return inFile(resource, default_, when);
    return texts(scope, node).flatMap((item) => {
      const whole = known(item.value);
      return whole === undefined || whole.includes('\n')
        ? []
        : inFile(resource, whole === '' ? default_ : [whole], item.when);
    });
  });
}

function samePath(a: JsonPath, b: JsonPath): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function pasted({ scope }: Resource, { holes, path }: InlineBuildspec): [string, Values][] {
  return holes.map(({ name, value }) => [name, valuesOf(scope, { value, path, when: [] }) ?? always(literal(''))]);
}

/** A project's source is a repository, often this one, or a folder of it. */
function inFile({ scope }: Resource, names: readonly string[], when: When): Buildspec[] {
  const { readings } = scope.world;
  for (const name of names) {
    const file = fileNear(scope, name, (path) => readings.get(path)?.kind === 'pipeline');
    const reading = file === undefined ? undefined : readings.get(file);
    if (reading?.kind === 'pipeline' && reading.flavour === 'codebuild') return [{ reading, holes: [], when }];
  }
  return [];
}

// ── machines ────────────────────────────────────────────────────────────────────────────────────

interface Machine {
  readonly host: Host;
  readonly when: When;
}

/** One for each CPU; what a caller might give instead of a parameter's default is no machine of its own. */
function machines(resource: Resource): Machine[] {
  const { scope } = resource;
  // A fleet's machines are what the fleet says, whatever the project's own type is.
  if (property(resource, 'Environment', 'Fleet') !== undefined) return [{ host: { kind: 'codebuild' }, when: [] }];
  const types = unfoldAt(scope, property(resource, 'Environment'), 'Type').flatMap(({ node }) => texts(scope, node));
  const stated = types.filter((item) => known(item.value) !== undefined || !restsOnCaller(item.when));
  const byCpu = new Map<string, Machine>();
  for (const item of stated) {
    const label = known(item.value);
    const cpu = label === undefined ? cpuOfImage(resource) : cpuOfType(label);
    const key = cpu ?? label ?? '';
    if (!byCpu.has(key))
      byCpu.set(key, {
        host: { kind: 'codebuild', ...defined({ cpu, label }) },
        when: item.when,
      });
  }
  const found = [...byCpu.values()];
  if (found.length === 1 && found[0] !== undefined && stated.length === types.length)
    return [{ host: found[0].host, when: [] }];
  return found.length > 0 && found.length <= 4 ? found : [{ host: { kind: 'codebuild' }, when: [] }];
}

/** CodeBuild's own images say it in their names (`aws/codebuild/amazonlinux-aarch64-standard:3.0`). */
function cpuOfImage(resource: Resource): Cpu | undefined {
  const cpus = new Set(
    texts(resource.scope, property(resource, 'Environment', 'Image')).map((item) => cpuNamed(known(item.value) ?? '')),
  );
  const [only] = cpus;
  return cpus.size === 1 ? only : undefined;
}

function timeOf(resource: Resource): Runner['limit'] {
  const node = property(resource, 'TimeoutInMinutes');
  const minutes = Number(known(plainText(resource, 'TimeoutInMinutes')) ?? Number.NaN);
  return minutes > 0 && node !== undefined
    ? { seconds: minutes * 60, by: `TimeoutInMinutes: ${minutes}`, site: placeOf(resource, node.path) }
    : undefined;
}

// ── environment ─────────────────────────────────────────────────────────────────────────────────

function variables(resource: Resource): [string, Values][] {
  const { scope } = resource;
  const list = listOf(scope, property(resource, 'Environment', 'EnvironmentVariables'));
  return list
    .flatMap(({ items = [] }) => items)
    .flatMap((item): [string, Values][] => {
      const entry: Node | undefined = unfoldAt(scope, item).find((way) => way.node !== undefined)?.node;
      const name = known(texts(scope, child(entry, 'Name'))[0]?.value);
      if (name === undefined) return [];
      const type = known(texts(scope, child(entry, 'Type'))[0]?.value) ?? 'PLAINTEXT';
      const values: readonly Item[] = texts(scope, child(entry, 'Value'));
      return [
        [
          name,
          type === 'PLAINTEXT' && values.length > 0
            ? values.map(({ value, when }) => ({ value, when }))
            : always(variableHole(name)),
        ],
      ];
    });
}
