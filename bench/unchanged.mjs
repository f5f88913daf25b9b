// What a run costs over a repository in which nothing has changed since the run before, in pairs with `node -e 0` and
// against a run without a store. CPU time of all processes, children included, as `/usr/bin/time` tells it.
//   node bench/unchanged.mjs --project DIR [--pairs 7] [--fresh 1]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { project, pairs, fresh } = parseArgs({
  options: {
    project: { type: 'string' },
    pairs: { type: 'string', default: '7' },
    fresh: { type: 'string', default: '1' },
  },
}).values;
const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const cache = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
const report = join(cache, 'time');

function cpu(...args) {
  const { CI: _, ...env } = process.env;
  spawnSync('/usr/bin/time', ['-o', report, '-f', '%U %S %M', process.execPath, ...args], {
    cwd: project,
    env,
    stdio: 'ignore',
  });
  const [user, system, peak] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds: user + system, peak: peak / 1024 };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const check = [BIN, 'check', '--cache-dir', cache, '.'];

try {
  const without = Array.from({ length: Number(fresh) }, () => cpu(BIN, 'check', '--no-cache', '.'));
  cpu(...check);
  cpu(...check);
  const ran = Array.from({ length: Number(pairs) }, () => ({ bare: cpu('-e', '0'), kept: cpu(...check) }));
  const kept = median(ran.map((one) => one.kept.seconds));
  const full = median(without.map(({ seconds }) => seconds));
  console.log(
    [
      `x node -e 0: ${median(ran.map((one) => one.kept.seconds / one.bare.seconds)).toFixed(2)}`,
      `${kept.toFixed(3)} s of CPU, ${Math.round(median(ran.map((one) => one.kept.peak)))} MB`,
      `without a store: ${full.toFixed(1)} s, ${Math.round(median(without.map(({ peak }) => peak)))} MB, ${Math.round(full / kept)} times as much`,
      `load ${loadavg()[0].toFixed(1)}`,
    ].join('; '),
  );
} finally {
  rmSync(cache, { recursive: true, force: true });
}
