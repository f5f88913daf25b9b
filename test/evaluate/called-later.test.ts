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
});
