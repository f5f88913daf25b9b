/**
 * What each answer of AWS must have to be believed. AWS sends an empty list where there is nothing; an answer without
 * the list, with null in its place, or with other things in it comes from somebody else, and says nothing about the
 * account.
 */
import { table } from '../core/table.ts';
import { objectOf } from './manifest.ts';
import { xmlOf } from './xml.ts';

interface Must {
  /**
   * Paths: `[]` is a list, what follows it is in each of its items; `a|b` is either. What AWS may leave out is not
   * here.
   */
  readonly have: readonly string[];
  /** What was asked for one by one comes back in one of these lists. */
  readonly about?: { readonly asked: string; readonly in: readonly string[] };
  /** Beyond that, for some answers only. */
  readonly ifSo?: (answer: unknown) => readonly string[];
  readonly wire?: 'xml';
}

/** By the operation's name; a test holds it to all that is called. */
export const ANSWERS: Readonly<Record<string, Must | readonly [service: string, must: Must][]>> = table<
  Must | readonly [service: string, must: Must][]
>({
  // Amazon ECR. Emulators leave out of a repository what its name tells, and of an image the digest that is its
  // manifest's hash.
  DescribeRepositories: { have: ['repositories[].repositoryName'] },
  BatchGetImage: { have: ['images[].imageManifest'] },
  DescribeImages: { have: ['imageDetails[].imageDigest'], about: { asked: 'imageIds', in: ['imageDetails'] } },
  GetDownloadUrlForLayer: { have: ['downloadUrl'] },
  GetAuthorizationToken: { have: ['authorizationData[].authorizationToken'] },
  GetLifecyclePolicy: { have: ['lifecyclePolicyText'] },
  // Lambda
  ListFunctions: { have: ['Functions[].FunctionName'] },
  GetFunction: {
    have: ['Configuration.FunctionName', 'Code'],
    ifSo: (answer) =>
      at(answer, ['Configuration', 'PackageType']) === 'Image' ? ['Code.ImageUri|Code.ResolvedImageUri'] : [],
  },
  ListAliases: { have: ['Aliases[].FunctionVersion'] },
  // ECS, and the operations of the same name elsewhere
  ListClusters: [
    ['ECS', { have: ['clusterArns[]'] }],
    ['EKS', { have: ['clusters[]'] }],
  ],
  ListServices: [
    ['ECS', { have: ['serviceArns[]'] }],
    ['AppRunner', { have: ['ServiceSummaryList[].ServiceArn'] }],
  ],
  DescribeServices: {
    have: ['services[].serviceArn', 'services[].serviceName'],
    about: { asked: 'services', in: ['services', 'failures'] },
  },
  ListTasks: { have: ['taskArns[]'] },
  DescribeTasks: { have: ['tasks[].taskDefinitionArn'], about: { asked: 'tasks', in: ['tasks', 'failures'] } },
  DescribeTaskDefinition: {
    have: ['taskDefinition.containerDefinitions[].name', 'taskDefinition.containerDefinitions[].image'],
  },
  // App Runner
  DescribeService: { have: ['Service.ServiceArn', 'Service.ServiceName', 'Service.SourceConfiguration'] },
  // Batch
  DescribeJobDefinitions: { have: ['jobDefinitions[].jobDefinitionArn', 'jobDefinitions[].jobDefinitionName'] },
  // CodeBuild
  ListProjects: { have: ['projects[]'] },
  BatchGetProjects: {
    have: ['projects[].arn', 'projects[].name', 'projects[].environment.image'],
    about: { asked: 'names', in: ['projects', 'projectsNotFound'] },
  },
  // CloudFormation: a list without items is an element without content.
  ListStacks: { wire: 'xml', have: ['StackSummaries[].StackName', 'StackSummaries[].StackStatus'] },
  DescribeStacks: { wire: 'xml', have: ['Stacks[].StackName', 'Stacks[].StackStatus'] },
  ListStackResources: {
    wire: 'xml',
    have: ['StackResourceSummaries[].LogicalResourceId', 'StackResourceSummaries[].ResourceType'],
  },
  GetTemplate: { wire: 'xml', have: ['TemplateBody'] },
  // Accounts
  GetCallerIdentity: { wire: 'xml', have: ['Account'] },
  AssumeRole: { wire: 'xml', have: ['Credentials.AccessKeyId', 'Credentials.SecretAccessKey'] },
  ListRegions: { have: ['Regions[].RegionName'] },
  ListAccounts: { have: ['Accounts[].Id'] },
});

export interface Asked {
  readonly operation: string;
  /** The client's name: `ECRClient`. */
  readonly client: string;
  readonly input: unknown;
}

/** What the text of an answer lacks, in words; undefined when it's all there. */
export function lacks({ operation, client, input }: Asked, text: string): string | undefined {
  const known = ANSWERS[operation];
  const must =
    known === undefined || 'have' in known ? known : known.find(([service]) => client.startsWith(service))?.[1];
  if (must === undefined) return `nothing that says what ${operation} answers`;
  const answer = must.wire === 'xml' ? resultOf(text, operation) : jsonOf(text);
  if (answer === undefined) return must.wire === 'xml' ? `no ${operation}Result` : 'no JSON object';
  const missing = [...must.have, ...(must.ifSo?.(answer) ?? [])].find(
    (path) => !path.split('|').some((way) => has(answer, way.split('.'), must.wire === 'xml')),
  );
  if (missing !== undefined) return `no ${missing.replaceAll('[]', '').replaceAll('|', ' or ')}`;
  if (must.about === undefined) return undefined;
  const asked = at(input, [must.about.asked]);
  const told = must.about.in.reduce((sum, list) => sum + sizeOf(at(answer, [list])), 0);
  return told < sizeOf(asked) ? `${told} of the ${sizeOf(asked)} that it was asked for` : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function resultOf(text: string, operation: string): unknown {
  const document = xmlOf(text);
  return document?.name === `${operation}Response` ? at(document.value, [`${operation}Result`]) : undefined;
}

function has(value: unknown, path: readonly string[], xml: boolean): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined && value !== null && value !== '';
  const name = step.replace(/\[\]$/, '');
  const inner = at(value, [name]);
  if (name === step) return has(inner, rest, xml);
  // An empty list of the query protocol has no content.
  return (xml && inner === '') || (Array.isArray(inner) && inner.every((item: unknown) => has(item, rest, xml)));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => objectOf(inner)?.[name], value);
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
