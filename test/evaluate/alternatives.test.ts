import { describe, expect, test } from 'vitest';
import { judged } from './judged.ts';

const HOST = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';
const mismatches = async (files: Record<string, string>): Promise<string[]> =>
  (await judged(files)).found.filter((one) => /^(?:arch-mismatch|lambda-runtime-client|platform-)/.test(one));

const lambdaOf = (tag: string, architecture: string): string =>
  [
    'provider "aws" {}',
    'variable "tag" {}',
    'variable "architecture" {',
    '  default = "x86_64"',
    '}',
    'resource "aws_lambda_function" "api" {',
    '  function_name = "api"',
    '  role          = "arn:aws:iam::123456789012:role/api"',
    '  package_type  = "Image"',
    `  image_uri     = "${HOST}/api:${tag}"`,
    `  architectures = [${architecture}]`,
    '}',
    '',
  ].join('\n');

describe('tags for two CPUs side by side', () => {
  const steps = ['arm64', 'amd64'].flatMap((cpu) => [
    '      - uses: docker/build-push-action@v6',
    '        with:',
    '          context: .',
    '          provenance: false',
    '          push: true',
    `          platforms: linux/${cpu}`,
    `          tags: ${HOST}/api:\${{ github.sha }}-${cpu}`,
  ]);
  const workflow = [
    'on: push',
    'jobs:',
    '  deploy:',
    '    runs-on: ubuntu-24.04',
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - uses: docker/setup-qemu-action@v3',
    ...steps,
  ].join('\n');
  const apply = (tag: string): string => `${workflow}\n      - run: terraform apply -auto-approve -var tag=${tag}\n`;

  test('the one that fits is meant where nobody says which', async () => {
    expect(
      await mismatches({
        '.github/workflows/deploy.yml': `${workflow}\n`,
        'main.tf': lambdaOf('${var.tag}', '"x86_64"'),
      }),
    ).toEqual([]);
    expect(
      await mismatches({
        '.github/workflows/deploy.yml': apply('${{ github.sha }}-amd64'),
        'main.tf': lambdaOf('${var.tag}', '"x86_64"'),
      }),
    ).toEqual([]);
  });

  test('a workload that names the other is told', async () => {
    const push = `#!/bin/sh\nset -eu\nfor cpu in arm64 amd64; do\n  docker build --platform linux/$cpu --provenance=false -t ${HOST}/api:1.4.2-$cpu .\n  docker push ${HOST}/api:1.4.2-$cpu\ndone\n`;
    expect(await mismatches({ 'push.sh': push, 'main.tf': lambdaOf('1.4.2-arm64', '"x86_64"') })).toHaveLength(1);
    expect(await mismatches({ 'push.sh': push, 'main.tf': lambdaOf('1.4.2-amd64', '"x86_64"') })).toEqual([]);
  });
});

describe('a branch that nobody is shown to take', () => {
  const script = (fallback: string): string =>
    [
      '#!/usr/bin/env bash',
      'set -euo pipefail',
      `ARCH="\${ARCH:-${fallback}}"`,
      'case "$ARCH" in',
      '  x86_64) PLATFORM=linux/amd64 ;;',
      '  arm64) PLATFORM=linux/arm64 ;;',
      '  *) exit 2 ;;',
      'esac',
      'if [ "$PLATFORM" = "linux/arm64" ]; then',
      `  docker buildx build --platform "$PLATFORM" --provenance=false -t ${HOST}/api:1.4.2 --load .`,
      'else',
      `  docker build --platform "$PLATFORM" --provenance=false -t ${HOST}/api:1.4.2 .`,
      'fi',
      `docker push ${HOST}/api:1.4.2`,
      '',
    ].join('\n');

  test('is not held against the default of the other end', async () => {
    expect(
      await mismatches({ 'deploy.sh': script('x86_64'), 'main.tf': lambdaOf('1.4.2', 'var.architecture') }),
    ).toEqual([]);
  });

  test('but the default itself is, and a caller that takes the branch', async () => {
    expect(
      await mismatches({ 'deploy.sh': script('arm64'), 'main.tf': lambdaOf('1.4.2', 'var.architecture') }),
    ).toHaveLength(1);
    expect(
      await mismatches({
        'deploy.sh': script('x86_64'),
        Makefile: 'deploy:\n\tARCH=arm64 ./deploy.sh\n',
        'main.tf': lambdaOf('1.4.2', 'var.architecture'),
      }),
    ).toHaveLength(1);
  });
});

describe('one repository, three services, the CPU by the name of the Dockerfile', () => {
  const push = (otherwise: string): string =>
    [
      '#!/usr/bin/env bash',
      'set -euo pipefail',
      'ENVIRONMENT="$1"',
      'SERVICE="$2"',
      'DOCKERFILE="$3"',
      'if [[ "$DOCKERFILE" == *apprunner* ]]; then',
      '  CPU=amd64',
      'else',
      `  CPU=${otherwise}`,
      'fi',
      `REPO=${HOST}/shop`,
      'TAG="$SERVICE-$ENVIRONMENT-$(git rev-parse --short HEAD)"',
      'docker build --platform "linux/$CPU" --provenance=false -f "docker/$DOCKERFILE" -t "$REPO:$TAG" -t "$REPO:$SERVICE-$ENVIRONMENT-latest" .',
      'docker push "$REPO:$TAG"',
      'docker push "$REPO:$SERVICE-$ENVIRONMENT-latest"',
      '',
    ].join('\n');
  const dockerfiles = {
    'docker/Dockerfile.lambda': 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app .\nCMD ["app.handler"]\n',
    'docker/Dockerfile.apprunner': 'FROM python:3.13-slim\nCOPY app .\nCMD ["python", "-m", "app"]\n',
    'docker/Dockerfile.jobs': 'FROM python:3.13-slim\nCOPY jobs .\nCMD ["python", "-m", "jobs"]\n',
  };
  const stacks = [
    'resource "aws_lambda_function" "api" {',
    '  function_name = "shop-api"',
    '  role          = "arn:aws:iam::123456789012:role/api"',
    '  package_type  = "Image"',
    `  image_uri     = "${HOST}/shop:api-dev-latest"`,
    '  architectures = ["arm64"]',
    '}',
    'resource "aws_apprunner_service" "web" {',
    '  service_name = "shop-web"',
    '  source_configuration {',
    '    image_repository {',
    '      image_repository_type = "ECR"',
    `      image_identifier      = "${HOST}/shop:web-dev-latest"`,
    '    }',
    '  }',
    '}',
    'resource "aws_ecs_task_definition" "jobs" {',
    '  family                   = "shop-jobs"',
    '  requires_compatibilities = ["FARGATE"]',
    '  cpu = 256',
    '  memory = 512',
    '  runtime_platform {',
    '    cpu_architecture = "ARM64"',
    '  }',
    `  container_definitions = jsonencode([{ name = "jobs", image = "${HOST}/shop:jobs-dev-latest" }])`,
    '}',
    '',
  ].join('\n');
  const make = [
    'api:',
    '\t./scripts/docker-push.sh dev api Dockerfile.lambda',
    'web:',
    '\t./scripts/docker-push.sh dev web Dockerfile.apprunner',
    'jobs:',
    '\t./scripts/docker-push.sh dev jobs Dockerfile.jobs',
    '',
  ].join('\n');
  const matrix = (run: string): string =>
    [
      'on: push',
      'jobs:',
      '  images:',
      '    runs-on: ubuntu-24.04',
      '    strategy:',
      '      matrix:',
      '        include:',
      '          - { service: api, dockerfile: Dockerfile.lambda }',
      '          - { service: web, dockerfile: Dockerfile.apprunner }',
      '          - { service: jobs, dockerfile: Dockerfile.jobs }',
      '    steps:',
      '      - uses: actions/checkout@v4',
      '      - uses: docker/setup-qemu-action@v3',
      `      - run: ${run}`,
      '',
    ].join('\n');
  const called = './scripts/docker-push.sh dev ${{ matrix.service }} ${{ matrix.dockerfile }}';

  test.each([
    ['by Make', { Makefile: make }],
    ['by a matrix', { '.github/workflows/images.yml': matrix(called) }],
    ['by hand', {}],
  ] as const)('done right, called %s, is silent', async (_, callers) => {
    expect(
      await mismatches({ ...dockerfiles, ...callers, 'scripts/docker-push.sh': push('arm64'), 'main.tf': stacks }),
    ).toEqual([]);
  });

  test('with the stacks naming variables, too', async () => {
    const open = stacks.replaceAll('dev-latest', '${var.environment}-${var.revision}');
    expect(
      await mismatches({
        ...dockerfiles,
        '.github/workflows/images.yml': matrix(called),
        'scripts/docker-push.sh': push('arm64'),
        'main.tf': `provider "aws" {}\nvariable "environment" {}\nvariable "revision" {}\n${open}`,
      }),
    ).toEqual([]);
    const unnamed = stacks.replaceAll(/(?:api|web|jobs)-dev-latest/g, '${var.tag}');
    expect(
      await mismatches({
        ...dockerfiles,
        '.github/workflows/images.yml': matrix(called),
        'scripts/docker-push.sh': push('arm64'),
        'main.tf': `provider "aws" {}\nvariable "tag" {}\n${unnamed}`,
      }),
    ).toEqual([]);
  });

  test('done wrong is told, once for each workload', async () => {
    expect(
      (await mismatches({ ...dockerfiles, Makefile: make, 'scripts/docker-push.sh': push('amd64'), 'main.tf': stacks }))
        .length,
    ).toBeGreaterThan(0);
  });
});
