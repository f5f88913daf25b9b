/** Options that several commands have: how the findings are printed, and how they are judged. */
import { Option, type Command } from 'commander';
import { FORMATS } from '../report/formats.ts';
import { collect, collectList } from './collect.ts';

export const THRESHOLDS = ['error', 'warning', 'note', 'never'];

export function withPrinting(command: Command, what: 'the findings' | 'it'): Command {
  return command
    .addOption(new Option('-f, --format <format>', `how to print ${what}`).choices(FORMATS))
    .option(
      '-o, --output <[format=]file>',
      `also write ${what === 'it' ? 'it' : 'them'} to a file; repeatable`,
      collect,
    )
    .option('--sarif-include-suppressed', 'have suppressed and baselined results in SARIF, marked as such')
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1 (default: warning)').choices(
        THRESHOLDS,
      ),
    );
}

export function withJudging(command: Command): Command {
  return command
    .option('--rule <id=level>', 'set a rule to off, note, warning or error; repeatable', collect)
    .option('--only <ids>', 'run only these rules, separated by commas; repeatable', collectList)
    .option('--config <file>', 'configuration file')
    .option('--trust', "run this project's configuration in JavaScript and its plug-ins")
    .option('--pedantic', 'also show findings that only may be right');
}
