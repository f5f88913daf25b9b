/** `--synth`: the project's own `cdk synth`, in every folder with an app, its progress on stderr. */
import { join } from 'node:path';
import { Problem } from '../config/problem.ts';
import { isForeign } from '../discover/kinds.ts';
import { tryRead, type Files } from '../discover/files.ts';
import { jsonOf } from '../core/byte-order-mark.ts';
import { forTerminal } from '../report/escape.ts';
import { start } from '../system/programs.ts';

/** Runs the apps one after another; they may share a `node_modules` and a cache. */
export async function synthesize(files: Files, quiet: boolean): Promise<void> {
  const apps = appsIn(files);
  if (apps.length === 0) throw new Problem('--synth: there is no cdk.json with an `app` in the project');
  for (const { folder, command } of apps) {
    const name = folder === '' ? 'the CDK app' : `the CDK app in ${folder}`;
    const started = performance.now();
    if (!quiet)
      process.stderr.write(
        `plimsoll: synthesizing ${forTerminal(name)}: \`cdk synth\` runs \`${forTerminal(command)}\` …\n`,
      );
    const { code, output } = await run(files.root, join(files.root, folder), quiet);
    if (code !== 0)
      throw new Problem(
        `\`cdk synth\` of ${name} failed (${code === undefined ? 'npx could not be run' : `exit code ${code}`})${quiet ? `: ${lastLines(output)}` : '; its own words are above'}`,
      );
    if (!quiet)
      process.stderr.write(
        `plimsoll: synthesized ${forTerminal(name)} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
      );
  }
}

/** Folders whose cdk.json says how to run the app, and how, from the root down. */
function appsIn(files: Files): { readonly folder: string; readonly command: string }[] {
  return files
    .list()
    .filter((path) => /(?:^|\/)cdk\.json$/.test(path) && !isForeign(path))
    .flatMap((path) => {
      try {
        const config: unknown = jsonOf(tryRead(files, path) ?? '');
        const folder = path.slice(0, -'cdk.json'.length).replace(/\/$/, '');
        return typeof config === 'object' && config !== null && 'app' in config && typeof config.app === 'string'
          ? [{ folder, command: config.app }]
          : [];
      } catch {
        return [];
      }
    });
}

/** The toolkit of the project itself; nothing is downloaded for it. Standard output stays ours. */
async function run(
  project: string,
  cwd: string,
  quiet: boolean,
): Promise<{ code: number | undefined; output: string }> {
  const { code, stdout, stderr, failure } = await start('npx', ['--no-install', 'cdk', 'synth', '--quiet'], {
    project,
    cwd,
    wholePath: true,
    show: !quiet,
  });
  return {
    code: code ?? (failure === undefined ? 1 : undefined),
    output: `${stdout.toString('utf8')}${stderr.toString('utf8')}`,
  };
}

function lastLines(output: string): string {
  return output
    .trim()
    .split('\n')
    .slice(-3)
    .map((line) => line.trim())
    .join(' / ');
}
