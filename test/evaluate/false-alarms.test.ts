import { describe, expect, test } from 'vitest';
import { judged } from './judged.ts';

const HOST = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';

const app = (body: string): Record<string, string> => ({
  'cdk.json': '{"app": "npx ts-node bin/app.ts"}',
  'bin/app.ts': `import * as cdk from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nimport * as ecs from 'aws-cdk-lib/aws-ecs';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n${body}\n`,
});

describe('an unknown tag is no missing tag', () => {
  test('of an address that is taken apart, and may be undefined on another way', async () => {
    const files = app(
      [
        'function parts(uri: string): { name: string; tag: string } {',
        '  const found = uri.match(/^[^/]+\\/(.+):([^:]+)$/);',
        "  if (!found) throw new Error('no address');",
        '  const [, name, tag] = found;',
        '  return { name, tag };',
        '}',
        'class Tasks extends cdk.Stack {',
        '  constructor(scope: cdk.App, id: string, images: { api: string; worker?: string }) {',
        '    super(scope, id);',
        "    this.task('Api', images.api);",
        "    this.task('Worker', images.worker!);",
        '  }',
        '  private task(id: string, uri: string) {',
        '    const { name, tag } = parts(uri);',
        '    const task = new ecs.FargateTaskDefinition(this, id);',
        "    task.addContainer('main', { image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, `${id}Repository`, name), tag) });",
        '  }',
        '}',
        "new Tasks(new cdk.App(), 'Tasks', { api: process.env.API_IMAGE!, worker: process.env.WORKER === 'on' ? process.env.WORKER_IMAGE : undefined });",
      ].join('\n'),
    );
    expect((await judged(files)).found).toEqual([]);
  });

  test('and a tag that nobody gives still is one', async () => {
    const files = app(
      [
        'const app = new cdk.App();',
        "const stack = new cdk.Stack(app, 'Tasks');",
        "const task = new ecs.FargateTaskDefinition(stack, 'Api');",
        "task.addContainer('main', { image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'api')) });",
      ].join('\n'),
    );
    expect((await judged(files)).found).toEqual(['latest-only bin/app.ts:8 ecs.ContainerImage.fromEcrRepository']);
  });

  test('three dots are no image', async () => {
    const files = app(
      "const stack = new cdk.Stack(new cdk.App(), 'Notes');\nconst task = new ecs.FargateTaskDefinition(stack, 'Api');\ntask.addContainer('main', { image: ecs.ContainerImage.fromRegistry('...') });",
    );
    expect((await judged(files)).findings.filter((one) => one.rule === 'latest-only')).toEqual([]);
  });
});

describe('a clean-up of untagged images', () => {
  const repository = [
    'resource "aws_ecr_repository" "api" {',
    '  name                 = "api"',
    '  image_tag_mutability = "MUTABLE"',
    '}',
    'resource "aws_ecr_lifecycle_policy" "api" {',
    '  repository = aws_ecr_repository.api.name',
    '  policy = jsonencode({',
    '    rules = [{ rulePriority = 1, selection = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 1 }, action = { type = "expire" } }]',
    '  })',
    '}',
    '',
  ].join('\n');
  const fn = (uri: string): string =>
    [
      'resource "aws_lambda_function" "api" {',
      '  function_name = "api"',
      '  role          = "arn:aws:iam::123456789012:role/api"',
      '  package_type  = "Image"',
      `  image_uri     = "${uri}"`,
      '}',
      '',
    ].join('\n');
  const push = `#!/bin/sh\nset -eu\ndocker build --platform linux/amd64 --provenance=false -t ${HOST}/api:latest .\ndocker push ${HOST}/api:latest\n`;
  const rules = async (files: Record<string, string>): Promise<string[]> =>
    (await judged(files)).found.filter((one) => one.startsWith('untagged-cleanup'));

  test('is harmless where the workload takes the digest of what was pushed', async () => {
    const digest =
      'data "aws_ecr_image" "api" {\n  repository_name = aws_ecr_repository.api.name\n  image_tag       = "latest"\n}\n';
    const at = '${aws_ecr_repository.api.repository_url}@${data.aws_ecr_image.api.image_digest}';
    expect(await rules({ 'main.tf': repository + digest + fn(at), 'push.sh': push })).toEqual([]);
    expect(
      await rules({ 'main.tf': repository + fn('${aws_ecr_repository.api.repository_url}:latest'), 'push.sh': push }),
    ).toHaveLength(1);
  });

  test("by a policy leaves an index its children; a script's own deletion does not", async () => {
    const index = `#!/bin/sh\nset -eu\nTAG=$(git rev-parse --short HEAD)\ndocker buildx build --platform linux/amd64,linux/arm64 --push -t ${HOST}/api:$TAG .\n`;
    const remove = `aws ecr batch-delete-image --repository-name api --image-ids "$(aws ecr list-images --repository-name api --filter tagStatus=UNTAGGED --query 'imageIds[*]' --output json)"\n`;
    expect(await rules({ 'main.tf': repository, 'push.sh': index })).toEqual([]);
    expect(
      await rules({
        'main.tf': repository.slice(0, repository.indexOf('resource "aws_ecr_lifecycle')),
        'push.sh': index + remove,
      }),
    ).toHaveLength(1);
  });
});
