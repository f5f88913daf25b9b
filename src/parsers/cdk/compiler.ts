/** The TypeScript compiler, as ts-morph bundles it. Only files of this folder import it, and the engine imports the folder only when a project has CDK source. */
export { ts } from 'ts-morph';
