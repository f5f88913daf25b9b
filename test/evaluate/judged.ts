/** A project held in memory, read, evaluated and judged as `plimsoll check` does it. */
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles, type CheckResult } from '../../src/engine.ts';
import type { Site } from '../../src/core/site.ts';

export interface Judged extends CheckResult {
  /** The text a site points at. */
  at(site: Site | undefined): string;
  /** Errors and warnings, with their places and what stands there. */
  readonly found: readonly string[];
}

export async function judged(files: Readonly<Record<string, string>>): Promise<Judged> {
  const result = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
  const at = (site: Site | undefined): string =>
    site === undefined ? '' : (files[site.file] ?? '').slice(site.span.start, site.span.end);
  const found = result.findings
    .filter((one) => one.severity !== 'note')
    .map((one) => `${one.rule} ${one.site.file}:${one.site.span.line} ${at(one.site)}`);
  return { ...result, at, found };
}
