/**
 * CodeBuild projects of an app: their machine, their environment, and the buildspec they run, written in the app or in
 * a file of the project.
 */
import { always, both, type Values } from '../../../core/choices.ts';
import { hole, isKnown, known, literal, type Text } from '../../../core/text.ts';
import type { CdkBuildspec, CdkObject } from '../reading.ts';
import type { PipelineReading } from '../../pipelines/reading.ts';
import { buildspecNamed } from '../../pipelines/run-codebuild.ts';
import type { Runner } from '../../../project/evaluation.ts';
import { variableHole } from '../../shell/names.ts';
import {
  argument,
  dig,
  found,
  is,
  isGiven,
  kindOf,
  labelOf,
  objectOf,
  prop,
  siteAt,
  type Found,
  type Graph,
} from './graph.ts';
import { assetOf } from './images.ts';
import { machineOf } from './machines.ts';
import { repositoryText } from './repository-addresses.ts';
import { environmentOf, localised } from './stacks.ts';
import { knownWay, plainText, substituted, textWays } from './texts.ts';
import { emitBuild } from './builds.ts';

const CODEBUILD = 'aws-codebuild';
const PROJECT = /^(?:PipelineProject|Project|CfnProject)$/;
const STEP = /(?:^|\.)(?:CodeBuildStep|ShellStep)$/;
const DEFAULT_FILES = ['buildspec.yml', 'buildspec.yaml'];

export function evaluateCodeBuild(graph: Graph, object: CdkObject): void {
  if (object.how !== 'new' || graph.reading.excerpt === true) return;
  if (is(object, CODEBUILD, PROJECT)) {
    const resource = kindOf(object).name === 'CfnProject';
    const spec = resource ? prop(object, 'source', 'buildSpec') : prop(object, 'buildSpec');
    for (const { reading, holes } of buildspecs(graph, object, spec)) {
      run(graph, object, reading, {
        host: machineOf(graph, prop(object, 'environment'), resource),
        variables: [...holes, ...variables(graph, object, resource)],
        ...limitOf(graph, object, resource),
      });
    }
  } else if (is(object, /\/pipelines$|^core$/, STEP)) {
    const own = graph.reading.buildspecs.find((one) => one.object === object.id);
    if (own === undefined) return;
    run(graph, object, own.pipeline, {
      host: machineOf(graph, argument(object, 1, 'buildEnvironment'), false),
      variables: [...pasted(graph, object, own), ...plainVariables(graph, object, argument(object, 1, 'env'))],
    });
  }
}

const STEPS_PER_BUILD = 20;

interface Start extends Pick<Runner, 'host' | 'limit'> {
  readonly variables: readonly (readonly [string, Values])[];
}

function run(
  graph: Graph,
  object: CdkObject,
  reading: PipelineReading,
  { host, variables: given, ...limit }: Start,
): void {
  const { world, frame } = graph;
  const when = both(frame.when, object.when);
  if (when === undefined || !world.budget.spend(STEPS_PER_BUILD)) return;
  const { file, span } = siteAt(graph, undefined, object);
  const region = environmentOf(graph, object).region;
  const regions: [string, Values][] = isKnown(region)
    ? ['AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => [name, always(region)])
    : [];
  world.called.add(reading.file);
  world.calls.pipeline(world, reading, {
    run: `${graph.reading.file}#${object.id}`,
    via: [...frame.via, ...object.via, { label: `CodeBuild project ${labelOf(object)}`, file, span }],
    host,
    when,
    variables: new Map([...regions, ...given]),
    ...limit,
  });
}

// ── buildspecs ──────────────────────────────────────────────────────────────────────────────────

interface Buildspec {
  readonly reading: PipelineReading;
  readonly holes: readonly (readonly [string, Values])[];
}

function buildspecs(graph: Graph, project: CdkObject, ways: readonly Found[]): Buildspec[] {
  return ways.flatMap((one): Buildspec[] => {
    // A project without a source has nothing to find a file in, but a pipeline's project gets one.
    if (one.value.kind === 'undefined')
      return kindOf(project).name === 'PipelineProject' || isGiven(prop(project, 'source'))
        ? inFile(graph, DEFAULT_FILES)
        : [];
    const call = objectOf(graph, one.value);
    const own = call === undefined ? undefined : graph.reading.buildspecs.find((spec) => spec.object === call.id);
    if (own !== undefined) return [{ reading: own.pipeline, holes: pasted(graph, project, own) }];
    const name =
      call === undefined
        ? knownWay([one])
        : /\.(?:fromSourceFilename|fromAsset)$/.test(call.name)
          ? knownWay(argument(call, 0))
          : undefined;
    return name === undefined || name.includes('\n') ? [] : inFile(graph, [name]);
  });
}

function inFile({ world, reading }: Graph, names: readonly string[]): Buildspec[] {
  const spec = buildspecNamed(world.readings, names, reading.roots);
  return spec === undefined ? [] : [{ reading: spec, holes: [] }];
}

/** What stands for the parameters in a buildspec's text. */
function pasted(graph: Graph, owner: CdkObject, spec: CdkBuildspec): [string, Values][] {
  return spec.holes.map(({ name, value }) => [name, valuesOf(graph, owner, found(value), name)]);
}

function valuesOf(graph: Graph, owner: CdkObject, ways: readonly Found[], name: string): Values {
  const texts = ways.flatMap((one) => {
    const text = memberText(graph, one) ?? plainText(one.value);
    return text === undefined
      ? []
      : [
          {
            value: localised(
              graph,
              substituted(graph, text, (inner, member) => textFor(graph, inner, member)),
              owner,
            ),
            when: one.when,
          },
        ];
  });
  return texts.length > 0 ? texts : always(hole(`${name}@${owner.source.file}#${owner.id}`));
}

function memberText(graph: Graph, one: Found): Text | undefined {
  if (one.value.kind !== 'member') return undefined;
  const object = objectOf(graph, one.value.of);
  return object === undefined ? undefined : textFor(graph, object, one.value.name);
}

function textFor(graph: Graph, object: CdkObject, member: string | undefined): Text | undefined {
  const asset = member === 'imageUri' ? assetOf(graph, object) : undefined;
  return asset === undefined ? repositoryText(graph, object, member) : hole(emitBuild(graph, asset));
}

// ── environment ─────────────────────────────────────────────────────────────────────────────────

function limitOf(graph: Graph, object: CdkObject, resource: boolean): Pick<Runner, 'limit'> {
  const [way, ...more] = resource ? prop(object, 'timeoutInMinutes') : prop(object, 'timeout');
  if (way === undefined || more.length > 0) return {};
  const call = objectOf(graph, way.value);
  const amount = (call === undefined ? way : argument(call, 0)[0])?.value;
  const minutes =
    amount?.kind !== 'literal' || typeof amount.value !== 'number'
      ? undefined
      : call === undefined
        ? resource
          ? amount.value
          : undefined
        : /\.minutes$/.test(call.name)
          ? amount.value
          : /\.hours$/.test(call.name)
            ? amount.value * 60
            : undefined;
  return minutes === undefined
    ? {}
    : {
        limit: {
          seconds: minutes * 60,
          by: `a time-out of ${minutes} minutes`,
          site: siteAt(graph, way.source, object),
        },
      };
}

function variables(graph: Graph, object: CdkObject, resource: boolean): [string, Values][] {
  if (!resource)
    return [
      ...entries(graph, object, prop(object, 'environment', 'environmentVariables')),
      ...entries(graph, object, prop(object, 'environmentVariables')),
    ];
  return prop(object, 'environment', 'environmentVariables')
    .flatMap((one) => (one.value.kind === 'list' ? one.value.items : []))
    .flatMap((item): [string, Values][] => {
      const name = known(textWays(dig(found(item), ['name']))[0]?.text);
      return name === undefined ? [] : [[name, entryValue(graph, object, found(item), name)]];
    });
}

/** `{ TAG: { value: 'x', type } }` */
function entries(graph: Graph, object: CdkObject, ways: readonly Found[]): [string, Values][] {
  return ways
    .flatMap((one) => (one.value.kind === 'object' ? one.value.entries : []))
    .map((entry): [string, Values] => [entry.key, entryValue(graph, object, entry.value, entry.key)]);
}

function entryValue(graph: Graph, object: CdkObject, ways: readonly Found[], name: string): Values {
  const [type] = dig(ways, ['type']);
  const word =
    type?.value.kind === 'symbol'
      ? type.value.path.at(-1)
      : type?.value.kind === 'text'
        ? known(type.value.text)
        : undefined;
  if (type !== undefined && type.value.kind !== 'undefined' && word !== 'PLAINTEXT') return always(variableHole(name));
  return valuesOf(graph, object, dig(ways, ['value']), name);
}

/** A step's `env` is plain text. */
function plainVariables(graph: Graph, object: CdkObject, ways: readonly Found[]): [string, Values][] {
  return ways
    .flatMap((one) => (one.value.kind === 'object' ? one.value.entries : []))
    .map((entry): [string, Values] => [
      entry.key,
      entry.value.length === 0 ? always(literal('')) : valuesOf(graph, object, entry.value, entry.key),
    ]);
}
