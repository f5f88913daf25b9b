/** Small CDK projects held in memory, read and evaluated alone. */
import { Budget } from '../../src/core/budget.ts';
import { evaluateCdk } from '../../src/parsers/cdk/run.ts';
import type { World } from '../../src/project/evaluation.ts';
import type { Fact, FactOf } from '../../src/model/facts.ts';
import { indexLines, type Site } from '../../src/core/site.ts';
import { readCdkApps } from '../../src/parsers/cdk/interpreter/app.ts';
import type { CdkReading } from '../../src/parsers/cdk/reading.ts';
import { read as readDockerfile } from '../../src/parsers/dockerfile/read.ts';
import type { Readings } from '../../src/project/readings.ts';
import { COMMANDS } from '../../src/tools/index.ts';
import { CALLS } from '../../src/parsers/calls.ts';

export interface Project {
  readonly facts: readonly Fact[];
  readonly readings: readonly CdkReading[];
  of<K extends Fact['kind']>(kind: K): FactOf<K>[];
  one<K extends Fact['kind']>(kind: K): FactOf<K>;
  /** `lib/api.ts:4 ARM_64`: the file, the line and the exact characters. */
  shown(site: Site | undefined): string;
}

export function project(
  files: Readonly<Record<string, string>>,
  bindings: ReadonlyMap<string, readonly string[]> = new Map(),
): Project {
  const paths = Object.keys(files).sort();
  const exists = (path: string): boolean =>
    path === '' || paths.some((one) => one === path || one.startsWith(`${path}/`));
  const readings = readCdkApps({ files: paths, read: (path) => files[path], exists, bindings });
  const lookup: Readings = {
    get: (file) => {
      const text = files[file];
      return text === undefined || !/Dockerfile/.test(file)
        ? undefined
        : readDockerfile({ file, text, lines: indexLines(file, text) });
    },
    ofKind: () => [],
    exists,
    text: (file) => files[file],
  };
  const facts: Fact[] = [];
  const world: World = {
    readings: lookup,
    commands: COMMANDS,
    calls: CALLS,
    bindings,
    budget: new Budget(1_000_000),
    called: new Set(),
    emit: (fact, frame) => {
      facts.push({
        ...fact,
        run: frame.run,
        seq: facts.length,
        when: fact.when ?? frame.when,
        origin: fact.origin ?? String(facts.length),
      });
    },
    revise: () => undefined,
  };
  for (const reading of readings) {
    evaluateCdk(world, reading, {
      run: reading.file,
      via: [],
      env: new Map(),
      cwd: '',
      inCi: false,
      when: [],
      openEnvironment: true,
      machine: {
        host: { kind: 'developer' },
        driver: 'unknown',
        builders: new Map(),
        emulation: 'unknown',
        files: new Map(),
      },
    });
  }
  const of = <K extends Fact['kind']>(kind: K): FactOf<K>[] =>
    facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
  return {
    facts,
    readings,
    of,
    one: (kind) => {
      const [first, ...rest] = of(kind);
      if (first === undefined || rest.length > 0)
        throw new Error(`${rest.length + (first === undefined ? 0 : 1)} facts of kind ${kind}`);
      return first;
    },
    shown: (site) =>
      site === undefined
        ? 'nowhere'
        : `${site.file}:${site.span.line} ${(files[site.file] ?? '').slice(site.span.start, site.span.end)}`,
  };
}

/** A stack's body in one file, with the usual imports. */
export function stack(body: string, more: Readonly<Record<string, string>> = {}): Project {
  return project({
    'cdk.json': '{ "app": "npx ts-node bin/app.ts" }',
    'bin/app.ts':
      "import * as cdk from 'aws-cdk-lib';\nimport { ApiStack } from '../lib/api-stack';\nnew ApiStack(new cdk.App(), 'Api');\n",
    'lib/api-stack.ts': [
      "import * as path from 'path';",
      "import * as cdk from 'aws-cdk-lib';",
      "import * as lambda from 'aws-cdk-lib/aws-lambda';",
      "import * as ecs from 'aws-cdk-lib/aws-ecs';",
      "import * as ecr from 'aws-cdk-lib/aws-ecr';",
      "import * as iam from 'aws-cdk-lib/aws-iam';",
      "import * as batch from 'aws-cdk-lib/aws-batch';",
      "import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';",
      "import { Construct } from 'constructs';",
      'export class ApiStack extends cdk.Stack {',
      '  constructor(scope: Construct, id: string, props?: cdk.StackProps) {',
      '    super(scope, id, props);',
      body,
      '  }',
      '}',
    ].join('\n'),
    ...more,
  });
}
