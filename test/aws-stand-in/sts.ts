/** STS: who asks, and the roles into other accounts. */
import { AwsError } from './reply.ts';
import type { Context } from './server.ts';
import type { AccountState } from './state.ts';

/** Access keys of assumed roles tell their account, as the stand-in's calls are signed with them. */
const KEY = /^ASIA(\d{12})EXAMPLE$/;

export function sts(operation: string, input: Record<string, unknown>, { account, home }: Context): unknown {
  if (operation === 'GetCallerIdentity')
    return { Arn: `arn:aws:iam::${account.id}:user/auditor`, UserId: 'AIDAEXAMPLE', Account: account.id };
  if (operation === 'AssumeRole') {
    const arn = String(input['RoleArn']);
    const [, member = '', role = ''] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
    const found = home.members?.[member];
    if (
      found === undefined ||
      !found.roles.includes(role) ||
      (found.externalId !== undefined && found.externalId !== input['ExternalId'])
    ) {
      throw new AwsError(
        'AccessDenied',
        `User: arn:aws:iam::${home.id}:user/auditor is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
        403,
      );
    }
    return {
      AssumedRoleUser: {
        AssumedRoleId: 'AROAEXAMPLE:plimsoll',
        Arn: `arn:aws:sts::${member}:assumed-role/${role}/plimsoll`,
      },
      Credentials: {
        AccessKeyId: `ASIA${member}EXAMPLE`,
        SecretAccessKey: 'never-print-secret',
        SessionToken: 'never-print-token',
        Expiration: '2099-01-01T00:00:00Z',
      },
    };
  }
  throw new AwsError('InvalidAction', `Could not find operation ${operation}`);
}

/** The account that a call's signature speaks for. */
export function signedFor(home: AccountState, authorization: string): AccountState {
  const member = KEY.exec(/Credential=([^/]+)\//.exec(authorization)?.[1] ?? '')?.[1];
  const found = member === undefined ? undefined : home.members?.[member];
  return member === undefined || found === undefined
    ? home
    : { id: member, regions: found.regions, ...(found.optedIn === undefined ? {} : { optedIn: found.optedIn }) };
}
