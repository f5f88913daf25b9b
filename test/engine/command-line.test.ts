/** A command line, judged in a project: what it does itself, and what lies on the voyages that it starts. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { commandName, readCommandLine } from '../../src/engine/command-line.ts';
import { mayMatter } from '../../src/engine/glance.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const REPOSITORY = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders';

const STACK = `import * as cdk from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
const app = new cdk.App();
for (const [id, name, arch] of [['Orders', 'orders', lambda.Architecture.ARM_64]] as const) {
  const stack = new cdk.Stack(app, id, { env: { account: '123456789012', region: 'eu-north-1' } });
  new lambda.DockerImageFunction(stack, 'Fn', {
    functionName: name,
    code: lambda.DockerImageCode.fromEcr(ecr.Repository.fromRepositoryName(stack, 'Images', name), { tagOrDigest: '1' }),
    architecture: arch,
  });
}
`;

const PROJECT = {
  'cdk.json': '{"app": "npx tsx bin/app.ts"}',
  'bin/app.ts': STACK,
  Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:22\nCOPY . .\nCMD ["index.handler"]\n',
  'scripts/build.sh': `#!/bin/bash\nset -euo pipefail\ndocker build --platform linux/amd64 --provenance=false -t ${REPOSITORY}:1 .\ndocker push ${REPOSITORY}:1\n`,
  'scripts/other.sh': '#!/bin/bash\nset -euo pipefail\nnpx serverless deploy | tail -5\n',
  Makefile: 'release:\n\t./scripts/build.sh\n',
  'package.json': '{"scripts": {"test": "vitest run", "lint": "./scripts/lint.sh", "ship": "make release"}}',
  'scripts/lint.sh': '#!/bin/bash\nset -e\neslint .\n',
};

async function found(text: string, folder = '', files: Readonly<Record<string, string>> = PROJECT): Promise<string[]> {
  const result = await check({
    files: memoryFiles(files),
    config: DEFAULT_CONFIG,
    typed: { file: '<command>', text, folder },
    today: '2026-11-21',
  });
  return result.findings.map(({ rule, site: { file, span } }) => `${rule} ${file}:${span.line}:${span.column}`);
}

const BUILT_FOR_THE_WRONG_CPU = 'arch-mismatch scripts/build.sh:3:25';

describe('what a command line has to do with', () => {
  it('is what it does itself', async () => {
    expect(await found('npx serverless deploy 2>&1 | tail -100', '', {})).toEqual([
      'deploy-exit-masked <command>:1:1',
      'deploy-output-hidden <command>:1:1',
    ]);
  });

  it('is nothing of the rest of the project', async () => {
    expect(await found('docker build --platform linux/arm64 -t tools:1 tools')).toEqual([]);
    expect(await found('ls | tail -3')).toEqual([]);
  });

  it.each([
    ['a push of what a script built', `docker push ${REPOSITORY}:1`],
    ['a deploy of the stack that runs it', 'npx cdk deploy Orders'],
    ['a deploy of all stacks', 'npx cdk deploy --all'],
    ['the image rolled out', `aws lambda update-function-code --function-name orders --image-uri ${REPOSITORY}:1`],
    ['a script', './scripts/build.sh'],
    ['a script given to a shell', 'DEBUG=1 bash scripts/build.sh'],
    ['a target', 'make release'],
    ['an npm script that calls a target', 'npm run ship'],
  ])('is the voyage that it starts: %s', async (_, text) => {
    expect(await found(text)).toEqual([BUILT_FOR_THE_WRONG_CPU]);
  });

  it('is not what a workflow makes of the same script', async () => {
    const workflow =
      'on: push\njobs:\n  ship:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./build.sh\n';
    const files = {
      'build.sh': `#!/bin/bash\nset -eu\ndocker build --platform linux/arm64 --provenance=false -t ${REPOSITORY}:1 .\ndocker push ${REPOSITORY}:1\n`,
      Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:22\nRUN npm ci\nCMD ["index.handler"]\n',
      '.github/workflows/ship.yml': workflow,
    };
    const { findings } = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG, today: '2026-11-21' });
    expect(findings.map(({ rule }) => rule)).toContain('emulation-missing');
    expect(await found('./build.sh', '', files)).toEqual([]);
  });

  it('is no voyage of another stack', async () => {
    const files = {
      ...PROJECT,
      'bin/app.ts': `${STACK}new cdk.Stack(app, 'Web');\nnew ecr.Repository(new cdk.Stack(app, 'Images'), 'Repo');\n`,
    };
    expect(await found('npx cdk deploy Images', '', files)).toEqual([]);
    expect(await found('npx cdk deploy Orders', '', files)).toEqual([BUILT_FOR_THE_WRONG_CPU]);
  });

  it('begins in the folder it is typed in', async () => {
    expect(await found('./build.sh', 'scripts')).toEqual([BUILT_FOR_THE_WRONG_CPU]);
    expect(await found('cd .. && ./scripts/build.sh', 'scripts')).toEqual([BUILT_FOR_THE_WRONG_CPU]);
    expect(await found('./scripts/build.sh', 'scripts')).toEqual([]);
  });

  it('takes quotes, here-documents and what a shell is told to run', async () => {
    expect(await found('bash -c "npx serverless deploy | tail -5"')).toEqual([
      'deploy-exit-masked <command>:1:10',
      'deploy-output-hidden <command>:1:10',
    ]);
    expect(await found('cat <<EOF\nnpx serverless deploy | tail -5\nEOF')).toEqual([]);
    expect(await found('echo "npx serverless deploy | tail -5"')).toEqual([]);
    expect(await found('set -o pipefail; npx serverless deploy | tee deploy.log')).toEqual([]);
  });

  it('says nothing of what may have been typed before, or may be next', async () => {
    const files = {
      'deploy.sh': `#!/bin/bash\nset -e\naws lambda update-function-code --function-name orders --image-uri ${REPOSITORY}:1\n`,
    };
    expect(await found('./deploy.sh', '', files)).toEqual(['deploy-unconfirmed deploy.sh:3:1']);
    expect(
      await found(`aws lambda update-function-code --function-name orders --image-uri ${REPOSITORY}:1`, '', files),
    ).toEqual([]);
    expect(await found(`docker push ${REPOSITORY}:latest`, '', {})).toEqual([]);
  });

  it('can be suppressed in the line itself', async () => {
    expect(
      await found(
        'npx serverless deploy | tail -5 # plimsoll-ignore deploy-output-hidden deploy-exit-masked -- known',
        '',
        {},
      ),
    ).toEqual([]);
  });
});

describe('its name', () => {
  it('is that of no file', () => {
    expect(commandName(() => false)).toBe('<command>');
    expect(commandName((path) => path === '<command>' || path === '<command 2>')).toBe('<command 3>');
  });

  it('takes no part of its own: the summary counts files', async () => {
    const request = { files: memoryFiles({}), config: DEFAULT_CONFIG };
    const { files } = await check({ ...request, typed: { file: '<command>', text: 'docker push a:1', folder: '' } });
    expect(files).toBe(0);
  });
});

describe('a first look', () => {
  const asked: string[] = [];
  const files = memoryFiles(PROJECT);
  const look = async (text: string, folder = ''): Promise<boolean> => {
    asked.length = 0;
    const reading = await readCommandLine({ file: '<command>', text, folder });
    return mayMatter(reading, {
      read: (path) => {
        asked.push(path);
        return files.read(path);
      },
      exists: (path) => files.exists(path),
    });
  };

  it.each([
    'ls -la',
    'git status',
    'npm test',
    'npm run nothing',
    'npm run lint',
    'FOO=1 pytest -q | tail -20',
    'docker ps',
    'aws s3 ls',
    './scripts/lint.sh',
    'make nothing',
    'cat scripts/build.sh',
    'grep -r docker .',
    '',
  ])('needs no project: %s', async (text) => {
    expect(await look(text)).toBe(false);
  });

  it.each([
    'npx cdk deploy',
    'docker build .',
    'npm run ship',
    'make release',
    './scripts/build.sh',
    'cd scripts; ./build.sh',
    'if true; then docker push a:1; fi',
    'npm run test --workspace=api',
  ])('needs the project: %s', async (text) => {
    expect(await look(text)).toBe(true);
  });

  it('opens only what the line calls', async () => {
    await look('npm run lint');
    expect(asked).not.toContain('bin/app.ts');
    expect(asked).toContain('scripts/lint.sh');
    await look('git status');
    expect(asked).toEqual([]);
  });
});
