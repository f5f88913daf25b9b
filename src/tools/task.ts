/** `task [-t file] [-d folder] name… [NAME=value] [-- arguments]` */
import { always, type Values } from '../core/choices.ts';
import { judged } from '../core/sealed.ts';
import { concatAll, literal } from '../core/text.ts';
import { runTask } from '../parsers/task/run.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { parseOptions } from './options.ts';
import { cut } from './texts.ts';
import { defined } from '../core/optional.ts';

export function task(invocation: Invocation): CommandResult {
  const end = invocation.args.findIndex(({ text }) => judged(text) === '--');
  const own = end === -1 ? invocation.args : invocation.args.slice(0, end);
  const after = end === -1 ? undefined : invocation.args.slice(end + 1);
  const options = parseOptions(own, {
    values: ['-t', '--taskfile', '-d', '--dir', '-C', '--concurrency', '-o', '--output', '-I', '--interval'],
    aliases: { '--taskfile': '-t', '--dir': '-d' },
    switches: ['-f', '-s', '-v', '-p', '-w', '-y', '-n', '-l', '-a', '-x', '-g'],
  });
  if (
    [
      '-n',
      '--dry',
      '-l',
      '--list',
      '-a',
      '--list-all',
      '--summary',
      '--status',
      '--init',
      '-i',
      '--version',
      '-g',
      '--global',
    ].some((one) => options.has(one))
  )
    return {};
  const folder = invocation.path(options.value('-d') ?? ['.']);
  if (folder === undefined) return {};
  const variables = new Map<string, Values>();
  const tasks: string[] = [];
  for (const { text } of options.positionals) {
    const assigned = cut(text, '=');
    const name = judged(assigned?.[0]);
    const whole = judged(text);
    if (assigned !== undefined && name !== undefined) variables.set(name, always(assigned[1]));
    else if (whole === undefined) return {};
    else tasks.push(whole);
  }
  const said = options.value('-t');
  const file = said === undefined ? undefined : invocation.path(said);
  const rest = after?.flatMap(({ text }, index) => [index === 0 ? [] : literal(' '), text]);
  return runTask(invocation, {
    folder,
    tasks,
    variables,
    ...defined({ file }),
    ...(rest === undefined ? {} : { rest: always(concatAll(rest)) }),
  });
}
