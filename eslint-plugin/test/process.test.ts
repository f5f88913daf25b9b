import { cpSync, existsSync, mkdirSync, readFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { openFolder } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { marksByFile } from '../../src/engine/findings-by-file.ts';
import { RULES as EVERY_RULE } from '../../src/rules/registry.ts';
import { RULES } from '../src/catalogue.ts';
import { fixtureProjects } from '../../test/projects.ts';
import { folder } from '../../test/temporary.ts';
import { CONFIG, configure, eslint, VERSIONS, type Linted } from './eslint.ts';

const SCRIPT =
  '#!/bin/bash\nset -euo pipefail\nREPO=123456789012.dkr.ecr.eu-north-1.amazonaws.com/api\ndocker buildx build --platform linux/amd64 --push -t "$REPO:v1" .\n';
const STACK = `import * as cdk from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Api', { env: { account: '123456789012', region: 'eu-north-1' } });
const repository = ecr.Repository.fromRepositoryName(stack, 'Repo', 'api');
new lambda.DockerImageFunction(stack, 'Fn', {
  code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: 'v1' }),
  architecture: lambda.Architecture.ARM_64,
});
`;
const PROJECT = {
  'scripts/deploy.sh': SCRIPT,
  'bin/app.ts': STACK,
  Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\n',
  'package.json': '{"name": "p", "private": true}',
};

function shown(results: readonly Linted[], root: string): string[] {
  return results
    .flatMap(({ filePath, messages }) =>
      messages.map(
        (one) =>
          `${relative(root, filePath).split(sep).join('/')}:${one.line}:${one.column}-${one.endLine}:${one.endColumn} ${one.ruleId} ${one.message}`,
      ),
    )
    .sort();
}

/** What ESLint is asked to look at, by our configurations' patterns. */
const LOOKED_AT =
  /\.(?:[cm]?[tj]s|sh|bash|ksh|bats|ya?ml|mk|template\.json)$|(?:^|\/)(?:(?:Docker|Container)file(?:\.[^/]*)?|[^/]+\.[dD]ockerfile|template\.json|GNUmakefile|[mM]akefile)$/;

describe.each(VERSIONS)('%s', (version) => {
  it('gives for every fixture the findings, messages and places that `check` gives', async () => {
    // One process for all: each fixture is a project of its own, told apart by its repository root.
    const all = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-eslint-')));
    configure(all, CONFIG('strict'));
    const roots = fixtureProjects().map((source, index) => {
      const root = join(all, `p${index}`);
      cpSync(source, root, { recursive: true, filter: (path) => !path.endsWith('expected.json') });
      mkdirSync(join(root, '.git'));
      return root;
    });
    const { results, err } = eslint(version, all);
    expect(err).toBe('');
    const ours = new Set<string>(RULES.map(({ id }) => id));
    const wanted: string[] = [];
    for (const root of roots) {
      const { config } = await loadConfig(root, EVERY_RULE);
      const { findings } = await check({ files: await openFolder(root), config });
      const marks = marksByFile(findings);
      for (const file of (await openFolder(root)).list().filter((path) => LOOKED_AT.test(path))) {
        for (const {
          finding,
          site: { span },
          message,
        } of marks.get(file) ?? []) {
          if (ours.has(finding.rule))
            wanted.push(
              `${relative(all, join(root, file))}:${span.line}:${span.column}-${span.endLine}:${span.endColumn} plimsoll/${finding.rule} ${message}`,
            );
        }
      }
    }
    expect(wanted.length).toBeGreaterThan(50);
    expect(shown(results, all)).toEqual(wanted.sort());
  }, 180_000);

  it('marks the open file for what another file does, and names it', () => {
    const root = folder(PROJECT);
    configure(root, CONFIG('recommended'));
    const { code, results } = eslint(version, root, ['bin/app.ts']);
    expect(code).toBe(1);
    const [found] = results[0]?.messages.filter(({ ruleId }) => ruleId === 'plimsoll/arch-mismatch') ?? [];
    expect(found).toMatchObject({ line: 10, column: 17, endColumn: 43, severity: 2 });
    expect(found?.message).toMatch(/runs on arm64.*\(scripts\/deploy\.sh:4\); needs arm64 here$/);
  });

  it("leaves other files' ends out where it is told to", () => {
    const root = folder(PROJECT);
    configure(
      root,
      CONFIG('recommended', '').replace(
        '...plimsoll.configs.recommended,',
        "...plimsoll.configs.recommended, { files: ['**/*.ts'], rules: { 'plimsoll/arch-mismatch': ['error', { otherEnds: false }] } },",
      ),
    );
    const { results } = eslint(version, root, ['bin/app.ts']);
    expect(results[0]?.messages.map(({ ruleId }) => ruleId)).not.toContain('plimsoll/arch-mismatch');
  });

  it('fixes what is safe to fix; a second time there is nothing to do', () => {
    const root = folder(PROJECT);
    configure(root, CONFIG('recommended'));
    eslint(version, root, ['--fix', '.']);
    const once = readFileSync(join(root, 'scripts/deploy.sh'), 'utf8');
    expect(once).toContain('--provenance=false');
    const { results } = eslint(version, root, ['--fix', '.']);
    expect(readFileSync(join(root, 'scripts/deploy.sh'), 'utf8')).toBe(once);
    expect(shown(results, root).join('\n')).not.toContain('lambda-attestations');
  });

  it('offers what may change more as a suggestion, and the result still compiles', () => {
    const create = STACK.replace(
      "ecr.Repository.fromRepositoryName(stack, 'Repo', 'api')",
      "new ecr.Repository(stack, 'Repo', { repositoryName: 'api' })",
    );
    const root = folder({
      ...PROJECT,
      'bin/app.ts': create,
      'scripts/deploy.sh': `${SCRIPT}aws ecr create-repository --repository-name api\n`,
    });
    configure(root, CONFIG('recommended'));
    const { results } = eslint(version, root, ['bin/app.ts']);
    const [found] = results[0]?.messages.filter(({ ruleId }) => ruleId === 'plimsoll/repository-exists') ?? [];
    const [suggestion] = found?.suggestions ?? [];
    expect(suggestion?.desc).toBe('Refer to the existing repository');
    const {
      range: [start, end],
      text,
    } = suggestion!.fix;
    const after = create.slice(0, start) + text + create.slice(end);
    expect(after).toBe(STACK);
    expect(ts.transpileModule(after, { reportDiagnostics: true }).diagnostics).toEqual([]);
  });

  it("lets a comment of ESLint's own switch a rule off, in any language, with its reason", () => {
    const root = folder({
      'deploy.sh':
        '#!/bin/bash\nset -euo pipefail\n# eslint-disable-next-line plimsoll/deploy-output-hidden -- a bot reads it\nnpx cdk deploy | tail -5\n',
    });
    configure(root, CONFIG('recommended'));
    const { code, results } = eslint(version, root);
    expect(code).toBe(0);
    const script = results.find(({ filePath }) => filePath.endsWith('deploy.sh'));
    expect(script?.messages).toEqual([]);
    expect(
      script?.suppressedMessages.map(({ ruleId, suppressions }) => `${ruleId} ${suppressions[0]?.justification}`),
    ).toEqual(['plimsoll/deploy-output-hidden a bot reads it']);
  });

  it("works beside typescript-eslint's rules, with type information", () => {
    const root = folder({
      ...PROJECT,
      'tsconfig.json':
        '{"compilerOptions": {"module": "nodenext", "strict": true, "skipLibCheck": true}, "include": ["bin"]}',
    });
    const typed =
      "...tseslint.configs.recommendedTypeChecked.map((one) => ({ ...one, files: ['**/*.ts'] })), { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },";
    configure(root, CONFIG('recommended', typed));
    const { results, err } = eslint(version, root);
    expect(err).toBe('');
    expect(results.flatMap(({ messages }) => messages).map(({ ruleId }) => ruleId)).toContain('plimsoll/arch-mismatch');
  }, 180_000);

  it("runs a configuration that is code only where ESLint's own says so", () => {
    const code =
      "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./fired', import.meta.url), '');\nexport default { ignores: ['deploy.sh'] };\n";
    const root = folder({
      'deploy.sh': '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy | tail -5\n',
      'plimsoll.config.mjs': code,
      '.git/HEAD': '',
    });
    configure(root, CONFIG('recommended'));
    const found = ({ results }: ReturnType<typeof eslint>): unknown[] =>
      results.flatMap(({ messages }) => messages).map(({ ruleId }) => ruleId);
    const without = eslint(version, root);
    expect(existsSync(join(root, 'fired'))).toBe(false);
    expect(found(without)).toContain('plimsoll/deploy-output-hidden');
    expect(without.err.trim()).toMatch(
      /^eslint-plugin-plimsoll: plimsoll\.config\.mjs is code and was not run; if you trust this project, set `settings: \{ plimsoll: \{ trust: true \} \}` in ESLint's configuration, or list it in [^\n]*$/,
    );
    rmSync(join(root, 'node_modules'));
    configure(root, CONFIG('recommended', '{ settings: { plimsoll: { trust: true } } },'));
    const trusted = eslint(version, root);
    expect(existsSync(join(root, 'fired'))).toBe(true);
    expect([found(trusted), trusted.err]).toEqual([[], '']);
  });

  it('says in one line what is wrong with a configuration', () => {
    const root = folder({ ...PROJECT, 'plimsoll.config.json': '{"rules": {"arch-mismach": "off"}}' });
    configure(root, CONFIG('recommended'));
    expect(eslint(version, root).err).toContain(
      "plimsoll: plimsoll.config.json: rules: there is no rule 'arch-mismach'; did you mean 'arch-mismatch'?",
    );
  });
});
