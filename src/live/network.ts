/** The way out: a company's own certificate authority and its proxy, for the SDK's calls and our own. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { Duplex, type Readable } from 'node:stream';
import { connect as tlsConnect, rootCertificates } from 'node:tls';
import { readTyped } from '../files/typed.ts';
import { table } from '../core/table.ts';
import { isBypassed } from './bypass.ts';
import { defined } from '../core/optional.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

let shared: { readonly key: string; readonly agents: Agents } | undefined;

/** A setting for the network that can't be used; says in one line which, and why. */
export class SettingError extends Error {}

/** One pair of agents, so that connections are reused between the SDK's clients and our own downloads. */
export function agentsFor(env: Environment): Agents {
  const bundle = env['AWS_CA_BUNDLE'] ?? '';
  const [name, proxy] = proxyIn(env);
  const bypass = env['NO_PROXY'] ?? env['no_proxy'] ?? '';
  const key = `${bundle}\u0001${proxy}\u0001${bypass}`;
  if (shared?.key === key) return shared.agents;
  const options: AgentOptions = {
    keepAlive: true,
    maxSockets: 50,
    ...(bundle === '' ? {} : { ca: authorities(bundle, env['NODE_EXTRA_CA_CERTS'] ?? '') }),
  };
  const httpsAgent = proxy === '' ? new HttpsAgent(options) : new TunnelAgent(proxyUrl(name, proxy), bypass, options);
  const agents: Agents = { httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 50 }), httpsAgent };
  shared = { key, agents };
  return agents;
}

/** Beside the public ones: a proxy may break open some connections and let others through. */
function authorities(bundle: string, extra: string): string[] {
  try {
    return [
      ...rootCertificates,
      ...(extra === '' ? [] : [readTyped(extra).toString('utf8')]),
      readTyped(bundle).toString('utf8'),
    ];
  } catch (error) {
    throw new SettingError(
      `the certificates that AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS names can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function proxyIn(env: Environment): readonly [name: string, value: string] {
  const name = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find((one) => (env[one] ?? '') !== '') ?? '';
  return [name, env[name] ?? ''];
}

function proxyUrl(name: string, value: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.hostname === '')
    throw new SettingError(`${name} is no address of a proxy; it looks like http://proxy.example.com:3128`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new SettingError(`${name} names a ${url.protocol.slice(0, -1)} proxy; only http and https proxies will do`);
  return url;
}

/** At the end of a command: connections kept open for the next call would keep the process alive, too. */
export function closeConnections(): void {
  shared?.agents.httpAgent.destroy();
  shared?.agents.httpsAgent.destroy();
  shared = undefined;
}

type Connected = (error: Error | null, stream: Duplex) => void;

/** HTTPS through a proxy's CONNECT. Node's own agents can't before version 24. */
class TunnelAgent extends HttpsAgent {
  readonly #proxy: URL;
  readonly #bypass: string;

  constructor(proxy: URL, bypass: string, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#bypass = bypass;
  }

  override createConnection(options: RequestOptions, done?: Connected): Duplex | null | undefined {
    const host = (options.host ?? 'localhost').toLowerCase();
    if (isBypassed(host, Number(options.port ?? 443), this.#bypass)) return super.createConnection(options, done);
    const authority = `${host}:${options.port ?? 443}`;
    const { username, password, hostname, port, protocol } = this.#proxy;
    const headers: Record<string, string> = table({ host: authority });
    if (username !== '')
      headers['proxy-authorization'] =
        `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const opening = send({
      host: hostname,
      port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
      method: 'CONNECT',
      path: authority,
      headers,
      timeout: 10_000,
    });
    opening.once('connect', (answer: IncomingMessage, socket: Duplex) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        done?.(
          new Error(
            `the proxy refused the connection to ${host} (HTTP ${answer.statusCode}${answer.statusCode === 407 ? ', it wants a user and password: HTTPS_PROXY=http://user:password@…' : ''})`,
          ),
          socket,
        );
        return;
      }
      const { ca = this.options.ca } = options;
      const servername = isIP(host) > 0 ? '' : (options.servername ?? host);
      done?.(null, tlsConnect({ socket, host, servername, ...defined({ ca }) }));
    });
    opening.once('timeout', () => opening.destroy(new Error('the proxy did not answer')));
    opening.once('error', (error) => done?.(error, new Duplex()));
    opening.end();
    return undefined;
  }
}

export interface Download {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: IncomingMessage;
}

/** Starts a GET; the caller reads the body or destroys it. Errors never carry the address: it may be a signed one. */
export function open(
  address: string,
  options: { headers?: Readonly<Record<string, string>>; method?: string; signal?: AbortSignal; timeout?: number } = {},
): Promise<Download> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const agents = agentsFor(process.env);
    const secure = url.protocol === 'https:';
    const send = secure ? httpsRequest : httpRequest;
    const request = send(url, {
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      agent: secure ? agents.httpsAgent : agents.httpAgent,
      timeout: options.timeout ?? 20_000,
      ...defined({ signal: options.signal }),
    });
    request.once('timeout', () => request.destroy(new Error('ETIMEDOUT')));
    request.once('error', reject);
    request.once('response', (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }));
    request.end();
  });
}

const REDIRECTS = 5;

/**
 * Follows redirects: blobs are often elsewhere. `headersFor` is told whether it's still the host that was asked, so
 * that what opens it goes to no other.
 */
export async function follow(
  address: string,
  options: { readonly headersFor?: (own: boolean) => Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<Download> {
  const { host } = new URL(address);
  let target = address;
  for (let step = 0; step <= REDIRECTS; step++) {
    const answer = await open(target, {
      headers: options.headersFor?.(new URL(target).host === host) ?? {},
      signal: options.signal,
    });
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    answer.body.resume();
    target = new URL(location, target).href;
  }
  throw new Error('it redirects in circles');
}

const TRIES = 5;
/** As long as it says that there were too many. */
const TRIES_IF_THROTTLED = 9;
const LONGEST_WAIT = 2_000;

class GivenUp extends Error {}

/** A text behind a signed address. No SDK stands behind this that would try again. */
export async function download(
  address: string,
  { what, most, signal }: { readonly what: string; readonly most: number; readonly signal: AbortSignal },
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await follow(address, { signal });
      if (answer.status === 200) return await textOf(answer.body, most);
      answer.body.resume();
      const { status } = answer;
      const tries = status === 429 ? TRIES_IF_THROTTLED : status >= 500 ? TRIES : 1;
      if (attempt >= tries) throw new GivenUp(`${what} could not be downloaded (HTTP ${status})`);
    } catch (error) {
      if (signal.aborted || error instanceof GivenUp || attempt >= TRIES) throw error;
    }
    // Not in step with others that wait.
    await new Promise((done) => setTimeout(done, Math.min(LONGEST_WAIT, 100 * 2 ** attempt) * (0.5 + Math.random())));
  }
}

/** The whole of a stream as text, refused above a bound. */
export async function textOf(stream: Readable, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > most) {
      stream.destroy();
      throw new Error(`it is larger than ${most} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const ENDS = ['readable', 'end', 'close'] as const;

/** The first bytes of a stream, which stay in it. */
export async function peek(stream: Readable, length: number): Promise<Buffer> {
  if (stream.readableEnded) return Buffer.alloc(0);
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      for (const event of ENDS) stream.off(event, done);
      stream.off('error', failed);
      resolve();
    };
    const failed = (error: Error): void => {
      for (const event of ENDS) stream.off(event, done);
      reject(error);
    };
    for (const event of ENDS) stream.once(event, done);
    stream.once('error', failed);
  });
  const chunk: unknown = stream.read();
  if (!Buffer.isBuffer(chunk)) return Buffer.alloc(0);
  stream.unshift(chunk);
  return chunk.subarray(0, length);
}
