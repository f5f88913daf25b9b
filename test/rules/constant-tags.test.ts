/** How much a constant tag beside `latest` says of the build. */
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const R = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders';

it.each([
  ['prod', 'warning'],
  ['qa1', 'warning'],
  ['amd64', 'warning'],
  ['x86_64', 'warning'],
  ['dev-eu', 'warning'],
  ['main-branch', 'warning'],
  ['orders', 'warning'],
  ['new-queue', 'note'],
  ['phase15', undefined],
  ['1.4.2', undefined],
])('%s: %s', async (tag, severity) => {
  const script = `docker build --platform linux/amd64 -t ${R}:latest -t ${R}:${tag} .\ndocker push ${R}:latest\ndocker push ${R}:${tag}\n`;
  const { findings } = await check({ files: memoryFiles({ 'push.sh': script }), config: DEFAULT_CONFIG });
  const told = findings.filter(({ rule }) => rule === 'latest-only');
  expect(told.map((one) => one.severity)).toEqual(severity === undefined ? [] : [severity]);
  for (const { message } of told) expect(message).toContain(`\`latest\` and \`${tag}\``);
});
