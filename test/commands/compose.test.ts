import { afterEach, describe, expect, it, vi } from 'vitest';
import { bake } from '../../src/parsers/bake/run.ts';
import { buildCompose } from '../../src/parsers/compose/run.ts';
import type { BakeRequest, ComposeRequest } from '../../src/parsers/compose/build-request.ts';
import { run } from './harness.ts';

vi.mock('../../src/parsers/compose/run.ts', () => ({ buildCompose: vi.fn() }));
vi.mock('../../src/parsers/bake/run.ts', () => ({ bake: vi.fn() }));

afterEach(() => vi.clearAllMocks());

const composed = (): ComposeRequest | undefined => vi.mocked(buildCompose).mock.calls[0]?.[1];
const baked = (): BakeRequest | undefined => vi.mocked(bake).mock.calls[0]?.[1];

describe('docker compose', () => {
  it('asks for a build with what its flags say', () => {
    const { result } = run(
      'docker compose -f infra/compose.yaml --profile prod build --provenance=false --build-arg V=1 api worker',
    );
    expect(composed()).toMatchObject({
      label: 'docker compose build',
      action: 'build',
      via: 'compose',
      folder: '',
      files: ['infra/compose.yaml'],
      services: ['api', 'worker'],
      profiles: ['prod'],
      push: false,
      attestations: { provenance: 'off' },
      buildArgs: [{ name: 'V', value: ['1'] }],
    });
    expect(result.long).toEqual({ what: 'build', label: 'docker compose build', onErrors: true });
  });

  it.each([
    ['docker compose push', {}],
    ['podman-compose build', {}],
    ['docker compose build', { DOCKER_BUILDKIT: '0' }],
  ])('shows on standard output how it goes: %s %j', (line, env) => {
    expect(run(line, { env }).result.long).not.toHaveProperty('onErrors');
  });

  it.each([
    ['docker-compose push', { label: 'docker-compose push', action: 'push', services: [] }],
    ['docker compose up -d --build web', { label: 'docker compose up', action: 'build', services: ['web'] }],
    ['docker compose build --push', { push: true }],
    ['docker compose --project-directory services build', { folder: 'services' }],
  ])('%s', (line, request) => {
    run(line);
    expect(composed()).toMatchObject(request);
  });

  it('builds nothing on up, down, ps', () => {
    for (const line of ['docker compose up -d', 'docker compose down', 'docker compose ps', 'docker compose ${ACTION}'])
      run(line);
    expect(buildCompose).not.toHaveBeenCalled();
  });

  it('reads its files and switches from the environment', () => {
    run('docker compose build', { env: { COMPOSE_FILE: 'a.yml:b.yml', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } });
    expect(composed()).toMatchObject({ files: ['a.yml', 'b.yml'], attestations: { provenance: 'off' } });
  });
});

describe('docker buildx bake', () => {
  it('asks for targets with what its flags say', () => {
    const { result } = run(
      'docker buildx bake -f docker-bake.hcl --push --set *.platform=linux/arm64 --provenance=false api web',
    );
    expect(baked()).toMatchObject({
      label: 'docker buildx bake',
      files: ['docker-bake.hcl'],
      targets: ['api', 'web'],
      push: true,
      attestations: { provenance: 'off' },
      platforms: { value: { kind: 'set', list: [{ os: 'linux', arch: 'arm64' }] } },
      sets: [{ text: ['*.platform=linux/arm64'] }],
    });
    expect(result.long).toEqual({ what: 'build', label: 'docker buildx bake', onErrors: true });
  });

  it('prints without building', () => {
    run('docker buildx bake --print');
    expect(bake).not.toHaveBeenCalled();
  });

  it('runs in a cloud with Depot', () => {
    run('depot bake -f docker-bake.hcl');
    expect(baked()?.driver).toBe('cloud');
  });
});
