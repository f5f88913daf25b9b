/** What a reference to an ECR repository means in an image's address. */
import type { When } from '../../../core/choices.ts';
import { concat, concatAll, hole, literal, type Text } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { splitText } from '../split.ts';
import { argument, is, isGiven, kindOf, labelOf, meet, objectOf, prop, type Found, type Graph } from './graph.ts';
import { settled } from './overrides.ts';
import { environmentOf, localised } from './stacks.ts';
import { plainText, soleObject, textWays, type TextWay } from './texts.ts';

/** A repository as an image's address needs it. */
export interface RepositoryWay {
  readonly registry?: Text;
  readonly repository: Text;
  readonly when: When;
}

export function isRepository(object: CdkObject): boolean {
  return is(object, 'aws-ecr', /^(?:Repository|CfnRepository)$/) && object.how === 'new';
}

const IMPORTS = /^Repository\.(?:fromRepositoryName|fromRepositoryArn|fromRepositoryAttributes|fromLookup)$/;

export function isImported(object: CdkObject): boolean {
  return is(object, 'aws-ecr', IMPORTS) && object.how === 'call';
}

/** The name of a hole for a repository whose name the stack leaves to CloudFormation, and the fact's `id`. */
export function identityOf(graph: Graph, object: CdkObject): string {
  return `repository ${labelOf(object).replaceAll('@', '')}@${graph.reading.file}`;
}

function registryOf(graph: Graph, object: CdkObject): Text {
  const { account, region } = environmentOf(graph, object);
  return concat(account, literal('.dkr.ecr.'), region, literal('.amazonaws.com'));
}

export function nameWays(graph: Graph, object: CdkObject): readonly TextWay[] {
  if (isRepository(object)) {
    const stated = textWays(settled(graph, object, 'RepositoryName', prop(object, 'repositoryName')));
    return stated
      .filter((way) => !isGenerated(way.text))
      .map((way) => ({ ...way, text: localised(graph, resolveNames(graph, way.text), object) }));
  }
  const { name } = kindOf(object);
  if (name.endsWith('fromRepositoryName'))
    return textWays(argument(object, 2)).map((way) => ({ ...way, text: resolveNames(graph, way.text) }));
  if (name.endsWith('fromRepositoryArn'))
    return textWays(argument(object, 2)).map((way) => ({ ...way, text: nameInArn(way.text) }));
  const named = [
    ...textWays(prop(object, 'repositoryName')),
    ...(isGiven(prop(object, 'repositoryName'))
      ? []
      : textWays(prop(object, 'repositoryArn')).map((way) => ({ ...way, text: nameInArn(way.text) }))),
  ];
  return named.map((way) => ({ ...way, text: resolveNames(graph, way.text) }));
}

export const isGenerated = (text: Text): boolean =>
  text.some((part) => typeof part !== 'string' && part.hole.includes('PhysicalName.'));

/** `arn:aws:ecr:eu-north-1:123456789012:repository/api`; an unknown ARN names an unknown repository. */
function nameInArn(arn: Text): Text {
  const [, ...rest] = splitText(arn, ':repository/');
  return rest.length === 1 ? rest[0]! : concat(literal(''), arn);
}

/** `other.repositoryName` inside a name. */
export function resolveNames(graph: Graph, text: Text, depth = 0): Text {
  return concatAll(
    text.map((part): Text => {
      if (typeof part === 'string' || depth > 4) return [part];
      const inside = soleObject(graph, [part]);
      if (inside?.member !== 'repositoryName' || !(isRepository(inside.object) || isImported(inside.object)))
        return [part];
      const names = nameWays(graph, inside.object);
      return names.length === 1
        ? resolveNames(graph, names[0]!.text, depth + 1)
        : hole(identityOf(graph, inside.object));
    }),
  );
}

/** What a value that should be a repository stands for in an address. */
export function repositoryWays(graph: Graph, ways: readonly Found[]): RepositoryWay[] {
  return ways.flatMap((one): RepositoryWay[] => {
    const object = objectOf(graph, one.value);
    if (object !== undefined && (isRepository(object) || isImported(object))) return addressOf(graph, object, one.when);
    const text = plainText(one.value);
    if (text !== undefined && text.length > 0)
      return [{ repository: one.value.kind === 'unknown' ? hole(one.value.name) : text, when: one.when }];
    return [
      {
        repository: hole(object === undefined ? 'repository' : `${labelOf(object)}@${graph.reading.file}#${object.id}`),
        when: one.when,
      },
    ];
  });
}

function addressOf(graph: Graph, object: CdkObject, when: When): RepositoryWay[] {
  const names = nameWays(graph, object);
  const registry = arnRegistry(graph, object) ?? registryOf(graph, object);
  if (names.length === 0) return [{ registry, repository: hole(identityOf(graph, object)), when }];
  const all = names.flatMap((name): RepositoryWay[] => {
    const conditions = meet(when, name.when);
    return conditions === undefined ? [] : [{ registry, repository: name.text, when: conditions }];
  });
  return all;
}

function arnRegistry(graph: Graph, object: CdkObject): Text | undefined {
  const arn = kindOf(object).name.endsWith('fromRepositoryArn')
    ? argument(object, 2)
    : kindOf(object).name.endsWith('fromRepositoryAttributes')
      ? prop(object, 'repositoryArn')
      : undefined;
  const text = arn === undefined ? undefined : textWays(arn)[0]?.text;
  const pieces = text === undefined ? [] : splitText(text, ':');
  if (pieces.length < 6) return undefined;
  const environment = environmentOf(graph, object);
  const region = pieces[3]!.length === 0 ? environment.region : pieces[3]!;
  const account = pieces[4]!.length === 0 ? environment.account : pieces[4]!;
  return concat(account, literal('.dkr.ecr.'), region, literal('.amazonaws.com'));
}

/** `repository.repositoryUri`, `repository.repositoryUriForTag('v1')` inside an address. */
export function repositoryText(graph: Graph, object: CdkObject, member: string | undefined): Text | undefined {
  if (isRepository(object) || isImported(object)) {
    const [address] = addressOf(graph, object, []);
    if (address === undefined) return undefined;
    if (member === 'repositoryName' || member === 'ref') return address.repository;
    if (member === 'repositoryUri' || member === 'attrRepositoryUri')
      return concat(address.registry ?? [], literal('/'), address.repository);
    return undefined;
  }
  if (
    member !== undefined ||
    object.how !== 'method' ||
    !/^repositoryUriFor(?:Tag|Digest|TagOrDigest)$/.test(object.name) ||
    object.target === undefined
  )
    return undefined;
  const target = objectOf(graph, object.target);
  const base = target === undefined ? undefined : repositoryText(graph, target, 'repositoryUri');
  if (base === undefined) return undefined;
  const tag = textWays(argument(object, 0))[0]?.text;
  return tag === undefined
    ? base
    : concat(
        base,
        literal(object.name === 'repositoryUriForDigest' || String(tag[0]).startsWith('sha256:') ? '@' : ':'),
        tag,
      );
}
