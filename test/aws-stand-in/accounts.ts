/** Account management and Organizations: the regions of an account, and the accounts of an organization. */
import { AwsError } from './reply.ts';
import type { Context } from './server.ts';

export function account(operation: string, input: Record<string, unknown>, { account: own, pager }: Context): unknown {
  if (operation !== 'ListRegions') throw new AwsError('UnknownOperationException', operation, 404);
  const statuses =
    own.optedIn ?? Object.fromEntries(Object.keys(own.regions).map((name) => [name, 'ENABLED_BY_DEFAULT']));
  const wanted = input['RegionOptStatusContains'];
  const listed = Object.entries(statuses).filter(([, status]) => !Array.isArray(wanted) || wanted.includes(status));
  const { items, next } = pager.page('regions', listed, {
    token: input['NextToken'],
    limit: input['MaxResults'],
    normal: 50,
    most: 50,
  });
  return { Regions: items.map(([RegionName, RegionOptStatus]) => ({ RegionName, RegionOptStatus })), NextToken: next };
}

export function organizations(
  operation: string,
  input: Record<string, unknown>,
  { account: own, home, pager }: Context,
): unknown {
  if (operation !== 'ListAccounts') throw new AwsError('UnknownOperationException', operation);
  if (home.organization === undefined || own.id !== home.id)
    throw new AwsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  const all = [{ id: home.id }, ...home.organization];
  const { items, next } = pager.page('accounts', all, {
    token: input['NextToken'],
    limit: input['MaxResults'],
    normal: 20,
    most: 20,
  });
  return {
    Accounts: items.map(({ id, ...rest }) => {
      const state = 'state' in rest ? rest.state : 'ACTIVE';
      return {
        Id: id,
        Arn: `arn:aws:organizations::${home.id}:account/o-exampleorgid/${id}`,
        Name: `account ${id}`,
        Email: 'never-print-me@example.com',
        State: state,
        Status: state,
        JoinedTimestamp: 1.7e9,
      };
    }),
    NextToken: next,
  };
}
