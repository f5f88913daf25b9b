/** `audit -f html`: the page of the voyages, with what the account knows of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PageData } from '../../src/report/page/data.ts';
import { account, amd, arm, lambda } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import { plimsoll } from './run.ts';

let folder = '';
let aws: StandIn | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-audit-page-'));
});
afterEach(async () => {
  await aws?.close();
  aws = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const wrong = account({
  repositories: [
    {
      name: 'app',
      mutability: 'IMMUTABLE',
      images: [
        { content: amd, tags: ['v2'] },
        { content: arm, tags: ['v1'] },
      ],
    },
  ],
  functions: [lambda('good', 'v1', arm), lambda('bad', 'v2', amd)],
});

test('has the live state on the stops, and the findings', async () => {
  aws = await startStandIn(wrong);
  writeFileSync(
    join(folder, 'push.sh'),
    '#!/bin/bash\nset -e\nR=123456789012.dkr.ecr.eu-west-1.amazonaws.com\ndocker build --platform linux/amd64 --provenance=false -t $R/app:v2 .\ndocker push $R/app:v2\n',
  );
  writeFileSync(join(folder, 'package.json'), '{}');
  const env = { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1' };
  const result = await plimsoll(['audit', '-o', 'html=audit.html', '--fail-on', 'never'], { cwd: folder, env });
  expect(result).toMatchObject({ code: 0 });
  const html = readFileSync(join(folder, 'audit.html'), 'utf8');
  expect(html).toContain('<h1>What runs, and how it got there</h1>');
  const data: PageData = JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '');
  const stops = data.voyages.flatMap((voyage) => voyage.stops);
  const bad = data.voyages.find(({ stops: own }) => own.some(({ name }) => name === 'bad'));
  expect(bad?.stops.map(({ verb }) => verb)).toEqual(['built', 'pushed', 'stored', 'runs']);
  expect(bad?.stops.at(-1)?.live[0]).toEqual({
    text: expect.stringMatching(/^runs sha256:[\da-f]{12}$/),
    state: 'good',
  });
  expect(bad?.stops[2]?.live.map(({ text }) => text)).toContainEqual(expect.stringContaining('v2: linux/amd64'));
  expect(stops.some(({ places }) => places.some(({ at }) => at.includes('arn:aws:lambda:')))).toBe(true);
  expect(data.findings.map(({ rule }) => rule)).toContain('arch-mismatch');
});
