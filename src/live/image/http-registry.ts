/** Any registry that speaks the OCI distribution protocol: without credentials, with a password, or with a token. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readTyped } from '../../files/typed.ts';
import { start } from '../../system/programs.ts';
import { clean } from '../failure.ts';
import { ACCEPTED, objectOf, parseObject, stringOf } from '../manifest.ts';
import { follow, open, textOf, type Download } from '../network.ts';
import { SourceError, type ImageSource, type Login, type OpenOptions } from './source.ts';

const LARGEST_MANIFEST = 4 * 1024 * 1024 + 1;
const HUB = 'registry-1.docker.io';

export async function openRegistry(address: string, options: OpenOptions): Promise<ImageSource> {
  const { registry, repository, reference } = split(address);
  const base = `${await schemeOf(registry, options)}://${registry}/v2/${repository}`;
  const session = new Session(registry, repository, options);
  return {
    name: address,
    registry,
    repository,
    reference,
    manifest: async (digest) => {
      const wanted = digest ?? reference;
      const answer = await session.get(`${base}/manifests/${wanted}`, { accept: ACCEPTED.join(', ') });
      if (answer.status === 404)
        throw new SourceError(`${registry} has no ${repository}${wanted.includes(':') ? '@' : ':'}${wanted}`, true);
      if (answer.status !== 200) throw refused(registry, answer.status);
      const text = await textOf(answer.body, LARGEST_MANIFEST);
      const own = `sha256:${createHash('sha256').update(text).digest('hex')}`;
      if (wanted.startsWith('sha256:') && wanted !== own)
        throw new SourceError(`${registry} answered ${wanted} with other content`);
      const mediaType = answer.headers['content-type']?.split(';')[0]?.trim();
      return {
        text,
        digest: own,
        ...(mediaType === undefined || mediaType === 'application/json' ? {} : { mediaType }),
      };
    },
    blob: async (digest) => {
      const answer = await session.get(`${base}/blobs/${digest}`, {});
      if (answer.status !== 200)
        throw answer.status === 404
          ? new SourceError(`${registry} lacks ${digest} of ${repository}`)
          : refused(registry, answer.status);
      return answer.body;
    },
    close: () => {},
  };
}

/** As Docker does: the first component is a registry when it has a dot or a port, or is localhost. */
function split(address: string): { registry: string; repository: string; reference: string } {
  const found =
    /^(?:([^/]+\.[^/]*|[^/]+:\d+|localhost)\/)?([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      address,
    );
  if (found === null)
    throw new SourceError(
      `${clean(address)} is no image reference; give a registry's, oci:DIR, oci-archive:FILE or docker-archive:FILE`,
    );
  const [, registry, repository = '', tag, digest] = found;
  const hub = registry === undefined || registry === 'docker.io';
  return {
    registry: hub ? HUB : registry,
    repository: hub && !repository.includes('/') ? `library/${repository}` : repository,
    reference: digest ?? tag ?? 'latest',
  };
}

async function schemeOf(registry: string, { plainHttp, signal }: OpenOptions): Promise<string> {
  if (plainHttp === true) return 'http';
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(registry)) return 'https';
  try {
    (await open(`https://${registry}/v2/`, { signal, timeout: 3000 })).body.destroy();
    return 'https';
  } catch {
    return 'http';
  }
}

function refused(registry: string, status: number): SourceError {
  if (status === 401 || status === 403)
    return new SourceError(`${registry} refused access (HTTP ${status}); log in with \`docker login ${registry}\``);
  return new SourceError(`${registry} answered with HTTP ${status}`);
}

class Session {
  readonly signal: AbortSignal;
  readonly #login: Login | undefined;
  #authorization: string | undefined;

  constructor(
    readonly registry: string,
    readonly repository: string,
    { signal, login }: OpenOptions,
  ) {
    this.signal = signal;
    this.#login = login;
  }

  async get(address: string, headers: Record<string, string>): Promise<Download> {
    let answer = await this.#once(address, headers);
    if (answer.status === 401 && this.#authorization === undefined) {
      answer.body.resume();
      this.#authorization = await this.#authorize(answer.headers['www-authenticate'] ?? '');
      if (this.#authorization !== undefined) answer = await this.#once(address, headers);
    }
    return answer;
  }

  async #once(address: string, headers: Record<string, string>): Promise<Download> {
    const headersFor = (own: boolean): Record<string, string> =>
      own && this.#authorization !== undefined ? { ...headers, authorization: this.#authorization } : headers;
    try {
      return await follow(address, { headersFor, signal: this.signal });
    } catch (error) {
      throw new SourceError(
        `${this.registry} could not be reached: ${clean(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }

  async #authorize(challenge: string): Promise<string | undefined> {
    const login = this.#login ?? (await credentialsFor(this.registry));
    const basic =
      login === undefined ? undefined : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
    if (/^basic\b/i.test(challenge)) return basic;
    if (!/^bearer\b/i.test(challenge)) return undefined;
    const field = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
    const realm = field('realm');
    if (realm === undefined || !URL.canParse(realm)) return undefined;
    const url = new URL(realm);
    const service = field('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', field('scope') ?? `repository:${this.repository}:pull`);
    const answer = await open(url.href, {
      headers: basic === undefined ? {} : { authorization: basic },
      signal: this.signal,
    });
    if (answer.status !== 200) {
      answer.body.resume();
      throw refused(this.registry, answer.status);
    }
    const json = parseObject(await textOf(answer.body, 1024 * 1024));
    const token = stringOf(json?.['token']) ?? stringOf(json?.['access_token']);
    return token === undefined ? undefined : `Bearer ${token}`;
  }
}

/** What `docker login` left: in its configuration, or with a credential helper. */
async function credentialsFor(registry: string): Promise<Login | undefined> {
  const config = dockerConfig();
  const names =
    registry === HUB ? ['https://index.docker.io/v1/', HUB, 'docker.io'] : [registry, `https://${registry}`];
  const helpers = objectOf(config?.['credHelpers']);
  const store = stringOf(config?.['credsStore']);
  for (const name of names) {
    const entry = objectOf(objectOf(config?.['auths'])?.[name]);
    const pair = stringOf(entry?.['auth']);
    const text = pair === undefined ? '' : Buffer.from(pair, 'base64').toString('utf8');
    if (text.includes(':'))
      return { user: text.slice(0, text.indexOf(':')), password: text.slice(text.indexOf(':') + 1) };
    const helper = stringOf(helpers?.[name]) ?? (entry === undefined ? undefined : store);
    const found = helper === undefined ? undefined : await ask(helper, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The user's own. What is no absolute path would be one of the project's files. */
function dockerConfig(): Record<string, unknown> | undefined {
  const folder = [process.env['DOCKER_CONFIG'] ?? '', join(homedir(), '.docker')].find((one) => isAbsolute(one));
  try {
    return folder === undefined ? undefined : parseObject(readTyped(join(folder, 'config.json')).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function ask(helper: string, name: string): Promise<Login | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  const { code, stdout } = await start(`docker-credential-${helper}`, ['get'], {
    project: process.cwd(),
    input: name,
    patience: 20_000,
    most: 1024 * 1024,
  });
  const json = code === 0 ? parseObject(stdout.toString('utf8')) : undefined;
  const [user, password] = [stringOf(json?.['Username']), stringOf(json?.['Secret'])];
  return user === undefined || password === undefined ? undefined : { user, password };
}
