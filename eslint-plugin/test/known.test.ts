/** What may be taken for known without asking the engine, and what follows the disk. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import plimsoll from 'eslint-plugin-plimsoll';
import { folder } from '../../test/temporary.ts';
import { newKnown } from '../src/known.ts';

const FIRST = { id: 1, problems: [] };

describe("a file needn't be asked about", () => {
  const known = (more: { marked?: string[]; changes?: number; readAt?: number } = {}) => {
    const root = folder({ 'a.ts': 'a', 'b.ts': 'b' });
    let changes = 0;
    const one = newKnown(() => changes);
    one.learn({
      ...FIRST,
      file: join(root, 'b.ts'),
      folder: root,
      root,
      whole: {
        marked: (more.marked ?? []).map((file) => join(root, file)),
        pedantic: false,
        changes: 0,
        readAt: more.readAt ?? Date.now() + 1000,
      },
    });
    const isClean = (file: string, text: string, pedantic = false): boolean =>
      one.isClean({ file: join(root, file), text, cwd: root, pedantic });
    return { root, isClean, change: () => void changes++ };
  };

  it('when its project is known, and nothing is to be shown in it', () => {
    expect(known().isClean('a.ts', 'a')).toBe(true);
    expect(known({ marked: ['a.ts'] }).isClean('a.ts', 'a')).toBe(false);
  });

  it("but when its text is not the disk's, or is newer than what was read", () => {
    expect(known().isClean('a.ts', 'typed')).toBe(false);
    expect(known({ readAt: 1 }).isClean('a.ts', 'a')).toBe(false);
    expect(known().isClean('gone.ts', '')).toBe(false);
  });

  it('but when anything has changed since, or something else is asked', () => {
    const { isClean, change } = known();
    expect(isClean('a.ts', 'a', true)).toBe(false);
    change();
    expect(isClean('a.ts', 'a')).toBe(false);
  });

  it('but when nobody knows which project its folder is in', () => {
    expect(known().isClean('deeper/a.ts', 'a')).toBe(false);
  });
});

it('what other programs write is known after a moment, also where nothing was to be shown before', async () => {
  const script = (cpu: string): string =>
    `#!/bin/bash\ndocker buildx build --platform linux/${cpu} --provenance=false --push -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1 .\n`;
  const template =
    'Resources:\n  Api:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [arm64]\n      Code: { ImageUri: 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1 }\n';
  const root = folder({
    'plimsoll.config.json': '{}',
    'deploy.sh': script('arm64'),
    'template.yaml': template,
    Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\n',
  });
  const long = new Date(Date.now() - 60_000);
  utimesSync(join(root, 'template.yaml'), long, long);
  const linter = new Linter({ cwd: root });
  const found = (): string[] =>
    linter
      .verify(
        template,
        {
          files: ['**/*.yaml'],
          plugins: { plimsoll },
          language: 'plimsoll/yaml',
          rules: { 'plimsoll/arch-mismatch': 'error' },
        },
        join(root, 'template.yaml'),
      )
      .map(({ ruleId }) => String(ruleId));
  expect(found()).toEqual([]);
  expect(found()).toEqual([]);
  writeFileSync(join(root, 'deploy.sh'), script('amd64'));
  for (const until = Date.now() + 30_000; found().length === 0 && Date.now() < until; ) await wait(200);
  expect(found()).toEqual(['plimsoll/arch-mismatch']);
}, 60_000);
