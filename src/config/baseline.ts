/** Findings that were there before: known by their fingerprints, so that edits elsewhere in a file don't bring them back. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Finding } from '../model/finding.ts';
import { Problem } from './problem.ts';

interface Entry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
}

/** Undefined when there's no such file yet. */
export function readBaseline(path: string): ReadonlySet<string> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Problem(`the baseline ${path} could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const entries = parse(text);
  if (entries === undefined) throw new Problem(`${path} is not a baseline that Plimsoll wrote; \`plimsoll --baseline ${path} --update-baseline\` writes a new one`);
  return new Set(entries);
}

function parse(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1 || !('findings' in value) || !Array.isArray(value.findings)) return undefined;
    const items: readonly unknown[] = value.findings;
    const prints = items.map((one) => (typeof one === 'object' && one !== null && 'fingerprint' in one && typeof one.fingerprint === 'string' ? one.fingerprint : undefined));
    return prints.every((one) => one !== undefined) ? prints : undefined;
  } catch {
    return undefined;
  }
}

/** One finding a line, sorted: two people's additions merge. */
export function writeBaseline(path: string, findings: readonly Finding[]): void {
  const entries: Entry[] = findings.map(({ fingerprint, rule, site }) => ({ file: site.file || (site.resource ?? ''), rule, fingerprint }));
  const lines = [...new Set(entries.map((entry) => JSON.stringify(entry)))].sort();
  const text = `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n    ${lines.join(',\n    ')}\n  `}]\n}\n`;
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Problem(`the baseline ${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
