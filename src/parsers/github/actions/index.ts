/** The actions Plimsoll understands, by owner/name in lower case. The outputs of all others are unknown. */
import type { ActionHandler } from './action.ts';
import { bakeAction } from './bake.ts';
import { buildPush, depotBuildPush } from './build-push.ts';
import { cloudformationDeploy, lambdaDeploy } from './deploy.ts';
import { deployTaskDefinition, renderTaskDefinition } from './ecs.ts';
import { metadata } from './metadata.ts';
import { buildahBuild, pushToRegistry, retry } from './others.ts';
import { configureCredentials, dockerLogin, ecrLogin } from './registries.ts';
import { setupBuildx, setupDocker, setupQemu } from './setup.ts';

export const ACTIONS: ReadonlyMap<string, ActionHandler> = new Map<string, ActionHandler>([
  ['docker/build-push-action', buildPush],
  ['docker/bake-action', bakeAction],
  ['docker/metadata-action', metadata],
  ['docker/login-action', dockerLogin],
  ['docker/setup-buildx-action', setupBuildx],
  ['docker/setup-qemu-action', setupQemu],
  ['docker/setup-docker-action', setupDocker],
  ['depot/build-push-action', depotBuildPush],
  ['redhat-actions/buildah-build', buildahBuild],
  ['redhat-actions/push-to-registry', pushToRegistry],
  ['aws-actions/configure-aws-credentials', configureCredentials],
  ['aws-actions/amazon-ecr-login', ecrLogin],
  ['aws-actions/amazon-ecs-render-task-definition', renderTaskDefinition],
  ['aws-actions/amazon-ecs-deploy-task-definition', deployTaskDefinition],
  ['aws-actions/aws-lambda-deploy', lambdaDeploy],
  ['aws-actions/aws-cloudformation-github-deploy', cloudformationDeploy],
  ['nick-fields/retry', retry],
  ['nick-invision/retry', retry],
]);
