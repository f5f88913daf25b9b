/** Roles into other accounts: assumed with the caller's own credentials, and assumed again when they run out. */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { failureOf } from './failure.ts';
import { settings, type Connection, type Credentials, type Outcome } from './session.ts';

export interface Role {
  readonly arn: string;
  readonly externalId?: string;
}

/** The role's credentials, once now, so that a refusal is known before anything else is asked, and later whenever they have expired. */
export async function assume(role: Role, connection: Connection): Promise<Outcome<() => Promise<Credentials>>> {
  const ask = async (): Promise<Credentials> => {
    const client = new STSClient(settings(connection, connection.region));
    try {
      const answer = await client.send(new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'plimsoll-audit', ExternalId: role.externalId }), { abortSignal: connection.signal });
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration } = answer.Credentials ?? {};
      if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('STS handed out no credentials');
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }), ...(expiration === undefined ? {} : { expiration }) };
    } finally {
      client.destroy();
    }
  };
  try {
    let first: Credentials | undefined = await ask();
    return {
      ok: true,
      value: async () => {
        const credentials = first ?? await ask();
        first = undefined;
        return credentials;
      },
    };
  } catch (error) {
    return { ok: false, failure: failureOf(error, 'sts:AssumeRole') };
  }
}
