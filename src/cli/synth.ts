/** `--synth`: the project's own `cdk synth`, in every folder with an app, its progress on stderr. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Problem } from '../config/problem.ts';
import { isForeign } from '../discover/kinds.ts';
import { tryRead, type Files } from '../discover/files.ts';
import { forTerminal } from '../report/escape.ts';

/** Runs the apps one after another; they may share a `node_modules` and a cache. */
export async function synthesize(files: Files, quiet: boolean): Promise<void> {
  const folders = appFolders(files);
  if (folders.length === 0) throw new Problem('--synth: there is no cdk.json with an `app` in the project');
  for (const folder of folders) {
    const name = folder === '' ? 'the CDK app' : `the CDK app in ${folder}`;
    const started = performance.now();
    if (!quiet) process.stderr.write(`plimsoll: synthesizing ${forTerminal(name)} …\n`);
    const { code, output } = await run(join(files.root, folder), quiet);
    if (code !== 0) throw new Problem(`\`cdk synth\` of ${name} failed (${code === undefined ? 'npx could not be run' : `exit code ${code}`})${quiet ? `: ${lastLines(output)}` : '; its own words are above'}`);
    if (!quiet) process.stderr.write(`plimsoll: synthesized ${forTerminal(name)} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
}

/** Folders whose cdk.json says how to run the app, from the root down. */
export function appFolders(files: Files): string[] {
  return files.list().filter((path) => /(?:^|\/)cdk\.json$/.test(path) && !isForeign(path)).flatMap((path) => {
    try {
      const config: unknown = JSON.parse(tryRead(files, path) ?? '');
      return typeof config === 'object' && config !== null && 'app' in config && typeof config.app === 'string' ? [path.slice(0, -'cdk.json'.length).replace(/\/$/, '')] : [];
    } catch {
      return [];
    }
  });
}

/** The toolkit of the project itself; nothing is downloaded for it. Standard output stays ours. */
function run(cwd: string, quiet: boolean): Promise<{ code: number | undefined; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', 'cdk', 'synth', '--quiet'], { cwd, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', process.stderr, process.stderr] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => resolve({ code: undefined, output: '' }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).map((line) => line.trim()).join(' / ');
}
