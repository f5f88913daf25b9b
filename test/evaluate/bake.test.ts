import { describe, expect, it } from 'vitest';
import { builds, factsOfScript, ofKind, textAt } from './project.ts';

const hcl = `
variable "TAG" { default = "latest" }
variable "REGISTRY" { default = "" }
REPO = "acme"

group "default" { targets = ["api", "web"] }

target "_common" {
  platforms = ["linux/arm64"]
  args = { NODE = "20", KEEP = "1" }
  attest = ["type=provenance,disabled=true"]
}

target "api" {
  inherits = ["_common"]
  context = "./api"
  tags = ["\${REPO}/api:\${TAG}", notequal("", REGISTRY) ? "\${REGISTRY}/api" : ""]
  args = { NODE = "22" }
}

target "web" {
  inherits   = ["_common"]
  platforms  = ["linux/amd64", "linux/arm64"]
  dockerfile = "web.Dockerfile"
  tags       = ["\${REPO}/web:1"]
  attest     = [{ type = "provenance", mode = "max" }]
  output     = ["type=registry"]
}
`;
const files = { 'docker-bake.hcl': hcl, 'api/Dockerfile': 'FROM x\n' };

describe('docker buildx bake', () => {
  it('builds the default group, with inheritance', () => {
    const facts = factsOfScript('docker buildx bake', files, { closed: true });
    expect(builds(facts)).toEqual(['acme/api:latest for linux/arm64', 'acme/web:1 for linux/amd64,linux/arm64']);
    const [api, web] = ofKind(facts, 'build');
    expect(api).toMatchObject({
      tool: 'bake',
      context: 'api',
      dockerfile: 'api/Dockerfile',
      output: 'store',
      attestations: { provenance: 'off' },
      buildArgs: [
        { name: 'NODE', value: ['22'] },
        { name: 'KEEP', value: ['1'] },
      ],
    });
    expect(textAt(files, api!.site)).toBe('api');
    expect(textAt(files, api!.platformSite!)).toBe('"linux/arm64"');
    expect(textAt(files, api!.attestations.site!)).toBe('"type=provenance,disabled=true"');
    expect(web).toMatchObject({ output: 'registry', attestations: { provenance: 'on' }, dockerfile: 'web.Dockerfile' });
  });

  it('takes variables from the environment, and tells a default from what a caller gives', () => {
    expect(builds(factsOfScript('TAG=5 REGISTRY=r.io docker buildx bake api', files, { closed: true }))).toEqual([
      'acme/api:5 r.io/api for linux/arm64',
    ]);
    expect(builds(factsOfScript('REGISTRY=r.io docker buildx bake api', files))).toEqual([
      'acme/api:latest r.io/api for linux/arm64 when default:TAG=unset',
      'acme/api:${TAG} r.io/api for linux/arm64 when default:TAG=set',
    ]);
  });

  it('obeys --set, --push and --provenance', () => {
    const [build] = ofKind(
      factsOfScript(
        "docker buildx bake api --set '*.platform=linux/amd64' --set api.tags=x:1 --set api.args.NODE=18 --push --provenance=true",
        files,
        { closed: true },
      ),
      'build',
    );
    expect(build).toMatchObject({
      platforms: { list: [{ arch: 'amd64' }] },
      output: 'registry',
      attestations: { provenance: 'on' },
      names: [{ ref: { repository: ['x'], tag: ['1'] } }],
    });
    expect(build!.buildArgs.find((one) => one.name === 'NODE')?.value).toEqual(['18']);
    expect(build!.platformSite).toMatchObject({ file: 'main.sh' });
  });

  it('unfolds a matrix and finds one of its cells by name', () => {
    const matrix =
      'target "app" {\n  name = "app-${item.arch}"\n  matrix = { item = [{ arch = "amd64" }, { arch = "arm64" }] }\n  platforms = ["linux/${item.arch}"]\n  tags = ["app:${item.arch}"]\n}\n';
    expect(builds(factsOfScript('docker buildx bake app', { 'docker-bake.hcl': matrix }))).toEqual([
      'app:amd64 for linux/amd64',
      'app:arm64 for linux/arm64',
    ]);
  });

  it('reads JSON files', () => {
    const json = JSON.stringify(
      {
        variable: { TAG: { default: '1' } },
        target: {
          default: {
            tags: ['app:${TAG}'],
            platforms: ['linux/arm64'],
            attest: [{ type: 'provenance', disabled: true }],
          },
        },
      },
      null,
      2,
    );
    const facts = factsOfScript(
      'docker buildx bake -f docker-bake.json',
      { 'docker-bake.json': json },
      { closed: true },
    );
    expect(builds(facts)).toEqual(['app:1 for linux/arm64']);
    expect(ofKind(facts, 'build')[0]!.attestations.provenance).toBe('off');
    expect(textAt({ 'docker-bake.json': json }, ofKind(facts, 'build')[0]!.names[0]!.site)).toBe('"app:${TAG}"');
  });

  it('does not take `disabled` without a value for off', () => {
    const bad = 'target "default" {\n  tags = ["a"]\n  attest = ["type=provenance,disabled"]\n}\n';
    expect(
      ofKind(factsOfScript('docker buildx bake', { 'docker-bake.hcl': bad }), 'build')[0]!.attestations.provenance,
    ).not.toBe('off');
  });

  it('survives targets that inherit from each other', () => {
    const round =
      'target "a" {\n  inherits = ["b"]\n  tags = ["a"]\n}\ntarget "b" {\n  inherits = ["a", "a"]\n}\ngroup "default" { targets = ["default", "a"] }\n';
    expect(builds(factsOfScript('docker buildx bake', { 'docker-bake.hcl': round }))).toEqual([
      "a for the builder's own platform",
    ]);
  });
});
