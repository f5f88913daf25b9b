// Runs the built command line over clones of the ledger's repositories and says what is different from what was judged.
//   npm run ledger -- <folder of clones> [--update] [--only owner/name[,…]] [--json]
//   npm run ledger -- --docs [--check]      writes docs/trust.md, or fails when it is stale
// --ledger FOLDER and --cli FILE take another ledger and another build.
// Exit codes: 0 as recorded · 1 something is different, unjudged or stale · 2 it could not do its job
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cloneOf, each, lint } from './clones.mjs';
import { compare } from './compare.mjs';
import { readLedger, writeEntries } from './ledger.mjs';
import { measure } from './measure.mjs';
import { printDifferences, printMeasures } from './print.mjs';
import { trustPage } from './trust.mjs';

const LEDGER = fileURLToPath(new URL('.', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/trust.md', import.meta.url));
const AT_ONCE = 2;
const USAGE =
  'usage: npm run ledger -- <folder of clones> [--update] [--only owner/name[,…]] [--json], or --docs [--check]';

try {
  process.exitCode = await main();
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 2;
}

async function main() {
  const {
    values,
    positionals: [folder],
  } = parseArgs({
    allowPositionals: true,
    options: {
      update: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      ledger: { type: 'string', default: LEDGER },
      cli: { type: 'string', default: CLI },
    },
  });
  const ledger = readLedger(values.ledger);
  if (values.docs) return values.check ? checkPage(ledger) : writePage(ledger);
  if (folder === undefined) throw new Error(USAGE);
  if (!existsSync(values.cli)) throw new Error(`${values.cli} is missing: run \`npm run build\` first`);

  const { results, absent, failed } = await runAll(ledger, {
    folder: resolve(folder),
    only: values.only?.split(','),
    cli: resolve(values.cli),
  });
  const fresh = new Map(results.map(({ repo, entries }) => [repo, entries]));
  const now = ledger.repositories.flatMap(
    ({ repo }) => fresh.get(repo) ?? ledger.entries.filter((entry) => entry.repo === repo),
  );
  if (values.update) writeEntries(values.ledger, now);
  if (values.json)
    console.log(
      JSON.stringify(
        {
          results: results.map(({ repo, differences }) => ({ repo, differences })),
          absent,
          failed,
          rules: measure(now).map(asJson),
        },
        null,
        2,
      ),
    );
  else printAll(results, absent, failed, now);
  if (failed.length > 0 || results.length === 0) return 2;
  const open = results
    .flatMap(({ differences }) => differences)
    .filter(({ kind }) => !values.update || kind === 'unjudged');
  return open.length > 0 ? 1 : 0;
}

async function runAll({ repositories, entries }, { folder, only, cli }) {
  const results = [];
  const absent = [];
  const failed = [];
  await each(
    repositories.filter(({ repo }) => only === undefined || only.includes(repo)),
    AT_ONCE,
    async ({ repo, commit }) => {
      const clone = cloneOf(folder, repo);
      if (clone === undefined) return absent.push(repo);
      try {
        results.push({
          repo,
          commit,
          ...compare(
            entries.filter((entry) => entry.repo === repo),
            await lint({ clone, commit, cli }),
          ),
        });
      } catch (problem) {
        failed.push({ repo, reason: problem.message.split('\n')[0] });
      }
    },
  );
  results.sort((a, b) => (a.repo < b.repo ? -1 : 1));
  return { results, absent, failed };
}

function printAll(results, absent, failed, entries) {
  printDifferences(results);
  printMeasures(entries);
  for (const { repo, reason } of failed) console.log(`${repo} could not be run: ${reason}`);
  if (absent.length > 0) console.log(`\nNo clone of ${absent.length}: ${absent.join(', ')}`);
  const kinds = results.flatMap(({ differences }) => differences.map(({ kind }) => kind));
  const total = (kind) => kinds.filter((one) => one === kind).length;
  console.log(
    `\n${results.length} repositories: ${total('unjudged')} unjudged, ${total('new')} new, ${total('gone')} gone, ${total('changed')} changed`,
  );
}

/** A map has no JSON of its own. */
function asJson({ byConfidence, ...rest }) {
  return { ...rest, byConfidence: Object.fromEntries(byConfidence) };
}

function writePage(ledger) {
  writeFileSync(PAGE, trustPage(ledger));
  return 0;
}

function checkPage(ledger) {
  if (existsSync(PAGE) && readFileSync(PAGE, 'utf8') === trustPage(ledger)) return 0;
  console.error('Stale: docs/trust.md. Run `npm run ledger -- --docs` and commit what it writes.');
  return 1;
}
