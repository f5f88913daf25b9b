/** Can an execution role pull from ECR? Followed through the template's own roles and policies. */
import type { Workload } from '../../model/facts.ts';
import { wildcards } from '../../core/linear/matcher.ts';
import { known } from '../../core/text.ts';
import { isList, isObject, type Json } from '../../syntax/json.ts';
import { property, resourceById, resourcesOfType, type Resource } from './resources.ts';
import { intrinsic, type Node, type Scope } from './scope.ts';
import { listOf, texts } from './values.ts';
import { memo } from '../../core/memo.ts';

type Grant = NonNullable<Workload['pullGrant']>;

const PULLING_POLICIES = new Set([
  'AmazonECSTaskExecutionRolePolicy',
  'AmazonEC2ContainerRegistryReadOnly',
  'AmazonEC2ContainerRegistryPowerUser',
  'AmazonEC2ContainerRegistryFullAccess',
  'AmazonEC2ContainerRegistryPullOnly',
  'AdministratorAccess',
  'PowerUserAccess',
  'ReadOnlyAccess',
]);

export function pullGrant(resource: Resource, roleArn: Node | undefined): Grant {
  const id = roleArn === undefined ? undefined : referredTo(roleArn.value);
  const role = id === undefined ? undefined : resourceById(resource.scope, 'AWS::IAM::Role', id);
  if (role === undefined) return 'unknown';
  const attached = attachedPolicies(resource.scope, role.id);
  // A role that may do nothing at all gets what it may do elsewhere; one that is given rights here, or by an app, lacks
  // those it isn't given.
  if (
    resource.scope.call.assembly === undefined &&
    attached.length === 0 &&
    property(role, 'ManagedPolicyArns') === undefined &&
    property(role, 'Policies') === undefined
  )
    return 'unknown';
  const grants = [managedPolicies(role), inlinePolicies(role), ...attached];
  return grants.includes('yes') ? 'yes' : grants.includes('unknown') ? 'unknown' : 'no';
}

/** The logical id in `!Ref Role` or `!GetAtt Role.Arn`. */
function referredTo(value: Json): string | undefined {
  const call = intrinsic(value);
  if (call?.name === 'Ref') return typeof call.argument === 'string' ? call.argument : undefined;
  if (call?.name !== 'Fn::GetAtt') return undefined;
  const first = isList(call.argument)
    ? call.argument[0]
    : typeof call.argument === 'string'
      ? call.argument.split('.')[0]
      : undefined;
  return typeof first === 'string' ? first : undefined;
}

function managedPolicies(role: Resource): Grant {
  const node = property(role, 'ManagedPolicyArns');
  if (node === undefined) return 'no';
  const lists = listOf(role.scope, node);
  let result: Grant = lists.length === 0 || lists.some((list) => list.items === undefined) ? 'unknown' : 'no';
  for (const item of lists.flatMap((list) => list.items ?? [])) {
    for (const { value } of texts(role.scope, item)) {
      const last = value.at(-1);
      if (typeof last === 'string' && PULLING_POLICIES.has(last.slice(last.lastIndexOf('/') + 1))) return 'yes';
      if (known(value) === undefined && !(typeof last === 'string' && last.includes(':policy/'))) result = 'unknown';
      else if (!known(value)?.startsWith('arn:aws:iam::aws:')) result = 'unknown';
    }
  }
  return result;
}

function inlinePolicies(role: Resource): Grant {
  const node = property(role, 'Policies');
  if (node === undefined) return 'no';
  return isList(node.value)
    ? strongest(node.value.map((policy) => documentGrant(isObject(policy) ? policy['PolicyDocument'] : undefined)))
    : 'unknown';
}

const attachedIn: (scope: Scope) => ReadonlyMap<string, readonly Grant[]> = memo(allAttached);

/** `AWS::IAM::Policy` and `AWS::IAM::ManagedPolicy` that name the role. */
function attachedPolicies(scope: Scope, roleId: string): readonly Grant[] {
  return attachedIn(scope).get(roleId) ?? [];
}

function allAttached(scope: Scope): ReadonlyMap<string, readonly Grant[]> {
  const found = new Map<string, Grant[]>();
  for (const policy of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'].flatMap((type) =>
    resourcesOfType(scope, type),
  )) {
    const roles = property(policy, 'Roles')?.value ?? property(policy, 'RoleName')?.value ?? null;
    const grant = documentGrant(property(policy, 'PolicyDocument')?.value);
    for (const role of isList(roles) ? roles : [roles]) {
      const id = role === null ? undefined : referredTo(role);
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), grant]);
    }
  }
  return found;
}

function strongest(grants: readonly Grant[]): Grant {
  return grants.includes('yes') ? 'yes' : grants.includes('unknown') ? 'unknown' : 'no';
}

function documentGrant(document: Json | undefined): Grant {
  if (!isObject(document) || intrinsic(document) !== undefined) return 'unknown';
  const statements = document['Statement'];
  return strongest((isList(statements) ? statements : [statements ?? null]).map(statementGrant));
}

function statementGrant(statement: Json): Grant {
  if (!isObject(statement) || intrinsic(statement) !== undefined) return 'unknown';
  if (statement['Effect'] === 'Deny') return 'no';
  const stated = statement['Action'];
  if (stated === undefined) return 'unknown';
  const actions = isList(stated) ? stated : [stated];
  if (actions.some((action) => typeof action === 'string' && pulls(action))) return 'yes';
  return actions.every((action) => typeof action === 'string') ? 'no' : 'unknown';
}

/** Does an action, wildcards and all, cover `ecr:BatchGetImage`? */
function pulls(action: string): boolean {
  return wildcards(action.toLowerCase(), { one: true }).covers('ecr:batchgetimage') === true;
}
