/** Pictures to be printed: of the fixtures, and one made by hand. */
import { openFolder, tryRead } from '../../../src/discover/files.ts';
import { check } from '../../../src/engine.ts';
import { DEFAULT_CONFIG } from '../../../src/config/config.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { Picture } from '../../../src/picture/picture.ts';
import type { ReportInput } from '../../../src/report/report.ts';
import { fileURLToPath } from 'node:url';
import { input } from '../sample.ts';

export const STYLE = { color: false, width: 80, quiet: false };

export async function ofFixture(name: string): Promise<ReportInput & { readonly picture: Picture }> {
  const root = fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
  return ofFolder(root);
}

export async function ofFolder(root: string): Promise<ReportInput & { readonly picture: Picture }> {
  const files = await openFolder(root);
  const { findings, picture = { voyages: [] } } = await check({ files, config: DEFAULT_CONFIG, picture: true });
  return withPicture(findings, picture, (file) => tryRead(files, file));
}

export function withPicture(
  findings: readonly Finding[],
  picture: Picture,
  text: ReportInput['text'] = () => undefined,
): ReportInput & { readonly picture: Picture } {
  return { ...input(findings, { text }), picture };
}
