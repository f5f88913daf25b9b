/** The ways in that others call for us: names of files that a pull request brings along are never options. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { INNOCENT } from './harness.ts';
import { BIN } from './launch.ts';
import { newPlace, type Built } from './place.ts';

const own = (name: string): string => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

/** Options that write, start or trust, as names of files. */
const NAMES = [
  '--update-baseline',
  '--synth',
  '--trust',
  '--fix',
  '--output=json=report.json',
  '-ojson=report.json',
  '--config=own.mjs',
  '--fail-on=never',
];

async function project(): Promise<Built> {
  const place = newPlace();
  onTestFinished(() => place.remove());
  await place.put(place.root, {
    'aa-innocent.sh': INNOCENT,
    'own.mjs': `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(place.sentinel)}, 'ran');\nexport default {};\n`,
    'cdk.json': '{"app": "true"}',
    'node_modules/.bin/cdk': { text: `#!/bin/sh\n${place.shellLine}\n`, mode: 0o755 },
    ...Object.fromEntries(NAMES.map((name) => [name, 'x'])),
  });
  execFileSync('git', ['init', '-q'], { cwd: place.root });
  return place;
}

function untouched(place: Built): void {
  expect(existsSync(place.sentinel)).toBe(false);
  for (const name of ['plimsoll.baseline.json', 'report.json', 'json=report.json'])
    expect(existsSync(join(place.root, name))).toBe(false);
}

it.each(NAMES)('the pre-commit hook takes a file called %s for a file', async (name) => {
  const place = await project();
  const hooks: readonly { readonly entry: string; readonly args?: readonly string[] }[] = parse(
    own('.pre-commit-hooks.yaml'),
  );
  const [, ...entry] = (hooks[0]?.entry ?? '').split(' ');
  const { status, stderr } = spawnSync(
    process.execPath,
    [BIN, ...entry, ...(hooks[0]?.args ?? []), name, 'aa-innocent.sh'],
    { cwd: place.root, encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([1, '']);
  untouched(place);
});

it.each(NAMES)('the GitHub Action takes a path called %s for a path', async (name) => {
  const place = await project();
  // The action is where the build is.
  const action = join(place.base, 'action');
  mkdirSync(action);
  symlinkSync(dirname(BIN), join(action, 'dist'));
  const { runs }: { runs: { steps: { id?: string; run?: string }[] } } = parse(own('action.yml'));
  const script = runs.steps.find(({ id }) => id === 'check')?.run ?? '';
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: place.home,
    GITHUB_ACTION_PATH: action,
    GITHUB_OUTPUT: join(place.base, 'output'),
    GITHUB_EVENT_NAME: 'pull_request',
    PLIMSOLL_PATHS: `${name} aa-innocent.sh`,
    PLIMSOLL_FAIL_ON: 'warning',
    PLIMSOLL_ONLY: '',
    PLIMSOLL_CONFIG: '',
    PLIMSOLL_BASELINE: '',
    PLIMSOLL_ARGS: '',
    PLIMSOLL_SARIF: '',
  };
  const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], { cwd: place.root, env, encoding: 'utf8' });
  expect(status).toBe(1);
  untouched(place);
});
