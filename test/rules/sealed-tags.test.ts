/** Tags that come from a secret or from a file's content are judged, and never shown. */
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const R = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders';

it.each([
  ['a secret', `DB_PASSWORD=canaryword\nTAG=$DB_PASSWORD\n`],
  ['the content of a file', 'TAG=$(cat word.txt)\n'],
])('a tag beside latest that is %s', async (_, assigned) => {
  const script = `${assigned}docker build -t ${R}:latest -t "${R}:$TAG" .\ndocker push ${R}:latest\ndocker push "${R}:$TAG"\n`;
  const files = memoryFiles({ 'push.sh': script, 'word.txt': 'canaryword\n' });
  const { findings } = await check({ files, config: DEFAULT_CONFIG, pedantic: true });
  const told = findings.filter(({ rule }) => rule === 'latest-only');
  expect(told).toHaveLength(1);
  expect(JSON.stringify(findings.map(({ message, help, related }) => [message, help, related]))).not.toContain(
    'canaryword',
  );
});
