/** What is kept compiled, of which version, and for how long. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder } from './temporary.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

describe.skipIf(!process.version.startsWith('v20.'))('what Node 20 compiled', () => {
  it('is kept for the four versions that ran last', () => {
    const home = folder();
    const dist = join(folder({ 'package.json': '{"version": "0.0.0"}' }), 'dist');
    for (const file of ['bin.js', 'start.js', 'cli.cjs']) cpSync(join(DIST, file), join(dist, file));
    const kept = (): string[] => readdirSync(join(home, 'plimsoll')).sort();
    const run = (version: number): void => {
      utimesSync(join(dist, 'cli.cjs'), version, version);
      expect(
        spawnSync(process.execPath, [join(dist, 'bin.js'), 'check', '--help'], {
          env: { ...process.env, XDG_CACHE_HOME: home, NODE_DISABLE_COMPILE_CACHE: undefined },
        }).status,
      ).toBe(0);
    };
    for (const version of [1, 2, 3, 4]) run(version);
    const four = kept();
    expect(four).toHaveLength(4);
    run(1);
    expect(kept()).toEqual(four);
    run(5);
    expect(kept()).toHaveLength(4);
    expect(kept()).not.toEqual(four);
  });
});
