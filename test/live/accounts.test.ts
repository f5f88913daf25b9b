/**
 * Whole organizations and all regions: which accounts and regions are looked at, and what is said of those that can't
 * be.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { changesSince } from '../../src/live/changes.ts';
import { describeEvidence } from '../../src/live/summary.ts';
import { ACCOUNT, REGION, account, amd, arm, functionArn, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { AccountState, Fault, RegionState } from '../aws-stand-in/state.ts';
import { collectFrom, judged, named } from './audit.ts';

let aws: StandIn | undefined;
afterEach(async () => aws?.close());

const wrong: RegionState = {
  repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: amd, tags: ['v1'] }] }],
  functions: [lambda('api', 'v1', amd)],
};
const moved = (id: string, region: string, state: RegionState): RegionState => {
  const there: RegionState = JSON.parse(JSON.stringify(state).replaceAll(ACCOUNT, id).replaceAll(REGION, region));
  return there;
};
const arnIn = (id: string, region: string): string => functionArn('api').replace(ACCOUNT, id).replace(REGION, region);

async function audit(state: AccountState, request: Parameters<typeof collectFrom>[1], ...faults: Fault[]) {
  aws = await startStandIn(state, { faults });
  const { evidence, nothing } = await collectFrom(aws, request);
  return {
    evidence,
    nothing,
    found: named(evidence),
    notes: judged(evidence)
      .filter((one) => one.rule === 'not-verified')
      .map((one) => one.message),
    places: evidence.scopes.map((one) => `${one.account ?? '?'} ${one.region}${one.closed === true ? ' closed' : ''}`),
  };
}

describe('--region all', () => {
  const many = Array.from({ length: 70 }, (_, at) => `eu-west-${at + 10}`);
  const spread: AccountState = {
    ...account(
      {},
      { 'us-east-1': moved(ACCOUNT, 'us-east-1', wrong), 'me-south-1': moved(ACCOUNT, 'me-south-1', wrong) },
    ),
    optedIn: {
      'us-east-1': 'ENABLED_BY_DEFAULT',
      [REGION]: 'ENABLED_BY_DEFAULT',
      'af-south-1': 'ENABLED',
      'me-south-1': 'DISABLED',
      'ap-east-1': 'ENABLING',
    },
  };

  test('those that are enabled are audited, and no other', async () => {
    const { found, places } = await audit(spread, { regions: ['all'] });
    expect(places).toEqual(['af-south-1', REGION, 'us-east-1'].map((region) => `${ACCOUNT} ${region}`));
    expect(found).toEqual([`arch-mismatch ${arnIn(ACCOUNT, 'us-east-1')}`]);
  });

  test('the list comes in pages', async () => {
    const { places } = await audit(
      { ...account({}), optedIn: Object.fromEntries(many.map((name) => [name, 'ENABLED'])) },
      { regions: ['all'] },
    );
    expect(places).toHaveLength(70);
    expect(aws!.calls.filter((call) => call.action === 'account:ListRegions')).toHaveLength(2);
  });

  test('they may not be listed: the region that is set is audited, and the permission is named', async () => {
    process.env['AWS_REGION'] = 'us-east-1';
    try {
      const { found, notes, places } = await audit(
        spread,
        { regions: ['all'] },
        { action: 'account:ListRegions', kind: 'deny' },
      );
      expect(places).toEqual([`${ACCOUNT} us-east-1`]);
      expect(found).toContain(`arch-mismatch ${arnIn(ACCOUNT, 'us-east-1')}`);
      expect(notes).toEqual([
        'Not verified, account:ListRegions for the regions that are enabled: no permission for account:ListRegions',
      ]);
    } finally {
      delete process.env['AWS_REGION'];
    }
  });

  test('they may not be listed, and none is set: nothing could be verified', async () => {
    const { nothing, places } = await audit(
      spread,
      { regions: ['all'] },
      { action: 'account:ListRegions', kind: 'deny' },
    );
    expect(nothing).toMatchObject({ kind: 'denied', permission: 'account:ListRegions' });
    expect(places).toEqual(['? us-east-1 closed']);
  });
});

describe('--organization', () => {
  const ids = Array.from({ length: 25 }, (_, at) => String(210_000_000_000 + at));
  const [shut = '', suspended = '', closing = '', ...open] = ids;
  const organization: AccountState = {
    ...account(wrong),
    organization: ids.map((id) => ({
      id,
      ...(id === suspended
        ? { state: 'SUSPENDED' as const }
        : id === closing
          ? { state: 'PENDING_CLOSURE' as const }
          : {}),
    })),
    members: Object.fromEntries(
      ids.map((id) => [
        id,
        {
          roles: id === shut ? [] : ['auditor'],
          regions: { [REGION]: id === open[7] ? moved(id, REGION, wrong) : {} },
        },
      ]),
    ),
  };
  const asked = { organization: { roleName: 'auditor' } };

  test('every active account is audited, page by page; the own one needs no role; one that stays shut is not verified', async () => {
    const { evidence, found, places, notes } = await audit(organization, asked);
    expect(places).toEqual(
      [ACCOUNT, ...ids.filter((id) => id !== suspended && id !== closing)]
        .sort()
        .map((id) => `${id} ${REGION}${id === shut ? ' closed' : ''}`),
    );
    expect(found.filter((one) => !one.startsWith('not-verified'))).toEqual(
      [`arch-mismatch ${functionArn('api')}`, `arch-mismatch ${arnIn(open[7]!, REGION)}`].sort(),
    );
    expect(notes).toEqual([
      `Not verified, sts:AssumeRole for arn:aws:iam::${shut}:role/auditor: no permission for sts:AssumeRole`,
    ]);
    expect(aws!.calls.filter((call) => call.action === 'organizations:ListAccounts')).toHaveLength(2);
    expect(JSON.stringify(evidence)).not.toMatch(/never-print/);
    expect(describeEvidence(evidence)).toBe(
      `23 accounts in ${REGION}: 2 Lambda functions, 2 images looked at; account ${shut} could not be entered`,
    );
  });

  test('with all regions of each', async () => {
    const small: AccountState = {
      ...account({}),
      organization: [{ id: open[0]! }],
      members: {
        [open[0]!]: {
          roles: ['auditor'],
          optedIn: { 'us-east-1': 'ENABLED' },
          regions: { 'us-east-1': moved(open[0]!, 'us-east-1', wrong) },
        },
      },
    };
    const { found, places } = await audit(small, { ...asked, regions: ['all'] });
    expect(places).toEqual([`${ACCOUNT} ${REGION}`, `${open[0]} us-east-1`]);
    expect(found).toEqual([`arch-mismatch ${arnIn(open[0]!, 'us-east-1')}`]);
  });

  test.each([
    [
      'may not be listed',
      { action: 'organizations:ListAccounts', kind: 'deny' } satisfies Fault,
      organization,
      { kind: 'denied', permission: 'organizations:ListAccounts' },
    ],
    [
      'is none',
      { action: 'nothing', kind: 'deny' } satisfies Fault,
      account(wrong),
      { reason: expect.stringContaining('not a member of an organization') },
    ],
  ])('it %s: nothing could be verified', async (_, fault, state, reason) => {
    const { nothing } = await audit(state, asked, fault);
    expect(nothing).toMatchObject(reason);
  });
});

describe('roles', () => {
  const MEMBER = '210987654321';
  const role = (name: string) => ({ arn: `arn:aws:iam::${MEMBER}:role/${name}` });
  const state: AccountState = {
    ...account({}),
    members: { [MEMBER]: { roles: ['auditor', 'reader'], regions: { [REGION]: moved(MEMBER, REGION, wrong) } } },
  };

  test.each([
    ['two that both open', [role('auditor'), role('reader')]],
    ['the first is refused', [role('nobody'), role('reader')]],
  ])('into the same account: it comes once (%s)', async (_, roles) => {
    const { evidence, found } = await audit(state, { roles });
    expect(evidence.scopes).toHaveLength(1);
    expect(found).toEqual([`arch-mismatch ${arnIn(MEMBER, REGION)}`]);
  });

  test('all of them refused: said once for the account, in the region that is set', async () => {
    const { found, places, nothing } = await audit(state, {
      roles: [role('nobody'), role('no-one')],
      regions: [REGION, 'us-east-1'],
    });
    expect(places).toEqual([`${MEMBER} ${REGION} closed`]);
    expect(found).toEqual([`not-verified ${role('nobody').arn}`]);
    expect(nothing).toMatchObject({ kind: 'denied' });
  });

  test('an account that let us in before and does not now has lost nothing', async () => {
    const { evidence: before } = await audit(state, { roles: [role('auditor')] });
    aws!.faults = [{ action: 'sts:AssumeRole', kind: 'deny' }];
    const { evidence: after } = await collectFrom(aws!, { roles: [role('auditor')] });
    expect(changesSince(before, after)).toEqual([`? account ${MEMBER} ${REGION}: not audited this time`]);
  });
});

test('what is asked of one account in one region does not change with the others beside it', async () => {
  const twice = {
    ...account(wrong, { 'us-east-1': { repositories: [{ name: 'app', images: [{ content: arm, tags: ['v1'] }] }] } }),
  };
  const { found } = await audit(twice, { regions: ['us-east-1', REGION] });
  expect(found).toEqual([`arch-mismatch ${functionArn('api')}`]);
});
