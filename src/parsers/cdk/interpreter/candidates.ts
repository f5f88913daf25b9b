/** Which files may be CDK apps, which app each belongs to, and which of them others import. */
import { ts } from '../compiler.ts';
import { isCompiled } from '../compiled.ts';
import type { CdkRequest } from './app.ts';
import { folderOf, joinPath, type ProjectFiles, type Resolver } from './resolve.ts';

const SOURCE = /\.(?:[cm]?[jt]s|tsx)$/;
const NOT_AN_APP =
  /\.d\.[cm]?ts$|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:node_modules|cdk\.out|__tests__|__mocks__)\//;

export function isCandidate(
  file: string,
  all: ReadonlySet<string>,
  project: ProjectFiles,
  resolver: Resolver,
): boolean {
  return (
    SOURCE.test(file) &&
    !NOT_AN_APP.test(file) &&
    resolver.library(file) === undefined &&
    !isCompiled(file, all, project, resolver)
  );
}

/**
 * Each app's root and files. Apps before libraries: what an app makes with its own props needn't be guessed with open
 * ones.
 */
export function appsOf(request: CdkRequest, candidates: readonly string[], resolver: Resolver): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const file of candidates) {
    const root = rootOf(file, resolver);
    groups.set(root, [...(groups.get(root) ?? []), file]);
  }
  return [...groups].sort(
    ([a], [b]) =>
      Number(request.exists(joinPath(b, 'cdk.json'))) - Number(request.exists(joinPath(a, 'cdk.json'))) ||
      (a < b ? -1 : 1),
  );
}

export function importedFiles(
  files: readonly string[],
  specifiers: (file: string) => readonly string[],
  resolver: Resolver,
): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    for (const specifier of specifiers(file)) {
      const target = resolver.resolve(specifier, file);
      if (target !== undefined && target !== file) found.add(target);
    }
  }
  return found;
}

export function specifiersOf(source: ts.SourceFile | undefined): string[] {
  return (source?.statements ?? []).flatMap((statement) => {
    const specifier =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
        ? statement.moduleSpecifier
        : ts.isImportEqualsDeclaration(statement) && ts.isExternalModuleReference(statement.moduleReference)
          ? statement.moduleReference.expression
          : undefined;
    return specifier !== undefined && ts.isStringLiteralLike(specifier) ? [specifier.text] : [];
  });
}

function rootOf(file: string, resolver: Resolver): string {
  const folder = folderOf(file);
  return resolver.nearest(folder, 'cdk.json') ?? resolver.nearest(folder, 'package.json') ?? '';
}
