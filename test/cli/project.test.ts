/** Which project a run takes, which part of it is shown, and what is said of what can't be taken. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { folder, git, put } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const HIDDEN = '#!/bin/bash\nset -euo pipefail\nnpx cdk deploy --all | tail -5\n';
const BUILD = 'docker build --platform linux/amd64 -t 111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1 .\n';
const PUSH = 'docker push 111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1\n';
const STACK = [
  'Resources:',
  '  Shop:',
  '    Type: AWS::Lambda::Function',
  '    Properties:',
  '      PackageType: Image',
  '      Architectures: [arm64]',
  '      Role: arn:aws:iam::111122223333:role/shop',
  '      Code: { ImageUri: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1 }',
  '',
].join('\n');

function run(cwd: string, args: readonly string[], input?: string) {
  const result = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    input,
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '' },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

interface Found {
  readonly rule: string;
  readonly file: string;
}

function findings(cwd: string, ...args: string[]): Found[] {
  const { findings: all }: { findings: Found[] } = JSON.parse(run(cwd, ['check', '-f', 'json', ...args]).out);
  return all;
}

function repository(files: Readonly<Record<string, string>>): string {
  const root = folder(files);
  git(root, 'init', '-q');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'first');
  return root;
}

const MONOREPO = {
  'scripts/deploy.sh': `#!/bin/bash\nset -euo pipefail\n${BUILD}${PUSH}`,
  'packages/shop/template.yml': STACK,
  'packages/web/a.sh': HIDDEN,
  'packages/web/test/b.sh': HIDDEN,
};

describe('a run in a folder of a repository', () => {
  it('says of that folder what a run at the root says of it', () => {
    const root = repository(MONOREPO);
    const all = findings(root);
    expect(all.map(({ rule }) => rule)).toContain('arch-mismatch');
    for (const part of ['packages/shop', 'packages/web', 'scripts']) {
      const own = findings(join(root, part));
      expect(own.length, part).toBeGreaterThan(0);
      for (const one of own) expect(all).toContainEqual(one);
      for (const one of all) if (one.file.startsWith(`${part}/`)) expect(own).toContainEqual(one);
    }
    // The mismatch has an end in each of the two.
    expect(findings(join(root, 'packages/shop')).map(({ rule }) => rule)).toContain('arch-mismatch');
  });

  it('ends with the exit code of what is shown, and says what that is a part of', () => {
    const root = repository({ ...MONOREPO, 'docs/a.sh': 'echo\n' });
    expect(run(join(root, 'docs'), [])).toEqual({
      code: 0,
      out: `No findings in docs, judged with all of ${root}: 5 files, 1 image followed.\n`,
      err: '',
    });
    expect(run(join(root, 'packages/web'), []).code).toBe(1);
  });

  it('is the same with its name, `.`', () => {
    const root = repository(MONOREPO);
    expect(run(join(root, 'packages/shop'), ['check', '.'])).toEqual(run(join(root, 'packages/shop'), []));
  });

  it('shows test data to whoever stands in it, and to nobody else', () => {
    const root = repository(MONOREPO);
    expect(findings(join(root, 'packages/web')).map(({ file }) => file)).toEqual(['packages/web/a.sh']);
    expect(findings(join(root, 'packages/web/test')).map(({ file }) => file)).toEqual(['packages/web/test/b.sh']);
  });

  it('stops at a folder with a configuration of its own', () => {
    const root = repository({ ...MONOREPO, 'packages/web/plimsoll.config.json': '{}' });
    expect(findings(join(root, 'packages/web')).map(({ file }) => file)).toEqual(['a.sh']);
  });

  it('writes no baseline of a part', () => {
    const root = repository(MONOREPO);
    expect(run(join(root, 'scripts'), ['--update-baseline'])).toEqual({
      code: 2,
      out: '',
      err: `plimsoll: --update-baseline needs the whole project: run it in ${root}\n`,
    });
  });

  it('a folder that is named is a project by itself, and the run says what that leaves out', () => {
    const root = repository(MONOREPO);
    const { out } = run(root, ['check', 'packages/shop']);
    expect(out).toContain('1 file of packages/shop, 1 image followed; what lies around that folder was not read');
    expect(run(root, ['check', 'packages/shop', '-f', 'json']).out).not.toContain('arch-mismatch');
  });
});

describe('names on the command line', () => {
  it('may have blanks in them', () => {
    const root = repository({ 'a folder/a script.sh': HIDDEN });
    expect(findings(root, 'a folder/a script.sh').map(({ file }) => file)).toEqual(['a folder/a script.sh']);
  });

  it.each([
    ['in the work tree', (root: string) => rmSync(join(root, 'old.sh'))],
    ['in the index, by `git rm`', (root: string) => void git(root, 'rm', '-q', 'old.sh')],
    [
      'by a commit',
      (root: string) => {
        git(root, 'rm', '-q', 'old.sh');
        git(root, 'commit', '-qm', 'second');
      },
    ],
  ])('a file that was deleted %s is said, and no error', (_, remove) => {
    const root = repository({ 'old.sh': HIDDEN, 'new.sh': HIDDEN });
    remove(root);
    const { code, out } = run(root, ['check', '-f', 'json', 'old.sh', 'new.sh']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ file: 'new.sh' }],
      notices: [{ file: 'old.sh', message: 'old.sh was deleted, so there is nothing in it to judge' }],
    });
    expect(run(root, ['check', 'old.sh'])).toMatchObject({
      code: 0,
      err: 'plimsoll: old.sh was deleted, so there is nothing in it to judge\n',
    });
    expect(run(root, ['check', '-q', 'old.sh'])).toEqual({ code: 0, out: '', err: '' });
  });

  it('a file whose folder went with it was deleted as well', () => {
    const root = repository({ 'gone/deep/old.sh': HIDDEN, 'new.sh': 'echo\n' });
    rmSync(join(root, 'gone'), { recursive: true });
    expect(run(root, ['check', 'gone/deep/old.sh']).code).toBe(0);
  });

  it('a name that git never had is an error', () => {
    const root = repository({ 'new.sh': HIDDEN });
    expect(run(root, ['check', 'nwe.sh'])).toEqual({ code: 2, out: '', err: 'plimsoll: nwe.sh does not exist\n' });
  });

  it('- is standard input', () => {
    const root = folder({ 'a.sh': 'echo\n', 'b.sh': HIDDEN });
    const args = ['check', '-f', 'json', '--stdin-filename', 'a.sh'];
    expect(run(root, [...args, '-'], HIDDEN)).toEqual(run(root, [...args, '--stdin'], HIDDEN));
    expect(run(root, [...args, '-'], HIDDEN).code).toBe(1);
    expect(run(root, ['check', '-'], HIDDEN).err).toBe(
      'plimsoll: --stdin needs --stdin-filename, which says what the file is and where it lies\n',
    );
    expect(run(root, [...args, '-', 'b.sh'], HIDDEN).err).toBe(
      'plimsoll: --stdin checks one file; leave out the paths\n',
    );
    expect(run(root, args).err).toBe('plimsoll: --stdin-filename needs --stdin, or - in place of the paths\n');
  });

  it('-o takes no ending for a format that it is not', () => {
    const root = folder({ 'a.sh': HIDDEN });
    expect(run(root, ['-o', 'report.pdf'])).toEqual({
      code: 2,
      out: '',
      err: "plimsoll: --output report.pdf: no format goes by '.pdf'; write which one, as in --output pretty=report.pdf: pretty, concise, agent, json, sarif, github, gitlab, junit, markdown, html\n",
    });
    run(root, ['-o', 'report.txt']);
    expect(readFileSync(join(root, 'report.txt'), 'utf8')).toContain('warning[deploy-output-hidden]');
    run(root, ['-f', 'json', '-o', 'report.pdf']);
    expect(JSON.parse(readFileSync(join(root, 'report.pdf'), 'utf8'))).toMatchObject({ version: 1 });
  });
});

describe('--severity', () => {
  it('shows, and counts, what is at least so severe', () => {
    const root = folder({ 'a.sh': HIDDEN });
    expect(run(root, ['--severity', 'error'])).toMatchObject({
      code: 0,
      out: 'No findings in 1 file, 0 images followed, 1 less severe not shown.\n',
    });
    expect(findings(root, '--severity', 'warning')).toHaveLength(1);
  });

  it('--statistics goes with what people read', () => {
    const root = folder({ 'a.sh': HIDDEN });
    expect(run(root, ['--statistics']).out).toMatch(/^1 {2}warning {2}\[ \] {2}deploy-output-hidden\n/);
    expect(run(root, ['--statistics', '-f', 'json'])).toEqual({
      code: 2,
      out: '',
      err: 'plimsoll: --statistics goes with the formats pretty and concise\n',
    });
  });

  it('another region makes no other image', () => {
    const pull = (region: string): string =>
      `docker pull 111122223333.dkr.ecr.${region}.amazonaws.com/shop:1\ndocker push 111122223333.dkr.ecr.${region}.amazonaws.com/shop:1\n`;
    const { out } = run(folder({ 'a.sh': `#!/bin/bash\nset -e\n${pull('eu-west-1')}${pull('us-east-1')}` }), []);
    expect(out).toContain('1 image followed');
  });
});

describe('what could not be read', () => {
  it('is counted where nothing else is there', () => {
    expect(run(folder({ 'template.yml': 'AWSTemplateFormatVersion: [\n' }), [])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Not read, so not judged \(1\):\n[^]*\n0 files could be read, 1 could not\.\n$/),
    });
  });

  it('is counted among what could be', () => {
    const root = folder({ 'a.sh': '#!/bin/bash\necho "\n', 'b.sh': 'echo\n' });
    expect(run(root, []).out).toMatch(/1 note in 2 files \(1 not fully read\), 0 images followed\.\n/);
  });
});

describe('a configuration under another name', () => {
  it.each([
    '.plimsollrc',
    '.plimsollrc.json',
    'plimsoll.yml',
    'plimsoll.yml.bak',
    'plimsoll.config.toml',
    'plimsoll.config.json.old',
  ])('%s is said to be none', (name) => {
    const root = folder({ 'a.sh': 'echo\n', [name]: '{"rules": {}}' });
    expect(run(root, []).err).toBe(
      `plimsoll: ${name} is not read: a configuration is called plimsoll.config.json, plimsoll.config.jsonc, plimsoll.config.yaml, plimsoll.config.yml, plimsoll.config.js or plimsoll.config.mjs\n`,
    );
    expect(run(root, ['-f', 'json']).out).toContain(`"file": "${name}"`);
  });

  it('is also seen in the folder that a run is started in', () => {
    const root = repository({ 'packages/a/.plimsollrc': '{}', 'packages/a/a.sh': 'echo\n' });
    expect(run(join(root, 'packages/a'), []).err).toContain('packages/a/.plimsollrc is not read');
    expect(run(root, []).err).toBe('');
  });

  it('is a back-up where there is a right one, and a report is none at all', () => {
    const root = folder({ 'a.sh': HIDDEN, 'plimsoll.config.json': '{}', 'plimsoll.config.json.bak': '{}' });
    run(root, ['-o', 'plimsoll.json']);
    put(root, { 'plimsoll.baseline.json': '{}' });
    expect(run(root, []).err).toBe('');
  });
});

describe('the program itself', () => {
  it('--help lists the options of check', () => {
    const { out } = run(folder(), ['--help']);
    expect(out).toContain('Commands:');
    expect(out).toMatch(/^ {2}--update-baseline +write the baseline/m);
    expect(out).toContain('Exit codes: 0');
  });

  it('says in one line that Node is too old, in words that an old one knows', () => {
    const root = folder({
      'old.cjs': "Object.defineProperty(process.versions, 'node', { value: '16.20.2' });",
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', join(root, 'old.cjs'), BIN], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      'plimsoll: Node.js 20.19 or later is needed, and this is 16.20.2\n',
    ]);
    // No static import: that would be loaded, and parsed, before anything is said.
    const source = ts.createSourceFile(BIN, readFileSync(BIN, 'utf8'), ts.ScriptTarget.Latest, true);
    expect(source.statements.filter((one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one))).toEqual([]);
    const older = ts.transpileModule(source.text, { compilerOptions: { target: ts.ScriptTarget.ES2017 } }).outputText;
    expect(older.replace(/\s|"use strict";/g, '')).toBe(source.text.replace(/\s/g, ''));
  });
});
