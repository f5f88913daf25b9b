/** `plimsoll graph`, and the page of `check -f html`, as users run them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT, watched } from '../canaries.ts';
import { folder } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

function run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return watched(cwd, () => {
    const result = spawnSync(process.execPath, [BIN, ...args], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ...ENVIRONMENT, NO_COLOR: '', FORCE_COLOR: '', ...env },
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  });
}

const PROJECT = {
  'orders/Dockerfile': 'FROM public.ecr.aws/lambda/nodejs:22\n',
  'orders/push.sh': `#!/bin/bash\nset -e\ndocker build --platform linux/amd64 --provenance=false -t ${ECR}/team/orders:7 orders\ndocker push ${ECR}/team/orders:7\naws lambda update-function-code --function-name orders-api --image-uri ${ECR}/team/orders:7\naws lambda wait function-updated --function-name orders-api\n`,
  'orders/template.yaml': `Resources:\n  Api:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: orders-api, PackageType: Image, Architectures: [arm64], Code: {ImageUri: ${ECR}/team/orders:7}}\n`,
  'mail/push.sh': `#!/bin/bash\nset -e\ndocker build --platform linux/arm64 --provenance=false -t ${ECR}/mailer:7 mail\ndocker push ${ECR}/mailer:7\n`,
};

describe('plimsoll graph', () => {
  it('draws all voyages as a tree, and leaves with 0 whatever is found', () => {
    const { code, out, err } = run(folder(PROJECT), ['graph']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('team/orders:7\n');
    expect(out).toContain('! error[arch-mismatch]');
    expect(out).toContain('2 voyages, 1 from build to workload; 1 error');
  });

  it.each([
    ['orders-api', 'team/orders:7'],
    ['TEAM/ord', 'team/orders:7'],
    ['mailer', 'mailer:7'],
    ['mail/push.sh', 'mailer:7'],
  ])('draws those that %s names', (what, name) => {
    const { code, out } = run(folder(PROJECT), ['graph', what]);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe(name);
    expect(out).toContain('\n1 voyage, ');
  });

  it('takes names and files together', () => {
    const { out } = run(folder(PROJECT), ['graph', 'mailer', 'orders/push.sh']);
    expect(out).toContain('\n2 voyages, ');
  });

  it.each([
    [
      ['graph', 'mailre'],
      "nothing here is called mailre: no file, image, repository or workload; did you mean 'mailer'?",
    ],
    [
      ['graph', 'zzz'],
      'nothing here is called zzz: no file, image, repository or workload; there are team/orders:7, team/orders, orders-api, mailer:7, mailer',
    ],
    [['graph', 'plan.txt'], "no image's way leads through plan.txt"],
    [
      ['graph', '-o', 'yaml=x'],
      "--output yaml=x: there is no format 'yaml'; there are text, mermaid, dot, svg, html, json",
    ],
  ])('%j is 2, with one line', (args, message) => {
    const { code, out, err } = run(folder({ ...PROJECT, 'plan.txt': 'later\n' }), args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(`plimsoll: ${message}\n`);
  });

  it('says in one line that there is nothing to draw', () => {
    const root = folder({ 'a.sh': 'echo hello\n' });
    const line = 'Nothing to draw: no file here builds, pushes or runs a container image.\n';
    expect(run(root, ['graph'])).toEqual({ code: 0, out: line, err: '' });
    expect(run(root, ['graph', '-f', 'dot'])).toMatchObject({ code: 0, err: `plimsoll: ${line}` });
  });

  it.each([
    ['voyages.svg', /^<svg xmlns/],
    ['voyages.html', /^<!doctype html>/],
    ['voyages.mmd', /^flowchart LR/],
    ['voyages.dot', /^digraph plimsoll/],
    ['voyages.json', /^\{\n {2}"version": 1/],
    ['voyages.txt', /^team\/orders:7/],
  ])('writes %s by its ending, beside the tree', (file, start) => {
    const root = folder(PROJECT);
    const { code, out, err } = run(root, ['graph', '-o', file]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(readFileSync(join(root, file), 'utf8')).toMatch(start);
    expect(out === '').toBe(file.endsWith('.txt'));
  });

  it('draws the same twice', () => {
    const root = folder(PROJECT);
    for (const format of ['text', 'mermaid', 'dot', 'svg', 'html', 'json'])
      expect(run(root, ['graph', '-f', format])).toEqual(run(root, ['graph', '-f', format]));
  });
});

describe('check -f html', () => {
  const dataIn = (html: string): { voyages: { name: string }[]; findings: { rule: string }[] } =>
    JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '');

  it('is the page of the voyages with the findings, and leaves with the exit code of a check', () => {
    const root = folder(PROJECT);
    const { code, out } = run(root, ['check', '-o', 'html=report.html']);
    expect(code).toBe(1);
    expect(out).toContain('error[arch-mismatch]');
    const { voyages, findings } = dataIn(readFileSync(join(root, 'report.html'), 'utf8'));
    expect(voyages.map(({ name }) => name)).toEqual(['team/orders:7', 'mailer:7']);
    expect(findings.map(({ rule }) => rule)).toContain('arch-mismatch');
  });

  it('has only the voyages of the files that are named', () => {
    const { out } = run(folder(PROJECT), ['check', '-f', 'html', 'mail/push.sh']);
    expect(dataIn(out).voyages.map(({ name }) => name)).toEqual(['mailer:7']);
  });

  it('is the same from what the run before kept', () => {
    const root = folder(PROJECT);
    const args = ['check', '-f', 'html', '--cache-dir', join(folder({}), 'kept')];
    const first = run(root, args);
    expect(run(root, args)).toEqual(first);
    expect(run(root, ['check', '-f', 'html', '--no-cache'])).toEqual(first);
    expect(dataIn(first.out).voyages).toHaveLength(2);
    // A run that draws nothing has an answer of its own, and is none the slower.
    expect(run(root, [...args.slice(0, 1), '-f', 'json', ...args.slice(3)]).out).not.toContain('voyages": [');
    expect(existsSync(args[4] ?? '')).toBe(true);
  });
});
