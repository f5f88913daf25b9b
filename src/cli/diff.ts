/**
 * `plimsoll diff`: its options. The comparison, and the database of resource types behind it, load only when it's run.
 */
import type { Command } from 'commander';
import { collect } from './collect.ts';
import { withJudging, withPrinting } from './common-options.ts';
import type { JudgingOptions } from './judging-options.ts';
import { print } from './print.ts';

export interface DiffOptions extends JudgingOptions {
  readonly against: string;
  readonly stack?: readonly string[];
  readonly parameters?: readonly string[];
  readonly synth?: true;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly printPolicy?: true;
}

export function registerDiff(program: Command): void {
  const described = program
    .command('diff [paths...]')
    .description('say what deploying would change, and which changes will fail or surprise')
    .option(
      '--against <what>',
      'compare with what is deployed, a template FILE, a DIR with templates or a cdk.out, or git:REVISION',
      'deployed',
    )
    .option(
      '--stack <file=name>',
      'the stack that a plain template is deployed as, or just the NAME of a stack to look at; repeatable',
      collect,
    )
    .option('--parameters <name=value>', 'what the deploy gives a parameter; repeatable', collect)
    .option('--synth', "run the project's own `cdk synth` first")
    .option('--profile <name>', 'profile of the AWS configuration, for what is deployed')
    .option('--region <name>', 'region, for what is deployed')
    .option('--endpoint-url <url>', "send CloudFormation's calls there")
    .option('--print-policy', 'print the least IAM policy that comparing with what is deployed needs, and stop');
  withJudging(withPrinting(described, 'it'))
    .option('--no-color', 'print without colour')
    .option('-q, --quiet', 'print findings only')
    .addHelpText(
      'after',
      "\nThe new side is this folder's cdk.out and templates, or the templates named.\nExit codes: 0 no change is at or above the threshold, 1 some are, 2 the comparison could not be made.",
    )
    .action(async (paths: string[], options: DiffOptions) => {
      if (options.printPolicy === true) {
        const { diffPolicy } = await import('../live/policy.ts');
        print(`${JSON.stringify(diffPolicy(), null, 2)}\n`);
        return;
      }
      const { diffCommand } = await import('./diff-run.ts');
      process.exitCode = await diffCommand(paths, options);
    });
}
