// Bundles the CLI and the library. Heavy modules stay behind `import()` and external, so that a run loads only what its files need.
import { build } from 'esbuild';
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });

// One build each: chunks shared between the two would be more files to load for either.
for (const entry of ['bin', 'index']) await build({
  entryPoints: { [entry]: `src/${entry}.ts` },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // jsonc-parser's CommonJS build hides its own imports from bundlers.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  logLevel: 'warning',
  external: ['ts-morph', '@aws-sdk/*', '@smithy/*', '@aws-cdk/cloudformation-diff', 'aws-cdk-lib', 'eslint'],
  // CommonJS dependencies that are bundled still call `require`.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
});
