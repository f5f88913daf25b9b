// What our recommended configuration adds to linting a whole project, beside what typescript-eslint's parser alone
// takes for the same files.
//   npm run build:all && node bench/whole-lint.mjs --project DIR [--runs 3]
// Processor time of whole processes, alternating, so that other load on the machine falls on all alike.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { project: { type: 'string' }, runs: { type: 'string', default: '3' }, only: { type: 'string' } },
});
if (values.project === undefined) throw new Error('--project DIR is needed');
const root = resolve(values.project);

if (values.only !== undefined) {
  console.log(JSON.stringify(await once(values.only)));
  process.exit(0);
}

const taken = { parser: [], ours: [] };
for (let run = 0; run < Number(values.runs); run++)
  for (const kind of Object.keys(taken)) taken[kind].push(inProcess(kind));
const [parser, ours] = [median(taken.parser), median(taken.ours)];
console.log(`| ESLint with | files | processor s | wall s | memory |\n|---|---|---|---|---|`);
console.log(
  `| typescript-eslint's parser, no rules | ${parser.files} | ${parser.cpu.toFixed(1)} | ${parser.wall.toFixed(1)} | ${parser.mb} MB |`,
);
console.log(
  `| and our recommended configuration | ${ours.files} | ${ours.cpu.toFixed(1)} | ${ours.wall.toFixed(1)} | ${ours.mb} MB |`,
);
console.log(
  `\nParsing takes ${parser.parse.toFixed(1)} s of the first; ours adds ${(ours.cpu - parser.cpu).toFixed(1)} s: ${((ours.cpu - parser.cpu) / parser.parse).toFixed(2)} x the parsing.`,
);

function inProcess(kind) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), '--project', root, '--only', kind],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function once(kind) {
  const [{ ESLint }, { default: tseslint }] = [await import('eslint'), await import('typescript-eslint')];
  let parse = 0;
  // The parser itself is timed where it is used, on the files as they come.
  const parser = {
    ...tseslint.parser,
    parseForESLint(...given) {
      const begun = process.cpuUsage();
      const result = tseslint.parser.parseForESLint(...given);
      parse += seconds(process.cpuUsage(begun));
      return result;
    },
  };
  const config = [{ files: ['**/*.{ts,mts,cts}'], languageOptions: { parser } }];
  if (kind === 'ours') config.push(...(await import('eslint-plugin-plimsoll')).default.configs.recommended);
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const results = await new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: config }).lintFiles(['.']);
  const [wall, cpu] = [(performance.now() - begun) / 1000, seconds(process.cpuUsage(used))];
  return { files: results.length, cpu, wall, parse, mb: Math.round(peak() / 1024) };
}

function seconds({ user, system }) {
  return (user + system) / 1e6;
}

/** In kilobytes: of the whole process, with its threads. */
function peak() {
  return Number(
    /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? process.resourceUsage().maxRSS,
  );
}

function median(found) {
  return [...found].sort((a, b) => a.cpu - b.cpu)[found.length >> 1];
}
