/** Roles into other accounts: assumed with the caller's own credentials, and assumed again when they run out. */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { failureOf } from './failure.ts';
import { guarded } from './guard.ts';
import { settings, type Connection, type Credentials } from './clients.ts';
import type { Outcome } from './calls.ts';
import { defined } from '../core/optional.ts';

export interface Role {
  readonly arn: string;
  readonly externalId?: string;
}

/** Asks for a role's credentials as often as they are needed. */
export type Entrance = () => Promise<Credentials>;

/** Milliseconds before they expire. */
const EARLY = 5 * 60_000;

/**
 * The role's credentials, once now, so that a refusal is known before anything else is asked, and later whenever they
 * have expired.
 */
export async function assume(role: Role, connection: Connection): Promise<Outcome<Entrance>> {
  const client = guarded(new STSClient(settings(connection, connection.region)), connection.signal, 'xml');
  const ask = async (): Promise<Credentials> => {
    const answer = await client.send(
      new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'plimsoll-audit', ExternalId: role.externalId }),
      { abortSignal: connection.signal },
    );
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration,
    } = answer.Credentials ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('STS handed out no credentials');
    return {
      accessKeyId,
      secretAccessKey,
      ...defined({ sessionToken, expiration }),
    };
  };
  try {
    let current = await ask();
    let renewal: Promise<Credentials> | undefined;
    return {
      ok: true,
      // Every service's client asks; one answer does for all of them until it has nearly run out.
      value: async () => {
        if (current.expiration !== undefined && current.expiration.getTime() - Date.now() < EARLY)
          current = await (renewal ??= ask().finally(() => (renewal = undefined)));
        return current;
      },
    };
  } catch (error) {
    return { ok: false, failure: failureOf(error, 'sts:AssumeRole') };
  }
}
