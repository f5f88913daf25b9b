// Bundles the plugin, light enough to load with every ESLint run, and beside it the worker that holds the engine.
import { build } from 'esbuild';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
rmSync(new URL('dist', import.meta.url), { recursive: true, force: true });

const common = {
  absWorkingDir: here,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  sourcemap: 'external',
  logLevel: 'warning',
  external: ['eslint', '@eslint/plugin-kit', 'ts-morph'],
};

await build({ ...common, entryPoints: { index: 'src/index.ts' } });
await build({
  ...common,
  entryPoints: { worker: 'src/worker.ts' },
  splitting: true,
  chunkNames: 'engine/[name]-[hash]',
  // CommonJS dependencies that are bundled still call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
