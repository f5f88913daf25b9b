/** Where the reports go: standard output, files, or both. */
import { Problem } from '../config/problem.ts';
import { save } from '../files/write.ts';
import { reasonFor } from '../core/contain.ts';
import { forTerminal } from '../report/escape.ts';
import { FORMATS, formatOf, isFormat, reporterFor, type Format } from '../report/formats.ts';
import type { ReportInput, Style } from '../report/report.ts';
import { print } from './print.ts';

export interface OutputPlan {
  /** Undefined: a file gets the very format that standard output would have. */
  readonly stdout: Format | undefined;
  readonly files: readonly { readonly path: string; readonly format: Format }[];
}

export function planOutputs(format: string | undefined, outputs: readonly string[]): OutputPlan {
  const main: Format = format !== undefined && isFormat(format) ? format : 'pretty';
  const files = outputs.map((output) => {
    const at = output.indexOf('=');
    const name = output.slice(0, Math.max(0, at));
    if (at > 0 && isFormat(name)) return { path: output.slice(at + 1), format: name };
    if (at > 0 && /^[a-z]+$/.test(name))
      throw new Problem(`--output ${output}: there is no format '${name}'; there are ${FORMATS.join(', ')}`);
    return { path: output, format: format === undefined ? (formatOf(output) ?? main) : main };
  });
  for (const { path } of files) if (path === '') throw new Problem('--output needs a file name');
  return { stdout: files.some((file) => file.format === main) ? undefined : main, files };
}

/** `projects`: the boundaries of those at hand, whose links are not written through. */
export async function emit(
  plan: OutputPlan,
  input: ReportInput,
  projects: readonly string[],
  { color, quiet }: { color: boolean; quiet: boolean },
): Promise<void> {
  // Beside the report and not in it, so that whoever reads only findings isn't disturbed.
  if (!quiet)
    for (const { message } of input.notices ?? []) process.stderr.write(`plimsoll: ${forTerminal(message)}\n`);
  const failures: string[] = [];
  for (const { path, format } of plan.files) {
    const text = await rendered(format, input, { color: false, width: 80, quiet }, failures);
    if (text === undefined) continue;
    try {
      save({ path, projects, folders: true }, text);
    } catch (error) {
      throw new Problem(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const text =
    plan.stdout === undefined
      ? undefined
      : await rendered(plan.stdout, input, { color: color && wantsColor(), width: terminalWidth(), quiet }, failures);
  if (text !== undefined) print(text);
  if (failures.length > 0) throw new Problem(failures.join('; '));
}

/** A reporter that fails costs its own report; the others are written. */
async function rendered(
  format: Format,
  input: ReportInput,
  style: Style,
  failures: string[],
): Promise<string | undefined> {
  const reporter = await reporterFor(format);
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
