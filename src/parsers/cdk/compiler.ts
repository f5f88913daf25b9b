/**
 * The TypeScript compiler, as ts-morph brings it. Only files of this folder import it, and the engine imports the
 * folder only when a project has CDK source. The build takes `compiler-alone.ts` for `ts-morph`.
 */
export { ts } from 'ts-morph';
