/** What aspects change on the constructs below their scope. */
import { parseInstanceCondition, type CdkObject } from '../reading.ts';
import { kindOf, type Graph, type Kind } from './graph.ts';

export interface Visit {
  /** The method called, or the property set, on the construct. */
  readonly call: CdkObject;
  /** Whether it comes to that hangs on something else than the construct's class. */
  readonly open: boolean;
}

export function visitsOf(graph: Graph, object: CdkObject): readonly Visit[] {
  return graph.visited.flatMap((visited) => {
    if (!isBelow(graph, object, visited.scope)) return [];
    return (graph.methods.get(visited.id) ?? []).flatMap((call) => visitOf(call, visited.id, object));
  });
}

function isBelow(graph: Graph, object: CdkObject, scope: number | undefined): boolean {
  let at: number | undefined = object.id;
  for (let depth = 0; at !== undefined && scope !== undefined && depth < 64; depth++) {
    if (at === scope) return true;
    at = graph.reading.objects[at]?.scope;
  }
  return false;
}

function visitOf(call: CdkObject, visited: number, object: CdkObject): Visit[] {
  let open = false;
  for (const guard of call.when) {
    const type = resourceType(guard.cond);
    const asked = parseInstanceCondition(guard.cond);
    const holds =
      type !== undefined
        ? isOfType(object, type)
        : asked !== undefined && asked.id === visited
          ? isInstance(object, kindOf(asked))
          : undefined;
    if (holds === undefined) open = true;
    else if (holds !== (guard.is === 'true')) return [];
  }
  return [{ call, open }];
}

/** `node.cfnResourceType === 'AWS::Lambda::Function'` */
function resourceType(condition: string): string | undefined {
  return condition.includes('.cfnResourceType}') ? /"(AWS::\w+::\w+)"/.exec(condition)?.[1] : undefined;
}

function isOfType(object: CdkObject, type: string): boolean {
  const [, service = '', name = ''] = type.split('::');
  return isInstance(object, { service: `aws-${service.toLowerCase()}`, name: `Cfn${name}` });
}

/** Is the construct, or the resource inside it, of this class? */
function isInstance(object: CdkObject, asked: Kind): boolean {
  const own = kindOf(object);
  const name =
    own.service === 'aws-ecs-patterns' && asked.service === 'aws-ecs'
      ? `${/Fargate/.test(own.name) ? 'Fargate' : 'Ec2'}TaskDefinition`
      : own.service === asked.service
        ? own.name
        : undefined;
  if (name === undefined) return asked.service === 'core' && asked.name === 'CfnResource';
  if (name === asked.name) return true;
  const resource = asked.name.replace(/^Cfn/, '').replace(/Base$/, '');
  const isResource = resource !== asked.name || !name.startsWith('Cfn');
  return isResource && name.replace(/^Cfn/, '').endsWith(resource);
}
