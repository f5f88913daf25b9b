/**
 * An answer with HTTP 200 that lacks what AWS always sends is unreadable: no empty account, no missing image, no
 * repository of nobody's.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ANSWERS, lacks } from '../../src/live/answers.ts';
import { xmlOf } from '../../src/live/xml.ts';
import { REGISTRY, account, amd, arm, lambda, older, service } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { collectFrom, named } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());
// That such an answer is tried again is held by the tests of passing trouble.
beforeAll(() => void (process.env['AWS_MAX_ATTEMPTS'] = '1'));
afterAll(() => void delete process.env['AWS_MAX_ATTEMPTS']);

/** Something of everything that is asked for. */
const full = account({
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
    lambda('bad', 'v2', amd, {
      aliases: [{ name: 'live', version: '3' }],
      versions: { 3: { resolvedImageUri: `${REGISTRY}/app@${amd.digest}` } },
    }),
    lambda('gone', 'v0', older),
  ],
  ...service('web', 'app:v2', amd, 'ARM64'),
  appRunner: [{ name: 'site', image: `${REGISTRY}/app:v1` }],
  jobDefinitions: [{ name: 'nightly', image: `${REGISTRY}/app:v2`, cpuArchitecture: 'ARM64' }],
  projects: [{ name: 'build', image: `${REGISTRY}/app:v2`, type: 'ARM_CONTAINER' }],
  eksClusters: [],
  stacks: [
    {
      name: 'stuck',
      status: 'ROLLBACK_COMPLETE',
      resources: [{ type: 'AWS::ECR::Repository', logicalId: 'R', physicalId: 'other' }],
    },
  ],
});

const isXml = (body: string): boolean => body.startsWith('<');
const operationOf = (action: string): string => action.slice(action.indexOf(':') + 1);

function eachValue(body: string, change: (value: unknown) => unknown): string {
  const json: Record<string, unknown> = JSON.parse(body);
  return JSON.stringify(Object.fromEntries(Object.entries(json).map(([key, value]) => [key, change(value)])));
}

const SPOILT: readonly [name: string, spoil: (action: string, body: string) => string | undefined][] = [
  ['an empty body', () => ''],
  ['an empty object or element', (_, body) => (isXml(body) ? '<ok/>' : '{}')],
  [
    'other JSON or XML',
    (_, body) => (isXml(body) ? '<Response><Status>ok</Status></Response>' : '{"status":"ok","data":{"items":[]}}'),
  ],
  ['JSON that is no object', (_, body) => (isXml(body) ? undefined : '[]')],
  [
    'a result without anything',
    (action, body) =>
      isXml(body)
        ? `<${operationOf(action)}Response><${operationOf(action)}Result/></${operationOf(action)}Response>`
        : undefined,
  ],
  ['null for every field', (_, body) => (isXml(body) ? undefined : eachValue(body, () => null))],
  [
    'lists of nulls',
    (_, body) =>
      isXml(body)
        ? body.replace(/<member>.*<\/member>/s, '<member/>')
        : eachValue(body, (value) => (Array.isArray(value) ? [null] : value)),
  ],
  ['XML that breaks off', (_, body) => (isXml(body) ? body.slice(0, body.length / 2) : undefined)],
];

const CALLED = [
  'sts:GetCallerIdentity',
  'lambda:ListFunctions',
  'lambda:GetFunction',
  'lambda:ListAliases',
  'ecs:ListClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'apprunner:ListServices',
  'apprunner:DescribeService',
  'batch:DescribeJobDefinitions',
  'codebuild:ListProjects',
  'codebuild:BatchGetProjects',
  'eks:ListClusters',
  'cloudformation:ListStacks',
  'cloudformation:ListStackResources',
  'ecr:DescribeRepositories',
  'ecr:BatchGetImage',
  'ecr:DescribeImages',
  'ecr:GetDownloadUrlForLayer',
  'ecr:GetLifecyclePolicy',
];

async function audit(spoil: (action: string, body: string) => string | undefined) {
  aws = await startStandIn(full, { rewrite: spoil, faults: [{ action: 'docker:*', kind: 'drop' }] });
  const { evidence, nothing } = await collectFrom(aws);
  return {
    found: named(evidence).filter((one) => !one.startsWith('not-verified')),
    gaps: evidence.scopes.flatMap((scope) => scope.gaps),
    nothing,
  };
}

test('the account is full: every operation is called, and nothing is unverified', async () => {
  const { gaps } = await audit(() => undefined);
  expect(gaps).toEqual([]);
  expect([...new Set(aws!.calls.map((call) => call.action))].filter((action) => action !== 'blob').sort()).toEqual(
    [...CALLED].sort(),
  );
});

describe.each(CALLED)('%s', (action) => {
  test.each(SPOILT)('%s: it is unreadable, and nothing is found that is not so', async (_, spoil) => {
    let spoilt = 0;
    const all = (await audit(() => undefined)).found;
    await aws!.close();
    const { found, gaps } = await audit((called, body) => {
      const other = called === action ? spoil(called, body) : undefined;
      if (other === undefined || other === body) return undefined;
      spoilt++;
      return other;
    });
    expect(all).toEqual(expect.arrayContaining(found));
    // The stacks may be had another way, so that nothing is lost.
    if (spoilt === 0 || (gaps.length === 0 && action === 'cloudformation:ListStacks')) expect(found).toEqual(all);
    else expect(gaps.filter((gap) => gap.action === action).map((gap) => gap.kind)).toContain('unreadable');
  });
});

test.each(SPOILT.filter(([name]) => name !== 'lists of nulls'))(
  'everything answers so (%s): nothing could be verified',
  async (_, spoil) => {
    const { found, nothing } = await audit((action, body) => spoil(action, body) ?? (isXml(body) ? '<ok/>' : 'null'));
    expect(found).toEqual([]);
    expect(nothing?.kind).toBe('unreadable');
  },
);

test.each([
  'ecr:BatchGetImage',
  'ecr:DescribeImages',
  'ecs:DescribeServices',
  'ecs:DescribeTasks',
  'codebuild:BatchGetProjects',
])('%s says nothing of what it was asked about: that is no answer', async (action) => {
  const all = (await audit(() => undefined)).found;
  await aws!.close();
  const empty = (body: string): string => eachValue(body, (value) => (Array.isArray(value) ? [] : value));
  // Of an image that neither call tells anything, nothing is known.
  const { found, gaps } = await audit((called, body) =>
    called === action || (action === 'ecr:BatchGetImage' && called === 'ecr:DescribeImages') ? empty(body) : undefined,
  );
  expect(all).toEqual(expect.arrayContaining(found));
  expect(found).not.toContain('image-missing');
  expect(gaps.map((gap) => gap.kind)).toContain('unreadable');
});

test('what the answer lacks is said, in one line', async () => {
  const { gaps } = await audit((action) => (action === 'ecs:ListClusters' ? '{"clusters":[]}' : undefined));
  expect(gaps.map((gap) => gap.reason)).toEqual([
    'the answer to ecs:ListClusters was not what AWS sends (HTTP 200): it has no clusterArns; a proxy or captive portal may stand in between',
  ]);
});

test('an empty account is empty', async () => {
  aws = await startStandIn(account({}));
  const { evidence } = await collectFrom(aws);
  expect(evidence.scopes.map((scope) => [scope.account, scope.gaps])).toEqual([['123456789012', []]]);
});

test('the table knows every operation that is called', () => {
  const folder = fileURLToPath(new URL('../../src/live/', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(folder + file, 'utf8'));
  const called = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/new (\w+)Command\(|\bpaginate([A-Z]\w+)\(/g)].map((match) => match[1] ?? match[2] ?? ''),
    ),
  );
  expect([...called].sort()).toEqual(Object.keys(ANSWERS).sort());
});

describe('XML as plain values', () => {
  test.each([
    ['<a><b>1</b><c/></a>', { name: 'a', value: { b: '1', c: '' } }],
    [
      '<?xml version="1.0"?>\n<a xmlns="x">\n  <l>\n    <member>1</member><member><n>2</n></member>\n  </l>\n</a>\n',
      { name: 'a', value: { l: ['1', { n: '2' }] } },
    ],
    ['<a><l>\n  </l></a>', { name: 'a', value: { l: '' } }],
    ['<a><![CDATA[<b>]]></a>', { name: 'a', value: '<b>' }],
    ['<a><b></a>', undefined],
    ['<a>', undefined],
    ['', undefined],
    ['<a/><b/>', undefined],
    ['</a>', undefined],
    ['<a', undefined],
    ['{}', undefined],
  ])('%j', (text, value) => {
    expect(xmlOf(text)).toEqual(value);
  });

  test('an empty list is a list, text in its place is none', () => {
    const asked = { operation: 'ListStacks', client: 'CloudFormationClient', input: {} };
    const answer = (list: string): string =>
      `<ListStacksResponse><ListStacksResult>${list}</ListStacksResult></ListStacksResponse>`;
    expect(lacks(asked, answer('<StackSummaries/>'))).toBeUndefined();
    expect(lacks(asked, answer('<StackSummaries>\n  </StackSummaries><NextToken/>'))).toBeUndefined();
    expect(lacks(asked, answer('<StackSummaries>none</StackSummaries>'))).toBe('no StackSummaries.StackName');
    expect(lacks(asked, answer(''))).toBe('no StackSummaries.StackName');
  });
});
