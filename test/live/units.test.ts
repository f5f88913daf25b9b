import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, failureOf } from '../../src/live/failure.ts';
import { cpuOfElf } from '../../src/live/image/deep.ts';
import { readTar } from '../../src/live/image/tar.ts';
import { readConfig, readManifest } from '../../src/live/manifest.ts';
import { readUri } from '../../src/live/uri.ts';
import { image, index } from '../aws-stand-in/images.ts';

describe('what goes into a report is clean of secrets', () => {
  test.each([
    [
      'GET https://bucket.s3.amazonaws.com/layer?X-Amz-Signature=abc&X-Amz-Security-Token=def failed',
      'GET https://bucket.s3.amazonaws.com/layer failed',
    ],
    ['proxy http://user:secret@proxy:8080/ refused', 'proxy http://proxy:8080/ refused'],
    ['the key AKIAIOSFODNN7EXAMPLE is unknown', 'the key (key) is unknown'],
    [`token ${'aB3/'.repeat(30)} expired`, 'token (token) expired'],
    [`sha256:${'a'.repeat(64)} is missing`, `sha256:${'a'.repeat(64)} is missing`],
    ['two\nlines', 'two lines'],
  ])('%s', (message, cleaned) => {
    expect(clean(message)).toBe(cleaned);
  });
});

test('a denial names the permission that AWS names', () => {
  const error = Object.assign(
    new Error('User: arn:aws:iam::1:user/x is not authorized to perform: cloudformation:ListStacks on resource: *'),
    { name: 'AccessDenied' },
  );
  expect(failureOf(error, 'cloudformation:DescribeStacks')).toMatchObject({
    kind: 'denied',
    permission: 'cloudformation:ListStacks',
  });
});

test('a denial that no grant would lift says what forbids it', () => {
  const error = Object.assign(
    new Error(
      'User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:1:repository/app with an explicit deny in a service control policy',
    ),
    { name: 'AccessDeniedException' },
  );
  expect(failureOf(error, 'ecr:BatchGetImage')).toMatchObject({
    kind: 'denied',
    permission: 'ecr:BatchGetImage',
    reason: 'no permission for ecr:BatchGetImage (forbidden by a service control policy)',
  });
});

test('ECR addresses, and what only looks like one', () => {
  expect(readUri('123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1')).toMatchObject({
    account: '123456789012',
    region: 'eu-west-1',
    repository: 'team/app',
    tag: 'v1',
  });
  expect(readUri(`123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app@sha256:${'0'.repeat(64)}`)).toMatchObject({
    region: 'cn-north-1',
    digest: `sha256:${'0'.repeat(64)}`,
  });
  for (const other of [
    'public.ecr.aws/lambda/python:3.12',
    'nginx:latest',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example/app:v1',
    '',
  ])
    expect(readUri(other)).toBeUndefined();
});

test('both forms of attestations are told from images', () => {
  for (const attestations of ['image config', 'artifact'] as const) {
    const made = index({ of: [image({ cpu: 'arm64' })], attestations });
    expect(readManifest(made.manifest)?.entries.map((entry) => entry.attestation)).toEqual([false, true]);
    expect(readManifest(made.children[1]!.manifest)?.kind).toBe('attestation');
  }
});

test('no manifest, config or tar ever makes it throw anything but an Error, or run on', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readManifest(text);
      readConfig(text);
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
      await readTar(
        Readable.from([Buffer.from(bytes)]),
        () => 20,
        (entry) => cpuOfElf(entry.head),
        10_000,
      ).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    }),
  );
});

test('a tar bomb is stopped at its bound', async () => {
  const header = Buffer.alloc(512);
  header.write('bomb', 0);
  header.write('77777777777\0', 124);
  header.write('0', 156);
  let sum = 8 * 32;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const zeros = Readable.from(
    (function* () {
      yield header;
      for (;;) yield Buffer.alloc(65_536);
    })(),
  );
  await expect(
    readTar(
      zeros,
      () => 0,
      () => {},
      10 * 1024 * 1024,
    ),
  ).rejects.toThrow('it is larger than 10485760 bytes');
});
