/** `plimsoll lsp`: the language server, on standard input and output. */
import type { Command } from 'commander';

export function registerLsp(cli: Command): void {
  cli
    .command('lsp')
    .description('language server on standard input and output, for editors')
    .option('--stdio', 'accepted because editors pass it; there is no other way')
    .action(async () => {
      const [{ createConnection, ProposedFeatures }, { serve }] = await Promise.all([
        import('vscode-languageserver/node'),
        import('../lsp/server.ts'),
      ]);
      serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
    });
}
