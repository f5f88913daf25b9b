/** The least an auditor must be allowed. Each entry is there because a call of ours fails without it; a test proves both directions. */
export const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  Workloads: [
    'apprunner:DescribeService', 'apprunner:ListServices', 'batch:DescribeJobDefinitions', 'codebuild:BatchGetProjects', 'codebuild:ListProjects',
    'ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecs:DescribeTasks', 'ecs:ListClusters', 'ecs:ListServices', 'ecs:ListTasks',
    'eks:ListClusters', 'lambda:GetFunction', 'lambda:ListAliases', 'lambda:ListFunctions',
  ],
  Images: ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:DescribeRepositories', 'ecr:GetDownloadUrlForLayer', 'ecr:GetLifecyclePolicy'],
  // DescribeStacks without a name is guarded by ListStacks as well.
  Owners: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'cloudformation:ListStacks'],
};

export function policyDocument(): object {
  return {
    Version: '2012-10-17',
    Statement: Object.entries(PERMISSIONS).map(([name, actions]) => ({ Sid: `PlimsollAudit${name}`, Effect: 'Allow', Action: actions, Resource: '*' })),
  };
}
