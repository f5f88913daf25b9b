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

/** What the auditor itself needs; with roles, that's only to assume them, and the rest is what each role needs. */
export function policyDocument(roles: readonly string[] = []): object {
  const statements = roles.length > 0
    ? [{ Sid: 'PlimsollAuditAccounts', Effect: 'Allow', Action: ['sts:AssumeRole'], Resource: roles }]
    : Object.entries(PERMISSIONS).map(([name, actions]) => ({ Sid: `PlimsollAudit${name}`, Effect: 'Allow', Action: actions, Resource: '*' }));
  return { Version: '2012-10-17', Statement: statements };
}
