import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listFiles } from '../../src/discover/list.ts';
import { openRegistry } from '../../src/live/image/http-registry.ts';
import { programAt, start } from '../../src/system/programs.ts';
import { folder, git } from '../temporary.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A program that leaves a trace beside itself. */
function program(at: string, name: string, then = 'exit 1'): void {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, name), `#!/bin/sh\ntouch "$0.ran"\n${then}\n`, { mode: 0o755 });
}

describe('programs of the project are not the ones that are meant', () => {
  it.each([
    ['.', ''],
    ['', ''],
    ['node_modules/.bin', 'node_modules/.bin'],
    ['ROOT/node_modules/.bin', 'node_modules/.bin'],
    ['ROOT/sub', 'sub'],
  ])('with `%s` in front of PATH', async (entry, at) => {
    const root = folder({ 'a.sh': 'echo\n', 'sub/b.sh': 'echo\n' });
    git(root, 'init', '-q');
    program(join(root, at), 'git');
    vi.spyOn(process, 'cwd').mockReturnValue(root);
    vi.stubEnv('PATH', [entry.replace('ROOT', root), process.env['PATH']].join(delimiter));
    // The trap works for whoever takes the first that PATH names.
    spawnSync('git', ['--version'], { cwd: root, shell: true });
    expect(existsSync(join(root, at, 'git.ran'))).toBe(true);
    rmSync(join(root, at, 'git.ran'));
    for (const project of [root, join(root, 'sub')]) expect(await listFiles(project)).not.toEqual([]);
    expect(existsSync(join(root, at, 'git.ran'))).toBe(false);
  });

  it('nor where a link leads to them, or from them to another', () => {
    const [root, elsewhere] = [folder(), folder()];
    program(root, 'git');
    program(elsewhere, 'rm');
    symlinkSync(root, join(elsewhere, 'bin'));
    symlinkSync(join(elsewhere, 'rm'), join(root, 'ls'));
    expect(programAt('git', root, { PATH: join(elsewhere, 'bin') })).toBeUndefined();
    expect(programAt('ls', root, { PATH: root })).toBeUndefined();
    expect(programAt('rm', root, { PATH: elsewhere })).toBe(join(elsewhere, 'rm'));
  });

  it("nor those of the working directory's project, when another is named", () => {
    const [here, other] = [folder({ 'deep/x': '' }), folder()];
    git(here, 'init', '-q');
    program(join(here, 'node_modules/.bin'), 'git');
    vi.spyOn(process, 'cwd').mockReturnValue(join(here, 'deep'));
    expect(programAt('git', other, { PATH: join(here, 'node_modules/.bin') })).toBeUndefined();
    vi.spyOn(process, 'cwd').mockReturnValue('/');
    expect(programAt('git', other, { PATH: join(here, 'node_modules/.bin') })).toBe(
      join(here, 'node_modules/.bin/git'),
    );
  });
});

describe('a program', () => {
  const at = (script: string) => {
    const bin = folder();
    program(bin, 'it', script);
    return { project: folder(), env: { PATH: `${bin}:/usr/bin:/bin` } };
  };

  it('that hangs is ended, with what it holds open', async () => {
    expect(await start('it', [], { ...at('sleep 600 & sleep 600'), patience: 200 })).toMatchObject({
      code: undefined,
      failure: 'too slow',
    });
  });

  it('that writes without end is ended', async () => {
    expect(await start('it', [], { ...at('exec yes'), most: 100_000 })).toMatchObject({
      code: undefined,
      failure: 'too much',
    });
  });

  it('is looked for past folders of PATH that nobody can look into', () => {
    const root = folder();
    const bin = folder();
    writeFileSync(join(bin, 'tool'), '', { mode: 0o755 });
    const nowhere = join('/', 'a'.repeat(5_000));
    expect(programAt('tool', root, { PATH: nowhere })).toBeUndefined();
    expect(programAt('tool', root, { PATH: [nowhere, bin].join(delimiter) })).toBe(join(bin, 'tool'));
  });

  it('that is missing is no exception', async () => {
    expect(await start('it', [], { project: folder(), env: { PATH: '/nowhere' } })).toMatchObject({
      code: undefined,
      failure: 'not found',
    });
  });

  it('gets its input and says what it says', async () => {
    expect(
      await start('it', ['x y'], { ...at('read line; echo "$line $1"; echo no >&2; exit 3'), input: 'hello\n' }),
    ).toMatchObject({ code: 3, stdout: Buffer.from('hello x y\n'), stderr: Buffer.from('no\n') });
  });
});

describe('credential helpers', () => {
  /** Asks a registry that wants a password, from within a folder. Was the helper started? */
  async function isStarted(cwd: string, dockerConfig: (address: string) => void, value: string): Promise<boolean> {
    const server = createServer(
      (_, answer) => void answer.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    );
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const registry = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`;
    dockerConfig(registry);
    const bin = folder();
    program(bin, 'docker-credential-evil');
    vi.stubEnv('PATH', [bin, process.env['PATH']].join(delimiter));
    vi.stubEnv('HOME', folder());
    vi.stubEnv('DOCKER_CONFIG', value);
    vi.spyOn(process, 'cwd').mockReturnValue(cwd);
    try {
      const source = await openRegistry(`${registry}/app:1`, { signal: AbortSignal.timeout(5_000), plainHttp: true });
      await expect(source.manifest()).rejects.toThrow('refused access');
    } finally {
      server.close();
    }
    return existsSync(join(bin, 'docker-credential-evil.ran'));
  }
  const naming =
    (file: string) =>
    (registry: string): void =>
      writeFileSync(file, JSON.stringify({ credHelpers: { [registry]: 'evil' } }));

  it("are those of the user's own configuration", async () => {
    const own = folder();
    expect(await isStarted(folder(), naming(join(own, 'config.json')), own)).toBe(true);
  });

  it.each([
    ['', 'config.json'],
    ['.docker', '.docker/config.json'],
  ])('are none that the project names, with DOCKER_CONFIG=%j', async (value, file) => {
    const root = folder({ [file]: '' });
    const before = process.cwd();
    process.chdir(root);
    try {
      expect(await isStarted(root, naming(join(root, file)), value)).toBe(false);
    } finally {
      process.chdir(before);
    }
  });
});
