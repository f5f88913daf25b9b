import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('what is generated from the rule folders is fresh: registry, pages, rules.md, README table, schema.json', () => {
  const script = fileURLToPath(new URL('../scripts/generate.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});

it('docs/trust.md is what the ledger says', () => {
  const script = fileURLToPath(new URL('../bench/ledger/run.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [script, '--docs', '--check'], { stdio: 'pipe' })).not.toThrow();
});
