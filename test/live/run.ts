/** For tests: the true CLI process, as `npm test` builds it, with nothing of the user's environment. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT, checkSilent } from '../canaries.ts';

/** Another build may be named, so that tests can run while `dist` is being made. */
const BIN = process.env['PLIMSOLL_BIN'] ?? fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called once with the process, to send it signals. */
  readonly meddle?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** A shell line run in place of the plain process; `"$@"` is the command. */
  readonly shell?: string;
}

export function plimsoll(args: readonly string[], { cwd, env = {}, meddle, shell }: RunOptions): Promise<Run> {
  const clean = {
    PATH: process.env['PATH'] ?? '',
    HOME: cwd,
    NODE_DISABLE_COMPILE_CACHE: '1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...ENVIRONMENT,
    ...env,
  };
  const command = [process.execPath, BIN, ...args];
  return new Promise((resolve, reject) => {
    const child =
      shell === undefined
        ? spawn(process.execPath, [BIN, ...args], { cwd, env: clean })
        : spawn('/bin/bash', ['-c', shell, 'bash', ...command], { cwd, env: clean });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      try {
        checkSilent('standard output', stdout);
        checkSilent('standard error', stderr);
        resolve({ code, signal, stdout, stderr });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    meddle?.((signal) => child.kill(signal));
  });
}
