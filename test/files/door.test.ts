/**
 * The door to what a project names: links inside of it work, what leads out or is no file stays shut, and nothing is
 * asked for out there.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../src/discover/files.ts';
import { listFiles } from '../../src/discover/list.ts';
import { openSnapshot } from '../../src/discover/snapshot.ts';
import { openDoor } from '../../src/files/door.ts';
import { folder, git, put } from '../temporary.ts';
import { BIN, plimsoll } from './trace.ts';

const OUT = 'a symbolic link that leads out of the project';

function links(root: string, all: Readonly<Record<string, string>>): void {
  for (const [link, target] of Object.entries(all)) symlinkSync(target, join(root, link));
}

describe('links', () => {
  it('inside the project are followed: to files and folders, in chains, up and down, absolute', () => {
    const root = folder({ 'a/b/c.sh': 'deep', 'top.sh': 'top' });
    links(root, {
      chain: 'chain-2',
      'chain-2': 'a/link-3',
      'a/link-3': 'b/../../top.sh',
      folder: 'a/b',
      here: '.',
      'a/up': '..',
      absolute: join(root, 'a/b/c.sh'),
      detour: `../${root.split('/').at(-1) ?? ''}/top.sh`,
    });
    const door = openDoor(root);
    expect(
      ['chain', 'folder/c.sh', 'here/here/top.sh', 'a/up/a/up/top.sh', 'absolute', 'folder/../x'].map((path) =>
        door.exists(path) ? door.text(path) : undefined,
      ),
    ).toEqual(['top', 'deep', 'top', 'top', 'deep', undefined]);
    expect(door.linkTarget('chain')).toBe('top.sh');
    expect(door.linkTarget('folder')).toBe('a/b');
    // Out and in again by the folder's name: where that would lead is not looked at.
    expect(() => door.text('detour')).toThrow(OUT);
  });

  it('from a subfolder reach up to the git root, and no further', async () => {
    const root = folder({ 'repo/shared/x.sh': 'shared', 'repo/app/a.sh': 'a', 'outside.sh': 'no' });
    git(join(root, 'repo'), 'init', '-q');
    links(join(root, 'repo/app'), {
      'x.sh': '../shared/x.sh',
      shared: '../shared',
      'out.sh': '../../outside.sh',
      'absolute.sh': join(root, 'repo/shared/x.sh'),
    });
    const files = await openFolder(join(root, 'repo/app'));
    expect([files.read('x.sh'), files.read('shared/x.sh'), files.read('absolute.sh')]).toEqual([
      'shared',
      'shared',
      'shared',
    ]);
    expect(() => files.read('out.sh')).toThrow(OUT);
    expect(() => files.read('../shared/x.sh')).toThrow('the path leads out of the project');
    rmSync(join(root, 'repo/.git'), { recursive: true });
    expect(() => openDoor(join(root, 'repo/app')).text('x.sh')).toThrow(OUT);
  });

  it('that lead out tell nothing: whether something is there, what, and since when', async () => {
    const root = folder({ 'outside/there.sh': '#!/bin/sh\naws:cdk FROM docker', 'in/a.sh': '' });
    links(join(root, 'in'), {
      'there.sh': '../outside/there.sh',
      'absent.sh': '../outside/absent.sh',
      out: '../outside',
      root: '/',
      one: 'two',
      two: '../outside/there.sh',
    });
    for (const files of [await openFolder(join(root, 'in')), await openSnapshot(join(root, 'in'))]) {
      const all = (path: string): unknown => [
        files.exists(path),
        files.isFile?.(path),
        files.head?.(path),
        files.mentions?.(path, ['FROM', 'docker']),
        files.linkTarget?.(path),
        files.modified?.(path),
        files.stamp?.(path),
      ];
      expect(all('there.sh')).toEqual(all('absent.sh'));
      expect(all('out/there.sh')).toEqual(all('out/absent.sh'));
      expect(all('root/etc/passwd')).toEqual(all('root/etc/nothing-of-that-name'));
      for (const path of ['there.sh', 'absent.sh', 'one', 'out/there.sh', 'root/etc/passwd'])
        expect(() => files.read(path)).toThrow(OUT);
    }
  });

  it('in circles, in chains that are too long and in bombs end, the same in any order', () => {
    const root = folder({ end: 'x' });
    links(root, { loop: 'loop', a: 'b', b: 'a', in: 'in/x' });
    for (let at = 0; at < 60; at++) symlinkSync(at === 59 ? 'end' : `chain-${at + 1}`, join(root, `chain-${at}`));
    for (let at = 0; at < 30; at++)
      symlinkSync(
        at === 29 ? '.' : Array.from({ length: 10 }, () => `bomb-${at + 1}`).join('/'),
        join(root, `bomb-${at}`),
      );
    const short = [20, 30, 59];
    const long = [0, 10, 19];
    for (const order of [
      [...short, ...long],
      [...long, ...short],
    ]) {
      const door = openDoor(root);
      for (const at of order) expect(door.exists(`chain-${at}`)).toBe(short.includes(at));
    }
    const door = openDoor(root);
    for (const path of ['loop', 'a', 'b', 'in', 'loop/x', 'chain-0'])
      expect(() => door.text(path)).toThrow('a symbolic link that leads in a circle');
    expect(door.text(`${Array.from({ length: 500 }, () => 'bomb-0').join('/')}/end`)).toBe('x');
  });

  it('that change while a project is open are followed anew', async () => {
    const root = folder({ 'outside/a.sh': 'no', 'in/dir/a.sh': 'yes', 'in/b.sh': '' });
    const door = openDoor(join(root, 'in'));
    expect(door.text('dir/a.sh')).toBe('yes');
    renameSync(join(root, 'in/dir'), join(root, 'in/old'));
    symlinkSync('../outside', join(root, 'in/dir'));
    // What the look found isn't what the opening finds.
    expect(() => door.text('dir/a.sh')).toThrow(OUT);
    put(root, { 'in/b.sh': 'first' });
    expect(door.text('b.sh')).toBe('first');
    writeFileSync(join(root, 'in/new'), 'second');
    renameSync(join(root, 'in/new'), join(root, 'in/b.sh'));
    expect(door.text('b.sh')).toBe('second');
  });
});

describe('what is no regular file', () => {
  it('is never opened: a FIFO that nobody writes to, a socket, a folder, a link to one of them', async () => {
    const root = folder({ 'dir/x': '', 'a.sh': 'echo\n' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    // Killed, so that its socket stays.
    spawnSync(process.execPath, [
      '-e',
      'require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))',
      join(root, 'socket'),
    ]);
    links(root, { 'to-pipe': 'pipe', 'to-dir': 'dir' });
    const files = await openFolder(root);
    for (const path of ['pipe', 'socket', 'to-pipe']) {
      expect(() => files.read(path)).toThrow('not a regular file');
      expect([files.head?.(path), files.mentions?.(path, ['']), files.exists(path)]).toEqual(['', false, true]);
    }
    for (const path of ['dir', 'to-dir']) expect(() => files.read(path)).toThrow('a folder, not a file');
    expect(files.isFile?.('pipe')).toBe(false);
  });

  it("git's own files are not read, nor through a link; that they are there is no secret", async () => {
    const root = folder({ 'a.sh': '' });
    git(root, 'init', '-q');
    links(root, { config: '.git/config', g: '.git' });
    const files = await openFolder(root);
    for (const path of ['.git/config', 'config', 'g/config', '.git/HEAD'])
      expect(() => files.read(path)).toThrow("a file of git's own, not of the project");
    expect([files.exists('.git'), files.exists('.git/HEAD'), files.exists('.git/nothing')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  const mounts =
    spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0;
  it.skipIf(!mounts)('nor is what is mounted into the project from another file system', () => {
    const root = folder({ 'a.sh': 'echo\n', 'vol/x': '', 'one.sh': '', Dockerfile: 'FROM scratch\nRUN true\n' });
    git(root, 'init', '-q');
    links(root, { 'link.sh': 'vol/deploy.sh' });
    const script =
      'mount -t tmpfs tmpfs "$1/vol" && printf "docker push canary | tail -1\\n" | tee "$1/vol/deploy.sh" > /dev/shm/one.sh && mount --bind /dev/shm/one.sh "$1/one.sh" && cd "$1" && shift && "$@"';
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['-rm', '/bin/bash', '-c', script, 'bash', root, process.execPath, BIN, 'check', '-f', 'json'],
      { encoding: 'utf8' },
    );
    rmSync('/dev/shm/one.sh', { force: true });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('canary');
    const { unreadable }: { unreadable: { file: string; reason: string }[] } = JSON.parse(stdout);
    expect(unreadable.map(({ file, reason }) => [file, reason])).toEqual(
      ['link.sh', 'one.sh', 'vol/deploy.sh'].map((file) => [
        file,
        'it lies on another file system, mounted into the project',
      ]),
    );
  });
});

describe('paths', () => {
  it.each([
    'a\0b',
    '\0',
    'x'.repeat(300),
    'y/'.repeat(100_000),
    '..\\outside',
    'a.sh/x',
    'a.sh/../a.sh',
    '/etc/passwd',
    '..',
    'a/../../x',
    '~/x',
    '',
    '.',
    './',
    '//',
  ])('%j leads to no file', (path) => {
    const door = openDoor(folder({ 'a.sh': '' }));
    expect(() => door.text(path)).toThrow();
    expect(door.head(path, 10)).toHaveLength(0);
    expect([undefined, '.', '']).toContain(door.linkTarget(path));
  });

  it('with dots and doubled slashes are what they are without', () => {
    const door = openDoor(folder({ 'a/b.sh': 'x' }));
    for (const path of ['./a/b.sh', 'a//b.sh', 'a/./b.sh']) expect(door.text(path)).toBe('x');
  });

  it('with a backslash are names like others where the system has it so', () => {
    const door = openDoor(folder({ 'a\\b.sh': 'x' }));
    expect(door.text('a\\b.sh')).toBe('x');
  });
});

describe('names that are no UTF-8', () => {
  const bytes = (root: string, ...names: (string | number[])[]): Buffer =>
    Buffer.concat([Buffer.from(root), ...names.map((name) => Buffer.concat([Buffer.from('/'), Buffer.from(name)]))]);
  const caf = [...Buffer.from('caf'), 0xe9];

  function hostile(): string {
    const root = folder({ 'a.sh': 'echo\n' });
    mkdirSync(bytes(root, [...caf]));
    for (const [name, text] of [
      [[...caf, ...Buffer.from('.sh')], 'docker push x | tail\n'],
      [[...caf, 1, ...Buffer.from('.yaml')], 'Resources: {A: {Type: "AWS::SNS::Topic"}}\n'],
      [[...caf, 2], '#!/bin/sh\n'],
      [[...caf, ...Buffer.from('.json')], '{}'],
      [[...caf, ...Buffer.from('.png')], ''],
    ] as const)
      writeFileSync(bytes(root, [...name]), text);
    writeFileSync(bytes(root, [...caf], 'Dockerfile'), 'FROM scratch\n');
    // The same letters for whoever can't tell, but a name that can be said.
    put(root, { '\uFFFD.sh': 'echo said\n' });
    return root;
  }

  it.each([true, false])('are said, with their bytes, where the file would take part (git: %j)', (isGit) => {
    const root = hostile();
    if (isGit) git(root, 'init', '-q');
    const { code, out } = plimsoll(['check', '-f', 'json'], { cwd: root });
    expect(code).toBe(0);
    const { unreadable }: { unreadable: { file: string; reason: string }[] } = JSON.parse(out);
    expect(unreadable.map(({ file, reason }) => [file, reason])).toEqual([
      ['caf\uFFFD\u0001.yaml', 'its name is not UTF-8: caf\\xe9\\x01.yaml'],
      ['caf\uFFFD\u0002', 'its name is not UTF-8: caf\\xe9\\x02'],
      ['caf\uFFFD.sh', 'its name is not UTF-8: caf\\xe9.sh'],
      ['caf\uFFFD/Dockerfile', 'its name is not UTF-8: caf\\xe9/Dockerfile'],
    ]);
  });

  it('are listed by both', async () => {
    const root = hostile();
    const walked = await listFiles(root);
    git(root, 'init', '-q');
    expect(walked).toEqual(await listFiles(root));
    expect(openDoor(root).text('\uFFFD.sh')).toBe('echo said\n');
  });
});

it('a hard link is a file like others: nothing tells where else it hangs', () => {
  const root = folder({ 'outside/x': 'x', 'in/a.sh': '' });
  linkSync(join(root, 'outside/x'), join(root, 'in/x'));
  expect(openDoor(join(root, 'in')).text('x')).toBe('x');
});
