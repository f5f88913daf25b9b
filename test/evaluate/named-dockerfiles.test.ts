import { describe, expect, test } from 'vitest';
import { judged } from './judged.ts';

const FUNCTION = [
  'Resources:',
  '  Api:',
  '    Type: AWS::Lambda::Function',
  '    Properties:',
  '      PackageType: Image',
  '      Role: arn:aws:iam::123456789012:role/api',
  '      Architectures: [arm64]',
  '      Code:',
  '        ImageUri: 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:1.4.2',
  '',
].join('\n');
const REPO = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:1.4.2';
const script = (build: string): string => `#!/usr/bin/env bash\nset -euo pipefail\n${build}\ndocker push ${REPO}\n`;

describe('a Dockerfile of any name', () => {
  const base = 'FROM public.ecr.aws/lambda/python:3.12-arm64\nCOPY app.py .\nCMD ["app.handler"]\n';
  const wrong = base.replace('arm64', 'x86_64');

  test('that Docker falls back to is read', async () => {
    const files = (dockerfile: string) => ({
      'template.yaml': FUNCTION,
      'api/dockerfile': dockerfile,
      'deploy.sh': script(`docker build --provenance=false -t ${REPO} api`),
    });
    expect((await judged(files(base))).found).toEqual([]);
    expect((await judged(files(wrong))).found).toEqual([
      'arch-mismatch api/dockerfile:1 public.ecr.aws/lambda/python:3.12-x86_64',
    ]);
  });

  test.each(['images/api-image', 'images/api.txt', 'images/dockerfile-api'])(
    'that a build names is read: %s',
    async (path) => {
      const files = (dockerfile: string) => ({
        'template.yaml': FUNCTION,
        [path]: dockerfile,
        'deploy.sh': script(`docker build --provenance=false -f ${path} -t ${REPO} .`),
      });
      expect((await judged(files(base))).found).toEqual([]);
      expect((await judged(files(wrong))).found).toEqual([
        `arch-mismatch ${path}:1 public.ecr.aws/lambda/python:3.12-x86_64`,
      ]);
      const hushed = await judged(
        files(`# plimsoll-ignore arch-mismatch -- built for a test of the other CPU\n${wrong}`),
      );
      expect(hushed.found).toEqual([]);
      expect(hushed.suppressed).toHaveLength(1);
    },
  );

  test('that a workflow, a compose file and a stack name is read', async () => {
    const workflow = [
      'on: push',
      'jobs:',
      '  image:',
      '    runs-on: ubuntu-24.04',
      '    steps:',
      '      - uses: actions/checkout@v4',
      '      - uses: docker/build-push-action@v6',
      `        with: { context: ., file: images/api.image, push: true, provenance: false, tags: '${REPO}' }`,
      '',
    ].join('\n');
    expect(
      (await judged({ 'template.yaml': FUNCTION, 'images/api.image': wrong, '.github/workflows/image.yml': workflow }))
        .found,
    ).toEqual(['arch-mismatch images/api.image:1 public.ecr.aws/lambda/python:3.12-x86_64']);
    const compose = `services:\n  api:\n    image: ${REPO}\n    build: { context: ., dockerfile: images/api.image }\n`;
    const build = `docker compose build\ndocker compose push`;
    expect(
      (
        await judged({
          'template.yaml': FUNCTION,
          'images/api.image': wrong,
          'compose.yaml': compose,
          'deploy.sh': `#!/bin/bash\nset -euo pipefail\nexport BUILDX_NO_DEFAULT_ATTESTATIONS=1\n${build}\n`,
        })
      ).found,
    ).toEqual(['arch-mismatch images/api.image:1 public.ecr.aws/lambda/python:3.12-x86_64']);
  });
});

describe('a Dockerfile on standard input', () => {
  const job = (run: string[]): string =>
    [
      'on: push',
      'jobs:',
      '  layer:',
      '    runs-on: ubuntu-24.04',
      '    steps:',
      '      - uses: actions/checkout@v4',
      '      - run: |',
      ...run.map((line) => `          ${line}`),
      '',
    ].join('\n');
  const files = (...run: string[]) => ({ '.github/workflows/layer.yml': job(run) });
  const tag = 'ghcr.io/example/layer:1.2.3';

  test('is read where its text is known', async () => {
    expect(
      (
        await judged(
          files(
            `printf 'FROM scratch\\nADD bin /\\n' | docker build --platform linux/arm64 -t ${tag} -f- .`,
            `docker push ${tag}`,
          ),
        )
      ).found,
    ).toEqual([]);
    expect(
      (
        await judged(
          files(
            `docker build --platform linux/arm64 -t ${tag} - <<'EOF'`,
            'FROM alpine:3.20',
            'RUN apk add --no-cache curl',
            'EOF',
            `docker push ${tag}`,
          ),
        )
      ).found,
    ).toEqual(['emulation-missing .github/workflows/layer.yml:8 linux/arm64']);
  });

  test('says nothing where it is not', async () => {
    expect(
      (
        await judged(
          files(`./make-dockerfile | docker build --platform linux/arm64 -t ${tag} -f - .`, `docker push ${tag}`),
        )
      ).found,
    ).toEqual([]);
    const piped = script(`generate | docker build --provenance=false -t ${REPO} -`);
    expect((await judged({ 'template.yaml': FUNCTION, 'deploy.sh': piped })).found).toEqual([]);
  });
});
