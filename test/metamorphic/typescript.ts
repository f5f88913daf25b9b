/** The same CDK app, written otherwise. */
import { ts } from 'ts-morph';
import { editing, followsOurs, indentAt, type Change, type Edit, type Transformation } from './edits.ts';

const isSource = (path: string): boolean => path.endsWith('.ts') && !path.endsWith('.d.ts');

function nodesOf(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

const inSources = (
  name: string,
  edits: (source: ts.SourceFile, nodes: readonly ts.Node[]) => readonly Edit[],
  more: Omit<Change, 'edits'> = {},
): Transformation =>
  editing(
    name,
    (path, text) => {
      if (!isSource(path)) return [];
      const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      return edits(source, nodesOf(source));
    },
    more,
  );

const at = (node: ts.Node, text: string): Edit => ({ start: node.getStart(), end: node.getEnd(), text });

const comments = inSources('CDK: comments and blank lines', (source, nodes) =>
  nodes.filter(ts.isStatement).flatMap((node) => {
    const start = node.getStart();
    const indent = indentAt(source.text, start);
    return indent === undefined || start === 0 || followsOurs(source.text, start)
      ? []
      : [{ start, end: start, text: `// What follows is as it was: "done" isn't said.\n\n${indent}` }];
  }),
);

const tabs = inSources('CDK: tabs', (source, nodes) => {
  const strings = nodes.filter((node) => ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node));
  return [...source.text.matchAll(/^(?: {2})+/gm)].flatMap(({ index, 0: blanks }) =>
    strings.some((node) => node.getStart() < index && index < node.getEnd())
      ? []
      : [{ start: index, end: index + blanks.length, text: '\t'.repeat(blanks.length / 2) }],
  );
});

const quotes = inSources('CDK: quotes', (_, nodes) =>
  nodes.filter(ts.isStringLiteral).flatMap((node) => {
    const text = node.getText();
    return /^'[^'"\\]*'$/.test(text)
      ? [at(node, `"${node.text}"`)]
      : /^"[^'"\\]*"$/.test(text)
        ? [at(node, `'${node.text}'`)]
        : [];
  }),
);

type Declared =
  | ts.VariableDeclaration
  | ts.ParameterDeclaration
  | ts.ClassDeclaration
  | ts.FunctionDeclaration
  | ts.InterfaceDeclaration
  | ts.BindingElement;

function isDeclared(node: ts.Node): node is Declared {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isBindingElement(node)
  );
}

/** Does the name belong to something else's member? */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
}

/** Uses of an imported name; undefined where something else has it too. */
function usesOf(nodes: readonly ts.Node[], name: string): ts.Identifier[] | undefined {
  const uses = nodes
    .filter(ts.isIdentifier)
    .filter(
      (node) =>
        node.text === name && !isMemberName(node) && ts.findAncestor(node, ts.isImportDeclaration) === undefined,
    );
  return uses.some(
    (use) => ts.isShorthandPropertyAssignment(use.parent) || (isDeclared(use.parent) && use.parent.name === use),
  )
    ? undefined
    : uses;
}

interface Import {
  readonly bindings: ts.NamedImportBindings;
  readonly index: number;
}

/** Of packages, without a default. */
function importsOf(source: ts.SourceFile): Import[] {
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }, index) => {
    const bindings = importClause?.namedBindings;
    const isPackage = ts.isStringLiteral(moduleSpecifier) && !moduleSpecifier.text.startsWith('.');
    return bindings === undefined || importClause?.name !== undefined || !isPackage ? [] : [{ bindings, index }];
  });
}

const namespaces = inSources('CDK: namespace imports', (source, nodes) =>
  importsOf(source).flatMap(({ bindings, index }) => {
    if (!ts.isNamedImports(bindings)) return [];
    const space = `everything${index}`;
    const uses = bindings.elements.map((one) =>
      usesOf(nodes, one.name.text)?.map((use) => at(use, `${space}.${(one.propertyName ?? one.name).text}`)),
    );
    return uses.some((one) => one === undefined)
      ? []
      : [at(bindings, `* as ${space}`), ...uses.flatMap((one) => one ?? [])];
  }),
);

const named = inSources('CDK: named imports', (source, nodes) =>
  importsOf(source).flatMap(({ bindings }) => {
    if (!ts.isNamespaceImport(bindings)) return [];
    const space = bindings.name.text;
    const uses = usesOf(nodes, space) ?? [];
    const members = uses.map(({ parent }) =>
      ts.isPropertyAccessExpression(parent)
        ? parent.name.text
        : ts.isQualifiedName(parent)
          ? parent.right.text
          : undefined,
    );
    if (members.includes(undefined) || members.length === 0) return [];
    return [
      at(bindings, `{ ${[...new Set(members)].map((one) => `${one} as ${space}${one}`).join(', ')} }`),
      ...uses.map((use, index) => at(use.parent, `${space}${members[index]}`)),
    ];
  }),
);

const constants = inSources(
  'CDK: a constant pulled out',
  (source, nodes) => {
    const last = source.statements.findLast(ts.isImportDeclaration);
    const found = nodes.filter(ts.isStringLiteral).filter((node) => {
      const { parent } = node;
      if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
      return (
        ts.isNewExpression(parent) || (ts.isCallExpression(parent) && ts.isPropertyAccessExpression(parent.expression))
      );
    });
    if (last === undefined || found.length === 0) return [];
    const values = [...new Set(found.map(({ text }) => text))];
    const end = last.getEnd();
    return [
      {
        start: end,
        end,
        text: values.map((value, index) => `\nconst PULLED_OUT_${index} = ${JSON.stringify(value)};`).join(''),
      },
      ...found.map((node) => at(node, `PULLED_OUT_${values.indexOf(node.text)}`)),
    ];
  },
  { movesPlaces: true },
);

/** Constants of a function or the file that nothing else in it is called like. */
const renamed = inSources('CDK: renamed constants', (_, nodes) => {
  const all = nodes.filter(ts.isIdentifier);
  return nodes.filter(ts.isVariableDeclaration).flatMap(({ name, parent }): Edit[] => {
    if (!ts.isIdentifier(name) || !ts.isVariableDeclarationList(parent)) return [];
    const isExported = ts.isVariableStatement(parent.parent) && parent.parent.modifiers !== undefined;
    const uses = all.filter(({ text }) => text === name.text);
    const others = uses.filter(
      (one) =>
        one !== name &&
        (isMemberName(one) ||
          ts.isShorthandPropertyAssignment(one.parent) ||
          (isDeclared(one.parent) && one.parent.name === one)),
    );
    return isExported || others.length > 0 ? [] : uses.map((use) => at(use, `${name.text}Renamed`));
  });
});

/** What a constructor does after `super(…)`, in a method of its own. */
const method = inSources('CDK: a body moved into a method', (_, nodes) =>
  nodes.filter(ts.isConstructorDeclaration).flatMap(({ body, parameters }): Edit[] => {
    const [first] = body?.statements ?? [];
    const calls =
      first !== undefined &&
      ts.isExpressionStatement(first) &&
      ts.isCallExpression(first.expression) &&
      first.expression.expression.kind === ts.SyntaxKind.SuperKeyword;
    if (
      !calls ||
      (body?.statements.length ?? 0) < 2 ||
      parameters.some(({ name, modifiers }) => !ts.isIdentifier(name) || modifiers !== undefined)
    )
      return [];
    const names = parameters.map(({ name }) => name.getText()).join(', ');
    const types = parameters.map((one) => one.getText()).join(', ');
    return [
      {
        start: first.getEnd(),
        end: first.getEnd(),
        text: `\n    this.everything(${names});\n  }\n\n  private everything(${types}): void {`,
      },
    ];
  }),
);

/** What `tsc` makes of the app, in its place. */
const compiled: Transformation = {
  name: 'CDK: compiled to CommonJS',
  change(project) {
    const sources = Object.keys(project).filter(isSource);
    if (sources.length === 0) return undefined;
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
    const config = project['cdk.json'];
    return {
      moved: (path) => (isSource(path) ? path.replace(/\.ts$/, '.js') : path),
      rewritten: new Map([
        ...sources.map(
          (path) =>
            [path, ts.transpileModule(project[path] ?? '', { compilerOptions, fileName: path }).outputText] as const,
        ),
        ...(config === undefined
          ? []
          : [['cdk.json', config.replace(/npx ts-node (?:--\S+ )*/, 'node ').replace(/\.ts"/, '.js"')] as const]),
      ]),
    };
  },
};

export const TYPESCRIPT: readonly Transformation[] = [
  comments,
  tabs,
  quotes,
  namespaces,
  named,
  constants,
  renamed,
  method,
  compiled,
];
