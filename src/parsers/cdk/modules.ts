/**
 * The project's source files as modules: parsed once, run once, their exports looked up when an import is first used.
 */
import { jsonOf } from '../../core/byte-order-mark.ts';
import { indexLines, type Lines } from '../../core/site.ts';
import { MEGA, tooLong } from '../../syntax/length.ts';
import { ts } from './compiler.ts';
import { evaluate } from './interpreter/expressions.ts';
import { makeClass, makeFunction } from './interpreter/functions.ts';
import { fromJson } from './interpreter/json-values.ts';
import { PROJECT, projectPath } from './interpreter/paths.ts';
import { declare } from './interpreter/patterns.ts';
import { folderOf, joinPath, type ProjectFiles, type Resolver } from './interpreter/resolve.ts';
import type { Run } from './interpreter/run.ts';
import type { Scope } from './interpreter/scope.ts';
import { executeBlock, hoist } from './interpreter/statements.ts';
import { NOTHING, natureOf, one, unknown, type Entry, type ObjectValue, type Value } from './interpreter/values.ts';

export interface Sources {
  parse(file: string): ts.SourceFile | undefined;
  lines(file: string): Lines;
  readonly parsed: ReadonlyMap<string, ts.SourceFile | undefined>;
  readonly failed: ReadonlyMap<string, string>;
}

export interface Modules extends Sources, Pick<ProjectFiles, 'read' | 'exists'> {
  absolute(file: string, folder: boolean): string;
  rootPath(folder: string): string;
  /** The project-relative path of an evaluated path; a relative one starts from the first root that has it. */
  projectPath(path: string, roots: readonly string[]): string | undefined;
  namespace(run: Run, specifier: string, from: string): Value;
  execute(run: Run, file: string): Scope | undefined;
  readonly executed: ReadonlyMap<string, Scope>;
}

/** The compiler's trees take a hundred times a text's size. */
const LONGEST = 2 * MEGA;

/** `have` may supply a tree parsed before. */
export function createSources(
  project: ProjectFiles,
  have: (file: string) => ts.SourceFile | undefined = () => undefined,
): Sources {
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const failed = new Map<string, string>();
  const lines = new Map<string, Lines>();
  return {
    parsed,
    failed,
    parse(file) {
      if (parsed.has(file)) return parsed.get(file);
      const before = have(file);
      const text = before === undefined ? project.read(file) : before.text;
      let source: ts.SourceFile | undefined;
      const long = tooLong(text ?? '', LONGEST);
      if (long !== undefined) failed.set(file, long);
      else
        try {
          source =
            before ??
            (text === undefined
              ? undefined
              : ts.createSourceFile(
                  file,
                  text,
                  ts.ScriptTarget.Latest,
                  true,
                  /\.[cm]?jsx?$/.test(file)
                    ? ts.ScriptKind.JS
                    : file.endsWith('x')
                      ? ts.ScriptKind.TSX
                      : ts.ScriptKind.TS,
                ));
        } catch (error) {
          // The compiler's parser recurses: hostile nesting exhausts the stack.
          failed.set(file, error instanceof RangeError ? 'nested too deeply' : String(error));
        }
      parsed.set(file, source);
      if (text !== undefined) lines.set(file, indexLines(file, text));
      return source;
    },
    lines: (file) => lines.get(file) ?? { file, starts: [0] },
  };
}

interface Exports {
  /** By exported name: the local name, or a value. */
  readonly own: Map<string, string | Value>;
  readonly from: Map<string, { readonly specifier: string; readonly name: string }>;
  readonly stars: string[];
}

export function createModules(project: ProjectFiles, resolver: Resolver, sources: Sources): Modules {
  const linking = new Linking(project, resolver, sources);
  return {
    ...sources,
    read: (path) => project.read(path),
    exists: (path) => project.exists(path),
    absolute: (file, folder) => joinPath(PROJECT, folder ? folderOf(file) : file),
    rootPath: (folder) => joinPath(PROJECT, folder),
    projectPath: (path, roots) => projectPath(path, roots, (one) => project.exists(one)),
    namespace: (run, specifier, from) => linking.imported(run, specifier, '*', from),
    execute: (run, file) => linking.execute(run, file),
    executed: linking.executed,
  };
}

/** Runs modules, and leads what one imports to what another exports. */
class Linking {
  readonly executed = new Map<string, Scope>();
  private readonly exported = new Map<string, Exports>();

  constructor(
    private readonly project: ProjectFiles,
    private readonly resolver: Resolver,
    private readonly sources: Sources,
  ) {}

  execute(run: Run, file: string): Scope | undefined {
    const done = this.executed.get(file);
    if (done !== undefined) return done;
    const source = this.sources.parse(file);
    if (source === undefined) return undefined;
    const scope: Scope = { cells: new Map(), activation: { module: file, entered: 0, returns: [] } };
    this.executed.set(file, scope);
    // A module runs once, whoever imports it first: not under the importer's choices.
    const { when, via } = run;
    run.when = [];
    run.via = [];
    const commonJs: ObjectValue = { kind: 'object', entries: new Map(), born: [] };
    const moduleObject: ObjectValue = {
      kind: 'object',
      entries: new Map([['exports', { value: one(commonJs) }]]),
      born: [],
    };
    if (/\.c?js$/.test(file)) {
      declare(run, scope, 'module', one(moduleObject));
      declare(run, scope, 'exports', one(commonJs));
    }
    for (const statement of source.statements) this.bindImports(run, scope, statement, file);
    hoist(run, scope, source.statements);
    const exports = exportsOf(source);
    this.exported.set(file, exports);
    executeBlock(run, scope, source.statements);
    for (const statement of source.statements) exportValue(run, scope, statement, exports);
    const assigned = moduleObject.entries.get('exports')?.value[0]?.value;
    if (assigned?.kind === 'object') for (const [name, entry] of assigned.entries) exports.own.set(name, entry.value);
    else if (assigned !== undefined) exports.own.set('default', one(assigned));
    run.when = when;
    run.via = via;
    return scope;
  }

  private valueOf(run: Run, file: string, name: string, seen: Set<string>): Value | undefined {
    if (seen.has(file)) return undefined;
    seen.add(file);
    if (file.endsWith('.json')) return this.jsonExport(run, file, name);
    const scope = this.execute(run, file);
    const exports = this.exported.get(file);
    if (scope === undefined || exports === undefined) return undefined;
    const own = exports.own.get(name);
    if (typeof own === 'string') {
      const cell = scope.cells.get(own);
      if (cell?.value === undefined && cell?.lazy !== undefined) {
        const { lazy } = cell;
        delete cell.lazy;
        cell.value = lazy();
      }
      return cell?.value;
    }
    if (own !== undefined) return own;
    const from = exports.from.get(name);
    if (from !== undefined) return this.imported(run, from.specifier, from.name, file, seen);
    for (const star of exports.stars) {
      const target = this.resolver.resolve(star, file);
      const library = target === undefined ? undefined : this.resolver.library(target);
      if (library !== undefined) return one({ kind: 'symbol', module: library, path: [name] });
      const found = target === undefined ? undefined : this.valueOf(run, target, name, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private jsonExport(run: Run, file: string, name: string): Value | undefined {
    const text = this.project.read(file);
    if (text === undefined) return undefined;
    try {
      const value = fromJson(jsonOf(text), run.when);
      const single = value[0]!.value;
      return name === 'default' || name === '*'
        ? value
        : single.kind === 'object'
          ? single.entries.get(name)?.value
          : undefined;
    } catch {
      return undefined;
    }
  }

  imported(run: Run, specifier: string, name: string, from: string, seen = new Set<string>()): Value {
    const target = this.resolver.resolve(specifier, from);
    if (target === undefined) {
      if (specifier.startsWith('.')) return one(unknown(name, specifier, natureOf(name)));
      return one({ kind: 'symbol', module: specifier, path: name === '*' || name === 'default' ? [] : [name] });
    }
    const library = this.resolver.library(target);
    if (library !== undefined)
      return one({ kind: 'symbol', module: library, path: name === '*' || name === 'default' ? [] : [name] });
    if (name === '*') return this.namespaceOf(run, target);
    return this.valueOf(run, target, name, seen) ?? one(unknown(name, target, natureOf(name)));
  }

  private namespaceOf(run: Run, file: string): Value {
    if (file.endsWith('.json')) return this.jsonExport(run, file, '*') ?? NOTHING;
    this.execute(run, file);
    const object: ObjectValue = { kind: 'object', entries: new Map<string, Entry>(), born: [] };
    const collect = (at: string, seen: Set<string>): void => {
      if (seen.has(at)) return;
      seen.add(at);
      this.execute(run, at);
      const exports = this.exported.get(at);
      for (const name of [...(exports?.own.keys() ?? []), ...(exports?.from.keys() ?? [])]) {
        const value = this.valueOf(run, at, name, new Set());
        if (value !== undefined && !object.entries.has(name)) object.entries.set(name, { value });
      }
      for (const star of exports?.stars ?? []) {
        const target = this.resolver.resolve(star, at);
        if (target !== undefined && !target.endsWith('.json')) collect(target, seen);
      }
    };
    collect(file, new Set());
    return one(object);
  }

  private bindImports(run: Run, scope: Scope, statement: ts.Statement, file: string): void {
    const lazily = (local: string, specifier: string, name: string): void => {
      scope.cells.set(local, { value: undefined, born: [], lazy: () => this.imported(run, specifier, name, file) });
    };
    if (ts.isImportEqualsDeclaration(statement)) {
      const reference = statement.moduleReference;
      if (ts.isExternalModuleReference(reference) && ts.isStringLiteralLike(reference.expression))
        lazily(statement.name.text, reference.expression.text, '*');
      else if (ts.isQualifiedName(reference))
        scope.cells.set(statement.name.text, {
          value: undefined,
          born: [],
          lazy: () => evaluateName(run, scope, reference),
        });
      return;
    }
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return;
    const specifier = statement.moduleSpecifier.text;
    const clause = statement.importClause;
    if (clause === undefined) {
      const target = this.resolver.resolve(specifier, file);
      if (target !== undefined && !target.endsWith('.json') && this.resolver.library(target) === undefined)
        this.execute(run, target);
      return;
    }
    if (clause.name !== undefined) lazily(clause.name.text, specifier, 'default');
    const bindings = clause.namedBindings;
    if (bindings !== undefined && ts.isNamespaceImport(bindings)) lazily(bindings.name.text, specifier, '*');
    else if (bindings !== undefined)
      for (const element of bindings.elements)
        lazily(element.name.text, specifier, (element.propertyName ?? element.name).text);
  }
}

function evaluateName(run: Run, scope: Scope, name: ts.EntityName): Value {
  if (ts.isIdentifier(name)) return evaluate(run, scope, name);
  const base = evaluateName(run, scope, name.left)[0]!.value;
  return base.kind === 'symbol'
    ? one({ ...base, path: [...base.path, name.right.text] })
    : base.kind === 'object'
      ? (base.entries.get(name.right.text)?.value ?? NOTHING)
      : NOTHING;
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)
  );
}

function exportsOf(source: ts.SourceFile): Exports {
  const exports: Exports = { own: new Map(), from: new Map(), stars: [] };
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) exportDeclaration(statement, exports);
    else if (isExported(statement)) {
      for (const name of declaredNames(statement)) exports.own.set(name, name);
      const isDefault =
        ts.canHaveModifiers(statement) &&
        (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
      if (
        isDefault &&
        (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement)) &&
        statement.name !== undefined
      )
        exports.own.set('default', statement.name.text);
    } else if (ts.isExportAssignment(statement) && ts.isIdentifier(statement.expression))
      exports.own.set('default', statement.expression.text);
  }
  return exports;
}

function exportDeclaration(statement: ts.ExportDeclaration, exports: Exports): void {
  const specifier =
    statement.moduleSpecifier !== undefined && ts.isStringLiteral(statement.moduleSpecifier)
      ? statement.moduleSpecifier.text
      : undefined;
  const clause = statement.exportClause;
  if (clause === undefined) {
    if (specifier !== undefined) exports.stars.push(specifier);
  } else if (ts.isNamespaceExport(clause)) {
    if (specifier !== undefined) exports.from.set(clause.name.text, { specifier, name: '*' });
  } else {
    for (const element of clause.elements) {
      const local = (element.propertyName ?? element.name).text;
      if (specifier === undefined) exports.own.set(element.name.text, local);
      else exports.from.set(element.name.text, { specifier, name: local });
    }
  }
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((declaration) => namesIn(declaration.name));
  if (
    (ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement)) &&
    statement.name !== undefined
  )
    return [statement.name.text];
  return [];
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

/** Default exports without a name. */
function exportValue(run: Run, scope: Scope, statement: ts.Statement, exports: Exports): void {
  if (ts.isExportAssignment(statement) && !ts.isIdentifier(statement.expression))
    exports.own.set('default', evaluate(run, scope, statement.expression));
  else if (ts.isClassDeclaration(statement) && statement.name === undefined && isExported(statement))
    exports.own.set('default', makeClass(run, scope, statement));
  else if (ts.isFunctionDeclaration(statement) && statement.name === undefined && isExported(statement))
    exports.own.set('default', one(makeFunction(scope, statement, 'default')));
}
