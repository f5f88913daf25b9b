/** An image in a Docker engine: what `docker save` would write, through the engine's socket. */
import { request, type IncomingMessage } from 'node:http';
import { parseObject, stringOf } from '../manifest.ts';
import { textOf } from '../network.ts';
import { openTar } from './archive.ts';
import { SourceError, type ImageSource } from './source.ts';

const SOCKET = '/var/run/docker.sock';
const LARGEST_ERROR = 64 * 1024;

/** A name as `docker` takes it, or an id. */
export async function openDaemon(given: string, image: string, signal: AbortSignal): Promise<ImageSource> {
  if (!/^[\w][\w.:@/-]*$/.test(given)) throw new SourceError(`docker-daemon:${given} names no image`);
  const name = isWhole(given) ? given : `${given}:latest`;
  const socketPath = socketIn(process.env['DOCKER_HOST'] ?? '');
  const answer = await get(socketPath, `/images/${name}/get`, signal);
  if (answer.statusCode !== 200) {
    const said = stringOf(parseObject(await textOf(answer, LARGEST_ERROR).catch(() => ''))?.['message']);
    if (answer.statusCode === 404)
      throw new SourceError(`the Docker engine has no image ${name}: build or pull it first`);
    throw new SourceError(
      `the Docker engine at ${socketPath} did not hand out ${name} (HTTP ${answer.statusCode ?? 0}${said === undefined ? '' : `: ${said}`})`,
    );
  }
  const source = await openTar(answer, `the image ${name} of the Docker engine`, undefined, image);
  return { ...source, registry: 'docker-daemon', repository: name };
}

/** With a tag or digest, or an id: a repository's name alone would be all its tags. */
function isWhole(name: string): boolean {
  return (
    name.includes('@') ||
    /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name) ||
    name.slice(name.lastIndexOf('/') + 1).includes(':')
  );
}

function socketIn(host: string): string {
  if (host === '') return SOCKET;
  const path = /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (path === undefined)
    throw new SourceError(
      `DOCKER_HOST ${host} is no socket on this machine: docker-daemon: takes unix:///path/to/docker.sock; elsewhere use \`docker save\` and docker-archive:FILE`,
    );
  return path;
}

function get(socketPath: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method: 'GET', headers: { host: 'docker' }, signal });
    asked.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new SourceError(
          error.code === 'EACCES'
            ? `the Docker engine at ${socketPath} may not be asked: no permission for its socket`
            : `the Docker engine at ${socketPath} could not be reached (${error.code ?? error.message}); is it running, and is DOCKER_HOST right?`,
        ),
      ),
    );
    asked.once('response', resolve);
    asked.end();
  });
}
