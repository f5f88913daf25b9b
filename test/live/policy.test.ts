/** The printed policies against what is really called: each permission is needed, and nothing else is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { image, index } from '../aws-stand-in/images.ts';
import { ACCOUNT, REGION, REGISTRY, account, arm, lambda, service } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { AccountState } from '../aws-stand-in/state.ts';
import { plimsoll } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-policy-'));
writeFileSync(join(folder, 'package.json'), '{}');
writeFileSync(
  join(folder, 'template.yaml'),
  [
    'Resources:',
    '  Fn:',
    '    Type: AWS::Lambda::Function',
    '    Properties:',
    '      FunctionName: api',
    '      PackageType: Image',
    '      Role: arn:aws:iam::123456789012:role/r',
    '      Architectures: [arm64]',
    '      Code:',
    `        ImageUri: ${REGISTRY}/app:v1`,
    '',
  ].join('\n'),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let aws: StandIn | undefined;
afterEach(async () => aws?.close());

const MEMBER = '210987654321';
const everything = account({
  repositories: [
    {
      name: 'app',
      mutability: 'IMMUTABLE',
      images: [
        { content: arm, tags: ['v1'] },
        { content: index({ of: [image({ cpu: 'arm64', of: 'x' })], withoutPlatforms: true }), tags: ['v2'] },
      ],
    },
  ],
  functions: [lambda('api', 'v1', arm)],
  ...service('web', 'app:v2', arm, 'ARM64'),
  appRunner: [{ name: 'site', image: `${REGISTRY}/app:v1` }],
  jobDefinitions: [{ name: 'nightly', image: `${REGISTRY}/app:v1` }],
  projects: [{ name: 'build', image: `${REGISTRY}/app:v1`, type: 'ARM_CONTAINER' }],
  eksClusters: ['main'],
  stacks: [
    {
      name: 'shop',
      status: 'UPDATE_COMPLETE',
      resources: [{ type: 'AWS::Lambda::Function', logicalId: 'Fn', physicalId: 'api' }],
    },
  ],
});
const organization: AccountState = {
  ...everything,
  organization: [{ id: MEMBER }],
  members: { [MEMBER]: { roles: ['auditor'], regions: { [REGION]: {} } } },
};
/** AWS asks nobody for a permission to learn who they are, and signed addresses need no other. */
const FREE = new Set(['sts:GetCallerIdentity', 'blob']);

async function called(args: readonly string[], state: AccountState, cwd = tmpdir()): Promise<string[]> {
  aws = await startStandIn(state);
  await plimsoll(args, { cwd, env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: REGION } });
  return [...new Set(aws.calls.map((call) => call.action))].filter((action) => !FREE.has(action)).sort();
}

async function printed(args: readonly string[]): Promise<string[]> {
  const { stdout, code } = await plimsoll([...args, '--print-policy'], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  });
  expect(code).toBe(0);
  const policy: { Statement: { Effect: string; Action: string[] }[] } = JSON.parse(stdout);
  return policy.Statement.flatMap((one) => one.Action).sort();
}

describe('what is printed is what is called, neither more nor less', () => {
  test.each([
    ['an audit', ['audit', '--no-project'], everything],
    ['an audit of all regions', ['audit', '--no-project', '--region', 'all'], everything],
  ])('%s', async (_, args, state) => {
    expect(await called(args, state)).toEqual(await printed(args));
  });

  test('a comparison with what is deployed', async () => {
    const allowed = await printed(['diff']);
    const used = await called(
      ['diff', '--stack', 'template.yaml=shop'],
      {
        ...everything,
        regions: {
          [REGION]: {
            ...everything.regions[REGION],
            stacks: [{ ...everything.regions[REGION]!.stacks![0]!, template: '{"Resources": {}}' }],
          },
        },
      },
      folder,
    );
    expect(used).toEqual(allowed);
  });

  test('the auditor of an organization only lists accounts and assumes the role; what is in there is what the role needs', async () => {
    const args = ['audit', '--no-project', '--organization', '--role-name', 'auditor'];
    const own = await printed(args);
    expect(own).toEqual(['organizations:ListAccounts', 'sts:AssumeRole']);
    const others = {
      ...organization,
      members: {
        [ACCOUNT]: { roles: ['auditor'], regions: everything.regions },
        [MEMBER]: organization.members![MEMBER]!,
      },
    };
    expect(await called(args, others)).toEqual([...own, ...(await printed(['audit']))].sort());
  });

  test('its role is named without its account', async () => {
    const { stdout } = await plimsoll(['audit', '--print-policy', '--organization', '--role-name', 'auditor'], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      Statement: [
        { Action: ['sts:AssumeRole'], Resource: ['arn:aws:iam::*:role/auditor'] },
        { Action: ['organizations:ListAccounts'], Resource: '*' },
      ],
    });
  });
});
