/**
 * Can a task's execution role pull from ECR? Followed through roles, policies and grants in the source; whatever can't
 * be followed is unknown.
 */
import { compatible, type When } from '../../../core/choices.ts';
import type { Workload } from '../../../model/facts.ts';
import type { CdkObject, CdkSingle, CdkValue } from '../reading.ts';
import { argument, baseOf, dig, found, is, isGiven, kindOf, objectOf, prop, type Graph } from './graph.ts';
import { patternOf } from './patterns.ts';
import { containersOf, onFargate } from './tasks.ts';
import { textWays } from './texts.ts';

type Grant = NonNullable<Workload['pullGrant']>;

const PULLING_POLICY =
  /(?:AmazonECSTaskExecutionRolePolicy|AmazonEC2ContainerRegistry(?:ReadOnly|PowerUser|FullAccess|PullOnly)|AdministratorAccess|PowerUserAccess|ReadOnlyAccess)$/;
const PULLING_ACTION = /^(?:\*|ecr:\*|ecr:(?:Batch)?Get\*?.*|ecr:Batch\*)$/;

/** `when`: the choices under which the image is the one in question. */
export function pullGrantOf(graph: Graph, task: CdkObject | undefined, when: When): Grant {
  if (task === undefined) return 'unknown';
  const kind = kindOf(task);
  if (kind.service !== 'aws-ecs' && kind.service !== 'aws-ecs-patterns') return 'unknown';
  if (
    strongest((graph.methods.get(task.id) ?? []).map((call) => taskMethod(graph, call))) === 'yes' ||
    grantedElsewhere(graph, task)
  )
    return 'yes';
  const ways =
    kind.service === 'aws-ecs-patterns'
      ? (patternOf(task)?.executionRole ?? [])
      : prop(task, kind.name === 'CfnTaskDefinition' ? 'executionRoleArn' : 'executionRole');
  const own = !isGiven(ways);
  const role = strongest(ways.map((one) => roleGrant(graph, one.value)));
  // Containers of a task may bring the grant with them; the library can't add to a role of another app.
  if (role !== 'unknown') {
    const brought = strongest(containersOf(graph, task).map((one) => bringsGrant(graph, one, when)));
    if (brought !== 'no') return brought;
  }
  // On EC2, the instance's own role pulls when the task has none.
  return own && !onFargate(graph, task) ? 'unknown' : role;
}

const BRINGS_GRANT = /(?:^|\.)(?:fromEcrRepository|fromAsset|fromDockerImageAsset|AssetImage|EcrImage)$/;

function bringsGrant(graph: Graph, container: CdkObject, when: When): Grant {
  const options =
    kindOf(container).service === 'aws-ecs-patterns'
      ? (patternOf(container)?.options ?? [])
      : argument(container, container.how === 'method' ? 1 : 2);
  const possible = dig(options, ['image']).filter((one) => compatible(one.when, when));
  const brings = possible.filter((one) => BRINGS_GRANT.test(objectOf(graph, one.value)?.name ?? ''));
  if (brings.length === 0) return 'no';
  const always = container.when.every((guard) => when.some((own) => own.cond === guard.cond));
  return brings.length === possible.length && always ? 'yes' : 'unknown';
}

const strongest = (grants: readonly Grant[]): Grant =>
  grants.includes('yes') ? 'yes' : grants.includes('unknown') ? 'unknown' : 'no';

/** `addToExecutionRolePolicy(statement)`; containers of the same task from a repository bring the grant with them. */
function taskMethod(graph: Graph, call: CdkObject): Grant {
  if (call.name === 'addToExecutionRolePolicy') return strongest(statementGrants(graph, call.args[0]));
  if (call.name === 'obtainExecutionRole')
    return strongest((graph.methods.get(call.id) ?? []).map((inner) => roleMethod(graph, inner)));
  if (/ManagedPolicy|ToPrincipalPolicy|addToPolicy/.test(call.name) && reaches(call, 'executionRole'))
    return roleMethod(graph, call);
  return 'no';
}

function reaches(call: CdkObject, member: string): boolean {
  let at = call.target;
  while (at?.kind === 'member') {
    if (at.name === member) return true;
    at = at.of;
  }
  return false;
}

/** `repository.grantPull(role)`, or anything else that hands the role (or the task's) to a grant. */
function grantedElsewhere(graph: Graph, holder: CdkObject): boolean {
  return graph.reading.objects.some(
    (call) =>
      call.how === 'method' &&
      /^grant(?:Pull|PullPush|Read)?$/.test(call.name) &&
      call.args.some((arg) => arg.some((one) => refersTo(graph, one.value, holder.id))),
  );
}

function refersTo(graph: Graph, value: CdkSingle, id: number): boolean {
  const base = baseOf(value);
  if (base === undefined) return false;
  if (base === id) return true;
  const made = graph.reading.objects[base];
  return (
    made?.how === 'method' &&
    made.name === 'obtainExecutionRole' &&
    made.target !== undefined &&
    baseOf(made.target) === id
  );
}

function roleGrant(graph: Graph, value: CdkSingle): Grant {
  if (value.kind === 'undefined') return 'no';
  const role = objectOf(graph, value);
  if (role === undefined || !is(role, 'aws-iam', /^Role$/) || role.how !== 'new') return 'unknown';
  const managed = prop(role, 'managedPolicies').flatMap((one): Grant[] =>
    one.value.kind === 'list'
      ? [
          ...one.value.items.flatMap((item) => item.map((way) => policyGrant(graph, way.value))),
          ...(one.value.open ? ['unknown' as const] : []),
        ]
      : one.value.kind === 'undefined'
        ? ['no']
        : ['unknown'],
  );
  const inline = prop(role, 'inlinePolicies').flatMap((one): Grant[] =>
    one.value.kind === 'object'
      ? one.value.entries.flatMap((entry) => entry.value.map((way) => documentGrant(graph, way.value)))
      : one.value.kind === 'undefined'
        ? ['no']
        : ['unknown'],
  );
  const added = (graph.methods.get(role.id) ?? []).map((call) => roleMethod(graph, call));
  const attached = graph.reading.objects
    .filter((policy) => is(policy, 'aws-iam', /^(?:Policy|ManagedPolicy)$/) && policy.how === 'new')
    .flatMap((policy): Grant[] => {
      const names = prop(policy, 'roles').some(
        (one) =>
          one.value.kind === 'list' &&
          one.value.items.some((item) => item.some((way) => refersTo(graph, way.value, role.id))),
      );
      return names
        ? prop(policy, 'statements').flatMap((one) =>
            one.value.kind === 'list'
              ? one.value.items.flatMap((item) => statementGrants(graph, item))
              : ['unknown' as const],
          )
        : [];
    });
  return grantedElsewhere(graph, role) ? 'yes' : strongest([...managed, ...inline, ...added, ...attached]);
}

function roleMethod(graph: Graph, call: CdkObject): Grant {
  switch (call.name) {
    case 'addManagedPolicy':
      return strongest((call.args[0] ?? []).map((one) => policyGrant(graph, one.value)));
    case 'addToPolicy':
    case 'addToPrincipalPolicy':
      return strongest(statementGrants(graph, call.args[0]));
    case 'attachInlinePolicy':
      return strongest(
        (call.args[0] ?? []).flatMap((one): Grant[] => {
          const policy = objectOf(graph, one.value);
          return policy === undefined
            ? ['unknown']
            : prop(policy, 'statements').flatMap((way) =>
                way.value.kind === 'list'
                  ? way.value.items.flatMap((item) => statementGrants(graph, item))
                  : ['no' as const],
              );
        }),
      );
    default:
      return 'no';
  }
}

/** `ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonECSTaskExecutionRolePolicy')`. */
function policyGrant(graph: Graph, value: CdkSingle): Grant {
  const policy = objectOf(graph, value);
  if (policy === undefined) return 'unknown';
  const texts = policy.args.flatMap((arg) => textWays(found(arg)));
  const names = texts.map((way) => way.text.at(-1)).filter((part) => typeof part === 'string');
  if (names.some((name) => PULLING_POLICY.test(name))) return 'yes';
  if (
    kindOf(policy).name.endsWith('fromAwsManagedPolicyName') &&
    texts.every((way) => way.text.every((part) => typeof part === 'string'))
  )
    return 'no';
  return policy.how === 'new'
    ? strongest(
        prop(policy, 'statements').flatMap((one) =>
          one.value.kind === 'list'
            ? one.value.items.flatMap((item) => statementGrants(graph, item))
            : ['unknown' as const],
        ),
      )
    : 'unknown';
}

function documentGrant(graph: Graph, value: CdkSingle): Grant {
  const document = objectOf(graph, value);
  if (document === undefined) return 'unknown';
  return strongest(
    argument(document, 0, 'statements').flatMap((one) =>
      one.value.kind === 'list'
        ? one.value.items.flatMap((item) => statementGrants(graph, item))
        : one.value.kind === 'undefined'
          ? ['no' as const]
          : ['unknown' as const],
    ),
  );
}

function statementGrants(graph: Graph, value: CdkValue | undefined): Grant[] {
  return found(value).map((one): Grant => {
    const statement = objectOf(graph, one.value);
    if (statement === undefined) return 'unknown';
    const lists = argument(statement, 0, 'actions').map((way) => way.value);
    if (lists.some((list) => list.kind !== 'list' || list.open)) return 'unknown';
    const actions = lists.flatMap((list) => (list.kind === 'list' ? list.items : []));
    const words = actions.flatMap((item) => textWays(found(item))).map((way) => way.text);
    if (words.some((word) => word.length === 1 && typeof word[0] === 'string' && PULLING_ACTION.test(word[0])))
      return 'yes';
    return words.every((word) => word.every((part) => typeof part === 'string')) ? 'no' : 'unknown';
  });
}
