/** The command line: options and help. Each command's module loads only when it's run. */
import { Command, CommanderError, Option } from 'commander';
import { importWith } from '../config/import-module.ts';
import { Problem } from '../config/problem.ts';
import { VERSION } from '../version.ts';
import { registerAudit } from './audit.ts';
import type { CheckOptions } from './check.ts';
import { withJudging, withPrinting } from './common-options.ts';
import { registerDiff } from './diff.ts';
import { registerGraph } from './graph.ts';
import { registerHook } from './hook.ts';
import { registerLsp } from './lsp.ts';
import { registerMcp } from './mcp.ts';
import { print } from './print.ts';
import { registerVerify } from './verify.ts';

export async function main(args: readonly string[], importer?: (url: string) => Promise<object>): Promise<void> {
  if (importer !== undefined) importWith(importer);
  // To some of the agents that ask, 2 refuses the command.
  failure = args[0] === 'hook' ? 1 : 2;
  listen();
  try {
    await program().parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = await failed(error);
  }
}

/** The exit code when Plimsoll could not do its job. */
let failure = 2;

let listening = false;

/** Once for the process, however often it is asked to run. */
function listen(): void {
  if (listening) return;
  listening = true;
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => void failed(error).then((code) => process.exit(code)));
  process.stdout.on('error', whenClosed);
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined);
}

/** What is said to a terminal or an editor, and not through `print`. That they stop listening is no failure of ours. */
function whenClosed(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  process.stderr.write(`plimsoll: standard output could not be written: ${error.message}\n`);
  process.exit(failure);
}

async function failed(error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const [{ forTerminal, linesForTerminal }, { shorten }, { reasonFor }] = await Promise.all([
    import('../report/escape.ts'),
    import('../core/shorten.ts'),
    import('../core/contain.ts'),
  ]);
  const debugging = process.env['PLIMSOLL_DEBUG'] === '1';
  const said =
    error instanceof CommanderError
      ? forTerminal(oneLine(error.message))
      : error instanceof Problem
        ? forTerminal(shorten(error.message.replaceAll('\n', ' ')))
        : debugging && error instanceof Error
          ? linesForTerminal(`unexpected: ${error.stack ?? error.message}`)
          : forTerminal(shorten(`unexpected: ${reasonFor(error)}; PLIMSOLL_DEBUG=1 shows where`));
  process.stderr.write(`plimsoll: ${said}\n`);
  return failure;
}

function program(): Command {
  const cli = new Command('plimsoll')
    .description('Will this container image run where it is about to go?')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print help on a command')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    // What it throws is said in one place, with all that goes wrong.
    .configureOutput({ writeOut: print, outputError: () => undefined })
    .enablePositionalOptions()
    .showHelpAfterError(false);

  const check = withCheckOptions(
    cli
      .command('check [paths...]', { isDefault: true })
      .description('lint the project around this folder (the default command)'),
  );
  // Nobody types `check`, so its options are those that people look for.
  cli.addHelpText('after', () => `\n${optionsOf(check)}\n\n${EXIT_CODES}`);
  check
    .addHelpText(
      'after',
      `\nWith files, the project around them is read all the same, and only findings that touch them are reported; - is standard input.\n\n${EXIT_CODES}`,
    )
    .action(async (paths: string[], options: CheckOptions) => {
      const { checkCommand } = await import('./check.ts');
      process.exitCode = await checkCommand(paths, options);
    });

  registerAudit(cli);
  registerVerify(cli);
  registerHook(cli);
  registerLsp(cli);
  registerMcp(cli);
  registerDiff(cli);
  registerGraph(cli);

  cli
    .command('explain <rule>')
    .description('say what a rule finds, why it matters and how to fix it, with examples')
    .option('--no-color', 'print without colour')
    .action(async (rule: string, options: { color: boolean }) => {
      const { explainCommand } = await import('./explain.ts');
      await explainCommand(rule, options);
    });

  cli
    .command('rules')
    .description('list the rules')
    .addOption(new Option('-f, --format <format>', 'how to print them').choices(['table', 'json']).default('table'))
    .action(async (options: { format: string }) => {
      const { rulesCommand } = await import('./rules.ts');
      await rulesCommand(options);
    });

  cli
    .command('init')
    .description('write a configuration, a pre-commit hook, a CI workflow and hooks of coding agents, after asking')
    .option('-y, --yes', 'write all of them without asking')
    .action(async (options: { yes?: true }) => {
      const { initCommand } = await import('./init.ts');
      await initCommand(options);
    });
  return cli;
}

const EXIT_CODES =
  'Exit codes: 0 nothing at or above the threshold, 1 findings at or above it, 2 Plimsoll could not do its job.';

function optionsOf(command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const width = Math.max(...options.map((option) => help.optionTerm(option).length));
  const lines = options.map((option) =>
    help.formatItem(help.optionTerm(option), width, help.optionDescription(option), help),
  );
  return ['Options of check, with or without its name:', ...lines].join('\n');
}

function withCheckOptions(command: Command): Command {
  return withJudging(withPrinting(command, 'the findings'))
    .addOption(
      new Option('--severity <severity>', 'least severity that is shown, and counts').choices([
        'error',
        'warning',
        'note',
      ]),
    )
    .addOption(
      new Option('--group-by <what>', 'group what pretty and concise print').choices([
        'none',
        'voyage',
        'file',
        'rule',
      ]),
    )
    .option('--statistics', 'print how many findings each rule has, in place of the findings')
    .option('--since <revision>', 'tell only what is new since the project parted from this revision')
    .option('--staged', "judge what is staged in git's index, not the work tree")
    .option('--baseline <file>', 'leave out the findings this file lists')
    .option('--update-baseline', 'write the baseline anew from what is found now')
    .option('--synth', "run the project's own `cdk synth` first")
    .option('--fix', 'apply the safe fixes')
    .option('--fix-dry-run', 'show what --fix would change')
    .option('--stdin', 'read one file from standard input')
    .option('--stdin-filename <file>', 'what that file is called in the project')
    .option('--command <line>', 'judge a command line as if it were typed here; - reads it from standard input')
    .option('--cache-dir <folder>', "keep answers in this folder, also in CI; else in the user's cache folder")
    .option('--no-cache', 'judge everything anew, and keep nothing')
    .option('--no-color', 'print without colour')
    .option('-q, --quiet', 'print findings only, no summary')
    .option('--stats', 'print what took how long, on stderr');
}

/** Commander's errors may take several lines; ours take one, and say where to look. */
function oneLine(text: string): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ');
  return `${message}${/[.?)]$/.test(message) ? '' : '.'} \`plimsoll --help\` lists what there is.`;
}
