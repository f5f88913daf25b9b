/**
 * The rules through ESLint's own tester, on projects that lie on disk; and what a plug-in owes to those who configure
 * it.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as eslint10 from 'eslint';
import * as eslint9 from 'eslint9';
import { afterAll, describe, expect, it } from 'vitest';
import plimsoll, { configs, rules } from 'eslint-plugin-plimsoll';
import { RULES as CORE } from '../../src/rules/registry.ts';
import { put } from '../../test/temporary.ts';
import { waitFor } from '../src/ask.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-rules-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
put(root, {
  'package.json': '{"name": "p"}',
  'plimsoll.config.json': '{}',
  'lib/stack.ts': '',
  'deploy.sh': '',
  Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\n',
});
const READ = (use: string): string => `import * as cdk from 'aws-cdk-lib';\nconst app = new cdk.App();\n${use}\n`;

const LAMBDA = (flag: string): string => `#!/bin/bash
docker buildx build --platform linux/arm64${flag} --push -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1 .
aws lambda update-function-code --function-name api --image-uri 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1
`;

describe.each([
  ['9', eslint9],
  ['10', eslint10],
])('ESLint %s', (version, { Linter, RuleTester }) => {
  RuleTester.describe = describe;
  RuleTester.it = it;

  it('is the version it is taken for', () => {
    expect(Linter.version.split('.')[0]).toBe(version);
  });

  new RuleTester({ languageOptions: { sourceType: 'module' }, plugins: { plimsoll } }).run(
    'context-boolean-string',
    rules['context-boolean-string']!,
    {
      valid: [
        {
          code: READ("if (app.node.tryGetContext('debug') === 'true') console.log(app);"),
          filename: join(root, 'lib/stack.ts'),
        },
      ],
      invalid: [
        {
          code: READ("if (app.node.tryGetContext('debug') === true) console.log(app);"),
          filename: join(root, 'lib/stack.ts'),
          errors: [{ messageId: 'finding', line: 3, column: 5, endColumn: 45 }],
        },
      ],
    },
  );

  new RuleTester({ language: 'plimsoll/shell', plugins: { plimsoll } }).run(
    'deploy-output-hidden',
    rules['deploy-output-hidden']!,
    {
      valid: [{ code: '#!/bin/bash\nnpx cdk deploy\n', filename: join(root, 'deploy.sh') }],
      invalid: [
        {
          code: '\uFEFF#!/bin/bash\nnpx cdk deploy | tail -5\n',
          filename: join(root, 'deploy.sh'),
          errors: [{ messageId: 'finding', line: 2, column: 1, endLine: 2 }],
        },
      ],
    },
  );

  new RuleTester({ language: 'plimsoll/shell', plugins: { plimsoll } }).run(
    'lambda-attestations',
    rules['lambda-attestations']!,
    {
      valid: [{ code: LAMBDA(' --provenance=false'), filename: join(root, 'deploy.sh') }],
      invalid: [
        {
          code: LAMBDA(''),
          filename: join(root, 'deploy.sh'),
          errors: [{ messageId: 'finding', line: 2 }],
          output: LAMBDA('').replace('buildx build', 'buildx build --provenance=false'),
        },
      ],
    },
  );

  it('accepts the configurations', () => {
    for (const block of [...configs.recommended, ...configs.strict])
      expect(() => new Linter({ cwd: root }).verify('', block, join(root, 'deploy.sh')), block.name).not.toThrow();
  });
});

describe('the plug-in', () => {
  it("has a rule for each of the engine's that a file can show", () => {
    expect(Object.keys(rules)).toEqual(
      CORE.filter(({ group }) => group !== 'live' && group !== 'diff').map(({ id }) => id),
    );
    for (const [id, rule] of Object.entries(rules))
      expect(rule.meta?.docs?.description, id).toBe(CORE.find((one) => one.id === id)?.summary);
  });

  it('recommends what fails as errors and what surprises as warnings; strict adds the notes', () => {
    const levels = (name: 'recommended' | 'strict') =>
      Object.assign({}, ...configs[name].map((block) => block.rules ?? {}));
    expect(levels('recommended')).toMatchObject({ 'plimsoll/arch-mismatch': 'error', 'plimsoll/latest-only': 'warn' });
    expect(levels('recommended')).not.toHaveProperty('plimsoll/mutable-repository');
    expect(levels('strict')).toMatchObject({
      'plimsoll/arch-mismatch': 'error',
      'plimsoll/latest-only': 'error',
      'plimsoll/mutable-repository': 'warn',
    });
  });

  it('waits as long as it takes, but in an editor no longer than 50 ms', () => {
    expect(waitFor(undefined, ['node', '/p/node_modules/.bin/eslint', '.'])).toBe(Number.POSITIVE_INFINITY);
    expect(
      waitFor(undefined, [
        'node',
        '/home/me/.vscode/extensions/dbaeumer.vscode-eslint/server/out/eslintServer.js',
        '--node-ipc',
      ]),
    ).toBe(50);
    expect(waitFor(200, ['node', 'eslintServer.js'])).toBe(200);
  });
});
