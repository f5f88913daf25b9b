/** ARCHITECTURE.md's table of languages and facts is what the fixtures and the rules' examples show. `UPDATE=1` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { kindByPath } from '../src/discover/kinds.ts';
import { check, memoryFiles } from '../src/engine.ts';
import type { Fact } from '../src/model/facts.ts';
import { PROJECTS } from './metamorphic/compare.ts';

const PAGE = fileURLToPath(new URL('../ARCHITECTURE.md', import.meta.url));

/** What people ask a language for; the others are about the run. */
const KINDS: readonly Fact['kind'][] = [
  'build',
  'tag',
  'push',
  'repository',
  'workload',
  'rollout',
  'deploy',
  'cleanup',
];

/** What may be several things is told apart by its text only. */
const SUSPECTS: Readonly<Record<string, string>> = {
  program: 'CDK source',
  declaration: 'templates, task definitions, Kubernetes, cloud assemblies',
  script: 'shell',
};

function languageOf(file: string): string {
  const found = kindByPath(file);
  if (found === undefined) return 'others, when a command names them';
  return 'kind' in found ? found.kind : (SUSPECTS[found.suspect] ?? found.suspect);
}

it('is fresh', { timeout: 180_000 }, async () => {
  const told = new Map<string, Set<string>>();
  for (const { project } of PROJECTS) {
    const { model } = await check({ files: memoryFiles(project), config: DEFAULT_CONFIG });
    for (const { kind, site } of model.facts) {
      if (site.file === '') continue;
      const language = languageOf(site.file);
      told.set(language, (told.get(language) ?? new Set()).add(kind));
    }
  }
  const rows = [...told]
    .filter(([, kinds]) => KINDS.some((kind) => kinds.has(kind)))
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([language, kinds]) => `| ${language} | ${KINDS.map((kind) => (kinds.has(kind) ? '●' : '')).join(' | ')} |`);
  expect(rows.length).toBeGreaterThan(8);
  const table = [`| | ${KINDS.join(' | ')} |`, `|---|${KINDS.map(() => ':-:').join('|')}|`, ...rows].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const wanted = page.replace(/<!-- table -->[^]*<!-- \/table -->/, `<!-- table -->\n${table}\n<!-- /table -->`);
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, wanted);
  else expect(wanted, 'stale: UPDATE=1 npx vitest run test/architecture-table.test.ts').toBe(page);
});
