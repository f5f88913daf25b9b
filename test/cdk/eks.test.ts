import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, openFolder } from '../../src/index.ts';
import { folder } from '../temporary.ts';
import { stack } from './project.ts';

const manifest = (pod = '') =>
  `cluster.addManifest('App', { kind: 'Deployment', metadata: { name: 'shop' }, spec: { template: { spec: { ${pod} containers: [{ name: 'web', image: asset.imageUri, command: ['serve'] }, { name: 'proxy', image: 'nginx:1.27' }] } } } });`;
const app = (cluster: string, more = '', pod = '') => `
    const eks = require('aws-cdk-lib/aws-eks');
    const ec2 = require('aws-cdk-lib/aws-ec2');
    const asset = new DockerImageAsset(this, 'Image', { directory: 'web', platform: Platform.LINUX_ARM64 });
    const cluster = new eks.Cluster(this, 'Cluster', { ${cluster} });
    ${more}
    ${pod === '-' ? '' : manifest(pod)}`;

describe('EKS', () => {
  it("runs the images of manifests that are the app's own", () => {
    const [only, ...more] = stack(
      app(
        'defaultCapacity: 0',
        "cluster.addNodegroupCapacity('N', { amiType: eks.NodegroupAmiType.AL2023_ARM_64_STANDARD });",
      ),
    ).of('workload');
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      service: 'eks',
      name: ['shop'],
      containerName: ['web'],
      image: { kind: 'asset' },
      cpu: 'arm64',
      startsWith: ['serve'],
    });
  });

  it.each([
    ['the default capacity', '', '', 'amd64'],
    ['another default capacity', "defaultCapacityInstance: new ec2.InstanceType('m7g.large')", '', 'arm64'],
    [
      'instances of both CPUs',
      '',
      "cluster.addNodegroupCapacity('N', { instanceTypes: [new ec2.InstanceType('m7g.large')] });",
      undefined,
    ],
    [
      'instances of one type',
      'defaultCapacity: 0',
      "new eks.Nodegroup(this, 'N', { cluster, instanceTypes: [new ec2.InstanceType('m7g.large')] });",
      'arm64',
    ],
    [
      'a group of its own',
      'defaultCapacity: 0',
      "cluster.addAutoScalingGroupCapacity('N', { instanceType: new ec2.InstanceType('t3.large') });",
      'amd64',
    ],
    [
      'a launch template',
      'defaultCapacity: 0',
      "cluster.addNodegroupCapacity('N', { launchTemplateSpec: { id: 'lt-1' } });",
      undefined,
    ],
    [
      'Fargate besides',
      'defaultCapacity: 0',
      "cluster.addNodegroupCapacity('N', {}); cluster.addFargateProfile('F', {});",
      undefined,
    ],
  ])('has the CPU of %s', (_, props, more, cpu) => {
    expect(stack(app(props, more)).one('workload').cpu).toBe(cpu);
  });

  it('has the CPU that the pod asks for', () => {
    expect(stack(app('', '', "nodeSelector: { 'kubernetes.io/arch': 'arm64' },")).one('workload').cpu).toBe('arm64');
  });

  it('gives manifests beside the app its nodes', async () => {
    const lines = stack(
      app(
        'defaultCapacity: 0',
        "cluster.addNodegroupCapacity('N', { instanceTypes: [new ec2.InstanceType('m7g.large')] });",
        '-',
      ),
    );
    expect(lines.of('workload')).toEqual([]);
    const root = folder({
      'cdk.json': '{ "app": "npx ts-node app.ts" }',
      'app.ts':
        "import * as cdk from 'aws-cdk-lib';\nimport * as ec2 from 'aws-cdk-lib/aws-ec2';\nimport * as eks from 'aws-cdk-lib/aws-eks';\nconst stack = new cdk.Stack(new cdk.App(), 'S');\nconst cluster = new eks.Cluster(stack, 'C', { version: eks.KubernetesVersion.V1_30, defaultCapacity: 0 });\ncluster.addNodegroupCapacity('N', { instanceTypes: [new ec2.InstanceType('m7g.large')] });\n",
      'k8s/api.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}]\n',
    });
    const { model } = await check({ files: await openFolder(root), config: DEFAULT_CONFIG });
    expect(model.workloads.map((one) => [one.service, one.cpu, one.cpuSite?.file, one.cpuSite?.span.line])).toEqual([
      ['eks', 'arm64', 'app.ts', 6],
    ]);
  });
});
