/** The true host names of AWS, over TLS with a company's own authority, through its proxy. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, type Server as TlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, amd, functionArn, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { plimsoll } from './run.ts';

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('behind a proxy that breaks TLS open', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-network-'));
  const asked: string[] = [];
  let aws: StandIn;
  let tls: TlsServer;
  let proxy: Server;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    const run = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    writeFileSync(join(folder, 'names.ext'), 'subjectAltName=DNS:*.eu-west-1.amazonaws.com,DNS:*.ecr.eu-west-1.amazonaws.com\n');
    run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=own authority');
    run('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'aws.key', '-out', 'aws.csr', '-subj', '/CN=aws');
    run('x509', '-req', '-in', 'aws.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'aws.pem', '-days', '2', '-extfile', 'names.ext');
    aws = await startStandIn(account({ repositories: [{ name: 'app', mutability: 'IMMUTABLE', images: [{ content: amd, tags: ['v1'] }] }], functions: [lambda('bad', 'v1', amd)] }));
    const plain = Number(new URL(aws.url).port);
    tls = createTls({ key: readFileSync(join(folder, 'aws.key')), cert: readFileSync(join(folder, 'aws.pem')) }, (socket) => {
      const inner = connect(plain, '127.0.0.1');
      socket.on('error', () => inner.destroy());
      inner.on('error', () => socket.destroy());
      socket.pipe(inner).pipe(socket);
    });
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
  }, 60_000);

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    proxy?.close();
    tls?.close();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const env = (): Record<string, string> => ({ AWS_REGION: 'eu-west-1', HTTPS_PROXY: `http://user:pa%20ss@127.0.0.1:${portOf(proxy.address())}` });

  test('with its authority in AWS_CA_BUNDLE the audit goes through, under the true names', async () => {
    const { code, stdout, stderr } = await plimsoll(['audit', '-f', 'json'], { cwd: folder, env: { ...env(), AWS_CA_BUNDLE: join(folder, 'ca.pem') } });
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(stdout).toContain(functionArn('bad'));
    const credentials = `Basic ${Buffer.from('user:pa ss').toString('base64')}`;
    expect([...new Set(asked)].sort()).toEqual(['api.ecr', 'apprunner', 'batch', 'cloudformation', 'codebuild', 'ecs', 'eks', 'lambda', 'sts'].map((name) => `${name}.eu-west-1.amazonaws.com:443 ${credentials}`));
  });

  test('without it nothing is trusted: 2, and the reason', async () => {
    const { code, stderr } = await plimsoll(['audit'], { cwd: folder, env: { ...env(), AWS_MAX_ATTEMPTS: '1' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/could not be reached: .*(?:SELF_SIGNED|UNABLE_TO|certificate)/);
  });
});

function portOf(address: AddressInfo | string | null): number {
  return address !== null && typeof address === 'object' ? address.port : 0;
}
