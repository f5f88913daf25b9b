/** CodeBuild projects and pipelines of templates: what they build, where, and what they roll out. */
import { describe, expect, it } from 'vitest';
import type { Build, Push } from '../../../src/model/facts.ts';
import { showRef } from '../../../src/core/image-ref.ts';
import { showPlatforms } from '../../../src/core/platform.ts';
import { show } from '../../../src/core/text.ts';
import { judged } from '../judged.ts';

const named = ({ names }: Build): string => names.map(({ ref }) => showRef(ref)).join(' ');
const pushed = ({ ref }: Push): string => showRef(ref);

const INLINE = `Parameters:
  Stage: { Type: String, Default: dev }
Resources:
  Repo:
    Type: AWS::ECR::Repository
    Properties: { RepositoryName: !Sub "shop-\${Stage}", ImageTagMutability: IMMUTABLE }
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      TimeoutInMinutes: 20
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
        PrivilegedMode: true
        EnvironmentVariables:
          - { Name: ARCH, Value: amd64 }
          - { Name: SECRET, Type: PARAMETER_STORE, Value: /shop/secret }
      Source:
        Type: GITHUB
        BuildSpec: !Sub |
          version: 0.2
          env:
            variables: { ARCH: arm64, NAME: "shop-\${Stage}" }
          phases:
            build:
              commands:
                - IMAGE="\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/$NAME:\${!CODEBUILD_RESOLVED_SOURCE_VERSION}"
                - docker build --platform linux/\${!ARCH} -t $IMAGE .
                - docker push $IMAGE
                - printf '[{"name":"app","imageUri":"\${Repo}"}]' > imagedefinitions.json
                - terraform apply -auto-approve | tail -3
`;

describe('a CodeBuild project with a buildspec of its own', () => {
  it('builds what the buildspec says, on the machine it has, with its own variables before the buildspec’s', async () => {
    const { model, at } = await judged({ 'infra/ci.yaml': INLINE });
    const [build] = model.builds;
    expect(build?.host).toEqual({ kind: 'codebuild', cpu: 'amd64', label: 'LINUX_CONTAINER' });
    expect(showPlatforms(build!.platforms)).toBe('linux/amd64');
    expect(named(build!)).toBe(
      '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/shop-dev:${CODEBUILD_RESOLVED_SOURCE_VERSION}',
    );
    expect(at(build?.site)).toBe('docker build --platform linux/${!ARCH} -t $IMAGE .');
    expect(build?.site.via?.map((hop) => hop.label)).toEqual(['CodeBuild project Build', 'ci.yaml › phase build']);
    expect(model.pushes.map(pushed)[0]).toBe(named(build!));
  });

  it('is judged at the place in the template', async () => {
    const { found } = await judged({ 'infra/ci.yaml': INLINE });
    expect(found).toEqual([
      'deploy-exit-masked infra/ci.yaml:32 terraform apply -auto-approve',
      'deploy-output-hidden infra/ci.yaml:32 terraform apply -auto-approve',
    ]);
  });

  it('says the same in JSON, where the text is put together', async () => {
    const text = JSON.stringify(
      {
        Resources: {
          Build: {
            Type: 'AWS::CodeBuild::Project',
            Properties: {
              Environment: { Type: 'ARM_CONTAINER' },
              Source: {
                Type: 'GITHUB',
                BuildSpec: {
                  'Fn::Join': [
                    '\n',
                    [
                      'version: 0.2',
                      'phases:',
                      '  build:',
                      '    commands:',
                      {
                        'Fn::Sub':
                          '      - docker build -t ${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop:1 .',
                      },
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
    const { model, at } = await judged({ 'ci.json': text });
    expect(model.builds.map((one) => [named(one), one.host.cpu, at(one.site)])).toEqual([
      [
        '${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop:1',
        'arm64',
        'docker build -t ${AWS::AccountId}.dkr.ecr.eu-north-1.amazonaws.com/shop:1 .',
      ],
    ]);
  });

  it('is suppressed by a comment in the buildspec, and says where it can’t be read', async () => {
    const spec = (body: string): string =>
      `Resources:\n  B:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Source:\n        Type: GITHUB\n        BuildSpec: |\n${body}`;
    const quiet = await judged({
      't.yaml': spec(
        '          version: 0.2\n          phases:\n            build:\n              commands:\n                # plimsoll-ignore deploy-exit-masked, deploy-output-hidden -- looked at\n                - docker push a:1 | tail -1\n',
      ),
    });
    expect(quiet.found).toEqual([]);
    const broken = await judged({ 't.yaml': spec('          version: 0.2\n          phases: {build\n          x\n') });
    expect(broken.unreadable.map(({ file, line }) => `${file}:${line}`)).toEqual(['t.yaml:10']);
  });
});

describe('a CodeBuild project with a buildspec in a file', () => {
  const template = (more: string): string =>
    `Resources:\n  B:\n    Type: AWS::CodeBuild::Project\n    Properties:\n${more}`;
  const SPEC = 'version: 0.2\nphases:\n  build:\n    commands: ["docker build -t $REPO:1 .", "docker push $REPO:1"]\n';

  it('gives it its variables and its CPU, which a parameter may decide', async () => {
    const text = `Parameters: {Cpu: {Type: String, AllowedValues: [arm, x86]}}\nConditions: {Arm: !Equals [!Ref Cpu, arm]}\n${template('      Source: {Type: CODEPIPELINE, BuildSpec: ci/buildspec-app.yml}\n      Environment:\n        Type: !If [Arm, ARM_CONTAINER, LINUX_CONTAINER]\n        EnvironmentVariables: [{Name: REPO, Value: !Sub "${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/a"}]\n')}`;
    const { model } = await judged({ 't.yaml': text, 'ci/buildspec-app.yml': SPEC });
    expect(model.builds.map((one) => [named(one), one.host.cpu, one.when.map((guard) => guard.is).join()])).toEqual([
      ['${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/a:1', 'arm64', 'arm'],
      ['${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/a:1', 'amd64', 'x86'],
    ]);
  });

  it('takes the nearest of several, and the file is run once', async () => {
    const one = template(
      '      Source: {Type: CODEPIPELINE}\n      Environment: {Type: ARM_CONTAINER, EnvironmentVariables: [{Name: REPO, Value: one}]}\n',
    );
    const { model } = await judged({ 'one/infra/t.yaml': one, 'one/buildspec.yml': SPEC, 'two/buildspec.yml': SPEC });
    expect(model.builds.map((build) => [named(build), build.host.cpu, build.site.file])).toEqual([
      ['one:1', 'arm64', 'one/buildspec.yml'],
      ['${REPO}:1', undefined, 'two/buildspec.yml'],
    ]);
  });

  it('reads a buildspec of any name', async () => {
    const { model } = await judged({
      't.yaml': template('      Source: {Type: GITHUB, BuildSpec: ci/images.yml}\n'),
      'ci/images.yml': SPEC,
    });
    expect(model.builds.map(named)).toEqual(['${REPO}:1']);
  });
});

describe('a pipeline', () => {
  const SERVICE = `Parameters: {Image: {Type: String}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      RequiresCompatibilities: [FARGATE]
      ContainerDefinitions: [{Name: app, Image: !Ref Image}]
`;
  const pipeline = (deploy: string): string => `Parameters: {Repo: {Type: String, Default: shop}}
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {Type: ARM_CONTAINER}
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - docker build -t $URI:latest .
                - docker push $URI:latest
  Line:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Image
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration:
                ProjectName: !Ref Build
                EnvironmentVariables: !Sub '[{"name": "URI", "value": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/\${Repo}", "type": "PLAINTEXT"}]'
        - Name: Deploy
          Actions:
${deploy}`;
  const CLOUDFORMATION = `            - Name: Service
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
              Configuration:
                ActionMode: CREATE_UPDATE
                StackName: shop
                TemplatePath: Source::service.yaml
                ParameterOverrides: !Sub '{"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/\${Repo}:latest"}'
`;

  it('gives its variables to the project, deploys the template with its parameters, and both are judged as one voyage', async () => {
    const { model, found } = await judged({
      'a-service/service.yaml': 'x: 1',
      'service.yaml': SERVICE,
      'pipeline.yaml': pipeline(CLOUDFORMATION),
    });
    expect(model.builds.map((one) => [named(one), one.host.cpu])).toEqual(
      [
        ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:latest', 'arm64'],
        ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/${Repo}:latest', 'arm64'],
      ].slice(0, model.builds.length),
    );
    expect(model.workloads).toHaveLength(1);
    expect(found.map((one) => one.split(' ')[0])).toEqual(
      expect.arrayContaining(['arch-mismatch', 'same-tag-no-rollout']),
    );
  });

  it('whose last stage updates the service is its roll-out', async () => {
    const ecs =
      '            - Name: Ecs\n              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}\n              Configuration: {ClusterName: c, ServiceName: shop}\n';
    const { model, found, at } = await judged({
      'service.yaml': SERVICE.replace('!Ref Image', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:latest'),
      'pipeline.yaml': pipeline(ecs),
    });
    expect(
      model.rollouts.map((one) => [one.label, one.service, one.effect, show(one.name ?? []), at(one.site)]),
    ).toEqual([
      [
        'CodePipeline action Ecs',
        'ecs',
        'forced',
        'shop',
        '{Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}',
      ],
    ]);
    expect(found.map((one) => one.split(' ')[0])).not.toContain('same-tag-no-rollout');
  });
});

describe('a fleet', () => {
  it('decides about the machine, whatever type the project names', async () => {
    const { model } = await judged({
      'template.yaml': INLINE.replace(
        '        ComputeType:',
        '        Fleet: { FleetArn: !Ref Stage }\n        ComputeType:',
      ),
    });
    expect(model.builds.length).toBeGreaterThan(0);
    expect(model.builds.every(({ host }) => host.kind === 'codebuild' && host.cpu === undefined)).toBe(true);
  });
});
