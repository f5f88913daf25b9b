// Bundles the CLI and the library. Heavy modules stay behind `import()` and external, so that a run loads only what its
// files need.
import { build } from 'esbuild';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });

const shared = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // jsonc-parser's CommonJS build hides its own imports from bundlers.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  logLevel: 'warning',
  alias: { 'ts-morph': './src/parsers/cdk/compiler-alone.ts' },
};
const external = ['@aws-sdk/*', '@smithy/*', '@aws-cdk/cloudformation-diff', 'aws-cdk-lib', 'eslint'];

// The command line is one CommonJS file, whose modules run when they are first needed: a single file can be kept
// compiled between runs.
await build({
  ...shared,
  entryPoints: { cli: 'src/cli/main.ts' },
  format: 'cjs',
  // Less to read in every run; names stay, for stack traces.
  minifyWhitespace: true,
  outExtension: { '.js': '.cjs' },
  external,
  // Code that was kept compiled can't call import(): packages are required, and bin.js imports what users wrote.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
});
// All ASCII, which is read several times faster than UTF-8 is decoded. esbuild escapes everything but regular
// expressions.
const CLI = 'dist/cli.cjs';
writeFileSync(
  CLI,
  readFileSync(CLI, 'utf8').replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
);
await build({ ...shared, entryPoints: { start: 'src/start.ts' }, format: 'esm', external: ['./cli.cjs'] });
// It stands alone, in words that old versions of Node know, so that they can say that they are too old.
await build({
  ...shared,
  entryPoints: { bin: 'src/bin.ts' },
  format: 'esm',
  target: 'es2017',
  plugins: [
    {
      name: 'beside',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\/start\.ts$/ }, () => ({ path: './start.js', external: true })),
    },
  ],
});

await build({
  ...shared,
  entryPoints: { index: 'src/index.ts' },
  format: 'esm',
  splitting: true,
  external,
  // CommonJS dependencies that are bundled still call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

// `plimsoll/cdk`, for apps of either module system: a synthesis is synchronous, so nothing in it may be loaded later.
for (const format of ['esm', 'cjs']) {
  await build({
    ...shared,
    entryPoints: { cdk: 'src/cdk-plugin/index.ts' },
    format,
    external,
    ...(format === 'cjs'
      ? {
          outExtension: { '.js': '.cjs' },
          define: { 'import.meta.url': '__url' },
          banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
        }
      : {
          banner: {
            js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
          },
        }),
  });
}
