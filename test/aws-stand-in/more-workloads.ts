/** App Runner, Batch, CodeBuild and EKS: their read operations. */
import { AwsError, strings } from './reply.ts';
import type { Context } from './server.ts';
import type { AppRunnerService, JobDefinition } from './state.ts';

export function apprunner(
  operation: string,
  input: Record<string, unknown>,
  { account, region, state, pager }: Context,
): unknown {
  const services = state.appRunner ?? [];
  const arn = (one: AppRunnerService): string =>
    `arn:aws:apprunner:${region}:${account.id}:service/${one.name}/0123456789abcdef0123456789abcdef`;
  const summary = (one: AppRunnerService) => ({
    ServiceName: one.name,
    ServiceArn: arn(one),
    ServiceId: '0123456789abcdef0123456789abcdef',
    Status: one.status ?? 'RUNNING',
    CreatedAt: 1.7e9,
    UpdatedAt: 1.7e9,
  });
  if (operation === 'ListServices') {
    const { items, next } = pager.page('App Runner services', services, {
      token: input['NextToken'],
      limit: input['MaxResults'],
      normal: 20,
      most: 20,
    });
    return { ServiceSummaryList: items.map(summary), NextToken: next };
  }
  if (operation === 'DescribeService') {
    const found = services.find((one) => arn(one) === input['ServiceArn']);
    if (found === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Service for the provided ARN not found: ${String(input['ServiceArn'])}`,
      );
    const source =
      found.image === undefined
        ? {
            CodeRepository: {
              RepositoryUrl: 'https://example.com/app',
              SourceCodeVersion: { Type: 'BRANCH', Value: 'main' },
            },
          }
        : {
            ImageRepository: {
              ImageIdentifier: found.image,
              ImageRepositoryType: 'ECR',
              ImageConfiguration: { RuntimeEnvironmentVariables: { TOKEN: 'never-print-me' } },
            },
          };
    return {
      Service: {
        ...summary(found),
        SourceConfiguration: { ...source, AutoDeploymentsEnabled: found.autoDeploy ?? false },
        InstanceConfiguration: {},
      },
    };
  }
  throw new AwsError('UnknownOperationException', operation);
}

export function batch(
  operation: string,
  input: Record<string, unknown>,
  { account, region, state, pager }: Context,
): unknown {
  if (operation !== 'DescribeJobDefinitions') throw new AwsError('UnknownOperationException', operation, 404);
  const { items, next } = pager.page('job definitions', state.jobDefinitions ?? [], {
    token: input['nextToken'],
    limit: input['maxResults'],
    normal: 100,
    most: 100,
  });
  return {
    jobDefinitions: items.map((one) => jobDefinition(one, `arn:aws:batch:${region}:${account.id}:job-definition`)),
    nextToken: next,
  };
}

function jobDefinition(
  { name, revision = 1, image, containers, cpuArchitecture, fargate }: JobDefinition,
  prefix: string,
): unknown {
  const runtimePlatform =
    cpuArchitecture === undefined ? undefined : { cpuArchitecture, operatingSystemFamily: 'LINUX' };
  return {
    jobDefinitionName: name,
    jobDefinitionArn: `${prefix}/${name}:${revision}`,
    revision,
    status: 'ACTIVE',
    type: 'container',
    platformCapabilities: fargate === true ? ['FARGATE'] : ['EC2'],
    ...(containers === undefined
      ? {
          containerProperties: {
            image,
            runtimePlatform,
            environment: [{ name: 'DB_PASSWORD', value: 'never-print-me' }],
          },
        }
      : { ecsProperties: { taskProperties: [{ containers, runtimePlatform }] } }),
  };
}

export function codebuild(
  operation: string,
  input: Record<string, unknown>,
  { account, region, state, pager }: Context,
): unknown {
  const projects = state.projects ?? [];
  if (operation === 'ListProjects') {
    const { items, next } = pager.page('projects', projects, { token: input['nextToken'], normal: 100, most: 100 });
    return { projects: items.map((one) => one.name), nextToken: next };
  }
  if (operation === 'BatchGetProjects') {
    const names = strings(input['names']);
    if (names.length < 1 || names.length > 100)
      throw new AwsError('InvalidInputException', 'names must have 1 to 100 members');
    return {
      projects: projects
        .filter((one) => names.includes(one.name))
        .map(({ name, image, type }) => ({
          name,
          arn: `arn:aws:codebuild:${region}:${account.id}:project/${name}`,
          environment: {
            type,
            image,
            computeType: 'BUILD_GENERAL1_SMALL',
            environmentVariables: [{ name: 'TOKEN', value: 'never-print-me' }],
          },
        })),
      projectsNotFound: names.filter((name) => !projects.some((one) => one.name === name)),
    };
  }
  throw new AwsError('UnknownOperationException', operation);
}

export function eks(operation: string, input: Record<string, unknown>, { state, pager }: Context): unknown {
  if (operation !== 'ListClusters') throw new AwsError('UnknownOperationException', operation, 404);
  const limit = input['maxResults'] === undefined ? undefined : Number(input['maxResults']);
  const { items, next } = pager.page('EKS clusters', state.eksClusters ?? [], {
    token: input['nextToken'],
    limit,
    normal: 100,
    most: 100,
  });
  return { clusters: items, nextToken: next };
}
