import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { betterLine } from '../../src/engine/better-line.ts';
import { check, memoryFiles } from '../../src/engine.ts';

async function better(text: string): Promise<string | undefined> {
  const typed = { file: '<command>', text, folder: '' };
  const { findings } = await check({ files: memoryFiles({}), config: DEFAULT_CONFIG, typed });
  return betterLine(typed, findings);
}

it.each([
  ['npx cdk deploy Api 2>&1 | tail -100', 'npx cdk deploy Api 2>&1'],
  ['cd infra && npx cdk deploy Api | tail -5', 'cd infra && npx cdk deploy Api'],
  ['npx cdk deploy Api 2>&1 | tee deploy.log', 'set -o pipefail; npx cdk deploy Api 2>&1 | tee deploy.log'],
  ['npx cdk deploy Api | tee log | tail -5', 'set -o pipefail; npx cdk deploy Api | tee log'],
  ['npx cdk deploy A | grep -v x | head -3; echo done | tail -1', 'npx cdk deploy A; echo done | tail -1'],
])('%s', async (text, expected) => {
  expect(await better(text)).toBe(expected);
  // It is better: nothing is said of it any more.
  expect(await better(expected)).toBeUndefined();
});

it.each(['npx cdk deploy Api', 'ls | tail -3', 'docker push a:1 || true', 'bash -c "npx cdk deploy Api | tail -5"'])(
  'knows nothing better than %s',
  async (text) => {
    expect(await better(text)).toBeUndefined();
  },
);

it('repeats no password', async () => {
  const line = (variable: string): string => `${variable}=hunter2hunter2 npx cdk deploy Api | tail -5`;
  expect(await better(line('STAGE'))).toBe('STAGE=hunter2hunter2 npx cdk deploy Api');
  expect(await better(line('DB_PASSWORD'))).toBeUndefined();
});
