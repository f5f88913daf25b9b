/**
 * The least an auditor must be allowed. Each entry is there because a call of ours fails without it; a test proves both
 * directions. `ecr:GetAuthorizationToken` is left out on purpose: it's needed only where ECR's own API fails, and that
 * it's missing is said then.
 */
import { table } from '../core/table.ts';
export const PERMISSIONS: Readonly<Record<string, readonly string[]>> = table({
  Workloads: [
    'apprunner:DescribeService',
    'apprunner:ListServices',
    'batch:DescribeJobDefinitions',
    'codebuild:BatchGetProjects',
    'codebuild:ListProjects',
    'ecs:DescribeServices',
    'ecs:DescribeTaskDefinition',
    'ecs:DescribeTasks',
    'ecs:ListClusters',
    'ecs:ListServices',
    'ecs:ListTasks',
    'eks:ListClusters',
    'lambda:GetFunction',
    'lambda:ListAliases',
    'lambda:ListFunctions',
  ],
  Images: [
    'ecr:BatchGetImage',
    'ecr:DescribeImages',
    'ecr:DescribeRepositories',
    'ecr:GetDownloadUrlForLayer',
    'ecr:GetLifecyclePolicy',
  ],
  Owners: ['cloudformation:ListStackResources', 'cloudformation:ListStacks'],
});

/** `diff --against deployed`: the stacks it names, their templates, and what the registry holds for them. */
const DIFF_PERMISSIONS: Readonly<Record<string, readonly string[]>> = table({
  Images: PERMISSIONS['Images'] ?? [],
  Stacks: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate', 'cloudformation:ListStackResources'],
});

const REGIONS_PERMISSION = 'account:ListRegions';
const ACCOUNTS_PERMISSION = 'organizations:ListAccounts';

export interface PolicyFor {
  /** ARNs: then the auditor itself only assumes them, and the rest is what each role needs. */
  readonly roles?: readonly string[];
  readonly organization?: boolean;
  readonly allRegions?: boolean;
}

export function policyDocument({ roles = [], organization = false, allRegions = false }: PolicyFor = {}): object {
  if (roles.length === 0)
    return documentOf('Audit', { ...PERMISSIONS, ...(allRegions ? { Regions: [REGIONS_PERMISSION] } : {}) });
  return {
    Version: '2012-10-17',
    Statement: [
      statement('PlimsollAuditAccounts', ['sts:AssumeRole'], roles),
      ...(organization ? [statement('PlimsollAuditOrganization', [ACCOUNTS_PERMISSION], '*')] : []),
    ],
  };
}

export function diffPolicy(): object {
  return documentOf('Diff', DIFF_PERMISSIONS);
}

function documentOf(what: string, permissions: Readonly<Record<string, readonly string[]>>): object {
  return {
    Version: '2012-10-17',
    Statement: Object.entries(permissions).map(([name, actions]) => statement(`Plimsoll${what}${name}`, actions, '*')),
  };
}

function statement(Sid: string, Action: readonly string[], Resource: string | readonly string[]): object {
  return { Sid, Effect: 'Allow', Action, Resource };
}
