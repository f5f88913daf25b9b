/** Each configuration key that names a command: plain git runs it, which proves the trap; asked by us, git doesn't. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { filesAt } from '../../src/diff/git.ts';
import { listFiles } from '../../src/discover/list.ts';
import { git as ask } from '../../src/system/git.ts';
import { folder, git, put } from '../temporary.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A repository with one commit, and a program that leaves a trace when it runs. */
function trapped() {
  const outside = folder({ trap: '' });
  const fired = join(outside, 'fired');
  const trap = join(outside, 'trap');
  writeFileSync(trap, `#!/bin/sh\ntouch '${fired}'\nexit 1\n`);
  chmodSync(trap, 0o755);
  const root = folder({
    'template.yaml': 'Resources: {}\n',
    'more.yaml': 'Resources: {}\n# more\n',
    '.gitattributes': '*.yaml filter=x diff=x\n',
  });
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'first');
  const hasFired = (): boolean => {
    const has = existsSync(fired);
    rmSync(fired, { force: true });
    return has;
  };
  return { root, trap, outside, hasFired };
}

type Trapped = ReturnType<typeof trapped>;

/** Git as anybody would call it. */
function plainly(cwd: string, args: readonly string[], input = ''): void {
  spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd,
    input,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
}

/** All that we ask git: the listing, and the files of a revision, one of which a partial clone may lack. */
async function askedByUs(root: string): Promise<void> {
  await listFiles(root);
  await filesAt(root, 'main', () => true).catch(() => undefined);
  await filesAt(root, ':more.yaml', () => true).catch(() => undefined);
}

const set =
  (...pairs: readonly (readonly [string, string])[]) =>
  ({ root, trap }: Trapped): void => {
    for (const [key, value] of pairs) git(root, 'config', key.replaceAll('TRAP', trap), value.replaceAll('TRAP', trap));
  };
/** A partial clone that lacks a file: whoever reads it has git fetch it from this remote. */
const lacking =
  (...pairs: readonly (readonly [string, string])[]) =>
  (one: Trapped): void => {
    const blob = git(one.root, 'rev-parse', 'HEAD:more.yaml').trim();
    rmSync(join(one.root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    set(
      ['core.repositoryformatversion', '1'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.promisor', 'true'],
      ...pairs,
    )(one);
  };
/** Of the same length as before: where the length differs, git knows without reading the file, and no filter runs. */
const touched = ({ root }: Trapped): void => writeFileSync(join(root, 'template.yaml'), 'Resources: []\n');
const READ_LACKING = ['show', 'HEAD:more.yaml'] as const;

const TRAPS: readonly (readonly [
  key: string,
  prepare: (one: Trapped) => void,
  plain: readonly string[],
  input?: string,
])[] = [
  ['core.fsmonitor', set(['core.fsmonitor', 'TRAP']), ['ls-files']],
  [
    'core.fsmonitor in an included file',
    (one) => {
      writeFileSync(join(one.root, '.git/more'), `[core]\n\tfsmonitor = ${one.trap}\n`);
      set(['include.path', 'more'])(one);
    },
    ['ls-files'],
  ],
  [
    'core.fsmonitor where a condition includes it',
    (one) => {
      writeFileSync(join(one.root, '.git/more'), `[core]\n\tfsmonitor = ${one.trap}\n`);
      set(['includeIf.onbranch:main.path', 'more'])(one);
    },
    ['ls-files'],
  ],
  [
    'core.fsmonitor of a work tree',
    (one) => {
      set(['extensions.worktreeConfig', 'true'])(one);
      git(one.root, 'config', '--worktree', 'core.fsmonitor', one.trap);
    },
    ['ls-files'],
  ],
  ['core.sshCommand', lacking(['remote.origin.url', 'ssh://localhost/x'], ['core.sshCommand', 'TRAP']), READ_LACKING],
  ['core.gitProxy', lacking(['remote.origin.url', 'git://localhost/x'], ['core.gitProxy', 'TRAP']), READ_LACKING],
  ['remote.*.uploadpack', lacking(['remote.origin.url', '.'], ['remote.origin.uploadpack', 'TRAP']), READ_LACKING],
  [
    'remote.*.vcs',
    lacking(['remote.origin.url', 'TRAP'], ['remote.origin.vcs', 'ext'], ['protocol.ext.allow', 'always']),
    READ_LACKING,
  ],
  [
    'remote.*.url with ext::',
    lacking(['remote.origin.url', 'ext::TRAP'], ['protocol.ext.allow', 'always']),
    READ_LACKING,
  ],
  [
    'url.*.insteadOf',
    lacking(
      ['remote.origin.url', 'https://example.com/x'],
      ['url.ext::TRAP .insteadOf', 'https://example.com/'],
      ['protocol.ext.allow', 'always'],
    ),
    READ_LACKING,
  ],
  [
    'core.hooksPath',
    (one) => {
      mkdirSync(join(one.outside, 'hooks'));
      for (const hook of ['post-index-change', 'pre-commit', 'post-checkout'])
        writeFileSync(join(one.outside, 'hooks', hook), `#!/bin/sh\nexec '${one.trap}'\n`, { mode: 0o755 });
      set(['core.hooksPath', join(one.outside, 'hooks')])(one);
      touched(one);
    },
    ['add', 'template.yaml'],
  ],
  [
    'hooks',
    (one) => {
      writeFileSync(join(one.root, '.git/hooks/post-index-change'), `#!/bin/sh\nexec '${one.trap}'\n`, { mode: 0o755 });
      touched(one);
    },
    ['add', 'template.yaml'],
  ],
  [
    'filter.*.clean',
    (one) => {
      set(['filter.x.clean', 'TRAP'])(one);
      touched(one);
    },
    ['status'],
  ],
  [
    'filter.*.process',
    (one) => {
      set(['filter.x.process', 'TRAP'])(one);
      touched(one);
    },
    ['status'],
  ],
  ['filter.*.smudge', set(['filter.x.smudge', 'TRAP']), ['cat-file', '--filters', 'HEAD:template.yaml']],
  ['diff.*.textconv', set(['diff.x.textconv', 'TRAP']), ['cat-file', '--textconv', 'HEAD:template.yaml']],
  [
    'diff.*.command',
    (one) => {
      set(['diff.x.command', 'TRAP'])(one);
      touched(one);
    },
    ['diff'],
  ],
  [
    'diff.external',
    (one) => {
      rmSync(join(one.root, '.gitattributes'));
      set(['diff.external', 'TRAP'])(one);
      touched(one);
    },
    ['diff'],
  ],
  [
    'core.alternateRefsCommand',
    (one) => {
      const other = folder();
      git(other, 'init', '-q', '--bare');
      put(one.root, { '.git/objects/info/alternates': `${join(other, 'objects')}\n` });
      set(['core.alternateRefsCommand', 'TRAP'], ['remote.origin.url', '.'])(one);
    },
    ['fetch', 'origin', 'main'],
  ],
  ['core.editor', set(['core.editor', 'TRAP']), ['commit', '--allow-empty']],
  ['credential.helper', set(['credential.helper', 'TRAP']), ['credential', 'fill'], 'url=https://example.com\n\n'],
  ['core.askPass', set(['core.askPass', 'TRAP']), ['credential', 'fill'], 'url=https://example.com\n\n'],
  ['gpg.program', set(['gpg.program', 'TRAP'], ['commit.gpgSign', 'true']), ['commit', '--allow-empty', '-m', 'x']],
  ['alias.*', set(['alias.ls-tree', '!TRAP'], ['alias.l', '!TRAP']), ['l']],
];

describe("a command that a repository's configuration names is run by plain git, and never through us:", () => {
  for (const [key, prepare, plain, input] of TRAPS) {
    it(key, async () => {
      const one = trapped();
      prepare(one);
      plainly(one.root, plain, input);
      expect(one.hasFired()).toBe(true);
      await askedByUs(one.root);
      expect(one.hasFired()).toBe(false);
    });
  }

  it('core.pager', async () => {
    const one = trapped();
    set(['core.pager', 'TRAP'], ['pager.ls-files', 'TRAP'])(one);
    // Only to a terminal; `script` is one.
    spawnSync('script', ['-qec', 'git ls-files', '/dev/null'], { cwd: one.root, stdio: 'ignore' });
    expect(one.hasFired()).toBe(true);
    await askedByUs(one.root);
    expect(one.hasFired()).toBe(false);
  });
});

describe('a folder that looks like a repository is none', () => {
  function bare(at: string, trap: string): void {
    git(at, 'init', '-q', '--bare', '.');
    for (const [key, value] of [
      ['core.bare', 'false'],
      ['core.worktree', at],
      ['core.fsmonitor', trap],
    ] as const)
      git(at, 'config', key, value);
  }

  it('as the project: committed files can make one', async () => {
    const { trap, hasFired } = trapped();
    const root = folder({ 'deploy.sh': 'docker push x\n' });
    bare(root, trap);
    plainly(root, ['ls-files']);
    expect(hasFired()).toBe(true);
    expect(await listFiles(root)).toContain('deploy.sh');
    await expect(filesAt(root, 'main', () => true)).rejects.toThrow('the project is in no git repository');
    expect(hasFired()).toBe(false);
  });

  it("on the way up to the project's own", async () => {
    const { root, trap, hasFired } = trapped();
    put(root, { 'sub/inner/deploy.sh': 'docker push x\n' });
    bare(join(root, 'sub'), trap);
    plainly(join(root, 'sub/inner'), ['ls-files']);
    expect(hasFired()).toBe(true);
    expect(await listFiles(join(root, 'sub/inner'))).toEqual(['deploy.sh']);
    expect(hasFired()).toBe(false);
  });

  it('and one that a `.git` file of an unpacked archive leads to names commands in vain', async () => {
    const { trap, hasFired } = trapped();
    const root = folder({ 'deploy.sh': 'docker push x\n', '.git': 'gitdir: tools/store\n' });
    mkdirSync(join(root, 'tools/store'), { recursive: true });
    git(join(root, 'tools/store'), 'init', '-q', '--bare', '.');
    for (const [key, value] of [
      ['core.bare', 'false'],
      ['core.worktree', root],
      ['core.fsmonitor', trap],
    ] as const)
      git(join(root, 'tools/store'), 'config', key, value);
    plainly(root, ['ls-files']);
    expect(hasFired()).toBe(true);
    expect(await listFiles(root)).toContain('deploy.sh');
    expect(hasFired()).toBe(false);
  });
});

describe('what git may open', () => {
  it("is no ignore file outside that the repository names; the user's own counts instead", async () => {
    const { root, outside } = trapped();
    put(outside, { theirs: 'more.yaml\n', 'xdg/git/ignore': 'mine.log\n' });
    put(root, { 'mine.log': '', 'new.yaml': '', '.git/local': 'new.yaml\n' });
    vi.stubEnv('XDG_CONFIG_HOME', join(outside, 'xdg'));
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(outside, 'none'));
    git(root, 'config', 'core.excludesFile', join(outside, 'theirs'));
    put(outside, { theirs: 'new.yaml\n' });
    expect(await listFiles(root)).toEqual(['.gitattributes', 'more.yaml', 'new.yaml', 'template.yaml']);
    git(root, 'config', 'core.excludesFile', '.git/local');
    expect(await listFiles(root)).toEqual(['.gitattributes', 'mine.log', 'more.yaml', 'template.yaml']);
    put(outside, { config: `[core]\n\texcludesFile = ${join(outside, 'theirs')}\n` });
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(outside, 'config'));
    git(root, 'config', 'core.excludesFile', join(outside, 'xdg/git/ignore'));
    expect(await listFiles(root)).toEqual(['.gitattributes', 'mine.log', 'more.yaml', 'template.yaml']);
  });

  it('ends no run when it is a FIFO', async () => {
    const { root } = trapped();
    execFileSync('mkfifo', [join(root, '.git/fifo')]);
    git(root, 'config', 'core.excludesFile', join(root, '.git/fifo'));
    expect(await ask(root, ['ls-files'], { patience: 300 })).toMatchObject({ code: 0 });
    git(root, 'config', '--unset', 'core.excludesFile');
    execFileSync('mkfifo', [join(root, 'sub')]);
    mkdirSync(join(root, 'deep'));
    execFileSync('mkfifo', [join(root, 'deep/.gitignore')]);
    expect(await ask(root, ['ls-files', '--others', '--exclude-standard'], { patience: 300 })).toMatchObject({
      code: undefined,
      failure: 'too slow',
    });
    rmSync(join(root, '.git/config'));
    execFileSync('mkfifo', [join(root, '.git/config')]);
    expect(await ask(root, ['ls-files'], { patience: 300 })).toBeUndefined();
  });
});

describe('what has to work', () => {
  it("the user's safe.directory, from a file and from the environment", async () => {
    const { root, outside } = trapped();
    put(root, { '.gitignore': 'more.yaml\n' });
    const isAsked = async (): Promise<boolean> => (await ask(root, ['ls-files']))?.code === 0;
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(outside, 'none'));
    if (process.getuid?.() === 0) {
      execFileSync('chown', ['-R', '12345', root]);
      expect(await isAsked()).toBe(false);
    }
    put(outside, { config: `[safe]\n\tdirectory = ${root}\n` });
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(outside, 'config'));
    expect(await isAsked()).toBe(true);
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(outside, 'none'));
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'safe.directory');
    vi.stubEnv('GIT_CONFIG_VALUE_0', '*');
    expect(await isAsked()).toBe(true);
  });

  it('a hook, whose variables speak of the repository it runs for', async () => {
    const { root, trap, hasFired } = trapped();
    const hostile = trapped();
    set(['core.fsmonitor', trap])(hostile);
    vi.stubEnv('GIT_DIR', join(hostile.root, '.git'));
    vi.stubEnv('GIT_WORK_TREE', hostile.root);
    vi.stubEnv('GIT_INDEX_FILE', '.git/next-index-1.lock');
    put(root, { 'own.sh': '' });
    expect(await listFiles(root)).toContain('own.sh');
    expect(hasFired()).toBe(false);
  });

  it('work trees and submodules, whose `.git` is a file', async () => {
    const { root } = trapped();
    const other = join(folder(), 'tree');
    git(root, 'worktree', 'add', '-q', other);
    put(other, { 'a.log': '', '.gitignore': 'a.log\n' });
    expect(await listFiles(other)).toEqual(['.gitattributes', '.gitignore', 'more.yaml', 'template.yaml']);
    const outer = folder();
    git(outer, 'init', '-q', '-b', 'main');
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', root, 'part');
    put(outer, { 'part/a.log': '', 'part/.gitignore': 'a.log\n' });
    expect(await listFiles(join(outer, 'part'))).toEqual([
      '.gitattributes',
      '.gitignore',
      'more.yaml',
      'template.yaml',
    ]);
    expect((await filesAt(join(outer, 'part'), 'main', (path) => path.endsWith('.yaml'))).list()).toEqual([
      'more.yaml',
      'template.yaml',
    ]);
  });
});
