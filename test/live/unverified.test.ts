/** A service, an account or a region of which nothing is known is no pass: exit code 2, and the last line says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ACCOUNT, account, amd, arm, functionArn, lambda, service } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { AccountState, Fault } from '../aws-stand-in/state.ts';
import { Tally } from '../../src/live/verified.ts';
import { plimsoll } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-unverified-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let aws: StandIn | undefined;
afterEach(async () => aws?.close());

const repositories = [
  {
    name: 'app',
    mutability: 'IMMUTABLE' as const,
    images: [
      { content: arm, tags: ['v1'] },
      { content: amd, tags: ['v2'] },
    ],
    lifecycle: '{"rules":[]}',
  },
];
const sound = account({
  repositories,
  functions: [lambda('good', 'v1', arm)],
  ...service('web', 'app:v1', arm, 'ARM64'),
  stacks: [{ name: 'shop', status: 'CREATE_COMPLETE', resources: [] }],
});
const wrong = account({ repositories, functions: [lambda('bad', 'v2', amd)] });

interface Served {
  readonly state?: AccountState;
  readonly rewrite?: (action: string, body: string) => string | undefined;
}

async function audit(faults: readonly Fault[], args: readonly string[] = [], { state = sound, rewrite }: Served = {}) {
  aws = await startStandIn(state, { faults, ...(rewrite === undefined ? {} : { rewrite }) });
  const run = await plimsoll(['audit', ...args], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' },
  });
  return { ...run, last: run.stderr.trimEnd().split('\n').at(-1) ?? '' };
}

const deny = (...actions: string[]): Fault[] => actions.map((action) => ({ action, kind: 'deny' }));
const HERE = `account ${ACCOUNT}, eu-west-1`;

describe('a whole service', () => {
  test.each<[string, Fault[], string]>([
    ['its list is denied', deny('lambda:ListFunctions'), `Lambda in ${HERE} (no permission for lambda:ListFunctions)`],
    ['all of it is denied', deny('ecr:*'), `ECR in ${HERE} (no permission for ecr:DescribeRepositories)`],
    [
      'none of what is listed may be looked at',
      deny('lambda:GetFunction'),
      `Lambda in ${HERE} (no permission for lambda:GetFunction)`,
    ],
    [
      'both ways to its tasks are shut',
      deny('ecs:ListServices', 'ecs:ListTasks'),
      `ECS in ${HERE} (no permission for ecs:ListServices)`,
    ],
    [
      'somebody else answers',
      [{ action: 'cloudformation:*', kind: 'not json' }],
      `CloudFormation in ${HERE} (the answer to cloudformation:ListStacks was not what AWS sends (HTTP 200)`,
    ],
    [
      'nobody answers',
      [{ action: 'batch:*', kind: 'drop' }],
      `Batch in ${HERE} (the endpoint for batch:DescribeJobDefinitions could not be reached`,
    ],
    [
      'it is throttled to the end',
      [{ action: 'codebuild:*', kind: 'throttle' }],
      `CodeBuild in ${HERE} (AWS throttled codebuild:ListProjects until the retries ran out)`,
    ],
    [
      'the token expires on the way',
      [{ action: 'ecr:*', kind: 'expired token' }],
      `ECR in ${HERE} (the credentials were not accepted (ExpiredTokenException)`,
    ],
  ])('%s', async (_, faults, message) => {
    const { code, last, stdout } = await audit(faults);
    expect(code).toBe(2);
    expect(last).toContain(`plimsoll: not verified: ${message}`);
    expect(stdout).toMatch(/; nothing is known of \w+/);
  });

  test('of several, each is named', async () => {
    const { code, last } = await audit(deny('apprunner:*', 'batch:*'));
    expect([code, last]).toEqual([
      2,
      `plimsoll: not verified: App Runner and Batch in ${HERE} (no permission for apprunner:ListServices, and other reasons)`,
    ]);
  });

  test('what is found beside it is told all the same', async () => {
    const { code, stdout } = await audit(deny('batch:*'), ['-f', 'json'], { state: wrong });
    expect(code).toBe(2);
    expect(stdout).toContain(functionArn('bad'));
  });

  test('a service that was not asked for is not missed', async () => {
    const { code, stderr } = await audit(deny('batch:*', 'ecs:*'), ['--function', 'good']);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('saved and judged again, it is the same', async () => {
    await audit(deny('batch:*'), ['--save', 'evidence.json']);
    const { code, stderr } = await plimsoll(['audit', '--from', 'evidence.json'], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      `plimsoll: not verified: Batch in ${HERE} (no permission for batch:DescribeJobDefinitions)\n`,
    ]);
  });
});

describe('a whole account', () => {
  const everything = ['lambda', 'ecs', 'apprunner', 'batch', 'codebuild', 'eks', 'ecr', 'cloudformation'].map(
    (name) => `${name}:*`,
  );

  test('a role that may do nothing but ask who it is', async () => {
    const { code, last } = await audit(deny(...everything));
    expect(code).toBe(2);
    expect(last).toContain(
      `not verified: App Runner, Batch, CloudFormation, CodeBuild, ECR, ECS, EKS and Lambda in ${HERE} (`,
    );
  });

  test.each(['{}', '', '<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>'])(
    'STS does not tell which it is, and nothing in it does (%j)',
    async (body) => {
      const { code, last, stdout } = await audit([], [], {
        state: account({}),
        rewrite: (action) => (action === 'sts:GetCallerIdentity' ? body : undefined),
      });
      expect(code).toBe(2);
      expect(last).toContain(
        'not verified: which account it is in eu-west-1 (the answer to sts:GetCallerIdentity was not what AWS sends',
      );
      expect(stdout).toContain('nothing is known of which account it is');
    },
  );

  test('STS does not tell, but what is in it does', async () => {
    const { code, stderr } = await audit([{ action: 'sts:*', kind: 'not json' }]);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('an account that nobody is let into, beside one that is read', async () => {
    const member = '210987654321';
    const { code, last } = await audit([], ['--role-name', 'auditor', '--accounts', `${member},345678901234`], {
      state: { ...sound, members: { [member]: { roles: ['auditor'], regions: {} } } },
    });
    expect([code, last]).toEqual([
      2,
      'plimsoll: not verified: account 345678901234 (no permission for sts:AssumeRole)',
    ]);
  });

  test('regions that could not be listed', async () => {
    const { code, last } = await audit(deny('account:ListRegions'), ['--region', 'all']);
    expect([code, last]).toEqual([
      2,
      `plimsoll: not verified: the other regions in ${HERE} (no permission for account:ListRegions)`,
    ]);
  });
});

describe('a part of a service', () => {
  test.each([
    ['ecr:GetLifecyclePolicy'],
    ['lambda:ListAliases'],
    ['ecs:ListServices'],
    ['cloudformation:ListStackResources'],
    ['ecr:DescribeRepositories'],
  ])('%s denied: 0, and with --fail-on-unverified 1', async (action) => {
    expect((await audit(deny(action))).code).toBe(0);
    await aws!.close();
    expect((await audit(deny(action), ['--fail-on-unverified'])).code).toBe(1);
  });

  test('--fail-on-unverified is content when all is verified', async () => {
    expect((await audit([], ['--fail-on-unverified'])).code).toBe(0);
  });

  test("another account's closed registry is no service of this one's", async () => {
    const far = '999999999999.dkr.ecr.eu-west-1.amazonaws.com/shared:v1';
    const { code } = await audit([], [], {
      state: account({
        repositories: [{ name: 'shared', registryId: '999999999999', closed: true, images: [] }],
        functions: [{ name: 'api', imageUri: far, architectures: ['arm64'] }],
      }),
    });
    expect(code).toBe(0);
  });
});

test('what came through before a failure is known; what is gone was answered', () => {
  const tally = new Tally();
  tally.came('lambda:ListFunctions');
  tally.failed('lambda:GetFunction', { kind: 'gone', name: 'ResourceNotFoundException', reason: 'gone' });
  tally.failed('lambda:GetFunction', { kind: 'denied', name: 'AccessDenied', reason: 'denied' });
  expect(tally.unverified()).toEqual([]);
  tally.failed('lambda:GetFunction', { kind: 'credentials', name: 'ExpiredToken', reason: 'expired' });
  expect(tally.unverified()).toEqual([{ service: 'lambda', reason: 'expired' }]);
});
