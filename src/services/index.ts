/** The AWS services that run images. */
import type { Service } from '../model/facts.ts';
import { AGENT_CORE } from './agentcore.ts';
import { APP_RUNNER } from './app-runner.ts';
import { BATCH } from './batch.ts';
import { CODEBUILD } from './codebuild.ts';
import type { ServiceDescription } from './describe.ts';
import { ECS } from './ecs.ts';
import { EKS } from './eks.ts';
import { LAMBDA } from './lambda.ts';
import { SAGEMAKER } from './sagemaker.ts';

export const SERVICES = {
  lambda: LAMBDA,
  ecs: ECS,
  apprunner: APP_RUNNER,
  batch: BATCH,
  eks: EKS,
  agentcore: AGENT_CORE,
  sagemaker: SAGEMAKER,
  codebuild: CODEBUILD,
} as const satisfies Readonly<Record<Service, ServiceDescription>>;

export function serviceOf(service: Service): ServiceDescription {
  return SERVICES[service];
}
