/** Attributes of resources and data sources: the few that carry names of images, else what the block says. */
import { concat, hasNature, hole, literal, type Text } from '../../core/text.ts';
import { attributeOf } from './module.ts';
import { evaluate } from './expressions.ts';
import { said, type Resource } from './resources.ts';
import { once, type Scope } from './scope.ts';
import { knownString, one, text, textOf, unknown, type Place, type Single, type Value } from './value.ts';

export const ACCOUNT: Text = hole('account', 'account');
const REGION: Text = hole('region', 'region');

/** The region of a module's default provider, where it is stated outright. */
export function regionOf(scope: Scope): Text {
  const stated = once(scope, 'region', () => {
    const provider = scope.module.providers.find(
      ({ block }) => block.labels[0]?.text === 'aws' && attributeOf(block, 'alias') === undefined,
    );
    const region = provider === undefined ? undefined : attributeOf(provider.block, 'region');
    if (provider !== undefined && region !== undefined)
      return evaluate(region, { scope, lines: provider.lines, names: new Map() });
    const parent = scope.parent === undefined ? undefined : regionOf(scope.parent);
    return one({ kind: 'text', text: parent ?? REGION }, { lines: { file: '', starts: [0] }, range: [0, 0] });
  });
  const whole = knownString(stated);
  return whole !== undefined && whole !== '' ? literal(whole) : REGION;
}

export function ecrHost(scope: Scope): Text {
  return concat(ACCOUNT, literal('.dkr.ecr.'), regionOf(scope), literal('.amazonaws.com'));
}

const REPOSITORIES = new Set(['aws_ecr_repository', 'awscc_ecr_repository']);

export function isRepository(type: string): boolean {
  return REPOSITORIES.has(type);
}

/** The hole that stands for a repository without a name of its own. */
export function identityHole(resource: Resource): string {
  return `${resource.address}@${resource.scope.rootFolder}`;
}

export function repositoryNames(resource: Resource): Value {
  const stated = said(resource, resource.type === 'awscc_ecr_repository' ? 'repository_name' : 'name');
  return (
    stated ??
    one(unknown(identityHole(resource)), { lines: resource.declared.lines, range: resource.declared.block.range })
  );
}

export function attributeOfResource(resource: Resource, name: string, place: Place): Value {
  const single = (value: Single): Value => one(value, place);
  const { scope, type } = resource;
  if (isRepository(type)) {
    const special = repositoryAttribute(resource, name, place);
    if (special !== undefined) return special;
  }
  if (resource.mode === 'data') {
    if (type === 'aws_caller_identity' && (name === 'account_id' || name === 'id'))
      return single({ kind: 'text', text: ACCOUNT });
    if (type === 'aws_region' && (name === 'name' || name === 'id' || name === 'region'))
      return single({ kind: 'text', text: regionOf(scope) });
    if (type === 'aws_partition') return single(text(name === 'dns_suffix' ? 'amazonaws.com' : 'aws'));
    if (type === 'aws_ecr_authorization_token' && name === 'proxy_endpoint')
      return single({ kind: 'text', text: concat(literal('https://'), ecrHost(scope)) });
    if (type === 'aws_ecr_image') return imageAttribute(resource, name, place);
  }
  if (name !== 'id' && name !== 'arn') {
    const stated = said(resource, name);
    if (stated !== undefined) return stated;
  }
  return single(
    unknown(`${resource.address}.${name}@${scope.rootFolder}`, isDrawnAnew(resource) ? 'unique' : undefined),
  );
}

/** `random_id` and its kin keep what they drew, unless something they are told to keep to is another with each apply. */
function isDrawnAnew(resource: Resource): boolean {
  return (
    resource.type.startsWith('random_') &&
    (said(resource, 'keepers') ?? []).some(
      ({ value }) =>
        value.kind === 'object' &&
        [...value.entries.values()].some((entry) => entry.some((way) => hasNature(textOf(way.value), 'unique'))),
    )
  );
}

function repositoryAttribute(resource: Resource, name: string, place: Place): Value | undefined {
  const { scope } = resource;
  const around = (prefix: Text): Value =>
    repositoryNames(resource).map((way) => ({
      ...way,
      value: { kind: 'text', text: concat(prefix, textOf(way.value)) },
      place,
    }));
  switch (name) {
    case 'repository_url':
    case 'repository_uri':
      return around(concat(ecrHost(scope), literal('/')));
    case 'name':
    case 'id':
    case 'repository_name':
      return around([]);
    case 'arn':
      return around(concat(literal('arn:aws:ecr:'), regionOf(scope), literal(':'), ACCOUNT, literal(':repository/')));
    case 'registry_id':
      return one({ kind: 'text', text: ACCOUNT }, place);
    default:
      return undefined;
  }
}

/** `data "aws_ecr_image"` looks up what a tag points to now: what refers to it names a digest. */
function imageAttribute(resource: Resource, name: string, place: Place): Value {
  const digest = concat(
    literal('sha256:'),
    hole(`${resource.address}.image_digest@${resource.scope.rootFolder}`, 'unique'),
  );
  if (name === 'image_digest' || name === 'id') return one({ kind: 'text', text: digest }, place);
  const names = said(resource, 'repository_name');
  if (name === 'image_uri' && names !== undefined) {
    return names.map((way) => ({
      ...way,
      value: {
        kind: 'text',
        text: concat(ecrHost(resource.scope), literal('/'), textOf(way.value), literal('@'), digest),
      },
      place,
    }));
  }
  const stated = said(resource, name);
  return (
    stated ??
    one(
      unknown(
        `${resource.address}.${name}@${resource.scope.rootFolder}`,
        name === 'image_tags' || name === 'image_tag' ? 'unique' : undefined,
      ),
      place,
    )
  );
}

/** Does a value refer to this very resource? Its attributes that nobody knows are holes of its own. */
export function refersTo(value: Value | undefined, resource: Resource): boolean {
  return (value ?? []).some((way) => {
    if (way.value.kind === 'resource') return way.value.resource.address === resource.address;
    return textOf(way.value).some(
      (part) =>
        typeof part !== 'string' &&
        part.hole.startsWith(`${resource.address}.`) &&
        part.hole.endsWith(`@${resource.scope.rootFolder}`),
    );
  });
}
