/** Data flows one way; this holds the imports to it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { repeatsIn } from './repeats.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  readonly from: string;
  /** Relative to src, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

function importsOf(path: string): Import[] {
  const file = relative(SRC, path).replaceAll('\\', '/');
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean, lazy: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const to = specifier.text.startsWith('.')
      ? relative(SRC, join(dirname(path), specifier.text)).replaceAll('\\', '/')
      : specifier.text;
    found.push({ from: file, to, typeOnly, lazy });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const allTypes =
        bindings !== undefined &&
        ts.isNamedImports(bindings) &&
        bindings.elements.length > 0 &&
        bindings.elements.every(({ isTypeOnly }) => isTypeOnly);
      add(
        node.moduleSpecifier,
        node.importClause?.isTypeOnly === true || (allTypes && node.importClause?.name === undefined),
        false,
      );
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true);
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      add(node.argument.literal, true, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();
const imports = files.flatMap((file) => importsOf(join(SRC, file)));
const own = imports.filter(({ to }) => to.endsWith('.ts'));
const packages = imports.filter(({ to }) => !to.endsWith('.ts') && !to.startsWith('node:'));
const show = ({ from, to }: Import): string => `${from} -> ${to}`;
const within =
  (folder: string) =>
  ({ from }: Import): boolean =>
    from.startsWith(`${folder}/`);

describe('the direction of imports', () => {
  it('is seen at all', () => {
    expect(own.length).toBeGreaterThan(100);
    expect(own.some(({ typeOnly }) => typeOnly)).toBe(true);
    expect(own.some(({ lazy }) => lazy)).toBe(true);
  });

  it.each([
    ['core', /^core\//],
    ['files', /^(?:files\/|core\/optional\.ts$)/],
    ['syntax', /^(?:syntax|core)\//],
    ['model', /^(?:model|core)\//],
    ['services', /^(?:services|model|core)\//],
    ['project', /^(?:project|services|model|syntax|core)\/|^parsers\/[\w-]+\/(?:reading|read)\.ts$/],
    ['parsers', /^(?:parsers|tools|project|services|model|syntax|core)\//],
    ['tools', /^(?:tools|parsers|project|services|model|syntax|core)\//],
    ['system', /^(?:system\/|files\/|core\/optional\.ts$)/],
    ['live', /^(?:live|services|model|core|syntax|files|system)\//],
    ['rules', /^(?:rules|services|model|core)\//],
    ['fix', /^(?:fix|model|core)\//],
    [
      'store',
      /^(?:store|files|discover|engine|project|core)\/|^model\/facts\.ts$|^parsers\/(?:languages|assembly\/read|cdk\/(?:reading|interpreter\/memory))\.ts$/,
    ],
    ['picture', /^(?:picture|services|model|core)\/|^rules\/support\/words\.ts$/],
    [
      'report',
      /^(?:report\/|model\/finding\.ts$|picture\/picture\.ts$|core\/(?:optional|secrets|shorten|site)\.ts$|syntax\/source\.ts$|rules\/pages\.ts$)/,
    ],
    ['discover', /^(?:discover\/|core\/|files\/|system\/|project\/(?:readings|language)\.ts$|parsers\/languages\.ts$)/],
    [
      'config',
      /^(?:config\/|model\/|core\/|syntax\/source\.ts$|files\/|system\/|rules\/define\.ts$|project\/readings\.ts$)/,
    ],
  ])('%s imports only what it may', (folder, allowed) => {
    expect(
      own
        .filter(within(folder))
        .filter(({ to }) => !allowed.test(to))
        .map(show),
    ).toEqual([]);
  });

  it('core, model and services import no package, not even of Node', () => {
    expect(
      imports
        .filter(({ from }) => /^(?:core|model|services)\//.test(from))
        .filter(({ to }) => !to.endsWith('.ts'))
        .map(show),
    ).toEqual([]);
  });

  it('syntax trees stay behind the readings: what a language means, rules and report import no parser package', () => {
    const trees = /^(?:unbash|dockerfile-ast|ts-morph|typescript|yaml|jsonc-parser)$/;
    expect(
      packages
        .filter(
          ({ from, to }) =>
            trees.test(to) &&
            /^(?:tools|project|rules|report)\/|^parsers\/[\w-]+\/(?:run[\w-]*|entries|constructs\/.*)\.ts$/.test(from),
        )
        .map(show),
    ).toEqual([]);
  });

  it('the project knows the languages as types alone', () => {
    expect(
      own
        .filter(within('project'))
        .filter(({ to, typeOnly }) => to.startsWith('parsers/') && !typeOnly)
        .map(show),
    ).toEqual([]);
  });

  it('what a room says of its language loads nothing', () => {
    const light = imports.filter(({ from, typeOnly, lazy }) => /\/language\.ts$/.test(from) && !typeOnly && !lazy);
    expect(light.map(show)).toEqual([]);
  });

  it('no circle at run time leaves a folder', () => {
    const circles = circlesOf(own.filter(({ typeOnly, lazy }) => !typeOnly && !lazy));
    expect(circles.filter((files) => new Set(files.map((file) => dirname(file))).size > 1)).toEqual([]);
  });

  it('programs are started in one place, and git is asked in one way', () => {
    expect(imports.filter(({ to }) => /^(?:node:)?child_process$/.test(to)).map(show)).toEqual([
      'system/programs.ts -> node:child_process',
    ]);
    const calls = files.filter((file) => /\bstart\('git'/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(calls).toEqual(['system/git.ts']);
  });

  it('only cli and the entry points import cli', () => {
    expect(
      own.filter(({ from, to }) => to.startsWith('cli/') && !from.startsWith('cli/') && from !== 'start.ts').map(show),
    ).toEqual([]);
  });
});

/** Groups of files that import each other, by way of one another. */
function circlesOf(edges: readonly Import[]): string[][] {
  const to = new Map<string, string[]>();
  for (const edge of edges) to.set(edge.from, [...(to.get(edge.from) ?? []), edge.to]);
  const reached = new Map(
    [...to.keys()].map((start) => {
      const seen = new Set<string>();
      const pending = [...(to.get(start) ?? [])];
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(...(to.get(next) ?? []));
      }
      return [start, seen] as const;
    }),
  );
  const groups = new Map<string, string[]>();
  for (const [file, seen] of reached) {
    if (!seen.has(file)) continue;
    const group = [...seen].filter((other) => reached.get(other)?.has(file) === true).sort();
    groups.set(group.join(' '), group);
  }
  return [...groups.values()];
}

describe('what is sealed', () => {
  const users = [...new Set(own.filter(({ to }) => to === 'core/sealed.ts').map(({ from }) => from))];

  it('is looked into by those who decide, and by nobody who shows', () => {
    expect(users.length).toBeGreaterThan(20);
    expect(
      users.filter(
        (file) =>
          !/^(?:(?:core|model|services|parsers|tools|project|rules|syntax)\/|(?:diff\/states|engine\/(?:absences|secrets|read-single|read-wholes)|store\/packed)\.ts$)/.test(
            file,
          ),
      ),
    ).toEqual([]);
  });

  it('is never made open text again, nor part of a name', () => {
    const careless = /\b(?:literal|hole|text|code)\((?:judged|opened|spelled)\(|\$\{(?:judged|opened|spelled|head)\(/;
    expect(files.filter((file) => careless.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
  });

  it('has its value from one place', () => {
    expect(files.filter((file) => /Sealed\.valueOf/.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([
      'core/sealed.ts',
      'core/text.ts',
      // Which locks it away.
      'store/packed.ts',
    ]);
  });
});

describe('packages stand behind one adapter each', () => {
  it.each([
    ['unbash', /^parsers\/shell\//],
    ['dockerfile-ast', /^parsers\/dockerfile\//],
    ['ts-morph', /^parsers\/cdk\//],
    ['commander', /^cli\//],
    ['ignore', /^discover\/ignore\.ts$/],
    ['valibot', /^(?:config\/schema|live\/evidence-file)\.ts$/],
    ['picocolors', /^(?:report|cli)\//],
  ])('%s', (name, where) => {
    const users = packages.filter(({ to }) => to === name);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter(({ from }) => !where.test(from)).map(show)).toEqual([]);
  });

  it('and each has its line in docs/dependencies.md', () => {
    const ROOT = join(SRC, '..');
    const { dependencies }: { dependencies: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const page = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
    const named = new Set([...page.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => cell.trim().split(', ')));
    const names = Object.keys(dependencies).map((name) => name.replace(/^@aws-sdk\/client-.*/, '@aws-sdk/client-*'));
    expect(names.filter((name) => !named.has(name))).toEqual([]);
    for (const [, file = ''] of page.matchAll(/`(src\/[\w./-]+)`/g))
      expect(existsSync(join(ROOT, file)), file).toBe(true);
  });

  it('the AWS clients are used in live only', () => {
    expect(
      packages.filter(({ to, from }) => /^@(?:aws-sdk|smithy)\//.test(to) && !from.startsWith('live/')).map(show),
    ).toEqual([]);
  });
});

describe('files are reached through one door', () => {
  /** What no project names. */
  const OUTSIDE_OF_IT: Readonly<Record<string, string>> = {
    'version.ts': "the package's own manifest, by its place beside the program",
    'compile-cache.ts': "the user's cache of our own compiled code",
    'store/program.ts': "the program itself and its compiler's manifest, by their places",
    'config/import-module.ts': 'code that the user trusts, told apart by its stamp',
    'config/trust.ts': "the user's own list of trusted folders",
    'system/git.ts': "a repository's configuration, looked at before git is asked",
    'system/programs.ts': 'the folders of PATH',
    '../eslint-plugin/src/ask.ts': "the plug-in's own worker, by its place beside it",
    '../eslint-plugin/src/known.ts': 'the file that ESLint has just read, compared with what it read',
  };
  const PLUGIN = join(SRC, '../eslint-plugin/src');
  const plugin = readdirSync(PLUGIN, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => importsOf(join(PLUGIN, file)));
  const users = [...imports, ...plugin].filter(({ to }) => /^(?:node:)?fs(?:\/|$)/.test(to));

  it('which alone opens, asks and writes, but for what is our own', () => {
    expect(users.filter(({ from }) => from === 'files/door.ts')).toHaveLength(1);
    expect([...new Set(users.map(({ from }) => from).filter((from) => !from.startsWith('files/')))].sort()).toEqual(
      Object.keys(OUTSIDE_OF_IT).sort(),
    );
  });

  it('and no other way: nothing is required by name, and the compiler reads no disk', () => {
    const sources = [...files.map((file) => join(SRC, file)), ...readdirSync(PLUGIN).map((file) => join(PLUGIN, file))];
    expect(sources.flatMap((file) => backDoorsOf(file).map((way) => `${relative(SRC, file)}: ${way}`))).toEqual([]);
  });
});

function backDoorsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && /^(?:getBuiltinModule|createCompilerHost|createProgram)$/.test(node.text))
      found.push(node.text);
    if (ts.isPropertyAccessExpression(node) && /^(?:process\.binding|ts\.sys)$/.test(node.getText()))
      found.push(node.getText());
    if (
      ts.isCallExpression(node) &&
      node.arguments.some((one) => ts.isStringLiteralLike(one) && /^(?:node:)?fs(?:\/|$)/.test(one.text))
    )
      found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('what is heavy is loaded when needed', () => {
  const eager = new Map<string, string[]>();
  for (const { from, to, typeOnly, lazy } of imports)
    if (!typeOnly && !lazy) eager.set(from, [...(eager.get(from) ?? []), to]);
  const reach = (start: string): Set<string> => {
    const seen = new Set<string>();
    const pending = [start];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(...(eager.get(next) ?? []));
    }
    return seen;
  };

  it('the command line loads commander, and no parser, rule or reporter, before a command is known', () => {
    const loaded = [...reach('start.ts'), ...reach('cli/main.ts')];
    expect(
      loaded.filter(
        (one) =>
          !one.startsWith('node:') &&
          !/^(?:start|version|compile-cache|cli\/[\w-]+|files\/(?:descriptor|cache-folder|folders)|core\/optional|report\/formats|config\/(?:problem|nearest|import-module))\.ts$|^commander$/.test(
            one,
          ),
      ),
    ).toEqual([]);
  });

  it('the engine loads no parser, no YAML, no TypeScript, no cloud client until a file asks for it', () => {
    const loaded = [...reach('engine.ts')];
    expect(loaded.length).toBeGreaterThan(50);
    expect(
      loaded.filter((one) => /^(?:ts-morph|yaml|jsonc-parser|dockerfile-ast|valibot|ignore|@aws-)|^live\//.test(one)),
    ).toEqual([]);
  });
});

describe('the clock', () => {
  it('is looked at by no test of the unit project: a busy machine is slow, and nothing is wrong', () => {
    const TEST = join(SRC, '../test');
    const tests = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter(
        (file) => file.endsWith('.test.ts') && !/^hostile\/|^live\/(?:audit-cli|scale|throttling|trouble)\./.test(file),
      );
    expect(tests.length).toBeGreaterThan(100);
    const asserts = /expect\([^;]*\b(?:performance|Date)\.now\(\)/;
    expect(tests.filter((file) => asserts.test(readFileSync(join(TEST, file), 'utf8')))).toEqual([]);
  });
});

describe('what is written can be read', () => {
  const GENERATED = new Set(['rules/pages.ts', 'rules/registry.ts', 'report/page/assets.ts']);
  const written = files
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !GENERATED.has(file))
    .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));

  it('no file has more than 400 lines', () => {
    expect(
      written.filter(({ text }) => linesIn(text) > 400).map(({ name, text }) => `${name}: ${linesIn(text)}`),
    ).toEqual([]);
  });

  it('half of the files have at most 120 lines', () => {
    const lengths = written.map(({ text }) => linesIn(text)).sort((a, b) => a - b);
    expect(lengths[lengths.length >> 1]).toBeLessThanOrEqual(120);
  });

  it('no function has more than 80 lines', () => {
    expect(written.flatMap(({ name, text }) => longFunctions(name, text, 80))).toEqual([]);
    const long = `const f = () => {\n${'  g();\n'.repeat(80)}};`;
    expect(longFunctions('long.ts', long, 80)).toEqual(['long.ts:1 has 82 lines']);
  });

  it('no ten lines stand twice', () => {
    expect(repeatsIn(written, 10)).toEqual([]);
  });

  it('ten lines that do stand twice are found, whatever stands between them', () => {
    const ten = Array.from({ length: 10 }, (_, index) => `step(${index});`);
    const once = { name: 'a.ts', text: `import { step } from './step.ts';\n${ten.join('\n')}\n` };
    const again = { name: 'b.ts', text: `other();\n{\n${ten.join('  // again\n\n    ')}\n}\n` };
    expect(repeatsIn([once, again], 10)).toEqual(['b.ts:3 stands at a.ts:2 too']);
    expect(repeatsIn([once, again], 11)).toEqual([]);
    expect(repeatsIn([once, { ...once, name: 'c.ts', text: once.text.replace('step(5)', 'step(6)') }], 10)).toEqual([]);
  });
});

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

function longFunctions(name: string, text: string, most: number): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const lines = source.getLineAndCharacterOfPosition(node.end).line - first + 1;
      if (lines > most) found.push(`${name}:${first + 1} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
