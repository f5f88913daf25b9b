import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { indexLines, place } from '../../src/core/site.ts';
import { read } from '../../src/parsers/pipelines/read.ts';
import { factsOf, ofKind } from './project.ts';

type Files = Readonly<Record<string, string>>;
const pushes = (files: Files): string[] => ofKind(factsOf(files), 'push').map(({ ref }) => showRef(ref));
const masks = (files: Files): (string | undefined)[] =>
  ofKind(factsOf(files), 'deploy').map(({ masked }) => masked?.why);

describe('GitLab', () => {
  it('runs before_script and script in one shell with the variables of all levels', () => {
    const files = {
      '.gitlab-ci.yml': `variables:
  REGISTRY: repo.example.com
  IMAGE: $REGISTRY/app
default:
  tags: [saas-linux-medium-arm64]
push:
  variables: { TAG: "$CI_COMMIT_SHA" }
  before_script:
    - NAME=$IMAGE:$TAG
  script:
    - docker build -t $NAME .
    - docker push $NAME | tee log
`,
    };
    const facts = factsOf(files);
    expect(ofKind(facts, 'push').map(({ ref, site }) => [showRef(ref), place(site)])).toEqual([
      ['repo.example.com/app:${CI_COMMIT_SHA}', '.gitlab-ci.yml:12'],
    ]);
    expect(ofKind(facts, 'build')[0]?.host).toEqual({ kind: 'gitlab', cpu: 'arm64', label: 'saas-linux-medium-arm64' });
    expect(ofKind(facts, 'push')[0]?.site.via?.map(({ label }) => label)).toEqual(['.gitlab-ci.yml › job push']);
    // GitLab turns pipefail on wherever the shell has it.
    expect(masks(files)).toEqual([undefined, undefined]);
  });

  it('follows extends, !reference and local includes, each at its own place', () => {
    const facts = factsOf({
      '.gitlab-ci.yml': `include:
  - local: /.gitlab/base.yml
push:
  extends: .base
  variables: { TAG: v2 }
  script:
    - !reference [.login, script]
    - docker push repo/app:$TAG
`,
      '.gitlab/base.yml': `.base:
  variables: { TAG: v1 }
  allow_failure: true
  script: [docker push never]
.login:
  script:
    - docker login -u x -p y repo
`,
    });
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['repo/app:v2']);
    expect(ofKind(facts, 'login').map(({ site }) => place(site))).toEqual(['.gitlab/base.yml:7']);
    const [deploy] = ofKind(facts, 'deploy');
    expect(deploy?.masked).toMatchObject({ by: 'allow_failure: true', why: 'continue-on-error' });
    expect(deploy?.masked === undefined ? '' : place(deploy.masked.site)).toMatch(/base\.yml:3$/);
  });

  it('runs a job once for each row of its matrix', () => {
    expect(
      pushes({
        '.gitlab-ci.yml':
          'a:\n  parallel:\n    matrix:\n      - ARCH: [amd64, arm64]\n        N: one\n  script:\n    - docker push $N:$ARCH\n',
      }),
    ).toEqual(['one:amd64', 'one:arm64']);
  });

  it('limits jobs by their timeout', () => {
    const [deploy] = ofKind(
      factsOf({ '.gitlab-ci.yml': 'a:\n  timeout: 5 minutes\n  script: [npx cdk deploy]\n' }),
      'deploy',
    );
    expect(deploy?.limit).toMatchObject({ seconds: 300, by: 'timeout: 5 minutes' });
  });
});

describe('CodeBuild', () => {
  const spec = (build: string): Files => ({
    'buildspec.yml': `version: 0.2
env:
  variables: { REPO: repo/app }
  parameter-store: { TAG: /app/tag }
phases:
  pre_build:
    commands:
      - IMAGE=$REPO:$TAG
  build:
    commands:
${build}
  post_build:
    commands:
      - docker push $IMAGE
`,
  });

  it('keeps variables from phase to phase', () => {
    expect(pushes(spec('      - docker build -t $IMAGE .'))).toEqual(['repo/app:${TAG}']);
  });

  it('stops at a failed command, but looks only at the last one of a block', () => {
    expect(masks(spec('      - docker push a:1\n      - echo done'))).toEqual([undefined, undefined]);
    expect(masks(spec('      - |\n        docker push a:1\n        echo done'))).toEqual([
      'last command decides',
      undefined,
    ]);
    expect(masks(spec('      - docker push a:1 | tee log'))).toEqual(['pipe without pipefail', undefined]);
  });
});

describe('a CodeBuild project in a template', () => {
  it('tells the CPU and the time of the buildspec it runs', () => {
    const facts = factsOf({
      'ci/buildspec.yml': 'version: 0.2\nphases:\n  build:\n    commands: [docker build -t a:1 .]\n',
      'template.yaml': `Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      TimeoutInMinutes: 10
      Source: { Type: GITHUB, BuildSpec: ci/buildspec.yml }
      Environment: { Type: ARM_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: "aws/codebuild/amazonlinux-aarch64-standard:3.0" }
`,
    });
    expect(ofKind(facts, 'build')[0]?.host).toEqual({ kind: 'codebuild', cpu: 'arm64', label: 'ARM_CONTAINER' });
    const [deploy] = ofKind(facts, 'deploy');
    expect(deploy?.limit).toMatchObject({ seconds: 600, by: 'TimeoutInMinutes: 10' });
    expect(deploy?.limit === undefined ? '' : place(deploy.limit.site)).toBe('template.yaml:5');
  });
});

describe('Bitbucket', () => {
  it('runs a step under set -e without pipefail', () => {
    const files = {
      'bitbucket-pipelines.yml': `definitions:
  steps:
    - step: &push
        name: Push
        script:
          - export TAG=v3
          - docker push repo/app:$TAG | tee log
pipelines:
  default:
    - step: *push
  branches:
    main:
      - parallel:
          - step: *push
`,
    };
    expect(pushes(files)).toEqual(['repo/app:v3']);
    expect(masks(files)).toEqual(['pipe without pipefail']);
  });
});

describe('Travis CI', () => {
  it('runs the phases of a job in one shell, and a script provider after them', () => {
    const files = {
      '.travis.yml': `language: generic
arch: arm64
before_install:
  - export TAG=v3
script: docker build -t repo/app:$TAG .
after_success:
  - docker push repo/app:$TAG
deploy:
  - provider: script
    script: docker push repo/app:stable
  - provider: releases
    file: app.zip
`,
    };
    expect(pushes(files)).toEqual(['repo/app:v3', 'repo/app:stable']);
    expect(ofKind(factsOf(files), 'build')[0]?.host).toMatchObject({ kind: 'ci', cpu: 'arm64' });
  });

  it('runs each job that says what it does', () => {
    const files = {
      '.travis.yml': `before_script: export NAME=app
jobs:
  include:
    - name: first
      script: docker push repo/$NAME:v1
    - stage: second
      script:
        - docker push repo/$NAME:v2
`,
    };
    expect(pushes(files)).toEqual(['repo/app:v1', 'repo/app:v2']);
  });
});

describe('CircleCI', () => {
  it('fills parameters in, and runs each step with pipefail', () => {
    const files = {
      '.circleci/config.yml': `version: 2.1
commands:
  push:
    parameters:
      tag: { type: string, default: latest }
    steps:
      - run: docker push repo/app:<< parameters.tag >> | tee log
jobs:
  deploy:
    machine: { image: ubuntu-2404:current }
    resource_class: arm.medium
    steps:
      - checkout
      - run: docker build -t repo/app:v4 .
      - push: { tag: v4 }
      - push
`,
    };
    expect(pushes(files)).toEqual(['repo/app:v4', 'repo/app:latest']);
    expect(masks(files)).toEqual([undefined, undefined, undefined]);
    expect(ofKind(factsOf(files), 'build')[0]?.host).toMatchObject({ cpu: 'arm64', label: 'arm.medium' });
  });

  const release = (calls: string): Files => ({
    '.circleci/config.yml': `version: 2.1
commands:
  push:
    parameters:
      tag: { type: string }
    steps:
      - run: docker push repo/app:<< parameters.tag >>
jobs:
  release:
    machine: { image: ubuntu-2404:current }
    parameters:
      tag: { type: string, default: latest }
      line: { type: string, default: "" }
    environment: { TAG: << parameters.tag >> }
    steps:
      - run: docker push "repo/app:$TAG-env"
      - push: { tag: "<< parameters.tag >><< parameters.line >>" }
workflows:
  version: 2
  all:
    jobs:
${calls}`,
  });

  it.each([
    ['as they are', '      - release\n', ['latest-env', 'latest']],
    ['not at all', '      - other\n', ['latest-env', 'latest']],
    [
      'the pipeline gives',
      '      - release: { tag: << pipeline.git.revision >> }\n',
      ['${pipeline.git.revision}-env', '${pipeline.git.revision}'],
    ],
    // A job's environment is no shell.
    ['the shell gives', '      - release: { tag: $CIRCLE_SHA1 }\n', ['$CIRCLE_SHA1-env', '${CIRCLE_SHA1}']],
    [
      'two calls give',
      '      - release: { tag: v1 }\n      - release: { name: again, line: -x }\n',
      ['v1-env', 'v1', 'latest-env', 'latest-x'],
    ],
    [
      'two like calls give',
      '      - release: { tag: v1 }\n      - release: { name: again, tag: v1, context: x }\n',
      ['v1-env', 'v1'],
    ],
    [
      'a matrix gives',
      '      - release: { matrix: { parameters: { tag: [v1, v2], line: [-a, -b] }, exclude: [{ tag: v1, line: -b }, { tag: v2, line: -a }] } }\n',
      ['v1-env', 'v1-a', 'v2-env', 'v2-b'],
    ],
    [
      'nobody knows',
      '      - release: { matrix: { parameters: { tag: << pipeline.parameters.tags >> } } }\n',
      ['${parameters.tag}-env', '${parameters.tag}'],
    ],
  ])('fills in what workflows give a job: %s', (_, calls, tags) => {
    expect(pushes(release(calls))).toEqual(tags.map((tag) => `repo/app:${tag}`));
  });

  it.each(['<< pipeline.git.revision >>', '$CIRCLE_SHA1'])('knows that %s differs from build to build', (given) => {
    const facts = factsOf(release(`      - release: { tag: ${given} }\n`));
    expect(ofKind(facts, 'push').at(-1)?.ref.tag).toMatchObject([{ nature: 'unique' }]);
  });

  it('reads a suppression once, however many calls there are', () => {
    const [once, twice] = ['      - release\n', '      - release\n      - release: { tag: v1 }\n'].map((calls) => {
      const { '.circleci/config.yml': text = '' } = release(calls);
      const file = '.circleci/config.yml';
      const own = text.replace(
        '- run: docker push "',
        '- run: |\n          # plimsoll-ignore latest-only\n          docker push "',
      );
      return read({ file, text: own, lines: indexLines(file, own) }).suppressions.length;
    });
    expect([once, twice]).toEqual([1, 1]);
  });

  it('points at the parameter where the text stood', () => {
    const files = release('      - release: { tag: v1 }\n');
    const [, push] = ofKind(factsOf(files), 'push');
    const { start, end } = push?.site.span ?? { start: 0, end: 0 };
    expect(files['.circleci/config.yml']?.slice(start, end)).toBe('docker push repo/app:<< parameters.tag >>');
  });

  it.each([
    ['docker: [{ image: cimg/base:current }]', 'amd64'],
    ['machine: { image: ubuntu-2404:current }', 'amd64'],
    ['docker: [{ image: cimg/base:current }]\n    resource_class: arm.large', 'arm64'],
    ['machine: { image: ubuntu-2404:current }\n    resource_class: xlarge.gen2', 'amd64'],
    ['machine: true\n    resource_class: acme/builders', undefined],
    ['machine: { image: ubuntu-2404:current }\n    resource_class: << parameters.size >>', undefined],
    [
      'machine: { image: ubuntu-2404:current }\n    resource_class: << pipeline.git.branch == "main" and "arm.large" or "large" >>',
      undefined,
    ],
    ['machine: { image: ubuntu-2404:current }\n    resource_class: [large]', undefined],
    ['macos: { xcode: 16.0.0 }', undefined],
    ['executor: small', 'amd64'],
    ['executor: { name: small }\n    resource_class: arm.medium', 'arm64'],
    ['executor: some-orb/default', undefined],
    ['executor: some-orb/default\n    resource_class: large', undefined],
  ])('knows the CPU of a job with %s', (executor, cpu) => {
    const files = {
      '.circleci/config.yml': `version: 2.1
executors:
  small:
    docker: [{ image: cimg/base:current }]
    resource_class: small
jobs:
  deploy:
    ${executor}
    steps:
      - setup_remote_docker
      - run: docker build -t repo/app:v4 .
`,
    };
    expect(ofKind(factsOf(files), 'build').map(({ host }) => host.cpu)).toEqual([cpu]);
  });
});

describe('orbs of CircleCI', () => {
  const config = (orb: string, job: string): Files => ({
    Dockerfile: 'FROM debian:12-slim\n',
    'image/Dockerfile': 'FROM debian:12-slim\n',
    '.circleci/config.yml': `version: 2.1\norbs: { its: ${orb} }\nworkflows:\n  all:\n    jobs:\n      - its/${job}\n`,
  });
  const builds = (files: Files): unknown[] =>
    ofKind(factsOf(files), 'build').map(({ names, output, platforms, dockerfile, context }) => [
      names.map(({ ref }) => showRef(ref)).join(' '),
      output,
      platforms.kind,
      dockerfile,
      context,
    ]);

  it('build and push in two commands before buildx, to an address in a variable', () => {
    const files = config(
      'circleci/aws-ecr@6.15',
      'build-and-push-image: { repo: shop, account-url: HOST, path: image }',
    );
    expect(builds(files)).toEqual([['${HOST}/shop:latest', 'store', 'host', 'image/Dockerfile', 'image']]);
    expect(pushes(files)).toEqual(['${HOST}/shop:latest']);
  });
  it('push by buildx since, each of the tags, for the platform they say', () => {
    const files = config(
      'circleci/aws-ecr@9.3.1',
      'build_and_push_image: { repo: shop, account_id: $ID, region: eu-north-1, path: image, build_path: ., tag: "1.2,$CIRCLE_SHA1" }',
    );
    const host = '${ID}.dkr.ecr.eu-north-1.amazonaws.com';
    expect(builds(files)).toEqual([
      [
        `\${ID}.dkr.ecr.eu-north-1.amazonaws.com/shop:1.2 ${host}/shop:\${CIRCLE_SHA1}`,
        'registry',
        'set',
        'image/Dockerfile',
        '',
      ],
    ]);
    expect(pushes(files)).toEqual([]);
  });
  it('roll out a revision with the image they are given, of which nothing else is known', () => {
    const files = config(
      'circleci/aws-ecs@3',
      'deploy-service-update: { family: shop, cluster-name: live, container-image-name-updates: "container=web,image-and-tag=me/shop:1" }',
    );
    const facts = factsOf(files);
    expect(ofKind(facts, 'rollout').map(({ effect, name }) => [effect, name])).toEqual([['forced', ['shop']]]);
    expect(ofKind(facts, 'workload').map(({ image, healthCheck }) => [image.kind, healthCheck])).toEqual([
      ['ref', undefined],
    ]);
  });
  it('are blind spots where nobody knows them, by what they are given', () => {
    const [spot] = ofKind(
      factsOf(config('acme/ship@1', 'out: { service: shop, tag: "v$CIRCLE_BUILD_NUM" }')),
      'blind-spot',
    );
    expect(spot?.label).toBe('its/out');
    expect(spot?.given.map(({ role }) => role)).toEqual(['service', 'tag']);
    expect(spot?.given[0]?.text).toEqual(['shop']);
  });
});

describe('Azure', () => {
  it('replaces its own variables and leaves the shell its substitutions', () => {
    const files = {
      'azure-pipelines.yml': `pool: { vmImage: ubuntu-latest }
variables:
  image: repo/app
steps:
  - script: |
      docker push $(image):$(Build.BuildId)
      docker push $(image):$(uname -s)-$(pwd)
    continueOnError: true
`,
    };
    expect(pushes(files)[0]).toBe('repo/app:${Build.BuildId}');
    expect(ofKind(factsOf(files), 'push')[0]?.ref.tag).toEqual([{ hole: 'Build.BuildId', nature: 'unique' }]);
    expect(ofKind(factsOf(files), 'deploy')[1]?.masked?.by).toBe('continueOnError: true');
  });

  it('takes what has a capital for a variable from elsewhere, unless the script defines it', () => {
    const files = {
      'azure-pipelines.yml': `pool: { vmImage: ubuntu-latest }
steps:
  - bash: |
      nameOfTag() { git describe; }
      docker push $(ECR_REPO_URI):$(Build.BuildId)
      docker push '$(ECR_REPO_URI):$(imageTag)'
      docker push repo/app:$(nameOfTag)
`,
    };
    expect(pushes(files).slice(0, 2)).toEqual(['${ECR_REPO_URI}:${Build.BuildId}', '${ECR_REPO_URI}:${imageTag}']);
    expect(pushes(files)[2]).not.toContain('${nameOfTag}');
    expect(ofKind(factsOf(files), 'deploy')[0]?.masked?.by).toBe("docker push '$(ECR_REPO_URI):$(imageTag)'");
  });
});

it('survives what is no pipeline at all', () => {
  const broken = [
    '',
    '[]',
    '3',
    'a: {script: {}}',
    'a: {extends: a, script: [!reference [a, script]]}',
    'phases: {build: 3}',
    'pipelines: {default: [{step: 3}, {parallel: {}}]}',
    'jobs: {a: {steps: [3, {run: {}}, {b: 1}]}}\ncommands: {b: {steps: [b]}}',
    'include: [{local: .gitlab-ci.yml}]',
    'script: {a: 1}\ndeploy: [3, {provider: script}]\njobs: {include: [3, {script: 4}]}',
  ];
  for (const file of [
    '.gitlab-ci.yml',
    'buildspec.yml',
    'bitbucket-pipelines.yml',
    '.circleci/config.yml',
    'azure-pipelines.yml',
    '.travis.yml',
  ]) {
    for (const text of broken) expect(() => factsOf({ [file]: text })).not.toThrow();
  }
});
