/** `make [-C dir] [-f file] [NAME=value] target…` */
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import { runMake } from '../parsers/make/run.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { parseOptions, type Options } from './options.ts';
import { cut } from './texts.ts';
import { defined } from '../core/optional.ts';

export function make(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-C',
      '--directory',
      '-f',
      '--file',
      '--makefile',
      '-I',
      '--include-dir',
      '-o',
      '-W',
      '--old-file',
      '--what-if',
      '--eval',
      '-E',
    ],
    aliases: { '--directory': '-C', '--file': '-f', '--makefile': '-f' },
    switches: ['-j', '-k', '-s', '-n', '-B'],
  });
  if (options.has('-n') || options.has('--dry-run') || options.has('--just-print')) return {};
  const folder = invocation.path(options.value('-C') ?? ['.']);
  if (folder === undefined) return {};
  const variables = new Map<string, Text>();
  const targets: string[] = [];
  for (const { text } of options.positionals) {
    const assigned = cut(text, '=');
    const name = judged(assigned?.[0])?.replace(/[:?+!]+$/, '');
    if (assigned !== undefined && name !== undefined) variables.set(name, assigned[1]);
    else if (/^\d+$/.test(judged(text) ?? '') && options.has('-j')) continue;
    else {
      const target = judged(text);
      if (target !== undefined) targets.push(target);
    }
  }
  // A target that nobody knows may be any; none at all would mean the default one.
  if (
    targets.length === 0 &&
    options.positionals.some(({ text }) => judged(text) === undefined && cut(text, '=') === undefined)
  )
    return {};
  const file = makefileOf(invocation, folder, options);
  return runMake(invocation, { folder, ...defined({ file }), targets, variables });
}

/** `-f` counts from the folder that `-C` changes to. */
function makefileOf(invocation: Invocation, folder: string, options: Options): string | undefined {
  const said = options.value('-f');
  if (said === undefined) return undefined;
  if (!options.has('-C')) return invocation.path(said);
  const name = judged(said)?.replace(/^\.\//, '');
  return name === undefined || folder === '' ? name : `${folder}/${name}`;
}
