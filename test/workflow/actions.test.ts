import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { show } from '../../src/core/text.ts';
import { place, type Site } from '../../src/core/site.ts';
import { factsOf, guards, ofKind, oneJob, shown } from './project.ts';
import { cpuTime } from '../cpu.ts';

const cut = (files: Record<string, string>, { file, span }: Site): string =>
  (files[file] ?? '').slice(span.start, span.end);

describe('docker/build-push-action', () => {
  it('is read with all it says, at exact places', () => {
    const files = {
      ...oneJob(`
- uses: docker/setup-buildx-action@v3
- uses: docker/build-push-action@v6
  with:
    context: ./app
    platforms: linux/arm64
    push: true
    target: run
    build-args: |
      VERSION=\${{ github.sha }}
    tags: |
      repo/app:\${{ github.sha }}
      repo/app:latest
`),
      'app/Dockerfile': 'FROM python:3.12 AS run\n',
    };
    const [build] = ofKind(factsOf(files), 'build');
    expect(build === undefined ? '' : shown(build)).toBe(
      'docker/build-push-action@v6: repo/app:${github.sha} repo/app:latest for linux/arm64 by docker-container to registry, provenance default',
    );
    expect(build).toMatchObject({
      dockerfile: 'app/Dockerfile',
      context: 'app',
      toolVersion: 'v6',
      emulation: 'not set up',
      tool: 'build-push-action',
    });
    expect(build?.base?.file).toBe('app/Dockerfile');
    expect(build?.names.map(({ site }) => cut(files, site))).toEqual(['repo/app:${{ github.sha }}', 'repo/app:latest']);
    expect(build?.platformSite === undefined ? '' : cut(files, build.platformSite)).toBe('linux/arm64');
    expect(build?.buildArgs.map(({ name, value }) => [name, show(value ?? [])])).toEqual([
      ['VERSION', '${github.sha}'],
    ]);
  });

  it('builds for nobody when it neither pushes nor loads', () => {
    const step = (rest: string): Record<string, string> =>
      oneJob(
        `- uses: docker/setup-buildx-action@v3\n- uses: docker/build-push-action@v6\n  with:\n    tags: a:1\n${rest}`,
      );
    const outputs = (rest: string): string[] => ofKind(factsOf(step(rest)), 'build').map(({ output }) => output);
    expect(outputs('')).toEqual(['nowhere']);
    expect(outputs('    push: false')).toEqual(['nowhere']);
    expect(outputs('    load: true')).toEqual(['store']);
    expect(outputs('    outputs: type=docker,dest=/tmp/image.tar')).toEqual(['file']);
    expect(outputs('    outputs: type=image,push=true')).toEqual(['registry']);
    expect(
      ofKind(factsOf(oneJob('- uses: docker/build-push-action@v6\n  with: { tags: "a:1" }')), 'build').map(
        ({ output }) => output,
      ),
    ).toEqual(['store']);
  });

  it('pushes on one side of a condition only', () => {
    const facts = factsOf(
      oneJob(
        "- uses: docker/build-push-action@v6\n  with:\n    push: ${{ github.event_name != 'pull_request' }}\n    tags: a:1",
        { on: '[push, pull_request]' },
      ),
    );
    expect(ofKind(facts, 'build').map((one) => [one.output, guards(one)])).toEqual([
      ['registry', 'github.event_name is push'],
      ['store', 'github.event_name is pull_request'],
    ]);
  });

  it('attests unless told otherwise in a way its version understands', () => {
    const said = (version: string, rest: string, job = ''): string[] =>
      ofKind(
        factsOf(oneJob(`- uses: docker/build-push-action@${version}\n  with:\n    push: true\n${rest}`, { job })),
        'build',
      ).map(
        ({ attestations }) =>
          `${attestations.provenance} ${attestations.sbom}${attestations.mistaken === undefined ? '' : ` (${attestations.mistaken.text})`}`,
      );
    const env = 'env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 1 }';
    expect(said('v6', '')).toEqual(['default default']);
    expect(said('v6', '    provenance: false')).toEqual(['off default']);
    expect(said('v6', '    provenance: mode=max\n    sbom: true')).toEqual(['on on']);
    expect(said('v6', '    attests: type=provenance,disabled=true')).toEqual(['off default']);
    expect(said('v6', '    provenance: ${{ vars.PROVENANCE }}')).toEqual(['unknown default']);
    expect(said('v6', '', env)).toEqual(['off default']);
    expect(said('v6.15.0', '', env)).toEqual([
      'default default (BUILDX_NO_DEFAULT_ATTESTATIONS with docker/build-push-action@v6.15.0)',
    ]);
    expect(said('1dc73863535b631f98b2378be8619f83b136f4a0 # v6.18.0', '', env)).toEqual(['off default']);
    expect(said('1dc73863535b631f98b2378be8619f83b136f4a0', '', env)).toEqual(['unknown default']);
    expect(said('v3', '')).toEqual(['off default']);
  });

  it('has emulation once QEMU is set up', () => {
    const [build] = ofKind(
      factsOf(
        oneJob(
          '- uses: docker/setup-qemu-action@v3\n- uses: docker/build-push-action@v6\n  with: { platforms: linux/arm64 }',
        ),
      ),
      'build',
    );
    expect(build?.emulation).toBe('set up');
  });
});

describe('docker/metadata-action', () => {
  const meta = (input: string, on = 'push'): string[] =>
    ofKind(
      factsOf(
        oneJob(
          `
- id: meta
  uses: docker/metadata-action@v5
  with:
    images: repo/App
${input}
- uses: docker/build-push-action@v6
  with:
    push: true
    tags: \${{ steps.meta.outputs.tags }}
`,
          { on },
        ),
      ),
      'build',
    ).map((one) => `${guards(one)}: ${one.names.map(({ ref }) => showRef(ref)).join(' ')}`);

  it('tags by ref unless told otherwise, with latest for Git tags', () => {
    expect(meta('')).toEqual([
      'github.ref_type is branch: repo/app:${github.ref_name}',
      'github.ref_type is tag: repo/app:${github.ref_name} repo/app:latest',
    ]);
  });

  it('knows commits as unique, versions and raw values', () => {
    const rules =
      '    tags: |\n      type=sha\n      type=raw,value=latest,enable={{is_default_branch}}\n      type=semver,pattern={{version}}';
    expect(meta(rules, '{ push: { branches: [main] } }')).toEqual([
      'on the default branch is true: repo/app:latest repo/app:sha-${github.sha (short)}',
      'on the default branch is false: repo/app:sha-${github.sha (short)}',
    ]);
    expect(meta(rules, '{ push: { tags: ["v*"] } }')).toEqual([
      ': repo/app:${semver version} repo/app:sha-${github.sha (short)} repo/app:latest',
    ]);
  });

  it('leaves latest out when the flavour says so', () => {
    expect(meta('    flavor: latest=false\n    tags: type=ref,event=tag', '{ push: { tags: ["v*"] } }')).toEqual([
      ': repo/app:${github.ref_name}',
    ]);
  });
});

describe('AWS actions', () => {
  it('give the registry its account and region', () => {
    const facts = factsOf(
      oneJob(`
- uses: aws-actions/configure-aws-credentials@v4
  with:
    role-to-assume: arn:aws:iam::123456789012:role/deploy
    aws-region: eu-north-1
- id: ecr
  uses: aws-actions/amazon-ecr-login@v2
- uses: docker/build-push-action@v6
  with:
    push: true
    tags: \${{ steps.ecr.outputs.registry }}/app:1
`),
    );
    expect(ofKind(facts, 'build').flatMap(({ names }) => names.map(({ ref }) => showRef(ref)))).toEqual([
      '123456789012.dkr.ecr.eu-north-1.amazonaws.com/app:1',
    ]);
    expect(ofKind(facts, 'login').map(({ password, registry }) => [password, show(registry ?? [])])).toEqual([
      ['stdin', '123456789012.dkr.ecr.eu-north-1.amazonaws.com'],
    ]);
  });

  it('know an unknown account and region for what they are', () => {
    const facts = factsOf(
      oneJob(`
- uses: aws-actions/configure-aws-credentials@v4
  with:
    role-to-assume: \${{ secrets.ROLE }}
    aws-region: \${{ vars.REGION }}
- id: ecr
  uses: aws-actions/amazon-ecr-login@v2
- uses: docker/build-push-action@v6
  with:
    push: true
    tags: \${{ steps.ecr.outputs.registry }}/app:1
`),
    );
    expect(ofKind(facts, 'build')[0]?.names[0]?.ref.registry).toEqual([
      { hole: 'account', nature: 'account' },
      '.dkr.ecr.',
      { hole: 'vars.REGION', nature: 'region' },
      '.amazonaws.com',
    ]);
  });

  it('put an image into a task definition and deploy it', () => {
    const files = {
      ...oneJob(`
- id: render
  uses: aws-actions/amazon-ecs-render-task-definition@v1
  with:
    task-definition: ecs/task.json
    container-name: web
    image: repo/web:\${{ github.sha }}
- uses: aws-actions/amazon-ecs-deploy-task-definition@v2
  with:
    task-definition: \${{ steps.render.outputs.task-definition }}
    service: web-service
`),
      'ecs/task.json':
        '{"family": "web", "requiresCompatibilities": ["FARGATE"],\n "runtimePlatform": {"cpuArchitecture": "ARM64"},\n "containerDefinitions": [{"name": "web", "image": "x"}, {"name": "log", "image": "fluent/bit:2", "healthCheck": {}}]}',
    };
    const facts = factsOf(files);
    expect(
      ofKind(facts, 'workload').map((one) => [
        one.label,
        one.image.kind === 'ref' ? showRef(one.image.ref) : '',
        one.cpu,
        one.cpuBasis,
        one.healthCheck,
        place(one.imageSite),
      ]),
    ).toEqual([
      ['web › web', 'repo/web:${github.sha}', 'arm64', 'stated', false, '.github/workflows/deploy.yml:11'],
      ['web › log', 'fluent/bit:2', 'arm64', 'stated', true, 'ecs/task.json:3'],
    ]);
    const [workload] = ofKind(facts, 'workload');
    expect(workload?.cpuSite === undefined ? '' : cut(files, workload.cpuSite)).toBe('"ARM64"');
    expect(ofKind(facts, 'rollout').map(({ service, effect, name }) => [service, effect, show(name ?? [])])).toEqual([
      ['ecs', 'forced', 'web-service'],
    ]);
    expect(ofKind(facts, 'deploy').map(({ unconfirmed }) => unconfirmed?.without)).toEqual([
      'wait-for-service-stability: true',
    ]);
  });

  it('deploy a Lambda image', () => {
    const [rollout] = ofKind(
      factsOf(
        oneJob(
          '- uses: aws-actions/aws-lambda-deploy@v1\n  with:\n    function-name: fn\n    package-type: Image\n    image-uri: repo/fn:1\n    architectures: arm64',
        ),
      ),
      'rollout',
    );
    expect(rollout).toMatchObject({ service: 'lambda', effect: 'forced', cpu: 'arm64', name: ['fn'] });
    expect(rollout?.image === undefined ? '' : showRef(rollout.image)).toBe('repo/fn:1');
  });

  it('mask a failed push only when the workflow says so', () => {
    const deploys = (rest: string): (string | undefined)[] =>
      ofKind(
        factsOf(oneJob(`- uses: docker/build-push-action@v6\n  with: { push: true, tags: "a:1" }\n${rest}`)),
        'deploy',
      ).map((one) => one.masked?.by);
    expect(deploys('')).toEqual([]);
    expect(deploys('  continue-on-error: true')).toEqual(['continue-on-error: true']);
  });
});

describe('other actions that build, push and deploy', () => {
  it('docker/bake-action builds the targets of its file, under its own switches', () => {
    const files = (rest: string): Record<string, string> => ({
      ...oneJob(
        `- uses: docker/setup-buildx-action@v3\n- uses: docker/bake-action@v6\n  with:\n    targets: app\n    push: true\n${rest}`,
      ),
      'docker-bake.hcl': 'target "app" {\n  tags = ["repo/app:v1"]\n  platforms = ["linux/arm64"]\n}\n',
    });
    const found = (rest: string): string[] =>
      ofKind(factsOf(files(rest)), 'build').map(
        (one) =>
          `${one.tool} ${one.names.map(({ ref }) => showRef(ref)).join()} ${one.output} ${one.attestations.provenance}`,
      );
    expect(found('')).toEqual(['bake-action repo/app:v1 registry default']);
    expect(found('    provenance: false')).toEqual(['bake-action repo/app:v1 registry off']);
  });

  it('CloudFormation deploys give the template its parameters', () => {
    const facts = factsOf({
      ...oneJob(
        `
- uses: aws-actions/aws-cloudformation-github-deploy@v1
  with:
    name: api
    template: infra/template.yaml
    parameter-overrides: "ImageUri=repo/api:\${{ github.sha }},Cpu=arm64"
`,
        { job: 'timeout-minutes: 5' },
      ),
      'infra/template.yaml': `Parameters:
  ImageUri: { Type: String, Default: none }
  Cpu: { Type: String, Default: x86_64 }
Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Architectures: [!Ref Cpu]
      Code: { ImageUri: !Ref ImageUri }
`,
    });
    expect(
      ofKind(facts, 'workload').map(({ image, cpu }) => [image.kind === 'ref' ? showRef(image.ref) : '', cpu]),
    ).toEqual([['repo/api:${github.sha}', 'arm64']]);
    expect(ofKind(facts, 'deploy').map(({ what, limit }) => [what, limit?.seconds])).toEqual([['deploy', 300]]);
  });

  it('a retried command is a script with a limit of its own', () => {
    const [deploy] = ofKind(
      factsOf(
        oneJob(
          '- uses: nick-fields/retry@v3\n  with:\n    timeout_minutes: 10\n    max_attempts: 3\n    command: npx cdk deploy ${{ github.event.inputs.stack }} | tee log',
        ),
      ),
      'deploy',
    );
    expect(deploy).toMatchObject({
      label: 'cdk deploy',
      limit: { seconds: 600 },
      masked: { why: 'pipe without pipefail' },
    });
  });

  it('Buildah builds and pushes', () => {
    const facts = factsOf(
      oneJob(
        '- id: b\n  uses: redhat-actions/buildah-build@v2\n  with: { image: app, tags: "v1 latest", platforms: linux/arm64 }\n- uses: redhat-actions/push-to-registry@v2\n  with: { registry: repo.example.com, image: app, tags: v1 }',
      ),
    );
    expect(ofKind(facts, 'build').map(({ tool, platforms }) => [tool, platforms])).toEqual([
      ['buildah', { kind: 'set', list: [{ os: 'linux', arch: 'arm64' }] }],
    ]);
    expect(ofKind(facts, 'build')[0]?.names.map(({ ref }) => showRef(ref))).toEqual(['app:v1', 'app:latest']);
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['repo.example.com/app:v1']);
  });
});

describe('actions nobody knows', () => {
  it('have outputs that are unknown, each its own', () => {
    const [build] = ofKind(
      factsOf(
        oneJob(
          '- id: v\n  uses: someone/version@v1\n- uses: docker/build-push-action@v6\n  with: { push: true, tags: "app:${{ steps.v.outputs.tag }}" }',
        ),
      ),
      'build',
    );
    expect(build?.names.map(({ ref }) => ref.tag)).toEqual([
      [{ hole: 'steps.v.outputs.tag@.github/workflows/deploy.yml#build#0', nature: 'unknown' }],
    ]);
  });
});

it('survives hostile workflows', () => {
  const many = Array.from({ length: 40 }, (_, index) => `X${index}: \${{ inputs.a${index} && 'x' || 'y' }}`).join(
    '\n      ',
  );
  const text = `on: push\njobs:\n  a:\n    runs-on: \${{ fromJSON('[') }}\n    strategy: { matrix: { a: [1,2,3,4,5,6], b: [1,2,3,4,5,6], c: \${{ fromJSON(needs.x.outputs.y) }} } }\n    env:\n      ${many}\n    steps:\n      - uses: docker/build-push-action@\n        with: { tags: "\${{ env.X1 }}:\${{ env.X2 }}\${{ env.X3 }}\${{ env.X4 }}\${{ env.X5 }}\${{ env.X6 }}", push: "\${{ env.X7 }}", platforms: "\${{ env.X8 }}" }\n      - uses: ./../../..\n      - uses: ''\n`;
  const started = cpuTime();
  expect(() => factsOf({ '.github/workflows/a.yml': text })).not.toThrow();
  expect(cpuTime() - started).toBeLessThan(5000);
});
