/** The registry protocol that docker speaks, in front of the same repositories. */
import type { IncomingMessage } from 'node:http';
import { entriesOf } from './ecr.ts';
import type { Reply } from './reply.ts';
import type { AccountState } from './state.ts';

const PASSWORD = `Basic ${Buffer.from('AWS:never-print-password').toString('base64')}`;

export function docker(
  request: IncomingMessage,
  account: AccountState,
  url: string,
): { action: string; reply: Reply } | undefined {
  const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
  if (kind === undefined) return undefined;
  const action = `docker:${kind}`;
  if (request.headers.authorization !== PASSWORD)
    return {
      action,
      reply: {
        status: 401,
        headers: { 'www-authenticate': `Basic realm="${url}/",service="ecr.amazonaws.com"` },
        body: 'Not Authorized',
      },
    };
  const repository = Object.values(account.regions)
    .flatMap((region) => region.repositories ?? [])
    .find((one) => one.name === name);
  const entries = repository === undefined ? [] : entriesOf(repository);
  if (kind === 'blobs') {
    const blob = entries.find((entry) => entry.content.blobs[reference] !== undefined);
    // ECR hands blobs out from S3.
    return {
      action,
      reply:
        blob === undefined
          ? missing('BLOB_UNKNOWN')
          : {
              status: 307,
              headers: { location: `${url}/blobs/${reference}?X-Amz-Signature=presigned-secret-signature` },
              body: '',
            },
    };
  }
  const entry = entries.find(
    (one) => one.status === 'ACTIVE' && (one.content.digest === reference || one.tags.includes(reference)),
  );
  if (entry === undefined) return { action, reply: missing('MANIFEST_UNKNOWN') };
  return {
    action,
    reply: {
      status: 200,
      headers: { 'content-type': entry.content.mediaType, 'docker-content-digest': entry.content.digest },
      body: entry.content.manifest,
    },
  };
}

function missing(code: string): Reply {
  return {
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ errors: [{ code, message: 'not found' }] }),
  };
}
