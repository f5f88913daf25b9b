import { describe, expect, it } from 'vitest';
import { hole, show } from '../../src/core/text.ts';
import { names, run } from './harness.ts';

const set = (...list: string[]) => ({ kind: 'set', list: list.map((one) => ({ os: 'linux', arch: one })) });

describe('docker build', () => {
  it('knows the name, the context, the Dockerfile and that nobody said a platform', () => {
    const { only, under, result } = run('docker build -t app:1.2 -f docker/Dockerfile.prod --target final .', {
      files: { 'docker/Dockerfile.prod': '' },
    });
    const build = only('build');
    expect(build).toMatchObject({
      tool: 'docker',
      label: 'docker build',
      platforms: { kind: 'host' },
      context: '',
      dockerfile: 'docker/Dockerfile.prod',
      target: ['final'],
      driver: 'docker',
      output: 'store',
      emulation: 'not set up',
      attestations: { provenance: 'default', sbom: 'default' },
      insertFlagAt: 'docker build'.length,
    });
    expect(names(build)).toEqual(['app:1.2']);
    expect(under(build.names[0]?.site)).toBe('app:1.2');
    expect(result.long).toEqual({ what: 'build', label: 'docker build', onErrors: true });
  });

  it('takes the Dockerfile of the context when none is named', () => {
    expect(run('docker build services/api').only('build')).toMatchObject({
      context: 'services/api',
      dockerfile: 'services/api/Dockerfile',
    });
    expect(run('docker build -t x .', { cwd: 'services/api' }).only('build')).toMatchObject({
      context: 'services/api',
      dockerfile: 'services/api/Dockerfile',
    });
  });

  it('has no Dockerfile of the project for `-f -`, a URL or standard input', () => {
    for (const line of [
      'docker build -f - .',
      'docker build https://example.com/repo.git',
      'docker build git@host:x/y.git',
      'docker build -',
    ]) {
      expect(run(line).only('build').dockerfile).toBeUndefined();
    }
  });

  it.each([
    ['docker build --platform linux/arm64 .', set('arm64')],
    ['docker build --platform=linux/x86_64 .', set('amd64')],
    ['docker build . --platform linux/arm64/v8', set('arm64')],
    ['docker build --platform linux/amd64 --platform linux/arm64 .', set('amd64', 'arm64')],
    ['docker build --platform linux/amd64,linux/arm64 .', set('amd64', 'arm64')],
    ['docker build --platform ${PLATFORM} .', { kind: 'unknown' }],
    ['docker build --platform linux/${ARCH} .', { kind: 'unknown' }],
    ['podman build --arch arm64 .', set('arm64')],
  ])('reads the platform of `%s`', (line, platforms) => {
    expect(run(line).only('build').platforms).toEqual(platforms);
  });

  it('points at the platform as it is written', () => {
    const { only, under } = run('docker build -t x --platform=linux/arm64 .');
    expect(under(only('build').platformSite)).toBe('--platform=linux/arm64');
  });

  it('reads DOCKER_DEFAULT_PLATFORM when the project sets it, and not when a user merely might', () => {
    expect(run('docker build .', { env: { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' } }).only('build').platforms).toEqual(
      set('arm64'),
    );
    expect(
      run('docker build .', { env: { DOCKER_DEFAULT_PLATFORM: hole('PLATFORM') } }).only('build').platforms,
    ).toEqual({ kind: 'unknown' });
    expect(
      run('docker build .', { env: { DOCKER_DEFAULT_PLATFORM: hole('DOCKER_DEFAULT_PLATFORM') } }).only('build')
        .platforms,
    ).toEqual({ kind: 'host' });
    expect(run('podman build .', { env: { DOCKER_DEFAULT_PLATFORM: 'linux/arm64' } }).only('build').platforms).toEqual({
      kind: 'host',
    });
  });

  it('takes a lone hole for the context, and a hole beside a context for words that may hide any flag', () => {
    expect(run('docker build -t x ${CONTEXT}').only('build')).toMatchObject({
      platforms: { kind: 'host' },
      attestations: { provenance: 'default' },
    });
    expect(run('docker build ${EXTRA_ARGS} -t x .').only('build')).toMatchObject({
      platforms: { kind: 'unknown' },
      attestations: { provenance: 'unknown', sbom: 'unknown' },
      context: '',
      output: 'unknown',
    });
    expect(run('docker build ${EXTRA_ARGS} --platform linux/arm64 --provenance=false .').only('build')).toMatchObject({
      platforms: set('arm64'),
      attestations: { provenance: 'off' },
    });
    expect(run('docker build -t ${IMAGE} --build-arg V=${VERSION} .').only('build')).toMatchObject({
      platforms: { kind: 'host' },
      attestations: { provenance: 'default' },
    });
  });

  it('keeps build arguments, and passes variables on by name', () => {
    const build = run('docker build --build-arg A=1 --build-arg TOKEN --build-arg B=${X} .', {
      env: { TOKEN: 'secret' },
    }).only('build');
    expect(build.buildArgs.map(({ name, value }) => [name, value === undefined ? undefined : show(value)])).toEqual([
      ['A', '1'],
      ['TOKEN', 'secret'],
      ['B', '${X}'],
    ]);
  });

  it('finds the subcommand behind global flags and inside groups', () => {
    expect(run('docker --context prod --log-level debug build -t x .').only('build').label).toBe('docker build');
    expect(run('docker image build -t x .').only('build').label).toBe('docker image build');
    expect(run('docker builder build -t x .').only('build').label).toBe('docker builder build');
    expect(run('buildah bud -t x .').only('build')).toMatchObject({ tool: 'buildah', driver: 'none', output: 'store' });
  });

  it('builds nothing when it is only asked to look', () => {
    expect(run('docker build --check .').facts).toEqual([]);
    expect(run('docker buildx build --call=outline .').facts).toEqual([]);
    expect(run('docker images').facts).toEqual([]);
  });

  it('knows the legacy builder', () => {
    expect(run('docker build .', { env: { DOCKER_BUILDKIT: '0' } }).only('build')).toMatchObject({
      legacyBuilder: true,
      driver: 'docker',
    });
    expect(run('docker build .', { env: { DOCKER_BUILDKIT: '1' } }).only('build').legacyBuilder).toBeUndefined();
  });

  it('says when the build itself is silent', () => {
    expect(run('docker build -q -t x .').result.long?.quiet).toBe(true);
  });
});

describe('attestations', () => {
  it.each([
    ['docker buildx build --provenance=false .', 'off', 'default'],
    ['docker buildx build --provenance false .', 'off', 'default'],
    ['docker buildx build --provenance=0 --sbom=false .', 'off', 'off'],
    ['docker buildx build --provenance=true .', 'on', 'default'],
    ['docker buildx build --provenance=mode=max .', 'on', 'default'],
    ['docker buildx build --provenance=${P} .', 'unknown', 'default'],
    ['docker buildx build --sbom=true .', 'default', 'on'],
    ['docker buildx build --attest type=provenance,disabled=true .', 'off', 'default'],
    ['docker buildx build --attest=type=provenance,mode=max .', 'on', 'default'],
    ['docker buildx build --attest type=sbom .', 'default', 'on'],
    ['docker buildx build --provenance=true --attest type=provenance,disabled=true .', 'off', 'default'],
    ['docker buildx build .', 'default', 'default'],
  ])('%s', (line, provenance, sbom) => {
    expect(run(line).only('build').attestations).toMatchObject({ provenance, sbom });
  });

  it.each([
    ['docker buildx build --build-arg provenance=false .', '--build-arg provenance=false'],
    ['docker buildx build --attest type=provenance,disabled .', '--attest type=provenance,disabled'],
    ['docker buildx build --output type=image,push=true,oci-mediatypes=false .', 'oci-mediatypes=false'],
  ])('%s looks like off and is not', (line, text) => {
    expect(run(line).only('build').attestations).toMatchObject({ provenance: 'default', mistaken: { text } });
  });

  it('reads BUILDX_NO_DEFAULT_ATTESTATIONS as buildx does, and knows that Depot does not', () => {
    const env = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };
    expect(run('docker build .', { env }).only('build').attestations.provenance).toBe('off');
    expect(
      run('docker build .', { env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '0' } }).only('build').attestations.provenance,
    ).toBe('default');
    expect(run('docker buildx build --provenance=true .', { env }).only('build').attestations.provenance).toBe('on');
    expect(run('depot build .', { env }).only('build')).toMatchObject({
      driver: 'cloud',
      attestations: { provenance: 'default' },
    });
  });

  it('points at the words', () => {
    const { only, under } = run('docker buildx build --platform linux/arm64 --provenance false .');
    expect(under(only('build').attestations.site)).toBe('false');
  });
});

describe('where a build goes', () => {
  it.each([
    ['docker build .', 'store'],
    ['docker buildx build --push .', 'registry'],
    ['docker buildx build --push=false --load .', 'store'],
    ['docker buildx build --load .', 'store'],
    ['docker buildx build -o type=registry .', 'registry'],
    ['docker buildx build --output type=image,name=x,push=true .', 'registry'],
    ['docker buildx build --output=type=image,name=x .', 'store'],
    ['docker buildx build -o out .', 'file'],
    ['docker buildx build --output type=oci,dest=x.tar .', 'file'],
    ['docker buildx build --output type=docker .', 'store'],
    ['docker buildx build --output type=docker,dest=x.tar .', 'file'],
    ['podman build .', 'store'],
    ['depot build --push .', 'registry'],
  ])('%s → %s', (line, output) => {
    expect(run(line).only('build').output).toBe(output);
  });

  it('stays in the cache of a docker-container builder when nobody says otherwise', () => {
    expect(run('docker buildx build .', { machine: { driver: 'docker-container' } }).only('build')).toMatchObject({
      driver: 'docker-container',
      output: 'nowhere',
    });
  });
});

describe('builders', () => {
  it('plain `docker build` keeps to the engine, `docker buildx build` follows the selected builder', () => {
    const machine = { driver: 'docker-container' } as const;
    expect(run('docker build .', { machine }).only('build').driver).toBe('docker');
    expect(run('docker buildx build .', { machine }).only('build').driver).toBe('docker-container');
    expect(run('docker build .', { machine: { ...machine, buildxInstalled: true } }).only('build').driver).toBe(
      'docker-container',
    );
  });

  it('follows --builder and BUILDX_BUILDER', () => {
    const builders = new Map([['multi', 'docker-container' as const]]);
    expect(run('docker build --builder multi .', { machine: { builders } }).only('build').driver).toBe(
      'docker-container',
    );
    expect(run('docker buildx --builder multi build .', { machine: { builders } }).only('build').driver).toBe(
      'docker-container',
    );
    expect(
      run('docker build .', { machine: { builders }, env: { BUILDX_BUILDER: 'multi' } }).only('build').driver,
    ).toBe('docker-container');
    expect(run('docker buildx build --builder elsewhere .').only('build').driver).toBe('unknown');
  });

  it('remembers created, selected and removed builders', () => {
    const created = run('docker buildx create --name multi --use').machine;
    expect(created.driver).toBe('docker-container');
    expect(created.builders.get('multi')).toBe('docker-container');
    expect(run('docker buildx create --name k --driver kubernetes').machine).toMatchObject({
      driver: 'docker',
      emulation: 'unknown',
    });
    expect(
      run('docker buildx use multi', { machine: { builders: new Map([['multi', 'docker-container']]) } }).machine
        .driver,
    ).toBe('docker-container');
    expect(run('docker buildx use default', { machine: { driver: 'docker-container' } }).machine.driver).toBe('docker');
  });

  it('sees emulation being set up', () => {
    expect(run('docker run --rm --privileged tonistiigi/binfmt --install all').machine.emulation).toBe('set up');
    expect(run('docker run --rm --privileged multiarch/qemu-user-static --reset -p yes').machine.emulation).toBe(
      'set up',
    );
    expect(run('sudo apt-get install -y qemu-user-static').machine.emulation).toBe('set up');
    expect(run('docker run --rm alpine true').machine.emulation).toBe('not set up');
  });
});
