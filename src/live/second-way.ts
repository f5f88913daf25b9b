/**
 * The second way to what ECR holds: the registry protocol that docker speaks, with ECR's token. For when ECR's own API
 * or its downloads fail; not for what is denied: AWS asks for the very same permissions on both ways.
 */
import { GetAuthorizationTokenCommand, type BatchGetImageResponse, type ImageFailure } from '@aws-sdk/client-ecr';
import type { Wanted } from './ecr-images.ts';
import type { FailureKind } from './evidence.ts';
import { openRegistry } from './image/http-registry.ts';
import { SourceError, type ImageSource, type Login } from './image/source.ts';
import { textOf } from './network.ts';
import { forEach } from './pool.ts';
import type { Session } from './session.ts';

const AT_ONCE = 4;
export const WORTH_IT: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'failed',
  'skipped',
  'unreachable',
  'unreadable',
  'unsupported',
]);
/** What AWS calls its registries. */
const OF_AWS = /\.dkr[.-]ecr(?:-fips)?\./;

interface Way {
  /** With its scheme; of the caller's own registry. */
  readonly endpoint: string;
  readonly login: Login;
}

const ways = new WeakMap<Session, Map<string, Promise<Way | undefined>>>();

/** One token for each region, asked for once. */
function wayInto(session: Session, region: string): Promise<Way | undefined> {
  const known = ways.get(session) ?? new Map<string, Promise<Way | undefined>>();
  ways.set(session, known);
  let way = known.get(region);
  if (way === undefined) {
    // That it's closed is said once, with the permission; why it was to be tried says the call that failed.
    const asked = {
      action: 'ecr:GetAuthorizationToken',
      about: `docker's own protocol in ${region}, as ECR's API fails`,
    };
    known.set(
      region,
      (way = session
        .call(asked, () => askForToken(session, region))
        .then((answer) => (answer.ok ? answer.value : undefined))),
    );
  }
  return way;
}

async function askForToken(session: Session, region: string): Promise<Way | undefined> {
  const client = await session.ecr(region);
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}), {
    abortSignal: session.signal,
  });
  const [data] = authorizationData ?? [];
  const pair = Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const endpoint = data?.proxyEndpoint;
  if (colon < 1 || endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  // An emulator that hands out AWS's own address has a token that means nothing there.
  if (session.emulated && OF_AWS.test(new URL(endpoint).host)) return undefined;
  return { endpoint, login: { user: pair.slice(0, colon), password: pair.slice(colon + 1) } };
}

async function open(session: Session, wanted: Wanted, name: string): Promise<ImageSource | undefined> {
  const way = await wayInto(session, wanted.region);
  if (way === undefined) return undefined;
  const { host, protocol } = new URL(way.endpoint);
  const registry = OF_AWS.test(host) ? wanted.registry : host;
  return openRegistry(`${registry}/${wanted.repository}${name.includes(':') ? '@' : ':'}${name}`, {
    plainHttp: protocol === 'http:',
    login: way.login,
    signal: session.signal,
  });
}

/** As `BatchGetImage` would have answered; undefined where this way is closed, too. */
export async function manifestsByDocker(
  session: Session,
  wanted: Wanted,
  names: readonly string[],
): Promise<Pick<BatchGetImageResponse, 'images' | 'failures'> | undefined> {
  if ((await wayInto(session, wanted.region)) === undefined) return undefined;
  const images: NonNullable<BatchGetImageResponse['images']> = [];
  const failures: ImageFailure[] = [];
  await forEach(names, AT_ONCE, async (name) => {
    const imageId = name.includes(':') ? { imageDigest: name } : { imageTag: name };
    try {
      const stored = await (await open(session, wanted, name))?.manifest();
      if (stored !== undefined)
        images.push({
          imageId: { ...imageId, imageDigest: stored.digest },
          imageManifest: stored.text,
          imageManifestMediaType: stored.mediaType,
        });
    } catch (error) {
      if (!(error instanceof SourceError) || !error.absent) throw error;
      failures.push({ imageId, failureCode: 'ImageNotFound' });
    }
  });
  return { images, failures };
}

export async function blobByDocker(
  session: Session,
  wanted: Wanted,
  digest: string,
  most: number,
): Promise<string | undefined> {
  const body = await (await open(session, wanted, digest))?.blob(digest);
  if (body === undefined) return undefined;
  return textOf(body, most);
}
