import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { cpuOfInstanceClass } from '../../src/parsers/cdk/constructs/instances.ts';
import { stack } from './project.ts';

const cpuOf = (body: string) =>
  stack(`const ec2 = require('aws-cdk-lib/aws-ec2'); const asg = require('aws-cdk-lib/aws-autoscaling'); ${body}`)
    .of('workload')
    .map((one) => one.cpu);
const task =
  "new ecs.Ec2TaskDefinition(this, 'Task').addContainer('web', { image: ecs.ContainerImage.fromAsset('web') });";
const cluster = "const cluster = new ecs.Cluster(this, 'Cluster', { vpc });";

describe('ECS on EC2', () => {
  it.each([
    ['capacity', "cluster.addCapacity('Arm', { instanceType: new ec2.InstanceType('t4g.small') });", 'arm64'],
    [
      'capacity of a class',
      "cluster.addCapacity('X', { instanceType: ec2.InstanceType.of(ec2.InstanceClass.M5, ec2.InstanceSize.LARGE) });",
      'amd64',
    ],
    [
      'capacity of a class in words',
      "cluster.addCapacity('X', { instanceType: ec2.InstanceType.of(ec2.InstanceClass.STANDARD7_GRAVITON, ec2.InstanceSize.LARGE) });",
      'arm64',
    ],
    [
      'a capacity provider',
      "const group = new asg.AutoScalingGroup(this, 'Group', { vpc, instanceType: new ec2.InstanceType('c7g.large'), machineImage }); cluster.addAsgCapacityProvider(new ecs.AsgCapacityProvider(this, 'P', { autoScalingGroup: group }));",
      'arm64',
    ],
    [
      'a launch template',
      "const launchTemplate = new ec2.LaunchTemplate(this, 'T', { instanceType: new ec2.InstanceType('c7g.large') }); const group = new asg.AutoScalingGroup(this, 'Group', { vpc, launchTemplate }); new ecs.AsgCapacityProvider(this, 'P', { autoScalingGroup: group });",
      'arm64',
    ],
    [
      'an image made for ECS',
      "new asg.AutoScalingGroup(this, 'Group', { vpc, instanceType: new ec2.InstanceType('c7g.large'), machineImage: ecs.EcsOptimizedImage.amazonLinux2(ecs.AmiHardwareType.ARM) });",
      'arm64',
    ],
    [
      'instances of both CPUs',
      "cluster.addCapacity('A', { instanceType: new ec2.InstanceType('t4g.small') }); cluster.addCapacity('B', { instanceType: new ec2.InstanceType('t3.small') });",
      undefined,
    ],
    [
      'instances that nobody can tell',
      "cluster.addCapacity('A', { instanceType: new ec2.InstanceType(process.env.TYPE) });",
      undefined,
    ],
    [
      'instances for something else',
      "new asg.AutoScalingGroup(this, 'Group', { vpc, instanceType: new ec2.InstanceType('c7g.large'), machineImage });",
      undefined,
    ],
  ])('has the CPU of %s', (_, body, cpu) => {
    expect(cpuOf(`${cluster} ${body} ${task}`)).toEqual([cpu]);
  });

  it('has that of the cluster its service is in, whatever its stack starts besides', () => {
    const service =
      "const task = new ecs.Ec2TaskDefinition(this, 'Task'); task.addContainer('web', { image: ecs.ContainerImage.fromAsset('web') }); new ecs.Ec2Service(this, 'Service', { cluster, taskDefinition: task });";
    const other =
      "new ecs.Cluster(this, 'Other', { vpc }).addCapacity('X', { instanceType: new ec2.InstanceType('t3.small') });";
    expect(
      cpuOf(
        `${cluster} cluster.addCapacity('A', { instanceType: new ec2.InstanceType('t4g.small') }); ${other} ${service}`,
      ),
    ).toEqual(['arm64']);
  });

  it('points to where the instances are named', () => {
    const app = stack(
      `const ec2 = require('aws-cdk-lib/aws-ec2');\n${cluster}\ncluster.addCapacity('Arm', { instanceType: new ec2.InstanceType('t4g.small') });\n${task}`,
    );
    expect(app.shown(app.one('workload').cpuSite)).toBe("lib/api-stack.ts:15 new ec2.InstanceType('t4g.small')");
  });
});

describe('Batch on EC2', () => {
  const job =
    "new batch.EcsJobDefinition(this, 'Job', { container: new batch.EcsEc2ContainerDefinition(this, 'C', { image: ecs.ContainerImage.fromAsset('job'), cpu: 1, memory }) });";
  it.each([
    ["instanceTypes: [new ec2.InstanceType('c7g.large')], useOptimalInstanceClasses: false", 'arm64'],
    ['instanceClasses: [ec2.InstanceClass.R6G], useOptimalInstanceClasses: false', 'arm64'],
    ['defaultInstanceClasses: [batch.DefaultInstanceClass.ARM64]', 'arm64'],
    ['', 'amd64'],
    ["instanceTypes: [new ec2.InstanceType('c7g.large')]", undefined],
  ])('has the CPU of an environment with %s', (props, cpu) => {
    expect(cpuOf(`new batch.ManagedEc2EcsComputeEnvironment(this, 'E', { vpc, ${props} }); ${job}`)).toEqual([cpu]);
  });
});

describe("the library's instance classes", () => {
  it('have the CPU that the library says, or none', () => {
    const wrong = Object.entries(ec2.InstanceClass).flatMap(([name, value]) => {
      const ours = cpuOfInstanceClass(name);
      if (ours === undefined) return [];
      const theirs =
        ec2.InstanceType.of(value, ec2.InstanceSize.LARGE).architecture === ec2.InstanceArchitecture.ARM_64
          ? 'arm64'
          : 'amd64';
      return ours === theirs ? [] : [`${name}: ${ours}, not ${theirs}`];
    });
    expect(wrong).toEqual([]);
    const unknown = Object.keys(ec2.InstanceClass).filter((name) => cpuOfInstanceClass(name) === undefined);
    expect(unknown.filter((name) => !/^(?:MAC|U|HIGH_MEMORY)/.test(name))).toEqual([]);
  });
});
