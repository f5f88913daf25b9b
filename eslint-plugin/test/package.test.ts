/** What would be published: everything that is needed to run, declared, and nothing else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import core from '../../package.json' with { type: 'json' };
import own from '../package.json' with { type: 'json' };

const HERE = fileURLToPath(new URL('..', import.meta.url));
const [packed]: { files: { path: string }[]; unpackedSize: number }[] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
    cwd: HERE,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const paths = (packed?.files ?? []).map(({ path }) => path);

describe('the package', () => {
  it('has what its manifest names, and neither sources nor tests', () => {
    for (const named of [own.types, own.exports['.'].types, own.exports['.'].default])
      expect(paths).toContain(named.replace('./', ''));
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'dist/worker.js']));
    expect(paths.filter((path) => !/^(?:dist\/.*\.(?:js|d\.ts)|README\.md|LICENSE|package\.json)$/.test(path))).toEqual(
      [],
    );
    expect(packed?.unpackedSize).toBeLessThan(5_000_000);
  });

  it('can be published, for the same Node and under the same version as the command line', () => {
    expect(own).not.toHaveProperty('private');
    expect([own.version, own.engines]).toEqual([core.version, core.engines]);
  });

  it('imports nothing that is neither in it, nor declared, nor part of Node', () => {
    const declared = new Set([
      ...Object.keys(own.dependencies),
      ...Object.keys(own.peerDependencies),
      ...builtinModules,
    ]);
    const strange: string[] = [];
    for (const path of paths.filter((one) => one.endsWith('.js') || one.endsWith('.d.ts'))) {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(HERE, path), 'utf8'), true, true);
      for (const { fileName } of importedFiles) {
        const inside = join(dirname(path), fileName).replace(/\.ts$/, path.endsWith('.d.ts') ? '.d.ts' : '.ts');
        const isThere = fileName.startsWith('.')
          ? paths.includes(inside)
          : fileName.startsWith('node:') ||
            declared.has(
              fileName
                .split('/')
                .slice(0, fileName.startsWith('@') ? 2 : 1)
                .join('/'),
            );
        if (!isThere) strange.push(`${path}: ${fileName}`);
      }
    }
    expect(strange).toEqual([]);
  });

  it('depends on versions that are installed here', () => {
    for (const [name, range] of Object.entries(own.dependencies)) {
      const { version }: { version: string } = JSON.parse(
        readFileSync(fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url)), 'utf8'),
      );
      expect(version.split('.')[0], name).toBe(/\d+/.exec(range)?.[0]);
    }
    expect(existsSync(join(HERE, 'dist/index.d.ts'))).toBe(true);
  });
});
