/** Values that scripts only read: used for judging, never shown. */
import type { Hostile } from '../harness.ts';
import { commit, git, type Place, type Tree } from '../place.ts';

export const FORMATS = [
  'pretty',
  'concise',
  'agent',
  'json',
  'sarif',
  'github',
  'gitlab',
  'junit',
  'markdown',
  'html',
] as const;

/**
 * A push that several rules have something to say about, with the value where an image's name, tag and platform stand.
 */
function pushing(value: string): string {
  return `${[
    `docker build --platform linux/amd64 -t "registry.example.com/${value}:latest" .`,
    `docker push "registry.example.com/${value}:latest" | tail -1`,
    `docker build --platform linux/arm64 -t "app:${value}" .`,
    `docker tag app:${value}x "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:${value}"`,
    `docker push "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:${value}"`,
    `docker push "${value}" || true`,
    `aws ecr create-repository --repository-name "${value}"`,
    `docker build --platform "${value}" -t p:1 .`,
    `aws lambda update-function-code --function-name f --image-uri "123456789012.dkr.ecr.eu-west-1.amazonaws.com/${value}:1"`,
    `cdk deploy "${value}" | tail -1`,
    `timeout 60 cdk deploy -c token="${value}" || true`,
  ].join('\n')}\n`;
}

const FUNCTION =
  'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [x86_64]\n      Code: {ImageUri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"}\n';

/** Where the secret stands, and how a script comes by it. */
const SOURCES: readonly (readonly [string, (place: Place) => Tree, string])[] = [
  ['$(cat) of a file', (place) => ({ creds: `${place.canary()}\n` }), '$(cat creds)'],
  ['$(<) of a file', (place) => ({ creds: `${place.canary()}\n` }), '$(<creds)'],
  [
    'a file through filters',
    (place) => ({ creds: `user=a\npassword=${place.canary()}\n` }),
    "$(grep password creds | cut -d= -f2 | tr -d '\\n')",
  ],
  [
    'a file through sed and awk',
    (place) => ({ creds: `password ${place.canary()} end\n` }),
    "$(sed -n 's/^password //p' creds | awk '{print $1}')",
  ],
  ['a file through jq', (place) => ({ 'creds.json': `{"token": "${place.canary()}"}` }), '$(jq -r .token creds.json)'],
  ['a file in base64', (place) => ({ creds: place.canary() }), '$(base64 < creds)'],
  ['a piece of a file', (place) => ({ creds: place.canary() }), '$(cut -c7-20 creds)'],
  [
    'a file read line by line',
    (place) => ({ creds: `${place.canary()}\n` }),
    '$(while read -r line; do echo "$line"; done < creds)',
  ],
  ['a file in upper case', (place) => ({ creds: place.canary() }), '$(tr a-z A-Z < creds)'],
  [
    'a file of variables that is sourced',
    (place) => ({ '.env': `export TOKEN=${place.canary()}\nPASSWORD=${place.canary()}\n` }),
    '$(. ./.env; echo "$TOKEN$PASSWORD")',
  ],
  ["the checkout's own configuration", () => ({}), '$(cat .git/config)'],
  [
    "a token of the checkout's configuration",
    () => ({}),
    "$(git config --get http.https://github.com/.extraheader)$(sed -n 's/.*basic //p' .git/config)",
  ],
  [
    'what node reads from a file',
    (place) => ({ 'package.json': `{"name": "a", "token": "${place.canary()}"}` }),
    '$(node -p "require(\'./package.json\').token")',
  ],
  [
    'what python reads from a file',
    (place) => ({ creds: place.canary() }),
    '$(python3 -c "print(open(\'creds\').read())")',
  ],
  [
    'an array read from a file',
    (place) => ({ creds: `${place.canary()}\n` }),
    '$(mapfile -t A < creds; echo "${A[0]}")',
  ],
  [
    'a file written to another',
    (place) => ({ creds: `${place.canary()}\n` }),
    '$(cp creds copy; cat creds > other; cat other)',
  ],
];

const IGNORED = '.env\ncreds\ncreds.json\n';

export const READ: readonly Hostile[] = SOURCES.map(
  ([what, files, expression]): Hostile => ({
    what: `${what} is not printed`,
    files: (place) => ({
      ...files(place),
      'deploy.sh': `#!/bin/bash\nVALUE="${expression.replaceAll('"', '\\"')}"\nV=${expression}\n${pushing('$V')}${pushing('$VALUE')}${pushing(expression)}`,
      'template.yaml': FUNCTION,
      '.gitignore': IGNORED,
    }),
    arrange: withToken,
    args: [
      'check',
      '-f',
      'json',
      '--pedantic',
      '-o',
      'sarif=report.sarif',
      '-o',
      'report.md',
      '-o',
      'pretty=report.txt',
      '-o',
      'github=report.log',
      '-o',
      'gitlab=report.gl',
      '-o',
      'junit=report.xml',
    ],
    changes: ['sarif', 'md', 'txt', 'log', 'gl', 'xml'].map((extension) => `project/report.${extension}`),
  }),
);

/** As actions/checkout leaves it. */
function withToken(place: Place): void {
  commit(place);
  git(place, 'config', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${place.canary()}`);
  git(place, 'config', 'remote.origin.url', `https://x-access-token:${place.canary()}@github.com/a/b`);
}

/** Secrets on the lines that are shown. */
const LINES: readonly (readonly [string, (secret: string) => string])[] = [
  ['docker login -p', (secret) => `docker login -u aws -p ${secret} registry.example.com || true\n`],
  [
    'docker login --password',
    (secret) =>
      `docker login --username aws --password ${secret} registry.example.com\ndocker login --username aws --password=${secret} registry.example.com\ndocker login --username aws --password "${secret}" registry.example.com\n`,
  ],
  [
    'helm registry login',
    (secret) =>
      `helm registry login -u a -p ${secret} registry.example.com\npodman login -u a -p '${secret}' registry.example.com\nskopeo login -u a --password=${secret} r.example.com\n`,
  ],
  [
    'a password over two lines',
    (secret) => `docker login \\\n  -u aws \\\n  -p \\\n  ${secret} registry.example.com\n`,
  ],
  [
    'a variable with a password',
    (secret) =>
      `PASSWORD=${secret}\ndocker login -u aws -p "$PASSWORD" registry.example.com\ndocker build --build-arg TOKEN=$PASSWORD -t app:latest . && docker push app:latest | tail -1\n`,
  ],
  [
    'a secret build argument',
    (secret) =>
      `docker build --build-arg NPM_TOKEN=${secret} -t app:latest . | tail -1\ndocker push app:latest | tail -1\ndocker buildx build --build-arg=GITHUB_TOKEN=${secret} --push -t app:latest . | tail -1\n`,
  ],
  [
    'credentials in a URL',
    (secret) =>
      `docker build -t app:latest https://user:${secret}@github.com/a/b.git | tail -1\ndocker push app:latest | tail -1\n`,
  ],
];

export const SHOWN: readonly Hostile[] = [
  ...LINES.map(
    ([what, text]): Hostile => ({
      what: `${what} shows no password, in no format`,
      files: (place) => ({ 'deploy.sh': text(place.canary()) }),
      args: [
        'check',
        '--pedantic',
        '-o',
        'json=report.json',
        '-o',
        'sarif=report.sarif',
        '-o',
        'report.md',
        '-o',
        'github=report.log',
        '-o',
        'gitlab=report.gl',
        '-o',
        'junit=report.xml',
      ],
      changes: ['json', 'sarif', 'md', 'log', 'gl', 'xml'].map((extension) => `project/report.${extension}`),
    }),
  ),
  {
    what: 'secrets of the environment are not printed',
    files: {
      'deploy.sh': pushing('$AWS_SECRET_ACCESS_KEY') + pushing('${GITHUB_TOKEN}') + pushing('$(printenv GITHUB_TOKEN)'),
      'bin/app.ts':
        "import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nnew ecr.Repository(new Stack(new App(), 'S'), 'A', { repositoryName: process.env.GITHUB_TOKEN });\n",
      Makefile: 'all:\n\tdocker push $(GITHUB_TOKEN) | tail -1\n',
      'main.tf': 'variable "token" {}\nresource "aws_ecr_repository" "a" {\n  name = var.token\n}\n',
    },
    env: { TF_VAR_token: '' },
  },
  {
    what: 'an env_file that git ignores is not printed by what compose builds',
    args: ['check', '-f', 'json', '--pedantic'],
    files: (place) => ({
      '.gitignore': '.env\nprod.env\n',
      '.env': `TOKEN=${place.canary()}\n`,
      'prod.env': `PW=${place.canary()}\n`,
      'compose.yaml':
        'services:\n  a:\n    image: "registry.example.com/${TOKEN}:latest"\n    build: {context: ., args: {T: "${TOKEN}"}}\n    env_file: prod.env\n',
      Dockerfile: 'FROM scratch\n',
      'deploy.sh':
        'docker compose build\ndocker compose push | tail -1\ndocker compose --env-file prod.env push || true\nset -a; source prod.env; docker push "x/$PW:latest" | tail -1\n',
    }),
    arrange: commit,
  },
  {
    what: 'a file that Terraform, CDK, make and serverless read is not printed',
    args: ['check', '-f', 'json', '--pedantic'],
    files: (place) => ({
      creds: place.canary(),
      'creds.json': `{"token": "${place.canary()}"}`,
      '.gitignore': IGNORED,
      'main.tf':
        'resource "aws_ecr_repository" "a" {\n  name = trimspace(file("creds"))\n}\nresource "aws_ecr_repository" "b" {\n  name = jsondecode(file("creds.json")).token\n}\n',
      Makefile:
        'T := $(shell cat creds)\nU := $(file < creds)\nall:\n\tdocker push registry.example.com/$(T)$(U):latest | tail -1\n',
      'serverless.yml':
        'service: a\nprovider:\n  name: aws\n  ecr:\n    images:\n      a: {uri: "x:${file(./creds.json):token}"}\n      b: {uri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:${file(creds)}"}\nfunctions:\n  f: {image: {name: a}, architecture: arm64}\n  g: {image: {name: b}, architecture: arm64}\n',
      'bin/app.ts':
        "import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nimport * as fs from 'fs';\nconst s = new Stack(new App(), 'S');\nnew ecr.Repository(s, 'A', { repositoryName: fs.readFileSync('creds', 'utf8').trim() });\nnew ecr.Repository(s, 'B', { repositoryName: JSON.parse(fs.readFileSync('creds.json', 'utf8')).token });\nnew ecr.Repository(s, 'C', { repositoryName: require('../creds.json').token });\n",
      justfile: 'set dotenv-load\nx := `cat creds`\nall:\n  docker push registry.example.com/{{x}}:latest | tail -1\n',
    }),
  },
  {
    what: 'a baseline holds no value that was read',
    files: (place) => ({ creds: place.canary(), 'deploy.sh': pushing('$(cat creds)') }),
    args: ['check', '-f', 'json', '--baseline', 'baseline.json', '--update-baseline'],
    changes: ['project/baseline.json'],
    alone: true,
    exit: [0],
  },
  {
    what: 'a value that was read is still judged, and shown where it is a CPU',
    files: (place) => ({
      PLATFORM: 'linux/arm64\n',
      creds: place.canary(),
      'deploy.sh':
        'docker build --platform "$(cat PLATFORM)" -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 . && docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1\n',
      'template.yaml': FUNCTION,
    }),
    finds: [{ rule: 'arch-mismatch', file: 'deploy.sh' }],
    said: ['arm64'],
  },
  {
    what: '--fix-dry-run shows no password that stands beside a fix',
    files: (place) => ({
      'deploy.sh': `docker login -u aws -p ${place.canary()} 123456789012.dkr.ecr.eu-west-1.amazonaws.com\ndocker buildx build --platform linux/amd64 --push -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1 .\n`,
      'template.yaml': FUNCTION,
    }),
    args: ['check', '--fix-dry-run'],
  },
  {
    what: '--stats and a failing run print no environment',
    files: { 'plimsoll.config.json': '{' },
    args: ['check', '--stats'],
    exit: [2],
  },
];
