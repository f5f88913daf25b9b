import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';
import { words } from './harness.ts';

const WORKFLOW =
  'on: push\njobs:\n  ship:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./ship.sh\n';
const PUSH = 'docker push parcels:1.0';
const ASKED = 'if [ -n "$broken" ]; then exit 1; fi\necho done';

/** The lines whose failure nobody notices. */
async function masked(script: string): Promise<number[]> {
  const { findings } = await judged({
    '.github/workflows/ship.yml': WORKFLOW,
    'ship.sh': `#!/usr/bin/env bash\n${script}\n`,
  });
  return findings.filter(({ rule }) => rule === 'deploy-exit-masked').map(({ site }) => site.span.line);
}

describe('a failure that is written down', () => {
  it.each([
    ['by a trap', `trap 'broken=1' ERR\n${PUSH}\n${ASKED}`],
    ['by a function that a trap calls', `trap note ERR\nnote() { broken=1; }\n${PUSH}\n${ASKED}`],
    ['by printf', `${PUSH} || printf -v broken '%s' push\n${ASKED}`],
    ['by printf, in one word', `${PUSH} || printf -vbroken push\n${ASKED}`],
    ['by a function that declares it for all', `note() { declare -g broken=1; }\n${PUSH} || note\n${ASKED}`],
    ['by typeset', `note() { typeset -gi broken=1; }\n${PUSH} || note\n${ASKED}`],
    ['by another name', `note() { local -n it=$1; it=1; }\n${PUSH} || note broken\n${ASKED}`],
    [
      'by another name, where all was well',
      `broken=0\nnote() { local -n it=$1; it=1; }\n${PUSH} || note broken\n[ "$broken" = 0 ] || exit 1`,
    ],
    ['by a name that nobody knows', `declare -n it=$(cat name)\n${PUSH} || it=1\n${ASKED}`],
    ['by a list that is read', `${PUSH} || read -ra broken < why.txt\n${ASKED}`],
    ['by a read of a name that nobody knows', `${PUSH} || read -r "$(cat name)" < why.txt\n${ASKED}`],
    ['by wait', `${PUSH} &\nwait -n -p broken\n${ASKED}`],
    ['at the end', `trap '[ -z "$broken" ] || exit 1' EXIT\n${PUSH} || broken=1\necho done`],
  ])('%s is noticed', async (_, script) => expect(await masked(script)).toEqual([]));

  it.each([
    ['ends it', `trap 'echo sorry; exit 1' ERR\n${PUSH}\necho done`],
    ['calls what ends it', `sorry() { echo sorry; exit 1; }\ntrap sorry ERR\n${PUSH}\necho done`],
    ['ends it with what it was', `trap 'exit $?' ERR\n${PUSH}\necho done`],
    ['ends a function', `set -E\ntrap 'exit 1' ERR\nship() { ${PUSH}; echo sent; }\nship\necho done`],
    ['nobody can read', `trap "$(cat trap.txt)" ERR\n${PUSH}\necho done`],
    ['ends it with a status of its own at the end', `trap 'exit 3' EXIT\n${PUSH}\necho done`],
  ])('is noticed by a trap that %s', async (_, script) => expect(await masked(script)).toEqual([]));

  it.each([
    ['says so', `trap 'echo sorry' ERR\n${PUSH}\necho done`],
    ['was taken back', `trap 'exit 1' ERR\ntrap - ERR\n${PUSH}\necho done`],
    ['is for another signal', `trap 'exit 1' INT TERM\n${PUSH}\necho done`],
    ['tidies up', `trap 'rm -rf "$scratch"' EXIT\n${PUSH}\necho done`],
    ['writes down what nobody asks', `trap 'why=push' ERR\n${PUSH}\n${ASKED}`],
    ['ends well', `trap 'exit 0' ERR\n${PUSH}\necho done`],
  ])('is missed by a trap that only %s', async (_, script) => {
    expect(await masked(script)).toEqual([script.split('\n').indexOf(PUSH) + 2]);
  });

  it('never reaches a trap where it is swallowed', async () => {
    expect(await masked(`trap 'exit 1' ERR\n${PUSH} || true\necho done`)).toEqual([3]);
  });
});

describe('a variable that is set', () => {
  it.each([
    ['by printf', "printf -v image '%s:%s' parcels 1.0\nshow $image", ['parcels:1.0']],
    ['in a function, for all', 'name() { declare -g image=parcels; }\nname\nshow $image', ['parcels']],
    [
      'by another name',
      'name() { local -n it=$1; it=parcels; show $it; }\nname image\nshow $image',
      ['parcels', 'parcels'],
    ],
    [
      'and read by another name',
      'list=(a b)\neach() { local -n it=$1; show "${it[@]}"; }\neach list\nit=c\nshow $it $list',
      ['a b', 'c a'],
    ],
    [
      'by the same name within',
      'list=a\ninner() { local it=b; show $it; }\nouter() { local -n it=list; inner; }\nouter\nshow $list',
      ['b', 'a'],
    ],
  ])('%s', (_, script, shown) => expect(words(script)).toEqual(shown));
});
