/** A cheap test for CDK source, so that the TypeScript compiler is only loaded for files that need it. */

const IMPORTS_CDK =
  /\b(?:from|require\s*\(|import\s*\(|import)\s*['"](?:aws-cdk-lib|@aws-cdk\/|constructs['"]|@aws-solutions-constructs\/|monocdk)/;

export function mayBeCdk(text: string): boolean {
  return IMPORTS_CDK.test(text);
}

/** Does a file of this name say where imports lead? */
export function mapsNames(path: string): boolean {
  return /(?:^|\/)(?:package|tsconfig[^/]*)\.json$/.test(path);
}
