/**
 * What the build puts in the place of `ts-morph`: its copy of the compiler, without the library around it, which
 * nothing here uses and which costs a third of loading both.
 */
import { createRequire } from 'node:module';

const ours = createRequire(import.meta.url);

export const ts: unknown = createRequire(ours.resolve('ts-morph'))('@ts-morph/common/dist/typescript.js');
