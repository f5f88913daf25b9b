/** `jq`: simple paths on known JSON; and the question that always answers null, an image manifest asked for its architecture. */
import { known } from '../../model/text.ts';
import type { CommandResult, Invocation } from '../world.ts';
import { ACCOUNT, line, tells } from './environment.ts';
import { derived } from './filters.ts';
import { at, parseJsonText, printed } from './json-text.ts';
import { parseOptions } from './options.ts';
import { holeNames } from './texts.ts';

export function jq(invocation: Invocation): CommandResult {
  const args = skipNamed(invocation);
  const options = parseOptions(args, { values: ['--indent', '-f', '--from-file', '-L'] });
  const [filterArg, file] = options.positionals;
  const filter = known(filterArg?.text);
  const path = known(file?.text);
  const input = path === undefined ? invocation.stdin : invocation.file(path);
  if (filterArg === undefined || filter === undefined || input === undefined) return { stdout: derived(invocation, input) };
  const names = holeNames(input);
  const steps = pathOf(filter);
  if (asksArchitecture(filter) && names.some((name) => tells(name, 'image manifest') || (tells(name, 'batch-get-image response') && filter.includes('imageManifest')))) {
    invocation.emit({ kind: 'manifest-query', site: invocation.site, query: filter, querySite: filterArg.site });
  }
  if (filter === '.Account' && names.some((name) => tells(name, 'caller identity'))) return { stdout: line(ACCOUNT) };
  if (steps === undefined || options.has('--arg')) return { stdout: derived(invocation, input) };
  const json = at(parseJsonText(input), ...steps);
  const value = json === undefined ? undefined : printed(json);
  if (value === undefined || (json?.kind === 'string' && !raw(options.list.map((one) => one.name)))) return { stdout: derived(invocation, input) };
  return { stdout: line(value), status: 'ok' };
}

function raw(flags: readonly string[]): boolean {
  return flags.some((flag) => flag === '-r' || flag === '--raw-output' || flag === '-j');
}

/** `--arg name value` takes two words: they're left out, with a mark that the filter has variables. */
function skipNamed(invocation: Invocation): Invocation['args'] {
  const kept: Invocation['args'][number][] = [];
  for (let index = 0; index < invocation.args.length; index++) {
    const arg = invocation.args[index]!;
    const flag = known(arg.text);
    if (flag === '--arg' || flag === '--argjson' || flag === '--slurpfile' || flag === '--rawfile') index += 2;
    else kept.push(arg);
  }
  return kept;
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
    steps.push(index === undefined ? found[1] ?? found[2] ?? found[3] ?? '' : Number(index));
    rest = rest.slice(found[0].length);
  }
  return steps;
}

const LONGEST_FILTER = 2000;

/** `.architecture` or `.config.architecture` at a manifest's root. An index does answer `.manifests[].platform.architecture`. */
function asksArchitecture(filter: string): boolean {
  const dense = filter.slice(0, LONGEST_FILTER).replace(/\s+/g, '');
  return [...dense.matchAll(/((?:\.[A-Za-z_]\w*(?:\[[^\]]*\])?\??|\|)*)\.architecture\b/g)].some((found) => {
    const before = (found[1] ?? '').split(/[.|]+/).filter((step) => step !== '').map((step) => step.replace(/\[.*$|\?$/g, ''));
    return !before.includes('platform') && !before.includes('manifests');
  });
}
