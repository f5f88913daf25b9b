/** The resources that run images, each by the service whose workloads they declare. */
import { oneOrNone } from '../../core/optional.ts';
import { table } from '../../core/table.ts';
import { emitWorkload } from '../../project/workloads.ts';
import { readRuntime } from '../../services/agentcore.ts';
import { readService } from '../../services/app-runner.ts';
import { readJobDefinition } from '../../services/batch.ts';
import { readContainers, readExpressService } from '../../services/ecs.ts';
import { readModel } from '../../services/sagemaker.ts';
import { readFunction } from '../../services/lambda.ts';
import type { Running, View } from '../../services/view.ts';
import { isPlaceholder, taskOf } from './ecs.ts';
import { ignoresChanges, resourcesOfTypes, type Resource } from './resources.ts';
import type { Scope } from './scope.ts';
import { declarationOf, viewOf } from './view.ts';

export function evaluateServices(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, (type) => READERS[type] !== undefined)) {
    const placeholder: Running['more'] = startsOnly(resource) ? { placeholder: true } : {};
    for (const running of READERS[resource.type]?.(viewOf(resource), resource) ?? [])
      emitWorkload(declarationOf(scope, resource), { ...running, more: { ...running.more, ...placeholder } });
  }
}

type Reader = (view: View, resource: Resource) => readonly Running[];

const lambda: Reader = (view) => oneOrNone(readFunction(view));
const appRunner: Reader = (view) => oneOrNone(readService(view));
const agentCore: Reader = (view) => oneOrNone(readRuntime(view));

const READERS: Readonly<Record<string, Reader>> = table({
  aws_lambda_function: lambda,
  awscc_lambda_function: lambda,
  aws_apprunner_service: appRunner,
  awscc_apprunner_service: appRunner,
  aws_bedrockagentcore_agent_runtime: agentCore,
  awscc_bedrockagentcore_runtime: agentCore,
  aws_batch_job_definition: (view) => readJobDefinition(view),
  aws_ecs_express_gateway_service: (view) => oneOrNone(readExpressService(view)),
  aws_sagemaker_model: readModel,
  aws_ecs_task_definition: (view, resource) => readContainers(view, taskOf(resource, view)),
});

/** Where each type says its image. */
const IMAGE_ATTRIBUTES = [
  'image_uri',
  'code',
  'source_configuration',
  'agent_runtime_artifact',
  'container_properties',
  'ecs_properties',
  'node_properties',
  'primary_container',
  'container',
];

/** What it declares is only there to begin with: somebody else sets what comes later. */
function startsOnly(resource: Resource): boolean {
  return ignoresChanges(resource, IMAGE_ATTRIBUTES) || isPlaceholder(resource);
}
