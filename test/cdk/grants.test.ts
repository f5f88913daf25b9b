import { describe, expect, it } from 'vitest';
import { stack } from './project.ts';

const image = "image: ecs.ContainerImage.fromRegistry('123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1')";
const grant = (before: string, props: string, after = '') =>
  stack(`
    ${before}
    const task = new ecs.FargateTaskDefinition(this, 'Task', { ${props} });
    task.addContainer('web', { ${image} });
    ${after}`).one('workload').pullGrant;

const role = (props: string) =>
  `const executionRole = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com')${props === '' ? '' : `, ${props}`} });`;

describe("a task's pull grant", () => {
  it.each([
    ['nobody gives one', '', '', '', 'no'],
    ['a role without policies', role(''), 'executionRole', '', 'no'],
    [
      'the managed policy',
      role(
        "managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonECSTaskExecutionRolePolicy')]",
      ),
      'executionRole',
      '',
      'yes',
    ],
    [
      'another managed policy',
      role("managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('CloudWatchLogsFullAccess')]"),
      'executionRole',
      '',
      'no',
    ],
    [
      'the managed policy added later',
      role(''),
      'executionRole',
      "executionRole.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonEC2ContainerRegistryReadOnly'));",
      'yes',
    ],
    [
      'explicit actions',
      role(''),
      'executionRole',
      "executionRole.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage'], resources: ['*'] }));",
      'yes',
    ],
    [
      'other actions',
      role(''),
      'executionRole',
      "executionRole.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));",
      'no',
    ],
    [
      'an inline policy',
      role(
        "inlinePolicies: { pull: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['ecr:*'] })] }) }",
      ),
      'executionRole',
      '',
      'yes',
    ],
    [
      'actions on the task definition',
      '',
      '',
      "task.addToExecutionRolePolicy(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage'], resources: ['*'] }));",
      'yes',
    ],
    [
      'grantPull',
      role(''),
      'executionRole',
      "ecr.Repository.fromRepositoryName(this, 'R', 'api').grantPull(executionRole);",
      'yes',
    ],
    [
      "grantPull to the task's own role",
      '',
      '',
      "ecr.Repository.fromRepositoryName(this, 'R', 'api').grantPull(task.obtainExecutionRole());",
      'yes',
    ],
    [
      'an imported role',
      "const executionRole = iam.Role.fromRoleArn(this, 'Role', 'arn:aws:iam::123456789012:role/x');",
      'executionRole',
      '',
      'unknown',
    ],
    ['a role from elsewhere', '', 'executionRole: globalThis.sharedRole', '', 'unknown'],
  ])('with %s', (_, before, props, after, expected) => {
    expect(grant(before, props, after)).toBe(expected);
  });

  it('comes with fromEcrRepository', () => {
    const app = stack(
      "new ecs.FargateTaskDefinition(this, 'T').addContainer('web', { image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'R', 'api'), 'v1') });",
    );
    expect(app.one('workload').pullGrant).toBe('yes');
  });

  it('comes with another container of the task', () => {
    const address = 'ecs.ContainerImage.fromRegistry(`${this.account}.dkr.ecr.${this.region}.amazonaws.com/api:v1`)';
    const app = stack(
      `const task = new ecs.FargateTaskDefinition(this, 'T'); task.addContainer('web', { image: ${address} }); task.addContainer('side', { image: ecs.ContainerImage.fromAsset('side') });`,
    );
    expect(app.of('workload').map((one) => one.pullGrant)).toEqual(['yes', 'yes']);
  });

  it("may be the instance's own on EC2", () => {
    const app = stack(
      "new ecs.Ec2TaskDefinition(this, 'T').addContainer('web', { image: ecs.ContainerImage.fromRegistry(`${this.account}.dkr.ecr.${this.region}.amazonaws.com/api:v1`) });",
    );
    expect(app.one('workload').pullGrant).toBe('unknown');
  });
});
