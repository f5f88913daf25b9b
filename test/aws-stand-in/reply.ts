/** Answers in the four wire protocols, and opaque paging tokens. */
import { randomBytes } from 'node:crypto';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as AWS names it; each protocol dresses it in its own way. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type Protocol = 'json 1.0' | 'json 1.1' | 'rest json' | 'query';

const REQUEST_ID = '11111111-2222-3333-4444-555555555555';

export function answer(protocol: Protocol, operation: string, output: unknown): Reply {
  if (protocol === 'query') {
    const body = `<${operation}Response xmlns="https://stand-in.invalid/"><${operation}Result>${xml(output)}</${operation}Result><ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata></${operation}Response>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  }
  return {
    status: 200,
    headers: { 'content-type': contentType(protocol), 'x-amzn-requestid': REQUEST_ID },
    body: JSON.stringify(output),
  };
}

export function refuse(protocol: Protocol, error: AwsError): Reply {
  if (protocol === 'query') {
    const body = `<ErrorResponse xmlns="https://stand-in.invalid/"><Error><Type>Sender</Type><Code>${error.code}</Code><Message>${escape(error.message)}</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`;
    return { status: error.status, headers: { 'content-type': 'text/xml' }, body };
  }
  const body = JSON.stringify(
    protocol === 'rest json'
      ? { Message: error.message, Type: 'User' }
      : { __type: error.code, message: error.message },
  );
  return {
    status: error.status,
    headers: { 'content-type': contentType(protocol), 'x-amzn-errortype': error.code, 'x-amzn-requestid': REQUEST_ID },
    body,
  };
}

function contentType(protocol: Protocol): string {
  return protocol === 'json 1.1'
    ? 'application/x-amz-json-1.1'
    : protocol === 'json 1.0'
      ? 'application/x-amz-json-1.0'
      : 'application/json';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${xml(one)}</member>`).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => `<${key}>${xml(inner)}</${key}>`)
      .join('');
  }
  return escape(String(value));
}

/** Pages as AWS does them: tokens that mean nothing to the caller and belong to one listing. */
export class Pager {
  readonly #tokens = new Map<string, { listing: string; offset: number }>();

  page<T>(
    listing: string,
    items: readonly T[],
    request: { token?: unknown; limit?: unknown; normal: number; most: number },
  ): { items: readonly T[]; next: string | undefined } {
    const limit = typeof request.limit === 'number' ? request.limit : request.normal;
    if (limit < 1 || limit > request.most)
      throw new AwsError('InvalidParameterException', `maxResults must be between 1 and ${request.most}`);
    let offset = 0;
    if (request.token !== undefined && request.token !== null && request.token !== '') {
      const known = this.#tokens.get(String(request.token));
      if (known === undefined || known.listing !== listing)
        throw new AwsError('InvalidParameterException', 'Invalid token');
      offset = known.offset;
    }
    const end = offset + limit;
    if (end >= items.length) return { items: items.slice(offset), next: undefined };
    const next = randomBytes(24).toString('base64');
    this.#tokens.set(next, { listing, offset: end });
    return { items: items.slice(offset, end), next };
  }
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
