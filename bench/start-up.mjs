// What a run costs before it does anything, as ratios to `node -e 0`, pair by pair; its peak memory; and how both grow
// with the project.
//   npm run bench            prints a table
//   npm run bench -- --check fails when a ratio or the memory is over its limit
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeProject } from './project.mjs';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const RUNS = 21;
const MOST_RATIO = 2.5;
const MOST_MEMORY = 120;

const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
const MEMORY = join(work, 'memory.cjs');
writeFileSync(
  MEMORY,
  "process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));",
);

const CASES = {
  '--version': [['--version'], {}],
  'one Dockerfile': [
    ['check', '--no-cache', 'Dockerfile'],
    {
      Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py .\nRUN pip install boto3\nCMD ["app.handler"]\n',
    },
  ],
  'one script': [
    ['check', '--no-cache', 'deploy.sh'],
    {
      'deploy.sh':
        '#!/usr/bin/env bash\nset -euo pipefail\nTAG="${1:-latest}"\ndocker build --platform linux/arm64 -t "app:$TAG" .\ndocker push "app:$TAG"\n',
    },
  ],
  'one workflow': [
    ['check', '--no-cache', '.github/workflows/deploy.yml'],
    {
      '.github/workflows/deploy.yml':
        'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          docker build -t app:1 .\n          docker push app:1\n',
    },
  ],
  'one template': [
    ['check', '--no-cache', 'template.yml'],
    {
      'template.yml':
        'Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [arm64]\n      Code:\n        ImageUri: !Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/app:1"\n',
    },
  ],
  'nothing to do': [['check', '--no-cache', 'notes.md'], { 'notes.md': '# notes\n' }],
};

let failed = false;
console.log('| run | x `node -e 0` | ms over it | peak MB |\n|---|---|---|---|');
for (const [name, [args, files]] of Object.entries(CASES)) {
  const folder = join(work, name.replaceAll(/\W/g, '-'));
  for (const [file, text] of Object.entries({ ...files, 'package.json': '{}' })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const pairs = Array.from({ length: RUNS }, () => [timed(['-e', '0'], folder), timed([BIN, ...args], folder)]);
  const ratio = median(pairs.map(([base, own]) => own / base));
  const extra = median(pairs.map(([base, own]) => own - base));
  const memory = peak([BIN, ...args], folder);
  failed ||= ratio > MOST_RATIO || memory > MOST_MEMORY;
  console.log(`| ${name} | ${ratio.toFixed(2)} | ${extra.toFixed(0)} | ${memory.toFixed(0)} |`);
}

console.log('\n| services | x `node -e 0` | ms per service | peak MB |\n|---|---|---|---|');
const sizes = [10, 40, 160];
const perService = sizes.map((services) => {
  const folder = join(work, `project-${services}`);
  writeProject(folder, services);
  const pairs = Array.from({ length: 5 }, () => [
    timed(['-e', '0'], folder),
    timed([BIN, 'check', '--no-cache'], folder),
  ]);
  const [ratio, extra] = [
    median(pairs.map(([base, own]) => own / base)),
    median(pairs.map(([base, own]) => own - base)),
  ];
  console.log(
    `| ${services} | ${ratio.toFixed(1)} | ${(extra / services).toFixed(1)} | ${peak([BIN, 'check', '--no-cache'], folder).toFixed(0)} |`,
  );
  return extra / services;
});
// Start-up is shared by all services, so a service costs less the more there are; more, and something grows faster than
// the project.
const grown = perService.at(-1) > perService[0] * 1.1;
if (grown) failed = true;
rmSync(work, { recursive: true });
if (failed && process.argv.includes('--check')) {
  console.error(
    grown ? 'Time grows faster than the project' : `Over the limit: ${MOST_RATIO} x node -e 0, ${MOST_MEMORY} MB`,
  );
  process.exit(1);
}

function timed(args, cwd) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'ignore' });
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function peak(args, cwd) {
  const file = join(work, 'peak');
  spawnSync(process.execPath, ['--require', MEMORY, ...args], {
    cwd,
    stdio: 'ignore',
    env: { ...process.env, PEAK: file },
  });
  return Number(readFileSync(file, 'utf8')) / 1024;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
