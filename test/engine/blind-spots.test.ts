import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles, type CheckResult } from '../../src/engine.ts';

/** A script pushes `latest` for an ECS service, and nothing in it rolls out. */
const SERVICE = `resource "aws_ecr_repository" "orders" {
  name = "orders-backend"
}
resource "aws_ecs_task_definition" "orders" {
  family                   = "orders-backend"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{ name = "main", image = "123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders-backend:latest" }])
}
resource "aws_ecs_service" "orders" {
  name            = "orders-service"
  task_definition = aws_ecs_task_definition.orders.arn
}
`;
const PUSH = `#!/bin/bash
set -euo pipefail
REPO=123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders-backend
docker build --platform linux/amd64 -t "$REPO:latest" .
docker push "$REPO:latest"
`;
const STALE = 'same-tag-no-rollout';

async function of(files: Record<string, string>, pedantic = false): Promise<CheckResult> {
  return check({ files: memoryFiles({ 'infra/main.tf': SERVICE, ...files }), config: DEFAULT_CONFIG, pedantic });
}

async function stale(files: Record<string, string>): Promise<string[]> {
  const { findings } = await of(files, true);
  return findings
    .filter(({ rule }) => rule === STALE)
    .map(({ confidence, heldBack = [] }) =>
      [confidence, ...heldBack.map(({ by, site }) => `${by} at ${site.file}`)].join(', '),
    );
}

const workflow = (steps: string): Record<string, string> => ({
  '.github/workflows/ship.yml': `on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - run: ./push.sh
${steps}`,
  'push.sh': PUSH,
});

describe('nothing rolls out', () => {
  it('is said where everything in the project was understood', async () => {
    expect(await stale({ 'push.sh': PUSH })).toEqual(['likely']);
    expect(await stale(workflow(''))).toEqual(['likely']);
  });

  it('is only possible where an action nobody knows is given the service', async () => {
    expect(
      await stale(
        workflow(`      - uses: acme/restart-ecs@v2
        with: { cluster: main, service: orders-service }
`),
      ),
    ).toEqual(['possible, the action acme/restart-ecs@v2 at .github/workflows/ship.yml']);
  });

  it('is only possible where the action is told by what only the outside gives', async () => {
    expect(
      await stale(
        workflow(`      - uses: acme/restart-ecs@v2
        with: { cluster: main, service: "\${{ vars.SERVICE }}" }
`),
      ),
    ).toEqual(['possible, the action acme/restart-ecs@v2 at .github/workflows/ship.yml']);
  });

  it('is said beside an action that names something else', async () => {
    expect(
      await stale(
        workflow(`      - uses: acme/restart-ecs@v2
        with: { cluster: main, service: billing-service }
      - uses: acme/send-mail@v1
        with: { to: team@example.com }
`),
      ),
    ).toEqual(['likely']);
  });

  it('is said where the action comes before the push', async () => {
    expect(
      await stale({
        ...workflow(''),
        '.github/workflows/ship.yml': `on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/restart-ecs@v2
        with: { cluster: main, service: orders-service }
      - run: ./push.sh
`,
      }),
    ).toEqual(['likely']);
  });

  it('is only possible where a workflow of another repository gets the image', async () => {
    expect(
      await stale({
        ...workflow(''),
        '.github/workflows/ship.yml': `on: push
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - run: ./push.sh
  roll:
    needs: push
    uses: acme/shared/.github/workflows/roll-out.yml@main
    with: { app: orders-backend }
`,
      }),
    ).toEqual(['possible, the workflow acme/shared/.github/workflows/roll-out.yml@main at .github/workflows/ship.yml']);
  });

  it('is only possible where a command nobody knows is given the service', async () => {
    expect(await stale({ 'push.sh': `${PUSH}shipit roll --service orders-service\n` })).toEqual([
      'possible, the command shipit at push.sh',
    ]);
    expect(await stale({ 'push.sh': `${PUSH}"$TOOL" orders-service\n` })).toEqual([
      'possible, the command "$TOOL" orders-service at push.sh',
    ]);
    expect(await stale({ 'push.sh': `${PUSH}shipit notify --channel releases\n` })).toEqual(['likely']);
  });

  it('is only possible where a file that nobody reads names the service or calls the script', async () => {
    expect(
      await stale({
        'push.sh': PUSH,
        'vars/ship.groovy': "sh 'aws ecs update-service --service orders-service --force-new-deployment'\n",
      }),
    ).toEqual(['possible, vars/ship.groovy (Jenkins library) at vars/ship.groovy']);
    expect(await stale({ 'push.sh': PUSH, 'vars/ship.groovy': "sh './push.sh'\nsh './roll'\n" })).toEqual([
      'possible, vars/ship.groovy (Jenkins library) at vars/ship.groovy',
    ]);
    expect(
      await stale({
        'push.sh': PUSH,
        'ops/release.ps1': 'Update-ECSService -Service orders-service -ForceNewDeployment 1\n',
      }),
    ).toEqual(['possible, ops/release.ps1 (PowerShell) at ops/release.ps1']);
    expect(await stale({ 'push.sh': PUSH, 'vars/ship.groovy': "sh 'make lint'\n" })).toEqual(['likely']);
  });

  it('is only possible where a program calls AWS for the service, not where it only speaks of it', async () => {
    expect(
      await stale({
        'push.sh': PUSH,
        'ops/roll.py': "boto3.client('ecs').update_service(service='orders-service', forceNewDeployment=True)\n",
      }),
    ).toEqual(['possible, ops/roll.py at ops/roll.py']);
    expect(await stale({ 'push.sh': PUSH, 'app/main.py': "NAME = 'orders-service'\n" })).toEqual(['likely']);
  });

  it('is only possible where a module from elsewhere is given the repository', async () => {
    expect(
      await stale({
        'push.sh': PUSH,
        'infra/more.tf': `module "watcher" {
  source     = "git::https://example.com/modules/ecr-watcher.git"
  repository = aws_ecr_repository.orders.name
}
`,
      }),
    ).toEqual(['possible, the module git::https://example.com/modules/ecr-watcher.git at infra/more.tf']);
  });
});

describe('what was not judged', () => {
  it('is part of the result', async () => {
    const { coverage } = await of({ 'push.sh': PUSH, 'vars/ship.groovy': 'pipeline {}\n', 'ops/release.ps1': '' });
    expect(coverage).toEqual({
      read: { shell: 1, terraform: 1 },
      unread: [
        { file: 'ops/release.ps1', kind: 'PowerShell' },
        { file: 'vars/ship.groovy', kind: 'Jenkins library' },
      ],
      voyages: { whole: 1, broken: 0 },
      bounds: [],
    });
  });

  it('names a CDK app in a language that nobody reads', async () => {
    const { coverage } = await of({
      'cdk/cdk.json': '{ "app": "python3 app.py" }',
      'cdk/app.py': 'import aws_cdk\n',
      'cdk/tests/unit/test_app.py': 'import aws_cdk\n',
    });
    expect(coverage.unread).toEqual([{ file: 'cdk/app.py', kind: 'CDK app in Python' }]);
  });

  it("takes a package's background jobs for no tasks of a build", async () => {
    const { coverage } = await of({
      'tasks.py': 'from invoke import task\n',
      'shop/__init__.py': '',
      'shop/tasks.py': 'from celery import shared_task\n',
    });
    expect(coverage.unread).toEqual([{ file: 'tasks.py', kind: 'Python tasks' }]);
  });
});

describe('no tag but latest', () => {
  const told = async (more: string, files: Record<string, string> = {}): Promise<string[]> => {
    const { findings } = await check({
      files: memoryFiles({ 'push.sh': `${PUSH}${more}`, ...files }),
      config: DEFAULT_CONFIG,
      pedantic: true,
    });
    return findings
      .filter(({ rule }) => rule === 'latest-only')
      .map(({ confidence, heldBack = [] }) => [confidence, ...heldBack.map(({ by }) => by)].join(', '));
  };

  it('is said where everything in the run was understood', async () => {
    expect(await told('')).toEqual(['certain']);
  });

  it('is only possible where a command nobody knows is given the repository in the same run', async () => {
    expect(await told('name-image --also "$(git rev-parse HEAD)" "$REPO"\n')).toEqual([
      'possible, the command name-image',
    ]);
  });

  it('is said beside what names something else, and whatever happens elsewhere', async () => {
    expect(await told('name-image --also "$(git rev-parse HEAD)" billing-backend\n')).toEqual(['certain']);
    expect(
      await told('', { 'vars/ship.groovy': 'node { sh "docker push orders-backend:${env.BUILD_ID}" }\n' }),
    ).toEqual(['certain']);
  });
});
