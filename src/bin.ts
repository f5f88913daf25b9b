#!/usr/bin/env node
import module from 'node:module';

// Exists from Node 22.1; saves compiling our own code anew in every run.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();

const { main } = await import('./cli/main.ts');
await main(process.argv.slice(2));
