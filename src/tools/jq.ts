/**
 * `jq`: simple paths on known JSON; and the question that always answers null, an image manifest asked for its
 * architecture.
 */
import { judged } from '../core/sealed.ts';
import { known } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { ACCOUNT, line, tells } from './environment.ts';
import { derived } from './filters.ts';
import { at, parseJsonText, printed, type JsonText } from './json-text.ts';
import { parseOptions } from './options.ts';
import { fillIn } from './task-template.ts';
import { holeNames } from './texts.ts';

const LONGEST_FILTER = 2000;

/** Then the filter's document isn't the input. */
const OTHER_INPUTS = ['-s', '--slurp', '-n', '--null-input', '-R', '--raw-input', '--stream'];

export function jq(invocation: Invocation): CommandResult {
  const { args, given } = takeNamed(invocation);
  const options = parseOptions(args, { values: ['--indent', '-f', '--from-file', '-L'] });
  const [filterArg, file] = options.positionals;
  const filter = known(filterArg?.text);
  const path = judged(file?.text);
  const input = path === undefined ? invocation.stdin : invocation.file(path);
  const filled =
    filterArg === undefined || input === undefined || OTHER_INPUTS.some((name) => options.has(name))
      ? undefined
      : fillIn(invocation, filterArg.text, given, input);
  if (filled !== undefined) return { stdout: line(filled) };
  if (filterArg === undefined || filter === undefined || input === undefined)
    return { stdout: derived(invocation, input) };
  const names = holeNames(input);
  const steps = pathOf(filter);
  if (
    asksArchitecture(filter) &&
    names.some(
      (name) =>
        tells(name, 'image manifest') || (tells(name, 'batch-get-image response') && filter.includes('imageManifest')),
    )
  ) {
    invocation.emit({ kind: 'manifest-query', site: invocation.site, query: filter, querySite: filterArg.site });
  }
  if (filter === '.Account' && names.some((name) => tells(name, 'caller identity'))) return { stdout: line(ACCOUNT) };
  if (steps === undefined) return { stdout: derived(invocation, input) };
  const json = at(parseJsonText(input), ...steps);
  const value = json === undefined ? undefined : printed(json);
  if (value === undefined || (json?.kind === 'string' && !raw(options.list.map((one) => one.name))))
    return { stdout: derived(invocation, input) };
  return { stdout: line(value), status: 'ok' };
}

function raw(flags: readonly string[]): boolean {
  return flags.some((flag) => flag === '-r' || flag === '--raw-output' || flag === '-j');
}

/** `--arg name value` and `--argjson name value` take two words: the filter's variables. */
function takeNamed(invocation: Invocation): {
  readonly args: readonly Arg[];
  readonly given: ReadonlyMap<string, JsonText>;
} {
  const args: Arg[] = [];
  const given = new Map<string, JsonText>();
  for (let index = 0; index < invocation.args.length; index++) {
    const arg = invocation.args[index]!;
    const flag = judged(arg.text);
    if (flag !== '--arg' && flag !== '--argjson' && flag !== '--slurpfile' && flag !== '--rawfile') {
      args.push(arg);
      continue;
    }
    const name = known(invocation.args[index + 1]?.text);
    const value = invocation.args[index + 2]?.text;
    if (name !== undefined && value !== undefined) {
      const said =
        flag === '--arg'
          ? { kind: 'string' as const, text: value }
          : flag === '--argjson'
            ? parseJsonText(value)
            : undefined;
      if (said !== undefined) given.set(name, said);
    }
    index += 2;
  }
  return { args, given };
}

/** `.a.b[0]."c d"`; undefined for anything richer. */
function pathOf(filter: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  let rest = filter.trim();
  if (!rest.startsWith('.')) return undefined;
  if (rest === '.') return steps;
  while (rest !== '') {
    const found = /^(?:\.([A-Za-z_]\w*)|\.?\["([^"\\]*)"\]|\."([^"\\]*)"|\.?\[(-?\d+)\])/.exec(rest);
    if (found === null) return undefined;
    const index = found[4];
    steps.push(index === undefined ? (found[1] ?? found[2] ?? found[3] ?? '') : Number(index));
    rest = rest.slice(found[0].length);
  }
  return steps;
}

/**
 * `.architecture` or `.config.architecture` at a manifest's root. An index does answer
 * `.manifests[].platform.architecture`.
 */
function asksArchitecture(filter: string): boolean {
  const dense = filter.slice(0, LONGEST_FILTER).replace(/\s+/g, '');
  return [...dense.matchAll(/((?:\.[A-Za-z_]\w*(?:\[[^\]]*\])?\??|\|)*)\.architecture\b/g)].some((found) => {
    const before = (found[1] ?? '')
      .split(/[.|]+/)
      .filter((step) => step !== '')
      .map((step) => step.replace(/\[.*$|\?$/g, ''));
    return !before.includes('platform') && !before.includes('manifests');
  });
}
