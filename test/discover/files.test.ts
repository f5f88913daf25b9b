import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryFiles, openFolder, overlaid } from '../../src/discover/files.ts';
import { findSources } from '../../src/discover/sources.ts';
import { listFiles } from '../../src/discover/list.ts';
import { folder, git, put } from '../temporary.ts';

describe('listing', () => {
  const files = {
    '.gitignore': 'ignored/\n*.log\n!keep.log\n',
    'a.sh': '',
    'ignored/b.sh': '',
    'sub/x.log': '',
    'sub/keep.log': '',
    'sub/.gitignore': 'only-here.sh\n',
    'sub/only-here.sh': '',
    'sub/deeper/only-here.sh': '',
  };
  const expected = ['.gitignore', 'a.sh', 'sub/.gitignore', 'sub/keep.log'];

  it('asks git in a work tree, untracked files included', async () => {
    const root = folder(files);
    git(root, 'init', '-q');
    expect(await listFiles(root)).toEqual(expected);
  });

  it('walks and honours nested .gitignore files where there is no git', async () => {
    expect(await listFiles(folder(files))).toEqual(expected);
  });

  it('sees only the files under a subfolder of a work tree, relative to it', async () => {
    const root = folder(files);
    git(root, 'init', '-q');
    expect(await listFiles(join(root, 'sub'))).toEqual(['.gitignore', 'keep.log']);
  });

  it('walks a folder that its own repository ignores', async () => {
    const root = folder(files);
    git(root, 'init', '-q');
    expect(await listFiles(join(root, 'ignored'))).toEqual(['b.sh']);
  });

  it('survives a link in a circle and foreign folders', async () => {
    const root = folder({ 'a.sh': '', 'node_modules/x/b.sh': '' });
    symlinkSync('..', join(root, 'loop'));
    expect(await listFiles(root)).toEqual(['a.sh', 'loop']);
  });
});

describe('reading', () => {
  it('says in words why a file cannot be read', async () => {
    const root = folder({
      'binary.sh': Buffer.from([0x23, 0x21, 0, 1, 2]),
      'big.sh': Buffer.alloc(10 * 1024 * 1024 + 1, 0x20),
      'folder.sh/x': '',
    });
    const files = await openFolder(root);
    expect(() => files.read('binary.sh')).toThrow('the file is binary, not text');
    expect(() => files.read('big.sh')).toThrow('the file is larger than 10 MB');
    expect(() => files.read('folder.sh')).toThrow('a folder, not a file');
    expect(() => files.read('gone.sh')).toThrow('the file does not exist');
    expect(() => files.read('../outside.sh')).toThrow('the path leads out of the project');
  });

  it.skipIf(process.getuid?.() === 0)('says so when there is no permission', async () => {
    const root = folder({ 'secret.sh': 'echo' });
    chmodSync(join(root, 'secret.sh'), 0o000);
    expect(() => memoryFiles({}).read('x')).toThrow();
    const files = await openFolder(root);
    expect(() => files.read('secret.sh')).toThrow('no permission to read the file');
  });

  it('keeps offsets where bytes are not UTF-8, and reads UTF-16 with its mark', async () => {
    const root = folder({
      'latin.sh': Buffer.from([0x23, 0xe9, 0x0a]),
      'wide.sh': Buffer.from('\uFEFFecho', 'utf16le'),
    });
    const files = await openFolder(root);
    expect(files.read('latin.sh')).toBe('#\uFFFD\n');
    expect(files.read('wide.sh')).toBe('\uFEFFecho');
  });
});

describe('sources', () => {
  it('are sorted by kind, with a look inside where the name leaves it open', () => {
    const files = memoryFiles({
      Dockerfile: 'FROM scratch',
      'bin/release': '#!/bin/sh\n',
      'bin/tool': '#!/usr/bin/env node\n',
      'infra/app.ts': "import 'aws-cdk-lib';",
      'src/web.ts': "import 'express';",
      'template.yml': 'Resources:\n  A:\n    Type: AWS::SNS::Topic\n',
      'values.yml': 'a: AWS::\n',
    });
    expect(findSources(files)).toMatchObject({
      single: [
        { path: 'Dockerfile', kind: 'dockerfile' },
        { path: 'bin/release', kind: 'shell' },
        { path: 'template.yml', kind: 'template' },
      ],
      cdk: ['infra/app.ts'],
      assemblies: [],
    });
  });

  it('find a cdk.out beside its cdk.json although git ignores it', async () => {
    const root = folder({
      '.gitignore': 'cdk.out\nbuild\n',
      'infra/cdk.json': '{"output":"build/"}',
      'infra/build/manifest.json': '{}',
      'cdk.out/manifest.json': '{}',
      'other/cdk.json': '{}',
    });
    git(root, 'init', '-q');
    expect(findSources(await openFolder(root)).assemblies).toEqual(['cdk.out', 'infra/build']);
  });

  it('leave out tracked files that were deleted, and read a link under its target', async () => {
    const root = folder({ 'a.sh': '', 'gone.sh': '' });
    symlinkSync('a.sh', join(root, 'link.sh'));
    git(root, 'init', '-q');
    git(root, 'add', '-A');
    rmSync(join(root, 'gone.sh'));
    const sources = findSources(await openFolder(root));
    expect(sources.single.map(({ path }) => path)).toEqual(['a.sh']);
    expect([...sources.links]).toEqual([['link.sh', 'a.sh']]);
  });

  it('leave out what the configuration ignores', () => {
    const files = memoryFiles({ 'a/Dockerfile': '', 'b/Dockerfile': '' });
    expect(findSources(files, (path) => path.startsWith('b/')).single.map(({ path }) => path)).toEqual([
      'a/Dockerfile',
    ]);
  });
});

describe('an overlay', () => {
  it('covers the text on disk and adds files that are not there yet', async () => {
    const root = folder({ 'a.sh': 'old' });
    const files = overlaid(
      await openFolder(root),
      new Map([
        ['a.sh', 'new'],
        ['b.sh', 'more'],
      ]),
    );
    put(root, { 'c.sh': '' });
    expect(files.list()).toEqual(['a.sh', 'b.sh']);
    expect([files.read('a.sh'), files.read('b.sh'), files.exists('b.sh'), files.mentions?.('b.sh', ['or'])]).toEqual([
      'new',
      'more',
      true,
      true,
    ]);
  });
});
