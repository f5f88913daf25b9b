import { afterEach, describe, expect, test } from 'vitest';
import { changesSince } from '../../src/live/changes.ts';
import { ACCOUNT, REGION, account, amd, arm, functionArn, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { AccountState, RegionState } from '../aws-stand-in/state.ts';
import { collectFrom, judged, named } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());

const MEMBER = '210987654321';
const CLOSED = '345678901234';
const role = (id: string, name = 'auditor') => ({ arn: `arn:aws:iam::${id}:role/${name}` });
/** The same as in the own account, with the other's number. */
const inAccount = (id: string, region: RegionState): RegionState => {
  const moved: RegionState = JSON.parse(JSON.stringify(region).replaceAll(ACCOUNT, id));
  return moved;
};
const wrong: RegionState = {
  repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: amd, tags: ['v1'] }] }],
  functions: [lambda('api', 'v1', amd)],
};
const sound: RegionState = {
  repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['v1'] }] }],
  functions: [lambda('api', 'v1', arm)],
};
const organization: AccountState = {
  ...account(sound),
  members: {
    [MEMBER]: { roles: ['auditor', 'path/auditor'], regions: { [REGION]: inAccount(MEMBER, wrong) } },
    [CLOSED]: { roles: [], regions: {} },
  },
};

test('a role leads into another account, and what is found there carries its number', async () => {
  aws = await startStandIn(organization);
  const { evidence, nothing } = await collectFrom(aws, { roles: [role(MEMBER, 'path/auditor')] });
  expect(nothing).toBeUndefined();
  expect(evidence.scopes.map((scope) => scope.account)).toEqual([MEMBER]);
  expect(named(evidence)).toEqual([`arch-mismatch ${functionArn('api').replace(ACCOUNT, MEMBER)}`]);
  expect(JSON.stringify(evidence)).not.toMatch(/never-print|ASIA/);
});

test('an account that lets nobody in is not verified, and the others are', async () => {
  aws = await startStandIn(organization);
  const { evidence, nothing } = await collectFrom(aws, { roles: [role(CLOSED), role(MEMBER)] });
  expect(nothing).toBeUndefined();
  expect(named(evidence)).toEqual([
    `arch-mismatch ${functionArn('api').replace(ACCOUNT, MEMBER)}`,
    `not-verified ${role(CLOSED).arn}`,
  ]);
  expect(judged(evidence).find((one) => one.rule === 'not-verified')?.message).toBe(
    `Not verified, sts:AssumeRole for ${role(CLOSED).arn}: no permission for sts:AssumeRole`,
  );
});

test('no account lets anybody in: nothing could be verified', async () => {
  aws = await startStandIn(organization);
  const { nothing } = await collectFrom(aws, { roles: [role(CLOSED)] });
  expect(nothing).toMatchObject({ kind: 'denied', permission: 'sts:AssumeRole' });
});

test('the same names in several accounts and regions have nothing to do with each other', async () => {
  const twins: AccountState = {
    ...account(sound, { 'us-east-1': inAccount(ACCOUNT, sound) }),
    members: {
      [MEMBER]: { roles: ['auditor'], regions: { [REGION]: inAccount(MEMBER, sound) } },
      [CLOSED]: { roles: ['auditor'], regions: { [REGION]: inAccount(CLOSED, wrong) } },
    },
  };
  aws = await startStandIn(twins);
  const { evidence } = await collectFrom(aws, { roles: [role(MEMBER), role(CLOSED)] });
  expect(named(evidence)).toEqual([`arch-mismatch ${functionArn('api').replace(ACCOUNT, CLOSED)}`]);
});

describe('an external id', () => {
  const guarded: AccountState = {
    ...account({}),
    members: {
      [MEMBER]: { roles: ['auditor'], externalId: 'told only to us', regions: { [REGION]: inAccount(MEMBER, wrong) } },
    },
  };

  test('opens the account that asks for it', async () => {
    aws = await startStandIn(guarded);
    const { evidence } = await collectFrom(aws, { roles: [{ ...role(MEMBER), externalId: 'told only to us' }] });
    expect(named(evidence)).toEqual([`arch-mismatch ${functionArn('api').replace(ACCOUNT, MEMBER)}`]);
  });

  test('left out, the account stays closed', async () => {
    aws = await startStandIn(guarded);
    expect((await collectFrom(aws, { roles: [role(MEMBER)] })).nothing).toMatchObject({ kind: 'denied' });
  });
});

test('several accounts in several regions come in the order they were named, one that stays shut once', async () => {
  aws = await startStandIn(organization);
  const { evidence } = await collectFrom(aws, { regions: [REGION, 'us-east-1'], roles: [role(MEMBER), role(CLOSED)] });
  expect(evidence.scopes.map((scope) => `${scope.account} ${scope.region}`)).toEqual([
    `${MEMBER} ${REGION}`,
    `${MEMBER} us-east-1`,
    `${CLOSED} ${REGION}`,
  ]);
  expect(changesSince(evidence, evidence)).toEqual([]);
});
