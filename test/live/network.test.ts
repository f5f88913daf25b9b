/** The true host names of AWS, over TLS with a company's own authority, through its proxy. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, type Server as TlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBypassed } from '../../src/live/bypass.ts';
import { REGISTRY, account, amd, functionArn, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { plimsoll } from './run.ts';

/** Where ECR keeps what is pulled in this region. */
const BUCKET = 'prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com';

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('behind a proxy that breaks TLS open', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-network-'));
  const asked: string[] = [];
  let aws: StandIn;
  let tls: TlsServer;
  let proxy: Server;
  let refusing: Server;
  const secureUrl = (): string => `https://localhost:${portOf(tls.address())}`;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    const run = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    writeFileSync(
      join(folder, 'names.ext'),
      'subjectAltName=DNS:*.eu-west-1.amazonaws.com,DNS:*.ecr.eu-west-1.amazonaws.com,DNS:*.dkr.ecr.eu-west-1.amazonaws.com,DNS:*.s3.eu-west-1.amazonaws.com,DNS:localhost,IP:127.0.0.1\n',
    );
    run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=own authority',
    );
    run('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'aws.key', '-out', 'aws.csr', '-subj', '/CN=aws');
    run(
      'x509',
      '-req',
      '-in',
      'aws.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'aws.pem',
      '-days',
      '2',
      '-extfile',
      'names.ext',
    );
    aws = await startStandIn(
      account({
        repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: amd, tags: ['v1'] }] }],
        functions: [lambda('bad', 'v1', amd)],
      }),
      { downloads: `https://${BUCKET}`, registry: `https://${REGISTRY}` },
    );
    const plain = Number(new URL(aws.url).port);
    tls = createTls(
      { key: readFileSync(join(folder, 'aws.key')), cert: readFileSync(join(folder, 'aws.pem')) },
      (socket) => {
        const inner = connect(plain, '127.0.0.1');
        socket.on('error', () => inner.destroy());
        inner.on('error', () => socket.destroy());
        socket.pipe(inner).pipe(socket);
      },
    );
    await new Promise<void>((done) => tls.listen(0, '127.0.0.1', done));
    const secure = portOf(tls.address());
    proxy = createServer().on('connect', (request, client: Socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`);
      const inner = connect(secure, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(inner).pipe(client);
      });
      sockets.add(client);
      client.on('error', () => inner.destroy());
      inner.on('error', () => client.destroy());
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    refusing = createServer().on('connect', (_, client: Socket) =>
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    await new Promise<void>((done) => refusing.listen(0, '127.0.0.1', done));
  }, 60_000);

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    proxy?.close();
    refusing?.close();
    tls?.close();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const env = (): Record<string, string> => ({
    AWS_REGION: 'eu-west-1',
    HTTPS_PROXY: `http://user:pa%20ss@127.0.0.1:${portOf(proxy.address())}`,
  });

  test('with its authority in AWS_CA_BUNDLE the audit goes through, under the true names', async () => {
    const { code, stdout, stderr } = await plimsoll(['audit', '-f', 'json'], {
      cwd: folder,
      env: { ...env(), AWS_CA_BUNDLE: join(folder, 'ca.pem') },
    });
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(stdout).toContain(functionArn('bad'));
    const credentials = `Basic ${Buffer.from('user:pa ss').toString('base64')}`;
    expect([...new Set(asked)].sort()).toEqual(
      [
        ...['api.ecr', 'apprunner', 'batch', 'cloudformation', 'codebuild', 'ecs', 'eks', 'lambda', 'sts'].map(
          (name) => `${name}.eu-west-1.amazonaws.com`,
        ),
        BUCKET,
      ]
        .sort()
        .map((name) => `${name}:443 ${credentials}`),
    );
  });

  test("docker's protocol under the registry's true name is the second way here, too", async () => {
    aws.faults = [
      { action: 'ecr:BatchGetImage', kind: 'error 500' },
      { action: 'ecr:GetDownloadUrlForLayer', kind: 'error 500' },
    ];
    asked.length = 0;
    const { code, stdout } = await plimsoll(['audit', '-f', 'json'], {
      cwd: folder,
      env: { ...env(), AWS_CA_BUNDLE: join(folder, 'ca.pem'), AWS_MAX_ATTEMPTS: '1' },
    });
    aws.faults = [];
    expect(code).toBe(1);
    expect(findings(stdout)).toEqual([`arch-mismatch ${functionArn('bad')}`]);
    expect(asked.join('\n')).toContain(`${REGISTRY}:443`);
  });

  test.each([
    ['--endpoint-url with TLS, though a proxy is set', () => ({ args: ['--endpoint-url', secureUrl()], env: env() })],
    [
      "the SDK's variable for all services",
      () => ({ args: [], env: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: secureUrl() } }),
    ],
    [
      "the SDK's variables for each service",
      () => ({
        args: [],
        env: {
          AWS_REGION: 'eu-west-1',
          ...Object.fromEntries(SERVICES.map((name) => [`AWS_ENDPOINT_URL_${name}`, secureUrl()])),
        },
      }),
    ],
    [
      'a host that NO_PROXY names',
      () => ({
        args: ['--endpoint-url', secureUrl()],
        env: { AWS_REGION: 'eu-west-1', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'localhost,.amazonaws.com' },
      }),
    ],
  ])('%s', async (_, set) => {
    const { args, env: more } = set();
    aws.faults = [{ action: 'ecr:GetDownloadUrlForLayer', kind: 'deny' }];
    asked.length = 0;
    const { stdout, stderr } = await plimsoll(['audit', '-f', 'json', ...args], {
      cwd: folder,
      env: { ...more, AWS_CA_BUNDLE: join(folder, 'ca.pem') },
    });
    aws.faults = [];
    expect(stderr).toBe('');
    expect(findings(stdout)).toEqual([`not-verified arn:aws:ecr:eu-west-1:123456789012:repository/app`]);
    expect(asked).toEqual([]);
  });

  test('the authority may also be given as Node takes it', async () => {
    const { code, stdout } = await plimsoll(['audit', '-f', 'json'], {
      cwd: folder,
      env: { ...env(), NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    });
    expect(code).toBe(1);
    expect(findings(stdout)).toEqual([`arch-mismatch ${functionArn('bad')}`]);
  });

  test.each([
    [
      'wants a password',
      () => ({ HTTPS_PROXY: `http://127.0.0.1:${portOf(refusing.address())}` }),
      /could not be reached: .*the proxy refused the connection to sts\.eu-west-1\.amazonaws\.com \(HTTP 407, it wants a user and password/,
    ],
    ['is not there', () => ({ HTTPS_PROXY: '127.0.0.1:9' }), /could not be reached: ECONNREFUSED/],
    [
      'is of another kind',
      () => ({ HTTPS_PROXY: 'socks5://user:secret@127.0.0.1:9' }),
      /HTTPS_PROXY names a socks5 proxy; only http and https proxies will do/,
    ],
    ['is no address', () => ({ HTTPS_PROXY: 'http://:secret@' }), /HTTPS_PROXY is no address of a proxy/],
  ])('a proxy that %s: 2, in one line, without its password', async (_, own, reason) => {
    const { code, stderr } = await plimsoll(['audit'], {
      cwd: folder,
      env: { AWS_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1', ...own() },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^plimsoll: [^\n]*\n$/);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('secret');
  });

  test('without it nothing is trusted: 2, and the reason', async () => {
    const { code, stderr } = await plimsoll(['audit'], { cwd: folder, env: { ...env(), AWS_MAX_ATTEMPTS: '1' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/could not be reached: .*(?:SELF_SIGNED|UNABLE_TO|certificate)/);
  });
});

function findings(stdout: string): string[] {
  const document: { findings: { rule: string; resource: string }[] } = JSON.parse(stdout);
  return document.findings.map(({ rule, resource }) => `${rule} ${resource}`);
}

const SERVICES = ['APPRUNNER', 'BATCH', 'CLOUDFORMATION', 'CODEBUILD', 'ECR', 'ECS', 'EKS', 'LAMBDA', 'STS'];

function portOf(address: AddressInfo | string | null): number {
  return address !== null && typeof address === 'object' ? address.port : 0;
}

describe('NO_PROXY', () => {
  test.each([
    ['api.ecr.eu-west-1.amazonaws.com', 443, '.amazonaws.com', true],
    ['api.ecr.eu-west-1.amazonaws.com', 443, 'amazonaws.com', true],
    ['api.ecr.eu-west-1.amazonaws.com', 443, '*.amazonaws.com, example.com', true],
    ['notamazonaws.com', 443, 'amazonaws.com', false],
    ['sts.amazonaws.com', 443, 'sts.amazonaws.com:8443', false],
    ['sts.amazonaws.com', 8443, 'sts.amazonaws.com:8443', true],
    ['10.1.2.3', 443, '10.0.0.0/8', true],
    ['11.1.2.3', 443, '10.0.0.0/8', false],
    ['fd00::7', 443, 'fd00::/8', true],
    ['fd00::7', 443, 'fd00::7', true],
    ['example.com', 443, '10.0.0.0/8,10.0.0.0/99,/', false],
    ['anything.example', 443, '*', true],
    ['localhost', 443, '', true],
    ['127.0.0.1', 443, '', true],
    ['example.com', 443, '', false],
  ])('%s:%i with `%s`: %s', (host, port, list, bypassed) => {
    expect(isBypassed(host, port, list)).toBe(bypassed);
  });
});
