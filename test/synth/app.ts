/**
 * Real apps, as people write them, synthesized by the real library in a process of its own; and what each of the two
 * readers makes of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, openFolder, type CheckResult } from '../../src/index.ts';
import { put } from '../temporary.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

const made: string[] = [];

function folder(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-synth-'));
  made.push(root);
  put(root, files);
  return root;
}

/** Removes what was synthesized: an app serves several tests. */
export function dispose(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
}

export interface Synthesized {
  readonly root: string;
  /** What the source alone says, what the output alone says, and both together. */
  readonly source: CheckResult;
  readonly output: CheckResult;
  readonly both: CheckResult;
}

export async function synthesized(files: Readonly<Record<string, string>>, entry = 'bin/app.ts'): Promise<Synthesized> {
  const root = folder({ 'cdk.json': JSON.stringify({ app: `npx ts-node ${entry}` }), ...files });
  const judge = async (where: string): Promise<CheckResult> =>
    check({ files: await openFolder(where), config: DEFAULT_CONFIG });
  const source = await judge(root);
  synth(root, files, entry);
  const output = folder();
  copyOutput(root, output);
  return { root, source, output: await judge(output), both: await judge(root) };
}

/** What the toolkit always asks an app for. */
const AS_THE_TOOLKIT = JSON.stringify({
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
  'aws:cdk:bundling-stacks': ['**'],
});

/** Compiled beside its sources with their positions kept, so that stack traces are as ts-node's. */
function synth(root: string, files: Readonly<Record<string, string>>, entry: string): void {
  const build = folder();
  symlinkSync(MODULES, join(build, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    if (!path.endsWith('.ts')) {
      put(build, { [path]: text });
      continue;
    }
    const { outputText } = ts.transpileModule(text, {
      fileName: join(root, path),
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        inlineSourceMap: true,
        inlineSources: false,
        sourceRoot: join(root, path, '..'),
      },
    });
    put(build, { [path.replace(/\.ts$/, '.js')]: outputText });
  }
  const { status, stderr } = spawnSync(process.execPath, ['--enable-source-maps', entry.replace(/\.ts$/, '.js')], {
    cwd: build,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_CONTEXT_JSON: AS_THE_TOOLKIT,
      CDK_OUTDIR: join(root, 'cdk.out'),
      NODE_ENV: 'production',
      CDK_VALIDATION: 'false',
      VITEST: '',
    },
  });
  if (status !== 0 || !existsSync(join(root, 'cdk.out/manifest.json')))
    throw new Error(`the app could not be synthesized: ${stderr}`);
}

/** The JSON and the staged Dockerfiles, without the app. */
function copyOutput(root: string, target: string): void {
  const { status } = spawnSync('cp', ['-r', join(root, 'cdk.out'), join(target, 'cdk.out')]);
  if (status !== 0) throw new Error('cdk.out could not be copied');
}

export function textOf(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
