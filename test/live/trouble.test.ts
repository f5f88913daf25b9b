import { afterEach, describe, expect, test } from 'vitest';
import {
  REGISTRY,
  account,
  amd,
  appRunnerArn,
  arm,
  functionArn,
  jobArn,
  lambda,
  older,
  projectArn,
  service,
  stackArn,
  serviceArn,
} from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { Fault } from '../aws-stand-in/state.ts';
import { PERMISSIONS } from '../../src/live/policy.ts';
import { collectFrom, judged, named } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());

/** Something wrong behind every service, and an Environment full of secrets. */
const troubled = account({
  repositories: [
    {
      name: 'app',
      mutability: 'IMMUTABLE',
      images: [
        { content: arm, tags: ['v1'] },
        { content: amd, tags: ['v2'] },
      ],
      lifecycle: '{"rules":[]}',
    },
  ],
  functions: [
    lambda('good', 'v1', arm),
    lambda('bad', 'v2', amd, { environment: { TOKEN: 'never-print-me' } }),
    { name: 'zip' },
  ],
  ...service('web', 'app:v2', amd, 'ARM64'),
  appRunner: [{ name: 'site', image: `${REGISTRY}/app:v1` }],
  jobDefinitions: [{ name: 'nightly', image: `${REGISTRY}/app:v2`, cpuArchitecture: 'ARM64' }],
  projects: [{ name: 'build', image: `${REGISTRY}/app:v2`, type: 'ARM_CONTAINER' }],
  stacks: [
    {
      name: 'stuck',
      status: 'ROLLBACK_COMPLETE',
      resources: [{ type: 'AWS::ECR::Repository', logicalId: 'R', physicalId: 'other' }],
    },
  ],
});
const ALL = [
  `arch-mismatch ${appRunnerArn('site')}`,
  `arch-mismatch ${jobArn('nightly')}`,
  `arch-mismatch ${projectArn('build')}`,
  `arch-mismatch ${serviceArn('web')}`,
  `arch-mismatch ${functionArn('bad')}`,
  `stack-stuck ${stackArn('stuck')}`,
].sort();

async function audit(...faults: Fault[]) {
  aws = await startStandIn(troubled, { faults });
  const { evidence, nothing } = await collectFrom(aws);
  const all = named(evidence);
  return {
    evidence,
    nothing,
    all,
    found: all.filter((one) => !one.startsWith('not-verified')),
    unverified: judged(evidence)
      .filter((one) => one.rule === 'not-verified')
      .map((one) => one.message),
  };
}

test('without faults all six are found, and nothing is unverified', async () => {
  const { found, unverified } = await audit();
  expect(found).toEqual(ALL);
  expect(unverified).toEqual([]);
});

test('only operations that read are called', async () => {
  await audit();
  const operations = new Set(aws!.calls.map((call) => call.action.split(':')[1] ?? call.action));
  for (const operation of operations) expect(operation).toMatch(/^(?:List|Describe|Get|BatchGet)[A-Z]|^blob$/);
});

describe('each permission of the printed policy, denied', () => {
  /** What can't be known without it; whatever isn't named here costs no finding of this account. */
  const COSTS: readonly [permission: RegExp, findings: RegExp][] = [
    [/^apprunner:/, /:apprunner:/],
    [/^batch:/, /:batch:/],
    [/^codebuild:/, /:codebuild:/],
    [/^ecs:(?:ListClusters|DescribeTaskDefinition)$/, /:ecs:/],
    [/^lambda:(?:ListFunctions|GetFunction)$/, /:lambda:/],
    [/^ecr:(?:BatchGetImage|GetDownloadUrlForLayer)$/, /^arch-mismatch /],
    [/^cloudformation:/, /^stack-stuck /],
  ];

  test.each([...Object.values(PERMISSIONS).flat(), 'sts:GetCallerIdentity'])(
    '%s: it is named in one note, nothing false is found, and all the rest is',
    async (permission) => {
      const { found, unverified } = await audit({ action: permission, kind: 'deny' });
      const lost = COSTS.filter(([of]) => of.test(permission)).map(([, findings]) => findings);
      expect(found).toEqual(ALL.filter((one) => !lost.some((findings) => findings.test(one))));
      expect(unverified).toEqual([
        expect.stringMatching(new RegExp(`^Not verified, ${permission} for .*: no permission for ${permission}$`)),
      ]);
    },
  );

  test('there is no call that the policy does not name', async () => {
    await audit();
    const allowed = new Set([...Object.values(PERMISSIONS).flat(), 'sts:GetCallerIdentity', 'blob']);
    expect([...new Set(aws!.calls.map((call) => call.action))].filter((action) => !allowed.has(action))).toEqual([]);
  });
});

describe('passing trouble is retried', () => {
  test.each([
    ['throttled twice', { action: 'ecr:BatchGetImage', kind: 'throttle', times: 2 }],
    ['Lambda throttled', { action: 'lambda:GetFunction', kind: 'throttle', times: 1 }],
    ['CloudFormation throttled', { action: 'cloudformation:ListStackResources', kind: 'throttle', times: 1 }],
    ['HTTP 500', { action: 'ecs:DescribeServices', kind: 'error 500', times: 1 }],
    ['HTML with HTTP 503', { action: 'lambda:ListFunctions', kind: 'html', times: 1 }],
    ['a dropped connection', { action: 'ecr:DescribeRepositories', kind: 'drop', times: 1 }],
    ['a login page for ECR', { action: 'ecr:DescribeRepositories', kind: 'not json', times: 1 }],
    ['a login page for Lambda', { action: 'lambda:ListFunctions', kind: 'not json', times: 2 }],
    ['a login page for CloudFormation', { action: 'cloudformation:ListStacks', kind: 'not json', times: 1 }],
    [
      'a login page for one page of CloudFormation',
      { action: 'cloudformation:ListStackResources', kind: 'not json', times: 2 },
    ],
    ['a login page for STS', { action: 'sts:GetCallerIdentity', kind: 'not json', times: 1 }],
    ['a dropped download', { action: 'blob:get', kind: 'drop', times: 1 }],
    ['HTTP 500 on a download', { action: 'blob:get', kind: 'error 500', times: 1 }],
  ] satisfies [string, Fault][])('%s', async (_, fault) => {
    const { found, unverified } = await audit(fault);
    expect(unverified).toEqual([]);
    expect(found).toEqual(ALL);
  });
});

describe("docker's own protocol is the second way to what ECR holds", () => {
  test.each([
    ["ECR's API fails", { action: 'ecr:BatchGetImage', kind: 'error 500' }],
    ['an endpoint without that operation', { action: 'ecr:GetDownloadUrlForLayer', kind: 'html' }],
    ['a proxy answers for ECR', { action: 'ecr:BatchGetImage', kind: 'not json' }],
  ] satisfies [string, Fault][])(
    '%s',
    async (_, fault) => {
      const { found, unverified } = await audit(fault);
      expect(unverified).toEqual([]);
      expect(found).toEqual(ALL);
      expect(aws!.calls.filter((call) => call.action === 'ecr:GetAuthorizationToken')).toHaveLength(1);
    },
    60_000,
  );

  test('the token for it may not be had: that is said beside what failed, and nothing else is lost', async () => {
    const { found, unverified } = await audit(
      { action: 'ecr:BatchGetImage', kind: 'error 500' },
      { action: 'ecr:GetAuthorizationToken', kind: 'deny' },
    );
    expect(found).toEqual([`stack-stuck ${stackArn('stuck')}`]);
    expect(unverified.sort()).toEqual([
      'Not verified, ecr:BatchGetImage for app: ecr:BatchGetImage failed: InternalFailure: An internal error occurred',
      "Not verified, ecr:GetAuthorizationToken for docker's own protocol in eu-west-1, as ECR's API fails: no permission for ecr:GetAuthorizationToken",
    ]);
  });

  test('what is missing is missing on this way, too', async () => {
    aws = await startStandIn(
      account({
        repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['v2'] }] }],
        functions: [lambda('api', 'v1', older)],
      }),
      { faults: [{ action: 'ecr:BatchGetImage', kind: 'error 500' }] },
    );
    const { evidence } = await collectFrom(aws);
    expect(named(evidence)).toEqual([`image-missing ${functionArn('api')}`]);
  });

  test('what is denied stays denied: AWS asks the same of both ways', async () => {
    await audit({ action: 'ecr:BatchGetImage', kind: 'deny' });
    expect(aws!.calls.map((call) => call.action)).not.toContain('ecr:GetAuthorizationToken');
  });
});

describe('lasting trouble in one place leaves the rest', () => {
  test.each([
    [
      'throttled for ever',
      { action: 'lambda:GetFunction', kind: 'throttle' },
      'AWS throttled lambda:GetFunction until the retries ran out',
    ],
    [
      'one function fails',
      { action: 'lambda:GetFunction', kind: 'error 500', about: 'bad' },
      'lambda:GetFunction for bad',
    ],
    ['HTTP 200 with a login page', { action: 'ecs:ListClusters', kind: 'not json' }, 'was not what AWS sends'],
    [
      'HTTP 200 with a login page for the stacks',
      { action: 'cloudformation:ListStacks', kind: 'not json' },
      'the answer to cloudformation:ListStacks was not what AWS sends',
    ],
    [
      "HTTP 200 with a login page for a stack's resources",
      { action: 'cloudformation:ListStackResources', kind: 'not json' },
      'the answer to cloudformation:ListStackResources was not what AWS sends',
    ],
    [
      'HTTP 200 with a login page for who asks',
      { action: 'sts:GetCallerIdentity', kind: 'not json' },
      'the answer to sts:GetCallerIdentity was not what AWS sends',
    ],
    ['no registry', { action: 'ecr:*', kind: 'drop' }, 'could not be reached'],
    ['no configs', { action: 'blob:get', kind: 'html' }, 'HTTP 503'],
    ['no stacks', { action: 'cloudformation:*', kind: 'html' }, 'cloudformation:ListStacks failed with HTTP 503'],
  ] satisfies [string, Fault, string][])(
    '%s',
    async (_, fault, message) => {
      const { found, unverified, nothing } = await audit(fault);
      expect(nothing).toBeUndefined();
      expect(ALL).toEqual(expect.arrayContaining(found));
      expect(found.length).toBeLessThanOrEqual(ALL.length);
      expect(unverified.join('\n')).toContain(message);
    },
    60_000,
  );
});

test('a service that is not offered in a region is not missed there; one that is, is', async () => {
  const elsewhere = await startStandIn(account({}, { 'eu-north-1': {} }), {
    faults: [
      { action: 'apprunner:*', kind: 'drop' },
      { action: 'codebuild:*', kind: 'drop' },
    ],
  });
  aws = elsewhere;
  process.env['AWS_MAX_ATTEMPTS'] = '1';
  try {
    const { evidence } = await collectFrom(elsewhere, { regions: ['eu-north-1', 'eu-west-1', 'ca-west-1'] });
    expect(evidence.scopes.map((scope) => scope.gaps.map((gap) => gap.action))).toEqual([
      ['codebuild:ListProjects'],
      ['apprunner:ListServices', 'codebuild:ListProjects'],
      [],
    ]);
  } finally {
    delete process.env['AWS_MAX_ATTEMPTS'];
  }
});

test('expired credentials end it after one call, with the reason', async () => {
  const { nothing } = await audit({ action: '*', kind: 'expired token' });
  expect(nothing).toMatchObject({ kind: 'credentials', reason: expect.stringContaining('ExpiredToken') });
  expect(aws!.calls.length).toBeLessThanOrEqual(4);
});

test("a stack's resources may not be read, but its function is signed with its name: stuck, it is found", async () => {
  const signed = lambda('api', 'v1', arm, {
    tags: { 'aws:cloudformation:stack-name': 'shop', 'aws:cloudformation:logical-id': 'Api' },
  });
  const stacks = ['shop', 'other'].map((name) => ({
    name,
    status: 'UPDATE_ROLLBACK_FAILED',
    resources: [{ type: 'AWS::Lambda::Function', logicalId: 'Api', physicalId: 'api' }],
  }));
  aws = await startStandIn(
    account({
      repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['v1'] }] }],
      functions: [signed],
      stacks,
    }),
    { faults: [{ action: 'cloudformation:ListStackResources', kind: 'deny' }] },
  );
  const { evidence } = await collectFrom(aws);
  expect(named(evidence).filter((one) => !one.startsWith('not-verified'))).toEqual([`stack-stuck ${stackArn('shop')}`]);
});

test('an operation that fails again and again is given up', async () => {
  aws = await startStandIn(
    account({ functions: Array.from({ length: 200 }, (_, at) => lambda(`f${at}`, 'v1', arm)) }),
    { faults: [{ action: 'lambda:GetFunction', kind: 'deny' }] },
  );
  const { evidence } = await collectFrom(aws);
  expect(aws.calls.filter((call) => call.action === 'lambda:GetFunction').length).toBeLessThan(80);
  const gaps = evidence.scopes[0]!.gaps;
  expect(gaps.reduce((sum, gap) => sum + gap.count, 0)).toBe(200);
});

test('closed registries of others do not keep the own one from being read', async () => {
  const foreign = Array.from({ length: 60 }, (_, at) => String(100_000_000_000 + at));
  aws = await startStandIn(
    account({
      repositories: [
        { name: 'app', mutability: 'IMMUTABLE', images: [{ content: amd, tags: ['v1'] }] },
        ...foreign.map((registryId) => ({ name: 'shared', registryId, closed: true, images: [] })),
      ],
      functions: [
        lambda('bad', 'v1', amd),
        ...foreign.map((id) => ({
          ...lambda(`f${id}`, 'v1', arm),
          imageUri: `${id}.dkr.ecr.eu-west-1.amazonaws.com/shared:v1`,
        })),
      ],
    }),
  );
  const { evidence } = await collectFrom(aws);
  expect(named(evidence)).toContain(`arch-mismatch ${functionArn('bad')}`);
});

test('no secret gets into the evidence or the findings', async () => {
  for (const fault of [
    [],
    [{ action: 'blob:get', kind: 'drop' }],
    [{ action: 'blob:get', kind: 'deny' }],
    [{ action: 'ecr:*', kind: 'deny' }],
  ] satisfies Fault[][]) {
    const { evidence } = await audit(...fault);
    const text = JSON.stringify(evidence) + JSON.stringify(judged(evidence));
    expect(text).not.toMatch(/never-print-me|presigned-secret|AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI/);
    await aws!.close();
  }
});

test('an interrupted audit ends at once with what it has', async () => {
  aws = await startStandIn(troubled, { faults: [{ action: 'ecs:DescribeServices', kind: 'hang' }] });
  const stop = new AbortController();
  let start = 0;
  // When both functions have been read, and the hanging call is under way.
  const waiting = setInterval(() => {
    const count = (action: string): number => aws!.calls.filter((call) => call.action === action).length;
    if (start > 0 || count('lambda:ListAliases') < 2 || count('ecs:DescribeServices') === 0) return;
    start = performance.now() + 200;
    setTimeout(() => stop.abort(), 200);
  }, 20);
  const { evidence } = await collectFrom(aws, { signal: stop.signal });
  clearInterval(waiting);
  expect(performance.now() - start).toBeLessThan(3000);
  expect(evidence.complete).toBe(false);
  expect(evidence.scopes[0]!.gaps.some((gap) => gap.kind === 'interrupted')).toBe(true);
  expect(evidence.scopes[0]!.workloads.map((one) => one.name)).toContain('bad');
});
