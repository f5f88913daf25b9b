/** Projects of a few lines each whose parts multiply: followed to the end, none of them would come to one. */

export type Project = Readonly<Record<string, string>>;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const REGISTRY = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** Beside each of them: a script with one defect, which is to be found all the same. */
export const INNOCENT: Project = {
  'innocent/release.sh': `#!/usr/bin/env bash\nset -e\ndocker build --platform linux/amd64 -t ${REGISTRY}/innocent:1.4.2 .\ndocker push ${REGISTRY}/innocent:1.4.2 || true\n`,
};

const loops = (depth: number, body: string): string =>
  `${times(depth, (at) => `for v${at} in {1..60}; do`).join(' ')} ${body}; ${times(depth, () => 'done').join('; ')}`;
const cdk = (body: string): string =>
  `import * as cdk from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nconst app = new cdk.App();\nconst stack = new cdk.Stack(app, 'Main');\n${body}\n`;
const CDK_JSON = '{"app": "npx ts-node bin/app.ts"}';

export const SHAPES: Readonly<Record<string, Project>> = {
  // ── CDK ───────────────────────────────────────────────────────────────────────────────────────
  'cdk-loops': {
    'cdk.json': CDK_JSON,
    'bin/app.ts': cdk(
      `const list = [${times(48, String).join(', ')}];\n${times(6, (at) => `for (const a${at} of list)`).join(' ')} new ecr.Repository(stack, \`r\${a0}\${a1}\`, { repositoryName: \`n\${a2}\${a3}\` });`,
    ),
  },
  'cdk-for-in-with-props': {
    'cdk.json': CDK_JSON,
    'bin/app.ts': cdk(
      `const props = { ${times(300, (at) => `k${at}: { ${times(20, (inner) => `p${inner}: 'v${at}'`).join(', ')} }`).join(', ')} };\n${times(4, (at) => `for (const a${at} in props)`).join(' ')} new ecr.Repository(stack, \`r\${a0}\${a1}\`, { repositoryName: 'x', tags: props } as any);`,
    ),
  },
  'cdk-calls': {
    'cdk.json': CDK_JSON,
    'bin/app.ts': cdk(
      `${times(40, (at) => `function f${at}(n: string) { f${at + 1}(n + 'a'); f${at + 1}(n + 'b'); }`).join('\n')}\nfunction f40(n: string) { new ecr.Repository(stack, n); }\nf0('x');`,
    ),
  },
  'cdk-growing-lists': {
    'cdk.json': CDK_JSON,
    'bin/app.ts': cdk(
      `let a = ['x', 'y'];\nlet s = 'abc';\n${times(60, () => 'a = [...a, ...a]; a = a.concat(a); a = a.flatMap((x) => [x, x + s]); s = s + s; s = `${s}${s}`;').join('\n')}\nconst b = a.map((x) => a.map((y) => a.map((z) => a.map((w) => x + y + z + w))));\nfor (const n of b) new ecr.Repository(stack, 'r', { repositoryName: String(n) });`,
    ),
  },
  'cdk-choices': {
    'cdk.json': CDK_JSON,
    'bin/app.ts': cdk(
      `let name = 'a';\nconst all: Record<string, string> = {};\n${times(40, (at) => `if (process.env.C${at}) { name = name + '${at}'; all['k${at}'] = name; } else if (process.env.D${at}) { name += 'd'; }`).join('\n')}\nnew ecr.Repository(stack, 'r', { repositoryName: name, ...all } as any);`,
    ),
  },
  'cdk-libraries': {
    'package.json': '{"name": "libraries"}',
    ...Object.fromEntries(
      times(40, (file) => [
        `lib/l${file}.ts`,
        `import * as ecr from 'aws-cdk-lib/aws-ecr';\n${times(5, (at) => `export function make${at}(scope: any, list: string[]) { ${times(5, (inner) => `for (let i${inner} = 0; i${inner} < 48; i${inner}++)`).join(' ')} new ecr.Repository(scope, 'r' + i0 + i1); }`).join('\n')}\n`,
      ]),
    ),
  },
  'cdk-library-source': {
    'package.json': '{"private": true, "workspaces": ["packages/*"]}',
    'packages/aws-cdk-lib/package.json': '{"name": "aws-cdk-lib"}',
    'packages/aws-cdk-lib/index.ts': `export * from './core';\n`,
    'packages/aws-cdk-lib/core.ts': `export class App { constructor() { new App(); } }\nexport class Stack { constructor(s: any, i: string) { ${times(6, (inner) => `for (let i${inner} = 0; i${inner} < 48; i${inner}++)`).join(' ')} new Stack(s, i); } }\n`,
    'packages/aws-cdk-lib/aws-ecr/index.ts': `export class Repository { constructor(s: any, i: string, p: any) {} }\n`,
    'bin/app.ts': cdk(`new ecr.Repository(stack, 'r', { repositoryName: 'kept' });`),
    'cdk.json': CDK_JSON,
  },
  // ── shell ─────────────────────────────────────────────────────────────────────────────────────
  'shell-loops': { 'loops.sh': `set -e\n${loops(5, 'docker push "app:$v0-$v1"')}\n` },
  'shell-loops-of-tests': {
    'loops.sh': `set -e\n${loops(4, 'if [ -n "$A$v0" ]; then X=$X$v1; else Y=$Y$v2; fi; docker push "app:$X"')}\n`,
  },
  'shell-calls': {
    'calls.sh': `set -e\n${times(35, (at) => `f${at}() { f${at + 1} "$1a"; f${at + 1} "$1b"; }`).join('\n')}\nf35() { docker push "app:$1"; }\nf0 x\n`,
  },
  'shell-rehearsals': {
    'rehearsals.sh': `set -e\n${times(40, (at) => `docker push app:${at} || true\n${loops(2, 'x=$v0')}`).join('\n')}\n`,
  },
  'shell-each-other': Object.fromEntries(
    times(12, (at) => [
      `s${at}.sh`,
      `set -e\n${times(12, (other) => `./s${other}.sh "$1" | tail -1\ndocker push app:$1-${at} || true`).join('\n')}\n`,
    ]),
  ),
  'shell-sourced': {
    'tool/nvm.sh': `${times(200, (at) => `nvm_${at}() { ${loops(3, `x=$v0`)}; }`).join('\n')}\n${loops(6, 'nvm_1')}\n`,
    ...Object.fromEntries(times(9, (at) => [`part${at}.sh`, `docker push ${REGISTRY}/part${at}:1 || true\n`])),
    'main.sh': `set -e\n. ./tool/nvm.sh\n${times(9, (at) => `. ./part${at}.sh`).join('\n')}\n`,
  },
  'shell-branch': {
    'branch.sh': `set -e\nif [ "$1" = a ]; then\n  ${loops(5, 'x=$v0')}\nelse\n  docker push ${REGISTRY}/branch:1 || true\nfi\ncase "$2" in\n  a) ${loops(5, 'x=$v0')} ;;\n  b) docker push ${REGISTRY}/case:1 || true ;;\nesac\n`,
  },
  'shell-many-variables': {
    'variables.sh': `set -e\n${times(5000, (at) => `V${at}=x${at}`).join('\n')}\n${loops(3, 'if [ -n "$A" ]; then B=$v0; else C=$v1; fi')}\ndocker push app:1\n`,
  },
  'shell-substitutions': {
    'sub.sh': `set -e\n${times(30, (at) => `f${at}() { echo "$(f${at + 1})$(f${at + 1})"; }`).join('\n')}\nf30() { echo x; }\ndocker push "app:$(f0)"\n`,
  },
  // ── Jenkinsfiles ──────────────────────────────────────────────────────────────────────────────
  'jenkins-calls': {
    Jenkinsfile: `${times(40, (at) => `def f${at}(n) {\n  f${at + 1}(n + 'a')\n  f${at + 1}(n + 'b')\n}`).join('\n')}\ndef f40(n) { sh "docker push app:$n || true" }\nnode { f0('x') }\n`,
  },
  'jenkins-loops': {
    Jenkinsfile: `node {\n${times(6, (at) => `for (v${at} in [${times(20, String).join(', ')}]) {`).join('\n')}\nsh "docker push app:$v0-$v1 || true"\n${'}'.repeat(7)}\n`,
  },
  'jenkins-growing-values': {
    Jenkinsfile: `node {\ndef l = ['x', 'y']\ndef s = 'abc'\n${times(60, (at) => `l = l + l\ns = s + s\nif (env.A${at} == 'a') { s = s + 'x' } else { l << s }\nl = l.collect { it + s }\n`).join('')}sh "docker push app:$s || true"\n}\n`,
  },
  'jenkins-many-choices': {
    Jenkinsfile: `node {\n${times(3000, (at) => `def v${at} = 'x'\nif (env.A${at} == 'a') { v${at} = 'y' } else { v${at} = 'z' }\n`).join('')}sh "docker push app:$v0 || true"\n}\n`,
  },
  // ── workflows and pipelines ───────────────────────────────────────────────────────────────────
  'workflow-calls': Object.fromEntries(
    times(10, (at) => [
      `.github/workflows/w${at}.yml`,
      `on: ${at === 0 ? 'push' : 'workflow_call'}\njobs:\n${times(10, (job) =>
        at === 9
          ? `  j${job}:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push app:${job} || true\n`
          : `  j${job}:\n    uses: ./.github/workflows/w${at + 1}.yml\n`,
      ).join('')}`,
    ]),
  ),
  'workflow-actions': {
    '.github/workflows/main.yml':
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        x: [1, 2, 3, 4, 5, 6]\n        y: [1, 2, 3, 4, 5, 6]\n    steps:\n      - uses: ./.github/actions/a0\n',
    ...Object.fromEntries(
      times(10, (at) => [
        `.github/actions/a${at}/action.yml`,
        `name: a\nruns:\n  using: composite\n  steps:\n${times(10, (step) => (at === 9 ? `    - run: docker push app:${step} || true\n      shell: bash\n` : `    - uses: ./.github/actions/a${at + 1}\n`)).join('')}`,
      ]),
    ),
  },
  'workflow-expressions': {
    '.github/workflows/e.yml': `on: push\nenv:\n  A0: x\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${times(40, (at) => `      - id: s${at}\n        run: echo "v=\${{ steps.s${at - 1}.outputs.v }}\${{ steps.s${at - 1}.outputs.v }}" >> $GITHUB_OUTPUT\n`).join('')}      - run: docker push app:\${{ steps.s39.outputs.v }}\n`,
  },
  'circleci-parameters': {
    '.circleci/config.yml': `version: 2.1\njobs:\n  build:\n    parameters:\n      big: {type: string, default: "${'x'.repeat(200_000)}"}\n    machine: true\n    steps:\n      - run: "echo ${'<< parameters.big >>'.repeat(8_000)}"\nworkflows:\n  all:\n    jobs: [build]\n`,
  },
  'circleci-commands': {
    '.circleci/config.yml': `version: 2.1\ncommands:\n${times(12, (at) => `  c${at}:\n    steps:\n${times(10, () => (at === 11 ? '      - run: docker push app:1 || true\n' : `      - c${at + 1}\n`)).join('')}`).join('')}jobs:\n  j:\n    docker: [{image: cimg/base:2024.01}]\n    steps:\n      - c0\nworkflows:\n  w:\n    jobs:\n      - j:\n          matrix:\n            parameters:\n              a: [1, 2, 3, 4, 5, 6, 7, 8]\n              b: [1, 2, 3, 4, 5, 6, 7, 8]\n`,
  },
  'gitlab-references': {
    '.gitlab-ci.yml': `${times(11, (at) => `.r${at}:\n  script:\n${times(10, () => (at === 10 ? '    - docker push app:1 || true\n' : `    - !reference [.r${at + 1}, script]\n`)).join('')}`).join('')}job:\n  script:\n    - !reference [.r0, script]\n`,
  },
  'gitlab-extends': {
    '.gitlab-ci.yml': `${times(11, (at) => `.e${at}:\n  ${at === 10 ? 'script: [docker push app:1 || true]' : `extends: [${times(10, () => `.e${at + 1}`).join(', ')}]`}\n`).join('')}job:\n  extends: .e0\n`,
  },
  // ── make, just, task, npm ─────────────────────────────────────────────────────────────────────
  'make-recursive': {
    Makefile: `${times(25, (at) => `t${at}:\n${times(5, (call) => `\t$(MAKE) t${at + 1} N=${call}\n`).join('')}`).join('')}t25:\n\tdocker push app:$(N) || true\n`,
  },
  'make-variables': {
    Makefile: `V0 = x\n${times(60, (at) => `V${at + 1} = $(V${at})$(V${at})$(if $(A${at}),$(V${at}),y)\n`).join('')}all:\n\tdocker push app:$(V60)\n`,
  },
  'npm-scripts': {
    'package.json': JSON.stringify({
      name: 'n',
      scripts: Object.fromEntries([
        ...times(24, (at) => [`s${at}`, times(5, () => `npm run s${at + 1}`).join(' && ')] as const),
        ['s24', 'docker push app:1 || true'],
      ]),
    }),
  },
  'just-dependencies': {
    justfile: `${times(24, (at) => `r${at} n='x': ${times(4, (call) => `(r${at + 1} n + "${call}")`).join(' ')}\n`).join('')}r24 n='x':\n    docker push app:{{n}} || true\n`,
  },
  'task-dependencies': {
    'Taskfile.yml': `version: '3'\ntasks:\n${times(24, (at) => `  t${at}:\n    cmds:\n${times(5, (call) => `      - task: t${at + 1}\n        vars: { N: '{{.N}}${call}' }\n`).join('')}`).join('')}  t24:\n    cmds:\n      - docker push app:{{.N}} || true\n`,
  },
  // ── templates ─────────────────────────────────────────────────────────────────────────────────
  'cloudformation-nested': Object.fromEntries(
    times(8, (at) => [
      `n${at}.template.json`,
      JSON.stringify({
        AWSTemplateFormatVersion: '2010-09-09',
        Resources: Object.fromEntries(
          times(10, (child) => [
            `C${child}`,
            at === 7
              ? {
                  Type: 'AWS::ECR::Repository',
                  Properties: { RepositoryName: { 'Fn::Sub': `r${child}-\${AWS::StackName}` } },
                }
              : { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: `./n${at + 1}.template.json` } },
          ]),
        ),
      }),
    ]),
  ),
  'cloudformation-conditions': {
    'c.template.json': JSON.stringify({
      AWSTemplateFormatVersion: '2010-09-09',
      Parameters: Object.fromEntries(
        times(30, (at) => [`P${at}`, { Type: 'String', Default: 'a', AllowedValues: ['a', 'b', 'c'] }]),
      ),
      Conditions: Object.fromEntries(
        times(30, (at) => [
          `C${at}`,
          {
            'Fn::Or': [
              { 'Fn::Equals': [{ Ref: `P${at}` }, 'b'] },
              ...(at === 0
                ? [{ 'Fn::Equals': ['a', 'b'] }]
                : [{ Condition: `C${at - 1}` }, { 'Fn::Not': [{ Condition: `C${at - 1}` }] }]),
            ],
          },
        ]),
      ),
      Resources: {
        F: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            PackageType: 'Image',
            Code: {
              ImageUri: { 'Fn::Join': ['', times(25, (at) => ({ 'Fn::If': [`C${at}`, 'a', { Ref: `P${at}` }] }))] },
            },
          },
        },
      },
    }),
  },
  'cloudformation-for-each': {
    'f.template.json': JSON.stringify({
      AWSTemplateFormatVersion: '2010-09-09',
      Transform: 'AWS::LanguageExtensions',
      Resources: times(4, (at) => at).reduceRight<Record<string, unknown>>(
        (inner, at) => ({ [`Fn::ForEach::L${at}`]: [`V${at}`, times(60, (value) => `x${value}`), inner] }),
        {
          'R${V0}${V1}${V2}${V3}': {
            Type: 'AWS::ECR::Repository',
            Properties: { RepositoryName: { 'Fn::Sub': '${V0}${V1}${V2}${V3}' } },
          },
        },
      ),
    }),
  },
  'serverless-variables': {
    'serverless.yml': `service: s\nprovider:\n  name: aws\n  ecr:\n    images:\n      app:\n        path: .\ncustom:\n  v0: x\n${times(60, (at) => `  v${at + 1}: \${self:custom.v${at}}\${self:custom.v${at}}\n`).join('')}functions:\n  f:\n    image:\n      uri: app:\${self:custom.v60}\n`,
  },
  'terraform-modules': Object.fromEntries(
    times(10, (at) => [
      `m${at}/main.tf`,
      at === 9
        ? 'variable "n" {}\nresource "aws_ecr_repository" "r" {\n  count = 20\n  name = "${var.n}-${count.index}"\n}\n'
        : `variable "n" {\n  default = "x"\n}\n${times(6, (call) => `module "c${call}" {\n  source = "../m${at + 1}"\n  for_each = toset(["a", "b", "c", "d", "e", "f"])\n  n = "\${var.n}\${each.key}"\n}\n`).join('')}`,
    ]),
  ),
  'terraform-locals': {
    'main.tf': `locals {\n  v0 = "x"\n${times(60, (at) => `  v${at + 1} = "\${local.v${at}}\${local.v${at}}"\n  l${at + 1} = [for a in range(60) : [for b in range(60) : [for c in range(60) : "\${a}\${b}\${c}"]]]\n`).join('')}}\nresource "aws_ecr_repository" "r" {\n  for_each = toset(flatten(local.l60))\n  name = local.v60\n}\n`,
  },
  // ── builds of many ────────────────────────────────────────────────────────────────────────────
  'bake-inheritance': {
    'docker-bake.hcl': `${times(30, (at) => `target "t${at}" {\n  inherits = [${at === 29 ? '' : times(6, () => `"t${at + 1}"`).join(', ')}]\n  args = { A${at} = "x" }\n  tags = ["app:${at}"]\n}\n`).join('')}${times(25, (at) => `group "g${at}" {\n  targets = [${times(6, () => (at === 24 ? '"t0"' : `"g${at + 1}"`)).join(', ')}]\n}\n`).join('')}target "m" {\n  matrix = { ${times(6, (key) => `k${key} = [${times(20, (value) => `"${value}"`).join(', ')}]`).join('\n ')} }\n  name = "m-\${k0}-\${k1}"\n  tags = ["app:\${k0}-\${k1}-\${k2}"]\n}\n`,
    'bake.sh': 'set -e\ndocker buildx bake --push g0 m\n',
  },
  'compose-extends': {
    'compose.yaml': `services:\n${times(30, (at) => `  s${at}:\n    image: app:${at}\n${at === 29 ? '    build: .\n' : `    extends:\n      service: s${at + 1}\n`}`).join('')}`,
    ...Object.fromEntries(
      times(25, (at) => [
        `c${at}/compose.yaml`,
        `include:\n${times(6, () => `  - ../c${at + 1}/compose.yaml\n`).join('')}services:\n  s:\n    build: .\n    image: app:1\n`,
      ]),
    ),
    'up.sh': 'set -e\ndocker compose build\ndocker compose push\ndocker compose -f c0/compose.yaml build\n',
  },
  kustomize: Object.fromEntries(
    times(25, (at) => [
      `k${at}/kustomization.yaml`,
      `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${times(6, () => (at === 24 ? '  - deployment.yaml\n' : `  - ../k${at + 1}\n`)).join('')}`,
    ]).concat([
      [
        'k24/deployment.yaml',
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest\n',
      ],
      ['apply.sh', 'kubectl apply -k k0\n'],
    ]),
  ),
  // ── linking ───────────────────────────────────────────────────────────────────────────────────
  'links-of-one-run': {
    'links.sh': `set -e\n${times(4000, (at) => `docker tag "$A${at}:x" "$B${at}:y"\ndocker push "$B${at}:y"`).join('\n')}\n`,
  },
  'links-of-many-runs': Object.fromEntries(
    times(80, (at) => [
      `l${at}.sh`,
      `set -e\n${times(20, (one) => `docker build -t "$R${at}/$N${one}:$T" .\ndocker push "$R${at}/$N${one}:$T"\naws lambda update-function-code --function-name "f$N${one}$T" --image-uri "$R${one}/$N${at}:$T"`).join('\n')}\n`,
    ]),
  ),
  'links-with-workloads': {
    'links.sh': `set -e\n${times(1500, (at) => `docker build -t "$R/$N${at}:$T" . && docker push "$R/$N${at}:$T"`).join('\n')}\n`,
    'many.template.json': JSON.stringify({
      AWSTemplateFormatVersion: '2010-09-09',
      Parameters: { I: { Type: 'String' } },
      Resources: Object.fromEntries(
        times(1500, (at) => [
          `F${at}`,
          {
            Type: 'AWS::Lambda::Function',
            Properties: {
              PackageType: 'Image',
              FunctionName: { 'Fn::Sub': `f\${I}${at}` },
              Code: {
                ImageUri: { 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/\${I}${at}:latest` },
              },
            },
          },
        ]),
      ),
    }),
  },
  documents: {
    'docs/run.md': `# Run\n\n${times(300, (at) => `## ${at}\n\n\`\`\`bash\n${loops(4, `docker push app:${at}-$v0`)}\n\`\`\`\n`).join('\n')}`,
    'plimsoll.config.json': '{"docs": true}',
  },
};
