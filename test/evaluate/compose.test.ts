import { describe, expect, it } from 'vitest';
import { builds, factsOfScript, ofKind, textAt } from './project.ts';

const compose = (services: string) => `services:\n${services}`;
const api = compose(
  '  api:\n    image: acme/api:1\n    platform: linux/arm64\n    build:\n      context: ./api\n      args:\n        PY: "3.12"\n',
);

describe('docker compose build', () => {
  it("builds each service's image in its folder, for the service's platform", () => {
    const files = { 'compose.yaml': api, 'api/Dockerfile': 'ARG PY\nFROM --platform=linux/amd64 python:$PY\n' };
    const [build] = ofKind(factsOfScript('docker compose build', files), 'build');
    expect(build).toMatchObject({
      tool: 'compose',
      label: 'docker compose build',
      platforms: { kind: 'set', list: [{ os: 'linux', arch: 'arm64' }] },
      dockerfile: 'api/Dockerfile',
      context: 'api',
      output: 'store',
      buildArgs: [{ name: 'PY', value: ['3.12'] }],
    });
    expect(build!.base?.stages[0]?.from).toEqual({ image: ['python:3.12'] });
    expect(textAt(files, build!.site)).toBe('api');
    expect(textAt(files, build!.platformSite!)).toBe('linux/arm64');
    expect(textAt(files, build!.names[0]!.site)).toBe('acme/api:1');
    expect(build!.site.via?.map((hop) => hop.label)).toEqual(['docker compose build']);
  });

  it('reads `build: ./dir`, lists of arguments and build.platforms, and names what nobody names', () => {
    const files = {
      'shop/compose.yaml': compose(
        '  web:\n    build: ./web\n  two:\n    build:\n      dockerfile: deploy/Dockerfile\n      platforms: [linux/amd64, linux/arm64]\n      args: [A=1, B]\n      target: run\n',
      ),
    };
    const facts = factsOfScript('cd shop\ndocker compose build', files);
    expect(builds(facts)).toEqual(["shop-web for the builder's own platform", 'shop-two for linux/amd64,linux/arm64']);
    expect(ofKind(facts, 'build')[1]).toMatchObject({
      dockerfile: 'shop/deploy/Dockerfile',
      target: ['run'],
      buildArgs: [{ name: 'A', value: ['1'] }, { name: 'B' }],
    });
  });

  it('names what nobody names after the project the command says, in the way of either docker-compose', () => {
    const files = { 'shop/compose.yaml': 'services:\n  api: { build: . }\n', 'shop/Dockerfile': 'FROM alpine\n' };
    expect(builds(factsOfScript('docker compose -p front -f shop/compose.yaml build', files))).toEqual([
      "front-api for the builder's own platform",
    ]);
    expect(builds(factsOfScript('COMPOSE_PROJECT_NAME=back docker-compose -f shop/compose.yaml build', files))).toEqual(
      ["back-api back_api for the builder's own platform"],
    );
  });

  it('takes variables from the command, then from .env, then their defaults', () => {
    const files = { 'compose.yaml': compose('  a:\n    image: ${REPO:-acme}/a:${TAG:-latest}\n    build: .\n') };
    expect(builds(factsOfScript('TAG=7 docker compose build', files, { closed: true }))).toEqual([
      "acme/a:7 for the builder's own platform",
    ]);
    expect(
      builds(factsOfScript('docker compose build', { ...files, '.env': 'REPO=shop # ours\n' }, { closed: true })),
    ).toEqual(["${the content of .env}/a:latest for the builder's own platform"]);
    expect(builds(factsOfScript('export REPO=x\ndocker compose build', files))).toEqual([
      "x/a:latest for the builder's own platform when default:TAG=unset",
      "x/a:${TAG} for the builder's own platform when default:TAG=set",
    ]);
  });

  it('builds the services it is asked for; profiles stay out unless named', () => {
    const files = {
      'docker-compose.yml': compose(
        '  a:\n    build: ./a\n    image: a\n  b:\n    build: ./b\n    image: b\n    profiles: [tools]\n  db:\n    image: postgres\n',
      ),
    };
    expect(builds(factsOfScript('docker compose build', files)).map((one) => one[0])).toEqual(['a']);
    expect(builds(factsOfScript('docker compose build b', files)).map((one) => one[0])).toEqual(['b']);
    expect(builds(factsOfScript('docker compose --profile tools build', files)).map((one) => one[0])).toEqual([
      'a',
      'b',
    ]);
  });

  it('lays files over each other, and follows `extends` and `include`', () => {
    const files = {
      'compose.yaml':
        'include:\n  - other/compose.yaml\nservices:\n  a:\n    extends:\n      file: base.compose.yaml\n      service: base\n    image: a:1\n',
      'base.compose.yaml': compose('  base:\n    build:\n      context: ./src\n      platforms: [linux/arm64]\n'),
      'prod.compose.yaml': compose('  a:\n    image: a:prod\n'),
      'other/compose.yaml': compose('  o:\n    build: .\n    image: o:1\n'),
    };
    expect(builds(factsOfScript('docker compose -f compose.yaml -f prod.compose.yaml build', files))).toEqual([
      'a:prod for linux/arm64',
      "o:1 for the builder's own platform",
    ]);
  });

  it('does not hear `provenance: false`, which bake does', () => {
    const files = {
      'compose.yaml': compose('  a:\n    image: a:1\n    build:\n      context: .\n      provenance: false\n'),
    };
    const said = (script: string) => ofKind(factsOfScript(script, files), 'build')[0]!.attestations;
    expect(said('docker compose build')).toMatchObject({
      provenance: 'default',
      mistaken: { text: 'build.provenance: false', site: { file: 'compose.yaml', span: { line: 6, column: 19 } } },
    });
    expect(said('docker compose build --provenance=false')).toMatchObject({ provenance: 'off' });
    expect(said('BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker compose build')).toMatchObject({ provenance: 'off' });
    expect(said('docker buildx bake -f compose.yaml')).toMatchObject({
      provenance: 'off',
      site: { file: 'compose.yaml', span: { line: 6 } },
    });
  });

  it('hears `provenance: mode=max` either way', () => {
    const files = {
      'compose.yaml': compose(
        '  a:\n    image: a:1\n    build:\n      context: .\n      provenance: mode=max\n      sbom: true\n',
      ),
    };
    expect(ofKind(factsOfScript('docker compose build', files), 'build')[0]!.attestations).toMatchObject({
      provenance: 'on',
      sbom: 'on',
    });
  });

  it('uses DOCKER_DEFAULT_PLATFORM, which bake does not', () => {
    const files = {
      'compose.yaml': compose(
        '  a:\n    image: a:1\n    platform: ""\n    build: .\n  b:\n    image: b:1\n    build: .\n',
      ),
    };
    expect(builds(factsOfScript('DOCKER_DEFAULT_PLATFORM=linux/arm64 docker compose build b', files))).toEqual([
      'b:1 for linux/arm64',
    ]);
    expect(
      builds(factsOfScript('DOCKER_DEFAULT_PLATFORM=linux/arm64 docker buildx bake -f compose.yaml b', files)),
    ).toEqual(["b:1 for the builder's own platform"]);
  });

  it('pushes with compose push what it builds and names', () => {
    const files = { 'compose.yaml': `${api}  db:\n    image: postgres:16\n` };
    const pushes = ofKind(factsOfScript('docker compose push', files), 'push');
    expect(pushes.map((push) => push.ref)).toMatchObject([{ repository: ['acme/api'], tag: ['1'] }]);
    expect(textAt(files, pushes[0]!.refSite)).toBe('acme/api:1');
    expect(ofKind(factsOfScript('docker compose build --push', files), 'build')[0]!.output).toBe('registry');
  });

  it('reads a Dockerfile that stands in the file as none of the project', () => {
    const files = {
      'compose.yaml': compose('  a:\n    build:\n      context: .\n      dockerfile_inline: |\n        FROM x\n'),
      Dockerfile: 'FROM y\n',
    };
    const [build] = ofKind(factsOfScript('docker compose build', files), 'build');
    expect([build!.dockerfile, build!.base]).toEqual([undefined, undefined]);
  });
});
