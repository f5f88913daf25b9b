/**
 * What went wrong with a call, in words fit for a report: no token, no signed address, no credential ever gets through.
 */
import type { FailureKind } from './evidence.ts';

export interface Failure {
  readonly kind: FailureKind;
  /** AWS's name for it: `ImageNotFoundException`. */
  readonly name: string;
  readonly reason: string;
  readonly permission?: string;
}

const THROTTLED = /throttl|TooManyRequests|RequestLimitExceeded|SlowDown|Rate exceeded/i;
const DENIED = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/i;
const CREDENTIALS =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|CredentialsProviderError|MissingAuthenticationToken|InvalidAccessKeyId|IncompleteSignature|TokenProviderError|InvalidIdentityToken|OptInRequired/;
/** What AWS also says in a region that an account has not switched on. */
const ELSEWHERE = /InvalidClientTokenId|UnrecognizedClient/;
const UNREACHABLE =
  /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b|TimeoutError|socket hang up|NetworkingError|RequestTimeout|\bCERT|certificate|UNABLE_TO_|\bthe proxy\b/;

export function failureOf(error: unknown, action: string): Failure {
  const name = field(error, 'name') ?? 'Error';
  const code = field(error, 'code') ?? '';
  const message = field(error, 'message') ?? '';
  const status = statusOf(error);
  const lacking = field(error, 'lacking');
  if (name === 'AbortError') return { kind: 'interrupted', name, reason: 'interrupted' };
  if (CREDENTIALS.test(name))
    return {
      kind: 'credentials',
      name,
      reason: `the credentials were not accepted (${name}): ${clean(message)}${ELSEWHERE.test(name) ? '; they may be wrong, or the region not enabled for the account' : ''}`,
    };
  if (isThrottled(error))
    return { kind: 'throttled', name, reason: `AWS throttled ${action} until the retries ran out` };
  if (
    DENIED.test(name) ||
    DENIED.test(code) ||
    (status === 403 && name !== 'SyntaxError' && name !== 'ForeignAnswer')
  ) {
    const permission = /perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ?? action;
    return { kind: 'denied', name, permission, reason: `no permission for ${permission}${denialIn(message)}` };
  }
  if (name === 'SyntaxError' || name === 'ForeignAnswer' || /[Dd]eserialization/.test(message)) {
    if (status === 404 || status === 405 || status === 501)
      return { kind: 'unsupported', name, reason: `${action} is not supported there` };
    if (status !== undefined && status >= 500)
      return { kind: 'failed', name, reason: `${action} failed with HTTP ${status} until the retries ran out` };
    return {
      kind: 'unreadable',
      name,
      reason: `the answer to ${action} was not what AWS sends${status === undefined ? '' : ` (HTTP ${status})`}${lacking === undefined ? '' : `: it has ${lacking}`}; a proxy or captive portal may stand in between`,
    };
  }
  if (UNREACHABLE.test(name) || UNREACHABLE.test(code) || UNREACHABLE.test(message))
    return {
      kind: 'unreachable',
      name,
      reason: `the endpoint for ${action} could not be reached: ${clean(code === '' ? message : code)}`,
    };
  if (/UnknownOperation|InvalidAction|NotImplemented|UnsupportedOperation/.test(name) || status === 501)
    return { kind: 'unsupported', name, reason: `${action} is not supported there` };
  if (/NotFound/.test(name)) return { kind: 'gone', name, reason: clean(message) };
  // What isn't XML or has no name: whoever answered, it wasn't AWS.
  if (/^Unknown(?:Error)?$/.test(name) && status !== undefined && status >= 500)
    return { kind: 'failed', name, reason: `${action} failed with HTTP ${status} until the retries ran out` };
  return {
    kind: 'failed',
    name,
    reason: `${action} failed: ${name}${message === '' || message === name ? '' : `: ${clean(message)}`}`,
  };
}

export function isThrottled(error: unknown): boolean {
  return THROTTLED.test(field(error, 'name') ?? '') || statusOf(error) === 429;
}

/** Where a policy forbids it in words, granting it isn't enough. */
function denialIn(message: string): string {
  const found = /with an explicit deny in an? ([a-z -]{1,60}?policy|permissions boundary)/i.exec(message)?.[1];
  return found === undefined ? '' : ` (forbidden by ${/^[aeiou]/.test(found) ? 'an' : 'a'} ${found})`;
}

/**
 * Takes out what may carry a secret: the query of an address, access keys, long opaque strings. One line, not too long.
 */
export function clean(message: string): string {
  return message
    .replace(/\s+/g, ' ')
    .replace(/(https?:\/\/)[^\s/@]*@/g, '$1')
    .replace(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/g, '$1')
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '(key)')
    .replace(/[A-Za-z0-9+/_=-]{64,}/g, (long) =>
      /[a-z]/.test(long) && /[A-Z]/.test(long) && /\d/.test(long) ? '(token)' : long,
    )
    .trim()
    .slice(0, 300);
}

function field(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(key in error)) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : undefined;
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const metadata: unknown = Reflect.get(error, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const status: unknown = Reflect.get(metadata, 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}
