/** Which program this is: an answer of another build, another compiler or another Node.js is not its own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Undefined where it runs from its sources: there is no one file that is the program. */
export function programNow(): string | undefined {
  if (!import.meta.url.endsWith('.cjs')) return undefined;
  const ours = createRequire(import.meta.url);
  try {
    const bundle = readFileSync(fileURLToPath(import.meta.url));
    // The one package whose answers count and that is not part of the bundle.
    const compiler = readFileSync(createRequire(ours.resolve('ts-morph')).resolve('@ts-morph/common/package.json'));
    return [hashOf(bundle), hashOf(compiler), process.version, process.platform, process.arch].join(' ');
  } catch {
    return undefined;
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
