/** A change in people's words. */
import type { Service, StackChange } from '../model/facts.ts';
import { table } from '../core/table.ts';
import { show } from '../core/text.ts';

const NOUNS: Readonly<Record<string, string>> = table({
  'AWS::AppRunner::Service': 'App Runner service',
  'AWS::Batch::ComputeEnvironment': 'Batch compute environment',
  'AWS::Batch::JobDefinition': 'Batch job definition',
  'AWS::Batch::JobQueue': 'Batch job queue',
  'AWS::BedrockAgentCore::Runtime': 'AgentCore runtime',
  'AWS::CloudFormation::Stack': 'nested stack',
  'AWS::CodeBuild::Project': 'CodeBuild project',
  'AWS::CodePipeline::Pipeline': 'pipeline',
  'AWS::ECR::Repository': 'ECR repository',
  'AWS::ECS::Cluster': 'ECS cluster',
  'AWS::ECS::Service': 'ECS service',
  'AWS::ECS::TaskDefinition': 'ECS task definition',
  'AWS::EKS::Cluster': 'EKS cluster',
  'AWS::EKS::Nodegroup': 'EKS node group',
  'AWS::Lambda::Alias': 'Lambda alias',
  'AWS::Lambda::Function': 'Lambda function',
  'AWS::Lambda::Version': 'Lambda version',
  'AWS::SageMaker::Model': 'SageMaker model',
  'AWS::Serverless::Function': 'Lambda function',
});

/** What builds, stores or runs images. */
const CONCERNS =
  /^AWS::(?:AppRunner|Batch|BedrockAgentCore|CodeBuild|CodePipeline|ECR|ECS|EKS|Lambda|SageMaker|Serverless)::/;

export function concernsImages({ resourceType, workload }: StackChange): boolean {
  return workload !== undefined || CONCERNS.test(resourceType);
}

export function describeChange(change: StackChange): string {
  const subject = `${NOUNS[change.resourceType] ?? change.resourceType} ${nameOf(change)}`;
  const details = [...workloadWords(change), ...propertyWords(change)];
  switch (change.change) {
    case 'add':
      return `${subject} will be created`;
    case 'remove':
      return `${subject} will be deleted`;
    case 'orphan':
      return `${subject} leaves the stack and is kept in the account`;
    case 'replace':
      return `${subject} ${change.replacement === 'possible' ? 'may have to be' : 'will be'} replaced${details.length === 0 ? '' : `: ${details.join(', ')}`}`;
    case 'update':
      return `${subject} changes${details.length === 0 ? '' : `: ${details.join(', ')}`}`;
  }
}

function nameOf({ logicalId, physicalName, constructPath }: StackChange): string {
  const name = physicalName === undefined ? constructPath : show(physicalName);
  return name === undefined ? `\`${logicalId}\`` : `\`${name}\` (${logicalId})`;
}

const CPU = { amd64: 'x86-64', arm64: 'arm64' } as const;

function workloadWords({ workload }: StackChange): string[] {
  const words = (workload?.ways ?? []).flatMap(({ before, after }) => [
    ...(before.cpu === undefined || after.cpu === undefined || before.cpu === after.cpu
      ? []
      : [`CPU ${CPU[before.cpu]} → ${CPU[after.cpu]}${after.cpuBasis === 'default' ? ' (the default)' : ''}`]),
    ...(before.imageKey === after.imageKey ||
    before.image === undefined ||
    after.image === undefined ||
    before.image === after.image
      ? []
      : [`image ${withoutAddress(before.image)} → ${withoutAddress(after.image)}`]),
  ]);
  return [...new Set(words)].slice(0, 4);
}

/** The address of a private ECR registry says little and is long. */
function withoutAddress(reference: string): string {
  return reference.replace(/^[^/]*\.dkr[.-]ecr\.[^/]*\//, '');
}

/** Where the image and the CPU are stated, by service: `workloadWords` has them already. */
const SAID: Partial<Record<Service, RegExp>> = {
  lambda: /^(?:Architectures|Code\.ImageUri|ImageUri)/,
  ecs: /^(?:RuntimePlatform|ContainerDefinitions\.\d+\.Image$|PrimaryContainer\.Image$)/,
  batch: /(?:^|\.)(?:Image|RuntimePlatform\.CpuArchitecture)$/,
  apprunner: /ImageIdentifier$/,
  agentcore: /ContainerUri$/,
};

const MOST = 3;

function propertyWords({ properties, workload }: StackChange): string[] {
  const said = workload === undefined ? undefined : SAID[workload.service];
  const others = properties.filter(({ path }) => said?.test(path) !== true);
  const shown = others.slice(0, MOST).map(({ path, before, after }) => {
    const [old, young] = [brief(before), brief(after)];
    if (before === undefined) return young === undefined ? `${path} is added` : `${path} becomes ${young}`;
    if (after === undefined) return `${path} is removed`;
    return old === undefined || young === undefined ? path : `${path} ${old} → ${young}`;
  });
  return others.length > MOST
    ? [...shown, `${others.length - MOST} more ${others.length - MOST === 1 ? 'property' : 'properties'}`]
    : shown;
}

const LONGEST = 60;

/** A value short enough to be shown; an intrinsic function by what it names. */
function brief(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value).length <= LONGEST ? String(value) : undefined;
  if (Array.isArray(value) && value.length === 1) return brief(value[0]);
  return undefined;
}

export interface Remarkable {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** Nested stacks whose template the other side doesn't have. */
  readonly notCompared: readonly string[];
  /** No stack of one side is one of the other. */
  readonly nothingInCommon: boolean;
}

/** Told of the comparison as a whole: stacks that one side alone has. */
export function remarksOn({ added, gone, notCompared, nothingInCommon }: Remarkable): string[] {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return [
    ...(nothingInCommon
      ? ['No stack here is one of the other side, so everything is new; is that what was meant to be compared?']
      : []),
    ...(added.length === 0 ? [] : [`New ${added.length === 1 ? 'stack' : 'stacks'}: ${list(added)}.`]),
    ...(gone.length === 0
      ? []
      : [
          `Only on the other side: ${list(gone)}. A deploy leaves ${gone.length === 1 ? 'it' : 'them'} as ${gone.length === 1 ? 'it is' : 'they are'}.`,
        ]),
    ...(notCompared.length === 0
      ? []
      : [
          `Not compared, as the other side doesn't have ${notCompared.length === 1 ? 'its template' : 'their templates'}: nested ${notCompared.length === 1 ? 'stack' : 'stacks'} ${list(notCompared)}.`,
        ]),
  ];
}
