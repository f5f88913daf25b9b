/**
 * Which accounts and regions an audit covers, and how it gets into each: the caller's own, roles, or a whole
 * organization.
 */
import type { Account } from '@aws-sdk/client-organizations';
import type { Gap } from './evidence.ts';
import { failureOf, type Failure } from './failure.ts';
import { SettingError } from './network.ts';
import { forEach } from './pool.ts';
import { assume, type Entrance, type Role } from './roles.ts';
import { openSession, type Progress } from './session.ts';
import type { Connection } from './clients.ts';
import type { Outcome } from './calls.ts';
import { ALL_REGIONS, accountOfRole, partitionOf } from './uri.ts';
import { defined } from '../core/optional.ts';

export interface Organization {
  /** Assumed in each of its accounts. */
  readonly roleName: string;
  readonly externalId?: string;
}

export interface Asked {
  /** Empty: the SDK's own choice; `all`. */
  readonly regions: readonly string[];
  readonly roles?: readonly Role[];
  readonly organization?: Organization;
}

/** An account in a region, ready to be asked. */
export interface Place {
  readonly connection: Connection;
  /** What could not be told on the way there. */
  readonly gaps: readonly Gap[];
}

/** An account, or all of an organization's, that stayed shut. */
export interface Closed {
  readonly account?: string;
  readonly region: string;
  readonly gaps: readonly Gap[];
  readonly failure: Failure;
}

export type Target = Place | Closed;

export function isClosed(target: Target): target is Closed {
  return 'failure' in target;
}

const AT_ONCE = 5;

interface Entry {
  readonly account?: string;
  /** Any of them will do: the first that lets us in. */
  readonly roles: readonly Role[];
  /** The caller's own account needs no role, though it may have one. */
  readonly orOwn: boolean;
}

/** In the order they were named; an account that several roles lead into comes once. */
export async function findTargets(asked: Asked, base: Connection, progress: Progress): Promise<Target[]> {
  const home = await homeRegion(asked, base);
  const { entries, closed } =
    asked.organization === undefined
      ? { entries: asked.roles === undefined ? [{ roles: [], orOwn: true }] : byAccount(asked.roles), closed: [] }
      : await accountsOf(asked.organization, { ...base, region: home.signing });
  const own = onceOnly(() => callerOf({ ...base, region: home.signing }));
  const found: (readonly Target[])[] = entries.map(() => []);
  let done = 0;
  await forEach(entries, AT_ONCE, async (entry, at) => {
    found[at] = await enter(entry, asked.regions, home, base, own);
    if (entries.length > 1) progress('accounts entered', ++done, entries.length);
  });
  return [...closed, ...found.flat()];
}

interface Home {
  /** As it is set; undefined where nobody did. */
  readonly region?: string;
  /** For calls that are the same in every region. */
  readonly signing: string;
}

async function homeRegion({ regions, roles }: Asked, base: Connection): Promise<Home> {
  const named =
    regions.find((one) => one !== ALL_REGIONS) ??
    (await openSession(base, () => {}).then(
      (session) => session.region,
      () => undefined,
    ));
  if (named !== undefined) return { region: named, signing: named };
  const [partition] = (roles ?? []).map((one) => one.arn.split(':')[1]);
  return {
    signing: partition === 'aws-cn' ? 'cn-north-1' : partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1',
  };
}

function byAccount(roles: readonly Role[]): Entry[] {
  const accounts = new Map<string, Role[]>();
  for (const role of roles) {
    const account = accountOfRole(role.arn) ?? role.arn;
    accounts.set(account, [...(accounts.get(account) ?? []), role]);
  }
  return [...accounts].map(([account, own]) => ({ account, roles: own, orOwn: false }));
}

/** The active accounts; those that are suspended or being closed run nothing. */
async function accountsOf(
  { roleName, externalId }: Organization,
  connection: Connection,
): Promise<{ entries: Entry[]; closed: Closed[] }> {
  const { paginateListAccounts } = await import('@aws-sdk/client-organizations');
  const session = await openSession(connection, () => {});
  const accounts: Account[] = [];
  const answer = await session.call(
    { action: 'organizations:ListAccounts', about: 'the accounts of the organization' },
    async () => {
      for await (const page of paginateListAccounts(
        { client: await session.organizations(), pageSize: 20 },
        {},
        { abortSignal: session.signal },
      ))
        accounts.push(...(page.Accounts ?? []));
    },
  );
  const partition = partitionOf(session.region);
  const entries = accounts.flatMap(({ Id: account, State: state, Status: status }): Entry[] => {
    if (account === undefined || (state ?? status ?? 'ACTIVE') !== 'ACTIVE') return [];
    return [
      {
        account,
        roles: [
          {
            arn: `arn:${partition}:iam::${account}:role/${roleName}`,
            ...defined({ externalId }),
          },
        ],
        orOwn: true,
      },
    ];
  });
  return {
    entries: entries.sort((a, b) => ((a.account ?? '') < (b.account ?? '') ? -1 : 1)),
    closed: answer.ok ? [] : [{ region: session.region, gaps: session.gaps(), failure: answer.failure }],
  };
}

async function enter(
  { account, roles, orOwn }: Entry,
  regions: readonly string[],
  home: Home,
  base: Connection,
  own: () => Promise<string | undefined>,
): Promise<Target[]> {
  const way = await through(roles, { ...base, region: home.signing });
  if (!way.ok && !(orOwn && account !== undefined && (await own()) === account)) {
    const [role] = roles;
    const gaps = role === undefined ? [] : [gapOf('sts:AssumeRole', role.arn, way.failure)];
    return [
      {
        ...defined({ account }),
        region: home.region ?? home.signing,
        gaps,
        failure: way.failure,
      },
    ];
  }
  const inside: Connection = way.ok && way.value !== undefined ? { ...base, credentials: way.value } : base;
  if (!regions.includes(ALL_REGIONS))
    return (regions.length === 0 ? [home.region] : regions).map((region) => ({
      connection: { ...inside, ...defined({ region }) },
      gaps: [],
    }));
  return inAllRegions(account, inside, home);
}

/** Without a role the caller's own credentials do. */
async function through(roles: readonly Role[], connection: Connection): Promise<Outcome<Entrance | undefined>> {
  let failure: Failure | undefined;
  for (const role of roles) {
    const assumed = await assume(role, connection);
    if (assumed.ok) return assumed;
    failure ??= assumed.failure;
  }
  return failure === undefined ? { ok: true, value: undefined } : { ok: false, failure };
}

/**
 * Where the regions may not be listed, the one that is set is audited all the same, and that the others were not is
 * said.
 */
async function inAllRegions(account: string | undefined, connection: Connection, home: Home): Promise<Target[]> {
  const { paginateListRegions } = await import('@aws-sdk/client-account');
  const session = await openSession({ ...connection, region: home.signing }, () => {});
  const names: string[] = [];
  const answer = await session.call(
    {
      action: 'account:ListRegions',
      about: account === undefined ? 'the regions that are enabled' : `the regions that ${account} has enabled`,
    },
    async () => {
      const request = {
        RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'] satisfies ('ENABLED' | 'ENABLED_BY_DEFAULT')[],
      };
      for await (const page of paginateListRegions({ client: await session.account(), pageSize: 50 }, request, {
        abortSignal: session.signal,
      })) {
        for (const { RegionName: name, RegionOptStatus: status } of page.Regions ?? [])
          if (name !== undefined && status !== 'DISABLED' && status !== 'DISABLING') names.push(name);
      }
    },
  );
  const regions = [
    ...new Set([...names, ...(names.length === 0 && home.region !== undefined ? [home.region] : [])]),
  ].sort();
  const gaps = session.gaps();
  if (regions.length > 0)
    return regions.map((region, at) => ({ connection: { ...connection, region }, gaps: at === 0 ? gaps : [] }));
  const failure: Failure = answer.ok
    ? { kind: 'gone', name: 'NoRegions', reason: 'no region is enabled' }
    : answer.failure;
  return [{ ...defined({ account }), region: home.signing, gaps, failure }];
}

async function callerOf(connection: Connection): Promise<string | undefined> {
  try {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const session = await openSession(connection, () => {});
    return (await (await session.sts()).send(new GetCallerIdentityCommand({}), { abortSignal: connection.signal }))
      .Account;
  } catch {
    return undefined;
  }
}

function gapOf(action: string, about: string, { kind, reason, permission }: Failure): Gap {
  return {
    action,
    kind,
    reason,
    ...defined({ permission }),
    count: 1,
    about: [about],
    resource: about,
  };
}

/** The first failure on the way to a session: mostly that no region is set. */
export function openingFailure(error: unknown): Failure {
  if (error instanceof SettingError) return { kind: 'failed', name: 'Setting', reason: error.message };
  const failure = failureOf(error, 'opening a session');
  return /region/i.test(failure.reason)
    ? { ...failure, reason: 'no region is set: give --region, or set AWS_REGION or a profile that has one' }
    : failure;
}

function onceOnly<T>(work: () => Promise<T>): () => Promise<T> {
  let under: Promise<T> | undefined;
  return () => (under ??= work());
}
