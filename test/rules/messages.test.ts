/** What people read: names, not the contents of files. */
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const CONFIG = `{\n "accounts": {"default_region": "eu-north-1"},\n "tools": [\n${'  {"name": "a tool", "about": "nothing"},\n'.repeat(40)}  {}\n ]\n}\n`;
const deploy = (region: string): string => `#!/bin/bash
set -e
REGION=$(${region})
REPOSITORY="123456789012.dkr.ecr.\${REGION}.amazonaws.com/orders"
docker build --platform linux/amd64 -t orders:latest .
docker tag orders:latest "$REPOSITORY:latest"
docker push "$REPOSITORY:latest"
`;

test.each([
  `jq -r --arg env "$1" '.environments[$env].region // .accounts.default_region' config.json`,
  `sed -n 's/.*"region": "\\([^"]*\\)".*/\\1/p' settings/$1.json`,
])('a repository whose region is asked of `%s` is named without its address', async (region) => {
  const files = memoryFiles({ 'deploy.sh': deploy(region), 'config.json': CONFIG, Dockerfile: 'FROM scratch\n' });
  const { findings } = await check({ files, config: DEFAULT_CONFIG, onlyRules: ['latest-only'] });
  expect(findings.map((one) => one.message.split(' is pushed')[0])).toEqual(['`orders:latest`']);
});

test.each([
  ['$1', '<first argument>:latest'],
  [
    '$(aws cloudformation describe-stacks --stack-name images --query "Stacks[0].Outputs[0].OutputValue" --output text)',
    '…:latest',
  ],
  ['$REPOSITORY', '${REPOSITORY}:latest'],
])('an image named by %s is named as people know it', async (name, shown) => {
  const files = memoryFiles({
    'push.sh': `#!/bin/bash\nset -e\ndocker build -t app .\ndocker tag app "${name}:latest"\ndocker push "${name}:latest"\n`,
    Dockerfile: 'FROM scratch\n',
  });
  const { findings } = await check({ files, config: DEFAULT_CONFIG, onlyRules: ['latest-only'] });
  expect(findings.map((one) => one.message.split(' is pushed')[0])).toEqual([`\`${shown}\``]);
});

test('what is said of a stack is not said where none deploys', async () => {
  const push =
    'docker build -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/app:latest .\ndocker push 123456789012.dkr.ecr.eu-north-1.amazonaws.com/app:latest\naws lambda update-function-code --function-name app --image-uri 123456789012.dkr.ecr.eu-north-1.amazonaws.com/app:latest\n';
  const { findings } = await check({
    files: memoryFiles({ 'push.sh': `#!/bin/bash\nset -e\n${push}`, Dockerfile: 'FROM scratch\n' }),
    config: DEFAULT_CONFIG,
    onlyRules: ['latest-only'],
  });
  expect(findings.map((one) => one.message)).toEqual([
    '`app:latest` is pushed with no tag but `latest`: nothing says which build runs, and a roll-back has no target',
  ]);
});

test('a repository that an orb creates is not asked to word its command otherwise', async () => {
  const config = `version: 2.1
orbs:
  ecr: circleci/aws-ecr@8.2.1
workflows:
  release:
    jobs:
      - ecr/build-and-push-image:
          repo: storefront
          tag: $CIRCLE_SHA1
          create-repo: true
`;
  const { findings } = await check({
    files: memoryFiles({ '.circleci/config.yml': config, Dockerfile: 'FROM scratch\n' }),
    config: DEFAULT_CONFIG,
    onlyRules: ['mutable-repository'],
  });
  expect(findings.map((one) => one.help)).toEqual([
    '`ecr/build-and-push-image` runs the command: create the repository ahead of it with `--image-tag-mutability IMMUTABLE`, or call `aws ecr put-image-tag-mutability` in a step after it, and give every build a tag of its own; `IMMUTABLE_WITH_EXCLUSION` leaves `latest` free to move.',
  ]);
});

test('a mismatch that rests on a file of values which nobody is seen to choose is only possible', async () => {
  const main = `variable "machine" {}
resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  runtime_platform {
    cpu_architecture = var.machine
  }
  container_definitions = jsonencode([{ name = "web", image = "123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:v1" }])
}
`;
  const confidences = async (file: string): Promise<string[]> => {
    const { findings } = await check({
      files: memoryFiles({
        Dockerfile: 'FROM scratch\n',
        'infra/main.tf': main,
        'infra/live.tfvars': 'machine = "ARM64"\n',
        'infra/test.tfvars': 'machine = "X86_64"\n',
        'push.sh': `set -e
docker build --platform linux/amd64 -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:v1 .
docker push 123456789012.dkr.ecr.eu-north-1.amazonaws.com/web:v1
terraform -chdir=infra apply -var-file="${file}"
`,
      }),
      config: DEFAULT_CONFIG,
      onlyRules: ['arch-mismatch'],
      pedantic: true,
    });
    return findings.map((one) => one.confidence);
  };
  expect(await confidences('$1.tfvars')).toEqual(['possible']);
  expect(await confidences('live.tfvars')).toEqual(['certain']);
  expect(await confidences('test.tfvars')).toEqual([]);
});

test.each([
  ['terraform apply -auto-approve', true],
  ['terraform apply -auto-approve -lock=true', true],
  ['terraform apply -auto-approve -lock=false', false],
  ['tofu destroy -auto-approve -lock=false', false],
])('whoever cancels `%s` leaves the state locked: %s', async (command, isLocked) => {
  const { findings } = await check({
    files: memoryFiles({ 'apply.sh': `#!/bin/bash\nset -eo pipefail\n${command} | tail -5\n` }),
    config: DEFAULT_CONFIG,
  });
  expect(findings.map((one) => one.message.includes('state locked'))).toEqual([isLocked]);
});
