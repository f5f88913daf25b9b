import { describe, expect, test } from 'vitest';
import { byDefault, given, when } from '../../src/core/choices.ts';
import { UNKNOWN_PLATFORMS } from '../../src/core/platform.ts';
import { literal } from '../../src/core/text.ts';
import { rule as archDownload } from '../../src/rules/arch-download/rule.ts';
import { rule as archMismatch } from '../../src/rules/arch-mismatch/rule.ts';
import { rule as architecturePolicy } from '../../src/rules/architecture-policy/rule.ts';
import { rule as ecsHealthcheckIgnored } from '../../src/rules/ecs-healthcheck-ignored/rule.ts';
import { rule as emulationMissing } from '../../src/rules/emulation-missing/rule.ts';
import { rule as lambdaAttestations } from '../../src/rules/lambda-attestations/rule.ts';
import { rule as lambdaMultiPlatform } from '../../src/rules/lambda-multi-platform/rule.ts';
import { rule as lambdaRuntimeClient } from '../../src/rules/lambda-runtime-client/rule.ts';
import { rule as platformPinned } from '../../src/rules/platform-pinned/rule.ts';
import { rule as platformUnset } from '../../src/rules/platform-unset/rule.ts';
import { at, base, build, model, pinned, push, run, sail, sailing, tag, workload } from './facts.ts';

const GITHUB = { kind: 'github-hosted', cpu: 'amd64', label: 'ubuntu-latest', engine: 28 } as const;

describe('arch-mismatch', () => {
  test('an amd64 image on an arm64 Lambda is found at the platform, with the function as the other side', () => {
    const [found, ...more] = run(
      archMismatch,
      sailing({
        builds: [build({ platform: 'linux/amd64' })],
        pushes: [push('r/api:latest')],
        to: [workload({ called: 'staging-api' })],
      }),
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:10:40', severity: 'error', confidence: 'certain' });
    expect(found?.message).toBe(
      '`api` is built for `linux/amd64`, but Lambda function `staging-api` runs on arm64: every invocation will fail with `Runtime.InvalidEntrypoint … exec format error`',
    );
    expect(found?.related).toEqual([
      'infra/api.ts:90:21 needs arm64 here',
      'scripts/deploy.sh:10:1 built by docker build',
      'scripts/deploy.sh:12:13 pushed as docker',
      'infra/api.ts:89:13 runs as ApiStack/Api',
    ]);
    expect(found?.help).toContain('Rebuild the image for arm64');
  });

  test('an asset known from the synthesized list alone is reported at the workload, with the list as the other side', () => {
    const listed = build({
      platform: 'linux/amd64',
      listed: true,
      site: at('cdk.out/Api.assets.json:4:3', '"3f1a…"'),
      platformSite: at('cdk.out/Api.assets.json:8:17', '"linux/amd64"'),
    });
    const [found, ...more] = run(
      archMismatch,
      sailing({ builds: [listed], to: [workload({ cpuSite: at('cdk.out/Api.template.json:31:6', '"arm64"') })] }),
    );
    expect(more).toEqual([]);
    expect(found?.at).toBe('cdk.out/Api.template.json:31:6');
    expect(found?.related[0]).toBe('cdk.out/Api.assets.json:8:17 built for linux/amd64 here');
  });

  test('aliases of one CPU agree', () => {
    expect(
      run(archMismatch, sailing({ builds: [build({ platform: 'linux/x86_64' })], to: [workload({ cpu: 'amd64' })] })),
    ).toEqual([]);
    expect(
      run(archMismatch, sailing({ builds: [build({ platform: 'linux/arm64/v8' })], to: [workload({ cpu: 'arm64' })] })),
    ).toEqual([]);
  });

  test('a multi-platform image that includes the CPU is silent, one without it is not', () => {
    const ecs = workload({ service: 'ecs', cpu: 'arm64' });
    expect(run(archMismatch, sailing({ builds: [build({ platform: 'linux/amd64,linux/arm64' })], to: [ecs] }))).toEqual(
      [],
    );
    expect(
      run(archMismatch, sailing({ builds: [build({ platform: 'linux/amd64,linux/386' })], to: [ecs] })),
    ).toHaveLength(1);
  });

  test('a workload whose CPU nobody knows, a platform nobody can tell, and an image that goes nowhere are silent', () => {
    expect(
      run(
        archMismatch,
        sailing({ builds: [build({ platform: 'linux/amd64' })], to: [workload({ service: 'ecs', cpu: undefined })] }),
      ),
    ).toEqual([]);
    expect(run(archMismatch, sailing({ builds: [build({ platforms: UNKNOWN_PLATFORMS })], to: [workload()] }))).toEqual(
      [],
    );
    expect(run(archMismatch, sailing({ builds: [build({ platform: 'linux/amd64' })] }))).toEqual([]);
  });

  test('two sides that follow one condition never meet', () => {
    const arm = when('isArm', 'true');
    const intel = when('isArm', 'false');
    const builds = [
      build({ platform: 'linux/arm64', when: arm, origin: 'asset' }),
      build({ platform: 'linux/amd64', when: intel, origin: 'asset' }),
    ];
    const to = [
      workload({ cpu: 'arm64', when: arm, origin: 'fn' }),
      workload({ cpu: 'amd64', when: intel, origin: 'fn' }),
    ];
    expect(run(archMismatch, sailing({ builds, to }))).toEqual([]);
  });

  test('where another branch serves the workload well, the bad one is only possible', () => {
    const builds = [
      build({ platform: 'linux/arm64', when: when('ARCH', 'arm64'), origin: 'b' }),
      build({ platform: 'linux/amd64', when: when('ARCH', 'other'), origin: 'b' }),
    ];
    expect(run(archMismatch, sailing({ builds, to: [workload()] }))).toMatchObject([{ confidence: 'possible' }]);
  });

  test('a wrong default is likely, even where a caller may give the right one', () => {
    const builds = [
      build({ platform: 'linux/amd64', when: byDefault('PLATFORM'), origin: 'b' }),
      build({ platform: 'linux/arm64', when: given('PLATFORM'), origin: 'b' }),
    ];
    expect(run(archMismatch, sailing({ builds, to: [workload()] }))).toMatchObject([{ confidence: 'likely' }]);
  });

  test('a pattern link makes it likely, never less true', () => {
    expect(
      run(
        archMismatch,
        sailing({ builds: [build({ platform: 'linux/amd64' })], to: [workload()], certainty: 'likely' }),
      ),
    ).toMatchObject([{ severity: 'error', confidence: 'likely' }]);
  });

  test('a runner of the other CPU decides it when nobody says a platform', () => {
    const [found] = run(archMismatch, sailing({ builds: [build({ host: GITHUB })], to: [workload()] }));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:10:1' });
    expect(found?.message).toContain('no platform is given, and `ubuntu-latest` is amd64');
  });

  test('a pinned final stage decides it when nobody says a platform, and is the place', () => {
    const [found] = run(
      archMismatch,
      sailing({ builds: [build({ host: GITHUB, base: base([pinned('linux/amd64')]) })], to: [workload()] }),
    );
    expect(found).toMatchObject({ at: 'Dockerfile:1:17' });
    expect(found?.message).toContain('`FROM --platform=linux/amd64` decides it');
  });

  test('one command that serves two workloads is one finding that names both', () => {
    const to = [
      workload({ called: 'a' }),
      workload({ called: 'b', site: at('infra/b.ts:3:1'), imageSite: at('infra/b.ts:4:1') }),
    ];
    const found = run(archMismatch, sailing({ builds: [build({ platform: 'linux/amd64' })], to }));
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain('Lambda functions `a` and `b` run on arm64');
  });

  test('the same script from two callers is reported for the caller that is wrong, with its way in', () => {
    const via = [{ label: 'deploy.yml, job lambda', file: '.github/workflows/deploy.yml', span: at('x:7:9').span }];
    const wrong = build({
      platform: 'linux/amd64',
      platformSite: at('scripts/deploy.sh:10:40', '$2', via),
      site: at('scripts/deploy.sh:10:1', 'docker build .', via),
      origin: 'a',
    });
    const right = build({ platform: 'linux/arm64', platformSite: at('scripts/deploy.sh:10:40', '$2'), origin: 'b' });
    const found = run(
      archMismatch,
      model(
        [],
        [
          sail({ builds: [right], to: [workload({ origin: '1' })] }),
          sail({ builds: [wrong], to: [workload({ origin: '2' })] }),
        ],
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.related).toContain('.github/workflows/deploy.yml:7:9 reached by deploy.yml, job lambda');
  });

  test("Docker Hub's one-CPU namespaces tell the CPU, an architecture word in a tag doesn't", () => {
    const task = (image: string) => model([workload({ service: 'ecs', cpu: 'amd64', image })]);
    expect(run(archMismatch, task('arm64v8/nginx:1.27'))).toMatchObject([
      { at: 'infra/api.ts:89:13', confidence: 'likely' },
    ]);
    expect(run(archMismatch, task('nginx:latest-arm64v8'))).toEqual([]);
  });
});

describe('platform-unset', () => {
  test("a developer's machine is not known to be right", () => {
    const [found] = run(platformUnset, sailing({ builds: [build({ insertFlagAt: 10012 })], to: [workload()] }));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:10:1', severity: 'warning', confidence: 'certain' });
    expect(found?.fixes[0]?.edits).toEqual([
      { file: 'scripts/deploy.sh', start: 10012, end: 10012, text: ' --platform linux/arm64' },
    ]);
  });

  test('a stated, derived, pinned or known platform is silent, and so is sam build', () => {
    const to = [workload({ cpu: 'amd64' })];
    expect(run(platformUnset, sailing({ builds: [build({ platform: 'linux/amd64' })], to }))).toEqual([]);
    expect(run(platformUnset, sailing({ builds: [build({ platforms: UNKNOWN_PLATFORMS })], to }))).toEqual([]);
    expect(run(platformUnset, sailing({ builds: [build({ tool: 'cdk', platformDerived: true })], to }))).toEqual([]);
    expect(run(platformUnset, sailing({ builds: [build({ base: base([pinned('linux/amd64')]) })], to }))).toEqual([]);
    expect(run(platformUnset, sailing({ builds: [build({ host: GITHUB })], to }))).toEqual([]);
    expect(run(platformUnset, sailing({ builds: [build({ tool: 'sam' })], to }))).toEqual([]);
  });

  test('a wrong host is arch-mismatch, not this', () => {
    expect(
      run(platformUnset, sailing({ builds: [build({ host: GITHUB })], to: [workload({ cpu: 'arm64' })] })),
    ).toEqual([]);
  });

  test('a pin in a stage that only produces files decides nothing', () => {
    const stages = [pinned('linux/amd64'), { copiesFrom: [0] }];
    expect(run(platformUnset, sailing({ builds: [build({ base: base(stages) })], to: [workload()] }))).toHaveLength(1);
  });

  test('a DockerImageAsset is published even when its workload is out of sight; other images without one are silent', () => {
    expect(run(platformUnset, sailing({ builds: [build({ tool: 'cdk', label: 'DockerImageAsset' })] }))).toMatchObject([
      { confidence: 'likely' },
    ]);
    expect(run(platformUnset, sailing({ builds: [build()] }))).toEqual([]);
  });
});

describe('lambda-attestations', () => {
  test('a plain build for a Lambda is likely an index, and --provenance=false is offered as a safe fix', () => {
    const [found] = run(
      lambdaAttestations,
      sailing({ builds: [build({ insertFlagAt: 10012 })], pushes: [push('r/api:latest')], to: [workload()] }),
    );
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:10:1', severity: 'error', confidence: 'likely' });
    expect(found?.message).toContain(
      'The image manifest, config or layer media type for the source image … is not supported',
    );
    expect(found?.fixes).toMatchObject([{ safe: true, edits: [{ start: 10012, text: ' --provenance=false' }] }]);
  });

  test('on a runner with Engine 28 it is a note', () => {
    expect(run(lambdaAttestations, sailing({ builds: [build({ host: GITHUB })], to: [workload()] }))).toMatchObject([
      { severity: 'note' },
    ]);
  });

  test('what looks like off and is not is named', () => {
    const mistaken = {
      text: '--build-arg provenance=false',
      site: at('scripts/deploy.sh:10:16', '--build-arg provenance=false'),
    };
    const [found] = run(
      lambdaAttestations,
      sailing({
        builds: [build({ attestations: { provenance: 'default', sbom: 'default', mistaken } })],
        to: [workload()],
      }),
    );
    expect(found?.message).toContain('(`--build-arg provenance=false` does not turn it off)');
    expect(found?.related).toContain(
      'scripts/deploy.sh:10:16 --build-arg provenance=false does not turn provenance off',
    );
  });

  test('images that go to no Lambda, and a push of one manifest, are silent', () => {
    expect(run(lambdaAttestations, sailing({ builds: [build()], to: [workload({ service: 'ecs' })] }))).toEqual([]);
    expect(run(lambdaAttestations, sailing({ builds: [build()] }))).toEqual([]);
    const image = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:latest';
    expect(
      run(
        lambdaAttestations,
        sailing({ builds: [build()], pushes: [push(image, { onePlatform: true })], to: [workload({ image })] }),
      ),
    ).toEqual([]);
  });

  test('imagetools create wraps a clean image again', () => {
    const clean = build({ attestations: { provenance: 'off', sbom: 'default' }, output: 'registry' });
    const image = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:prod';
    const retag = tag('api:1', image, { tool: 'docker buildx imagetools create', remote: true, makesIndex: true });
    expect(
      run(lambdaAttestations, sailing({ builds: [clean], tags: [retag], to: [workload({ image })] })),
    ).toMatchObject([{ at: 'scripts/deploy.sh:11:1', severity: 'error' }]);
    expect(
      run(
        lambdaAttestations,
        sailing({ builds: [clean], tags: [{ ...retag, makesIndex: false }], to: [workload({ image })] }),
      ),
    ).toEqual([]);
  });
});

describe('lambda-multi-platform', () => {
  const two = build({ platform: 'linux/amd64,linux/arm64' });
  test('two platforms for a Lambda are found, for ECS they are fine', () => {
    const [found] = run(lambdaMultiPlatform, sailing({ builds: [two], to: [workload()] }));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:10:40', severity: 'error' });
    expect(found?.message).toContain('2 platforms (`linux/amd64,linux/arm64`)');
    expect(run(lambdaMultiPlatform, sailing({ builds: [two], to: [workload({ service: 'ecs' })] }))).toEqual([]);
    expect(
      run(lambdaMultiPlatform, sailing({ builds: [build({ platform: 'linux/arm64' })], to: [workload()] })),
    ).toEqual([]);
  });
});

describe('platform-pinned', () => {
  const contradicted = build({ platform: 'linux/arm64', base: base([pinned('linux/amd64')]) });
  test('a pin against the platform asked for is an error where the image runs somewhere, else a warning', () => {
    const [found] = run(platformPinned, sailing({ builds: [contradicted], to: [workload()] }));
    expect(found).toMatchObject({ at: 'Dockerfile:1:17', severity: 'error' });
    expect(found?.message).toContain('its label will say linux/arm64 over amd64 binaries');
    expect(run(platformPinned, sailing({ builds: [contradicted] }))).toMatchObject([{ severity: 'warning' }]);
  });

  test('an architecture-specific base is a pin too', () => {
    const arm: Parameters<typeof base>[0] = [
      {
        from: { image: literal('arm64v8/python:3.12') },
        baseCpu: { cpu: 'arm64', site: at('Dockerfile:1:6', 'arm64v8/python:3.12') },
      },
    ];
    expect(
      run(
        platformPinned,
        sailing({ builds: [build({ platform: 'linux/amd64', base: base(arm) })], to: [workload({ cpu: 'amd64' })] }),
      ),
    ).toMatchObject([{ at: 'Dockerfile:1:6' }]);
  });

  test('pins that agree, other stages, $BUILDPLATFORM and $TARGETPLATFORM are silent', () => {
    const silent = (stages: Parameters<typeof base>[0]) =>
      run(
        platformPinned,
        sailing({ builds: [build({ platform: 'linux/arm64', base: base(stages) })], to: [workload()] }),
      );
    expect(silent([pinned('linux/arm64')])).toEqual([]);
    expect(silent([pinned('linux/amd64'), { copiesFrom: [0] }])).toEqual([]);
    expect(
      silent([{ platform: { text: literal('linux/amd64'), nature: 'build', site: at('Dockerfile:1:17') } }]),
    ).toEqual([]);
    expect(
      silent([{ platform: { text: literal('linux/arm64'), nature: 'target', site: at('Dockerfile:1:17') } }]),
    ).toEqual([]);
  });

  test('a pin that suits the workload leaves the blame to the platform asked for', () => {
    expect(run(platformPinned, sailing({ builds: [contradicted], to: [workload({ cpu: 'amd64' })] }))).toEqual([]);
    expect(run(archMismatch, sailing({ builds: [contradicted], to: [workload({ cpu: 'amd64' })] }))).toHaveLength(1);
  });

  test('without a platform asked for, it is arch-mismatch', () => {
    expect(
      run(platformPinned, sailing({ builds: [build({ base: base([pinned('linux/amd64')]) })], to: [workload()] })),
    ).toEqual([]);
  });
});

describe('arch-download', () => {
  const url = 'https://example.org/tool-linux-x86_64.tgz';
  const download = (cpu: 'amd64' | 'arm64', text: string, line: number) => ({
    cpu,
    text,
    site: at(`Dockerfile:${line}:5`, text),
  });
  test('an x86_64 tool in an arm64 image is found at its name', () => {
    const [found] = run(
      archDownload,
      sailing({
        builds: [build({ platform: 'linux/arm64', base: base([{ downloads: [download('amd64', url, 4)] }]) })],
      }),
    );
    expect(found).toMatchObject({ at: 'Dockerfile:4:5', severity: 'error', confidence: 'certain' });
    expect(found?.message).toContain('is a binary for amd64, but the image is built for arm64');
  });

  test('the right CPU, both CPUs, two platforms and an unknown target are silent', () => {
    const of = (platform: string | undefined, ...downloads: ReturnType<typeof download>[]) =>
      run(
        archDownload,
        sailing({ builds: [build({ ...(platform === undefined ? {} : { platform }), base: base([{ downloads }]) })] }),
      );
    expect(of('linux/amd64', download('amd64', url, 4))).toEqual([]);
    expect(
      of('linux/arm64', download('amd64', url, 4), download('arm64', url.replace('x86_64', 'aarch64'), 5)),
    ).toEqual([]);
    expect(of('linux/amd64,linux/arm64', download('amd64', url, 4))).toEqual([]);
    expect(of(undefined, download('amd64', url, 4))).toEqual([]);
  });

  test("the workload's CPU counts where the build doesn't say", () => {
    expect(
      run(
        archDownload,
        sailing({ builds: [build({ base: base([{ downloads: [download('amd64', url, 4)] }]) })], to: [workload()] }),
      ),
    ).toHaveLength(1);
  });
});

describe('emulation-missing', () => {
  const foreign = { platform: 'linux/arm64', host: GITHUB, emulation: 'not set up', driver: 'docker' } as const;
  test('an arm64 build with RUN on an x86 runner needs QEMU', () => {
    const [found] = run(emulationMissing, sailing({ builds: [build({ ...foreign, base: base([{ runs: true }]) })] }));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:10:40', severity: 'warning', confidence: 'certain' });
    expect(found?.help).toContain('docker/setup-qemu-action');
  });

  test('an unknown Dockerfile makes it likely', () => {
    expect(run(emulationMissing, sailing({ builds: [build(foreign)] }))).toMatchObject([{ confidence: 'likely' }]);
  });

  test('a builder in a container brings emulators along, and one that is not known may', () => {
    const by = (driver: 'docker-container' | 'unknown') =>
      run(emulationMissing, sailing({ builds: [build({ ...foreign, driver, base: base([{ runs: true }]) })] }));
    expect(by('docker-container')).toMatchObject([{ severity: 'note' }]);
    expect(by('unknown')).toMatchObject([{ severity: 'note' }]);
    expect(by('docker-container')[0]?.message).toContain("emulators in the builder's own image");
  });

  test('emulation, a remote builder, a native runner, a developer and a cross-compiling Dockerfile are silent', () => {
    const silent = (said: Parameters<typeof build>[0]) =>
      run(emulationMissing, sailing({ builds: [build({ ...foreign, base: base([{ runs: true }]), ...said })] }));
    expect(silent({ emulation: 'set up' })).toEqual([]);
    expect(silent({ emulation: 'unknown' })).toEqual([]);
    expect(silent({ driver: 'remote' })).toEqual([]);
    expect(silent({ host: { ...GITHUB, cpu: 'arm64', label: 'ubuntu-24.04-arm' } })).toEqual([]);
    expect(silent({ host: { kind: 'developer', cpu: 'amd64' } })).toEqual([]);
    const cross = base([
      { runs: true, platform: { text: literal('linux/amd64'), nature: 'build', site: at('Dockerfile:1:17') } },
      { copiesFrom: [0] },
    ]);
    expect(silent({ base: cross })).toEqual([]);
  });
});

describe('ecs-healthcheck-ignored', () => {
  const checked = build({ base: base([{}], { healthcheck: at('Dockerfile:9:1', 'HEALTHCHECK CMD true') }) });
  test('a HEALTHCHECK whose container has none is found in the Dockerfile', () => {
    expect(
      run(
        ecsHealthcheckIgnored,
        sailing({ builds: [checked], to: [workload({ service: 'ecs', healthCheck: false })] }),
      ),
    ).toMatchObject([{ at: 'Dockerfile:9:1', severity: 'warning' }]);
  });
  test('a container with its own, an unknown one, and a Lambda are silent', () => {
    expect(
      run(ecsHealthcheckIgnored, sailing({ builds: [checked], to: [workload({ service: 'ecs', healthCheck: true })] })),
    ).toEqual([]);
    expect(run(ecsHealthcheckIgnored, sailing({ builds: [checked], to: [workload({ service: 'ecs' })] }))).toEqual([]);
    expect(run(ecsHealthcheckIgnored, sailing({ builds: [checked], to: [workload({ healthCheck: false })] }))).toEqual(
      [],
    );
  });
});

describe('lambda-runtime-client', () => {
  const without = build({ base: base([{ from: { image: literal('python:3.12-slim') } }], { lambdaRuntime: 'no' }) });
  test('a general base without a client is found at its FROM', () => {
    const [found] = run(lambdaRuntimeClient, sailing({ builds: [without], to: [workload()] }));
    expect(found).toMatchObject({ at: 'Dockerfile:1:1', severity: 'warning' });
    expect(found?.message).toContain('from `python:3.12-slim` without a Lambda runtime interface client');
  });
  test("the function's own command may start one; an unknown base and ECS are silent", () => {
    expect(
      run(
        lambdaRuntimeClient,
        sailing({ builds: [without], to: [workload({ startsWith: ['python', '-m', 'awslambdaric'] })] }),
      ),
    ).toEqual([]);
    expect(run(lambdaRuntimeClient, sailing({ builds: [build({ base: base([{}]) })], to: [workload()] }))).toEqual([]);
    expect(run(lambdaRuntimeClient, sailing({ builds: [without], to: [workload({ service: 'ecs' })] }))).toEqual([]);
  });
});

describe('architecture-policy', () => {
  test('nothing is said until configured', () => {
    expect(run(architecturePolicy, sailing({ builds: [build()], to: [workload({ cpu: 'amd64' })] }))).toEqual([]);
  });
  test('a workload on another CPU than its service should have is found where it says so', () => {
    const [found] = run(architecturePolicy, model([workload({ cpu: 'amd64' })]), { lambda: 'arm64' });
    expect(found).toMatchObject({ at: 'infra/api.ts:90:21', severity: 'warning' });
    expect(found?.message).toBe('Lambda function `ApiStack/Api` runs on amd64, but the policy says `lambda: arm64`');
    expect(run(architecturePolicy, model([workload()]), { lambda: 'arm64' })).toEqual([]);
  });
  test("where the workload doesn't say, the image has to follow the policy", () => {
    const way = { builds: [build({ platform: 'linux/amd64' })], to: [workload({ cpu: undefined })] };
    expect(run(architecturePolicy, sailing(way), { lambda: 'arm64' })).toMatchObject([
      { at: 'scripts/deploy.sh:10:40' },
    ]);
  });
});
