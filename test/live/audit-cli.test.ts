import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { account, amd, arm, functionArn, lambda, older, service } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { plimsoll } from './run.ts';

let folder = '';
let aws: StandIn | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-audit-'));
});
afterEach(async () => {
  await aws?.close();
  aws = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const wrong = account({
  repositories: [
    {
      name: 'app',
      mutability: 'IMMUTABLE',
      images: [
        { content: arm, tags: ['v1'] },
        { content: amd, tags: ['v2'] },
      ],
    },
  ],
  functions: [lambda('good', 'v1', arm), lambda('bad', 'v2', amd)],
});
const sound = account({
  repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['v1'] }] }],
  functions: [lambda('good', 'v1', arm)],
});

async function serve(
  state = wrong,
  faults: NonNullable<Parameters<typeof startStandIn>[1]>['faults'] = [],
): Promise<Record<string, string>> {
  aws = await startStandIn(state, { faults });
  return { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1' };
}

interface Shown {
  readonly rule: string;
  readonly resource: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

function findings(stdout: string): Shown[] {
  const document: { findings: Shown[] } = JSON.parse(stdout);
  return document.findings.map(({ rule, resource, file, line, column }) => ({ rule, resource, file, line, column }));
}

describe('exit codes', () => {
  test('1 with a finding, its ARN, what to do and where to click; nothing on stderr', async () => {
    const { code, stdout, stderr } = await plimsoll(['audit'], { cwd: folder, env: await serve() });
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toContain(functionArn('bad'));
    expect(stdout.replace(/\s+/g, ' ')).toContain('aws lambda get-function --function-name bad --region eu-west-1');
    expect(stdout).toContain('https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/bad');
  });

  test('0 when all is sound, though one thing could not be verified', async () => {
    const { code, stdout } = await plimsoll(['audit', '-f', 'json'], {
      cwd: folder,
      env: await serve(sound, [{ action: 'ecr:GetLifecyclePolicy', kind: 'deny' }]),
    });
    expect(findings(stdout).map((one) => one.rule)).toEqual(['not-verified']);
    expect(code).toBe(0);
  });

  test.each([
    ['no region', { AWS_REGION: '' }, 'no region is set'],
    ['nobody answers', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 'could not be reached: ECONNREFUSED'],
    [
      'no credentials',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      'the credentials were not accepted (CredentialsProviderError)',
    ],
  ])('2 with one line: %s', async (_, env, message) => {
    const { code, stdout, stderr } = await plimsoll(['audit'], { cwd: folder, env: { ...(await serve()), ...env } });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^plimsoll: nothing could be verified: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  test('2 when everything is denied', async () => {
    const { code, stderr } = await plimsoll(['audit'], {
      cwd: folder,
      env: await serve(wrong, [{ action: '*', kind: 'deny' }]),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('`plimsoll audit --print-policy` prints what it needs');
  });
});

test('the options reach the account: region, endpoint, function, repository', async () => {
  await serve();
  const { stdout, stderr } = await plimsoll(
    ['audit', '--region', 'eu-west-1', '--endpoint-url', aws!.url, '--function', 'good', '-f', 'json'],
    { cwd: folder },
  );
  expect(stderr).toBe('');
  expect(findings(stdout)).toEqual([]);
  const actions = aws!.calls.map((call) => call.action);
  expect(actions).not.toContain('lambda:ListFunctions');
  expect(actions).not.toContain('ecs:ListClusters');
  const gone = await plimsoll(
    ['audit', '--region', 'eu-west-1', '--endpoint-url', aws!.url, '--function', 'nobody', '-f', 'json'],
    { cwd: folder },
  );
  expect(findings(gone.stdout).map((one) => one.rule)).toEqual(['not-verified']);
});

test('--tag-filter looks at images that no workload names; regions are audited one by one', async () => {
  await serve();
  const { code } = await plimsoll(
    [
      'audit',
      '--region',
      'eu-west-1,us-east-1',
      '--endpoint-url',
      aws!.url,
      '--tag-filter',
      'v*',
      '--save',
      'evidence.json',
    ],
    { cwd: folder },
  );
  expect(code).toBe(1);
  const evidence: { scopes: { region: string; images: { tags: string[] }[] }[] } = JSON.parse(
    readFileSync(join(folder, 'evidence.json'), 'utf8'),
  );
  expect(evidence.scopes.map((scope) => scope.region)).toEqual(['eu-west-1', 'us-east-1']);
  expect(evidence.scopes[0]!.images.flatMap((one) => one.tags).sort()).toEqual(['v1', 'v2']);
});

test('--print-policy calls nothing', async () => {
  const { code, stdout } = await plimsoll(['audit', '--print-policy'], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    Version: '2012-10-17',
    Statement: expect.arrayContaining([expect.objectContaining({ Effect: 'Allow', Resource: '*' })]),
  });
});

describe('other accounts', () => {
  const MEMBER = '210987654321';
  const members = {
    [MEMBER]: {
      roles: ['auditor'],
      regions: { 'eu-west-1': JSON.parse(JSON.stringify(wrong.regions['eu-west-1']).replaceAll(wrong.id, MEMBER)) },
    },
  };

  test('--role-name goes into each of --accounts', async () => {
    const { code, stdout, stderr } = await plimsoll(
      ['audit', '--role-name', 'auditor', '--accounts', `${MEMBER},345678901234`],
      { cwd: folder, env: await serve({ ...sound, members }) },
    );
    expect([code, stderr]).toEqual([
      2,
      'plimsoll: not verified: account 345678901234 (no permission for sts:AssumeRole)\n',
    ]);
    expect(stdout).toContain(functionArn('bad').replace(wrong.id, MEMBER));
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'Not verified, sts:AssumeRole for arn:aws:iam::345678901234:role/auditor: no permission for sts:AssumeRole',
    );
    expect(stdout).toContain(
      `1 error, 1 note in account ${MEMBER} in eu-west-1: 2 Lambda functions, 2 images looked at; account 345678901234 could not be entered.`,
    );
    expect(stdout).not.toMatch(/never-print|ASIA/);
  });

  test('the policy for it lets the roles be assumed, and nothing else', async () => {
    const { stdout } = await plimsoll(
      ['audit', '--print-policy', '--role-name', 'auditor', '--accounts', MEMBER, '--region', 'cn-north-1'],
      { cwd: folder },
    );
    expect(JSON.parse(stdout)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'PlimsollAuditAccounts',
          Effect: 'Allow',
          Action: ['sts:AssumeRole'],
          Resource: [`arn:aws-cn:iam::${MEMBER}:role/auditor`],
        },
      ],
    });
  });

  test('--organization with --region all: every account in every region it has enabled', async () => {
    const state = { ...sound, organization: [{ id: MEMBER }], members };
    const { code, stdout, stderr } = await plimsoll(
      ['audit', '--organization', '--role-name', 'auditor', '--region', 'all', '-f', 'json'],
      { cwd: folder, env: { ...(await serve(state)), AWS_REGION: '' } },
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(findings(stdout).map((one) => [one.rule, one.resource])).toEqual([
      ['arch-mismatch', functionArn('bad').replace(wrong.id, MEMBER)],
    ]);
  });

  test.each([
    [
      ['--role-name', 'auditor'],
      '--role-name and --accounts belong together: the role of that name is assumed in each of the accounts (or in those of the --organization)',
    ],
    [['--role-name', 'auditor', '--accounts', 'prod'], '--accounts prod: an account id has 12 digits'],
    [['--role-arn', 'auditor'], "auditor is no role's ARN: arn:aws:iam::123456789012:role/NAME"],
    [['--external-id', 'x'], '--external-id is for roles: give --role-arn, or --role-name with --accounts'],
    [['--organization'], '--organization needs --role-name: the role of that name is assumed in each account'],
    [
      ['--organization', '--role-name', 'auditor', '--accounts', MEMBER],
      '--organization is all accounts: leave out --accounts and --role-arn',
    ],
    [
      ['--organization', '--role-name', 'a b'],
      "arn:aws:iam::000000000000:role/a b is no role's ARN: arn:aws:iam::123456789012:role/NAME",
    ],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stderr } = await plimsoll(['audit', ...args], { cwd: folder });
    expect([code, stderr]).toEqual([2, `plimsoll: ${message}\n`]);
  });
});

test('an account without findings is named all the same', async () => {
  const { code, stdout } = await plimsoll(['audit'], { cwd: folder, env: await serve(sound) });
  expect([code, stdout]).toEqual([
    0,
    'No findings in account 123456789012 in eu-west-1: 1 Lambda function, 1 image looked at.\n',
  ]);
});

test('SARIF has results for files only; the rest are notifications', async () => {
  const { stdout } = await plimsoll(['audit', '-f', 'sarif'], { cwd: folder, env: await serve() });
  const {
    runs,
  }: {
    runs: {
      results: unknown[];
      invocations: { toolExecutionNotifications: { level: string; associatedRule: { id: string } }[] }[];
    }[];
  } = JSON.parse(stdout);
  expect(runs[0]!.results).toEqual([]);
  expect(runs[0]!.invocations[0]!.toolExecutionNotifications.map((one) => [one.level, one.associatedRule.id])).toEqual([
    ['error', 'arch-mismatch'],
  ]);
});

describe('evidence', () => {
  test('saved evidence judged offline says the same', async () => {
    const env = await serve();
    const live = await plimsoll(['audit', '-f', 'json', '--save', 'evidence.json'], { cwd: folder, env });
    const offline = await plimsoll(['audit', '-f', 'json', '--from', 'evidence.json'], { cwd: folder });
    expect(offline.stdout).toBe(live.stdout);
    expect(offline.code).toBe(1);
    expect(readFileSync(join(folder, 'evidence.json'), 'utf8')).not.toMatch(
      /presigned|never-print|AKIA|SecretAccessKey/i,
    );
    expect(readdirSync(folder)).toEqual(['evidence.json']);
  });

  test('--since says what changed', async () => {
    await plimsoll(['audit', '--save', 'before.json'], { cwd: folder, env: await serve(sound) });
    aws!.account = account({
      repositories: [
        { name: 'app', mutability: 'IMMUTABLE', images: [{ content: arm }, { content: older, tags: ['v1'] }] },
      ],
      functions: [lambda('good', 'v1', arm, { architectures: ['x86_64'] }), lambda('new', 'v1', older)],
    });
    const { stdout } = await plimsoll(['audit', '--since', 'before.json'], {
      cwd: folder,
      env: { AWS_ENDPOINT_URL: aws!.url, AWS_REGION: 'eu-west-1' },
    });
    expect(stdout.slice(0, stdout.indexOf('\n\n'))).toBe(
      [
        'Different from the evidence before:',
        '  ~ Lambda function good: CPU x86_64, was arm64',
        '  + Lambda function new',
        `  ~ tag app:v1: points to ${older.digest.slice(0, 19)}, was ${arm.digest.slice(0, 19)}`,
      ].join('\n'),
    );
  });

  test.each([
    [
      'half a file',
      (text: string) => text.slice(0, text.length / 2),
      "is not a whole evidence file: it isn't JSON to its end",
    ],
    [
      'another version',
      (text: string) => text.replace('"version": 1', '"version": 9'),
      'is evidence of version 9; this plimsoll reads version 1',
    ],
    ['something else', () => '{"findings": []}', 'is no evidence of plimsoll'],
    [
      'a damaged field',
      (text: string) => text.replace('"architecture": "arm64"', '"architecture": 64'),
      'is damaged at scopes.0.',
    ],
  ])('%s is refused in one line', async (_, spoil, message) => {
    await plimsoll(['audit', '--save', 'evidence.json'], { cwd: folder, env: await serve() });
    writeFileSync(join(folder, 'evidence.json'), spoil(readFileSync(join(folder, 'evidence.json'), 'utf8')));
    const { code, stderr, stdout } = await plimsoll(['audit', '--from', 'evidence.json'], { cwd: folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^plimsoll: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  test('a full disk leaves the old file as it was, and what was found is told', async () => {
    const env = await serve();
    writeFileSync(join(folder, 'evidence.json'), 'old');
    const { code, stdout, stderr } = await plimsoll(['audit', '-f', 'json', '--save', 'evidence.json'], {
      cwd: folder,
      env,
      shell: 'ulimit -f 0; trap "" XFSZ; exec "$@"',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('the evidence could not be saved to evidence.json');
    expect(findings(stdout).map((one) => one.rule)).toEqual(['arch-mismatch']);
    expect(readFileSync(join(folder, 'evidence.json'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['evidence.json']);
  });

  test('killed while collecting, it leaves no file', async () => {
    const env = await serve(wrong, [{ action: 'lambda:GetFunction', kind: 'hang' }]);
    const { signal } = await plimsoll(['audit', '--save', 'evidence.json'], {
      cwd: folder,
      env,
      meddle: (kill) => setTimeout(() => kill('SIGKILL'), 700),
    });
    expect(signal).toBe('SIGKILL');
    expect(existsSync(join(folder, 'evidence.json'))).toBe(false);
  });
});

test('Ctrl-C ends it at once, with what is known by then', async () => {
  const env = await serve(account({ ...wrong.regions['eu-west-1'], ...service('web', 'app:v1', arm, 'ARM64') }), [
    { action: 'ecs:DescribeServices', kind: 'hang' },
  ]);
  let start = 0;
  const { code, stdout } = await plimsoll(['audit', '-f', 'json', '--save', 'evidence.json'], {
    cwd: folder,
    env,
    meddle: (kill) => {
      const waiting = setInterval(() => {
        if (!aws!.calls.some((call) => call.action === 'ecs:DescribeServices')) return;
        clearInterval(waiting);
        start = performance.now();
        kill('SIGINT');
      }, 50);
    },
  });
  expect(performance.now() - start).toBeLessThan(5000);
  expect(code).toBe(130);
  expect(findings(stdout).map((one) => one.rule)).toContain('not-verified');
  expect(JSON.parse(readFileSync(join(folder, 'evidence.json'), 'utf8'))).toMatchObject({ complete: false });
});

describe('with a project around it', () => {
  const template = (image: string) =>
    [
      'AWSTemplateFormatVersion: "2010-09-09"',
      'Resources:',
      '  Repo:',
      '    Type: AWS::ECR::Repository',
      '    Properties:',
      '      RepositoryName: app',
      '      ImageTagMutability: IMMUTABLE',
      '  Bad:',
      '    Type: AWS::Lambda::Function',
      '    Properties:',
      '      FunctionName: bad',
      '      PackageType: Image',
      '      Architectures: [arm64]',
      '      Role: arn:aws:iam::123456789012:role/r',
      '      Code:',
      `        ImageUri: !Sub "\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/${image}"`,
      '',
    ].join('\n');
  const project = (image: string): void => {
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'template.yaml'), template(image));
  };

  test('a finding about the live function stands at the file that declares it, with its ARN', async () => {
    project('app:v2');
    const { stdout } = await plimsoll(['audit', '-f', 'json', '--only', 'arch-mismatch'], {
      cwd: folder,
      env: await serve(),
    });
    expect(findings(stdout)).toEqual([
      { rule: 'arch-mismatch', resource: functionArn('bad'), file: 'template.yaml', line: 16, column: 24 },
    ]);
  });

  test('a local build and the live image of one voyage stand in one finding', async () => {
    project('app:v2');
    writeFileSync(join(folder, 'Dockerfile'), 'FROM public.ecr.aws/lambda/nodejs:22\nCOPY . .\nCMD ["app.handler"]\n');
    writeFileSync(
      join(folder, 'push.sh'),
      [
        'set -euo pipefail',
        'REGISTRY=123456789012.dkr.ecr.eu-west-1.amazonaws.com',
        'docker build --platform linux/amd64 --provenance=false -t "$REGISTRY/app:v2" .',
        'docker push "$REGISTRY/app:v2"',
        '',
      ].join('\n'),
    );
    const env = await serve();
    const { stdout } = await plimsoll(['audit', '-f', 'json', '--only', 'arch-mismatch'], { cwd: folder, env });
    expect(findings(stdout)).toEqual([
      { rule: 'arch-mismatch', resource: functionArn('bad'), file: 'template.yaml', line: 16, column: 24 },
    ]);
    const {
      findings: [only],
    }: {
      findings: {
        message: string;
        related: { message: string; file: string | null; line: number | null; resource: string | null }[];
      }[];
    } = JSON.parse(stdout);
    expect(only!.message).toContain('the image it runs (`sha256:');
    expect(only!.related.map((one) => `${one.message}: ${one.file ?? one.resource}:${one.line ?? ''}`)).toEqual([
      'the image: arn:aws:ecr:eu-west-1:123456789012:repository/app:',
      'needs arm64 here: template.yaml:13',
      'caused here: push.sh:3',
      'built by docker build: push.sh:3',
      'pushed as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v2: push.sh:4',
    ]);
    // The files alone say it at the build.
    const checked = await plimsoll(['check', '-f', 'json', '--only', 'arch-mismatch'], { cwd: folder });
    expect(findings(checked.stdout)).toMatchObject([{ resource: null, file: 'push.sh', line: 3 }]);
  });

  test('a template names a tag that the registry lacks', async () => {
    project('app:v9');
    const { stdout } = await plimsoll(['audit', '-f', 'json', '--only', 'image-missing'], {
      cwd: folder,
      env: await serve(),
    });
    expect(findings(stdout)).toEqual([
      { rule: 'image-missing', resource: null, file: 'template.yaml', line: 16, column: 24 },
    ]);
  });

  test.each([
    ['no stack owns the repository that the template wants', [], undefined, ['repository-exists']],
    [
      'its own stack owns it',
      [
        {
          name: 'prod',
          status: 'UPDATE_COMPLETE',
          resources: [{ type: 'AWS::ECR::Repository', logicalId: 'Repo', physicalId: 'app' }],
        },
      ],
      undefined,
      [],
    ],
    ['who owns it may not be read', [], 'cloudformation:ListStackResources', []],
    ['the stacks may not be listed', [], 'cloudformation:ListStacks', []],
  ])('repository-exists: %s', async (_, stacks, denied, rules) => {
    project('app:v2');
    const others = [
      {
        name: 'other',
        status: 'CREATE_COMPLETE',
        resources: [{ type: 'AWS::ECS::Service', logicalId: 'S', physicalId: 's' }],
      },
    ];
    const env = await serve(
      account({ ...wrong.regions['eu-west-1'], stacks: [...stacks, ...others] }),
      denied === undefined ? [] : [{ action: denied, kind: 'deny' }],
    );
    const { stdout } = await plimsoll(['audit', '-f', 'json', '--only', 'repository-exists'], { cwd: folder, env });
    expect(findings(stdout).map((one) => one.rule)).toEqual(rules);
  });

  test('--no-project leaves it out', async () => {
    project('app:v9');
    const { stdout } = await plimsoll(['audit', '-f', 'json', '--no-project'], { cwd: folder, env: await serve() });
    expect(findings(stdout)).toEqual([
      { rule: 'arch-mismatch', resource: functionArn('bad'), file: null, line: null, column: null },
    ]);
  });
});
