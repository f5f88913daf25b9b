import { byDefault, type ServiceDescription } from './describe.ts';

export const ECS = {
  noun: ['ECS task', 'ECS tasks'],
  unsaidCpuOnFargate: byDefault('amd64'),
  wrongCpu:
    'the tasks will stop with `exec format error` or `CannotPullContainerError: image Manifest does not contain descriptor matching platform`',
  keeps: 'an ECS service does not watch its tag, it keeps the digest of its last deployment',
  take: 'Call `aws ecs update-service --force-new-deployment` after the push',
} as const satisfies ServiceDescription;
