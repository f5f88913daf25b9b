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

describe('a CodeBuild project that a script makes', () => {
  const FUNCTION = project('"nowhere.yml"', 'LINUX_CONTAINER');
  const told = async (script: string, path = 'buildspec.yml') =>
    (await judged({ 'infra/main.tf': FUNCTION, 'build.sh': script, [path]: BUILDSPEC })).found;
  const definition = (type: string, source = '') => `{
  "name": "$NAME",
  "source": {"type": "S3", "location": "$BUCKET/source.zip"${source}},
  "artifacts": {"type": "NO_ARTIFACTS"},
  "environment": {
    "type": "${type}",
    "image": "aws/codebuild/amazonlinux2-standard:5.0",
    "environmentVariables": [{"name": "REPOSITORY", "value": "${HOST}/api"}]
  }
}`;
  const written = (type: string, source?: string) => `#!/bin/bash
set -e
NAME=api-image
cat > /tmp/project.json << EOF
${definition(type, source)}
EOF
aws codebuild create-project --cli-input-json file:///tmp/project.json 2>/dev/null || \\
  aws codebuild update-project --cli-input-json file:///tmp/project.json
aws codebuild start-build --project-name $NAME
`;
  const mismatch = (path: string) => [`arch-mismatch ${path}:5 docker build -t $REPOSITORY:1.4.2 .`];

  test('from a document that the script writes', async () => {
    expect(await told(written('LINUX_CONTAINER'))).toEqual([]);
    expect(await told(written('ARM_CONTAINER'))).toEqual(mismatch('buildspec.yml'));
  });
  test('that names its buildspec', async () => {
    const named = ', "buildspec": "ci/image.yml"';
    expect(await told(written('ARM_CONTAINER', named), 'ci/image.yml')).toEqual(mismatch('ci/image.yml'));
    expect(await told(written('LINUX_CONTAINER', named), 'ci/image.yml')).toEqual([]);
  });
  test('from options', async () => {
    const options = (type: string) => `#!/bin/bash
set -e
aws codebuild create-project --name image --service-role build --artifacts type=NO_ARTIFACTS \\
  --source type=GITHUB,location=https://github.com/acme/api,buildspec=ci/image.yml \\
  --environment '{"type":"${type}","image":"aws/codebuild/standard:7.0","environmentVariables":[{"name":"REPOSITORY","value":"${HOST}/api"}]}'
`;
    expect(await told(options('LINUX_CONTAINER'), 'ci/image.yml')).toEqual([]);
    expect(await told(options('ARM_CONTAINER'), 'ci/image.yml')).toEqual(mismatch('ci/image.yml'));
  });
  test('in shorthand', async () => {
    const spec = BUILDSPEC.replaceAll('$REPOSITORY', `${HOST}/api`);
    const shorthand = (type: string) => ({
      'infra/main.tf': FUNCTION,
      'build.sh': `aws codebuild create-project --name image --source type=GITHUB,buildspec=ci/image.yml --environment type=${type},image=aws/codebuild/standard:7.0,computeType=BUILD_GENERAL1_SMALL\n`,
      'ci/image.yml': spec,
    });
    expect((await judged(shorthand('LINUX_CONTAINER'))).found).toEqual([]);
    expect((await judged(shorthand('ARM_CONTAINER'))).found).toHaveLength(1);
  });
  test('leaves a buildspec alone that it does not name', async () => {
    const named = ', "buildspec": "ci/other.yml"';
    expect(await told(written('ARM_CONTAINER', named))).toEqual([]);
  });
});
