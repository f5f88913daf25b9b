import { describe, expect, test } from 'vitest';
import { judged } from './judged.ts';

const HOST = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';
const BUILDSPEC = [
  'version: 0.2',
  'phases:',
  '  build:',
  '    commands:',
  '      - docker build -t $REPOSITORY:1.4.2 .',
  '      - docker push $REPOSITORY:1.4.2',
  '',
].join('\n');

const project = (buildspec: string, type: string): string =>
  [
    'resource "aws_codebuild_project" "image" {',
    '  name         = "image"',
    '  service_role = "arn:aws:iam::123456789012:role/build"',
    '  artifacts {',
    '    type = "CODEPIPELINE"',
    '  }',
    '  source {',
    '    type      = "CODEPIPELINE"',
    `    buildspec = ${buildspec}`,
    '  }',
    '  environment {',
    '    compute_type    = "BUILD_GENERAL1_SMALL"',
    '    image           = "aws/codebuild/standard:7.0"',
    `    type            = "${type}"`,
    '    privileged_mode = true',
    '    environment_variable {',
    '      name  = "REPOSITORY"',
    `      value = "${HOST}/api"`,
    '    }',
    '  }',
    '}',
    'resource "aws_lambda_function" "api" {',
    '  function_name = "api"',
    '  role          = "arn:aws:iam::123456789012:role/api"',
    '  package_type  = "Image"',
    `  image_uri     = "${HOST}/api:1.4.2"`,
    '}',
    '',
  ].join('\n');

describe('a CodeBuild project of Terraform', () => {
  test.each([
    ['reads its buildspec', 'file("build/image.yml")', 'infra/build/image.yml'],
    ['names a path in its source', '"build/image.yml"', 'build/image.yml'],
    ['names the only file of that name', '"buildspec.yml"', 'app/buildspec.yml'],
  ])('%s and knows its CPU', async (_, buildspec, path) => {
    expect((await judged({ 'infra/main.tf': project(buildspec, 'LINUX_CONTAINER'), [path]: BUILDSPEC })).found).toEqual(
      [],
    );
    const arm = await judged({ 'infra/main.tf': project(buildspec, 'ARM_CONTAINER'), [path]: BUILDSPEC });
    expect(arm.found).toEqual([`arch-mismatch ${path}:5 docker build -t $REPOSITORY:1.4.2 .`]);
    expect(arm.findings.find((one) => one.rule === 'arch-mismatch')?.site.via?.map(({ label }) => label)[0]).toBe(
      'CodeBuild project aws_codebuild_project.image',
    );
  });

  test.each([
    [
      'a here-document',
      `<<-SPEC\n${BUILDSPEC.replace('$REPOSITORY:1.4.2 .', '${local.name} .').replaceAll(/^/gm, '      ')}\n    SPEC`,
      'docker build -t ${local.name} .',
    ],
    [
      'an object',
      'yamlencode({ version = 0.2, phases = { build = { commands = ["docker build -t ${local.name} .", "docker push $REPOSITORY:1.4.2"] } } })',
      'docker build -t ${local.name} .',
    ],
  ])('reads what it carries in itself: %s', async (_, buildspec, command) => {
    const files = (type: string) => ({
      'infra/main.tf': `locals {\n  name = "${HOST}/api:1.4.2"\n}\n${project(buildspec, type)}`,
    });
    expect((await judged(files('LINUX_CONTAINER'))).found).toEqual([]);
    expect((await judged(files('ARM_CONTAINER'))).found).toEqual([
      expect.stringMatching(/^arch-mismatch infra\/main\.tf:\d+ /),
    ]);
    expect((await judged(files('ARM_CONTAINER'))).found[0]).toContain(command);
  });

  test('says nothing of a buildspec beside it that nobody names', async () => {
    const files = (type: string) => ({
      'infra/main.tf': project('"buildspec.yml"', type),
      'buildspec.yml': 'version: 0.2\nphases:\n  build:\n    commands: [make test]\n',
      'app/buildspec.yml': BUILDSPEC.replaceAll('$REPOSITORY', `${HOST}/api`),
    });
    expect((await judged(files('LINUX_CONTAINER'))).found).toEqual([]);
    expect((await judged(files('ARM_CONTAINER'))).found).toEqual([]);
  });
});
