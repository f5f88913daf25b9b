import { readFileSync } from 'node:fs';

/** From package.json, which lies one folder up from both src/ and dist/. */
export const VERSION: string = read();

function read(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' &&
    manifest !== null &&
    'version' in manifest &&
    typeof manifest.version === 'string'
    ? manifest.version
    : '0.0.0';
}
