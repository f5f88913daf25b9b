/**
 * What a script only reads, and what goes by a credential's name, is judged and never said: not in a fact, not in a
 * finding, not in any format.
 */
import { describe, expect, it } from 'vitest';
import { canary, checkSilent } from './canaries.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { check, memoryFiles, type CheckResult } from '../src/engine.ts';
import { FORMATS, PICTURES, reporterFor } from '../src/report/formats.ts';
import { reportInput } from '../src/cli/check.ts';

type Files = Readonly<Record<string, string>>;

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const C = canary('secret');
const READ: Files = {
  creds: `${C}\n`,
  VERSION: `${canary('version')}\n`,
  lines: `${canary('one')}\n${canary('two')}\n`,
  'creds.json': `{"token": "${C}", "pin": 4711, "inner": {"list": ["${canary('item')}"]}}\n`,
  'creds.yaml': `token: ${C}\n`,
  '.env': `TAG=${canary('dotenv')}\nexport REPO=${canary('repo')}\nURL=https://me:${canary('url')}@host/$TAG\nWITH=\${TAG:-${canary('default')}}\n`,
  '.git/config': `[remote "origin"]\n\turl = https://x-access-token:${canary('checkout')}@github.com/a/b\n[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${canary('header')}\n`,
  'package.json': `{"name": "app", "version": "${canary('package')}",\n"scripts": {"tag": "docker build --platform linux/amd64 -t ${HOST}/api:$npm_package_version . && docker push ${HOST}/api:$npm_package_version"}}\n`,
  lib: `push() { docker push ${HOST}/api:${canary('function')}; }\nif [ -n "$X" ]; then T=${canary('branch')}; fi\n`,
};
const DOCKERFILE = 'FROM public.ecr.aws/lambda/nodejs:22\nCOPY . .\nCMD ["index.handler"]\n';
const TEMPLATE = `Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: api, PackageType: Image, Architectures: [arm64], Code: {ImageUri: !Sub "${HOST}/api:1"}, Role: !Ref Role}
  Repo:
    Type: AWS::ECR::Repository
    Properties: {RepositoryName: api, ImageTagMutability: IMMUTABLE}
`;

async function result(files: Files): Promise<CheckResult> {
  return check({
    files: memoryFiles({ Dockerfile: DOCKERFILE, 'template.yaml': TEMPLATE, ...READ, ...files }),
    config: DEFAULT_CONFIG,
    pedantic: true,
    today: '2026-11-21',
    picture: true,
  });
}

/** All that anybody is told: the facts themselves, and every format. */
async function told(files: Files): Promise<string> {
  const found = await result(files);
  const all = { Dockerfile: DOCKERFILE, 'template.yaml': TEMPLATE, ...READ, ...files };
  const input = reportInput(found, {
    root: 'project',
    read: memoryFiles(all).read,
    known: undefined,
    loaded: { config: DEFAULT_CONFIG, plugins: [] },
  });
  const style = { color: false, width: 200, quiet: false };
  const reports = await Promise.all([
    ...FORMATS.map(async (format) => (await reporterFor(format))(input, style)),
    ...PICTURES.names.map(async (format) => (await PICTURES.load(format))(input, style)),
  ]);
  return [JSON.stringify(found.model), ...reports].join('\n');
}

/** A build for the wrong CPU under a name that the shape gives, so that there is much to say about it. */
const using = (line: string): string =>
  `#!/bin/bash\nset -e\n${line}\ndocker build --platform linux/amd64 -t ${HOST}/api:"$T" .\ndocker push ${HOST}/api:$T\naws lambda update-function-code --function-name api --image-uri ${HOST}/api:$T\naws ecr create-repository --repository-name "$T" --region eu-west-1\ncdk deploy -c tag=$T | tail -5\n`;

const SHAPES = [
  'T=$(cat creds)',
  'T=$(< creds)',
  'read -r T < creds',
  'mapfile -t L < lines; T=${L[1]}',
  'source .env; T=$TAG',
  '. ./.env; T=$REPO',
  'set -a; . .env; set +a; T=$WITH',
  'source .env; T=${URL##*@}',
  'export $(cat .env | xargs); T=$TAG',
  'eval "$(cat .env)"; T=$TAG',
  'T=$(grep TAG .env | cut -d= -f2)',
  'T=$(cut -d= -f2 .env)',
  'T=$(jq -r .token creds.json)',
  'T=$(jq -r .pin creds.json)-$(jq -r ".inner.list[0]" creds.json)',
  'T=$(yq .token creds.yaml)',
  'T=$(head -n 1 lines)',
  'T=$(tail -1 lines)',
  'T=$(sed s/a/b/ creds)',
  'T=$(tr a-z A-Z < creds)',
  'T=$(sort lines)',
  'X=$(cat creds); T=${X:0:12}',
  'X=$(cat creds); T=${X^^}',
  'X=$(cat creds); T=${X#c4}',
  'X=$(cat creds); T=${X%f3a}',
  'X=$(cat creds); T=${X/c4/c4}',
  'X=$(cat creds); T=${X//a/a}',
  'X=$(cat creds); T="v${X}-b"',
  'T=$(printf %s "$(cat creds)")',
  'T=$(printf "%-40s" "$(cat creds)")',
  'T=$(echo -e "$(cat creds)")',
  'T=$(base64 creds)',
  'T=$(awk "{print $1}" creds)',
  'T=$(git config --get remote.origin.url)',
  'T=$(cat .git/config | head -n 2 | tail -1)',
  'T=$(cat package.json | jq -r .version)',
  'T=$(node -p "require(\'./package.json\').version")',
  'while read -r T; do docker push $T; done < lines',
  'for T in $(cat lines); do docker push x:$T; done',
  'T=$(basename $(cat creds))',
  'T=$(dirname $(cat creds)/x)',
  'IFS== read -r A T < .env',
  'T=$(( $(cat creds) + 1 ))',
  'read T <<< "$(cat creds)"',
  'f() { echo "$1"; }; T=$(f "$(cat creds)")',
  'A=("$(cat creds)" b); T=${A[0]}',
  'declare -A M=([k]=$(cat creds)); T=${M[k]}',
  'X=$(cat creds); Y=X; T=${!Y}',
  'T=${NOPE:-$(cat creds)}',
  'case $(cat creds) in c4*) T=a;; *) T=b;; esac',
  'cat creds > copy; T=$(cat copy)',
  'T=$(cat creds | tee other); T=$(cat other)',
  'cat creds >> $GITHUB_ENV; T=x',
  'T=$(envsubst < creds)',
  'xargs -I{} docker push repo:{} < lines; T=x',
  'cat creds | xargs docker tag a; T=x',
  'docker login -p $(cat creds) host; T=x',
  'cat creds | docker login --password-stdin host; T=x',
  'timeout $(cat creds) docker push a; T=x',
  'docker build -f $(cat creds) .; T=x',
  'docker build --build-arg $(cat creds)=1 -t a .; T=x',
  'docker build --build-arg V=$(cat creds) -t a .; T=x',
  'docker $(cat creds) push; T=x',
  '$(cat creds) push; T=x',
  'cd $(cat creds); docker build -t a .; T=x',
  'aws ecr describe-images --region $(cat creds) --repository-name $(cat creds); T=x',
  'aws lambda update-function-code --function-name $(cat creds) --image-uri x:1; T=x',
  'aws ecs update-service --cluster $(cat creds) --service $(cat creds); T=x',
  'cdk deploy -c $(cat creds)=1 $(cat creds) | tail; T=x',
  'make $(cat creds); T=x',
  'npm run $(cat creds); T=x',
  'bash $(cat creds).sh; T=x',
  'docker push a || echo $(cat creds); T=x',
  'npx cdk@$(cat creds) deploy | tail -3; T=x',
  'sam deploy --stack-name $(cat creds) --parameter-overrides A=$(cat creds); T=x',
  'aws cloudformation deploy --stack-name $(cat creds) --template-file template.yaml --parameter-overrides $(cat creds)=1 | tail; T=x',
  'kubectl set image deployment/$(cat creds) a=$(cat creds); T=x',
  'helm upgrade $(cat creds) chart | tail; T=x',
  'docker buildx create --name $(cat creds) --driver $(cat creds); T=x',
  'docker buildx bake $(cat creds) | tail -1; T=x',
  'aws ssm get-parameter --name $(cat creds) > out; T=$(aws ssm get-parameter --name $(cat creds))',
  'source lib; push; T=$T',
  'NPM_TOKEN=c4narytoken7f3a; T=$NPM_TOKEN',
  'export DB_PASSWORD="c4narypassword7f3a"; T=$DB_PASSWORD',
  'docker login -u me -p c4narylogin7f3a host; T=x',
  'docker login --password c4narylogin7f3a host | tail -1; T=x',
  'docker build --build-arg NPM_TOKEN=c4naryarg7f3a -t a .; T=x',
  'echo c4naryecho7f3a | docker login -u me --password-stdin host; T=x',
  'npm config set //npm.example.com/:_authToken c4narynpm7f3a; docker push a | tail -1; T=x',
  'curl https://me:c4naryurl7f3a@host/x; docker push a | tail -1; T=x',
  'docker push a || docker login -p c4narymask7f3a host; T=x',
  'docker login -u me -p c4narymask7f3a host || true; T=x',
  'API_KEY=c4narykey7f3a docker push a | tail -1; T=x',
  'AWS_SECRET_ACCESS_KEY=c4narykey7f3a cdk deploy | tail -1; T=x',
] as const;

describe('a script', () => {
  it.each(SHAPES)('%s', async (line) => {
    checkSilent(line, await told({ 'deploy.sh': using(line) }));
  });
});

const OTHERS: readonly (readonly [string, Files])[] = [
  [
    'a Makefile that includes .env',
    {
      Makefile: `include .env\nall:\n\tdocker build --platform linux/amd64 -t ${HOST}/api:$(TAG) .\n\tdocker push ${HOST}/api:$(TAG)\n`,
    },
  ],
  [
    '$(shell cat)',
    {
      Makefile: `V := $(shell cat creds)\nall:\n\tdocker build --platform linux/amd64 -t ${HOST}/api:$(V) .\n\tdocker push ${HOST}/api:$(subst a,b,$(V))\n`,
    },
  ],
  [
    'a secret in a Makefile',
    {
      Makefile: `NPM_TOKEN := ${C}\nall:\n\tdocker build --platform linux/amd64 -t ${HOST}/api:$(NPM_TOKEN) . | tail -1\n`,
    },
  ],
  [
    'just',
    {
      justfile: `set dotenv-load\nv := \`cat creds\`\npassword := "${C}"\nall:\n    docker build --platform linux/amd64 -t ${HOST}/api:{{v}} .\n    docker push ${HOST}/api:{{password}}\n`,
    },
  ],
  [
    'Task',
    {
      'Taskfile.yml': `version: '3'\ndotenv: ['.env']\nvars:\n  V: {sh: cat creds}\n  TOKEN: ${C}\ntasks:\n  all:\n    cmds:\n      - docker build --platform linux/amd64 -t ${HOST}/api:{{.V}} .\n      - docker push ${HOST}/api:{{.TOKEN}}\n`,
    },
  ],
  ['npm', { 'deploy.sh': 'npm run tag\n' }],
  [
    'compose',
    {
      'compose.yaml': `services:\n  api:\n    image: ${HOST}/api:\${TAG}\n    env_file: .env\n    platform: linux/amd64\n    build:\n      context: .\n      args:\n        NPM_TOKEN: ${C}\n`,
      'deploy.sh': 'docker compose build\ndocker compose push\n',
    },
  ],
  [
    'bake',
    {
      'docker-bake.hcl': `variable "TAG" { default = "x" }\nvariable "NPM_TOKEN" { default = "${C}" }\ntarget "default" {\n  tags = ["${HOST}/api:\${TAG}", "${HOST}/api:\${NPM_TOKEN}"]\n  platforms = ["linux/amd64"]\n  args = { NPM_TOKEN = "${C}" }\n}\n`,
      'deploy.sh': 'source .env\nexport TAG\ndocker buildx bake --push\n',
    },
  ],
  [
    'a Dockerfile',
    {
      Dockerfile: `ARG NPM_TOKEN=${C}\nFROM alpine:$NPM_TOKEN\nARG API_TOKEN=${C}\nENV PASSWORD=${C}\nRUN curl -L https://x/$API_TOKEN/tool-linux-amd64.tgz\n`,
      'deploy.sh': 'docker build --platform linux/arm64 -t api:1 .\n',
    },
  ],
  [
    'a workflow',
    {
      '.github/workflows/a.yml': `on: push\nenv:\n  NPM_TOKEN: ${C}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env: {DB_PASSWORD: ${C}}\n    steps:\n      - run: cat .env >> $GITHUB_ENV\n      - id: v\n        run: echo "v=$(cat VERSION)" >> $GITHUB_OUTPUT\n      - run: docker build --platform linux/amd64 -t ${HOST}/api:\${{ env.NPM_TOKEN }} . && docker push ${HOST}/api:\${{ env.TAG }}\n      - run: docker push ${HOST}/api:\${{ steps.v.outputs.v }} || true\n      - run: docker push ${HOST}/api:$DB_PASSWORD | tail -1\n      - uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: ${HOST}/api:\${{ steps.v.outputs.v }}\n          build-args: |\n            NPM_TOKEN=${C}\n      - uses: docker/login-action@v3\n        with: {registry: ghcr.io, username: a, password: ${C}}\n`,
    },
  ],
  [
    'Terraform',
    {
      'main.tf': `variable "tag" {}\nvariable "db_password" { default = "${C}" }\nlocals {\n  c = jsondecode(file("creds.json"))\n  token = "${C}"\n}\nresource "aws_lambda_function" "a" {\n  function_name = "a-\${trimspace(file("creds"))}"\n  package_type = "Image"\n  image_uri = "${HOST}/api:\${local.c.token}"\n}\nresource "aws_lambda_function" "b" {\n  function_name = upper(var.tag)\n  package_type = "Image"\n  architectures = ["arm64"]\n  image_uri = "${HOST}/\${var.tag}:\${var.db_password}"\n}\nresource "aws_ecr_repository" "r" { name = "x-\${local.token}" }\nresource "aws_ecr_repository" "s" { name = format("%s-%s", local.c.inner.list[0], substr(var.tag, 0, 12)) }\n`,
      'terraform.tfvars': `tag = "${canary('tfvars')}"\n`,
    },
  ],
  [
    'a template',
    {
      'template.yaml': `Parameters:\n  DbPassword: {Type: String, Default: ${C}}\n  Other: {Type: String, NoEcho: true, Default: ${canary('noecho')}}\nResources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: !Ref Other, PackageType: Image, Code: {ImageUri: !Sub "${HOST}/api:\${DbPassword}"}, Role: x}\n  R: {Type: AWS::ECR::Repository, Properties: {RepositoryName: !Ref Other}}\n`,
    },
  ],
  [
    'SAM',
    {
      'template.yaml': `Transform: AWS::Serverless-2016-10-31\nParameters: {Image: {Type: String}}\nResources:\n  A: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: !Ref Image}}\n`,
      'samconfig.toml': `[default.deploy.parameters]\nstack_name = "a"\nparameter_overrides = "Image=${HOST}/api:${C}"\n`,
      'deploy.sh': 'sam deploy | tail -1\n',
    },
  ],
  [
    'Serverless',
    {
      'serverless.yml': `service: a\ncustom:\n  apiToken: ${C}\n  file: \${file(./creds.json):token}\nprovider:\n  name: aws\n  ecr: {images: {one: {path: ., platform: linux/amd64}}}\nfunctions:\n  a: {name: "a-\${self:custom.apiToken}", image: "${HOST}/api:\${self:custom.file}"}\n  b: {image: {name: one}, architecture: arm64}\n`,
    },
  ],
  [
    'CDK',
    {
      'cdk.json': `{"app": "npx ts-node app.ts", "context": {"apiToken": "${C}"}}`,
      'app.ts': `import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nimport * as fs from 'fs';\nconst app = new cdk.App();\nconst stack = new cdk.Stack(app, 'S');\nconst all = JSON.parse(fs.readFileSync('creds.json', 'utf8'));\nconst token = '${C}';\nconst repo = new ecr.Repository(stack, 'R', { repositoryName: 'x-' + fs.readFileSync('creds', 'utf8').trim() });\nnew ecr.Repository(stack, 'Q', { repositoryName: \`y-\${all.token}\` });\nnew lambda.DockerImageFunction(stack, 'F', { functionName: token, code: lambda.DockerImageCode.fromEcr(repo, { tagOrDigest: all.inner.list[0].slice(0, 12) }) });\nnew lambda.DockerImageFunction(stack, 'G', { functionName: app.node.tryGetContext('apiToken'), code: lambda.DockerImageCode.fromEcr(repo, { tagOrDigest: all.token.toUpperCase() }) });\n`,
      'deploy.sh': 'cdk deploy --all | tail -5\n',
    },
  ],
];

describe('another language', () => {
  it.each(OTHERS)('%s', async (name, files) => {
    checkSilent(name, await told(files));
  });
});

describe('what is sealed is judged all the same', () => {
  const build = (more: Files): Promise<CheckResult> => result({ 'template.yaml': TEMPLATE, ...more });

  it('a version in a file links the push to the workload that names it', async () => {
    const { model } = await build({
      VERSION: '1\n',
      'deploy.sh': `docker build --platform linux/amd64 -t ${HOST}/api:$(cat VERSION) .\ndocker push ${HOST}/api:$(cat VERSION)\n`,
    });
    expect(
      model.voyages.flatMap(({ builds, arrivals }) =>
        builds.length === 0 ? [] : arrivals.map((one) => one.workload.label),
      ),
    ).toEqual(['Api']);
  });

  it('and the finding says where it is from', async () => {
    const { findings } = await build({
      VERSION: '1\n',
      'deploy.sh': `docker build --platform linux/amd64 -t ${HOST}/api:$(cat VERSION) .\ndocker push ${HOST}/api:$(cat VERSION)\n`,
    });
    const mismatch = findings.find(({ rule }) => rule === 'arch-mismatch');
    expect(mismatch?.message).toContain('is built for `linux/amd64`');
    expect([mismatch?.message, ...(mismatch?.related.map((one) => one.message) ?? [])].join('\n')).toContain(
      `${HOST}/api:\${the content of VERSION}`,
    );
  });

  it('a condition on it is decided', async () => {
    const { model } = await build({
      STAGE: 'prod\n',
      'deploy.sh':
        'if [ "$(cat STAGE)" = prod ]; then docker push prod-only:1; else docker push never:1; fi\ncase $(cat STAGE) in dev*) docker push never:2;; prod) docker push prod-case:1;; esac\n',
    });
    expect(model.pushes.filter(({ site }) => site.file === 'deploy.sh').map((push) => push.ref.repository)).toEqual([
      ['prod-only'],
      ['prod-case'],
    ]);
  });

  it.each([
    ['PLATFORM', 'arm64'],
    ['CPU', 'x86_64'],
    ['FLAG', 'true'],
  ])('%s %s tells nothing, and is shown', async (file, value) => {
    const { model } = await build({
      [file]: `${value}\n`,
      'deploy.sh': `docker buildx build --platform $(cat ${file}) -t api:$(cat ${file}) .\n`,
    });
    const built = model.builds.find(({ site }) => site.file === 'deploy.sh');
    expect(built?.names[0]?.ref.tag).toEqual([value]);
  });
});

it('a platform in a file is one', async () => {
  const { model } = await result({
    PLATFORM: 'linux/amd64,linux/arm64\n',
    'deploy.sh': 'docker buildx build --platform $(cat PLATFORM) -t api:1 .\n',
  });
  expect(model.builds.find(({ site }) => site.file === 'deploy.sh')?.platforms).toMatchObject({
    kind: 'set',
    list: [{ arch: 'amd64' }, { arch: 'arm64' }],
  });
});

describe('a secret in a source', () => {
  it('is starred in its frame, and the mark stays under what it marks', async () => {
    const files = { 'deploy.sh': 'docker login -u me -p hunter2hunter2 ghcr.io\n' };
    const found = await result(files);
    const input = reportInput(found, {
      root: 'project',
      read: memoryFiles(files).read,
      known: undefined,
      loaded: { config: DEFAULT_CONFIG, plugins: [] },
    });
    const text = await (await reporterFor('pretty'))(
      { ...input, findings: found.findings.filter(({ rule }) => rule === 'login-on-command-line') },
      { color: false, width: 120, quiet: true },
    );
    expect(text).toContain('1 | docker login -u me -p *** ghcr.io');
    const [line = '', mark = ''] = text.split('\n').slice(text.split('\n').findIndex((one) => one.includes('***')));
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toMatch(/^(?:-p )?\*\*\*$|^docker/);
  });

  it('is no part of what a finding is known by', async () => {
    const [one, other] = await Promise.all(
      ['hunter2hunter2', 'another7another7'].map((password) =>
        result({ 'deploy.sh': `docker login -u me -p ${password} ghcr.io\n` }),
      ),
    );
    expect(one?.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      other?.findings.map(({ fingerprint }) => fingerprint),
    );
  });
});

describe('what a run reads openly', () => {
  /** No name of it stands in the script as it is, where everybody could read it anyway. */
  const migration = (file: string): string => `#!/bin/bash
set -e
HOST=${HOST}
YEAR=2031
docker build -t "$HOST/bookings:latest" .
docker push "$HOST/bookings:latest"
TASK=$(jq --arg IMAGE "$HOST/bookings:latest" '.containerDefinitions[0].image = $IMAGE' ${file})
aws ecs register-task-definition --family "bookings-$YEAR" --cli-input-json "$TASK"
aws ecs run-task --cluster shop --task-definition "bookings-$YEAR"
`;
  const task = (family: string): string =>
    JSON.stringify({ family, containerDefinitions: [{ name: C, image: 'to-be-filled-in' }] });

  it.each([
    ['a task definition', 'infra/task.json', 'bookings-2031'],
    ['a file that is only read', 'infra/task.tpl', 'bookings'],
  ])('stays readable beside %s, in the rehearsals of its failures too', async (_, file, family) => {
    const { findings } = await result({ 'migrate.sh': migration(file), [file]: task(family) });
    const said = findings.flatMap(({ message, related }) => [message, ...related.map((one) => one.message)]);
    expect(said).toContain(`pushed as ${HOST}/bookings:latest`);
    expect(said).toContain('ECS task `bookings-2031` takes it');
    expect(said.join('\n')).not.toContain('***');
  });
});
