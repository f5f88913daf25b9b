/**
 * Paths that lead out of the project, or to what is no file: by links, by `..`, by absolute names, in every language
 * that names files.
 */
import { join } from 'node:path';
import type { Hostile } from '../harness.ts';
import { commit, type Entry, type Place, type Tree } from '../place.ts';

const TEMPLATE = (secret: string): string =>
  `Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryName: ${secret}}\n`;

/** A file of each reader, by name, that would be judged with the secret in the message. */
const READERS: readonly (readonly [string, (secret: string) => string])[] = [
  ['Dockerfile', (secret) => `FROM --platform=linux/amd64 ${secret}\nRUN x\n`],
  ['deploy.sh', (secret) => `docker build -t ${secret}:latest . && docker push ${secret}:latest | tail -1\n`],
  ['release', (secret) => `#!/bin/sh\ndocker push ${secret}:latest | tail -1\n`],
  [
    '.github/workflows/a.yml',
    (secret) =>
      `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker push ${secret}:latest | tail -1\n`,
  ],
  ['.gitlab-ci.yml', (secret) => `a:\n  script:\n    - docker push ${secret}:latest | tail -1\n`],
  [
    '.circleci/config.yml',
    (secret) =>
      `version: 2.1\njobs:\n  a:\n    machine: true\n    steps:\n      - run: docker push ${secret}:latest | tail -1\n`,
  ],
  [
    'buildspec.yml',
    (secret) => `version: 0.2\nphases:\n  build:\n    commands:\n      - docker push ${secret}:latest | tail -1\n`,
  ],
  ['compose.yaml', (secret) => `services:\n  a:\n    image: ${secret}:latest\n    build: .\n`],
  ['docker-bake.hcl', (secret) => `target "a" {\n  tags = ["${secret}:latest"]\n  output = ["type=registry"]\n}\n`],
  ['Makefile', (secret) => `all:\n\tdocker push ${secret}:latest | tail -1\n`],
  ['justfile', (secret) => `all:\n  docker push ${secret}:latest | tail -1\n`],
  [
    'Taskfile.yml',
    (secret) => `version: '3'\ntasks:\n  a:\n    cmds:\n      - docker push ${secret}:latest | tail -1\n`,
  ],
  ['package.json', (secret) => `{"scripts": {"a": "docker push ${secret}:latest | tail -1"}}`],
  ['template.yaml', TEMPLATE],
  [
    'serverless.yml',
    (secret) =>
      `service: a\nprovider:\n  name: aws\n  ecr:\n    images:\n      a: {uri: ${secret}}\nfunctions:\n  f: {image: {name: a}}\n`,
  ],
  ['samconfig.toml', (secret) => `version = 0.1\n[default.deploy.parameters]\nstack_name = "${secret}"\n`],
  ['main.tf', (secret) => `resource "aws_ecr_repository" "a" {\n  name = "${secret}"\n}\n`],
  ['terraform.tfvars', (secret) => `name = "${secret}"\n`],
  ['k8s/kustomization.yaml', (secret) => `images:\n  - name: ${secret}\n`],
  ['task.json', (secret) => `{"family": "a", "containerDefinitions": [{"name": "a", "image": "${secret}:latest"}]}`],
  [
    'lib/stack.ts',
    (secret) =>
      `import * as ecr from 'aws-cdk-lib/aws-ecr';\nnew ecr.Repository(this, 'A', { repositoryName: '${secret}' });\n`,
  ],
  ['tsconfig.json', (secret) => `{"compilerOptions": {"paths": {"${secret}": ["x"]}}}`],
  ['cdk.json', (secret) => `{"app": "npx ts-node a.ts", "context": {"a": "${secret}"}, "output": "${secret}"}`],
  [
    'cdk.out/manifest.json',
    (secret) =>
      `{"version": "36.0.0", "artifacts": {"${secret}": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}}}`,
  ],
  ['.env', (secret) => `A=${secret}\n`],
  ['.gitignore', (secret) => `${secret}\n`],
  ['.dockerignore', (secret) => `${secret}\n`],
  ['README.md', (secret) => `\`\`\`sh\ndocker push ${secret}:latest | tail -1\n\`\`\`\n`],
];

/** Projects that make it worth while to look into the others. */
const AROUND: Tree = {
  'compose.prod.yaml': 'services:\n  a:\n    image: "x:${A}"\n    env_file: .env\n',
  'variables.tf': 'variable "name" {}\nresource "aws_ecr_repository" "b" {\n  name = var.name\n}\n',
  'bin/app.ts':
    "import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nconst app = new App();\nconst s = new Stack(app, 'S');\nnew ecr.Repository(s, 'R', { repositoryName: app.node.tryGetContext('a') });\n",
};

function without(name: string): Tree {
  return Object.fromEntries(Object.entries(AROUND).filter(([path]) => path !== name));
}

const up = (name: string): string => '../'.repeat(name.split('/').length);

export const LINKS: readonly Hostile[] = [
  ...READERS.map(
    ([name, text]): Hostile => ({
      what: `a link as ${name} that leads out is not followed`,
      outside: (place) => ({ secret: text(place.canary()) }),
      files: { ...without(name), [name]: { link: `${up(name)}outside/secret` } },
    }),
  ),
  {
    what: 'an absolute link is not followed',
    outside: (place) => ({ secret: TEMPLATE(place.canary()) }),
    files: (place) => ({ 'template.yaml': { link: join(place.outside, 'secret') } }),
  },
  {
    what: 'a link to a link is not followed out',
    outside: (place) => ({ secret: TEMPLATE(place.canary()) }),
    files: { 'template.yaml': { link: 'a' }, a: { link: 'b' }, b: { link: '../outside/secret' } },
  },
  {
    what: 'a linked folder outside is not entered',
    outside: (place) => ({
      'deep/template.yaml': TEMPLATE(place.canary()),
      'deep/a.sh': `docker push ${place.canary()} | tail -1\n`,
    }),
    files: { infra: { link: '../outside/deep' }, 'run.sh': 'source infra/a.sh\ncat infra/a.sh\nmake -C infra\n' },
  },
  {
    what: 'a link to the folder above is not entered',
    files: (place) => ({
      up: { link: '..' },
      'a.sh': `source up/outside/x.sh\ndocker build -t app:$(cat up/outside/secret) up/outside\n`,
      'compose.yaml': `services:\n  a:\n    image: a\n    env_file: up/outside/.env\n    build: up/outside\n`,
      [place.canary()]: '',
    }),
    outside: (place) => ({
      'x.sh': `docker push ${place.canary()} | tail -1\n`,
      secret: place.canary(),
      '.env': `A=${place.canary()}\n`,
      Dockerfile: `FROM --platform=linux/amd64 ${place.canary()}\n`,
    }),
  },
  {
    what: 'a link to the root of the file system is not entered',
    files: {
      fs: { link: '/' },
      'a.sh': 'source fs/etc/profile\ndocker build -t app:$(cat fs/etc/passwd) fs/etc\n',
      'compose.yaml': 'services:\n  a:\n    image: a\n    env_file: fs/etc/passwd\n',
    },
  },
  {
    what: 'links that lead in circles end nothing',
    files: {
      'a.sh': { link: 'b.sh' },
      'b.sh': { link: 'a.sh' },
      Dockerfile: { link: 'Dockerfile' },
      'package.json': { link: 'package.json' },
      'plimsoll.config.json': { link: 'plimsoll.config.json' },
      '.gitignore': { link: '.gitignore' },
      loop: { link: '.' },
    },
    exit: [1, 2],
  },
  {
    what: 'links of a repository are not followed out, though they are committed',
    outside: (place) => ({ secret: TEMPLATE(place.canary()) }),
    files: {
      'template.yaml': { link: '../outside/secret' },
      'a.sh': { link: '/etc/profile' },
      Dockerfile: { link: '../home/.aws/credentials' },
      '.gitignore': { link: '../outside/secret' },
    },
    arrange: commit,
  },
  {
    what: 'a file above the folder, inside its repository, may be read, and no further',
    files: (place) => ({
      VERSION: '1.2.3\n',
      'app/a.sh': `docker build -t app:$(cat ../VERSION) .\ndocker build -t app:$(cat ../../outside/secret) .\ndocker push ${'x'}:latest | tail -1\n`,
      'app/compose.yaml': `services: {a: {image: a, env_file: [../.env, ../../outside/.env]}}\n`,
      [`.env`]: `A=${place.canary()}\n`,
    }),
    outside: (place) => ({ secret: place.canary(), '.env': `B=${place.canary()}\n` }),
    arrange: commit,
    cwd: 'app',
    boundary: '..',
    alone: true,
  },
];

/** What is no file, for readers of each way of opening: by name, by a look inside, by the project's configuration. */
const NAMES = [
  'Dockerfile',
  'deploy.sh',
  'release',
  '.github/workflows/a.yml',
  'compose.yaml',
  'package.json',
  'template.yaml',
  'lib/stack.ts',
  'main.tf',
  '.env',
  '.gitignore',
  'Makefile',
  'cdk.json',
  'cdk.out/manifest.json',
  'tsconfig.json',
  'serverless.yml',
  'docker-bake.hcl',
  'README.md',
] as const;
const NO_FILES: readonly (readonly [string, Entry])[] = [
  ['a FIFO', { fifo: true }],
  ['a socket', { socket: true }],
  ['a link to /dev/zero', { link: '/dev/zero' }],
  ['a link to /proc/self/environ', { link: '/proc/self/environ' }],
  ['a link to standard input', { link: '/dev/stdin' }],
  ['a link to a descriptor', { link: '/proc/self/fd/0' }],
  ['a link to kernel messages', { link: '/dev/kmsg' }],
];

export const NO_FILE: readonly Hostile[] = [
  ...NO_FILES.map(
    ([what, entry]): Hostile => ({
      what: `${what} is not opened, whichever reader's name it has`,
      files: Object.fromEntries([...Object.entries(AROUND), ...NAMES.map((name) => [name, entry] as const)]),
    }),
  ),
  ...['Dockerfile', 'deploy.sh', 'release', '.env', 'package.json', 'lib/stack.ts', '.gitignore'].map(
    (name): Hostile => ({
      what: `a FIFO as ${name} alone keeps nobody waiting`,
      files: { ...without(name), [name]: { fifo: true } },
    }),
  ),
  {
    what: 'a link to a FIFO of the project keeps nobody waiting',
    files: {
      pipe: { fifo: true },
      Dockerfile: { link: 'pipe' },
      'a.sh': { link: 'pipe' },
      'template.yaml': { link: 'pipe' },
    },
  },
  {
    what: 'a FIFO that scripts name keeps nobody waiting',
    files: {
      pipe: { fifo: true },
      'a.sh':
        'source pipe\ndocker build -t app:$(cat pipe) .\ndocker build -t app:$(<pipe) --build-arg-file pipe .\nwhile read -r x; do docker push "$x"; done < pipe\n',
      'compose.yaml': 'services: {a: {image: a, env_file: pipe}}\n',
      Makefile: 'include pipe\n-include pipe\nall:\n\techo\n',
      'main.tf': 'resource "aws_ecr_repository" "a" {\n  name = file("pipe")\n}\n',
    },
  },
  {
    what: "a folder as every reader's file is told, and costs nothing else",
    files: Object.fromEntries(NAMES.map((name) => [`${name}/x`, ''])),
  },
];

/** The two files outside that everything below names. */
const BEYOND = (place: Place): Tree => ({
  secret: place.canary(),
  'x.sh': `V=${place.canary()}\ndocker push $V | tail -1\n`,
  '.env': `A=${place.canary()}\n`,
  'x.json': `{"a": "${place.canary()}", "family": "${place.canary()}", "containerDefinitions": [{"name": "a", "image": "${place.canary()}:latest"}]}`,
  'x.yaml': `a: ${place.canary()}\nservices: {a: {image: "${place.canary()}:latest", build: .}}\n`,
  'x.mk': `V = ${place.canary()}\n`,
  'x.hcl': `target "b" { tags = ["${place.canary()}:latest"] }\n`,
  Dockerfile: `FROM --platform=linux/amd64 ${place.canary()}\n`,
  't.yaml': TEMPLATE(place.canary()),
  'm/main.tf': `resource "aws_ecr_repository" "x" {\n  name = "${place.canary()}"\n}\n`,
  'src/x.ts': `export const SECRET = '${place.canary()}';\n`,
  'tsconfig.json': `{"compilerOptions": {"paths": {"${place.canary()}": ["x"]}}}`,
  'action/action.yml': `runs: {using: composite, steps: [{shell: bash, run: "docker push ${place.canary()} | tail -1"}]}\n`,
  'job.yml': `b:\n  script: ["docker push ${place.canary()} | tail -1"]\n`,
});

function naming(what: string, files: Tree | ((place: Place) => Tree)): Hostile {
  return { what, outside: BEYOND, files };
}

export const NAMED: readonly Hostile[] = [
  naming('scripts that read, source and redirect from outside read nothing', (place) => ({
    'a.sh': `source ../outside/x.sh\n. ${place.outside}/x.sh\ndocker build -t app:$(cat ../outside/secret) -f ../outside/Dockerfile ../outside\ndocker build -t app:$(< ${place.outside}/secret) .\nbash ../outside/x.sh\nread -r X < ../outside/secret\nmapfile -t L < ../outside/secret\ndocker push "app:$X"\ndocker push "app:$(head -1 ../outside/secret)"\naws ecs register-task-definition --cli-input-json file://../outside/x.json\naws ecs register-task-definition --cli-input-json file://${place.outside}/x.json\nset -a; . ../outside/.env; docker push "x:$A"\ncd ../outside && docker push "x:$(cat secret)" && source x.sh\npushd /; source etc/profile; popd\n`,
  })),
  naming('scripts that read the machine read nothing', {
    'a.sh':
      'source /etc/profile\ndocker build -t "app:$(cat /etc/hostname)" .\ndocker push "app:$(cat /etc/passwd | head -1)"\ndocker push "app:$(cat ~/.aws/credentials)"\ndocker push "app:$(cat "$HOME/.aws/credentials")"\ndocker push "app:$(grep key ~/.aws/credentials | cut -d= -f2)"\ndocker push "app:$(cat /proc/self/environ)"\ndocker push "app:$(cat /dev/stdin)"\nread -r X < /dev/tcp/127.0.0.1/9\ndocker push "app:$GITHUB_TOKEN:$AWS_SECRET_ACCESS_KEY"\n',
  }),
  naming('compose reads no env_file, extends, include or Dockerfile outside', (place) => ({
    'compose.yaml': `include:\n  - ../outside/x.yaml\nservices:\n  a:\n    image: "a:\${A}"\n    env_file: [../outside/.env, ${place.outside}/.env]\n    build: {context: ../outside, dockerfile: ../outside/Dockerfile}\n  b:\n    extends: {file: ../outside/x.yaml, service: a}\n`,
    'a.sh':
      'docker compose --env-file ../outside/.env -f ../outside/x.yaml build\ndocker compose --env-file ../outside/.env push | tail -1\n',
  })),
  naming('make includes nothing outside', (place) => ({
    Makefile: `include ../outside/x.mk\n-include ${place.outside}/x.mk\nX := $(shell cat ../outside/secret)\nY := $(file < ../outside/secret)\nall:\n\tdocker push app:$(V)$(X)$(Y) | tail -1\n\t$(MAKE) -C ../outside\n\t$(MAKE) -f ../outside/x.mk\n`,
  })),
  naming('just and task import nothing outside', {
    justfile:
      'import "../outside/x.just"\nset dotenv-path := "../outside/.env"\nx := read("../outside/secret")\ny := `cat ../outside/secret`\nall:\n  docker push app:{{x}}{{y}}$A | tail -1\n',
    'Taskfile.yml':
      "version: '3'\nincludes:\n  x: ../outside/x.yaml\ndotenv: ['../outside/.env']\ntasks:\n  a:\n    dir: ../outside\n    cmds:\n      - docker push app:$A | tail -1\n      - bash x.sh\n",
  }),
  naming('bake reads nothing outside', {
    'docker-bake.hcl':
      'target "a" {\n  context = "../outside"\n  dockerfile = "../outside/Dockerfile"\n  tags = ["a:latest"]\n}\n',
    'a.sh': 'docker buildx bake -f ../outside/x.hcl -f docker-bake.hcl --push | tail -1\n',
  }),
  naming('Terraform reads no file, template, module or variables outside', (place) => ({
    'main.tf': `resource "aws_ecr_repository" "a" {\n  name = file("../outside/secret")\n}\nresource "aws_ecr_repository" "b" {\n  name = trimspace(file("${place.outside}/secret"))\n}\nlocals {\n  j = jsondecode(file("\${path.module}/../outside/x.json"))\n  k = yamldecode(file("\${path.root}/../outside/x.yaml"))\n  t = templatefile("../outside/secret", {})\n}\nresource "aws_ecr_repository" "c" {\n  name = local.j.a\n}\nresource "aws_ecr_repository" "d" {\n  name = "\${local.k.a}-\${local.t}"\n}\nmodule "m" {\n  source = "../outside/m"\n}\n`,
    'a.sh': 'terraform apply -var-file=../outside/x.tfvars\nterraform -chdir=../outside/m apply\n',
  })),
  naming('templates nest and include nothing outside', (place) => ({
    'template.yaml': `Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ../outside/t.yaml}\n  B:\n    Type: AWS::Serverless::Application\n    Properties: {Location: ${place.outside}/t.yaml}\n  C:\n    Type: AWS::Serverless::Function\n    Properties: {PackageType: Image}\n    Metadata: {DockerContext: ../outside, Dockerfile: Dockerfile}\n  D:\n    Fn::Transform: {Name: AWS::Include, Parameters: {Location: ../outside/t.yaml}}\n  E:\n    Type: AWS::Serverless::Api\n    Properties: {DefinitionUri: ../outside/x.yaml}\n`,
    'a.sh':
      'aws cloudformation deploy --template-file ../outside/t.yaml --stack-name a --parameter-overrides file://../outside/x.json | tail -1\nsam deploy -t ../outside/t.yaml --config-file ../outside/samconfig.toml\n',
  })),
  naming('serverless takes no ${file()} from outside', (place) => ({
    'serverless.yml': `service: a\nprovider:\n  name: aws\n  ecr:\n    images:\n      a: {path: ../outside, file: Dockerfile}\n      b: {uri: "x:\${file(../outside/x.yaml):a}"}\n      c: {uri: "x:\${file(${place.outside}/x.json):a}"}\n      d: {uri: "x:\${file(../outside/secret)}"}\nfunctions:\n  f: {image: {name: a}, architecture: arm64}\n  g: {image: {name: b}}\n  h: {image: {name: c}}\n  i: {image: {name: d}}\n`,
  })),
  naming('pipelines include and call nothing outside', {
    '.gitlab-ci.yml':
      'include:\n  - local: ../outside/job.yml\n  - local: /../outside/job.yml\n  - ../outside/job.yml\na:\n  script: [source ../outside/x.sh]\n',
    '.github/workflows/a.yml':
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./../outside/action\n      - run: source ../outside/x.sh && docker push $A | tail -1\n        working-directory: ../outside\n      - uses: docker/build-push-action@v6\n        with: {context: ../outside, file: ../outside/Dockerfile, push: true, tags: a:latest, build-args: "A=${{ secrets.X }}"}\n      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2\n        with: {task-definition: ../outside/x.json, service: a}\n  b:\n    uses: ./../outside/job.yml\n',
    'azure-pipelines.yml': 'steps:\n  - template: ../outside/job.yml\n  - template: /../outside/job.yml\n',
  }),
  naming('a CDK app imports and reads nothing outside', (place) => ({
    'cdk.json': '{"app": "npx ts-node bin/app.ts"}',
    'tsconfig.json':
      '{"extends": "../outside/tsconfig.json", "compilerOptions": {"baseUrl": "../outside", "paths": {"x": ["../outside/src/x.ts"]}, "rootDirs": ["../outside"], "typeRoots": ["../outside"]}, "references": [{"path": "../outside"}], "include": ["../outside/**/*"]}',
    'bin/app.ts': `import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\nimport * as fs from 'fs';\nimport { SECRET } from '../../outside/src/x';\nimport { SECRET as S2 } from '${place.outside}/src/x';\nimport { SECRET as S3 } from 'x';\nconst S4 = require('../../outside/src/x').SECRET;\n/// <reference path="../../outside/src/x.ts" />\nconst app = new App();\nconst s = new Stack(app, 'S');\nnew ecr.Repository(s, 'A', { repositoryName: SECRET });\nnew ecr.Repository(s, 'B', { repositoryName: S2 });\nnew ecr.Repository(s, 'C', { repositoryName: S3 + S4 });\nnew ecr.Repository(s, 'D', { repositoryName: fs.readFileSync('../outside/secret', 'utf8') });\nnew ecr.Repository(s, 'E', { repositoryName: fs.readFileSync('${place.outside}/secret', 'utf8') });\nnew ecr.Repository(s, 'F', { repositoryName: JSON.parse(fs.readFileSync('/etc/passwd', 'utf8')).a });\nnew lambda.DockerImageFunction(s, 'G', { architecture: lambda.Architecture.ARM_64, code: lambda.DockerImageCode.fromImageAsset('../outside') });\n`,
  })),
  naming('a synthesized assembly leads nowhere outside', (place) => ({
    'cdk.json': '{"app": "x", "output": "../outside"}',
    'cdk.out/manifest.json': JSON.stringify({
      version: '36.0.0',
      artifacts: {
        A: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: { templateFile: '../../outside/t.yaml' },
        },
        B: { type: 'aws:cloudformation:stack', properties: { templateFile: `${place.outside}/t.yaml` } },
        C: { type: 'cdk:cloud-assembly', properties: { directoryName: '../../outside' } },
        D: { type: 'cdk:asset-manifest', properties: { file: '../../outside/x.json' } },
        Tree: { type: 'cdk:tree', properties: { file: '../../outside/x.json' } },
      },
    }),
  })),
  naming('links inside a synthesized assembly are not followed out', {
    'cdk.out/manifest.json': JSON.stringify({
      version: '36.0.0',
      artifacts: {
        A: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: { templateFile: 't.json' },
        },
        D: { type: 'cdk:asset-manifest', properties: { file: 'a.json' } },
      },
    }),
    'cdk.out/t.json': { link: '../../outside/t.yaml' },
    'cdk.out/a.json': { link: '../../outside/x.json' },
  }),
  naming('kustomize and charts lead nowhere outside', {
    'k/kustomization.yaml':
      'resources: [../../outside, ../../outside/x.yaml]\nbases: [../../outside]\nconfigMapGenerator: [{name: a, envs: [../../outside/.env]}]\nimages: [{name: a, newTag: latest}]\n',
    'a.sh': 'kubectl apply -k ../outside\nkubectl apply -f ../outside/x.yaml\n',
  }),
  naming('npm workspaces lead nowhere outside', {
    'package.json':
      '{"workspaces": ["../outside", "../*"], "scripts": {"a": "npm --prefix ../outside run b", "c": "node -p \\"require(\'../outside/x.json\').a\\" && bash ../outside/x.sh"}}',
  }),
];
