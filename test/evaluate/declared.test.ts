/** Services, task definitions and manifests that declare what runs: serverless.yml, plain ECS JSON, Kubernetes. */
import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { showPlatforms } from '../../src/core/platform.ts';
import { restsOnDefault } from '../../src/core/choices.ts';
import { show } from '../../src/core/text.ts';
import { judged } from './judged.ts';
import { cpuTime } from '../cpu.ts';

const DOCKERFILE = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py .\nCMD ["app.handler"]\n';

describe('a Serverless service', () => {
  const service = (image: string, more = '', architecture = 'arm64'): string =>
    [
      'service: shop',
      'custom:',
      '  arch: arm64',
      'provider:',
      '  name: aws',
      '  region: eu-north-1',
      `  architecture: ${architecture}`,
      '  ecr:',
      '    images:',
      '      orders:',
      '        path: ./orders',
      ...image
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `        ${line}`),
      'functions:',
      '  orders:',
      '    image: orders',
      more,
      '',
    ].join('\n');

  it('builds its images and runs its functions from them', async () => {
    const { model, at, found } = await judged({
      'serverless.yml': service(
        'platform: linux/${self:custom.arch}\nprovenance: "false"\nbuildArgs:\n  SERVICE: orders',
      ),
      'orders/Dockerfile': DOCKERFILE,
    });
    const [build] = model.builds;
    expect([
      build?.tool,
      showPlatforms(build!.platforms),
      build?.dockerfile,
      build?.attestations.provenance,
      at(build?.platformSite),
      at(build?.site),
    ]).toEqual(['serverless', 'linux/arm64', 'orders/Dockerfile', 'off', 'linux/${self:custom.arch}', 'orders']);
    expect(build?.buildArgs.map((one) => [one.name, show(one.value ?? [])])).toEqual([['SERVICE', 'orders']]);
    const [fn] = model.workloads;
    expect([fn?.service, fn?.cpu, at(fn?.cpuSite), show(fn?.name ?? []), show(fn?.region ?? [])]).toEqual([
      'lambda',
      'arm64',
      'arm64',
      'shop-${stage}-orders',
      'eu-north-1',
    ]);
    expect(fn?.image).toEqual({ kind: 'asset', asset: build?.asset });
    expect(found).toEqual([]);
  });

  it('leaves the platform to the builder unless it is said, and does not derive it from the architecture', async () => {
    const { found } = await judged({
      'serverless.yml': service('provenance: "false"'),
      'orders/Dockerfile': DOCKERFILE,
    });
    expect(found).toEqual(['platform-unset serverless.yml:10 orders']);
  });

  it('builds for the wrong CPU where the two sides differ', async () => {
    const { found } = await judged({
      'serverless.yml': service('platform: linux/amd64\nprovenance: "false"'),
      'orders/Dockerfile': DOCKERFILE,
    });
    expect(found).toEqual(['arch-mismatch serverless.yml:12 linux/amd64']);
  });

  it('is x86-64 where no architecture is said; build options say a platform, too', async () => {
    const text = service('buildOptions:\n  - --platform\n  - linux/arm64\n  - --provenance=false').replace(
      '  architecture: arm64\n',
      '',
    );
    const { model, found } = await judged({ 'serverless.yml': text, 'orders/Dockerfile': DOCKERFILE });
    expect(model.workloads[0]).toMatchObject({ cpu: 'amd64', cpuBasis: 'default' });
    expect(found).toEqual(['arch-mismatch serverless.yml:13 linux/arm64']);
  });

  it('keeps an option that decides both sides one option', async () => {
    const text = service("platform: linux/${opt:arch, 'arm64'}\nprovenance: 'false'", '', "${opt:arch, 'arm64'}");
    const { model, found } = await judged({ 'serverless.yml': text, 'orders/Dockerfile': DOCKERFILE });
    expect(model.workloads.map((one) => [one.cpu, restsOnDefault(one.when)])).toEqual([
      ['arm64', true],
      [undefined, false],
    ]);
    expect(found).toEqual([]);
  });

  it('pushes attestations along unless provenance is off', async () => {
    const { found } = await judged({
      'serverless.yml': service('platform: linux/arm64'),
      'orders/Dockerfile': DOCKERFILE,
    });
    expect(found).toEqual([expect.stringMatching(/^lambda-attestations serverless.yml:10 /)]);
  });

  it('takes images by address', async () => {
    const { model } = await judged({
      'serverless.yml':
        'service: shop\nprovider:\n  name: aws\nfunctions:\n  a:\n    image: ${aws:accountId}.dkr.ecr.${aws:region}.amazonaws.com/shop:1.2\n    architecture: arm64\n  b:\n    handler: x.y\n',
    });
    expect(model.workloads.map((one) => (one.image.kind === 'ref' ? showRef(one.image.ref) : one.image.kind))).toEqual([
      '${aws:accountId}.dkr.ecr.${aws:region}.amazonaws.com/shop:1.2',
    ]);
  });

  it('survives circles and broken variables', async () => {
    const { model } = await judged({
      'serverless.yml':
        'service: a\ncustom:\n  x: ${self:custom.y}\n  y: ${self:custom.x}\nprovider:\n  architecture: ${self:custom.x\nfunctions:\n  f:\n    image: ${self:custom.x}\n',
    });
    expect(model.workloads.every((one) => one.cpu === undefined)).toBe(true);
    const laughs = Array.from(
      { length: 20 },
      (_, index) => `  x${index}: ${`\${self:custom.x${index + 1}}`.repeat(10)}`,
    ).join('\n');
    const started = cpuTime();
    await judged({
      'serverless.yml': `service: a\ncustom:\n${laughs}\n  x20: lol\nfunctions:\n  f:\n    image: \${self:custom.x0}\n  g:\n    image: \${self:custom.x0}\${self:custom.x1}\n`,
    });
    expect(cpuTime() - started).toBeLessThan(2_000);
  });
});

describe('a task definition in a file of its own', () => {
  const task = (image: string): string =>
    JSON.stringify(
      {
        family: 'web',
        requiresCompatibilities: ['FARGATE'],
        runtimePlatform: { cpuArchitecture: 'ARM64' },
        containerDefinitions: [{ name: 'web', image, healthCheck: { command: ['CMD', 'true'] } }],
      },
      undefined,
      2,
    );
  const push =
    '#!/bin/bash\nset -euo pipefail\ndocker build --platform linux/amd64 -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:7 .\ndocker push 123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:7\n';
  const IMAGE = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:7';

  it('is a workload when nobody in the project registers it', async () => {
    const { model, at, found } = await judged({ 'ecs/web.json': task(IMAGE), 'push.sh': push });
    expect(
      model.workloads.map((one) => [one.label, one.cpu, at(one.cpuSite), at(one.imageSite), one.healthCheck]),
    ).toEqual([['web/web', 'arm64', 'ARM64', IMAGE, true]]);
    expect(found).toEqual(['arch-mismatch push.sh:3 linux/amd64']);
  });

  it('is told once when a script registers it', async () => {
    const { model } = await judged({
      'ecs/web.json': task(IMAGE),
      'push.sh': `${push}aws ecs register-task-definition --cli-input-json file://ecs/web.json\n`,
    });
    expect(model.workloads).toHaveLength(1);
    expect(model.workloads[0]?.origin).not.toMatch(/^task definition/);
  });

  it('may have marks that somebody fills in', async () => {
    const { model } = await judged({ 'web.json': task('123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:<TAG>') });
    const [one] = model.workloads;
    expect(one?.image.kind === 'ref' ? showRef(one.image.ref) : '').toBe(
      '123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:${TAG}',
    );
  });

  it('is no other JSON', async () => {
    const { model } = await judged({
      'a.json': '{"containerDefinitions": 1}',
      'b.json': '{"x": {"containerDefinitions": []}, ".dkr.ecr.": 1}',
      'c.json': '[{"containerDefinitions": [{"image": 5}]}]',
    });
    expect(model.workloads).toEqual([]);
  });
});

describe('Kubernetes manifests', () => {
  const IMAGE = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:3';
  const deployment = (pod: string, image = IMAGE): string =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: api\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n${pod}      containers:\n        - name: api\n          image: ${image}\n`;
  const build =
    '#!/bin/bash\nset -euo pipefail\ndocker buildx build --platform linux/arm64 --push -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:3 .\n';

  it('tell the CPU by a node selector', async () => {
    const { model, at, found } = await judged({
      'k8s/api.yaml': deployment('      nodeSelector:\n        kubernetes.io/arch: amd64\n'),
      'build.sh': build,
    });
    expect(model.workloads.map((one) => [one.service, one.label, one.cpu, at(one.cpuSite), at(one.imageSite)])).toEqual(
      [['eks', 'deployment/api', 'amd64', 'amd64', IMAGE]],
    );
    expect(found).toEqual(['arch-mismatch build.sh:3 linux/arm64']);
  });

  describe('that are filled in before they are applied', () => {
    const LATEST = 'latest-only k8s/api.yaml:15 $ECR_URL:latest';
    const told = async (files: Record<string, string>) => {
      const { model, at, found } = await judged(files);
      return {
        workloads: model.workloads.map((one) =>
          [one.label, one.image.kind === 'ref' ? showRef(one.image.ref) : '?', at(one.imageSite)].join(' '),
        ),
        found,
      };
    };

    it.each(['$ECR_URL:latest', '"${ECR_URL}:latest"', "'$AWS_ECR_HOST/api:latest'"])(
      'take an image whose repository is open: %s',
      async (image) => {
        const { workloads, found } = await told({ 'k8s/api.yaml': deployment('', image) });
        expect(workloads).toHaveLength(1);
        expect(found).toEqual([expect.stringContaining('latest-only k8s/api.yaml:15')]);
      },
    );

    it.each(['$IMAGE', '${REGISTRY}/api:latest', '$SECRET_URL:latest'])(
      'say nothing where nothing shows that it lies in ECR: %s',
      async (image) => {
        expect((await told({ 'k8s/api.yaml': deployment('', image) })).workloads).toEqual([]);
      },
    );

    it.each([
      ['envsubst < k8s/api.yaml | kubectl apply -f -', '${IMAGE}', '${IMAGE}'],
      ["envsubst '$IMAGE' < k8s/api.yaml > /tmp/api.yaml\nkubectl apply -f /tmp/api.yaml", '$IMAGE', '$IMAGE'],
      ['sed "s|THE_IMAGE|$IMAGE|" k8s/api.yaml | kubectl apply -f -', 'THE_IMAGE', 'THE_IMAGE'],
    ])('take what a script puts in: %s', async (commands, image, place) => {
      const { workloads, found } = await told({
        'k8s/api.yaml': deployment('      nodeSelector: { kubernetes.io/arch: amd64 }\n', image),
        'ship.sh': `${build}export IMAGE=${IMAGE}\n${commands}\n`,
      });
      expect(workloads).toEqual([`deployment/api ${IMAGE} ${place}`]);
      expect(found).toEqual(['arch-mismatch ship.sh:3 linux/arm64']);
    });

    it('take no image of another registry for one in ECR', async () => {
      const { workloads } = await told({
        'k8s/api.yaml': deployment('', '$ECR_URL:latest'),
        'ship.sh': 'export ECR_URL=ghcr.io/acme/api\nenvsubst < k8s/api.yaml | kubectl apply -f -\n',
      });
      expect(workloads).toEqual([]);
    });

    it('are told of once, where they are filled in by a value that nobody knows', async () => {
      const { workloads, found } = await told({
        'k8s/api.yaml': deployment('', '$ECR_URL:latest'),
        'ship.sh': 'envsubst < k8s/api.yaml | kubectl apply -f -\n',
      });
      expect(workloads).toHaveLength(1);
      expect(found).toEqual([LATEST]);
    });
  });

  it('tell it by a required affinity; either of two will do, and a preference decides nothing', async () => {
    const affinity = (kind: string, values: string): string =>
      `      affinity:\n        nodeAffinity:\n          ${kind}:\n            nodeSelectorTerms:\n              - matchExpressions:\n                  - { key: kubernetes.io/arch, operator: In, values: [${values}] }\n`;
    const cpuOf = async (pod: string) => (await judged({ 'api.yaml': deployment(pod) })).model.workloads[0]?.cpu;
    expect(await cpuOf(affinity('requiredDuringSchedulingIgnoredDuringExecution', 'arm64'))).toBe('arm64');
    expect(await cpuOf(affinity('requiredDuringSchedulingIgnoredDuringExecution', 'arm64, amd64'))).toBeUndefined();
    expect(await cpuOf(affinity('preferredDuringSchedulingIgnoredDuringExecution', 'arm64'))).toBeUndefined();
    expect(await cpuOf('')).toBeUndefined();
  });

  it('run on the nodes that templates start, where these all have one CPU', async () => {
    const manifest =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}]\n';
    const nodes = (...groups: string[]): string =>
      `Parameters: {Size: {Type: String, Default: m7g.large}}\nResources:\n${groups.map((one, index) => `  N${index}:\n    Type: AWS::EKS::Nodegroup\n    Properties: ${one}\n`).join('')}  L:\n    Type: AWS::EC2::LaunchTemplate\n    Properties: {LaunchTemplateData: {InstanceType: t4g.large}}\n`;
    const cpu = async (...groups: string[]): Promise<string> => {
      const { model, at } = await judged({ 'k8s/api.yaml': manifest, 'eks.yaml': nodes(...groups) });
      return `${model.workloads[0]?.cpu} ${at(model.workloads[0]?.cpuSite)}`;
    };
    expect(await cpu('{AmiType: AL2023_ARM_64_STANDARD}')).toBe('arm64 AL2023_ARM_64_STANDARD');
    expect(await cpu('{InstanceTypes: [m7i.large, c7i.xlarge]}')).toBe('amd64 [m7i.large, c7i.xlarge]');
    expect(await cpu('{LaunchTemplate: {Id: !Ref L}}', '{InstanceTypes: [m6g.large]}')).toBe('arm64 t4g.large');
    for (const open of [
      ['{AmiType: AL2_ARM_64}', '{InstanceTypes: [m7i.large]}'],
      ['{InstanceTypes: [!Ref Size]}'],
      ['{AmiType: CUSTOM, LaunchTemplate: {Id: lt-1}}'],
    ])
      expect(await cpu(...open)).toBe('undefined ');
  });

  it('have the images that kustomizations give them', async () => {
    const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a';
    const manifest = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: "${repository}:latest"}]\n`;
    const files = {
      'base/api.yaml': manifest,
      'base/kustomization.yaml': 'resources: [api.yaml]\n',
      'overlays/prod/kustomization.yaml': `resources:\n  - ../../base\nimages:\n  - name: ${repository}\n    newTag: "1.4"\n  - {name: other, newTag: "2"}\n`,
      'overlays/dev/kustomization.yaml': `resources: [../../base]\nimages:\n  - name: ${repository}\n    newName: ${repository}-dev\n    digest: sha256:${'0'.repeat(64)}\n`,
    };
    const { model, found, at } = await judged(files);
    expect(
      model.workloads.map((one) => (one.image.kind === 'ref' ? `${showRef(one.image.ref)} ${one.imageSite.file}` : '')),
    ).toEqual([
      `${repository}-dev@sha256:${'0'.repeat(64)} overlays/dev/kustomization.yaml`,
      `${repository}:1.4 overlays/prod/kustomization.yaml`,
    ]);
    expect(at(model.workloads[1]?.imageSite)).toBe(`name: ${repository}\n    newTag: "1.4"`);
    expect(found).toEqual([]);
  });

  it('of other registries, and charts that are no YAML yet, have no part in it', async () => {
    const { model, unreadable } = await judged({
      'a.yaml': deployment('', 'nginx:1.27'),
      'chart/templates/b.yaml': deployment('', '{{ .Values.image }} # 1.dkr.ecr.x').replace(
        'kind: Deployment',
        '{{- if .Values.x }}\nkind: Deployment',
      ),
    });
    expect([model.workloads, unreadable]).toEqual([[], []]);
  });

  it('may leave the tag to envsubst', async () => {
    const { model } = await judged({
      'a.yaml': deployment('', '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:${TAG}'),
    });
    expect(model.workloads[0]?.image).toMatchObject({ kind: 'ref', ref: { tag: [{ hole: 'TAG@a.yaml' }] } });
  });
});
