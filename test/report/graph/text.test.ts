import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { called } from '../../../src/picture/choose.ts';
import { text } from '../../../src/report/graph/text.ts';
import { folder } from '../../temporary.ts';
import { ofFixture, ofFolder, STYLE } from './drawn.ts';

const shown = (name: string): string => fileURLToPath(new URL(`shown/${name}.txt`, import.meta.url));

describe('the tree of', () => {
  it.each([
    ['incidents/wrong-cpu-behind-a-tail/broken'],
    ['incidents/cpu-by-file-name/broken'],
    ['incidents/context-says-false/broken'],
    ['incidents/push-that-nobody-checks/repaired'],
  ])('%s', async (name) => {
    await expect(text(await ofFixture(name), STYLE)).toMatchFileSnapshot(shown(name.replaceAll('/', '-')));
  });
});

describe('a tree', () => {
  it('is in docs/graph.md as it is', async () => {
    const input = await ofFixture('incidents/wrong-cpu-behind-a-tail/broken');
    const shown = called(input.picture, 'staging');
    const findings = input.findings.filter(({ rule }) => rule === 'arch-mismatch' || rule === 'deploy-output-hidden');
    const page = readFileSync(new URL('../../../docs/graph.md', import.meta.url), 'utf8');
    expect(/```text\n(.*?)```/s.exec(page)?.[1]).toBe(text({ ...input, picture: shown, findings }, STYLE));
  });

  it('says so when there is nothing to draw', async () => {
    expect(text(await ofFolder(folder({ 'a.sh': 'echo hello\n' })), STYLE)).toBe(
      'Nothing to draw: no file here builds, pushes or runs a container image.\n',
    );
  });

  it('is no wider than the terminal, but for a place or a name that has no blank', async () => {
    const lines = text(await ofFixture('incidents/wrong-cpu-behind-a-tail/broken'), {
      ...STYLE,
      quiet: true,
      width: 60,
    }).split('\n');
    expect(lines.filter((line) => line.length > 60 && !/\S{40}/.test(line))).toEqual([]);
  });

  it('names what was not understood, and what is not there', async () => {
    const root = folder({
      Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:22\n',
      '.github/workflows/deploy.yml': [
        'on: push',
        'jobs:',
        '  ship:',
        '    runs-on: ubuntu-24.04',
        '    steps:',
        '      - run: docker build -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/harbour-orders:1 . && docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/harbour-orders:1',
        '      - uses: acme/lambda-roll-out@v3',
        '        with:',
        '          image: harbour-orders',
        '',
      ].join('\n'),
    });
    const tree = text(await ofFolder(root), STYLE);
    expect(tree).toContain('│ rolled out? Not understood: the action acme/lambda-roll-out@v3');
    expect(tree).toContain('└ runs?       No workload found');
  });
});
