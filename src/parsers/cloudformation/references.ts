/**
 * What `Ref` and `Fn::GetAtt` give: parameters, pseudo parameters, and the few resource attributes that carry image
 * names.
 */
import { always, type Values } from '../../core/choices.ts';
import { table } from '../../core/table.ts';
import { concat, hole, literal, type Text } from '../../core/text.ts';
import { section } from './reading.ts';
import { nestedScope } from './nested.ts';
import { childValue, nodeAt, ownHole, parameterValues, type Scope } from './scope.ts';
import { valuesOf } from './values.ts';

export function accountOf(scope: Scope): Text {
  return scope.call.account ?? hole('AWS::AccountId', 'account');
}

export function regionOf(scope: Scope): Text {
  return scope.call.region ?? hole('AWS::Region', 'region');
}

export function refValues(scope: Scope, name: string): Values {
  const variable = scope.variables.get(name);
  if (variable !== undefined) return always(literal(variable));
  const pseudo = pseudoParameter(scope, name);
  if (pseudo !== undefined) return always(pseudo);
  return parameterValues(scope, name) ?? resourceName(scope, name);
}

function pseudoParameter(scope: Scope, name: string): Text | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return accountOf(scope);
    case 'AWS::Region':
      return regionOf(scope);
    case 'AWS::URLSuffix':
      return literal('amazonaws.com');
    case 'AWS::Partition':
      return literal('aws');
    case 'AWS::StackName':
      return scope.call.stackName ?? ownHole(scope, 'AWS::StackName');
    case 'AWS::StackId':
      return ownHole(scope, 'AWS::StackId');
    case 'AWS::NotificationARNs':
      return ownHole(scope, 'AWS::NotificationARNs');
    default:
      return undefined;
  }
}

/** Types whose `Ref` is the name that a property states. */
const NAMES: Readonly<Record<string, string>> = table({
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Serverless::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::ECS::Cluster': 'ClusterName',
});

/** A resource's physical name, or a hole of its own. */
function resourceName(scope: Scope, id: string): Values {
  const { names, open } = scope.memo;
  const have = names.get(id);
  if (have !== undefined) return have;
  const own = always(ownHole(scope, id));
  const type = childValue(childValue(section(scope.reading, 'Resources'), id), 'Type');
  const property = typeof type === 'string' ? NAMES[type] : undefined;
  const key = `name ${id}`;
  if (property === undefined || open.has(key)) return own;
  open.add(key);
  const named = valuesOf(scope, nodeAt(scope, 'Resources', id, 'Properties', property)) ?? own;
  open.delete(key);
  names.set(id, named);
  return named;
}

export function attributeValues(scope: Scope, id: string, attribute: string): Values | undefined {
  const resource = childValue(section(scope.reading, 'Resources'), id);
  const type = childValue(resource, 'Type');
  if (type === 'AWS::ECR::Repository') return repositoryAttribute(scope, id, attribute);
  if (
    (type === 'AWS::CloudFormation::Stack' || type === 'AWS::Serverless::Application') &&
    attribute.startsWith('Outputs.')
  ) {
    const nested = nestedScope(scope, id);
    return nested === undefined ? undefined : outputValues(nested, attribute.slice('Outputs.'.length));
  }
  return type === undefined ? undefined : always(ownHole(scope, `${id}.${attribute}`));
}

function repositoryAttribute(scope: Scope, id: string, attribute: string): Values | undefined {
  const names = resourceName(scope, id);
  const account = accountOf(scope);
  const region = regionOf(scope);
  const around = (prefix: Text): Values =>
    names.map((name) => ({ value: concat(prefix, name.value), when: name.when }));
  if (attribute === 'RepositoryUri')
    return around(concat(account, literal('.dkr.ecr.'), region, literal('.amazonaws.com/')));
  if (attribute === 'Arn')
    return around(concat(literal('arn:aws:ecr:'), region, literal(':'), account, literal(':repository/')));
  return undefined;
}

export function outputValues(scope: Scope, name: string): Values | undefined {
  const { outputs, open } = scope.memo;
  const key = `output ${name}`;
  if (outputs.has(name) || open.has(key)) return outputs.get(name);
  open.add(key);
  const values = valuesOf(scope, nodeAt(scope, 'Outputs', name, 'Value'));
  open.delete(key);
  outputs.set(name, values);
  return values;
}
