import { describe, expect, it } from 'vitest';
import { mayBeCdk } from '../../src/parsers/cdk/sniff.ts';
import { project, stack } from './project.ts';
import { cpuTime } from '../cpu.ts';

describe('broken and hostile sources', () => {
  it('reads round a syntax error and says where it is', () => {
    const app = project({
      'app.ts':
        "import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nconst oops = ;\nnew ecr.Repository(new Stack(new App(), 'S'), 'R', { repositoryName: 'api' });",
    });
    expect(app.one('repository').name).toEqual(['api']);
    expect(app.readings.flatMap((reading) => reading.files.flatMap((file) => file.unreadable))).toEqual([
      { file: 'app.ts', line: 3, column: 14, reason: 'Expression expected.' },
    ]);
  });

  it.each([
    ['deep parentheses', `const x = ${'('.repeat(20_000)}1${')'.repeat(20_000)};`],
    ['deep arrays', `const x = ${'['.repeat(20_000)}${']'.repeat(20_000)};`],
    ['long sums', `const x = ${Array.from({ length: 20_000 }, (_, at) => `'${at}'`).join(' + ')};`],
    ['endless recursion', 'const f = (n: number): number => f(n + 1); f(0);'],
    ['mutual recursion', 'function a(): unknown { return b(); } function b(): unknown { return a(); } a();'],
    ['endless loops', 'while (true) { let x = 1; x++; } for (;;) {}'],
    ['classes that make themselves', 'class C { constructor() { new C(); } } new C();'],
    [
      'cyclic objects',
      'const o: any = {}; o.self = o; o.list = [o]; const { Bucket } = require("aws-cdk-lib/aws-s3"); new Bucket(o, "B", o);',
    ],
    ['doubling calls', 'const f = (n: number): string => n === 0 ? "x" : f(n - 1) + f(n - 1); f(40);'],
    [
      'many conditions',
      `${Array.from({ length: 60 }, (_, at) => `let v${at} = process.env.A${at} ? '1' : '2';`).join('\n')}const all = [${Array.from({ length: 60 }, (_, at) => `v${at}`).join(', ')}].join('');`,
    ],
    [
      'nested conditions',
      `${Array.from({ length: 200 }, (_, at) => `if (process.env.B${at}) {`).join('')}let z = 1;${'}'.repeat(200)}`,
    ],
    [
      'odd destructuring',
      'const { a: { b: [, ...c] = [] } = {}, ...d } = globalThis as any; [globalThis.x, globalThis.y] = [1];',
    ],
    [
      'nonsense calls',
      '(undefined as any)(); null!.x.y(); new (class {})(); `${({})}`; super.x; delete o.x; [...1]; ({...null});',
    ],
  ])('survives %s', (_, body) => {
    const started = cpuTime();
    const app = project({
      'app.ts': `import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\n${body}\n`,
      'other.ts':
        "import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nnew ecr.Repository(new Stack(new App(), 'S'), 'R', { repositoryName: 'api' });",
    });
    expect(app.one('repository').name).toEqual(['api']);
    expect(cpuTime() - started).toBeLessThan(10_000);
  });

  it('survives circular imports', () => {
    const app = project({
      'a.ts':
        "import { App, Stack } from 'aws-cdk-lib';\nimport { b } from './b';\nexport const a = 'a';\nexport const name = () => a + b;\nexport const run = () => new Stack(new App(), name());",
      'b.ts':
        "import { name, a } from './a';\nimport { Repository } from 'aws-cdk-lib/aws-ecr';\nimport { App, Stack } from 'aws-cdk-lib';\nexport const b = 'b';\nnew Repository(new Stack(new App(), 'S'), 'R', { repositoryName: name() });",
    });
    expect(app.of('repository')).toHaveLength(1);
  });

  it('is the same every time', () => {
    const once = () =>
      JSON.stringify(
        stack(
          "const n = process.env.X ? { name: 'a' } : { name: 'b' }; new ecr.Repository(this, 'R', { repositoryName: n.name });",
        ).facts,
      );
    expect(once()).toBe(once());
  });

  it('reads nothing where there is no CDK', () => {
    expect(project({ 'index.ts': "import { z } from 'zod';\nnew z.Repository();" }).readings).toEqual([]);
    expect(mayBeCdk("import { App } from 'aws-cdk-lib';")).toBe(true);
    expect(mayBeCdk("const cdk = require('@aws-cdk/core');")).toBe(true);
    expect(mayBeCdk('export * from "constructs";')).toBe(true);
    expect(mayBeCdk("import { constructs } from './constructs';")).toBe(false);
  });

  it('leaves tests, declarations and compiled output alone', () => {
    const source =
      "import { App, Stack } from 'aws-cdk-lib';\nimport { Repository } from 'aws-cdk-lib/aws-ecr';\nnew Repository(new Stack(new App(), 'S'), 'R');";
    expect(
      project({ 'lib/a.test.ts': source, 'lib/b.d.ts': source, 'node_modules/x/index.ts': source }).readings,
    ).toEqual([]);
    expect(project({ 'lib/a.ts': source, 'lib/a.js': source }).of('repository')).toHaveLength(1);
  });
});

describe('suppressions', () => {
  it('are read from line and block comments, not from strings', () => {
    const app = project({
      'app.ts': `import { App, Stack } from 'aws-cdk-lib';
// plimsoll-ignore mutable-repository -- ours alone
new Stack(new App(), 'S');
/* plimsoll-ignore latest-only */
const text = \`\${1} // plimsoll-ignore arch-mismatch\`;
const more = 1; // plimsoll-ignore platform-unset
`,
    });
    const [file] = app.readings[0]!.files;
    expect(file?.suppressions.map(({ rules, covers, reason }) => [rules, covers, reason])).toEqual([
      [['mutable-repository'], [2, 3], 'ours alone'],
      [['latest-only'], [4, 5], undefined],
      [['platform-unset'], [6], undefined],
    ]);
  });
});

describe('what the compiler made', () => {
  const source =
    "import * as cdk from 'aws-cdk-lib';\nnew cdk.aws_ecr.Repository(new cdk.Stack(new cdk.App(), 'S'), 'R', { repositoryName: 'shop' });\n";
  const output =
    "const cdk = require('aws-cdk-lib');\nnew cdk.aws_ecr.Repository(new cdk.Stack(new cdk.App(), 'S'), 'R', { repositoryName: 'shop' });\n";
  const files = (from: string, to: string, options: string) =>
    project({
      'infra/tsconfig.json': `{ "compilerOptions": { ${options} /* and so on */ } }`,
      [from]: source,
      [to]: output,
    })
      .of('repository')
      .map((one) => one.site.file);

  it.each([
    ['infra/bin/app.ts', 'infra/bin/app.js', ''],
    ['infra/bin/app.ts', 'infra/dist/bin/app.js', '"outDir": "dist", "rootDir": "."'],
    ['infra/bin/app.ts', 'infra/dist/bin/app.js', '"outDir": "./dist"'],
    ['infra/src/app.ts', 'infra/lib/app.js', '"outDir": "lib", "rootDir": "src"'],
  ])('of %s is not judged once more in %s', (from, to, options) => {
    expect(files(from, to, options)).toEqual([from]);
  });

  it('is told from what somebody wrote', () => {
    expect(files('infra/bin/app.ts', 'infra/legacy/bin/app.js', '"outDir": "dist"').sort()).toEqual([
      'infra/bin/app.ts',
      'infra/legacy/bin/app.js',
    ]);
  });
});
