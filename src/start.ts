/** The program behind `bin.ts`, once Node is new enough for it. */
import module, { createRequire } from 'node:module';
import { print } from './cli/print.ts';
import { keepCompiled } from './compile-cache.ts';
import { VERSION } from './version.ts';

export async function start(args: readonly string[]): Promise<void> {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    // Asked by scripts and editors before every real run; nothing else has to load for it.
    try {
      print(`${VERSION}\n`);
    } catch (error) {
      process.stderr.write(`plimsoll: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 2;
    }
    return;
  }
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();
  else keepCompiled();

  // One CommonJS file: that is what Node 20 can be given compiled, and what loads fastest on all versions.
  const cli: { main(args: readonly string[], importer: (url: string) => Promise<object>): Promise<void> } =
    createRequire(import.meta.url)('./cli.cjs');
  await cli.main(args, (url) => import(url));
}
