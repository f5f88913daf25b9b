/**
 * Findings that were there before: known by their fingerprints, so that edits elsewhere in a file don't bring them
 * back.
 */
import { below } from '../files/boundary.ts';
import { UnreadableError, reasonOf } from '../files/text.ts';
import { follow, readTyped } from '../files/typed.ts';
import { save } from '../files/write.ts';
import type { Finding } from '../model/finding.ts';
import { Problem } from './problem.ts';

interface Entry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
}

export interface BaselineFile {
  readonly path: string;
  /** Boundaries of the projects at hand, whose links don't lead out. */
  readonly projects: readonly string[];
  /** The project's own configuration names it: it lies in here. */
  readonly inside?: string;
}

/** Undefined when there's no such file yet. */
export function readBaseline(file: BaselineFile): ReadonlySet<string> | undefined {
  const { path } = file;
  let text: string | undefined;
  try {
    text = textOf(file);
  } catch (error) {
    throw new Problem(`the baseline ${path} could not be read: ${reasonOf(error)}`);
  }
  if (text === undefined) return undefined;
  const entries = parse(text);
  if (entries === undefined)
    throw new Problem(
      `${path} is not a baseline that Plimsoll wrote; \`plimsoll --baseline ${path} --update-baseline\` writes a new one`,
    );
  return new Set(entries);
}

function textOf({ path, projects, inside }: BaselineFile): string | undefined {
  const { at, stat } = follow(path, projects);
  if (inside !== undefined && below(inside, at) === undefined)
    throw new UnreadableError('the path leads out of the project');
  if (stat === undefined) return undefined;
  if (inside !== undefined && !stat.isFile()) throw new UnreadableError('not a regular file');
  return readTyped(path, projects).toString('utf8');
}

/** Of another state of the project, by its text; what is no baseline lists nothing. */
export function baselineIn(text: string | undefined): ReadonlySet<string> {
  return new Set(text === undefined ? [] : (parse(text) ?? []));
}

function parse(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (
      typeof value !== 'object' ||
      value === null ||
      !('version' in value) ||
      value.version !== 1 ||
      !('findings' in value) ||
      !Array.isArray(value.findings)
    )
      return undefined;
    const items: readonly unknown[] = value.findings;
    const prints = items.map((one) =>
      typeof one === 'object' && one !== null && 'fingerprint' in one && typeof one.fingerprint === 'string'
        ? one.fingerprint
        : undefined,
    );
    return prints.every((one) => one !== undefined) ? prints : undefined;
  } catch {
    return undefined;
  }
}

/** One finding a line, sorted: two people's additions merge. */
export function writeBaseline(file: BaselineFile, findings: readonly Finding[]): void {
  const entries: Entry[] = findings.map(({ fingerprint, rule, site }) => ({
    file: site.file || (site.resource ?? ''),
    rule,
    fingerprint,
  }));
  const lines = [...new Set(entries.map((entry) => JSON.stringify(entry)))].sort();
  const text = `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n    ${lines.join(',\n    ')}\n  `}]\n}\n`;
  try {
    save(file, text);
  } catch (error) {
    throw new Problem(
      `the baseline ${file.path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
