/** From a template to facts: what runs images, what stores them, and what `sam build` makes of them. */
import type { TemplateReading } from './reading.ts';
import { section } from './reading.ts';
import { inTurn } from '../../project/in-turn.ts';
import type { Frame, Take, World } from '../../project/evaluation.ts';
import { evaluateProject } from './codebuild.ts';
import { evaluatePipeline } from './codepipeline.ts';
import { table } from '../../core/table.ts';
import { literal } from '../../core/text.ts';
import { samConfigIn, settingsOf } from '../sam/run.ts';
import { evaluateLambda } from './lambda.ts';
import { isNestedStack, localPath, moduleOf, nestedScope } from './nested.ts';
import { evaluateRepository } from './repositories.ts';
import { resourcesOf, resourcesOfType, type Resource } from './resources.ts';
import { childValue, openScope, type Scope, type TemplateCall } from './scope.ts';
import { refusedWays } from './rules.ts';
import {
  evaluateAgentCore,
  evaluateAppRunner,
  evaluateBatchJob,
  evaluateExpressService,
  evaluateSageMakerModel,
  evaluateTaskDefinition,
} from './services.ts';

export type { AssemblyStacks, AssemblyView, DeployedNested, TemplateCall } from './scope.ts';

const EVALUATORS: Readonly<Record<string, (resource: Resource) => void>> = table({
  'AWS::Lambda::Function': evaluateLambda,
  'AWS::Serverless::Function': evaluateLambda,
  'AWS::ECS::TaskDefinition': evaluateTaskDefinition,
  'AWS::ECS::ExpressGatewayService': evaluateExpressService,
  'AWS::AppRunner::Service': evaluateAppRunner,
  'AWS::Batch::JobDefinition': evaluateBatchJob,
  'AWS::BedrockAgentCore::Runtime': evaluateAgentCore,
  'AWS::SageMaker::Model': evaluateSageMakerModel,
  'AWS::ECR::Repository': evaluateRepository,
});

/** Evaluates a template as one stack, nested stacks of the project included. */
export function evaluateTemplate(world: World, reading: TemplateReading, call: TemplateCall): void {
  evaluateScope(openScope(world, reading, call));
}

/** Stacks that nest many, each of which nests many, end with the steps there are. */
const STEPS_PER_STACK = 100;

function evaluateScope(scope: Scope): void {
  const { world } = scope;
  if (!world.budget.spend(STEPS_PER_STACK)) return;
  scope.memo.refused = refusedWays(scope);
  for (const resource of resourcesOf(scope, (type) => EVALUATORS[type] !== undefined))
    EVALUATORS[resource.type]?.(resource);
  inTurn(
    world,
    resourcesOf(scope, isNestedStack),
    ({ site }) => site,
    (resource) => {
      const nested = nestedScope(scope, resource.id);
      if (nested === undefined) return;
      world.called.add(nested.reading.file);
      evaluateScope(nested);
    },
  );
  const started = new Set(
    resourcesOfType(scope, 'AWS::CodePipeline::Pipeline').flatMap((pipeline) => [
      ...evaluatePipeline(pipeline, evaluateScope),
    ]),
  );
  for (const project of resourcesOfType(scope, 'AWS::CodeBuild::Project'))
    if (!started.has(project.id)) evaluateProject(project);
}

/**
 * The templates of the project that no other one nests and nothing called: each as a stack whose parameters anybody may
 * give.
 */
export function evaluateTemplates(
  world: World,
  frame: (reading: TemplateReading) => Frame,
  take: Take = (_, turn) => turn(world),
): void {
  const readings = world.readings.ofKind('template');
  const nested = new Set(readings.flatMap(nestedLocations));
  const isEntry = (reading: TemplateReading): boolean =>
    !nested.has(reading.file) && !world.called.has(reading.file) && moduleOf(world, reading) === undefined;
  const run = (reading: TemplateReading): void =>
    take(reading, (own) => {
      for (const call of callsByHand(own, reading)) evaluateTemplate(own, reading, { ...call, frame: frame(reading) });
    });
  // A pipeline may deploy other templates, with parameters of its own.
  const [pipelines, others] = [true, false].map((deploys) => readings.filter((one) => hasPipeline(one) === deploys));
  for (const reading of [...(pipelines ?? []), ...(others ?? [])]) if (isEntry(reading)) run(reading);
  // Templates that only nest each other in a circle.
  for (const reading of readings.filter((one) => nested.has(one.file) && !world.called.has(one.file))) {
    if (!world.called.has(reading.file)) run(reading);
  }
}

const MAX_BY_HAND = 8;

/**
 * A SAM template is deployed once for each environment of the configuration beside it; any other with whatever
 * parameters somebody gives.
 */
function callsByHand(world: World, reading: TemplateReading): Omit<TemplateCall, 'frame'>[] {
  const folder = reading.file.split('/').slice(0, -1).join('/');
  const config = usesSam(reading) ? samConfigIn(world.readings, folder) : undefined;
  const calls = (config?.environments ?? [])
    .slice(0, MAX_BY_HAND)
    .flatMap((environment): Omit<TemplateCall, 'frame'>[] => {
      const { stackName, region, parameters, template } = settingsOf(config?.file ?? '', environment, 'deploy');
      if (template !== undefined && localPath(reading.file, template) !== reading.file) return [];
      return parameters.size === 0 && stackName === undefined
        ? []
        : [
            {
              parameters,
              open: true,
              ...(stackName === undefined ? {} : { stackName: literal(stackName) }),
              ...(region === undefined ? {} : { region: literal(region) }),
            },
          ];
    });
  return calls.length > 0 ? calls : [{ parameters: new Map() }];
}

function usesSam(reading: TemplateReading): boolean {
  return JSON.stringify(reading.body['Transform'] ?? '').includes('AWS::Serverless-2016-10-31');
}

function hasPipeline(reading: TemplateReading): boolean {
  return Object.values(section(reading, 'Resources')).some(
    (resource) => childValue(resource, 'Type') === 'AWS::CodePipeline::Pipeline',
  );
}

/** Files that a template nests by a literal path. */
export function nestedLocations(reading: TemplateReading): string[] {
  return Object.values(section(reading, 'Resources')).flatMap((resource) => {
    if (!isNestedStack(childValue(resource, 'Type'))) return [];
    const properties = childValue(resource, 'Properties');
    const location = childValue(properties, 'TemplateURL') ?? childValue(properties, 'Location');
    return typeof location === 'string' ? (localPath(reading.file, location) ?? []) : [];
  });
}
