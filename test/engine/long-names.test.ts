import { describe, expect, it } from 'vitest';
import { check, memoryFiles } from '../../src/engine.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { shorten } from '../../src/core/shorten.ts';

describe('a message', () => {
  it('stays as it is as long as people write', () => {
    const ordinary = `Build \`${'a'.repeat(200)}\` for arm64; see ${'https://eu-west-1.console.aws.amazon.com/'.padEnd(400, 'x')}`;
    expect(shorten(ordinary)).toBe(ordinary);
  });

  it('keeps its sense when a name in it is long: the name loses its middle', () => {
    expect(shorten(`\`${'a'.repeat(1_000_000)}z\` is built for arm64`)).toBe(
      `\`${'a'.repeat(299)}…${'a'.repeat(99)}z\` is built for arm64`,
    );
  });

  it('is cut when it is long in itself, never through a character', () => {
    const short = shorten('💥 '.repeat(5000));
    expect(short.length).toBeLessThanOrEqual(4000);
    expect(short.endsWith('…')).toBe(true);
    expect(shorten('💥'.repeat(5000))).not.toMatch(/\p{Cs}/u);
  });

  it('of a finding is short in all its parts', async () => {
    const name = 'x'.repeat(100_000);
    const { findings, unreadable } = await check({
      files: memoryFiles(
        {
          'a.sh': `#!/bin/bash\nrun() { npx cdk deploy ${name} | tail -5; }\nrun\ndocker push ${name}:v1\n`,
          '.github/workflows/x.yml': `on: push\njobs:\n  ${name}:\n    runs-on: x\n    steps:\n      - name: ${name}\n        run: npx cdk deploy ${name} | tail -5\n`,
        },
        '/project',
      ),
      config: DEFAULT_CONFIG,
      pedantic: true,
    });
    expect(findings.length).toBeGreaterThan(0);
    const texts = findings.flatMap((one) => [
      one.message,
      one.help ?? '',
      ...one.related.map(({ message }) => message),
      ...(one.site.via ?? []).map(({ label }) => label),
      ...one.fixes.map(({ title }) => title),
    ]);
    expect(
      Math.max(...texts.map((text) => text.length), ...unreadable.map(({ reason }) => reason.length)),
    ).toBeLessThan(4001);
  });
});
