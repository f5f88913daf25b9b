/**
 * The built program with secrets where scripts get their values: every format, every file it writes, and standard
 * error.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/report/formats.ts';
import { ENVIRONMENT, canary, checkSilent, watched } from '../canaries.ts';
import { folder, git, put } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

function run(cwd: string, ...args: string[]) {
  return watched(cwd, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...ENVIRONMENT, NO_COLOR: '', FORCE_COLOR: '' },
    });
    return { code: status, out: stdout, err: stderr };
  });
}

/**
 * A checkout with its token in `.git/config`, an `.env` that git ignores and another that it doesn't, and scripts that
 * read them all.
 */
function checkout(): string {
  const root = folder({
    '.gitignore': '.env\n',
    '.env': `TAG=${canary('ignored')}\n`,
    '.env.shared': `SHARED=${canary('tracked')}\n`,
    creds: `${canary('creds')}\n`,
    VERSION: `${canary('version')}\n`,
    Dockerfile: `FROM public.ecr.aws/lambda/nodejs:22\nARG NPM_TOKEN=${canary('arg')}\nCMD ["index.handler"]\n`,
    'template.yaml': `Resources:\n  Api:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: api, PackageType: Image, Architectures: [arm64], Code: {ImageUri: "${HOST}/api:1"}, Role: x}\n`,
    'infra/main.tf': 'variable "tag" {}\nresource "aws_ecr_repository" "r" {\n  name = "api-${var.tag}"\n}\n',
    'infra/terraform.tfvars': `tag = "${canary('tfvars')}"\n`,
    'deploy.sh': [
      '#!/bin/bash',
      'set -euo pipefail',
      'source .env',
      '. ./.env.shared',
      `docker login -u me -p ${canary('login')} ghcr.io`,
      `docker build --platform linux/amd64 --build-arg NPM_TOKEN=${canary('build arg')} -t ${HOST}/api:$TAG -t ${HOST}/api:$SHARED -t ${HOST}/api:$(cat VERSION) .`,
      `docker push ${HOST}/api:$TAG | tail -1`,
      `docker push ${HOST}/api:$(cat VERSION)`,
      `docker push ${HOST}/api:$(cat creds) || true`,
      `docker push ${HOST}/api:$(cat .git/config | tail -1)`,
      `git clone https://me:${canary('url')}@example.com/x && npx cdk deploy | tail -5`,
      `aws lambda update-function-code --function-name api --image-uri ${HOST}/api:$(cat VERSION)`,
      '',
    ].join('\n'),
    '.github/workflows/ci.yml': `on: push\nenv:\n  NPM_TOKEN: ${canary('workflow')}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push ${HOST}/api:$NPM_TOKEN | tail -3\n      - run: ./deploy.sh\n`,
  });
  git(root, 'init', '-q');
  put(root, {
    '.git/config': `${readFileSync(join(root, '.git/config'), 'utf8')}[remote "origin"]\n\turl = https://x-access-token:${canary('checkout')}@github.com/a/b\n`,
  });
  git(root, 'add', '.');
  return root;
}

describe('no secret of a checkout is told', () => {
  it.each(FORMATS)('as %s, and it has something to tell', (format) => {
    const { code, out } = run(checkout(), 'check', '-f', format, '--pedantic', '--stats');
    expect(code).toBe(1);
    expect(out).toContain('deploy');
  });

  it('by a fix, a baseline, or a file of output', () => {
    const root = checkout();
    run(root, 'check', '--fix-dry-run', '--pedantic');
    run(root, 'check', '--baseline', 'base.json', '--update-baseline', '-o', 'sarif=out.sarif', '-o', 'json=out.json');
    for (const file of ['base.json', 'out.sarif', 'out.json'])
      checkSilent(file, readFileSync(join(root, file), 'utf8'));
    run(root, 'check', '--baseline', 'base.json');
  });

  it('and what it says is where the value comes from', () => {
    expect(run(checkout(), 'check', '-f', 'json').out).toContain('${the content of VERSION}');
  });
});
