/**
 * A few lines that grow out of all bounds when they are evaluated. What is lost is named; what stands beside it is
 * judged all the same.
 */
import type { Hostile } from '../harness.ts';
import type { Tree } from '../place.ts';

const PUSH = 'docker push "app:latest" | tail -1';
const many = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('');

function shell(what: string, text: string, more: Partial<Hostile> = {}): Hostile {
  return { what, files: { 'a.sh': text }, ...more };
}

export const MATCHERS: readonly Hostile[] = [
  shell(
    'a regular expression with nested repetitions is matched in time',
    `X=${'a'.repeat(60)}\nif [[ $X =~ ^(a+)+$b ]]; then ${PUSH}; fi\nif [[ "$X!" =~ ^(a|aa)+$ ]]; then ${PUSH}; fi\nif [[ "$X!" =~ (a*)*(a*)*(a*)*c ]]; then ${PUSH}; fi\n`,
  ),
  shell(
    'a regular expression with many alternatives is matched in time',
    `X=${'ab'.repeat(5000)}\n[[ $X =~ ${'(a|b|ab)*'.repeat(20)}c ]] && ${PUSH}\n[[ $X =~ ^(([a-z])+.)+[A-Z]([a-z])+$ ]] && ${PUSH}\n[[ $X =~ ${'a?'.repeat(60)}${'a'.repeat(60)} ]] && ${PUSH}\n`,
  ),
  shell(
    'bounds of repetitions that multiply are matched in time',
    `X=${'a'.repeat(200)}\n[[ $X =~ ((a{1,1000}){1,1000}){1,1000}b ]] && ${PUSH}\n[[ $X =~ (((((a{0,60}){0,60}){0,60}){0,60}){0,60})b ]] && ${PUSH}\n`,
  ),
  shell(
    'globs of a case with many stars are matched in time',
    `X=${'a'.repeat(3000)}\ncase $X in\n  ${'*a'.repeat(60)}b) ${PUSH};;\n  ${'*a*'.repeat(40)}c) ${PUSH};;\n  *) ;;\nesac\n`,
  ),
  shell(
    'extended globs that repeat each other are matched in time',
    `shopt -s extglob\nX=${'a'.repeat(200)}\ncase $X in\n  +(+(+(a)))b) ${PUSH};;\n  *(a|aa|aaa)b) ${PUSH};;\n  ?(a)?(a)*(*(a))b) ${PUSH};;\nesac\n[[ $X == *(*(*(a)))b ]] && ${PUSH}\n`,
  ),
  shell(
    'replacements with many stars are made in time',
    `X=${'a'.repeat(20_000)}\nY=\${X//*a*a*a*a*a*b/x}\nZ=\${X//a/${'b'.repeat(1000)}}\nZ=\${Z//b/$Z}\nV=\${X##*a*a*a*a*b}\nW=\${X%%b*a*a*a*a*}\nU=\${X/%*a*b/x}\ndocker push "$Y$Z$V$W$U" | tail -1\n`,
  ),
  shell(
    'sed, grep and awk with expressions that explode are done in time',
    `X=${'a'.repeat(5000)}\ndocker push "$(echo "$X" | sed -E 's/^(a+)+$/x/;s/(a*)*b/y/g')" | tail -1\necho "$X" | grep -E '^(a+)+b$' && ${PUSH}\necho "$X" | grep -P '^(a|a)*b' && ${PUSH}\nY=$(echo "$X" | awk '{gsub(/(a*)*b/, "x"); print}')\nexpr "$X" : '\\(a*\\)*b' && ${PUSH}\n`,
  ),
  {
    what: 'names with forty holes are told apart in time',
    files: {
      'a.sh': many(30, (n) => `docker push "r.example.com/${many(40, (m) => `\${A${m}_${n}}a`)}:latest"\n`),
      'template.json': JSON.stringify({
        Resources: Object.fromEntries(
          Array.from({ length: 30 }, (_, n) => [
            `F${n}`,
            {
              Type: 'AWS::Lambda::Function',
              Properties: {
                PackageType: 'Image',
                Architectures: ['arm64'],
                Code: { ImageUri: { 'Fn::Sub': `r.example.com/${many(40, (m) => `\${P${m}}a`)}b:latest` } },
              },
            },
          ]),
        ),
        Parameters: Object.fromEntries(Array.from({ length: 40 }, (_, m) => [`P${m}`, { Type: 'String' }])),
      }),
    },
  },
  {
    what: 'names of one letter and many holes are told apart in time',
    files: {
      'a.sh': many(
        12,
        (n) =>
          `docker build -t "${many(60, (m) => `\${B${m}}a`)}${'a'.repeat(n)}:\${T}" . && docker push "${many(59, (m) => `\${C${m}}aa`)}:\${U}"\n`,
      ),
      'main.tf': many(
        12,
        (n) =>
          `resource "aws_ecr_repository" "r${n}" {\n  name = "${many(50, (m) => `\${var.v${m}}a`)}"\n}\nresource "aws_lambda_function" "f${n}" {\n  package_type = "Image"\n  image_uri = "\${aws_ecr_repository.r${n}.repository_url}${many(50, (m) => `a\${var.w${m}}`)}:latest"\n}\n`,
      ),
    },
  },
  {
    what: 'filters of workflows, pipelines and policies that explode are matched in time',
    files: {
      '.github/workflows/a.yml': `on:\n  push:\n    branches: ['${'**/*a'.repeat(60)}', '${'+(a)'.repeat(50)}']\n    paths: ['${'**'.repeat(100)}b']\njobs:\n  a:\n    runs-on: ubuntu-latest\n    if: contains(github.ref, '${'a'.repeat(1000)}') && startsWith(format('${'{0}'.repeat(2000)}', '${'a'.repeat(2000)}'), 'x')\n    steps:\n      - run: ${PUSH}\n`,
      '.gitlab-ci.yml': `include:\n  - local: '${'**/*a'.repeat(60)}.yml'\na:\n  rules:\n    - if: '$X =~ /^(a+)+$/'\n    - if: '"${'a'.repeat(60)}" =~ /^(a+)+b$/'\n    - changes: ['${'**/*a'.repeat(50)}']\n  script: ['${PUSH}']\nvariables: {X: ${'a'.repeat(60)}b}\n`,
      'template.json': JSON.stringify({
        Resources: {
          R: {
            Type: 'AWS::IAM::Role',
            Properties: {
              Policies: [
                {
                  PolicyName: 'a',
                  PolicyDocument: {
                    Statement: [
                      { Effect: 'Allow', Action: [`${'*a'.repeat(60)}b`, `ecr:${'*e'.repeat(40)}`], Resource: '*' },
                    ],
                  },
                },
              ],
            },
          },
          T: {
            Type: 'AWS::ECS::TaskDefinition',
            Properties: {
              ExecutionRoleArn: { 'Fn::GetAtt': ['R', 'Arn'] },
              ContainerDefinitions: [{ Name: 'a', Image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1' }],
            },
          },
        },
      }),
    },
  },
  {
    what: 'regular expressions of Terraform, CDK and CloudFormation are matched in time',
    files: {
      'main.tf': `locals {\n  x = "${'a'.repeat(60)}!"\n  y = replace(local.x, "/^(a+)+$/", "b")\n  z = regex("^(a|aa)+$", local.x)\n  w = regexall("(a*)*b", local.x)\n}\nresource "aws_ecr_repository" "a" {\n  name = "\${local.y}\${local.z}\${join(",", local.w)}"\n}\n`,
      'bin/app.ts': `import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nconst x = '${'a'.repeat(60)}!';\nnew ecr.Repository(new Stack(new App(), 'S'), 'A', { repositoryName: x.replace(/^(a+)+$/, 'b') + x.match(/(a*)*b/) + x.split(/^(a|aa)+$/).join('') + (/^(([a-z])+.)+[A-Z]/.test(x) ? 'p' : 'q') });\n`,
      Makefile: `X := ${'a'.repeat(3000)}\nY := $(patsubst ${'%a'.repeat(30)},b,$(X)) $(subst a,${'b'.repeat(1000)},$(X)) $(filter ${'%a '.repeat(500)},$(X))\nall:\n\tdocker push $(Y) | tail -1\n`,
      'serverless.yml': `service: \${${'self:'.repeat(5000)}}\nprovider: {name: aws}\ncustom: {a: "\${self:custom.b}\${self:custom.b}", b: "\${self:custom.a}\${self:custom.a}"}\nfunctions: {f: {image: "\${self:custom.a}"}}\n`,
      justfile: `x := replace_regex("${'a'.repeat(60)}!", "^(a+)+$", "b")\nall:\n  {{ if x =~ "^(a+)+$" { "docker push a" } else { "docker push b" } }} | tail -1\n`,
    },
  },
  {
    what: 'Groovy of any shape is read in time',
    files: {
      Jenkinsfile: `${'def a(b = { '.repeat(400)}${'x ?: '.repeat(5000)}${'('.repeat(3000)}${'a ? '.repeat(3000)}${'!'.repeat(3000)}${'[a: '.repeat(3000)}`,
      'a.jenkinsfile': `${'"${'.repeat(5000)}`,
      'b.jenkinsfile': `${'List<'.repeat(40_000)}\n${'A<B\n'.repeat(20_000)}`,
      'c.jenkinsfile': `${'{ a '.repeat(30_000)}\n${'x'.repeat(100_000)}`,
      'd.jenkinsfile': `${'a /* x */ '.repeat(20_000)}\n${"sh 'a' + ".repeat(20_000)}`,
      'e.jenkinsfile': `${"'".repeat(50_000)}\n${'/'.repeat(50_000)}\n${'case x:\n'.repeat(10_000)}switch (x) {\n${'case x:\n'.repeat(10_000)}`,
    },
  },
  {
    what: "a Dockerfile's expansions that explode are made in time",
    files: {
      Dockerfile: `ARG X=${'a'.repeat(5000)}\nARG Y=\${X//${'*a'.repeat(30)}b/x}\nARG Z=\${X##${'*a'.repeat(30)}b}\n${many(60, (n) => `ARG V${n + 1}=\${V${n}:-$X}\${V${n}}\${V${n}}\n`)}FROM \${V60}\${Y}\${Z}\n`,
    },
  },
];

export const LOOPS: readonly Hostile[] = [
  shell(
    'loops in loops are left in time, and that is said',
    `for a in {1..1000}; do for b in {1..1000}; do for c in {1..1000}; do\n  docker push "app$a$b$c:latest" | tail -1\ndone; done; done\n`,
    { said: ['a.sh'] },
  ),
  shell(
    'seven loops of ten are left in time, and that is said',
    `${many(7, (n) => `for v${n} in 0 1 2 3 4 5 6 7 8 9; do\n`)}docker build -t "app:$v0$v1$v2$v3$v4$v5$v6" . && ${PUSH}\n${'done\n'.repeat(7)}`,
    { said: ['a.sh'] },
  ),
  shell(
    'loops that never end are left in time',
    `while true; do docker build -t app . ; done\nuntil false; do ${PUSH}; done\nfor ((;;)); do :; done\nwhile :; do ((i++)); docker push "app:$i"; done\n`,
  ),
  shell(
    'a loop that counts to a billion is left in time',
    `for ((i = 0; i < 1000000000; i++)); do X="$X$i"; docker push "app:$X"; done\nfor i in $(seq 1 1000000000); do docker push "app:$i"; done\n`,
  ),
  shell(
    'braces that multiply are expanded in time',
    `for x in {a..z}{a..z}{a..z}{a..z}{a..z}{a..z}; do docker push $x; done\necho {1..100000000}\ndocker build -t {1..9999}{1..9999}{1..9999} .\necho ${'{a,b}'.repeat(60)}\nX=${'{'.repeat(5000)}a,b${'}'.repeat(5000)}\n`,
  ),
  shell(
    'texts that double are bounded',
    `X=aaaaaaaaaaaaaaaa\n${'X="$X$X"\n'.repeat(200)}docker push "app:$X" | tail -1\nA=(1 2 3 4 5 6 7 8)\n${'A=("${A[@]}" "${A[@]}")\n'.repeat(60)}docker push "${'${A[@]}'}" | tail -1\n`,
  ),
  shell(
    'widths of printf are bounded',
    `docker push "$(printf '%999999999s' a)" | tail -1\ndocker push "$(printf '%*s' 2000000000 a)" | tail -1\nprintf -v X '%0999999999d' 1\nprintf '%.999999999f' 1\nprintf '%s' {1..99999999}\necho "$X"\nX=$(seq -w 1 999999999)\nY=$(head -c 9999999999 /dev/zero | tr '\\0' x)\nZ=$(yes | head -n 999999999)\n`,
  ),
  shell(
    'functions that call themselves and each other are left in time',
    `f() { f "$@" "$@"; docker push a; }\ng() { h; h; h; }\nh() { g; g; g; }\n${many(40, (n) => `f${n}() { f${n + 1}; f${n + 1}; f${n + 1}; }\n`)}f40() { ${PUSH}; }\nf 1 2\ng\nf0\n`,
  ),
  {
    what: 'scripts that call and source each other are left in time',
    files: {
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, n) => [
          `s${n}.sh`,
          `${many(10, (m) => `bash s${(n + m + 1) % 30}.sh $1$2 x\nsource s${(n * m + 1) % 30}.sh\n`)}docker push "app:$1" | tail -1\n`,
        ]),
      ),
      'a.sh': '. a.sh\nbash a.sh\n./a.sh &\n$0\nexec "$0" "$@"\n',
    },
  },
  shell(
    'arithmetic that grows is bounded',
    `X=9\n${'X=$((X * X * X + X ** X))\n'.repeat(50)}Y=$((1 << 99999999)) Z=$((2 ** 99999999))\nfor ((i = Z; i > 0; i--)); do docker push "app:$i"; done\nA[999999999]=1\nfor x in "\${A[@]}" "\${!A[@]}"; do docker push $x; done\ndeclare -A M; for i in {1..99999}; do M[$i]=\${M[*]}; done\n`,
  ),
  shell(
    'conditions that are open, sixty of them, are joined in time',
    `${many(60, (n) => `if [ -n "$C${n}" ]; then V${n}=a; X="$X$V${n}"; else V${n}=b; X="$V${n}$X"; fi\n`)}docker build --platform "linux/$X" -t "app:$X" . && docker push "app:$X" | tail -1\n${many(60, (n) => `case $D${n} in a) Y=a$Y;; b) Y=b$Y;; *) Y=$Y$Y;; esac\n`)}docker push "app:$Y" | tail -1\n`,
  ),
  shell(
    'a pipeline of 5,000 commands is read in time',
    `cat x ${'| cat '.repeat(5000)}\ncdk deploy ${'| tee x '.repeat(5000)}\n${'true && '.repeat(5000)}${PUSH}\n${'false || '.repeat(5000)}${PUSH}\n`,
  ),
  shell(
    'an `eval` that makes more of itself is left in time',
    `X='eval "$X; $X"'\neval "$X"\nY='eval "$Y$Y"'\neval "$Y"\nbash -c "bash -c 'bash -c \\"$0\\"'"\ntrap 'eval "$X"' EXIT\n${'alias a="a a"\n'.repeat(10)}a\nxargs -I{} sh -c '{}' < a.sh\n`,
  ),
  shell(
    'redirections and here-documents that feed each other are left in time',
    `${many(50, (n) => `cat f${n} f${n} f${n} f${n} > f${n + 1}\n`)}docker push "$(cat f50)" | tail -1\necho aaaaaaaaaaaaaaaa > g\n${'cat g g > h; cat h h > g\n'.repeat(60)}docker push "$(cat g)" | tail -1\n${many(500, (n) => `cat <<E${n} `)}\n`,
  ),
  {
    what: 'make rules and variables that multiply are left in time',
    files: {
      Makefile: `${many(60, (n) => `V${n + 1} = $(V${n}) $(V${n}) $(V${n})\n`)}V0 = a\n${many(40, (n) => `t${n}: t${n + 1} u${n + 1}\n\tdocker push $(V60) | tail -1\nu${n}: t${n + 1} u${n + 1}\n\tdocker push b | tail -1\n`)}t40 u40:\n\t$(MAKE) t0\nF = $(foreach a,$(V10),$(foreach b,$(V10),$(foreach c,$(V10),$(a)$(b)$(c))))\nR = $(call R,$(1)$(1))\nall: t0\n\tdocker push $(F) $(call R,a) $(eval all: $(F)) | tail -1\ndefine G\n$(G) $(G)\nendef\n$(eval $(call G))\n`,
    },
  },
  {
    what: 'npm scripts, tasks and recipes that call each other are left in time',
    files: {
      'package.json': JSON.stringify({
        scripts: Object.fromEntries(
          Array.from({ length: 30 }, (_, n) => [
            `s${n}`,
            `npm run s${(n + 1) % 30} && npm run s${(n + 7) % 30} && npm run s${(n + 11) % 30} && docker push a:latest | tail -1`,
          ]),
        ),
      }),
      'Taskfile.yml': `version: '3'\ntasks:\n${many(30, (n) => `  t${n}:\n    cmds:\n      - task: t${(n + 1) % 30}\n      - task: t${(n + 7) % 30}\n      - for: {var: X}\n        task: t${(n + 11) % 30}\n      - ${PUSH}\n`)}`,
      justfile: many(
        30,
        (n) => `r${n}: r${(n + 1) % 30} (r${(n + 7) % 30} "a")\n  just r${(n + 11) % 30}\n  ${PUSH}\n`,
      ),
    },
  },
];

/** Ten that call ten that call ten: nothing repeats, and yet nobody can follow it all. */
function fan(
  levels: number,
  width: number,
  file: (level: number, n: number, next: readonly string[]) => readonly [string, string],
): Tree {
  return Object.fromEntries(
    Array.from({ length: levels }, (_, level) =>
      Array.from({ length: width }, (_, n) => {
        const next = level + 1 === levels ? [] : Array.from({ length: width }, (_, m) => `${level + 1}-${m}`);
        return file(level, n, next);
      }),
    ).flat(),
  );
}

export const PIPELINES: readonly Hostile[] = [
  {
    what: 'reusable workflows that call each other ten times ten times are left in time',
    files: fan(8, 10, (level, n, next) => [
      `.github/workflows/w${level}-${n}.yml`,
      `on: {workflow_call: {inputs: {x: {type: string}}}, push: {}}\njobs:\n${next.map((to) => `  j${to}:\n    uses: ./.github/workflows/w${to}.yml\n    with: {x: "\${{ inputs.x }}a"}\n`).join('')}  own:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push "app:\${{ inputs.x }}" | tail -1\n`,
    ]),
    said: [/\.github\/workflows/],
  },
  {
    what: 'composite actions that use each other ten times ten times are left in time',
    files: {
      ...fan(8, 10, (level, n, next) => [
        `actions/a${level}-${n}/action.yml`,
        `inputs: {x: {}}\nruns:\n  using: composite\n  steps:\n${next.map((to) => `    - uses: ./actions/a${to}\n      with: {x: "\${{ inputs.x }}a"}\n`).join('')}    - shell: bash\n      run: docker push "app:\${{ inputs.x }}" | tail -1\n`,
      ]),
      '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${many(10, (n) => `      - uses: ./actions/a0-${n}\n`)}`,
    },
  },
  {
    what: 'workflows that call themselves are left in time',
    files: {
      '.github/workflows/a.yml':
        'on: {push: {}, workflow_call: {}}\njobs:\n  a: {uses: ./.github/workflows/a.yml}\n  b: {uses: ./.github/workflows/b.yml, strategy: {matrix: {x: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}}\n',
      '.github/workflows/b.yml':
        'on: {push: {}, workflow_call: {}}\njobs:\n  a: {uses: ./.github/workflows/a.yml, strategy: {matrix: {x: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}}\n  b: {uses: ./.github/workflows/b.yml}\n',
      'x/action.yml': 'runs: {using: composite, steps: [{uses: ./x}, {uses: ./x}, {uses: ./x}]}\n',
    },
  },
  {
    what: 'a matrix of 10^12 jobs is left in time, and that is said',
    files: {
      '.github/workflows/a.yml': `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n${many(12, (n) => `        m${n}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n`)}        exclude: [${many(200, (n) => `{m0: ${n % 10}, m1: ${n % 7}}, `)}]\n    steps:\n      - run: docker push "app:\${{ matrix.m0 }}\${{ matrix.m11 }}" | tail -1\n`,
    },
    said: ['a.yml'],
  },
  {
    what: 'CircleCI commands that call each other are left in time',
    files: {
      '.circleci/config.yml': `version: 2.1\ncommands:\n${many(40, (n) => `  c${n}:\n    parameters: {x: {type: string, default: a}}\n    steps:\n${many(10, () => `      - c${n + 1}: {x: "<< parameters.x >>a"}\n`)}      - run: docker push "app:<< parameters.x >>" | tail -1\n`)}  c40:\n    steps: [c0, c0, c40, {run: "${PUSH.replaceAll('"', '')}"}]\njobs:\n  a:\n    machine: true\n    steps: [c0, c1, c2]\nworkflows:\n  w:\n    jobs:\n      - a: {matrix: {parameters: {${many(10, (n) => `p${n}: [1, 2, 3, 4, 5, 6, 7, 8, 9], `)}}}}\n`,
    },
    said: ['.circleci/config.yml'],
  },
  {
    what: 'GitLab references and extensions that multiply are left in time',
    files: {
      '.gitlab-ci.yml': `.s0:\n  script: ["${PUSH.replaceAll('"', '')}"]\n${many(40, (n) => `.s${n + 1}:\n  script:\n${many(6, () => `    - !reference [.s${n}, script]\n`)}`)}a:\n  script:\n    - !reference [.s40, script]\nb:\n  extends: [${many(40, (n) => `.s${n + 1}, `)}]\n.l1: {extends: .l2}\n.l2: {extends: .l1, script: [!reference [.l1, script]]}\nc: {extends: .l1}\nd:\n  parallel:\n    matrix:\n      - ${many(10, (n) => `M${n}: [1, 2, 3, 4, 5, 6, 7, 8, 9]\n        `)}\n  script: ['docker push $M1']\ninclude: [{local: .gitlab-ci.yml}, {local: x.gitlab-ci.yml}]\n`,
      'x.gitlab-ci.yml': 'include: [{local: .gitlab-ci.yml}, {local: x.gitlab-ci.yml}]\n',
    },
  },
  {
    what: 'Azure templates that include each other are left in time',
    files: {
      ...fan(7, 10, (level, n, next) => [
        `ci/t${level}-${n}.yml`,
        `parameters: {x: a}\nsteps:\n${next.map((to) => `- template: t${to}.yml\n  parameters: {x: "\${{ parameters.x }}a"}\n`).join('')}- script: docker push app:\${{ parameters.x }} | tail -1\n`,
      ]),
      'azure-pipelines.yml': `steps:\n${many(10, (n) => `- template: ci/t0-${n}.yml\n`)}- \${{ each x in parameters.y }}:\n  - template: azure-pipelines.yml\n`,
    },
  },
  {
    what: 'expressions nested 10,000 deep are left in time',
    files: {
      '.github/workflows/a.yml': `on: push\nenv:\n  X: \${{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}\n  Y: \${{ ${'!'.repeat(10_000)}true }}\n  Z: \${{ ${'format("{0}", '.repeat(5000)}1${')'.repeat(5000)} }}\n  W: \${{ fromJSON('${'['.repeat(10_000)}${']'.repeat(10_000)}') }}\n  V: \${{ a${'.b'.repeat(10_000)}${'[0]'.repeat(10_000)} }}\n${many(60, (n) => `  E${n + 1}: \${{ env.E${n} }}\${{ env.E${n} }}\n`)}jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: 'docker push "$E60$X" | tail -1'}]\n`,
    },
  },
  {
    what: 'compose files that extend and include each other are left in time',
    files: {
      ...fan(6, 8, (level, n, next) => [
        `c${level}-${n}/compose.yaml`,
        `include: [${next.map((to) => `../c${to}/compose.yaml`).join(', ')}]\nservices:\n${many(8, (m) => `  s${m}:\n    image: a:\${X:-\${X:-\${X:-a}}}\n    build: .\n${next.length === 0 ? '' : `    extends: {file: ../c${next[m]}/compose.yaml, service: s${m}}\n`}`)}`,
      ]),
      'compose.yaml': `services:\n  a: {extends: b}\n  b: {extends: a}\n  c: {image: "${'${A:-'.repeat(3000)}x${'}'.repeat(3000)}"}\n`,
    },
  },
  {
    what: 'bake matrices, inheritance and functions that multiply are left in time',
    files: {
      'docker-bake.hcl': `function "f" {\n  params = [x]\n  result = "\${f(x)}\${f(x)}"\n}\nvariable "X" { default = "\${X}\${X}" }\ntarget "m" {\n  name = "m-\${a}-\${b}-\${c}-\${d}"\n  matrix = {\n${many(10, (n) => `    ${String.fromCharCode(97 + n)} = [${many(30, (m) => `"${m}", `)}]\n`)}  }\n  tags = ["\${f(a)}:latest"]\n  output = ["type=registry"]\n}\n${many(40, (n) => `target "t${n}" {\n  inherits = ["t${n + 1}", "t${n + 2}", "t${n + 1}"]\n  contexts = { x = "target:t${n + 1}" }\n  tags = ["a${n}:latest"]\n}\n`)}group "default" { targets = ["default", "t0", "m"] }\n`,
    },
  },
];

export const TEMPLATES: readonly Hostile[] = [
  {
    what: 'nested stacks that fan out are left in time, and that is said',
    files: fan(7, 10, (level, n, next) => [
      `t/s${level}-${n}.yaml`,
      `Parameters: {X: {Type: String, Default: a}}\nResources:\n  R: {Type: AWS::ECR::Repository, Properties: {RepositoryName: !Sub "r-\${X}"}}\n${next.map((to) => `  N${to.replace('-', 'x')}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ./s${to}.yaml, Parameters: {X: !Sub "\${X}a"}}\n`).join('')}`,
    ]),
    said: [/t\/s\d-\d/],
  },
  {
    what: 'thirty conditions are decided in time',
    files: {
      'template.json': JSON.stringify({
        Parameters: Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`P${n}`, { Type: 'String' }])),
        Conditions: Object.fromEntries(
          Array.from({ length: 30 }, (_, n) => [
            `C${n}`,
            n === 0
              ? { 'Fn::Equals': [{ Ref: 'P0' }, 'a'] }
              : {
                  'Fn::Or': [
                    { Condition: `C${n - 1}` },
                    { 'Fn::And': [{ Condition: `C${n - 1}` }, { 'Fn::Not': [{ Condition: `C${n - 1}` }] }] },
                    { 'Fn::Equals': [{ Ref: `P${n}` }, 'a'] },
                  ],
                },
          ]),
        ),
        Resources: Object.fromEntries(
          Array.from({ length: 30 }, (_, n) => [
            `F${n}`,
            {
              Type: 'AWS::Lambda::Function',
              Condition: `C${n}`,
              Properties: {
                PackageType: 'Image',
                Architectures: [{ 'Fn::If': [`C${n}`, 'arm64', 'x86_64'] }],
                Code: {
                  ImageUri: Array.from({ length: 30 }, (_, m) => m).reduce<unknown>(
                    (rest, m) => ({ 'Fn::If': [`C${m}`, `r.example.com/a${m}:latest`, rest] }),
                    { 'Fn::Join': ['', Array.from({ length: 30 }, (_, m) => ({ 'Fn::If': [`C${m}`, 'a', 'b'] }))] },
                  ),
                },
              },
            },
          ]),
        ),
      }),
    },
  },
  {
    what: 'joins, maps and references that multiply are left in time',
    files: {
      'template.json': JSON.stringify({
        Conditions: Object.fromEntries(
          Array.from({ length: 20 }, (_, n) => [`C${n}`, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, `${n}`] }]),
        ),
        Resources: {
          ...Object.fromEntries(
            Array.from({ length: 50 }, (_, n) => [
              `R${n}`,
              {
                Type: 'AWS::ECR::Repository',
                Properties: {
                  RepositoryName: {
                    'Fn::Join': [
                      '-',
                      [
                        { Ref: `R${n + 1}` },
                        { Ref: `R${n + 1}` },
                        { 'Fn::GetAtt': [`R${n + 1}`, 'RepositoryUri'] },
                        { 'Fn::If': [`C${n % 20}`, 'a', { 'Fn::Sub': `\${R${n + 1}}\${R${n + 1}}` }] },
                      ],
                    ],
                  },
                },
              },
            ]),
          ),
          R50: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: { Ref: 'R0' } } },
        },
      }),
    },
  },
  {
    what: 'loops of a language extension that multiply are left in time',
    files: {
      'template.yaml': `Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::A:\n    - A\n    - [${many(100, (n) => `a${n}, `)}]\n    - Fn::ForEach::B:\n        - B\n        - [${many(100, (n) => `b${n}, `)}]\n        - Fn::ForEach::C:\n            - C\n            - [${many(100, (n) => `c${n}, `)}]\n            - "R\${A}\${B}\${C}":\n                Type: AWS::ECR::Repository\n                Properties: {RepositoryName: !Sub "\${A}\${B}\${C}"}\n`,
    },
  },
  {
    what: 'Terraform loops and modules that multiply are left in time, and that is said',
    files: {
      ...fan(8, 6, (level, n, next) => [
        `m${level}-${n}/main.tf`,
        `variable "x" { default = "a" }\nresource "aws_ecr_repository" "r" {\n  for_each = toset([for i in range(100) : "\${var.x}-\${i}"])\n  name = each.key\n}\n${next.map((to) => `module "m${to}" {\n  source = "../m${to}"\n  count = 10\n  x = "\${var.x}\${count.index}"\n}\n`).join('')}`,
      ]),
      'main.tf': many(
        6,
        (n) =>
          `module "m${n}" {\n  source = "./m0-${n}"\n  for_each = toset(["a", "b", "c", "d", "e", "f", "g", "h"])\n  x = each.key\n}\n`,
      ),
    },
    said: [/main\.tf/],
  },
  {
    what: 'Terraform expressions that multiply are left in time',
    files: {
      'main.tf': `locals {\n  a = [for i in range(1000000000) : i]\n  b = [for x in local.a : [for y in local.a : [for z in local.a : "\${x}\${y}\${z}"]]]\n  c = setproduct(${many(12, () => 'range(100), ')}[1])\n  d = join("", [for i in range(100000) : "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])\n  e = format("%999999999s", "a")\n${many(60, (n) => `  v${n + 1} = "\${local.v${n}}\${local.v${n}}"\n`)}  v0 = "aaaaaaaa"\n  l = local.m\n  m = local.l\n  n = flatten([${'['.repeat(3000)}${']'.repeat(3000)}])\n  p = pow(10, 999999)\n  s = substr(local.v60, 0, 1000000000)\n  i = indent(999999999, "a\\nb")\n}\nresource "aws_ecr_repository" "a" {\n  count = 1000000000\n  name = "\${local.v60}\${local.d}\${local.e}\${length(local.c)}\${local.l}-\${count.index}\${local.s}\${local.i}"\n}\n`,
    },
  },
  {
    what: 'Terraform modules that name themselves are left in time',
    files: {
      'main.tf': 'module "a" {\n  source = "./"\n  count = 10\n}\nmodule "b" {\n  source = "./b"\n}\n',
      'b/main.tf': 'module "c" {\n  source = "../"\n}\nmodule "d" {\n  source = "../b"\n}\n',
    },
  },
  {
    what: 'serverless variables and files that multiply are left in time',
    files: {
      'serverless.yml': `service: a\nprovider: {name: aws, ecr: {images: {a: {path: .}}}}\ncustom:\n${many(50, (n) => `  v${n + 1}: "\${self:custom.v${n}}\${self:custom.v${n}}\${self:custom.v${n}}"\n`)}  v0: aaaa\n  x: \${file(serverless.yml):custom.x}\n  y: \${file(\${self:custom.y}):a}\nfunctions:\n${many(50, (n) => `  f${n}: {image: {name: a}, architecture: "\${self:custom.v${n}}"}\n`)}  g: \${file(serverless.yml)}\n`,
    },
  },
  {
    what: 'Kustomize overlays that name each other are left in time',
    files: {
      ...fan(7, 8, (level, n, next) => [
        `k${level}-${n}/kustomization.yaml`,
        `resources: [${[...next.map((to) => `../k${to}`), 'd.yaml'].join(', ')}]\nnamePrefix: a-\nimages: [{name: a, newTag: "${n}"}]\n`,
      ]),
      ...fan(7, 8, (level, n) => [
        `k${level}-${n}/d.yaml`,
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:latest"}]}}}\n',
      ]),
    },
  },
];

const APP =
  "import { App, Stack, Construct } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\nconst app = new App();\nconst stack = new Stack(app, 'S');\nconst make = (name: any) => new ecr.Repository(stack, `R${name}`, { repositoryName: `${name}` });\n";

function cdk(what: string, text: string, more: Tree = {}): Hostile {
  return { what, files: { 'cdk.json': '{"app": "npx ts-node bin/app.ts"}', 'bin/app.ts': APP + text, ...more } };
}

export const APPS: readonly Hostile[] = [
  cdk(
    'loops of a CDK app that multiply are left in time',
    'for (let a = 0; a < 1000; a++) for (let b = 0; b < 1000; b++) for (const c of Array(1000).keys()) make(`${a}-${b}-${c}`);\nwhile (true) { make(1); }\nfor (;;) make(2);\ndo { make(3); } while (1 < 2);\nlet n = 0; while (n < 1e12) { n++; make(n); }\n',
  ),
  cdk(
    'arrays and texts of a billion are not made',
    "const a = new Array(1e9).fill('x'); const b = Array.from({ length: 1e9 }, (_, i) => i); const c = 'x'.repeat(1e9); const d = 'x'.padStart(1e9); const e = [...Array(1e9)]; const f = Array(1e9).join('x'); let g = 'x'; for (let i = 0; i < 100; i++) g = g + g; const h = new Uint8Array(1e9); const k = Buffer.alloc(2e9);\nmake(a.length + b.length + c + d + e.length + f + g + h.length + k.toString());\nfor (const x of a) make(x);\na.map((x) => b.map((y) => make(x + y)));\nlet l = [1]; for (let i = 0; i < 64; i++) l = [...l, ...l]; make(l.length);\nlet o: any = {}; for (let i = 0; i < 64; i++) o = { a: o, b: o, ...o }; make(JSON.stringify(o));\n",
  ),
  cdk(
    'functions that call themselves and each other are left in time',
    `function f(n: number): string { return f(n + 1) + f(n + 2); }\nfunction fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nfunction ack(m: number, n: number): number { return m === 0 ? n + 1 : n === 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1)); }\nconst y = (g: any): any => ((x: any) => x(x))((x: any) => g((v: any) => x(x)(v)));\n${many(40, (n) => `function g${n}(x: string): string { return g${n + 1}(x) + g${n + 1}(x + 'a') + g${n + 1}('b'); }\n`)}function g40(x: string) { make(x); return x; }\nmake(f(0)); make(fib(60)); make(ack(4, 4)); make(y((s: any) => (n: any) => s(n + 1))(0)); make(g0('a'));\n`,
  ),
  cdk(
    'classes that extend each other in a circle are left in time',
    `class A extends B { x = this.y + this.y; get y() { return this.x + super.y; } }\nclass B extends C {}\nclass C extends A { constructor() { super(); new A(); new B(); new C(); } }\nclass D extends D {}\nclass E extends (class extends E {}) {}\n${many(300, (n) => `class K${n} extends K${n + 1} { constructor(scope: any, id: string) { super(scope, id); new ecr.Repository(this, 'R${n}', { repositoryName: id }); } }\n`)}class K300 extends Construct {}\nnew A(); new D(); new E(); new K0(stack, 'K'); make(new A().y);\n`,
  ),
  cdk(
    'constructs that hold each other are left in time',
    `class P extends Construct { constructor(s: any, id: string, n: number) { super(s, id); for (let i = 0; i < 10; i++) new P(this, id + i, n + 1); new ecr.Repository(this, 'R', { repositoryName: id }); } }\nclass Q extends Construct { constructor(s: any, id: string) { super(s, id); new P(this, id, 0); new Q(this, id + 'a'); new Q(this, id + 'b'); } }\nnew P(stack, 'P', 0); new Q(stack, 'Q');\n`,
  ),
  cdk(
    'imports in circles are left in time',
    "import { a } from '../lib/m0';\nmake(a);\n",
    Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        `lib/m${n}.ts`,
        `import { App } from 'aws-cdk-lib';\n${many(60, (m) => `import { a as a${m} } from './m${m}';\nexport * from './m${m}';\n`)}export const a: string = ${many(60, (m) => `a${m} + `)}'x';\nexport default a;\n`,
      ]),
    ),
  ),
  cdk(
    'types and decorators that multiply are not evaluated',
    `${many(12, (n) => `type T${n + 1} = [T${n}, T${n}, T${n}, T${n}] | { [K in keyof T${n}]: T${n}[K] };\n`)}type T0 = 'a' | 'b' | 'c' | 'd';\ntype R<T> = T extends string ? R<[T]> | R<{ x: T }> : R<T[keyof T]>;\ntype U = \`\${T0}\${T0}\${T0}\${T0}\${T0}\${T0}\${T0}\${T0}\`;\nfunction dec(...a: any[]): any { while (true) make(1); }\n@dec @dec(dec(dec)) class Z { @dec x = dec; @dec m(@dec p: R<U>) {} static { while (true) make(2); } }\nlet t: T12; let r: R<U>; new Z();\nmake(r!);\n`,
  ),
  cdk(
    'conditions that are open, sixty of them, are joined in time',
    `${many(60, (n) => `const c${n} = app.node.tryGetContext('c${n}') ? 'a' : 'b';\n`)}make(${many(60, (n) => `c${n} + `)}'');\nmake([${many(60, (n) => `c${n}, `)}].join('-'));\nnew lambda.DockerImageFunction(stack, 'F', { architecture: ${many(40, (n) => `c${n} === 'a' ? lambda.Architecture.ARM_64 : `)}lambda.Architecture.X86_64, code: lambda.DockerImageCode.fromImageAsset(c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11 + c12) });\nlet s = ''; ${many(60, (n) => `if (c${n} === 'a') { s += 'a'; } else { s = 'b' + s; }\n`)}make(s);\n`,
  ),
  cdk(
    'proxies, getters and callbacks that never end are left in time',
    "const o: any = { get a() { return this.a; }, get [Symbol.iterator]() { return function* () { while (true) yield 1; }; } };\nfunction* g() { yield* g(); while (true) yield make(1); }\nfor (const x of g()) make(x);\nfor (const x of o) make(x);\nmake(o.a); make([...g()].length);\n[1, 2, 3].forEach(function f(x) { [1, 2, 3].forEach(f); });\n[1].reduce((a: any) => { a.push(...a, ...a); return a; }, [1]);\nconst m = new Map(); m.set(m, m); make(JSON.stringify(m));\nconst r: any = {}; r.r = r; make(JSON.stringify(r)); make(`${r}`); make(Object.entries(r)); make(structuredClone(r));\nconst arr: any[] = []; arr.push(arr); make(arr.flat(Infinity).join(arr as any));\nprocess.exit(7); throw new Error('x');\n",
  ),
];
