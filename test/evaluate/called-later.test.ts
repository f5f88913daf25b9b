import { describe, expect, it } from 'vitest';
import { judged } from './judged.ts';

const BUILD = '#!/bin/sh\nset -e\ndocker build -t parcels:1.0 .\n';
const SPEC = (line: string): string => `version: 0.2\nphases:\n  build:\n    commands:\n      - ${line}\n`;
const DOCKERFILE = 'FROM public.ecr.aws/docker/library/alpine:3.22\n';

/** On which machines the project's images are built. */
async function hosts(files: Record<string, string>): Promise<string[]> {
  const { model } = await judged({ Dockerfile: DOCKERFILE, ...files });
  return model.facts.flatMap((one) => (one.kind === 'build' ? [one.host.kind] : []));
}

describe('a script that something calls whose turn comes later', () => {
  it('is not run by hand as well, where a buildspec calls it', async () => {
    expect(await hosts({ 'build.sh': BUILD, 'buildspec.yml': SPEC('sh build.sh') })).toEqual(['codebuild']);
  });

  it('nor what it calls itself', async () => {
    const files = { 'ci/all.sh': '#!/bin/sh\n./ci/build.sh\n', 'ci/build.sh': BUILD };
    expect(await hosts({ ...files, 'buildspec.yml': SPEC('./ci/all.sh') })).toEqual(['codebuild']);
  });

  it('nor where a module’s project runs the buildspec', async () => {
    const project =
      'resource "aws_codebuild_project" "images" {\n  name = "images"\n  service_role = "r"\n  environment {\n    type = "ARM_CONTAINER"\n    image = "aws/codebuild/amazonlinux-aarch64-standard:3.0"\n    compute_type = "BUILD_GENERAL1_SMALL"\n  }\n  source {\n    type = "CODEPIPELINE"\n    buildspec = "buildspec.yml"\n  }\n}\n';
    const files = { 'build.sh': BUILD, 'main.tf': project, 'buildspec.yml': SPEC('./build.sh') };
    expect(await hosts(files)).toEqual(['codebuild']);
  });

  it('is, where it only calls itself, or is only named', async () => {
    expect(await hosts({ 'build.sh': `${BUILD}[ -n "$1" ] || ./build.sh again\n` })).toContain('developer');
    expect(await hosts({ 'build.sh': BUILD, 'buildspec.yml': SPEC('echo "see build.sh"') })).toEqual(['developer']);
  });

  const CHOICE = `#!/bin/sh\nset -e\ncase "$1" in\n  check) echo fine ;;\n  ship)\n    docker build -t parcels:1.0 .\n    docker push parcels:1.0 | tail -5\n    ;;\nesac\n`;

  it('is, in what the buildspec does not ask of it', async () => {
    const { findings, model } = await judged({
      Dockerfile: DOCKERFILE,
      'tool.sh': CHOICE,
      'buildspec.yml': SPEC('./tool.sh check'),
    });
    expect(model.facts.flatMap((one) => (one.kind === 'build' ? [one.host.kind] : []))).toEqual(['developer']);
    expect(findings.map(({ rule, site }) => `${rule} ${site.file}:${site.span.line}`)).toEqual(
      expect.arrayContaining(['deploy-exit-masked tool.sh:7', 'deploy-output-hidden tool.sh:7']),
    );
  });

  it('is not, in what it does ask', async () => {
    expect(await hosts({ 'tool.sh': CHOICE, 'buildspec.yml': SPEC('./tool.sh ship') })).toEqual(['codebuild']);
  });

  it('is in a part of it alone, with what the rest has made', async () => {
    const script =
      '#!/bin/sh\nset -e\ndocker build -t parcels:1.0 .\nif [ "$1" = ship ]; then docker push parcels:1.0; fi\n';
    const { model } = await judged({
      Dockerfile: DOCKERFILE,
      'tool.sh': script,
      'buildspec.yml': SPEC('./tool.sh check'),
    });
    expect(model.facts.flatMap((one) => (one.kind === 'build' ? [one.host.kind] : []))).toEqual(['codebuild']);
    expect(model.facts.filter(({ kind }) => kind === 'push')).toHaveLength(1);
  });
});
