/** `plimsoll diff` against an account: the deployed templates, and what the account says around them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { account, arm } from '../aws-stand-in/scenarios.ts';
import { startStandIn, type StandIn } from '../aws-stand-in/server.ts';
import type { Fault, RegionState } from '../aws-stand-in/state.ts';
import { plimsoll } from './run.ts';

let folder = '';
let aws: StandIn | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-deployed-'));
  writeFileSync(join(folder, 'package.json'), '{}');
});
afterEach(async () => {
  await aws?.close();
  aws = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const template = (tag: string, ...repositories: string[]): string =>
  [
    'Resources:',
    '  Fn:',
    '    Type: AWS::Lambda::Function',
    '    Properties:',
    '      FunctionName: api',
    '      PackageType: Image',
    '      Architectures: [arm64]',
    '      Role: arn:aws:iam::123456789012:role/r',
    '      Code:',
    `        ImageUri: !Sub "\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/app:${tag}"`,
    ...repositories.flatMap((name) => [
      `  ${name}:`,
      '    Type: AWS::ECR::Repository',
      '    Properties:',
      `      RepositoryName: ${name}`,
      '      ImageTagMutability: IMMUTABLE',
    ]),
    '',
  ].join('\n');

async function diff(after: string, state: RegionState, faults: readonly Fault[] = []) {
  writeFileSync(join(folder, 'template.yaml'), after);
  aws = await startStandIn(account(state), { faults });
  const run = await plimsoll(['diff', '--stack', 'template.yaml=shop', '-f', 'json'], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1' },
  });
  if (run.stdout === '') return { ...run, found: [] };
  const document: { findings: { rule: string; file: string | null; line: number | null; resource: string | null }[] } =
    JSON.parse(run.stdout);
  return { ...run, found: document.findings.map(({ rule, file, line }) => `${rule} ${file ?? ''}:${line ?? ''}`) };
}

const app = { name: 'app', mutability: 'IMMUTABLE', images: [{ content: arm, tags: ['v1'] }] } as const;
const stack = {
  name: 'shop',
  status: 'UPDATE_COMPLETE',
  template: template('v1'),
  resources: [{ type: 'AWS::Lambda::Function', logicalId: 'Fn', physicalId: 'api' }],
};

test('a template that changes nothing', async () => {
  const { code, found } = await diff(template('v1'), { repositories: [app], stacks: [stack] });
  expect([code, found]).toEqual([0, []]);
});

test('the new tag is not in the registry', async () => {
  const { code, found } = await diff(template('v2'), { repositories: [app], stacks: [stack] });
  expect([code, found]).toEqual([1, ['image-missing template.yaml:10']]);
});

test('a tag that is missing on both sides is not brought about by this deploy', async () => {
  const { found } = await diff(template('v0'), {
    repositories: [app],
    stacks: [{ ...stack, template: template('v0') }],
  });
  expect(found).toEqual([]);
});

test('a repository is new to the stack and exists already', async () => {
  const { found } = await diff(template('v1', 'taken'), {
    repositories: [app, { ...app, name: 'taken' }],
    stacks: [stack],
  });
  expect(found.filter((one) => one.startsWith('repository-exists'))).toEqual(['repository-exists template.yaml:14']);
});

const renamed = (name: string): string =>
  template('v1', 'own').replace('RepositoryName: own', `RepositoryName: ${name}`);
const holder = {
  ...stack,
  template: template('v1', 'own'),
  resources: [...stack.resources, { type: 'AWS::ECR::Repository', logicalId: 'own', physicalId: 'own' }],
};

test('a repository is replaced by one whose name is taken', async () => {
  const { code, found } = await diff(renamed('taken'), {
    repositories: [app, { ...app, name: 'own' }, { ...app, name: 'taken' }],
    stacks: [holder],
  });
  expect([code, found.filter((one) => one.startsWith('repository-exists'))]).toEqual([
    1,
    ['repository-exists template.yaml:14'],
  ]);
});

test('a repository is replaced by one whose name is free', async () => {
  const { found } = await diff(renamed('free'), { repositories: [app, { ...app, name: 'own' }], stacks: [holder] });
  expect(found.filter((one) => one.startsWith('repository-exists'))).toEqual([]);
});

test('a repository is new to the stack and free', async () => {
  const { found } = await diff(template('v1', 'free'), { repositories: [app], stacks: [stack] });
  expect(found.filter((one) => one.startsWith('repository-exists'))).toEqual([]);
});

test('the stack that would be deployed to is stuck', async () => {
  const { code, found } = await diff(template('v1'), {
    repositories: [app],
    stacks: [{ ...stack, status: 'UPDATE_ROLLBACK_FAILED' }],
  });
  expect([code, found]).toEqual([1, ['stack-stuck :']]);
});

test('a stack that does not exist yet is new', async () => {
  const { code, stderr } = await diff(template('v1'), { repositories: [app] });
  expect([code, stderr]).toEqual([0, '']);
});

test('the registry may not be read: that is said, and the templates are compared', async () => {
  const { code, found } = await diff(template('v2'), { repositories: [app], stacks: [stack] }, [
    { action: 'ecr:*', kind: 'deny' },
  ]);
  expect(code).toBe(0);
  expect(new Set(found)).toEqual(new Set(['not-verified :']));
});

test('the template may not be read: there is nothing to compare with', async () => {
  const { code, stderr } = await diff(template('v2'), { repositories: [app], stacks: [stack] }, [
    { action: 'cloudformation:GetTemplate', kind: 'deny' },
  ]);
  expect(code).toBe(2);
  expect(stderr).toBe(
    'plimsoll: what is deployed could not be read: shop: no permission for cloudformation:GetTemplate\n',
  );
});

test('a parameter keeps the value it has in the stack that samconfig names', async () => {
  const uri = (tag: string): string => `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:${tag}`;
  const body = (arch: string): string =>
    template('v1')
      .replace(/Sub .*/, 'Ref Image')
      .replace('arm64', arch)
      .replace('Resources:', `Parameters:\n  Image:\n    Type: String\n    Default: ${uri('v0')}\nResources:`);
  writeFileSync(join(folder, 'template.yaml'), body('x86_64'));
  writeFileSync(join(folder, 'samconfig.toml'), '[default.deploy.parameters]\nstack_name = "shop"\n');
  aws = await startStandIn(
    account({ repositories: [app], stacks: [{ ...stack, template: body('arm64'), parameters: { Image: uri('v1') } }] }),
  );
  const run = await plimsoll(['diff', '-f', 'json'], {
    cwd: folder,
    env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1' },
  });
  const { findings }: { findings: { rule: string; message: string }[] } = JSON.parse(run.stdout);
  expect(findings.map((one) => [one.rule, one.message.split(':').slice(0, 2).join(':')])).toContainEqual([
    'architecture-flip',
    expect.stringContaining('from arm64 to amd64, but its image stays `app:v1`'),
  ]);
});

test('only operations that read are called', async () => {
  await diff(template('v2', 'taken'), { repositories: [app], stacks: [stack] });
  for (const { action } of aws!.calls) expect(action).toMatch(/:(?:List|Describe|Get|BatchGet)[A-Z]|^blob$/);
});
