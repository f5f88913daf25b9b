import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digestOf, image, index, type Content } from '../aws-stand-in/images.ts';
import { REGISTRY, account } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { plimsoll } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The start of an ELF program for a machine: all that is ever read of one. */
function elf(machine: 62 | 183, rest = 100): Buffer {
  const bytes = Buffer.alloc(20 + rest);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.set([2, 1, 1], 4);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

/** A layer made by the system's own tar. */
function layer(files: Readonly<Record<string, Buffer | string>>): Buffer {
  const root = mkdtempSync(join(folder, 'layer-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content, { mode: 0o755 });
  }
  return execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 64 * 1024 * 1024 });
}

interface Made {
  readonly manifest: string;
  readonly digest: string;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

function made(cpu: string, layers: readonly Buffer[], compressed = true): Made {
  const config = Buffer.from(
    JSON.stringify({
      architecture: cpu,
      os: 'linux',
      config: { Entrypoint: ['/app/run'] },
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  const blobs = new Map<string, Buffer>([[digestOf(config), config]]);
  const descriptors = layers.map((tar) => {
    const bytes = compressed ? gzipSync(tar) : tar;
    blobs.set(digestOf(bytes), bytes);
    return {
      mediaType: `application/vnd.oci.image.layer.v1.tar${compressed ? '+gzip' : ''}`,
      digest: digestOf(bytes),
      size: bytes.length,
    };
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length },
    layers: descriptors,
  });
  return { manifest, digest: digestOf(manifest), blobs };
}

function writeLayout(name: string, { manifest, digest, blobs }: Made): string {
  const root = join(folder, name);
  mkdirSync(join(root, 'blobs/sha256'), { recursive: true });
  for (const [at, bytes] of [...blobs, [digest, Buffer.from(manifest)] as const])
    writeFileSync(join(root, 'blobs/sha256', at.slice(7)), bytes);
  writeFileSync(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(root, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest,
          size: manifest.length,
          annotations: { 'org.opencontainers.image.ref.name': 'v1' },
        },
      ],
    }),
  );
  return root;
}

const honest = made('arm64', [
  layer({ 'bin/sh': elf(183), 'lib/libc.so': elf(183), 'opt/tools/other.so': elf(62), 'etc/motd': 'hello' }),
]);

async function verify(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await plimsoll(['verify', ...args, '-f', 'json'], { cwd: folder, env });
  const document: {
    findings: { rule: string; message: string }[];
    notVerified: string[];
    programs: Record<string, number> | null;
    kind: string;
    chosen: {
      platform: { architecture: string } | null;
      uncompressedSize: number | null;
      entrypoint: string[] | null;
    } | null;
  } = stdout === '' ? { findings: [], notVerified: [], programs: null, kind: '', chosen: null } : JSON.parse(stdout);
  return { code, stderr, ...document, rules: document.findings.map((one) => one.rule) };
}

describe('an OCI layout', () => {
  test('for the CPU it has: 0, and what it is', async () => {
    writeLayout('honest', honest);
    expect(await verify(['oci:honest', '--for', 'lambda/arm64'])).toMatchObject({
      code: 0,
      rules: [],
      kind: 'image',
      programs: null,
      chosen: { platform: { architecture: 'arm64' }, entrypoint: ['/app/run'] },
    });
    expect(await verify(['oci:honest:v1', '--for', 'lambda/arm64'])).toMatchObject({ code: 0 });
  });

  test('for another CPU: 1, arch-mismatch', async () => {
    writeLayout('other', honest);
    expect(await verify(['oci:other', '--for', 'ecs/amd64'])).toMatchObject({ code: 1, rules: ['arch-mismatch'] });
    expect(await verify(['oci:other', '--for', 'lambda'])).toMatchObject({ code: 1, rules: ['arch-mismatch'] });
  });

  test('--deep counts the programs; those of other CPUs in packages are no lie', async () => {
    writeLayout('deep', honest);
    expect(await verify(['oci:deep', '--for', 'ecs/arm64', '--deep'])).toMatchObject({
      code: 0,
      rules: [],
      programs: { amd64: 1, arm64: 2 },
    });
  });

  test.each([
    ['gzip', true],
    ['no compression', false],
  ])('--deep finds the label that lies (%s)', async (_, compressed) => {
    writeLayout(
      `liar-${compressed}`,
      made('arm64', [layer({ 'bin/sh': elf(62) }), layer({ 'app/run': elf(62) })], compressed),
    );
    const found = await verify([`oci:liar-${compressed}`, '--for', 'ecs/arm64', '--deep']);
    expect(found).toMatchObject({ code: 1, rules: ['label-lies'] });
    expect(found.findings[0]!.message).toContain(
      'is labelled `linux/arm64`, but its programs are for amd64 (`/bin/sh` for one)',
    );
  });

  test('--deep sees what a later layer replaced and deleted', async () => {
    writeLayout(
      'layered',
      made('arm64', [
        layer({ 'bin/sh': elf(62), 'bin/old': elf(62), 'usr/lib/x/a.so': elf(62) }),
        layer({ 'bin/sh': elf(183), 'bin/.wh.old': '', 'usr/lib/x/.wh..wh..opq': '' }),
      ]),
    );
    expect(await verify(['oci:layered', '--for', 'ecs/arm64', '--deep'])).toMatchObject({
      code: 0,
      programs: { arm64: 1 },
    });
  });

  test.each([
    ['a layer that is no tar', Buffer.from('x'.repeat(2000)), 'it is not a tar archive, or damaged'],
    ['a layer that ends too early', layer({ 'bin/sh': elf(183, 5000) }).subarray(0, 2000), 'it ends too early'],
  ])('%s: 2, not verified, with the reason', async (_, bytes, reason) => {
    writeLayout(`broken-${bytes.length}`, made('arm64', [bytes]));
    const found = await verify([`oci:broken-${bytes.length}`, '--for', 'ecs/arm64', '--deep']);
    expect(found).toMatchObject({ code: 2, rules: [] });
    expect(found.notVerified.join()).toContain(reason);
  });

  test('a config that is missing: 2, the CPU is not verified', async () => {
    const { manifest, digest } = honest;
    writeLayout('configless', { manifest, digest, blobs: new Map() });
    const found = await verify(['oci:configless', '--for', 'ecs/arm64']);
    expect(found).toMatchObject({ code: 2, rules: [] });
    expect(found.notVerified.join()).toContain('its CPU');
  });
});

test.each([
  [['oci:nowhere', '--for', 'lambda'], 'nowhere does not exist'],
  [['oci-archive:nothing.tar', '--for', 'lambda'], 'nothing.tar is not a file'],
  [['UPPER CASE', '--for', 'lambda'], 'UPPER CASE is no image reference'],
  [['oci:x', '--for', 'ecs'], '--for ecs: say the CPU, too'],
  [['oci:x', '--for', 'fargate/arm64'], "there is no service 'fargate'"],
  [['oci:x', '--for', 'lambda/sparc'], "there is no CPU 'sparc'"],
  [['oci:x', '--for', 'lambda/arm64/v7'], "there is no CPU 'arm64/v7'"],
  [
    ['oci:x', '--for', 'apprunner/arm64'],
    'apprunner runs amd64 images only, there is no arm64; say --for apprunner/amd64',
  ],
  [['oci:x', '--for', 'AppRunner/aarch64'], 'apprunner runs amd64 images only'],
  [
    ['oci:x', '--for', 'agentcore/amd64'],
    'agentcore runs arm64 images only, there is no amd64; say --for agentcore/arm64',
  ],
  [['docker-daemon:app', '--for', 'lambda'], 'the Docker engine at /nowhere/docker.sock could not be reached (ENOENT)'],
])('bad usage is one line and 2: %j', async (args, message) => {
  const { code, stderr } = await verify(args, { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^plimsoll: [^\n]*\n$/);
  expect(stderr).toContain(message);
});

test('archives: an OCI one, one of docker save, and one with two images', async () => {
  const layout = writeLayout('to-archive', honest);
  execFileSync('tar', ['-C', layout, '-cf', join(folder, 'oci.tar'), '.']);
  expect(await verify(['oci-archive:oci.tar', '--for', 'lambda/arm64', '--deep'])).toMatchObject({
    code: 0,
    programs: { amd64: 1, arm64: 2 },
  });
  const saved = join(folder, 'saved');
  mkdirSync(saved);
  writeFileSync(join(saved, 'config.json'), JSON.stringify({ architecture: 'amd64', os: 'linux' }));
  writeFileSync(join(saved, 'layer.tar'), layer({ 'bin/sh': elf(62) }));
  const entry = (tag: string) => ({ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] });
  writeFileSync(join(saved, 'manifest.json'), JSON.stringify([entry('team/app:v1')]));
  execFileSync('tar', ['-C', saved, '-cf', join(folder, 'saved.tar'), '.']);
  expect(await verify(['docker-archive:saved.tar', '--for', 'lambda/arm64', '--deep'])).toMatchObject({
    code: 1,
    rules: ['arch-mismatch'],
    programs: { amd64: 1 },
  });
  writeFileSync(join(saved, 'manifest.json'), JSON.stringify([entry('team/app:v1'), entry('team/app:v2')]));
  execFileSync('tar', ['-C', saved, '-cf', join(folder, 'saved.tar'), '.']);
  expect((await verify(['docker-archive:saved.tar', '--for', 'lambda'])).stderr).toContain(
    'holds 2 images; name one: docker-archive:saved.tar:NAME (team/app:v1, team/app:v2)',
  );
  expect(await verify(['docker-archive:saved.tar:team/app:v2', '--for', 'lambda'])).toMatchObject({ code: 0 });
});

/** What `docker save` of one image writes, in its older form. */
function savedArchive(tag: string): Buffer {
  const saved = mkdtempSync(join(folder, 'saved-'));
  writeFileSync(join(saved, 'config.json'), JSON.stringify({ architecture: 'amd64', os: 'linux' }));
  writeFileSync(join(saved, 'layer.tar'), layer({ 'bin/sh': elf(62) }));
  writeFileSync(
    join(saved, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }]),
  );
  return execFileSync('tar', ['-C', saved, '-c', '.'], { maxBuffer: 64 * 1024 * 1024 });
}

describe('gzipped archives', () => {
  const temporary = join(folder, 'tmp');
  beforeAll(() => void mkdirSync(temporary));

  test('docker save | gzip, and an OCI layout as .tar.gz; nothing is left behind', async () => {
    writeFileSync(join(folder, 'saved.tar.gz'), gzipSync(savedArchive('app:v1')));
    expect(
      await verify(['docker-archive:saved.tar.gz:app:v1', '--for', 'lambda/arm64', '--deep'], { TMPDIR: temporary }),
    ).toMatchObject({ code: 1, rules: ['arch-mismatch'], programs: { amd64: 1 } });
    const layout = writeLayout('to-gzip', honest);
    execFileSync('tar', ['-C', layout, '-czf', join(folder, 'oci.tar.gz'), '.']);
    expect(
      await verify(['oci-archive:oci.tar.gz', '--for', 'lambda/arm64', '--deep'], { TMPDIR: temporary }),
    ).toMatchObject({ code: 0, programs: { amd64: 1, arm64: 2 } });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), 'could not be read'],
    ['of something else', () => gzipSync('hello'), 'could not be read: it ends too early'],
  ])('%s: 2, one line, nothing left behind', async (name, spoil, message) => {
    const at = `${name.replaceAll(' ', '-')}.tar.gz`;
    writeFileSync(join(folder, at), spoil(gzipSync(savedArchive('app:v1'))));
    const found = await verify([`docker-archive:${at}`, '--for', 'lambda'], { TMPDIR: temporary });
    expect(found).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe("the Docker engine's socket", () => {
  const socket = join(folder, 'docker.sock');
  const asked: string[] = [];
  let engine: Server | undefined;
  beforeAll(async () => {
    const own = createServer((request, response) => {
      asked.push(request.url ?? '');
      const name = /^\/images\/(.+)\/get$/.exec(request.url ?? '')?.[1];
      if (name === 'team/app:v1' || name === 'app:latest')
        response.writeHead(200, { 'content-type': 'application/x-tar' }).end(savedArchive(name));
      else
        response
          .writeHead(name === 'broken:v1' ? 500 : 404, { 'content-type': 'application/json' })
          .end(JSON.stringify({ message: name === 'broken:v1' ? 'layer not known' : `No such image: ${name ?? ''}` }));
    });
    engine = own;
    await new Promise<void>((done) => own.listen(socket, done));
  });
  afterAll(() => engine?.close());
  const env = { DOCKER_HOST: `unix://${socket}` };

  test('hands out an image by its name; without a tag it is latest', async () => {
    expect(await verify(['docker-daemon:team/app:v1', '--for', 'lambda/arm64', '--deep'], env)).toMatchObject({
      code: 1,
      rules: ['arch-mismatch'],
      programs: { amd64: 1 },
    });
    expect(await verify(['docker-daemon:app', '--for', 'ecs/amd64'], env)).toMatchObject({ code: 0, rules: [] });
    expect(asked).toEqual(['/images/team/app:v1/get', '/images/app:latest/get']);
  });

  test.each([
    ['docker-daemon:other:v1', env, 'the Docker engine has no image other:v1: build or pull it first'],
    ['docker-daemon:broken:v1', env, 'did not hand out broken:v1 (HTTP 500: layer not known)'],
    [
      'docker-daemon:app',
      { DOCKER_HOST: 'tcp://10.0.0.1:2375' },
      'DOCKER_HOST tcp://10.0.0.1:2375 is no socket on this machine',
    ],
    ['docker-daemon:../x', env, 'docker-daemon:../x names no image'],
  ])('%s with %j: 2, one line', async (image, environment, message) => {
    const found = await verify([image, '--for', 'lambda'], environment);
    expect(found.code).toBe(2);
    expect(found.stderr).toMatch(/^plimsoll: [^\n]*\n$/);
    expect(found.stderr).toContain(message);
  });
});

describe('Amazon ECR', () => {
  let aws: StandIn | undefined;
  afterEach(async () => aws?.close());

  const arm = image({ cpu: 'arm64' });
  const serve = async (contents: Readonly<Record<string, Content>>): Promise<Record<string, string>> => {
    aws = await startStandIn(
      account({
        repositories: [
          { name: 'app', images: Object.entries(contents).map(([tag, content]) => ({ content, tags: [tag] })) },
        ],
      }),
    );
    return { AWS_ENDPOINT_URL: aws.url };
  };

  test('an index with attestations: Lambda refuses it, ECS takes it', async () => {
    const env = await serve({ v1: index({ of: [arm], attestations: 'artifact' }) });
    expect(await verify([`${REGISTRY}/app:v1`, '--for', 'lambda/arm64'], env)).toMatchObject({
      code: 1,
      rules: ['manifest-unsupported'],
      kind: 'index',
    });
    expect(await verify([`${REGISTRY}/app:v1`, '--for', 'ecs/arm64'], env)).toMatchObject({
      code: 0,
      rules: [],
      chosen: { platform: { architecture: 'arm64' } },
    });
    expect(await verify([`${REGISTRY}/app:v1`, '--for', 'ecs/amd64'], env)).toMatchObject({
      code: 1,
      rules: ['arch-mismatch'],
    });
  });

  test('a tag that is not there, and a denied call: 2', async () => {
    const env = await serve({ v1: arm });
    expect((await verify([`${REGISTRY}/app:v2`, '--for', 'lambda'], env)).stderr).toContain(
      'is not in the registry (ImageNotFound)',
    );
    aws!.faults = [{ action: 'ecr:BatchGetImage', kind: 'deny' }];
    expect(await verify([`${REGISTRY}/app:v1`, '--for', 'lambda'], env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no permission for ecr:BatchGetImage'),
    });
  });
});

describe('registries that want a login', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A registry in front of one image: `basic`, or `bearer` with a token server of its own. */
  async function registry(kind: 'basic' | 'bearer'): Promise<string> {
    const own = createServer((request, response) => {
      const host = `http://${request.headers.host}`;
      const url = new URL(request.url ?? '/', host);
      const basic = request.headers.authorization === `Basic ${Buffer.from('user:pass').toString('base64')}`;
      if (url.pathname === '/token') {
        response
          .writeHead(basic ? 200 : 401)
          .end(basic ? JSON.stringify({ token: `for ${url.searchParams.get('scope')}` }) : '');
        return;
      }
      const allowed =
        kind === 'basic' ? basic : request.headers.authorization === 'Bearer for repository:team/app:pull';
      if (!allowed) {
        response
          .writeHead(401, {
            'www-authenticate': kind === 'basic' ? 'Basic realm="x"' : `Bearer realm="${host}/token",service="own"`,
          })
          .end();
        return;
      }
      const blob = /\/blobs\/(sha256:\w+)$/.exec(url.pathname)?.[1];
      const content = blob === undefined ? undefined : honest.blobs.get(blob);
      if (url.pathname === '/v2/team/app/manifests/v1')
        response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end(honest.manifest);
      else response.writeHead(content === undefined ? 404 : 200).end(content);
    });
    server = own;
    await new Promise<void>((done) => own.listen(0, '127.0.0.1', done));
    const address = own.address();
    return `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  }

  test.each(['basic', 'bearer'] as const)('%s, with what docker login left', async (kind) => {
    const host = await registry(kind);
    const config = mkdtempSync(join(folder, 'docker-'));
    expect(await verify([`${host}/team/app:v1`, '--for', 'ecs/arm64'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`log in with \`docker login ${host}\``),
    });
    writeFileSync(
      join(config, 'config.json'),
      JSON.stringify({ auths: { [host]: { auth: Buffer.from('user:pass').toString('base64') } } }),
    );
    expect(
      await verify([`${host}/team/app:v1`, '--for', 'ecs/arm64', '--deep'], { DOCKER_CONFIG: config }),
    ).toMatchObject({ code: 0, programs: { amd64: 1, arm64: 2 } });
  });
});

const installed =
  spawnSync('docker-registry', ['--version']).status === 0 && spawnSync('skopeo', ['--version']).status === 0;

describe.skipIf(!installed)("Debian's docker-registry, filled by skopeo", () => {
  let server: ChildProcess | undefined;
  let host = '';

  beforeAll(async () => {
    const port = await freePort();
    host = `127.0.0.1:${port}`;
    const config = join(folder, 'registry.yml');
    writeFileSync(
      config,
      `version: 0.1\nstorage: {filesystem: {rootdirectory: ${join(folder, 'registry')}}}\nhttp: {addr: '${host}'}\n`,
    );
    server = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 100; attempt++) {
      if (
        await fetch(`http://${host}/v2/`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error('the registry did not start');
  });
  afterAll(() => {
    server?.kill();
  });

  test('an image pushed there is read, unpacked and judged', async () => {
    const layout = writeLayout('to-push', honest);
    execFileSync('skopeo', [
      'copy',
      '-q',
      '--dest-tls-verify=false',
      `oci:${layout}:v1`,
      `docker://${host}/team/app:v1`,
    ]);
    expect(await verify([`${host}/team/app:v1`, '--for', 'lambda/arm64', '--deep'])).toMatchObject({
      code: 0,
      rules: [],
      programs: { amd64: 1, arm64: 2 },
    });
    expect(await verify([`${host}/team/app@${honest.digest}`, '--for', 'lambda/amd64'])).toMatchObject({
      code: 1,
      rules: ['arch-mismatch'],
    });
    expect((await verify([`${host}/team/app:v2`, '--for', 'lambda'])).stderr).toContain('has no team/app:v2');
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createTcp();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port),
      );
    });
  });
}
