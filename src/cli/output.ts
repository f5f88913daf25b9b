/** Where the reports go: standard output, files, or both. */
import { extname } from 'node:path';
import { Problem } from '../config/problem.ts';
import { save } from '../files/write.ts';
import { reasonFor } from '../core/contain.ts';
import { forTerminal } from '../report/escape.ts';
import { FINDINGS, type Format, type Shelf } from '../report/formats.ts';
import { takesLinks } from '../report/links.ts';
import type { Grouping } from '../report/order.ts';
import type { ReportInput, Style } from '../report/report.ts';
import { isAgents } from './agent-environment.ts';
import type { JudgingOptions } from './judging-options.ts';
import { print } from './print.ts';
import { defined } from '../core/optional.ts';

export interface OutputPlan<F extends string = Format> {
  /** Undefined: a file gets the very format that standard output would have. */
  readonly stdout: F | undefined;
  readonly files: readonly { readonly path: string; readonly format: F }[];
  readonly shelf: Shelf<F>;
}

/** An agent that doesn't say how it wants to be told reads what is made for it; files are for others. */
export function planOutputs(
  format: string | undefined,
  outputs: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): OutputPlan {
  const plan = planOn(FINDINGS, 'pretty', format, outputs);
  return format === undefined && plan.stdout === 'pretty' && isAgents(environment)
    ? { ...plan, stdout: 'agent' }
    : plan;
}

export function planOn<F extends string>(
  shelf: Shelf<F>,
  usual: F,
  format: string | undefined,
  outputs: readonly string[],
): OutputPlan<F> {
  const main = format !== undefined && shelf.has(format) ? format : usual;
  const files = outputs.map((output) => {
    const at = output.indexOf('=');
    const name = output.slice(0, Math.max(0, at));
    if (at > 0 && shelf.has(name)) return { path: output.slice(at + 1), format: name };
    if (at > 0 && /^[a-z]+$/.test(name))
      throw new Problem(`--output ${output}: there is no format '${name}'; there are ${shelf.names.join(', ')}`);
    return { path: output, format: format === undefined ? (shelf.of(output) ?? textFor(output, shelf, usual)) : main };
  });
  for (const { path } of files) if (path === '') throw new Problem('--output needs a file name');
  return { stdout: files.some((file) => file.format === main) ? undefined : main, files, shelf };
}

/** An ending that no format has would be a guess: an HTML page, say, with a terminal's text in it. */
function textFor<F extends string>(output: string, { names }: Shelf<F>, usual: F): F {
  const ending = extname(output);
  if (['', '.txt', '.log', '.out'].includes(ending.toLowerCase()) || isDevice(output)) return usual;
  throw new Problem(
    `--output ${output}: no format goes by '${ending}'; write which one, as in --output ${usual}=${output}: ${names.join(', ')}`,
  );
}

function isDevice(path: string): boolean {
  return path.startsWith('/dev/') || path.startsWith('/proc/');
}

/** Does any of its formats draw the voyages? */
export function draws<F extends string>({ stdout, files, shelf }: OutputPlan<F>): boolean {
  return [...files.map(({ format }) => format), ...(stdout === undefined ? [] : [stdout])].some(shelf.draws);
}

/** What a run says, ready to be written. */
export interface Rendered {
  /** Beside the report and not in it, so that whoever reads only findings isn't disturbed. */
  readonly notices: string;
  readonly stdout?: string;
  /** In the order of the plan; one that could not be made is missing. */
  readonly files: readonly (string | null)[];
  readonly failures: readonly string[];
}

/** `projects`: the boundaries of those at hand, whose links are not written through. */
export async function emit<F extends string>(
  plan: OutputPlan<F>,
  input: ReportInput,
  projects: readonly string[],
  options: StyleOptions,
): Promise<void> {
  deliver(plan, await render(plan, input, styleOf(options)), projects);
}

interface StyleOptions extends Pick<JudgingOptions, 'color' | 'sarifIncludeSuppressed'> {
  readonly quiet?: boolean | undefined;
  readonly groupBy?: Grouping;
  readonly statistics?: true;
}

/** Of standard output. */
export function styleOf(
  { color, quiet, sarifIncludeSuppressed, groupBy, statistics }: StyleOptions,
  root?: string,
): Style {
  const links = takesLinks({ isTTY: process.stdout.isTTY === true, env: process.env }) ? root : undefined;
  return {
    color: color && wantsColor(),
    width: terminalWidth(),
    quiet: quiet ?? false,
    ...defined({ includeSuppressed: sarifIncludeSuppressed, groupBy, statistics, links }),
  };
}

export async function render<F extends string>(
  { files: wanted, stdout: main, shelf }: OutputPlan<F>,
  input: ReportInput,
  style: Style,
): Promise<Rendered> {
  const failures: string[] = [];
  const files: (string | null)[] = [];
  const { links: _, ...forFiles } = style;
  const forFile: Style = { ...forFiles, color: false, width: 80 };
  for (const { format } of wanted) files.push((await rendered(shelf, format, input, forFile, failures)) ?? null);
  const stdout = main === undefined ? undefined : await rendered(shelf, main, input, style, failures);
  const notices = style.quiet
    ? ''
    : (input.notices ?? []).map(({ message }) => `plimsoll: ${forTerminal(message)}\n`).join('');
  return { notices, files, failures, ...defined({ stdout }) };
}

export function deliver(
  plan: { readonly files: readonly { readonly path: string }[] },
  { notices, stdout, files, failures }: Rendered,
  projects: readonly string[],
): void {
  if (notices !== '') process.stderr.write(notices);
  for (const [index, { path }] of plan.files.entries()) {
    const text = files[index];
    if (typeof text !== 'string') continue;
    try {
      save({ path, projects, folders: true }, text);
    } catch (error) {
      throw new Problem(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (stdout !== undefined) print(stdout);
  if (failures.length > 0) throw new Problem(failures.join('; '));
}

/** A reporter that fails costs its own report; the others are written. */
async function rendered<F extends string>(
  shelf: Shelf<F>,
  format: F,
  input: ReportInput,
  style: Style,
  failures: string[],
): Promise<string | undefined> {
  const reporter = await shelf.load(format);
  try {
    return await reporter(input, style);
  } catch (error) {
    failures.push(`the ${format} report could not be made: ${reasonFor(error)}`);
    return undefined;
  }
}

export function wantsColor(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return process.stdout.isTTY === true && TERM !== 'dumb';
}

/** Long lines are hard to read, also where the terminal is wide. */
export function terminalWidth(): number {
  return process.stdout.isTTY === true ? Math.min(Math.max(process.stdout.columns ?? 80, 40), 100) : 80;
}
