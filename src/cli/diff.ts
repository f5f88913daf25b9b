/**
 * `plimsoll diff`: its options. The comparison, and the database of resource types behind it, load only when it's run.
 */
import { Option, type Command } from 'commander';
import { collect, collectList } from './collect.ts';
import { print } from './print.ts';

export interface DiffOptions {
  readonly against: string;
  readonly stack?: readonly string[];
  readonly parameters?: readonly string[];
  readonly synth?: true;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly printPolicy?: true;
  readonly format?: string;
  readonly output?: readonly string[];
  readonly failOn?: string;
  readonly rule?: readonly string[];
  readonly only?: readonly string[];
  readonly config?: string;
  readonly trust?: true;
  readonly pedantic?: true;
  readonly color: boolean;
  readonly quiet?: true;
}

export function registerDiff(program: Command): void {
  program
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
    .option('--print-policy', 'print the least IAM policy that comparing with what is deployed needs, and stop')
    .addOption(
      new Option('-f, --format <format>', 'how to print it').choices([
        'pretty',
        'json',
        'sarif',
        'github',
        'gitlab',
        'junit',
        'markdown',
      ]),
    )
    .option('-o, --output <[format=]file>', 'also write it to a file; repeatable', collect)
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1 (default: warning)').choices([
        'error',
        'warning',
        'note',
        'never',
      ]),
    )
    .option('--rule <id=level>', 'set a rule to off, note, warning or error; repeatable', collect)
    .option('--only <ids>', 'run only these rules, separated by commas; repeatable', collectList)
    .option('--config <file>', 'configuration file')
    .option('--trust', "run this project's configuration in JavaScript and its plug-ins")
    .option('--pedantic', 'also show findings that only may be right')
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
