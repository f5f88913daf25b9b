import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { evaluated } from './project.ts';
import { cpuTime } from '../../cpu.ts';

const name = fc.constantFrom('A', 'B', 'C', 'P', 'L', 'M', 'AWS::Region', 'AWS::NoValue', 'Nope');
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    'x',
    '',
    'arm64',
    '${P}',
    '${A.Arn}-${B}',
    '{{resolve:ssm:/x}}',
    '{{',
    'Image',
    '1',
    0,
    true,
    null,
  ),
  name,
);

/** Anything that a template may say where a value stands, well-formed or not. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    name.map((ref) => ({ Ref: ref })),
    fc.tuple(name, fc.constantFrom('Arn', 'RepositoryUri', 'Outputs.X')).map((pair) => ({ 'Fn::GetAtt': pair })),
    fc
      .tuple(fc.constantFrom('Yes', 'No', 'Maybe', 'Nope'), tie('value'), tie('value'))
      .map((all) => ({ 'Fn::If': all })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .tuple(
        fc.constantFrom(
          'Fn::Join',
          'Fn::Select',
          'Fn::Split',
          'Fn::FindInMap',
          'Fn::Sub',
          'Fn::ImportValue',
          'Fn::Transform',
          'Fn::ForEach::X',
        ),
        fc.oneof(tie('value'), fc.array(tie('value'), { maxLength: 4 })),
      )
      .map(([call, argument]) => ({ [call]: argument })),
    fc.dictionary(
      fc.constantFrom('ImageUri', 'Image', 'Name', 'CpuArchitecture', 'rules', 'Effect', 'Action'),
      tie('value'),
      { maxKeys: 2 },
    ),
  ),
}));

const properties: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': ['PackageType', 'Architectures', 'Code', 'ImageConfig', 'FunctionName'],
  'AWS::Serverless::Function': ['PackageType', 'Architectures', 'ImageUri'],
  'AWS::ECS::TaskDefinition': [
    'ContainerDefinitions',
    'RuntimePlatform',
    'RequiresCompatibilities',
    'ExecutionRoleArn',
    'PlacementConstraints',
  ],
  'AWS::Batch::JobDefinition': ['ContainerProperties', 'EcsProperties', 'NodeProperties', 'PlatformCapabilities'],
  'AWS::AppRunner::Service': ['SourceConfiguration'],
  'AWS::ECR::Repository': [
    'RepositoryName',
    'ImageTagMutability',
    'LifecyclePolicy',
    'ImageTagMutabilityExclusionFilters',
  ],
  'AWS::IAM::Role': ['ManagedPolicyArns', 'Policies', 'RoleName'],
  'AWS::CloudFormation::Stack': ['TemplateURL', 'Parameters'],
};

const resource = fc.constantFrom(...Object.keys(properties)).chain((type) =>
  fc.record({
    Type: fc.constant(type),
    Condition: fc.option(fc.constantFrom('Yes', 'Maybe', 'Nope'), { nil: undefined }),
    Metadata: fc.option(
      fc.record({ Dockerfile: value, DockerContext: value, DockerBuildArgs: value, plimsoll: value }),
      { nil: undefined },
    ),
    Properties: fc.record(Object.fromEntries((properties[type] ?? []).map((key) => [key, value])), {
      requiredKeys: [],
    }),
  }),
);

describe('whatever a template says', () => {
  it('is evaluated without a throw, and every fact has a place in it', () => {
    const template = fc.record({
      Parameters: fc.constant({ P: { Type: 'String', Default: 'd' }, L: { Type: 'CommaDelimitedList' } }),
      Mappings: fc.constant({ M: { a: { x: '1' }, b: { x: '2' } } }),
      Conditions: fc.record({
        Yes: value,
        No: fc.constant({ 'Fn::Not': [{ Condition: 'Yes' }] }),
        Maybe: fc.tuple(value, value).map((both) => ({ 'Fn::Equals': both })),
      }),
      Resources: fc.record({ A: resource, B: resource, C: resource }),
      Outputs: fc.record({ X: fc.record({ Value: value, Export: fc.record({ Name: value }) }) }),
    });
    fc.assert(
      fc.property(template, (body) => {
        const text = JSON.stringify(body);
        const made = evaluated({ 't.json': text });
        for (const fact of made.facts) {
          expect(fact.site.span.end).toBeLessThanOrEqual(text.length);
          expect(fact.site.span.start).toBeLessThan(fact.site.span.end);
        }
        expect(made.world.budget.left).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });

  it('that doubles a string forty times ends in a hole, soon', () => {
    const chain = Array.from(
      { length: 40 },
      (_, index) =>
        `  R${index}: {Type: AWS::ECR::Repository, Properties: {RepositoryName: !Sub "\${R${index + 1}}\${R${index + 1}}"}}`,
    ).join('\n');
    const started = cpuTime();
    const made = evaluated({
      't.yaml': `Resources:\n${chain}\n  R40: {Type: AWS::ECR::Repository, Properties: {RepositoryName: abcdefgh}}\n`,
    });
    expect(made.of('repository')).toHaveLength(41);
    expect(cpuTime() - started).toBeLessThan(2000);
  });

  it('that names itself in a circle ends', () => {
    const made = evaluated({
      't.yaml':
        'Resources:\n  A: {Type: AWS::ECR::Repository, Properties: {RepositoryName: !Sub "a-${B}"}}\n  B: {Type: AWS::ECR::Repository, Properties: {RepositoryName: !Sub "b-${A}"}}\n',
    });
    expect(made.of('repository')).toHaveLength(2);
  });

  it('with five hundred parameters that all have defaults stays quick', () => {
    const names = Array.from({ length: 500 }, (_, index) => `P${index}`);
    const made = evaluated({
      't.yaml': `Parameters:\n${names.map((one) => `  ${one}: {Type: String, Default: "${one}"}`).join('\n')}\nResources:\n  F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: !Sub "${names.map((one) => `\${${one}}`).join('/')}"}}}\n`,
    });
    expect(made.of('workload')).toHaveLength(1);
  });
});

describe('what multiplies', () => {
  it('in loops inside loops ends at twice what CloudFormation takes', () => {
    const names = (letter: string): string[] => Array.from({ length: 64 }, (_, index) => `${letter}${index}`);
    const fn = {
      Type: 'AWS::Lambda::Function',
      Properties: { PackageType: 'Image', Code: { ImageUri: { 'Fn::Sub': 'r/${A}${B}:${C}' } } },
    };
    const loop = { 'Fn::ForEach::N': ['C', names('c'), { 'F${A}${B}${C}': fn }] };
    const Resources = Object.fromEntries(
      names('L').map((name) => [
        `Fn::ForEach::${name}`,
        ['A', names('a'), { 'Fn::ForEach::M': ['B', names('b'), loop] }],
      ]),
    );
    const made = evaluated({ 't.json': JSON.stringify({ Transform: 'AWS::LanguageExtensions', Resources }) });
    expect(made.of('workload').length).toBeGreaterThan(500);
    expect(made.of('workload').length).toBeLessThan(1001);
  });

  it('in stacks that nest stacks ends with the steps there are', () => {
    const template = (depth: number): string =>
      `Resources:\n  F: {Type: "AWS::Lambda::Function", Properties: {PackageType: Image, Code: {ImageUri: "r/x:1"}}}\n${
        depth === 7
          ? ''
          : Array.from(
              { length: 6 },
              (_, index) =>
                `  S${index}: {Type: "AWS::CloudFormation::Stack", Properties: {TemplateURL: "./t${depth + 1}.yaml"}}\n`,
            ).join('')
      }`;
    const made = evaluated(
      Object.fromEntries(Array.from({ length: 8 }, (_, depth) => [`t${depth}.yaml`, template(depth)])),
    );
    expect(made.of('workload').length).toBeGreaterThan(100);
    expect(made.of('workload').length).toBeLessThan(10_000);
  });
});

describe('a template of five megabytes', () => {
  it('is evaluated in a moment, tasks with roles and services included', () => {
    const resources: Record<string, unknown> = {};
    for (let index = 0; index < 1500; index++) {
      resources[`Role${index}`] = {
        Type: 'AWS::IAM::Role',
        Properties: {
          ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/ReadOnly' }],
          Description: 'x'.repeat(800),
        },
      };
      resources[`Policy${index}`] = {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Roles: [{ Ref: `Role${index}` }],
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['ecr:BatchGetImage'], Resource: '*' }] },
          Note: 'y'.repeat(800),
        },
      };
      resources[`Task${index}`] = {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          ExecutionRoleArn: { 'Fn::GetAtt': [`Role${index}`, 'Arn'] },
          ContainerDefinitions: [{ Name: 'c', Image: `r.io/app-${index}:1` }],
          Note: 'z'.repeat(800),
        },
      };
      resources[`Service${index}`] = {
        Type: 'AWS::ECS::Service',
        Properties: { LaunchType: 'FARGATE', TaskDefinition: { Ref: `Task${index}` } },
      };
    }
    const text = JSON.stringify({ Resources: resources }, undefined, 1);
    expect(text.length).toBeGreaterThan(5_000_000);
    const started = cpuTime();
    const made = evaluated({ 't.json': text });
    expect(made.of('workload')).toHaveLength(1500);
    expect(made.of('workload').every((one) => one.cpuBasis === 'default' && one.pullGrant === 'yes')).toBe(true);
    expect(cpuTime() - started).toBeLessThan(5000);
  });
});
