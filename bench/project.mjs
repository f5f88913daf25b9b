// A made-up project of so many services, each with what a real one has: Dockerfile, deploy script, workflow, Makefile,
// package.json, CDK stack, template.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function writeProject(folder, services) {
  const put = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('package.json', '{"private": true, "workspaces": ["services/*"]}\n');
  for (let index = 0; index < services; index++)
    for (const [path, text] of Object.entries(service(index))) put(path, text);
}

function service(index) {
  const name = `service-${String(index).padStart(4, '0')}`;
  const home = `services/${name}`;
  const lambda = index % 2 === 0;
  const arch = index % 3 === 0 ? 'amd64' : 'arm64';
  const registry = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';
  return {
    [`${home}/Dockerfile`]: [
      'FROM public.ecr.aws/docker/library/node:22.12.0-bookworm-slim AS build',
      'WORKDIR /src',
      'COPY . .',
      'RUN npm ci && npm run build',
      '',
      lambda ? 'FROM public.ecr.aws/lambda/nodejs:22' : 'FROM public.ecr.aws/docker/library/node:22.12.0-bookworm-slim',
      'COPY --from=build /src/dist ./',
      'CMD ["index.handler"]',
      '',
    ].join('\n'),
    [`${home}/scripts/deploy.sh`]: [
      '#!/usr/bin/env bash',
      'set -euo pipefail',
      `REGISTRY="\${REGISTRY:-${registry}}"`,
      `IMAGE="$REGISTRY/${name}"`,
      'TAG="${1:-$(git rev-parse --short HEAD)}"',
      'log() { printf "%s\\n" "$*" >&2; }',
      'build() {',
      '  local ref="$1"',
      '  log "building $ref"',
      `  docker buildx build --platform linux/${arch} --provenance=false -t "$ref" --push .`,
      '}',
      'for tool in aws docker git; do',
      '  command -v "$tool" >/dev/null 2>&1 || { log "missing $tool"; exit 1; }',
      'done',
      'aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"',
      'build "$IMAGE:$TAG"',
      lambda
        ? `aws lambda update-function-code --function-name ${name} --image-uri "$IMAGE:$TAG"`
        : `aws ecs update-service --cluster main --service ${name} --force-new-deployment`,
      '',
    ].join('\n'),
    [`.github/workflows/${name}.yml`]: [
      `name: ${name}`,
      'on: push',
      'jobs:',
      '  deploy:',
      `    runs-on: ubuntu-24.04${arch === 'arm64' ? '-arm' : ''}`,
      '    defaults:',
      '      run:',
      `        working-directory: ${home}`,
      '    steps:',
      '      - uses: actions/checkout@v4',
      '      - uses: docker/setup-buildx-action@v3',
      '      - run: make deploy TAG=${{ github.sha }}',
      '',
    ].join('\n'),
    [`${home}/Makefile`]: [
      'TAG ?= $(shell git rev-parse --short HEAD)',
      '',
      'deploy:',
      '\t./scripts/deploy.sh $(TAG)',
      '',
    ].join('\n'),
    [`${home}/package.json`]: `${JSON.stringify({ name, scripts: { deploy: './scripts/deploy.sh' } }, null, 2)}\n`,
    [`${home}/template.yml`]: [
      'Resources:',
      '  Repository:',
      '    Type: AWS::ECR::Repository',
      '    Properties:',
      `      RepositoryName: ${name}`,
      '      ImageTagMutability: IMMUTABLE',
      ...Array.from(
        { length: 40 },
        (_, queue) =>
          `  Queue${queue}:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub "${name}-${queue}-\${AWS::StackName}"`,
      ),
      '',
    ].join('\n'),
    [`${home}/infra/stack.ts`]: [
      "import { Stack, type StackProps } from 'aws-cdk-lib';",
      "import * as ecr from 'aws-cdk-lib/aws-ecr';",
      "import * as lambda from 'aws-cdk-lib/aws-lambda';",
      "import type { Construct } from 'constructs';",
      '',
      `export class Service${index} extends Stack {`,
      '  constructor(scope: Construct, id: string, props?: StackProps) {',
      '    super(scope, id, props);',
      `    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', '${name}');`,
      "    new lambda.DockerImageFunction(this, 'Function', {",
      `      functionName: '${name}',`,
      `      architecture: lambda.Architecture.${arch === 'arm64' ? 'ARM_64' : 'X86_64'},`,
      "      code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: process.env['TAG'] ?? 'unset' }),",
      '    });',
      '  }',
      '}',
      '',
    ].join('\n'),
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, file) => [
        `${home}/src/module-${file}.ts`,
        `export function run${file}(input: readonly number[]): number {\n  return input.reduce((sum, one) => sum + one * ${file}, 0);\n}\n`,
      ]),
    ),
  };
}
