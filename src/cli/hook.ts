/** `plimsoll hook`: its options. What judges loads only when it's run. */
import { Option, type Command } from 'commander';
import { THRESHOLDS, withJudging } from './common-options.ts';
import type { JudgingOptions } from './judging-options.ts';

export type HookOptions = Pick<JudgingOptions, 'failOn' | 'rule' | 'only' | 'config' | 'trust' | 'pedantic'>;

export function registerHook(program: Command): void {
  withJudging(
    program
      .command('hook')
      .description('judge the command that a coding agent is about to run; the question comes on standard input')
      .addOption(
        new Option(
          '--fail-on <severity>',
          'least severity that refuses the command; what is less is advice (default: error)',
        ).choices(THRESHOLDS),
      ),
  )
    .addHelpText(
      'after',
      '\nSpeaks with Claude Code, Codex, Cursor, Gemini CLI, GitHub Copilot, Windsurf and Cline, and tells them by what they ask.\nNo failure of its own refuses a command: it is said on standard error, and the exit code is 1.',
    )
    .action(async (options: HookOptions) => {
      const { hookCommand } = await import('./hook-run.ts');
      process.exitCode = await hookCommand(options);
    });
}
