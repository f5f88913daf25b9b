/** Lambda, ECS and CloudFormation: their read operations. */
import { AwsError, strings } from './reply.ts';
import type { Context } from './server.ts';
import type { Cluster, LambdaFunction, Stack, TaskDefinition } from './state.ts';

export function lambda(
  operation: string,
  input: Record<string, unknown>,
  { account, region, state, pager, url }: Context,
): unknown {
  const configuration = (one: LambdaFunction) => ({
    FunctionName: one.name,
    FunctionArn: `arn:aws:lambda:${region}:${account.id}:function:${one.name}`,
    PackageType: one.imageUri === undefined ? 'Zip' : 'Image',
    Architectures: one.architectures ?? ['x86_64'],
    CodeSize: 0,
    Role: `arn:aws:iam::${account.id}:role/r`,
    LastModified: '2026-11-01T00:00:00.000+0000',
    Environment: { Variables: one.environment ?? {} },
  });
  if (operation === 'ListFunctions') {
    // Whatever MaxItems says, Lambda returns at most 50.
    const { items, next } = pager.page('functions', state.functions ?? [], {
      token: input['Marker'],
      limit: Math.min(Number(input['MaxItems'] ?? 50), 50),
      normal: 50,
      most: 50,
    });
    return { Functions: items.map(configuration), NextMarker: next };
  }
  if (operation === 'GetFunction') {
    const found = (state.functions ?? []).find((one) => one.name === input['FunctionName']);
    if (found === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: arn:aws:lambda:${region}:${account.id}:function:${String(input['FunctionName'])}`,
        404,
      );
    const qualifier = input['Qualifier'];
    const version = typeof qualifier === 'string' ? found.versions?.[qualifier] : undefined;
    if (typeof qualifier === 'string' && version === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: arn:aws:lambda:${region}:${account.id}:function:${found.name}:${qualifier}`,
        404,
      );
    const code =
      found.imageUri === undefined
        ? { RepositoryType: 'S3', Location: `${url}/code?X-Amz-Signature=presigned-secret-signature` }
        : {
            RepositoryType: 'ECR',
            ImageUri: found.imageUri,
            ResolvedImageUri: version?.resolvedImageUri ?? found.resolvedImageUri,
          };
    const own = configuration(found);
    return {
      Configuration: {
        ...own,
        ...(version === undefined
          ? {}
          : {
              FunctionArn: `${own.FunctionArn}:${String(qualifier)}`,
              Version: qualifier,
              Architectures: version.architectures ?? own.Architectures,
            }),
        State: found.state ?? 'Active',
        StateReasonCode: found.stateReasonCode,
        StateReason: found.stateReason,
        LastUpdateStatus: 'Successful',
      },
      Code: code,
      Tags: found.tags,
    };
  }
  if (operation === 'ListAliases') {
    const found = (state.functions ?? []).find((one) => one.name === input['FunctionName']);
    if (found === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${String(input['FunctionName'])}`, 404);
    const { items, next } = pager.page(`aliases of ${found.name}`, found.aliases ?? [], {
      token: input['Marker'],
      limit: Math.min(Number(input['MaxItems'] ?? 50), 50),
      normal: 50,
      most: 50,
    });
    return {
      Aliases: items.map((one) => ({
        Name: one.name,
        FunctionVersion: one.version,
        ...(one.weights === undefined ? {} : { RoutingConfig: { AdditionalVersionWeights: one.weights } }),
      })),
      NextMarker: next,
    };
  }
  throw new AwsError('UnknownOperationException', operation, 404);
}

export function ecs(
  operation: string,
  input: Record<string, unknown>,
  { account, region, state, pager }: Context,
): unknown {
  const prefix = `arn:aws:ecs:${region}:${account.id}`;
  const clusters = state.clusters ?? [];
  const clusterArn = (one: Cluster): string => `${prefix}:cluster/${one.name}`;
  const definitionArn = (name: string): string => `${prefix}:task-definition/${name}`;
  const named = (one: TaskDefinition): string => `${one.family}:${one.revision ?? 1}`;
  const cluster = (): Cluster => {
    const found = clusters.find((one) => one.name === input['cluster'] || clusterArn(one) === input['cluster']);
    if (found === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return found;
  };
  const page = <T>(listing: string, items: readonly T[], normal: number) =>
    pager.page(listing, items, { token: input['nextToken'], limit: input['maxResults'], normal, most: 100 });
  switch (operation) {
    case 'ListClusters': {
      const { items, next } = page('clusters', clusters, 100);
      return { clusterArns: items.map(clusterArn), nextToken: next };
    }
    case 'ListServices': {
      const at = cluster();
      const { items, next } = page(`services of ${at.name}`, at.services, 10);
      return { serviceArns: items.map((one) => `${prefix}:service/${at.name}/${one.name}`), nextToken: next };
    }
    case 'DescribeServices': {
      const at = cluster();
      const wanted = strings(input['services']);
      if (wanted.length < 1 || wanted.length > 10)
        throw new AwsError('InvalidParameterException', 'Services cannot be empty or exceed 10.');
      return {
        services: at.services
          .filter((one) => wanted.some((arn) => arn.endsWith(`/${one.name}`)))
          .map((one) => ({
            serviceArn: `${prefix}:service/${at.name}/${one.name}`,
            serviceName: one.name,
            clusterArn: clusterArn(at),
            status: 'ACTIVE',
            desiredCount: one.desiredCount ?? 1,
            launchType: one.launchType ?? 'FARGATE',
            taskDefinition: definitionArn(one.taskDefinition),
            deployments: (one.deployments ?? []).map(({ createdAt, taskDefinition, ...rest }) => ({
              ...rest,
              taskDefinition: definitionArn(taskDefinition),
              ...(createdAt === undefined ? {} : { createdAt: Date.parse(createdAt) / 1000 }),
            })),
            taskSets: (one.taskSets ?? []).map((definition, index) => ({
              id: `ecs-svc/${index}`,
              status: index === 0 ? 'PRIMARY' : 'ACTIVE',
              taskDefinition: definitionArn(definition),
            })),
          })),
        failures: [],
      };
    }
    case 'ListTasks': {
      const at = cluster();
      const { items, next } = page(`tasks of ${at.name}`, at.tasks, 100);
      return { taskArns: items.map((one) => `${prefix}:task/${at.name}/${one.id}`), nextToken: next };
    }
    case 'DescribeTasks': {
      const at = cluster();
      const wanted = strings(input['tasks']);
      if (wanted.length < 1 || wanted.length > 100)
        throw new AwsError('InvalidParameterException', 'Tasks cannot be empty or exceed 100.');
      return {
        tasks: at.tasks
          .filter((one) => wanted.some((arn) => arn.endsWith(`/${one.id}`)))
          .map((one) => ({
            taskArn: `${prefix}:task/${at.name}/${one.id}`,
            clusterArn: clusterArn(at),
            taskDefinitionArn: definitionArn(one.taskDefinition),
            group: one.group,
            startedBy: one.startedBy,
            lastStatus: 'RUNNING',
            launchType: 'FARGATE',
            attributes:
              one.architecture === undefined ? [] : [{ name: 'ecs.cpu-architecture', value: one.architecture }],
            containers: Object.entries(one.digests).map(([name, imageDigest]) => ({ name, imageDigest })),
          })),
        failures: [],
      };
    }
    case 'DescribeTaskDefinition': {
      const wanted = String(input['taskDefinition']);
      const found = (state.taskDefinitions ?? []).find(
        (one) => wanted === named(one) || wanted === definitionArn(named(one)),
      );
      if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
      return {
        taskDefinition: {
          taskDefinitionArn: definitionArn(named(found)),
          family: found.family,
          revision: found.revision ?? 1,
          requiresCompatibilities: found.compatibilities ?? ['FARGATE'],
          ...(found.cpuArchitecture === undefined
            ? {}
            : { runtimePlatform: { cpuArchitecture: found.cpuArchitecture, operatingSystemFamily: 'LINUX' } }),
          containerDefinitions: found.containers.map((one) => ({
            name: one.name,
            image: one.image,
            environment: [{ name: 'DB_PASSWORD', value: 'never-print-me' }],
          })),
        },
      };
    }
    default:
      throw new AwsError('UnknownOperationException', operation);
  }
}

export function cloudformation(
  operation: string,
  input: Record<string, unknown>,
  { account, region, state, pager }: Context,
): unknown {
  const stacks = state.stacks ?? [];
  const id = (one: Stack): string =>
    `arn:aws:cloudformation:${region}:${account.id}:stack/${one.name}/00000000-0000-0000-0000-000000000000`;
  if (operation === 'ListStacks') {
    const filter = Object.entries(input).flatMap(([key, value]) =>
      key.startsWith('StackStatusFilter.member.') ? [value] : [],
    );
    const listed = stacks.filter((one) => filter.length === 0 || filter.includes(one.status));
    const { items, next } = pager.page('listed stacks', listed, { token: input['NextToken'], normal: 100, most: 100 });
    return {
      StackSummaries: items.map((one) => ({
        StackId: id(one),
        StackName: one.name,
        StackStatus: one.status,
        StackStatusReason: one.reason,
        CreationTime: '2026-01-01T00:00:00.000Z',
        LastUpdatedTime: one.updated,
        Parameters: Object.entries(one.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      })),
      NextToken: next,
    };
  }
  if (operation === 'DescribeStacks') {
    const wanted = input['StackName'];
    const listed =
      wanted === undefined
        ? stacks.filter((one) => one.status !== 'DELETE_COMPLETE')
        : stacks.filter((one) => one.name === wanted || id(one) === wanted);
    if (wanted !== undefined && listed.length === 0)
      throw new AwsError('ValidationError', `Stack with id ${String(wanted)} does not exist`);
    const { items, next } = pager.page('stacks', listed, { token: input['NextToken'], normal: 100, most: 100 });
    return {
      Stacks: items.map((one) => ({
        StackId: id(one),
        StackName: one.name,
        StackStatus: one.status,
        StackStatusReason: one.reason,
        CreationTime: '2026-01-01T00:00:00.000Z',
        LastUpdatedTime: one.updated,
        Parameters: Object.entries(one.parameters ?? {}).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
      })),
      NextToken: next,
    };
  }
  if (operation === 'ListStackResources') {
    const found = stacks.find((one) => one.name === input['StackName'] || id(one) === input['StackName']);
    if (found === undefined)
      throw new AwsError('ValidationError', `Stack with id ${String(input['StackName'])} does not exist`);
    const { items, next } = pager.page(`resources of ${found.name}`, found.resources, {
      token: input['NextToken'],
      normal: 100,
      most: 100,
    });
    return {
      StackResourceSummaries: items.map((one) => ({
        LogicalResourceId: one.logicalId,
        PhysicalResourceId: one.physicalId,
        ResourceType: one.type,
        ResourceStatus: one.status ?? 'CREATE_COMPLETE',
        LastUpdatedTimestamp: '2026-01-01T00:00:00.000Z',
      })),
      NextToken: next,
    };
  }
  if (operation === 'GetTemplate') {
    const found = stacks.find((one) => one.name === input['StackName'] || id(one) === input['StackName']);
    if (found === undefined)
      throw new AwsError('ValidationError', `Stack with id ${String(input['StackName'])} does not exist`);
    return {
      TemplateBody:
        (input['TemplateStage'] === 'Original' ? undefined : found.processed) ?? found.template ?? '{"Resources": {}}',
      StagesAvailable: ['Original', 'Processed'],
    };
  }
  throw new AwsError('InvalidAction', `Could not find operation ${operation}`);
}
