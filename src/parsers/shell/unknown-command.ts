/** A command that nobody here knows: kept as a blind spot, unless it is one of the tools that touch no image. */
import { posix } from 'node:path';
import { known, type Text } from '../../core/text.ts';
import type { Effect } from '../../model/facts.ts';
import { labelOf } from './describe.ts';
import type { Call } from './dispatch.ts';
import type { Field } from './fields.ts';

const MAY_DO_ALL: readonly Effect[] = ['build', 'tag', 'push', 'roll out', 'verify', 'create'];

/**
 * A command nobody here knows: what it was given is kept, so that nobody says it does nothing. Without anything given
 * it concerns nobody.
 */
export function unknownCommand(call: Call, args: readonly Field[], what: 'command' | 'call'): void {
  const { interpreter, state, context, statement, name, prefix } = call;
  if (isHarmless(posix.basename(name), args)) return;
  const given = [
    ...args.flatMap(({ text }, index) => (isFlag(text) ? [] : [{ ...roleOf(args[index - 1]?.text), text }])),
    ...[...prefix].flatMap(([role, values]) => values.slice(0, 2).map(({ value }) => ({ role, text: value }))),
  ];
  if (given.length === 0 || interpreter.session.rehearsing) return;
  // A name that a file gave is not shown.
  const plain = known(call.words[0]?.text);
  const label = `the command ${what === 'call' || plain === undefined ? labelOf(statement, context.code) : posix.basename(plain)}`;
  interpreter.session.emit(
    {
      kind: 'blind-spot',
      what,
      label,
      may: MAY_DO_ALL,
      given,
      site: interpreter.site(context, statement.range),
      when: state.when,
    },
    interpreter.session.frame,
  );
}

/** Tools that keep house, test, check and compile. */
const HARMLESS = new Set([
  // Makes clusters and what belongs to them; no workload of theirs.
  'eksctl',
  'ls',
  'dir',
  'stat',
  'file',
  'du',
  'df',
  'free',
  'ps',
  'kill',
  'killall',
  'tar',
  'zip',
  'unzip',
  'gzip',
  'gunzip',
  'xz',
  'cygpath',
  'wslpath',
  'install',
  'patch',
  'md5',
  'sum',
  'cksum',
  'getent',
  'useradd',
  'adduser',
  'groupadd',
  'usermod',
  'passwd',
  'locale-gen',
  'ldconfig',
  'update-ca-certificates',
  'apt-key',
  'add-apt-repository',
  'pip',
  'pip3',
  'pipx',
  'pipenv',
  'poetry',
  'uv',
  'conda',
  'pytest',
  'tox',
  'nox',
  'jest',
  'vitest',
  'mocha',
  'eslint',
  'prettier',
  'tsc',
  'ruff',
  'black',
  'mypy',
  'flake8',
  'shellcheck',
  'hadolint',
  'actionlint',
  'tflint',
  'tfsec',
  'checkov',
  'trivy',
  'grype',
  'syft',
  'dockle',
  'snyk',
  'sonar-scanner',
  'codecov',
  'cosign',
  'cfn-lint',
  'pre-commit',
  'nvm',
  'fnm',
  'volta',
  'rbenv',
  'pyenv',
  'asdf',
  'mise',
  'rustup',
  'cargo',
  'gem',
  'bundle',
  'composer',
  'java',
  'javac',
  'keytool',
  'psql',
  'mysql',
  'mysqldump',
  'pg_dump',
  'pg_restore',
  'redis-cli',
  'mongosh',
  'createdb',
  'dropdb',
  'ssh-keygen',
  'ssh-add',
  'ssh-agent',
  'gpg',
  'sops',
  'vault',
  'op',
  'open',
  'xdg-open',
  'say',
  'figlet',
  'code',
  'dot',
  'pandoc',
  'mkdocs',
  'sphinx-build',
  'javadoc',
  'brew',
  'choco',
  'snap',
  'aws_completer',
  'complete',
  'stty',
  'reset',
  'history',
  'jobs',
  'fg',
  'bg',
  'times',
  'caller',
  'help',
  'dirs',
  'compgen',
  'nslookup',
  'dig',
  'host',
  'ab',
  'k6',
  'hey',
]);

/** Builders of programs, some of which also build and push images when told to. */
const COMPILERS = new Set([
  'mvn',
  'mvnw',
  'gradle',
  'gradlew',
  'sbt',
  'go',
  'dotnet',
  'ant',
  'bazel',
  'cmake',
  'meson',
  'ninja',
]);

function isHarmless(name: string, args: readonly Field[]): boolean {
  // A line that was to go on with an option, and doesn't: no command is called so.
  if (HARMLESS.has(name) || name.startsWith('--')) return true;
  return (
    COMPILERS.has(name) &&
    !args.some(({ text }) =>
      text.some((part) => typeof part === 'string' && /jib|docker|image|push|deploy|publish|lambda/i.test(part)),
    )
  );
}

function isFlag([head, ...rest]: Text): boolean {
  return rest.length === 0 && typeof head === 'string' && /^-[^=]*$/.test(head);
}

/** `--service orders`: an option says what its value is. */
function roleOf(before: Text | undefined): { role?: string } {
  const flag = before === undefined ? undefined : known(before);
  const role = flag === undefined ? undefined : /^--?([a-z][\w-]*)$/i.exec(flag)?.[1];
  return role === undefined ? {} : { role };
}
