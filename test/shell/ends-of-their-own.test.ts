import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const WORKFLOW = (line: string): string =>
  `on: push\njobs:\n  ship:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          ./stacks.sh\n          ${line}\n`;
const STACKS =
  '#!/usr/bin/env bash\nfor s in net data; do\n  aws cloudformation deploy --template-file $s.yml --stack-name $s\n  echo "$s"\ndone\n';
const SERVICE = 'aws cloudformation deploy --template-file service.yml --stack-name service';

async function masked(service: string, stacks = STACKS): Promise<string[]> {
  const { findings } = await judged({
    '.github/workflows/ship.yml': WORKFLOW('./service.sh'),
    'stacks.sh': stacks,
    'service.sh': `#!/usr/bin/env bash\nset -e\n${service}\n`,
  });
  return findings
    .filter(({ rule }) => rule === 'deploy-exit-masked')
    .map(({ site }) => `${site.file}:${site.span.line}`);
}

describe('an end that has nothing to do with the failure', () => {
  it.each([
    ['where nobody says what it needs', `if [ -z "$HOST" ]; then echo "no host"; exit 1; fi\n${SERVICE}`],
    ['where a variable says otherwise', `if [ "$STAGE" = local ]; then exit 1; fi\n${SERVICE}`],
    ['in a choice of several', `case $STAGE in test|prod) ;; *) exit 1 ;; esac\n${SERVICE}`],
    ['behind another condition', `if [ -z "$HOST" ]; then\n  if [ -z "$ROUTE" ]; then exit 1; fi\nfi\n${SERVICE}`],
  ])('%s notices nothing', async (_, service) => expect(await masked(service)).toEqual(['stacks.sh:3']));

  it.each([
    ['of what it made', `if [ ! -f net.json ]; then exit 1; fi\n${SERVICE}`],
    [
      'of what somebody answers',
      `NET=$(curl -s https://example.com/net)\nif [ -z "$NET" ]; then exit 1; fi\n${SERVICE}`,
    ],
    ['of what a file says', `. ./net.env\nif [ -z "$NET" ]; then exit 1; fi\n${SERVICE}`],
    ['of both', `if [ -z "$HOST" ]; then\n  if [ ! -f net.json ]; then exit 1; fi\nfi\n${SERVICE}`],
  ])('is not one %s', async (_, service) => expect(await masked(service)).toEqual([]));

  const STATUS = `${SERVICE}\nstatus=$?\nif [ -z "$HOST" ]; then exit 1; fi\n`;

  it('stands in the script that deploys', async () => {
    expect(await masked('true', `#!/bin/sh\n${STATUS}echo done\n`)).toEqual(['stacks.sh:2']);
  });

  it('is none where the status is asked for as well', async () => {
    const asked = 'if [ "$STRICT" = yes ] && [ $status -ne 0 ]; then exit 1; fi\n';
    expect(await masked('true', `#!/bin/sh\n${SERVICE}\nstatus=$?\n${asked}echo done\n`)).toEqual([]);
  });
});
