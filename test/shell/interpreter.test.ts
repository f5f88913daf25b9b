import { describe, expect, it } from 'vitest';
import { restsOnDefault } from '../../src/core/choices.ts';
import { run, words } from './harness.ts';

describe('values', () => {
  it('follow variables, defaults and expansions', () => {
    expect(
      words('A=x; B="$A/y:z"; show $B "${B%%/*}" "${B##*:}" "${B%:*}" "${B#*/}" "${A^^}" "${B/y/w}" "${#A}"'),
    ).toEqual(['x/y:z x z x/y y:z X x/w:z 1']);
  });
  it('stay apart where a default may be replaced', () => {
    const { shown } = run('show "${TAG:-latest}" "v-${TAG:-latest}"');
    expect(shown.map((one) => one.words.join(' '))).toEqual(['latest v-latest', '${TAG} v-${TAG}']);
    expect(shown[0]?.when).toEqual([
      {
        cond: 'default:TAG',
        is: 'unset',
        default: {
          value: ['latest'],
          site: expect.objectContaining({ span: expect.objectContaining({ start: 13, end: 19 }) }),
        },
      },
    ]);
  });
  it('are empty beside what is found, where finding nothing is caught', () => {
    const script = (ask: string): string =>
      `found=$(aws ecr describe-repositories --repository-names api --query 'repositories[0].repositoryName' --output text ${ask})\nshow "[$found]"`;
    expect(run(script('|| echo ""')).shown.map((one) => one.words[0])).toEqual(['[${found}]', '[]']);
    expect(run(script('2>/dev/null || true')).shown.map((one) => one.words[0])).toEqual(['[${found}]', '[]']);
    expect(run(script('|| echo none')).shown.map((one) => one.words[0])).toEqual(['[${found}]', '[none]']);
  });
  it('are the default where somebody who is asked just presses return', () => {
    const { shown } = run('read -p "Tag (latest): " TAG\nTAG=${TAG:-latest}\nshow "$TAG"');
    expect(shown.map((one) => one.words[0])).toEqual(['latest', '${TAG}']);
  });
  it('are the default alone where the environment is all there is', () => {
    expect(words('show "${TAG:-latest}"', { closed: true })).toEqual(['latest']);
  });
  it('split unquoted and stay whole quoted', () => {
    expect(run('F="--platform linux/arm64"; show $F "$F"').shown[0]?.words).toEqual([
      '--platform',
      'linux/arm64',
      '--platform linux/arm64',
    ]);
  });
  it('keep the known part of a registry with holes', () => {
    expect(words('R="${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com/api"; show "${R%%/*}" "${R##*/}"')).toEqual([
      '${AWS_ACCOUNT_ID}.dkr.ecr.${AWS_REGION}.amazonaws.com api',
    ]);
  });
  it('come out of command substitutions, functions and here-documents', () => {
    expect(words('f() { echo "a-$1"; }\nX=$(f b)\nshow "$X" "`echo c`"\nY=$(cat <<EOF\nEOF\n)')).toEqual(['a-b c']);
  });
  it('escape a colon as people write it in scripts', () => {
    expect(words('show $APP\\:latest', { env: { APP: [{ value: ['web'], when: [] }] } })).toEqual(['web:latest']);
  });
  it('follow arithmetic', () => {
    expect(words('i=1; ((i++)); i=$((i * 3)); show $i $((i % 4))')).toEqual(['6 2']);
  });
  it('expand braces', () => {
    expect(run('show {a,b}-{1..3}x').shown[0]?.words.length).toBeGreaterThan(1);
  });
});

describe('arrays', () => {
  it('hold a command that is run from them, with each word where it was written', () => {
    const { shown, deploys } = run(
      'CMD=(show build)\nCMD+=(--platform linux/arm64)\n"${CMD[@]}" .\nD=(deploy now)\n\n"${D[@]}"',
    );
    expect(deploys[0]?.command.span).toMatchObject({ line: 4, column: 4, endColumn: 14 });
    expect(shown[0]?.words).toEqual(['build', '--platform', 'linux/arm64', '.']);
    expect(shown[0]?.place).toContain('main.sh:2:18-29');
  });
  it('that grow under an undecided condition are there or not', () => {
    const { shown } = run('A=(x)\nif [ -f maybe ]; then A+=(y); fi\nshow "${A[@]}"');
    expect(shown.map((one) => one.words.join(' ')).sort()).toEqual(['x', 'x y']);
  });
  it('are indexed and keyed', () => {
    expect(
      words(
        'ARCHS=(arm64 amd64)\ndeclare -A M=([api]=a [web]=b)\nshow ${ARCHS[0]} ${M[web]} ${#ARCHS[@]} ${ARCHS[@]:1}',
      ),
    ).toEqual(['arm64 b 2 amd64']);
  });
});

describe('choices', () => {
  it('are decided when the values are known', () => {
    expect(
      words(
        'DOCKERFILE=Dockerfile.apprunner\nif [[ "$DOCKERFILE" == *"apprunner"* ]]; then A=amd64; else A=arm64; fi\nshow $A',
      ),
    ).toEqual(['amd64']);
  });
  it('join into alternatives that follow the same condition', () => {
    const { shown } = run(
      'if [ "$ARCH" = arm ]; then P=linux/arm64; else P=linux/amd64; fi\nif [ "$ARCH" = arm ]; then Q=arm64; else Q=x86_64; fi\nshow $P $Q',
    );
    expect(shown.map((one) => one.words.join(' ')).sort()).toEqual(['linux/amd64 x86_64', 'linux/arm64 arm64']);
  });
  it('no longer count when one side leaves', () => {
    const { shown } = run('if [ -z "$1" ]; then echo usage; exit 1; fi\nshow "$1"', { openArgs: true });
    expect(shown).toMatchObject([{ words: ['$1'], when: [] }]);
  });
  it('of case are decided, fall back and refine', () => {
    expect(words('case prod in dev) E=d;; prod|live) E=p;; *) E=x;; esac; show $E')).toEqual(['p']);
    const { shown } = run('case "$STAGE" in dev) E=d;; prod) E=p;; *) exit 1;; esac; show $E');
    expect(shown.map((one) => one.words.join(' ')).sort()).toEqual(['d', 'p']);
  });
  it('between a command and its fallback both count', () => {
    const { shown } = run('tool --check || show fallback\nshow after');
    expect(shown.map((one) => one.words[0])).toEqual(['fallback', 'after']);
    expect(shown[0]?.when[0]?.is).toBe('no');
    expect(shown[1]?.when).toEqual([]);
  });
  it('read an option loop with known arguments exactly', () => {
    const script =
      'TAG=latest\nwhile [[ $# -gt 0 ]]; do\n case $1 in\n  --tag) TAG="$2"; shift 2;;\n  *) shift;;\n esac\ndone\nshow $TAG';
    expect(words(script, { args: [[{ value: ['--tag'], when: [] }], [{ value: ['v1'], when: [] }]] })).toEqual(['v1']);
    expect(words(script, { args: [] })).toEqual(['latest']);
  });
  it('mark the value before an option loop as a default that a caller may replace', () => {
    const script =
      'TAG=latest\nwhile [[ $# -gt 0 ]]; do\n case $1 in\n  --tag) TAG="$2"; shift 2;;\n  *) shift;;\n esac\ndone\nshow $TAG';
    const { shown } = run(script, { openArgs: true });
    const latest = shown.find((one) => one.words[0] === 'latest');
    expect(latest?.when.some((guard) => guard.cond.startsWith('default:') && guard.is === 'unset')).toBe(true);
    expect(shown.length).toBeGreaterThan(1);
  });
  it('of getopts are followed', () => {
    const script = 'while getopts "t:p" opt; do case $opt in t) T=$OPTARG;; p) P=1;; esac; done; show $T $P';
    expect(
      words(script, {
        args: [[{ value: ['-t'], when: [] }], [{ value: ['x'], when: [] }], [{ value: ['-p'], when: [] }]],
      }),
    ).toEqual(['x 1']);
  });
});

describe('loops and calls', () => {
  it('run literal loops turn by turn', () => {
    expect(
      words(
        'for s in api web; do show "$s"; done; for ((i=0; i<2; i++)); do show $i; done; for f in "$@"; do show $f; done',
        { args: [[{ value: ['p'], when: [] }]] },
      ),
    ).toEqual(['api', 'web', '0', '1', 'p']);
    expect(words('R=(api web); for ((i=0; i < ${#R[@]}; i++)); do show ${R[$i]}; done')).toEqual(['api', 'web']);
  });
  it('stop where a loop never ends', () => {
    expect(words('while true; do show x; done; show never').length).toBeLessThan(100);
  });
  it('are cut only where they go on', () => {
    expect(run('n=1; while [ $n -le 5 ]; do n=$((n + 1)); deploy; done').unfollowed).toEqual([]);
    expect(run('n=1; while [ $n -le 500 ]; do n=$((n + 1)); show x; done').unfollowed).toMatchObject([
      { what: 'turns of a loop' },
    ]);
  });
  it('run a function once per call with its arguments', () => {
    expect(words('push() { local name=$1; show "$name" "${2:-d}"; }\npush a\npush b c')).toEqual(['a d', 'b c']);
  });
  it('follow scripts, with the way in', () => {
    const { shown } = run('export E=prod; H=no\n./scripts/push.sh api', {
      files: { 'scripts/push.sh': '#!/bin/bash\nshow "$1" "$E" "$H"' },
      closed: true,
    });
    expect(shown[0]?.words).toEqual(['api', 'prod', '${H}']);
    expect(shown[0]?.via).toEqual(['./scripts/push.sh api']);
  });
  it('source a file beside the script', () => {
    expect(
      words('source "$(dirname "$0")/config.sh" || { echo no; exit 1; }\nshow $REPO', {
        files: { 'config.sh': 'REPO=api' },
      }).at(-1),
    ).toContain('');
    expect(words('. ./config.sh; show $REPO', { files: { 'config.sh': 'REPO=api' } })).toEqual(['api']);
    expect(words('set -a; source .env; show $REPO', { files: { '.env': 'REPO=api\n' } })).toEqual([
      '${the content of .env}',
    ]);
  });
  it('place what stands in a text given to sh -c where it was written, between variables and escapes', () => {
    const script = 'B=shop\nsh -c "show $A-1 \\"x y\\" &&\n  show $B"';
    expect(run(script).shown.map((one) => `${one.words.join(',')} ${one.place}`)).toEqual([
      '${A}-1,x y main.sh:2:13-17 main.sh:2:19-25',
      'shop main.sh:3:8-10',
    ]);
  });
  it('run text given to sh -c and eval', () => {
    expect(words('sh -c \'show $0 $1\' a b; X=\'show c\'; eval "$X"; bash -c "show $Q"', { closed: true })).toEqual([
      'a b',
      'c',
      '${Q}',
    ]);
  });
  it('read a line into several variables, or an array, by what parts them', () => {
    expect(words('IFS=: read -r a b <<< "web:1 2"; show "$a" "$b"; read -r a b <<< "x y z"; show "$a" "$b"')).toEqual([
      'web 1 2',
      'x y z',
    ]);
    expect(words('IFS=: read -ra p <<< "web:1"; show "${p[0]}-${p[1]}" "${#p[@]}"')).toEqual(['web-1 2']);
    expect(words('IFS=, read -ra p <<< "web,api"; for s in "${p[@]}"; do show "$s"; done')).toEqual(['web', 'api']);
    expect(words('IFS=: read -ra p <<< "$PAIR"; show "${p[1]}"')).toEqual(['${p[1]}']);
    expect(words('IFS=$SEP read -ra p <<< "web,api"; show "${p[0]}"')[0]).toContain('${');
  });
  it('survive endless recursion', () => {
    expect(words('f() { show x; f; }; f; show end').length).toBeLessThan(100);
  });
});

describe('what happens to a failing deploy', () => {
  const masked = (script: string, errexit = false): string | undefined =>
    run(script, { errexit }).deploys[0]?.masked?.why;
  it.each([
    ['deploy | tee log', 'pipe without pipefail'],
    ['set -e\ndeploy 2>&1 | tail -100\necho done', 'pipe without pipefail'],
    ['deploy || true', 'or true'],
    ['deploy || echo "failed"', 'or true'],
    ['set -e\nf() { local out=$(deploy); }; f', 'substitution in declaration'],
    ['set -e\nfor i in 1 2 3; do\n  if deploy; then break; fi\n  sleep 5\ndone\necho done', 'retry falls through'],
    ['set -e\nfor i in 1 2; do deploy && break; sleep 1; done\necho ok', 'retry falls through'],
    ['set -e\nfor i in 1 2; do deploy && break || sleep 1; done\necho ok', 'retry falls through'],
    ['set -e\ndeploy &\necho ok', 'background without wait'],
    ['set -e\nfor s in orders shop; do deploy $s & done\nwait\necho ok', 'background without wait'],
    ['deploy; true', 'status overwritten'],
    ['deploy\nexit 0', 'status overwritten'],
    ['deploy\necho next', 'last command decides'],
    ['for s in orders shop; do deploy $s; done', 'next turn decides'],
    ['for s in $SERVICES; do deploy "app-$s"; done', 'next turn decides'],
    ['for s in $(ls services); do cd $s; deploy "$s" || echo failed; done', 'or true'],
    ['for s in orders shop; do deploy $s; echo "$s is out"; done', 'last command decides'],
    ['for s in orders; do deploy $s; done; echo done', 'last command decides'],
    ['up() { deploy "$1"; }\nup orders\nup shop', 'last command decides'],
    ['set -e\ndeploy && echo ok\necho done', 'not the last of &&'],
    ['set -e\n(deploy && echo ok\necho done)', 'not the last of &&'],
    ['set -e\nif deploy; then echo ok; else echo failed; fi', 'no branch fails'],
    ['set -e\nup() { deploy; echo ok; }\nif ! up; then exit 1; fi', 'errexit suspended'],
    ['set -e\nup() { deploy; echo ok; }\nup || exit 1\necho done', 'errexit suspended'],
    [
      'set -e\nbad=()\nup() { deploy "$1"; echo "$1 is out"; }\nfor s in a b; do if ! up "$s"; then bad+=("$s"); fi; done\nif [ ${#bad[@]} -gt 0 ]; then exit 1; fi',
      'errexit suspended',
    ],
    ['set -e\nterra=1\ndeploy | tee log || { echo failed; exit 1; }\necho ok', 'pipe without pipefail'],
    ['#!/bin/bash -e\nif ! deploy 2>&1 | tee f; then exit 1; fi', 'pipe without pipefail'],
  ])('%j is masked: %s', (script, why) => {
    expect(masked(script)).toBe(why);
  });
  it.each([
    ['deploy && echo ok || echo skipped', '|| echo skipped'],
    ['for s in $S; do deploy $s && echo ok || echo skipped; done || true', '|| echo skipped'],
    ['deploy && test -f x && echo ok || echo skipped\necho done', '|| echo skipped'],
    [
      'up() { if [ "$2" = new ]; then deploy "$1"; elif deploy "$1"; then echo ok; else echo same; fi\nif [ $? -ne 0 ]; then exit 1; fi; }\nfor s in "$@"; do up "$s" "$MODE"; done',
      'if',
    ],
    ['for s in app web; do if ! deploy $s; then login; deploy $s; fi; done', 'for'],
    ['set -e\nif ! deploy; then echo failed; fi\necho done', 'if'],
    ['set -e\nfor s in $STACKS; do if deploy app; then echo ok; else echo same; fi; done\necho done', 'if'],
  ])('%j is masked by %s', (script, by) => {
    const { deploys } = run(script, { openArgs: true });
    expect([...new Set(deploys.flatMap(({ masked }) => masked?.by ?? []))]).toEqual([by]);
  });
  it.each([
    'deploy',
    'set -o pipefail\ndeploy | tee log',
    'set -euo pipefail\ndeploy | tail -5\necho done',
    'set -e\ndeploy\necho done',
    'set -e\ncd infra && deploy\necho done',
    'set -e\ndeploy && echo ok',
    'deploy | tee log; if [ ${PIPESTATUS[0]} -ne 0 ]; then exit 1; fi',
    'deploy > log 2>&1; R=$?; cat log; exit $R',
    'deploy\nif [ $? -ne 0 ]; then echo failed; exit 1; fi\necho ok',
    'deploy || exit 1\necho ok',
    'for s in orders shop; do deploy $s || exit 1; done',
    'for s in $SERVICES; do deploy $s || exit 1; done',
    'set -e\nfor s in $SERVICES; do deploy $s; done',
    'bad=0\nfor s in orders shop; do deploy $s || bad=1; done\nexit $bad',
    'for i in 1 2 3; do deploy && break; done',
    'for s in orders; do deploy $s; done',
    'deploy || { echo failed; exit 1; }',
    'set -e\nfor i in 1 2 3; do if deploy; then break; fi; if [ $i -eq 3 ]; then exit 1; fi; done\necho ok',
    'set -e\nok=false\nfor i in 1 2; do if deploy; then ok=true; break; fi; done\n[ "$ok" = true ] || exit 1\necho done',
    'set -e\nn=0\nuntil deploy; do n=$((n+1)); if [ $n -ge 3 ]; then exit 1; fi; done\necho ok',
    'set -eo pipefail\n( deploy | tail -2 ) &\nwait $!\necho ok',
    'set -e\ndeploy &\nwait -n\necho ok',
    'set -e\ndeploy & PID=$!\nwait $PID\necho ok',
    'set -e\nOUT=$(deploy)\necho $OUT',
    'set +e\ndeploy\ncode=$?\nset -e\nif [[ $code -ne 0 ]]; then exit $code; fi\necho ok',
    'if deploy; then echo ok; else echo failed; exit 1; fi',
    'set -e\nup() { deploy || return 1; echo ok; }\nif ! up; then exit 1; fi',
    'set -e\nup() { deploy && echo ok; }\nup || exit 1',
    'trap cleanup EXIT\nset -e\nmain() { deploy; }\nmain "$@"',
  ])('%j is noticed', (script) => {
    expect(masked(script)).toBeUndefined();
  });
});

describe('what happens to a deploy’s output', () => {
  const hidden = (script: string): string | undefined => {
    const found = run(script).deploys[0]?.hidden;
    return found === undefined ? undefined : `${found.how} by ${found.by}`;
  };
  it.each([
    ['deploy 2>&1 | tail -100', 'until the end by tail -100'],
    ['deploy | tee log | tail -n 5', 'until the end by tail -n 5'],
    ['deploy | head -20', 'cut by head -20'],
    ['deploy | grep ERROR', 'cut by grep ERROR'],
    ['deploy > /dev/null 2>&1', 'discarded by > /dev/null'],
    ['deploy &> /dev/null', 'discarded by > /dev/null'],
    ['set -e\nOUT=$(deploy)', 'captured by $(…)'],
  ])('%j is hidden: %s', (script, how) => {
    expect(hidden(script)).toBe(how);
  });
  it.each([
    'deploy',
    'deploy | tee log',
    'deploy > log 2>&1',
    'deploy | tail -n +2',
    'deploy 2>/dev/null',
    'deploy | grep --line-buffered x',
    'OUT=$(deploy)\necho "$OUT"',
    'set -e\nOUT=$(deploy > /dev/null; echo done)',
    'set -e\nOUT=$(deploy >&2)',
    '(deploy > log) | tail -5',
  ])('%j is seen', (script) => {
    expect(hidden(script)).toBeUndefined();
  });
});

describe('limits', () => {
  it('reach the command that runs under them', () => {
    expect(run('timeout 300 deploy').deploys[0]?.limit?.seconds).toBe(300);
  });
});

describe('what real scripts do', () => {
  it('checks for tools, then goes on: a list that may have grown is not known to be non-empty', () => {
    expect(
      words(
        'need() {\n local missing=()\n if ! command -v docker; then missing+=(docker); fi\n if [ ${#missing[@]} -ne 0 ]; then exit 1; fi\n}\nneed\nshow on',
      ),
    ).toEqual(['on']);
  });
  it('hands its own arguments to main', () => {
    const script =
      'main() {\n local tag=latest\n while [[ $# -gt 0 ]]; do case $1 in --tag) tag=$2; shift 2;; *) exit 1;; esac; done\n show "$tag"\n}\nmain "$@"';
    expect(run(script, { openArgs: true }).shown.map((one) => one.words[0])).toEqual(['latest', '$2']);
  });
  it('takes options that have nothing to do with each other', () => {
    const script =
      'R=here B=\nwhile [[ $# -gt 0 ]]; do case $1 in --region) R=$2; shift 2;; --build) B=true; shift;; esac; done\nif [[ $B == true ]]; then show built "$R"; fi';
    expect(run(script, { openArgs: true }).shown.map((one) => one.words.join(' '))).toEqual(['built here', 'built $2']);
  });
  it.each([5, 19, 20, 21, 22, 23])(
    'takes %i options, more than their ways can be followed: what happens without them holds only without them',
    (count) => {
      const names = Array.from({ length: count }, (_, index) => `X${index}`);
      const arms = names.map((one) => `--${one}) ${one}=yes; shift;;`).join(' ');
      const grown = names.map((one) => `if [ "$${one}" = yes ]; then ARGS+=(--${one}); fi`).join('\n');
      const script = `${names.map((one) => `${one}=`).join('\n')}\nARGS=(start)\nwhile [ $# -gt 0 ]; do case $1 in ${arms} esac; done\n${grown}\nshow "\${ARGS[@]}"\nshow after`;
      const { shown } = run(script, { openArgs: true });
      const bare = shown.filter((one) => one.words.join(' ') === 'start');
      expect(bare).toHaveLength(1);
      expect(bare.every((one) => restsOnDefault(one.when))).toBe(true);
      expect(shown.at(-1)).toMatchObject({ words: ['after'], when: [] });
    },
  );
  it('calls everything through a function that hands on: each call counts for itself', () => {
    const calls = Array.from({ length: 200 }, (_, index) => `aws call${index}`).join('\n');
    expect(run(`aws() { show --region eu "$@"; }\n${calls}`).shown).toHaveLength(200);
  });
  it('shortens a commit and takes a name out of an address, and messages say how', () => {
    expect(words('show "${SHA::7}" "${SHA:0:7}" "${REF##*/}" "${REF//./-}"')).toEqual([
      '${SHA::7} ${SHA:0:7} ${REF##*/} ${REF//./-}',
    ]);
  });
  it('finds itself by BASH_SOURCE and goes there with cd --', () => {
    const files = { 'scripts/push.sh': '#!/bin/bash\ncd -- "${BASH_SOURCE[0]%/*}/.."\nshow "$PWD"' };
    expect(words('bash scripts/push.sh', { files })).toEqual(['/project']);
  });
  it('gives a variable a value unless it has one, however that is asked', () => {
    const { shown } = run('if [ "$S" = "" ]; then S=here; fi\nshow "$S"');
    expect(shown.map((one) => one.words[0])).toEqual(['here', '${S}']);
    expect(shown[0]?.when).toEqual([{ cond: 'default:S', is: 'unset' }]);
  });
  it('says what it is about to run, and is none the wiser for it', () => {
    const script =
      'P=\nwhile [[ $# -gt 0 ]]; do case $1 in --platform) P=$2; shift 2;; esac; done\nC=(show build)\nif [[ -n $P ]]; then C+=(--platform "$P"); fi\necho "Running: ${C[*]}"\n"${C[@]}"';
    expect(run(script, { openArgs: true }).shown.map((one) => one.words.join(' '))).toEqual([
      'build',
      'build --platform $2',
    ]);
  });
  it('keeps what many alternatives share when there are too many', () => {
    const choices = Array.from({ length: 30 }, (_, index) => `a${index}) X=v${index};;`).join(' ');
    expect(words(`case $1 in ${choices} *) exit 1;; esac\nshow "pre-$X-post"`, { openArgs: true })).toEqual([
      expect.stringMatching(/^pre-v.*-post$/),
    ]);
  });
});

describe('a function that only hands on', () => {
  it('stands where it is called', () => {
    const { shown, deploys } = run(
      'run() { "$@"; }\nrun deploy x\nquiet() { deploy --profile p "$@" > /dev/null 2>&1; }\nquiet y',
    );
    expect(shown).toEqual([]);
    expect(deploys.map((one) => [one.command.span.line, one.command.span.column, one.command.span.endColumn])).toEqual([
      [2, 1, 13],
      [4, 1, 8],
    ]);
  });
});
