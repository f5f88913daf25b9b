import { describe, expect, it } from 'vitest';
import { showPlatforms } from '../../../src/core/platform.ts';
import { showRef } from '../../../src/core/image-ref.ts';
import { literal, show } from '../../../src/core/text.ts';
import { always } from '../../../src/core/choices.ts';
import type { Workload } from '../../../src/model/facts.ts';
import { called, evaluated, type Project } from './project.ts';

const image = ({ image: source }: Workload): string => (source.kind === 'ref' ? showRef(source.ref) : source.kind);
const line =
  (made: Project) =>
  (one: Workload): string => {
    const choices = one.when.map((guard) => `${guard.cond.replace(/@.*$/, '')}:${guard.is}`).join(' ');
    return `${one.service} ${image(one)} on ${one.cpu ?? 'any'} (${one.cpuBasis ?? 'unknown'})${one.cpuSite === undefined ? '' : ` at ${made.at(one.cpuSite)}`}${choices === '' ? '' : ` [${choices}]`}`;
  };

const LAMBDA = `Parameters:
  Tag: {Type: String}
Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub "api-\${AWS::StackName}"
      PackageType: Image
      Architectures: [arm64] # the CPU
      Code:
        ImageUri: !Sub "\${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop/api:\${Tag}"
      ImageConfig: {EntryPoint: [/lambda-entrypoint.sh], Command: [app.handler]}
  Old:
    Type: AWS::Lambda::Function
    Properties:
      Code: {ImageUri: !GetAtt Repo.RepositoryUri}
  Zip:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs20.x, Code: {S3Bucket: b, S3Key: k}}
  Repo:
    Type: AWS::ECR::Repository
`;

describe('a Lambda function', () => {
  it('runs the image it names on the CPU it states, or on amd64', () => {
    const made = evaluated({ 't.yaml': LAMBDA });
    expect(made.of('workload').map(line(made))).toEqual([
      'lambda ${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop/api:${Tag} on arm64 (stated) at arm64',
      'lambda ${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/${Repo} on amd64 (default)',
    ]);
    const [api] = made.of('workload');
    expect(api).toMatchObject({ label: 'Api', declared: true, startsWith: ['/lambda-entrypoint.sh', 'app.handler'] });
    expect(show(api?.name ?? [])).toBe('api-${AWS::StackName}');
    expect(made.at(api?.site)).toBe('Api');
    expect(made.at(api?.imageSite)).toBe('"${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop/api:${Tag}"');
    expect(api?.site.span).toMatchObject({ line: 4, column: 3 });
    // A repository without a name is known by its own hole.
    const [repository] = made.of('repository');
    expect(repository?.id).toBe('Repo@t.yaml');
  });

  it('says the same in JSON, in CRLF and in YAML with long functions', () => {
    const json = JSON.stringify(
      {
        Resources: {
          Fn: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              PackageType: 'Image',
              Architectures: ['arm64'],
              Code: {
                ImageUri: {
                  'Fn::Join': [
                    '',
                    [
                      { Ref: 'AWS::AccountId' },
                      '.dkr.ecr.',
                      { Ref: 'AWS::Region' },
                      '.',
                      { Ref: 'AWS::URLSuffix' },
                      '/x:1',
                    ],
                  ],
                },
              },
            },
          },
        },
      },
      undefined,
      2,
    );
    const long =
      'Resources:\r\n  Fn:\r\n    Type: AWS::Lambda::Function\r\n    Properties:\r\n      PackageType: Image\r\n      Architectures:\r\n        - arm64\r\n      Code:\r\n        ImageUri:\r\n          Fn::Sub: ${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/x:1\r\n';
    for (const [file, text, position] of [
      ['t.json', json, { line: 8, column: 11 }],
      ['t.yaml', long, { line: 7, column: 11 }],
    ] as const) {
      const made = evaluated({ [file]: text });
      expect(made.of('workload').map(line(made))).toEqual([
        `lambda \${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/x:1 on arm64 (stated) at ${file === 't.json' ? '"arm64"' : 'arm64'}`,
      ]);
      expect(made.of('workload')[0]?.cpuSite?.span).toMatchObject(position);
    }
  });

  it('takes its architecture and its image from one condition together', () => {
    const made = evaluated({
      't.yaml': `Parameters: {Cpu: {Type: String, AllowedValues: [arm64, x86_64]}}
Conditions: {Arm: !Equals [!Ref Cpu, arm64]}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Architectures: [!Ref Cpu]
      Code: {ImageUri: !If [Arm, "1.dkr.ecr/x:arm", "1.dkr.ecr/x:amd"]}
`,
    });
    expect(made.of('workload').map(line(made))).toEqual([
      'lambda 1.dkr.ecr/x:arm on arm64 (stated) at Cpu [Cpu:arm64]',
      'lambda 1.dkr.ecr/x:amd on amd64 (stated) at Cpu [Cpu:x86_64]',
    ]);
    expect(new Set(made.of('workload').map((one) => one.origin)).size).toBe(1);
  });

  it('has a default that a caller may replace, or what the caller gives', () => {
    const template = `Parameters: {Cpu: {Type: String, Default: arm64}}
Resources: {F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Architectures: [!Ref Cpu], Code: {ImageUri: "r.io/x:1"}}}}
`;
    const open = evaluated({ 't.yaml': template });
    expect(open.of('workload').map(line(open))).toEqual([
      'lambda r.io/x:1 on arm64 (stated) at Cpu [default:Cpu:unset]',
      'lambda r.io/x:1 on any (stated) at Cpu [default:Cpu:set]',
    ]);
    const given = called(
      { 't.yaml': template },
      't.yaml',
      { Cpu: always(literal('x86_64')) },
      { stackName: literal('shop'), region: literal('eu-west-1') },
    );
    expect(given.of('workload').map(line(given))).toEqual(['lambda r.io/x:1 on amd64 (stated) at Cpu']);
    expect(given.of('workload')[0]).toMatchObject({ stack: 'shop', region: ['eu-west-1'] });
  });

  it('left out by a branch falls back to the default there', () => {
    const made = evaluated({
      't.yaml': `Conditions: {Arm: !Equals [!Ref AWS::Region, eu-west-1]}
Resources: {F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Architectures: !If [Arm, [arm64], !Ref AWS::NoValue], Code: {ImageUri: "r.io/x:1"}}}}
`,
    });
    expect(made.of('workload').map((one) => [one.cpu, one.cpuBasis])).toEqual([
      ['arm64', 'stated'],
      ['amd64', 'default'],
    ]);
  });

  it('exists under its condition only', () => {
    const made = evaluated({
      't.yaml': `Conditions: {Never: !Equals [a, b], Maybe: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:
  A: {Type: AWS::Lambda::Function, Condition: Never, Properties: {PackageType: Image, Code: {ImageUri: "r.io/x:1"}}}
  B: {Type: AWS::Lambda::Function, Condition: Maybe, Properties: {PackageType: Image, Code: {ImageUri: "r.io/x:1"}}}
`,
    });
    expect(made.of('workload').map((one) => [one.label, one.when.map((guard) => guard.is)])).toEqual([
      ['B', ['eu-west-1', 'yes']],
    ]);
  });

  it('of a loop is one for each value', () => {
    const made = evaluated({
      't.yaml': `Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Services:
    - Name
    - [api, worker]
    - "\${Name}Function":
        Type: AWS::Lambda::Function
        Properties: {PackageType: Image, Architectures: [arm64], Code: {ImageUri: !Sub "r.io/\${Name}:1"}}
`,
    });
    expect(made.of('workload').map((one) => [one.label, image(one)])).toEqual([
      ['apiFunction', 'r.io/api:1'],
      ['workerFunction', 'r.io/worker:1'],
    ]);
  });
});

describe('a SAM function', () => {
  const SAM = `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {PackageType: Image, Architectures: [arm64]}}
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties: {ImageUri: "r.io/api:1"}
  Built:
    Type: AWS::Serverless::Function
    Properties: {Architectures: [x86_64]}
    Metadata: {Dockerfile: Dockerfile, DockerContext: ./src, DockerTag: v1, DockerBuildTarget: final, DockerBuildArgs: {V: "1"}}
  Zip:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Zip, Runtime: nodejs20.x}
`;

  it('inherits from Globals, and its image is built for its own CPU', () => {
    const made = evaluated({
      'app/template.yaml': SAM,
      'app/src/Dockerfile': 'ARG V\nFROM public.ecr.aws/lambda/nodejs:20 AS final\n',
    });
    expect(made.of('workload').map(line(made))).toEqual([
      'lambda r.io/api:1 on arm64 (stated) at arm64',
      'lambda asset on amd64 (stated) at x86_64',
    ]);
    const [build] = made.of('build');
    expect(build).toMatchObject({
      tool: 'sam',
      platformDerived: true,
      dockerfile: 'app/src/Dockerfile',
      context: 'app/src',
      target: ['final'],
      attestations: { provenance: 'off', sbom: 'off' },
    });
    expect(build && showPlatforms(build.platforms)).toBe('linux/amd64');
    expect(made.at(build?.site)).toBe('Dockerfile');
    expect(made.at(build?.buildArgs[0]?.site)).toBe('V: "1"');
    expect(build?.base?.stages).toHaveLength(1);
    const source = made.of('workload')[1]?.image;
    expect(source).toEqual({ kind: 'asset', asset: build?.asset });
  });
});

describe('an ECS task definition', () => {
  const task = (properties: string, more = ''): string => `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      ${properties}
      ContainerDefinitions:
        - {Name: app, Image: "r.io/app:1", HealthCheck: {Command: [CMD, "true"]}}
        - {Name: side, Image: "r.io/side:1"}
${more}`;

  it.each([
    ['on Fargate, amd64 unless it says so', 'RequiresCompatibilities: [FARGATE]', '', ['amd64', 'default']],
    ['stated', 'RuntimePlatform: {CpuArchitecture: ARM64}', '', ['arm64', 'stated']],
    ['on EC2, whatever the instances have', 'RequiresCompatibilities: [EC2]', '', [undefined, undefined]],
    [
      'on EC2, placed by CPU',
      'PlacementConstraints: [{Type: memberOf, Expression: "attribute:ecs.cpu-architecture == arm64"}]',
      '',
      ['arm64', 'stated'],
    ],
    [
      'on Windows, nothing of ours',
      'RequiresCompatibilities: [FARGATE]\n      RuntimePlatform: {OperatingSystemFamily: WINDOWS_SERVER_2022_CORE}',
      '',
      [undefined, undefined],
    ],
    [
      'run on Fargate by a service',
      'NetworkMode: awsvpc',
      '  S: {Type: AWS::ECS::Service, Properties: {LaunchType: FARGATE, TaskDefinition: !Ref Task}}\n',
      ['amd64', 'default'],
    ],
  ])('%s', (_name, properties, more, [cpu, basis]) => {
    const made = evaluated({ 't.yaml': task(properties, more) });
    expect(made.of('workload').map((one) => [one.cpu, one.cpuBasis])).toEqual([
      [cpu, basis],
      [cpu, basis],
    ]);
  });

  it('has one workload for each container, with its health check', () => {
    const made = evaluated({ 't.yaml': task('RequiresCompatibilities: [FARGATE]') });
    expect(
      made
        .of('workload')
        .map((one) => [show(one.containerName ?? []), image(one), one.healthCheck, made.at(one.imageSite)]),
    ).toEqual([
      ['app', 'r.io/app:1', true, '"r.io/app:1"'],
      ['side', 'r.io/side:1', false, '"r.io/side:1"'],
    ]);
  });

  it.each([
    [
      'the managed policy',
      'ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]',
      '',
      'yes',
    ],
    [
      'the managed policy, put together',
      'ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]',
      '',
      'yes',
    ],
    [
      'an inline wildcard',
      'Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "ecr:*", Resource: "*"}]}}]',
      '',
      'yes',
    ],
    [
      'a policy beside it',
      'Path: /',
      '  P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: {Effect: Allow, Action: [logs:*, "ecr:BatchGetImage"]}}}}\n',
      'yes',
    ],
    [
      'logs only',
      'Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: "logs:*", Resource: "*"}]}}]',
      '',
      'no',
    ],
    [
      'a policy beside it that grants something else',
      'Path: /',
      '  P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref Role], PolicyDocument: {Statement: {Effect: Allow, Action: "logs:*"}}}}\n',
      'no',
    ],
    ['whatever it is given elsewhere', 'Path: /', '', 'unknown'],
    ['a policy of one’s own', 'ManagedPolicyArns: [!Ref Topic]', '', 'unknown'],
  ])('pulls from ECR by %s', (_name, role, more, expected) => {
    const made = evaluated({
      't.yaml': task(
        'ExecutionRoleArn: !GetAtt Role.Arn',
        `  Role: {Type: AWS::IAM::Role, Properties: {${role}}}\n  Topic: {Type: AWS::SNS::Topic}\n${more}`,
      ),
    });
    expect(made.of('workload')[0]?.pullGrant).toBe(expected);
  });
});

describe('a stack set', () => {
  it('gives parameters to the template it carries, or to one beside it', () => {
    const made = evaluated({
      'sets.yaml': `Parameters: {Image: {Type: String, Default: "outer:1"}}
Resources:
  Inline:
    Type: AWS::CloudFormation::StackSet
    Properties:
      Parameters:
        - {ParameterKey: Image, ParameterValue: "x:1"}
      TemplateBody: |
        Parameters: {Image: {Type: String}, Cpu: {Type: String}}
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties: {PackageType: Image, Architectures: [arm64], Code: {ImageUri: !Ref Image}}
          G:
            Type: AWS::Lambda::Function
            Properties: {PackageType: Image, Architectures: [!Ref Cpu], Code: {ImageUri: "y:1"}}
  Beside:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateURL: ./beside.yaml
      Parameters: [{ParameterKey: Tag, ParameterValue: "2"}]
`,
      'beside.yaml':
        'Parameters: {Tag: {Type: String}}\nResources:\n  H: {Type: "AWS::Lambda::Function", Properties: {PackageType: Image, Code: {ImageUri: !Sub "z:${Tag}"}}}\n',
    });
    expect(
      made
        .of('workload')
        .map((one) => `${one.label} ${image(one)} ${one.cpu ?? 'any'} ${made.at(one.cpuSite)} ${made.at(one.site)}`),
    ).toEqual(['F x:1 arm64 arm64 F', 'G y:1 any Cpu G', 'H z:2 amd64  H']);
    expect(made.of('workload')[0]?.imageSite.span.line).toBe(13);
    // Rain's own word for a file is no template.
    const rain = evaluated({
      't.yaml':
        'Resources:\n  S: {Type: "AWS::CloudFormation::StackSet", Properties: {TemplateBody: !Rain::Embed other.yaml}}\n',
    });
    expect(rain.template('t.yaml').unreadable).toEqual([]);
  });
});

describe('a module', () => {
  const fragment =
    'Parameters: {Image: {Type: String}}\nResources:\n  F: {Type: "AWS::Lambda::Function", Properties: {PackageType: Image, Code: {ImageUri: !Ref Image}}}\n';

  it('is no stack of its own, but a part of those that use it', () => {
    const config = '{"artifact_type": "MODULE", "typeName": "Acme::Shop::Function::MODULE"}';
    const alone = evaluated({ 'mod/.rpdk-config': config, 'mod/fragments/f.yaml': fragment });
    expect(alone.of('workload')).toEqual([]);
    const used = evaluated({
      'mod/.rpdk-config': config,
      'mod/fragments/f.yaml': fragment,
      't.yaml':
        'Resources:\n  A: {Type: "Acme::Shop::Function::MODULE", Properties: {Image: "a:1"}}\n  B: {Type: "Acme::Shop::Function::MODULE", Properties: {Image: "b:1"}}\n  C: {Type: "Acme::Other::MODULE", Properties: {Image: "c:1"}}\n',
    });
    expect(used.of('workload').map((one) => `${one.label} ${image(one)}`)).toEqual(['F a:1', 'F b:1']);
  });

  it('is what its registration says, not any folder of that name', () => {
    expect(evaluated({ 'fragments/f.yaml': fragment.replace('!Ref Image', '"a:1"') }).of('workload')).toHaveLength(1);
  });
});

describe('EC2 instances of the template', () => {
  const task = (more: string): string => `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {RequiresCompatibilities: [EC2], ContainerDefinitions: [{Name: a, Image: "x:1"}]}
  Job:
    Type: AWS::Batch::JobDefinition
    Properties: {Type: container, ContainerProperties: {Image: "y:1"}}
${more}`;
  const cpus = (more: string): string[] => {
    const made = evaluated({ 't.yaml': task(more) });
    return made.of('workload').map((one) => `${one.service} ${one.cpu ?? 'any'} ${made.at(one.cpuSite)}`);
  };

  it('say on which CPU tasks and jobs run', () => {
    expect(
      cpus(`  L:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData: {ImageId: "{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id}}", InstanceType: t4g.small}
  Bastion: {Type: "AWS::AutoScaling::LaunchConfiguration", Properties: {ImageId: ami-1, InstanceType: t3.micro}}
  Env: {Type: "AWS::Batch::ComputeEnvironment", Properties: {ComputeResources: {Type: SPOT, InstanceTypes: [optimal]}}}
`),
    ).toEqual(['ecs arm64 t4g.small', 'batch amd64 [optimal]']);
  });

  it('of both CPUs, or of a type that a caller chooses, say nothing', () => {
    expect(
      cpus(`  L: {Type: "AWS::AutoScaling::LaunchConfiguration", Properties: {UserData: "echo ECS_CLUSTER=c >> /etc/ecs/ecs.config", InstanceType: m7g.large}}
  M: {Type: "AWS::AutoScaling::LaunchConfiguration", Properties: {UserData: "echo ECS_CLUSTER=c >> /etc/ecs/ecs.config", InstanceType: m7i.large}}
  Env: {Type: "AWS::Batch::ComputeEnvironment", Properties: {ComputeResources: {Type: EC2, InstanceTypes: [!Ref Type]}}}
Parameters: {Type: {Type: String, Default: m7g.large}}
`),
    ).toEqual(['ecs any ', 'batch any ']);
  });
});

describe('the other services', () => {
  it('run on the CPU they have', () => {
    const made = evaluated({
      't.yaml': `Resources:
  Web:
    Type: AWS::AppRunner::Service
    Properties: {ServiceName: web, SourceConfiguration: {AutoDeploymentsEnabled: false, ImageRepository: {ImageIdentifier: "r.io/web:1", ImageRepositoryType: ECR, ImageConfiguration: {StartCommand: node app.js}}}}
  Auto:
    Type: AWS::AppRunner::Service
    Properties: {SourceConfiguration: {ImageRepository: {ImageIdentifier: "r.io/web:1", ImageRepositoryType: ECR}}}
  Agent:
    Type: AWS::BedrockAgentCore::Runtime
    Properties: {AgentRuntimeName: agent, AgentRuntimeArtifact: {ContainerConfiguration: {ContainerUri: "r.io/agent:1"}}}
  Job:
    Type: AWS::Batch::JobDefinition
    Properties: {PlatformCapabilities: [FARGATE], ContainerProperties: {Image: "r.io/job:1", Command: [run]}}
  ArmJob:
    Type: AWS::Batch::JobDefinition
    Properties: {EcsProperties: {TaskProperties: [{RuntimePlatform: {CpuArchitecture: ARM64}, Containers: [{Name: c, Image: "r.io/job:2"}]}]}}
  Express:
    Type: AWS::ECS::ExpressGatewayService
    Properties: {PrimaryContainer: {Image: "r.io/express:1"}}
`,
    });
    expect(made.of('workload').map(line(made))).toEqual([
      'apprunner r.io/web:1 on amd64 (service)',
      'apprunner r.io/web:1 on amd64 (service)',
      'agentcore r.io/agent:1 on arm64 (service)',
      'batch r.io/job:1 on amd64 (default)',
      'batch r.io/job:2 on arm64 (stated) at ARM64',
      'ecs r.io/express:1 on any (unknown)',
    ]);
    expect(made.of('workload').map((one) => [one.autoDeploy, one.startsWith])).toEqual([
      [false, ['node', 'app.js']],
      [true, undefined],
      [undefined, undefined],
      [undefined, ['run']],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});

describe('an ECR repository', () => {
  it('has a name, a mutability and a way to survive its stack', () => {
    const made = evaluated({
      't.yaml': `Parameters: {Env: {Type: String}}
Resources:
  Plain: {Type: AWS::ECR::Repository}
  Named:
    Type: AWS::ECR::Repository
    DeletionPolicy: Retain
    Properties:
      RepositoryName: !Sub "shop-\${Env}"
      ImageTagMutability: IMMUTABLE_WITH_EXCLUSION
      ImageTagMutabilityExclusionFilters: [{ImageTagMutabilityExclusionFilterType: WILDCARD, ImageTagMutabilityExclusionFilterValue: "latest*"}]
`,
    });
    const [plainOne, named] = made.of('repository');
    expect(plainOne).toMatchObject({
      role: 'created',
      by: 'cloudformation',
      label: 'Plain',
      stack: 't.yaml',
      mutability: 'mutable',
      retained: false,
    });
    expect(plainOne?.name).toBeUndefined();
    expect(plainOne?.mutabilitySite).toBeUndefined();
    expect(show(named?.name ?? [])).toBe('shop-${Env}');
    expect(named).toMatchObject({ mutability: 'immutable with exclusion', exclusions: ['latest*'], retained: true });
    expect([made.at(named?.nameSite), made.at(named?.mutabilitySite), made.at(named?.retainedSite)]).toEqual([
      '"shop-${Env}"',
      'IMMUTABLE_WITH_EXCLUSION',
      'Retain',
    ]);
  });

  it('has a lifecycle policy whose rules point into the string', () => {
    const text = `Resources:
  R:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: shop
      LifecyclePolicy:
        LifecyclePolicyText: |
          {"rules": [
            {"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}, "action": {"type": "expire"}},
            {"rulePriority": 2, "selection": {"tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "imageCountMoreThan", "countNumber": 10}, "action": {"type": "expire"}}
          ]}
`;
    const made = evaluated({ 't.yaml': text });
    const rules = made.of('repository')[0]?.lifecycle ?? [];
    expect(
      rules.map(({ tagStatus, countType, count, tagPatterns }) => [tagStatus, countType, count, tagPatterns]),
    ).toEqual([
      ['untagged', 'age', 1, []],
      ['tagged', 'images', 10, ['v*']],
    ]);
    expect(made.at(rules[1]?.site)).toBe(text.split('\n')[9]?.trim());
    expect(made.of('cleanup').map((one) => [one.removes, show(one.repository), one.site.span.line])).toEqual([
      ['untagged', 'shop', 9],
    ]);
  });

  it('in JSON points into the escaped string', () => {
    const policy = JSON.stringify({
      rules: [
        { selection: { tagStatus: 'any', countType: 'sinceImagePushed', countNumber: 30 }, action: { type: 'expire' } },
      ],
    });
    const made = evaluated({
      't.json': JSON.stringify({
        Resources: {
          R: { Type: 'AWS::ECR::Repository', Properties: { LifecyclePolicy: { LifecyclePolicyText: policy } } },
        },
      }),
    });
    const [cleanup] = made.of('cleanup');
    expect(cleanup?.removes).toBe('tagged by age');
    expect(made.at(cleanup?.site)).toBe(
      '{\\"selection\\":{\\"tagStatus\\":\\"any\\",\\"countType\\":\\"sinceImagePushed\\",\\"countNumber\\":30},\\"action\\":{\\"type\\":\\"expire\\"}}',
    );
  });
});

describe('nested stacks', () => {
  const PARENT = `Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./child.yaml, Parameters: {Cpu: arm64, Image: !Sub "r.io/x:\${AWS::Region}"}}
  User:
    Type: AWS::Lambda::Function
    Properties: {PackageType: Image, Code: {ImageUri: !GetAtt Child.Outputs.Uri}}
`;
  const CHILD = `Parameters: {Cpu: {Type: String}, Image: {Type: String}}
Resources: {F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Architectures: [!Ref Cpu], Code: {ImageUri: !Ref Image}}}}
Outputs: {Uri: {Value: !Sub "r.io/out:\${Cpu}"}}
`;

  it('get the parameters of the stack around them, and hand outputs back', () => {
    const made = evaluated({ 'infra/child.yaml': CHILD, 'infra/parent.yaml': PARENT });
    expect(made.of('workload').map(line(made))).toEqual([
      'lambda r.io/out:arm64 on amd64 (default)',
      'lambda r.io/x:${AWS::Region} on arm64 (stated) at Cpu',
    ]);
    expect(made.of('workload')[1]?.site.via).toMatchObject([
      { label: 'Child', file: 'infra/parent.yaml', span: { line: 2, column: 3 } },
    ]);
  });

  it('that nest each other end', () => {
    const loop = (other: string): string =>
      `Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ${other}}}\n  R: {Type: AWS::ECR::Repository, Properties: {RepositoryName: in-${other.replace('.yaml', '')}}}\n`;
    const made = evaluated({ 'a.yaml': loop('b.yaml'), 'b.yaml': loop('a.yaml') });
    expect(made.of('repository').map((one) => show(one.name ?? []))).toEqual(['in-b', 'in-a']);
  });
});

describe('a task definition', () => {
  const template = (more: string): string => `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{Name: job, Image: "job:latest"}]
${more}`;
  const RULE = `  Nightly:
    Type: AWS::Events::Rule
    Properties:
      Targets: [{Id: a, EcsParameters: {TaskDefinitionArn: !Ref Task}}]
`;
  it.each([
    ['by a rule', RULE, true],
    [
      'by a schedule',
      '  Nightly:\n    Type: AWS::Scheduler::Schedule\n    Properties: {Target: {EcsParameters: {TaskDefinitionArn: !GetAtt Task.TaskDefinitionArn}}}\n',
      true,
    ],
    [
      'by a state machine',
      '  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionSubstitutions: {Task: !Ref Task}}\n',
      true,
    ],
    [
      'by a rule and a service',
      `${RULE}  Service:\n    Type: AWS::ECS::Service\n    Properties: {TaskDefinition: !Ref Task}\n`,
      undefined,
    ],
    ['by nobody', '', undefined],
  ])('started %s resolves its tag each time, or not', (_, more, expected) => {
    expect(
      evaluated({ 't.yaml': template(more) })
        .of('workload')
        .map((one) => one.startedPerRun),
    ).toEqual([expected]);
  });
});

describe('a repository', () => {
  it.each([
    ['{}', false],
    ['{EmptyOnDelete: true}', true],
    ['{EmptyOnDelete: false}', false],
    ['{Tags: [{Key: aws-cdk:auto-delete-images, Value: "true"}]}', true],
    ['{EmptyOnDelete: !Ref Sandbox}', undefined],
  ])('with %s is emptied on deletion: %s', (properties, expected) => {
    const made = evaluated({
      't.yaml': `Parameters: {Sandbox: {Type: String}}\nResources:\n  Repo:\n    Type: AWS::ECR::Repository\n    Properties: ${properties}\n`,
    });
    expect(made.of('repository').map((one) => one.emptied)).toEqual([expected]);
  });
});
