#!/usr/bin/env node
import module, { createRequire } from 'node:module';
import { keepCompiled } from './compile-cache.ts';

if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();
else keepCompiled();

// One CommonJS file: that is what Node 20 can be given compiled, and what loads fastest on all versions.
const cli: { main(args: readonly string[]): Promise<void> } = createRequire(import.meta.url)('./cli.cjs');
await cli.main(process.argv.slice(2));
