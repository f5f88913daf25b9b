/** Repositories whose own configuration names programs: git runs them when it's called plainly. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { INNOCENT, type Hostile } from '../harness.ts';
import { commit, git, gitIn, type Place } from '../place.ts';

const LISTING = [['ls-files', '--cached', '--others', '--exclude-standard']] as const;

/** Committed, then configured. */
function configured(
  keys: (place: Place) => Readonly<Record<string, string>>,
  more?: (place: Place) => void,
): (place: Place) => void {
  return (place) => {
    commit(place);
    for (const [key, value] of Object.entries(keys(place))) git(place, 'config', key, value);
    more?.(place);
  };
}

function section(program: string, key = 'fsmonitor'): string {
  return `[core]\n\t${key} = ${program}\n`;
}

/**
 * A partial clone that lacks the content of its `.gitignore`, which git wants when it lists files that are not its own:
 * it is fetched from wherever the configuration says.
 */
function lacking(keys: (place: Place) => Readonly<Record<string, string>>): Pick<Hostile, 'files' | 'arrange'> {
  return {
    files: { '.gitignore': 'dist\n' },
    arrange: configured(
      (place) => ({
        'core.repositoryformatversion': '1',
        'extensions.partialClone': 'origin',
        'remote.origin.promisor': 'true',
        ...keys(place),
      }),
      (place) => {
        const blob = git(place, 'rev-parse', 'HEAD:.gitignore').trim();
        git(place, 'update-index', '--skip-worktree', '.gitignore');
        rmSync(join(place.root, '.gitignore'));
        writeFileSync(join(place.root, 'new.txt'), '');
        rmSync(join(place.root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
      },
    ),
  };
}

/**
 * A repository without a `.git`, as it can be committed to another one, that claims the folder around it as its work
 * tree.
 */
function bare(place: Place, folder: string): void {
  mkdirSync(folder, { recursive: true });
  gitIn(place, folder, 'init', '-q', '--bare');
  rmSync(join(folder, 'hooks'), { recursive: true, force: true });
  writeFileSync(
    join(folder, 'config'),
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = ${place.program}\n`,
  );
}

/** Hooks that plain commands run. */
function hook(name: string): (place: Place) => void {
  return (place) => writeFileSync(join(place.root, 'hooks', name), readFileSync(place.program), { mode: 0o755 });
}

export const KEYS: readonly Hostile[] = [
  {
    what: 'core.fsmonitor is not run',
    arrange: configured(({ program }) => ({ 'core.fsmonitor': program })),
    springs: LISTING,
  },
  {
    what: 'core.fsmonitor is not run where the index has its extension already',
    arrange: configured(
      ({ program }) => ({ 'core.fsmonitor': program }),
      (place) => void git(place, 'update-index', '--fsmonitor'),
    ),
    springs: LISTING,
  },
  {
    what: 'a configuration that the project includes from its own tree is not obeyed',
    files: ({ program }) => ({ 'tools/gitconfig': section(program) }),
    arrange: configured(() => ({ 'include.path': '../tools/gitconfig' })),
    springs: LISTING,
  },
  {
    what: 'a configuration included where the folder fits is not obeyed',
    files: ({ program }) => ({ 'tools/gitconfig': section(program) }),
    arrange: configured(({ root }) => ({ [`includeIf.gitdir:${root}/.path`]: '../tools/gitconfig' })),
    springs: LISTING,
  },
  {
    what: "a work tree's own configuration is not obeyed",
    arrange: configured(
      () => ({ 'core.repositoryformatversion': '1', 'extensions.worktreeConfig': 'true' }),
      ({ root, program }) => writeFileSync(join(root, '.git/config.worktree'), section(program)),
    ),
    springs: LISTING,
  },
  {
    what: 'no hook of core.hooksPath runs',
    files: { 'hooks/README': '' },
    arrange: configured(() => ({ 'core.hooksPath': 'hooks' }), hook('post-index-change')),
    springs: [
      ['update-index', '--force-write-index'],
      ['add', '--renormalize', '.'],
    ],
  },
  {
    what: 'no hook of the repository runs',
    files: { 'hooks/README': '' },
    arrange: configured(
      () => ({}),
      ({ root, program }) => {
        mkdirSync(join(root, '.git/hooks'), { recursive: true });
        for (const name of [
          'post-index-change',
          'fsmonitor-watchman',
          'pre-auto-gc',
          'reference-transaction',
          'post-checkout',
        ])
          writeFileSync(join(root, '.git/hooks', name), readFileSync(program), { mode: 0o755 });
      },
    ),
    springs: [
      ['update-index', '--force-write-index'],
      ['add', '--renormalize', '.'],
      ['branch', 'x'],
    ],
  },
  {
    what: 'no clean or process filter runs',
    files: { '.gitattributes': '* filter=x\n' },
    arrange: configured(
      ({ program }) => ({ 'filter.x.clean': program, 'filter.x.smudge': program, 'filter.x.required': 'true' }),
      ({ root }) => appendFileSync(join(root, 'aa-innocent.sh'), '\n'),
    ),
    springs: [['add', '--renormalize', '.']],
  },
  {
    what: 'no text conversion or external diff runs',
    files: { '.gitattributes': '* diff=x\n' },
    arrange: configured(
      ({ program }) => ({ 'diff.x.textconv': program, 'diff.x.command': program, 'diff.external': program }),
      ({ root }) => appendFileSync(join(root, 'aa-innocent.sh'), '\n'),
    ),
    springs: [['diff']],
  },
  {
    what: 'pagers, editors, aliases and credential helpers are not run',
    arrange: configured(({ program }) => ({
      'core.pager': program,
      'pager.ls-files': program,
      'core.editor': program,
      'core.askPass': program,
      'credential.helper': program,
      'alias.files': `!${program}`,
      'gpg.program': program,
    })),
    springs: [['files']],
  },
  {
    what: 'a fetch that listing would need runs no program of ext::',
    ...lacking(({ program }) => ({ 'remote.origin.url': `ext::${program}`, 'protocol.ext.allow': 'always' })),
    springs: LISTING,
  },
  {
    what: 'a fetch that listing would need runs no upload-pack',
    ...lacking(({ program, outside }) => ({
      'remote.origin.url': `file://${outside}`,
      'remote.origin.uploadpack': program,
    })),
    springs: LISTING,
  },
  {
    what: 'a fetch that listing would need runs no core.sshCommand',
    ...lacking(({ program }) => ({ 'remote.origin.url': 'ssh://git.example.com/x', 'core.sshCommand': program })),
    springs: LISTING,
  },
  {
    what: 'a fetch that a sparse index would need runs nothing',
    files: { 'inside/a.txt': '', 'other/b.txt': '' },
    arrange: configured(
      ({ program }) => ({
        'core.repositoryformatversion': '1',
        'extensions.partialClone': 'origin',
        'remote.origin.promisor': 'true',
        'remote.origin.url': `ext::${program}`,
        'protocol.ext.allow': 'always',
      }),
      (place) => {
        const tree = git(place, 'rev-parse', 'HEAD:other').trim();
        git(place, 'sparse-checkout', 'init', '--cone', '--sparse-index');
        git(place, 'sparse-checkout', 'set', 'inside');
        rmSync(join(place.root, '.git/objects', tree.slice(0, 2), tree.slice(2)), { force: true });
      },
    ),
    springs: LISTING,
  },
];

export const LAYOUTS: readonly Hostile[] = [
  {
    what: 'a bare repository as the root is no repository of ours',
    arrange: (place) => bare(place, place.root),
    springs: LISTING,
  },
  {
    what: 'a bare repository in a folder that is named is no repository of ours',
    arrange: (place) => {
      bare(place, join(place.root, 'sub'));
      writeFileSync(join(place.root, 'sub/aa-innocent.sh'), INNOCENT);
      commit(place);
    },
    cwd: 'sub',
    springs: LISTING,
    args: ['check', '-f', 'json', '.'],
    alone: true,
    boundary: '..',
  },
  {
    what: 'a .git file that points to a repository in the tree is not obeyed',
    files: { '.git': 'gitdir: ./vendor/repository\n' },
    arrange: (place) => {
      bare(place, join(place.root, 'vendor/repository'));
      writeFileSync(
        join(place.root, 'vendor/repository/config'),
        `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ../..\n\tfsmonitor = ${place.program}\n`,
      );
    },
    springs: LISTING,
  },
  {
    what: 'a linked work tree of a repository in the tree runs nothing',
    files: { '.git': 'gitdir: ./store/worktrees/w\n' },
    arrange: (place) => {
      const { root, program } = place;
      bare(place, join(root, 'store'));
      mkdirSync(join(root, 'store/worktrees/w'), { recursive: true });
      writeFileSync(
        join(root, 'store/config'),
        `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = ${program}\n`,
      );
      writeFileSync(join(root, 'store/worktrees/w/commondir'), '../..\n');
      writeFileSync(join(root, 'store/worktrees/w/HEAD'), 'ref: refs/heads/main\n');
      writeFileSync(join(root, 'store/worktrees/w/gitdir'), `${root}/.git\n`);
    },
    springs: LISTING,
  },
  {
    what: "a submodule's configuration is not obeyed, from above nor from inside",
    files: { 'lib/Dockerfile': 'FROM scratch\n', '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n' },
    arrange: (place) => {
      commit(place, join(place.root, 'lib'));
      commit(place);
      gitIn(place, join(place.root, 'lib'), 'config', 'core.fsmonitor', place.program);
    },
    springs: [['status']],
  },
  {
    what: 'a submodule that is named on the command line runs nothing',
    files: { 'lib/aa.sh': 'echo\n' },
    arrange: (place) => {
      commit(place, join(place.root, 'lib'));
      commit(place);
      gitIn(place, join(place.root, 'lib'), 'config', 'core.fsmonitor', place.program);
    },
    cwd: 'lib',
    springs: LISTING,
    args: ['check', '-f', 'json'],
    alone: true,
    exit: [0],
  },
  {
    what: 'a work tree that the configuration puts elsewhere is not listed',
    outside: (place) => ({ 'tree/Dockerfile': `FROM ${place.canary()}\n` }),
    arrange: configured(({ outside }) => ({ 'core.worktree': join(outside, 'tree') })),
  },
  {
    what: 'patterns to ignore are not read from where the configuration says',
    arrange: configured(
      ({ root }) => ({ 'core.excludesFile': join(root, 'fifo'), 'core.attributesFile': join(root, 'fifo') }),
      ({ root }) => execFileSync('mkfifo', [join(root, 'fifo')]),
    ),
  },
  ...['.gitignore', '.git/info/exclude', '.git/config', '.git/HEAD', '.git/index', '.gitattributes', '.git'].map(
    (name): Hostile => ({
      what: `a FIFO as ${name} keeps nobody waiting`,
      arrange: (place) => {
        commit(place);
        const path = join(place.root, name);
        if (existsSync(path)) renameSync(path, join(place.root, 'was'));
        execFileSync('mkfifo', [path]);
      },
    }),
  ),
];

/** `plimsoll diff --against git:REVISION` calls git for more than a list. */
export const DIFFS: readonly Hostile[] = [
  {
    what: 'a comparison with a revision runs no program of the configuration',
    files: {
      'template.yaml': 'Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: a}\n',
      '.gitattributes': '* diff=x filter=x\n',
    },
    arrange: configured(({ program }) => ({
      'core.fsmonitor': program,
      'diff.x.textconv': program,
      'filter.x.smudge': program,
      'core.pager': program,
      'core.alternateRefsCommand': program,
    })),
    springs: LISTING,
    args: ['diff', '--against', 'git:HEAD', '-f', 'json'],
    alone: true,
    exit: [0],
  },
  {
    what: 'a comparison with a revision of a partial clone fetches by no program of the configuration',
    files: {
      'template.yaml': 'Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: a}\n',
    },
    arrange: configured(
      ({ program }) => ({
        'core.repositoryformatversion': '1',
        'extensions.partialClone': 'origin',
        'remote.origin.promisor': 'true',
        'remote.origin.url': `ext::${program}`,
        'protocol.ext.allow': 'always',
      }),
      (place) => {
        const blob = git(place, 'rev-parse', 'HEAD:template.yaml').trim();
        rmSync(join(place.root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
      },
    ),
    springs: [['cat-file', '-p', 'HEAD:template.yaml']],
    args: ['diff', '--against', 'git:HEAD', '-f', 'json'],
    alone: true,
    exit: [0, 2],
  },
];
