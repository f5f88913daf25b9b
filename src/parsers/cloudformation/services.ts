/** The services that run images, each by the resource type that declares one of its workloads. */
import { readRuntime } from '../../services/agentcore.ts';
import { readService } from '../../services/app-runner.ts';
import { readJobDefinition } from '../../services/batch.ts';
import { readModel } from '../../services/sagemaker.ts';
import { readContainers, readExpressService } from '../../services/ecs.ts';
import { oneOrNone } from '../../core/optional.ts';
import type { Running, View } from '../../services/view.ts';
import { emitWorkload } from '../../project/workloads.ts';
import { batchInstances } from './instances.ts';
import type { Resource } from './resources.ts';
import { on, taskOf } from './ecs.ts';
import { declarationOf, viewOf } from './view.ts';

const runs =
  (read: (view: View, resource: Resource) => readonly Running[]) =>
  (resource: Resource): void => {
    for (const running of read(viewOf(resource), resource)) emitWorkload(declarationOf(resource), running);
  };

export const evaluateAppRunner = runs((view) => oneOrNone(readService(view)));
export const evaluateAgentCore = runs((view) => oneOrNone(readRuntime(view)));
export const evaluateSageMakerModel = runs(readModel);
export const evaluateExpressService = runs((view) => oneOrNone(readExpressService(view)));
export const evaluateTaskDefinition = runs((view, resource) => readContainers(view, taskOf(resource, view)));
export const evaluateBatchJob = runs((view, resource) =>
  readJobDefinition(view, on(resource, batchInstances(resource.scope))),
);
