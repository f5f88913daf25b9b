/** `just [-f file] [-d folder] [NAME=value] recipe [arguments] …` */
import { always, type Values } from '../core/choices.ts';
import { judged } from '../core/sealed.ts';
import { runJust } from '../parsers/just/run.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { parseOptions } from './options.ts';
import { cut } from './texts.ts';
import { defined } from '../core/optional.ts';

export function just(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-f',
      '--justfile',
      '-d',
      '--working-directory',
      '--shell',
      '--shell-arg',
      '--set',
      '--color',
      '--dotenv-path',
      '-E',
      '--dotenv-filename',
      '--timestamp-format',
    ],
    aliases: { '--justfile': '-f', '--working-directory': '-d' },
    switches: ['-n', '-q', '-v', '-l', '-u'],
  });
  if (
    [
      '-n',
      '--dry-run',
      '-l',
      '--list',
      '--summary',
      '--show',
      '-s',
      '--evaluate',
      '--dump',
      '--fmt',
      '--choose',
      '--version',
    ].some((one) => options.has(one))
  )
    return {};
  const folder = invocation.path(options.value('-d') ?? ['.']);
  if (folder === undefined) return {};
  const variables = new Map<string, Values>();
  const rest = [...options.positionals];
  while (rest[0] !== undefined) {
    const assigned = cut(rest[0].text, '=');
    const name = judged(assigned?.[0]);
    if (assigned === undefined || name === undefined || !/^[A-Za-z_][\w-]*$/.test(name)) break;
    variables.set(name, always(assigned[1]));
    rest.shift();
  }
  const said = options.value('-f');
  const file = said === undefined ? undefined : invocation.path(said);
  return runJust(invocation, {
    folder,
    ...defined({ file }),
    words: rest.map(({ text }) => text),
    variables,
  });
}
