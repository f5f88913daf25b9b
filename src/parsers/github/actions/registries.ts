/** Actions that log in, to AWS and to registries. */
import { ALWAYS, always, concatValues, mapValues, settle, type Values } from '../../../core/choices.ts';
import { concat, hole, known, literal, type Part, type Text } from '../../../core/text.ts';
import type { Machine } from '../../../project/evaluation.ts';
import type { ActionCall } from './action.ts';

const ACCOUNT: Values = always(hole('account', 'account'));
const REGION: Values = always(hole('region', 'region'));

/** The account a machine's credentials belong to, as far as a role's ARN told. */
const accounts = new WeakMap<Machine, Values>();

/** aws-actions/configure-aws-credentials */
export function configureCredentials(call: ActionCall): void {
  const region = call.input('aws-region');
  if (region !== undefined) {
    call.exportEnv('AWS_REGION', named(region, 'region'));
    call.exportEnv('AWS_DEFAULT_REGION', named(region, 'region'));
  }
  const role = call.input('role-to-assume');
  const account =
    role === undefined
      ? undefined
      : settle(
          role.flatMap(({ value, when }) => {
            const found = accountIn(value);
            return found === undefined ? [] : [{ value: found, when }];
          }),
          'account',
        );
  if (account !== undefined && account.length > 0) accounts.set(call.frame.machine, named(account, 'account'));
  else accounts.delete(call.frame.machine);
  call.output('aws-account-id', accounts.get(call.frame.machine) ?? ACCOUNT);
}

/** A hole that stands where a region or account must stand is one. */
function named(values: Values, nature: 'region' | 'account'): Values {
  return mapValues(values, nature, (text) => {
    const [only] = text;
    return text.length === 1 && only !== undefined && typeof only !== 'string' && only.nature === 'unknown'
      ? hole(only.hole, nature)
      : text;
  });
}

/** `arn:aws:iam::123456789012:role/deploy` */
function accountIn(arn: Text): Text | undefined {
  const start = arn.findIndex((part) => typeof part === 'string' && part.includes(':iam::'));
  const first = arn[start];
  if (typeof first !== 'string') return undefined;
  const parts: Part[] = [first.slice(first.indexOf(':iam::') + ':iam::'.length), ...arn.slice(start + 1)];
  const account: Part[] = [];
  for (const part of parts) {
    const end = typeof part === 'string' ? part.indexOf(':') : -1;
    if (typeof part !== 'string' || end === -1) {
      account.push(part);
      continue;
    }
    const found = concat([...account, part.slice(0, end)]);
    return found.length === 0 ? undefined : found;
  }
  return undefined;
}

/** aws-actions/amazon-ecr-login */
export function ecrLogin(call: ActionCall): void {
  const isPublic = call.input('registry-type')?.some(({ value }) => known(value) === 'public') ?? false;
  const region = call.env('AWS_REGION') ?? call.env('AWS_DEFAULT_REGION') ?? REGION;
  const [registry] = call.items('registries');
  const account = registry?.values ?? accounts.get(call.frame.machine) ?? ACCOUNT;
  const text = (value: string): Values => always(literal(value));
  const address = isPublic
    ? text('public.ecr.aws')
    : mapValues(
        concatValues([account, text('.dkr.ecr.'), region, text('.amazonaws.com')], 'registry'),
        'registry',
        inChina,
      );
  call.output('registry', address);
  login(call, address);
}

function inChina(address: Text): Text {
  return /\.ecr\.cn-[a-z]+-\d\.amazonaws\.com$/.test(known(address) ?? '') ? concat(address, literal('.cn')) : address;
}

/** docker/login-action */
export function dockerLogin(call: ActionCall): void {
  login(call, call.input('registry'), call.input('username'));
}

/** Actions hand the password over on standard input. */
function login(call: ActionCall, registries: Values | undefined, users: Values = []): void {
  const [user, ...others] = users;
  for (const { value, when } of registries ?? [{ value: undefined, when: ALWAYS }]) {
    call.emit(
      {
        kind: 'login',
        site: call.site,
        label: call.name,
        password: 'stdin',
        ...(value === undefined || value.length === 0 ? {} : { registry: value }),
        ...(user === undefined || others.length > 0 ? {} : { user: user.value }),
      },
      when,
    );
  }
}
