/** One account in one region: its clients, made when first needed, and a record of the calls that failed. */
import { setMaxListeners } from 'node:events';
import type { AccountClient } from '@aws-sdk/client-account';
import type { AppRunnerClient } from '@aws-sdk/client-apprunner';
import type { BatchClient } from '@aws-sdk/client-batch';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CodeBuildClient } from '@aws-sdk/client-codebuild';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { EKSClient } from '@aws-sdk/client-eks';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Gap, Unverified } from './evidence.ts';
import { failureOf, type Failure } from './failure.ts';
import { guarded } from './guard.ts';
import { agentsFor, closeConnections } from './network.ts';
import { Tally } from './verified.ts';
import { defined } from '../core/optional.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface Connection {
  /** An assumed role's; else the SDK finds the caller's own. */
  readonly credentials?: () => Promise<Credentials>;
  /** Undefined: the SDK's own choice (environment, profile). */
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly signal: AbortSignal;
}

export type Progress = (what: string, done: number, total: number | undefined) => void;

/**
 * So many failures in a row, and the rest of an operation's calls are not made; more of them where some had come
 * through. A denial costs one quick call and may hold for one resource only; throttling and silence cost all the
 * retries.
 */
const HOPELESS = { quick: 50, slow: 8 };
const EXAMPLES = 3;

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export interface Asked {
  readonly action: string;
  /** What it is about, by name, for the report. */
  readonly about: string;
  readonly resource?: string;
  /** Calls that may fail together for a reason of their own (another account's registry): counted apart. */
  readonly apart?: string;
  /** Answers that are no failure (`LifecyclePolicyNotFoundException`): handed back without a gap. */
  readonly expected?: readonly string[];
  /** It's about another account's: whatever becomes of it, it says nothing about this one's service. */
  readonly foreign?: boolean;
  /** The service isn't known to be offered in the region: that nothing answers there says that it isn't. */
  readonly mayBeAbsent?: boolean;
}

export interface Session {
  readonly region: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  ecr(region?: string): Promise<ECRClient>;
  lambda(): Promise<LambdaClient>;
  ecs(): Promise<ECSClient>;
  apprunner(): Promise<AppRunnerClient>;
  batch(): Promise<BatchClient>;
  codebuild(): Promise<CodeBuildClient>;
  eks(): Promise<EKSClient>;
  cloudformation(): Promise<CloudFormationClient>;
  sts(): Promise<STSClient>;
  account(): Promise<AccountClient>;
  organizations(): Promise<OrganizationsClient>;
  /** Calls go to another place than AWS's own. */
  readonly emulated: boolean;
  /**
   * Runs one call; a failure becomes a gap and never an exception, unless another way leads to the same: that one is
   * told why the first failed.
   */
  call<T>(
    asked: Asked,
    work: () => Promise<T>,
    otherwise?: (failure: Failure) => Promise<T | undefined>,
  ): Promise<Outcome<T>>;
  /** Notes something that could not be verified for another reason than a call's failure. */
  missed(asked: Asked, failure: Failure): void;
  /** How many calls came through. */
  succeeded(): number;
  gaps(): Gap[];
  /** Services of which no call, or none that matters, came through. */
  unverified(): Unverified[];
  /** Sessions share their connections: to be called when none of them has anything under way. */
  close(): void;
}

export function settings(connection: Connection, region: string | undefined) {
  const agents = agentsFor(process.env);
  // Each client would say on stderr which Node its next versions will ask for.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  return {
    ...defined({
      region,
      profile: connection.profile,
      credentials: connection.credentials,
      endpoint: connection.endpoint,
    }),
    // The SDK's own variables win where they are set.
    ...(process.env['AWS_RETRY_MODE'] === undefined ? { retryMode: 'standard' } : {}),
    ...(process.env['AWS_MAX_ATTEMPTS'] === undefined ? { maxAttempts: 4 } : {}),
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true, ...agents },
    logger: SILENT,
  };
}

function isEmulated(endpoint: string | undefined): boolean {
  return (
    endpoint !== undefined &&
    URL.canParse(endpoint) &&
    !/\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname)
  );
}

const SILENT = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * A client that is loaded and made once. None is ever destroyed: they share their connections, and that would end those
 * of all.
 */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

export async function openSession(connection: Connection, progress: Progress): Promise<Session> {
  setMaxListeners(0, connection.signal);
  const sts = once(async () =>
    guarded(
      new (await import('@aws-sdk/client-sts')).STSClient(settings(connection, connection.region)),
      connection.signal,
      'xml',
    ),
  );
  const region = connection.region ?? (await (await sts()).config.region());
  const own = settings(connection, region);
  const registries = new Map<string, () => Promise<ECRClient>>();
  const failures = new Map<string, { inARow: number; ever: boolean; most: number }>();
  const gaps = new Map<
    string,
    { gap: Omit<Gap, 'count' | 'about' | 'resource'>; about: Set<string>; resource?: string }
  >();
  const tally = new Tally();
  let succeeded = 0;

  const missed = (asked: Asked, failure: Failure): void => {
    const key = `${asked.action}\u0001${failure.kind}\u0001${failure.reason}`;
    const known = gaps.get(key);
    if (known === undefined) {
      const { kind, reason, permission } = failure;
      gaps.set(key, {
        gap: { action: asked.action, kind, reason, ...defined({ permission }) },
        about: new Set([asked.about]),
        ...defined({ resource: asked.resource }),
      });
      return;
    }
    known.about.add(asked.about);
  };

  return {
    region,
    signal: connection.signal,
    progress,
    sts,
    ecr: (other = region) => {
      let client = registries.get(other);
      if (client === undefined) {
        client = once(async () =>
          guarded(new (await import('@aws-sdk/client-ecr')).ECRClient(settings(connection, other)), connection.signal),
        );
        registries.set(other, client);
      }
      return client();
    },
    lambda: once(async () =>
      guarded(new (await import('@aws-sdk/client-lambda')).LambdaClient(own), connection.signal),
    ),
    ecs: once(async () => guarded(new (await import('@aws-sdk/client-ecs')).ECSClient(own), connection.signal)),
    apprunner: once(async () =>
      guarded(new (await import('@aws-sdk/client-apprunner')).AppRunnerClient(own), connection.signal),
    ),
    batch: once(async () => guarded(new (await import('@aws-sdk/client-batch')).BatchClient(own), connection.signal)),
    codebuild: once(async () =>
      guarded(new (await import('@aws-sdk/client-codebuild')).CodeBuildClient(own), connection.signal),
    ),
    eks: once(async () => guarded(new (await import('@aws-sdk/client-eks')).EKSClient(own), connection.signal)),
    account: once(async () =>
      guarded(new (await import('@aws-sdk/client-account')).AccountClient(own), connection.signal),
    ),
    organizations: once(async () =>
      guarded(new (await import('@aws-sdk/client-organizations')).OrganizationsClient(own), connection.signal),
    ),
    cloudformation: once(async () =>
      guarded(new (await import('@aws-sdk/client-cloudformation')).CloudFormationClient(own), connection.signal, 'xml'),
    ),
    emulated: isEmulated(connection.endpoint ?? process.env['AWS_ENDPOINT_URL_ECR'] ?? process.env['AWS_ENDPOINT_URL']),
    async call<T>(
      asked: Asked,
      work: () => Promise<T>,
      otherwise?: (failure: Failure) => Promise<T | undefined>,
    ): Promise<Outcome<T>> {
      const came = (): void => {
        succeeded++;
        if (asked.foreign !== true) tally.came(asked.action);
      };
      const lost = async (failure: Failure): Promise<Outcome<T>> => {
        const value = connection.signal.aborted ? undefined : await otherwise?.(failure).catch(() => undefined);
        if (value === undefined) {
          missed(asked, failure);
          if (asked.foreign !== true) tally.failed(asked.action, failure);
          return { ok: false, failure };
        }
        came();
        return { ok: true, value };
      };
      const key = `${asked.action} ${asked.apart ?? ''}`;
      const record = failures.get(key) ?? { inARow: 0, ever: false, most: HOPELESS.quick };
      failures.set(key, record);
      if (connection.signal.aborted) {
        const failure: Failure = { kind: 'interrupted', name: 'AbortError', reason: 'interrupted before it was asked' };
        missed(asked, failure);
        return { ok: false, failure };
      }
      if (record.inARow >= (record.ever ? 4 * record.most : record.most)) {
        return lost({
          kind: 'skipped',
          name: 'Skipped',
          reason: `${asked.action} had failed ${record.inARow} times in a row, so it was not tried again`,
        });
      }
      try {
        const value = await work();
        record.inARow = 0;
        record.ever = true;
        came();
        return { ok: true, value };
      } catch (error) {
        const failure = failureOf(error, asked.action);
        if (
          asked.expected?.includes(failure.name) === true ||
          (asked.mayBeAbsent === true && failure.kind === 'unreachable')
        ) {
          record.inARow = 0;
          if (failure.kind !== 'unreachable') came();
          return { ok: false, failure };
        }
        if (failure.kind !== 'gone') record.inARow++;
        record.most = failure.kind === 'denied' ? HOPELESS.quick : HOPELESS.slow;
        return lost(failure);
      }
    },
    missed,
    succeeded: () => succeeded,
    gaps: () =>
      [...gaps.values()].map(({ gap, about, resource }) => ({
        ...gap,
        count: about.size,
        about: [...about].slice(0, EXAMPLES),
        ...(about.size === 1 && resource !== undefined ? { resource } : {}),
      })),
    unverified: () => tally.unverified(),
    close: closeConnections,
  };
}
