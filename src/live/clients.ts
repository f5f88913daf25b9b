/** The clients of one account in one region, each made when it is first needed. */
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
import { guarded } from './guard.ts';
import { agentsFor } from './network.ts';
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

export interface Clients {
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

const SILENT = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * A client that is loaded and made once. None is ever destroyed: they share their connections, and that would end those
 * of all.
 */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

export function stsClient(connection: Connection): Clients['sts'] {
  return once(async () =>
    guarded(
      new (await import('@aws-sdk/client-sts')).STSClient(settings(connection, connection.region)),
      connection.signal,
      'xml',
    ),
  );
}

export function clientsIn(connection: Connection, region: string): Omit<Clients, 'sts'> {
  const own = settings(connection, region);
  const registries = new Map<string, Clients['ecr']>();
  return {
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
  };
}
