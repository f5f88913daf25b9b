/** What people read: names, not the contents of files. */
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const CONFIG = `{\n "accounts": {"default_region": "eu-north-1"},\n "tools": [\n${'  {"name": "a tool", "about": "nothing"},\n'.repeat(40)}  {}\n ]\n}\n`;
const deploy = (region: string): string => `#!/bin/bash
set -e
REGION=$(${region})
REPOSITORY="123456789012.dkr.ecr.\${REGION}.amazonaws.com/orders"
docker build --platform linux/amd64 -t orders:latest .
docker tag orders:latest "$REPOSITORY:latest"
docker push "$REPOSITORY:latest"
`;

test.each([
  `jq -r --arg env "$1" '.environments[$env].region // .accounts.default_region' config.json`,
  `sed -n 's/.*"region": "\\([^"]*\\)".*/\\1/p' settings/$1.json`,
])('a repository whose region is asked of `%s` is named without its address', async (region) => {
  const files = memoryFiles({ 'deploy.sh': deploy(region), 'config.json': CONFIG, Dockerfile: 'FROM scratch\n' });
  const { findings } = await check({ files, config: DEFAULT_CONFIG, onlyRules: ['latest-only'] });
  expect(findings.map((one) => one.message.split(' is pushed')[0])).toEqual(['`orders:latest`']);
});
