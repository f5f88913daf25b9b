import { describe, expect, it } from 'vitest';
import { hole, show } from '../../src/core/text.ts';
import { run, textOf } from './harness.ts';

describe('commands that print', () => {
  it.each([
    ['echo a b', 'a b\n'],
    ['echo -n a', 'a'],
    ["echo -e 'a\\tb'", 'a\tb\n'],
    ['echo ${X}/app', '${X}/app\n'],
    ["printf '%s\\n' a b", 'a\nb\n'],
    ["printf '%s-%03d' v 7", 'v-007'],
    ["printf '%s:%s' ${REPO} 1", '${REPO}:1'],
    ["printf '100%%'", '100%'],
    ['basename /a/b/c.sh .sh', 'c\n'],
    ['basename ${DIR}/app', 'app\n'],
    ['dirname infra/a.sh', 'infra\n'],
    ['dirname a.sh', '.\n'],
    ['dirname ${DIR}/x/y', '${DIR}/x\n'],
    ['pwd', '/project\n'],
    ['seq 1 3', '1\n2\n3\n'],
    ['git rev-parse --show-toplevel', '/project\n'],
  ])('%s', (line, printed) => {
    expect(run(line).stdout()).toBe(printed);
  });

  it('a commit and a date differ on every run', () => {
    expect(run('git rev-parse --short HEAD').result.stdout?.[0]).toEqual({
      hole: 'git commit (short)',
      nature: 'unique',
    });
    expect(run('git rev-parse HEAD').result.stdout?.[0]).toEqual({ hole: 'git commit', nature: 'unique' });
    expect(run('date +%Y%m%d').result.stdout?.[0]).toMatchObject({ nature: 'unique' });
    expect(run('cut -c1-7', { stdin: run('git rev-parse HEAD').result.stdout ?? [] }).result.stdout?.[0]).toMatchObject(
      { nature: 'unique' },
    );
  });

  it("the CPU is the host's where it is known, and one unknown everywhere else", () => {
    expect(run('uname -m', { host: { kind: 'github-hosted', cpu: 'arm64' } }).stdout()).toBe('aarch64\n');
    expect(run('dpkg --print-architecture', { host: { kind: 'github-hosted', cpu: 'amd64' } }).stdout()).toBe(
      'amd64\n',
    );
    expect(run('uname -m').result.stdout).toEqual(run('arch').result.stdout);
  });

  it('reads files of the project and what steps wrote', () => {
    expect(run('cat VERSION', { files: { VERSION: '1.2.3\n' } }).stdout()).toBe('1.2.3\n');
    const { machine } = run('tee image.txt', { stdin: 'repo:${TAG}\n' });
    expect(run('cat image.txt', { machine: { files: machine.files } }).stdout()).toBe('repo:${TAG}\n');
    expect(run('cat missing').stdout()).toBe('${cat}');
  });
});

describe('filters', () => {
  it.each([
    ["tr '[:upper:]' '[:lower:]'", 'My-App\n', 'my-app\n'],
    ["tr -d '\\n'", 'a\nb\n', 'ab'],
    ['tr / -', 'feature/x\n', 'feature-x\n'],
    ["tr -cd '[:alnum:]'", 'a-b_c\n', 'abc'],
    [
      'cut -d/ -f1',
      '111122223333.dkr.ecr.eu-north-1.amazonaws.com/app\n',
      '111122223333.dkr.ecr.eu-north-1.amazonaws.com\n',
    ],
    ['cut -d: -f2', '${ECR}:1\n', '${cut -d: -f2 < ${ECR}:1}'],
    ['cut -c1-4', 'abcdef\n', 'abcd\n'],
    ["sed 's/a/b/g'", 'banana\n', 'bbnbnb\n'],
    ["sed 's|IMAGE|${REPO}:1|'", 'image: IMAGE\n', 'image: ${REPO}:1\n'],
    ["sed 's/[0-9]*//'", 'a1\n', '${sed s/[0-9]*// < a1}'],
    ['head -1', 'a\nb\n', 'a\n'],
    ['tail -n 1', 'a\nb\n', 'b\n'],
    ['jq -r .a.b[1]', '{"a":{"b":["x","y"]}}', 'y\n'],
    ['jq -r .image', '{"image":"${REPO}:1"}', '${REPO}:1\n'],
    ['sort', 'b\na\n', 'a\nb\n'],
  ])('%s', (line, stdin, printed) => {
    expect(run(line, { stdin }).stdout()).toBe(printed);
  });

  it('keeps account and region apart from what may hold a separator', () => {
    const uri = [...hole('account', 'account'), '.dkr.ecr.', ...hole('region', 'region'), '.amazonaws.com/app\n'];
    expect(show(run('cut -d/ -f1', { stdin: uri }).result.stdout ?? [])).toBe(
      '${account}.dkr.ecr.${region}.amazonaws.com\n',
    );
    expect(show(run('cut -d/ -f2', { stdin: uri }).result.stdout ?? [])).toBe('app\n');
  });

  it('gives the same unknown for the same question', () => {
    const ask = (line: string, stdin: string) => run(line, { stdin }).result.stdout;
    expect(ask('awk {print}', '${X}')).toEqual(ask('awk {print}', '${X}'));
    expect(ask('awk {print}', '${X}')).not.toEqual(ask('awk {print}', '${Y}'));
  });

  it('fills templates from the environment', () => {
    expect(
      run('envsubst', { stdin: 'image: $IMAGE:${TAG}', env: { IMAGE: 'app', TAG: textOf('${SHA}') } }).stdout(),
    ).toBe('image: app:${TAG}');
  });
});
