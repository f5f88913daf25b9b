/** `plimsoll mcp`: a server of the Model Context Protocol, on standard input and output. */
import type { Command } from 'commander';

export function registerMcp(cli: Command): void {
  cli
    .command('mcp')
    .description('server of the Model Context Protocol on standard input and output, for agents')
    .action(async () => {
      const { serve } = await import('./mcp-run.ts');
      await serve(process.stdin, process.stdout);
    });
}
