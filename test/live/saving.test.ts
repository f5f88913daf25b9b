/**
 * Evidence on disk, whole or not at all: with real processes that are killed while they write, and disks that are full.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EvidenceError, loadEvidence, saveEvidence } from '../../src/live/evidence-file.ts';
import type { Evidence } from '../../src/live/evidence.ts';
import { plimsoll } from './run.ts';

const tools = mkdtempSync(join(tmpdir(), 'plimsoll-saver-'));
const SAVER = join(tools, 'saver.mjs');
/** Some 20 MB: enough to be killed in the middle of. */
const WORKLOADS = 40_000;

beforeAll(async () => {
  await build({
    outfile: SAVER,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    stdin: {
      resolveDir: fileURLToPath(new URL('../../src/live', import.meta.url)),
      loader: 'ts',
      contents: `
      import { saveEvidence } from './evidence-file.ts';
      const [path = '', rounds = ''] = process.argv.slice(2);
      const workload = (at) => ({ service: 'lambda', arn: 'arn:aws:lambda:eu-west-1:123456789012:function:f' + at, name: 'f' + at, image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v' + at, digests: ['sha256:' + String(at).padStart(64, '0')], architecture: 'arm64', architectureBasis: 'stated' });
      const scope = { account: '123456789012', region: 'eu-west-1', partition: 'aws', workloads: Array.from({ length: ${WORKLOADS} }, (_, at) => workload(at)), repositories: [], images: [], references: [], stacks: [], gaps: [] };
      console.log('ready');
      for (let round = 0; round < Number(rounds); round++) {
        try {
          saveEvidence(path, { kind: 'plimsoll evidence', version: 1, collectedAt: new Date().toISOString(), complete: true, scopes: [scope] });
        } catch (error) {
          console.error(error.message);
          process.exit(3);
        }
      }`,
    },
  });
});
afterAll(() => rmSync(tools, { recursive: true, force: true }));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-saving-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const small: Evidence = {
  kind: 'plimsoll evidence',
  version: 1,
  collectedAt: '2026-11-20T12:00:00.000Z',
  complete: true,
  scopes: [],
};

/** Kills the saver when its draft has so many bytes. */
function killed(path: string, signal: NodeJS.Signals, size: number): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [SAVER, path, '1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const sizeOf = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? -1;
    const watch = (): void => {
      if (readdirSync(folder).some((name) => name.endsWith('.tmp') && sizeOf(name) >= size)) child.kill(signal);
      else if (child.exitCode === null && child.signalCode === null) setImmediate(watch);
    };
    child.stdout.once('data', watch);
    child.once('error', fail);
    child.once('close', () => done());
  });
}

describe.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('%s while it writes', (signal) => {
  test('leaves a whole file, old or new, and no part of one passes for a whole', async () => {
    const path = join(folder, 'evidence.json');
    saveEvidence(path, small);
    let parts = 0;
    for (const size of [0, 0, 1, 1_000_000, 5_000_000, 10_000_000]) {
      await killed(path, signal, size);
      expect([0, WORKLOADS]).toContain(
        loadEvidence(path).scopes.reduce((sum, scope) => sum + scope.workloads.length, 0),
      );
      for (const name of readdirSync(folder)) {
        if (name === 'evidence.json') continue;
        parts++;
        try {
          expect(loadEvidence(join(folder, name)).scopes[0]!.workloads).toHaveLength(WORKLOADS);
        } catch (error) {
          expect(error).toBeInstanceOf(EvidenceError);
        }
        rmSync(join(folder, name));
      }
    }
    // At least one kill came in the middle, or this test shows nothing.
    expect(parts).toBeGreaterThan(0);
  }, 120_000);
});

describe('a disk that is full', () => {
  const expectOld = (path: string): void => {
    expect(loadEvidence(path)).toEqual(small);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  };

  test('half-way, by the largest size of a file: the old one stays, nothing is left over', () => {
    const path = join(folder, 'evidence.json');
    saveEvidence(path, small);
    const { status, stderr } = spawnSync(
      '/bin/bash',
      ['-c', 'ulimit -f 2000; trap "" XFSZ; exec "$@"', 'bash', process.execPath, SAVER, path, '1'],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^the evidence could not be saved to .*EFBIG/)]);
    expectOld(path);
  });

  const mounts = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tools]).status === 0;
  test.skipIf(!mounts)('half-way, on a file system of 4 MB', () => {
    const script =
      'mount -t tmpfs -o size=4m tmpfs "$1" && cp "$2" "$1/evidence.json" && "$3" "$4" "$1/evidence.json" 1; echo "ended with $?"; ls -A "$1"; cmp "$2" "$1/evidence.json" && echo unchanged';
    const old = join(tools, 'old.json');
    saveEvidence(old, small);
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-rm', '/bin/bash', '-c', script, 'bash', folder, old, process.execPath, SAVER],
      { encoding: 'utf8' },
    );
    expect(stderr).toContain('ENOSPC');
    expect(stdout).toBe('ready\nended with 3\nevidence.json\nunchanged\n');
  });
});

test('wherever a file is cut off, it is refused', () => {
  const path = join(folder, 'evidence.json');
  saveEvidence(path, {
    ...small,
    scopes: [
      {
        region: 'eu-west-1',
        partition: 'aws',
        workloads: [],
        repositories: [],
        images: [],
        references: [],
        stacks: [],
        gaps: [{ action: 'a:B', kind: 'denied', reason: 'no permission', count: 1, about: ['x'] }],
      },
    ],
  });
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length - 2; length++) {
    writeFileSync(path, whole.subarray(0, length));
    expect(() => loadEvidence(path)).toThrow(EvidenceError);
    writeFileSync(path, Buffer.concat([whole.subarray(0, length), Buffer.alloc(whole.length - length)]));
    expect(() => loadEvidence(path)).toThrow(EvidenceError);
  }
});

test("what can't be saved at all, and what makes no sense, is one line", async () => {
  for (const [args, reason] of [
    [
      ['--save', '/nowhere/evidence.json', '--endpoint-url', 'http://127.0.0.1:9'],
      /--save \/nowhere\/evidence.json: its folder does not exist or may not be written to/,
    ],
    [['--from', 'a.json', '--save', 'b.json'], /--save writes what is collected, and with --from nothing is/],
  ] as const) {
    const { code, stderr } = await plimsoll(['audit', ...args], {
      cwd: folder,
      env: { AWS_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^plimsoll: [^\n]*\n$/);
    expect(stderr).toMatch(reason);
  }
});
