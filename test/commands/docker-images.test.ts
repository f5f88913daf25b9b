import { describe, expect, it } from 'vitest';
import { known, show } from '../../src/core/text.ts';
import { run, showRef, textOf } from './harness.ts';

describe('docker tag', () => {
  it('names source and target where they stand', () => {
    const { only, under } = run('docker tag app:latest ${ECR}/app:${SHA}');
    const tag = only('tag');
    expect([showRef(tag.source), showRef(tag.target), tag.remote]).toEqual(['app:latest', '${ECR}/app:${SHA}', false]);
    expect(under(tag.targetSite)).toBe('${ECR}/app:${SHA}');
    expect(run('docker image tag a b').all('tag')).toHaveLength(1);
  });
});

describe('docker push', () => {
  it('is a long command that names what it pushes', () => {
    const { only, result } = run('docker push ${ECR}/app:1');
    expect(showRef(only('push').ref)).toBe('${ECR}/app:1');
    expect(result.long).toEqual({ what: 'push', label: 'docker push' });
  });

  it('knows all tags and a single platform', () => {
    expect(run('docker push -a ${ECR}/app').only('push')).toMatchObject({ allTags: true });
    expect(run('docker image push --platform linux/arm64 ${ECR}/app').only('push')).toMatchObject({
      onePlatform: true,
    });
    expect(run('docker push -q x').result.long).toEqual({ what: 'push', label: 'docker push', quiet: true });
  });

  it('follows Podman to another destination', () => {
    const { only } = run('podman push app:1 docker://${ECR}/app:1');
    expect(showRef(only('tag').target)).toBe('${ECR}/app:1');
    expect(showRef(only('push').ref)).toBe('${ECR}/app:1');
  });
});

describe('docker login', () => {
  it.each([
    ['docker login -u AWS -p ${PASSWORD} ${ECR}', 'argument', '${PASSWORD}'],
    ['docker login --username AWS --password=${PASSWORD} ${ECR}', 'argument', '--password=${PASSWORD}'],
    ['docker login -u AWS --password-stdin ${ECR}', 'stdin', undefined],
    ['docker login ghcr.io', 'other', undefined],
  ])('%s', (line, password, place) => {
    const { only, under } = run(line);
    expect(only('login').password).toBe(password);
    expect(under(only('login').passwordSite)).toBe(place);
    expect(show(only('login').registry ?? [])).toBe(line.split(' ').at(-1));
  });
});

describe('tools that copy inside registries', () => {
  it.each([
    ['docker buildx imagetools create -t ${R}:prod ${R}:1', '${R}:1', '${R}:prod', true],
    ['docker buildx imagetools create --prefer-index=false -t ${R}:prod ${R}:1', '${R}:1', '${R}:prod', false],
    ['crane tag ${ECR}/app:1 prod', '${ECR}/app:1', '${ECR}/app:prod', undefined],
    ['crane copy ghcr.io/a/b:1 ${ECR}/b:1', 'ghcr.io/a/b:1', '${ECR}/b:1', undefined],
    ['skopeo copy docker://ghcr.io/a/b:1 docker://${ECR}/b:1', 'ghcr.io/a/b:1', '${ECR}/b:1', undefined],
    ['regctl image copy a.io/b:1 c.io/b:1', 'a.io/b:1', 'c.io/b:1', undefined],
    ['oras tag a.io/b:1 prod', 'a.io/b:1', 'a.io/b:prod', undefined],
  ])('%s', (line, source, target, makesIndex) => {
    const tag = run(line).only('tag');
    expect([showRef(tag.source), showRef(tag.target), tag.remote, tag.makesIndex]).toEqual([
      source,
      target,
      true,
      makesIndex,
    ]);
  });

  it('makes an index of several sources whatever is preferred', () => {
    const tags = run('docker buildx imagetools create --prefer-index=false -t x.io/a:1 x.io/a:arm x.io/a:amd').all(
      'tag',
    );
    expect(tags.map((tag) => [showRef(tag.source), tag.makesIndex])).toEqual([
      ['x.io/a:arm', true],
      ['x.io/a:amd', true],
    ]);
  });

  it('sends a local image with skopeo', () => {
    const { only } = run('skopeo copy docker-daemon:app:1 docker://${ECR}/app:1');
    expect(only('tag').remote).toBe(false);
    expect(showRef(only('push').ref)).toBe('${ECR}/app:1');
  });

  it('makes and pushes manifest lists', () => {
    const tags = run('docker manifest create ${R}:1 ${R}:1-amd64 --amend ${R}:1-arm64').all('tag');
    expect(tags.map((tag) => [showRef(tag.source), showRef(tag.target), tag.makesIndex])).toEqual([
      ['${R}:1-amd64', '${R}:1', true],
      ['${R}:1-arm64', '${R}:1', true],
    ]);
    expect(showRef(run('docker manifest push ${R}:1').only('push').ref)).toBe('${R}:1');
  });
});

describe('kaniko', () => {
  it('builds and pushes by itself, without attestations', () => {
    const build = run(
      '/kaniko/executor --context dir:///project/api --dockerfile Dockerfile --destination ${ECR}/api:1 --custom-platform=linux/arm64',
      { files: { 'api/Dockerfile': '' } },
    ).only('build');
    expect(build).toMatchObject({
      tool: 'kaniko',
      context: 'api',
      dockerfile: 'api/Dockerfile',
      output: 'registry',
      driver: 'none',
      attestations: { provenance: 'off', sbom: 'off' },
      platforms: { kind: 'set', list: [{ os: 'linux', arch: 'arm64' }] },
    });
    expect(run('executor --no-push --tar-path x.tar --context .').only('build').output).toBe('file');
  });
});

describe('the manifest that has no architecture', () => {
  const manifest = run(
    'aws ecr batch-get-image --repository-name app --image-ids imageTag=1 --query images[0].imageManifest --output text',
  ).result.stdout;

  it.each(['.architecture', '.config.architecture', '.config | .architecture'])('%s asks it in vain', (filter) => {
    const { only, under } = run(`jq -r '${filter}'`, { stdin: manifest ?? [] });
    expect(only('manifest-query').query).toBe(filter);
    expect(under(only('manifest-query').querySite)).toBe(`'${filter}'`);
  });

  it.each(['.manifests[].platform.architecture', '.config.digest', '.manifests[0] | .platform.architecture'])(
    '%s is answered',
    (filter) => {
      expect(run(`jq -r '${filter}'`, { stdin: manifest ?? [] }).all('manifest-query')).toEqual([]);
    },
  );

  it('is found inside the whole response, and not in other JSON', () => {
    const response = run('aws ecr batch-get-image --repository-name app --image-ids imageTag=1').result.stdout ?? [];
    expect(
      run("jq -r '.images[0].imageManifest | fromjson | .config.architecture'", { stdin: response }).all(
        'manifest-query',
      ),
    ).toHaveLength(1);
    expect(run('jq -r .architecture', { stdin: textOf('${CONFIG}') }).all('manifest-query')).toEqual([]);
  });

  it('is one among alternatives that joined into one unknown', () => {
    expect(
      run('jq -r .architecture', { stdin: [{ hole: '${image manifest}|${image manifest}', nature: 'unknown' }] }).all(
        'manifest-query',
      ),
    ).toHaveLength(1);
  });

  it('keeps its name through filters', () => {
    expect(known(run('head -c 100', { stdin: manifest ?? [] }).result.stdout)).toBeUndefined();
    expect(run('python3 -m json.tool', { stdin: manifest ?? [] }).result.stdout?.[0]).toMatchObject({
      hole: expect.stringMatching(/^image manifest@/),
    });
  });
});

describe('in a script that the shell runs', () => {
  it('the manifest is still one when a variable carries it', async () => {
    const { check, memoryFiles } = await import('../../src/engine.ts');
    const { DEFAULT_CONFIG } = await import('../../src/config/config.ts');
    const script = [
      '#!/bin/bash',
      'REPO=orders',
      'M=$(aws ecr batch-get-image --repository-name "$REPO" --image-ids imageTag=1 --query \'images[0].imageManifest\' --output text)',
      'echo "$M" | jq -r .config.architecture',
    ].join('\n');
    const { model } = await check({ files: memoryFiles({ 'verify.sh': script }), config: DEFAULT_CONFIG });
    expect(model.manifestQueries.map((query) => [query.query, query.querySite.span.line])).toEqual([
      ['.config.architecture', 4],
    ]);
  });
});
