/** `plimsoll graph`: its options. What it does loads only when it's run. */
import { Option, type Command } from 'commander';
import { PICTURES } from '../report/formats.ts';
import { collect } from './collect.ts';
import { withJudging } from './common-options.ts';
import type { JudgingOptions } from './judging-options.ts';

export function registerGraph(program: Command): void {
  const described = program
    .command('graph [what...]')
    .description('draw how each image gets to each workload')
    .addOption(new Option('-f, --format <format>', 'how to draw it (default: text)').choices(PICTURES.names))
    .option('-o, --output <[format=]file>', 'also write it to a file; repeatable', collect);
  withJudging(described)
    .option('--no-color', 'print without colour')
    .option('-q, --quiet', 'print the voyages only, no summary')
    .addHelpText(
      'after',
      '\nWHAT is a file or folder of the project, or (part of) the name of an image, a repository or a workload.\nExit codes: 0 it was drawn, whatever the findings are; 2 it could not be drawn.',
    )
    .action(async (what: string[], options: JudgingOptions) => {
      const { graphCommand } = await import('./graph-run.ts');
      process.exitCode = await graphCommand(what, options);
    });
}
