import { readFileSync } from 'node:fs';

/** From package.json, which lies one folder up from both src/ and dist/. */
const MANIFEST: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export const VERSION: string = said('version') ?? '0.0.0';

/** Where people read about it; undefined until it is published. */
export const HOMEPAGE: string | undefined = https(said('homepage'));

const REPOSITORY = https(
  said('repository', 'url')
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, ''),
);

/** A rule's page, as this version has it. */
export function rulePage(id: string): string | undefined {
  return REPOSITORY === undefined ? undefined : `${REPOSITORY}/blob/v${VERSION}/src/rules/${id}/page.md`;
}

function said(...path: readonly string[]): string | undefined {
  let value: unknown = MANIFEST;
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function https(address: string | undefined): string | undefined {
  return address?.startsWith('https://') === true ? address : undefined;
}
