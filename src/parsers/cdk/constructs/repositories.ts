/**
 * ECR repositories: those an app creates, those it refers to, and what a reference to one means in an image's address.
 */
import type { LifecycleRule, Repository } from '../../../model/facts.ts';
import type { When } from '../../../core/choices.ts';
import { indexLines, spanOf } from '../../../core/site.ts';
import { concat, concatAll, hole, known, literal, type Text } from '../../../core/text.ts';
import type { CdkObject, CdkSingle } from '../reading.ts';
import { splitText } from '../split.ts';
import { parseJson } from '../../../syntax/json.ts';
import { emitRepository as emitDeclared } from '../../../project/repositories.ts';
import { lifecycleRules, readRepository } from '../../../services/ecr.ts';
import {
  argument,
  dig,
  found,
  is,
  isGiven,
  kindOf,
  labelOf,
  linesOf,
  meet,
  objectOf,
  originOf,
  prop,
  siteAt,
  type Found,
  type Graph,
} from './graph.ts';
import { settled } from './overrides.ts';
import { environmentOf, localised, stackOf } from './stacks.ts';
import { plainText, soleObject, textWays, type TextWay } from './texts.ts';
import { viewOf } from './view.ts';
import { defined, oneOrNone } from '../../../core/optional.ts';

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

function isImported(object: CdkObject): boolean {
  return is(object, 'aws-ecr', IMPORTS) && object.how === 'call';
}

/** The name of a hole for a repository whose name the stack leaves to CloudFormation, and the fact's `id`. */
function identityOf(graph: Graph, object: CdkObject): string {
  return `repository ${labelOf(object).replaceAll('@', '')}@${graph.reading.file}`;
}

function registryOf(graph: Graph, object: CdkObject): Text {
  const { account, region } = environmentOf(graph, object);
  return concat(account, literal('.dkr.ecr.'), region, literal('.amazonaws.com'));
}

function nameWays(graph: Graph, object: CdkObject): readonly TextWay[] {
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

const isGenerated = (text: Text): boolean =>
  text.some((part) => typeof part !== 'string' && part.hole.includes('PhysicalName.'));

/** `arn:aws:ecr:eu-north-1:123456789012:repository/api`; an unknown ARN names an unknown repository. */
function nameInArn(arn: Text): Text {
  const [, ...rest] = splitText(arn, ':repository/');
  return rest.length === 1 ? rest[0]! : concat(literal(''), arn);
}

/** `other.repositoryName` inside a name. */
function resolveNames(graph: Graph, text: Text, depth = 0): Text {
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

// ── facts ──────────────────────────────────────────────────────────────────────────────────────

export function emitRepository(graph: Graph, object: CdkObject): void {
  if (isImported(object)) {
    emitReference(graph, object);
    return;
  }
  const { account, region } = environmentOf(graph, object);
  const settings = readRepository(viewOf(graph, object));
  emitDeclared(
    {
      by: 'cdk',
      site: siteAt(graph, undefined, object),
      label: labelOf(object),
      id: identityOf(graph, object),
      ways: [object.when],
      origin: originOf(graph, object),
      lifecycle: lifecycleOf(graph, object),
      more: {
        account,
        region,
        ...defined({ stack: stackOf(graph, object), construct: constructOf(graph, object) }),
        ...retention(graph, object),
      },
      emit: (fact, when) => graph.world.emit({ ...fact, when }, graph.frame),
    },
    {
      ...settings,
      names: settings.names.map(({ text, ...way }) =>
        text === undefined || isGenerated(text)
          ? way
          : { ...way, text: localised(graph, resolveNames(graph, text), object) },
      ),
      exclusions: exclusionsOf(graph, object),
      emptied: emptying(object),
    },
  );
}

function emitReference(graph: Graph, object: CdkObject): void {
  const { account, region } = environmentOf(graph, object);
  for (const name of nameWays(graph, object)) {
    const when = meet(object.when, name.when);
    if (when === undefined) continue;
    graph.world.emit(
      {
        kind: 'repository',
        role: 'referenced',
        by: 'cdk',
        label: labelOf(object),
        id: identityOf(graph, object),
        name: name.text,
        account,
        region,
        nameSite: siteAt(graph, name.source, object),
        site: siteAt(graph, undefined, object),
        origin: originOf(graph, object),
        when,
      },
      graph.frame,
    );
  }
}

function retention(graph: Graph, object: CdkObject): Pick<Repository, 'retained' | 'retainedSite'> {
  const applied = (graph.methods.get(object.id) ?? []).filter((call) => call.name === 'applyRemovalPolicy').at(-1);
  const ways = applied === undefined ? prop(object, 'removalPolicy') : argument(applied, 0);
  if (ways.length !== 1) return {};
  const { value, source } = ways[0]!;
  // The construct keeps its repository unless told otherwise; a bare resource goes with its stack.
  if (value.kind === 'undefined') return { retained: kindOf(object).name === 'Repository' };
  const word = value.kind === 'symbol' ? value.path.at(-1) : undefined;
  const retained = word === undefined ? undefined : word.startsWith('RETAIN');
  return retained === undefined
    ? {}
    : { retained, ...(source === undefined ? {} : { retainedSite: siteAt(graph, source, object) }) };
}

/** Undefined where it can't be told. */
function emptying(object: CdkObject): boolean | undefined {
  const ways = [...prop(object, 'emptyOnDelete'), ...prop(object, 'autoDeleteImages')].map((one) => one.value);
  if (ways.some((value) => value.kind === 'literal' && value.value === true)) return true;
  return ways.every((value) => value.kind === 'undefined' || (value.kind === 'literal' && value.value === false))
    ? false
    : undefined;
}

function exclusionsOf(graph: Graph, object: CdkObject): string[] {
  return prop(object, 'imageTagMutabilityExclusionFilters')
    .flatMap((one) => (one.value.kind === 'list' ? one.value.items : []))
    .flatMap((item) => {
      const single = item[0]!.value;
      const call = objectOf(graph, single);
      const pattern =
        call === undefined ? dig(found(item), ['imageTagMutabilityExclusionFilterValue']) : argument(call, 0);
      const text = known(textWays(pattern)[0]?.text);
      return oneOrNone(text);
    });
}

function lifecycleOf(graph: Graph, object: CdkObject): LifecycleRule[] {
  const listed = prop(object, 'lifecycleRules').flatMap((one) => (one.value.kind === 'list' ? one.value.items : []));
  const added = (graph.methods.get(object.id) ?? [])
    .filter((call) => call.name === 'addLifecycleRule')
    .flatMap((call) => (call.args[0] === undefined ? [] : [call.args[0]]));
  return [
    ...policyText(graph, object),
    ...[...listed, ...added].flatMap((item): LifecycleRule[] => {
      const ways = found(item);
      if (ways.length !== 1 || ways[0]!.value.kind !== 'object') return [];
      const word = (key: string): string | undefined => {
        const value = dig(ways, [key])[0]?.value;
        return value?.kind === 'symbol' ? value.path.at(-1) : value?.kind === 'text' ? known(value.text) : undefined;
      };
      const strings = (key: string): string[] =>
        dig(ways, [key])
          .flatMap((one) => (one.value.kind === 'list' ? one.value.items : []))
          .flatMap((one) => known(textWays(found(one))[0]?.text) ?? []);
      const status = word('tagStatus')?.toLowerCase();
      const patterns = [...strings('tagPrefixList').map((prefix) => `${prefix}*`), ...strings('tagPatternList')];
      const count = dig(ways, ['maxImageCount'])[0]?.value;
      const age = dig(ways, ['maxImageAge'])[0]?.value;
      const days = age === undefined ? undefined : daysOf(graph, age);
      return [
        {
          site: siteAt(graph, ways[0]!.source, object),
          tagStatus:
            status === 'tagged' || status === 'untagged' || status === 'any'
              ? status
              : patterns.length > 0
                ? 'tagged'
                : status === undefined
                  ? 'any'
                  : 'unknown',
          tagPatterns: patterns,
          countType:
            count !== undefined && count.kind !== 'undefined'
              ? 'images'
              : age !== undefined && age.kind !== 'undefined'
                ? 'age'
                : 'unknown',
          ...(count?.kind === 'literal' && typeof count.value === 'number'
            ? { count: count.value }
            : days === undefined
              ? {}
              : { count: days }),
          action: 'expire',
        },
      ];
    }),
  ];
}

/** A resource states its policy as a string of JSON. */
function policyText(graph: Graph, object: CdkObject): LifecycleRule[] {
  const [way, ...more] = settled(
    graph,
    object,
    'LifecyclePolicy.LifecyclePolicyText',
    prop(object, 'lifecyclePolicy', 'lifecyclePolicyText'),
  );
  const text = way === undefined || more.length > 0 ? undefined : known(plainText(way.value));
  if (way === undefined || text === undefined) return [];
  const document = parseJson({ file: object.source.file, text, lines: indexLines('', text) });
  return document.value === undefined ? [] : lifecycleRules(document.value, () => siteAt(graph, way.source, object));
}

function daysOf(graph: Graph, value: CdkSingle): number | undefined {
  const call = objectOf(graph, value);
  const amount = call === undefined || !call.name.endsWith('Duration.days') ? undefined : argument(call, 0)[0]?.value;
  return amount?.kind === 'literal' && typeof amount.value === 'number' ? amount.value : undefined;
}

/** The whole construct expression, so that a fix can turn it into `fromRepositoryName`. */
function constructOf(graph: Graph, object: CdkObject): Repository['construct'] {
  const lines = linesOf(graph, object.whole.file);
  const name = prop(object, 'repositoryName')[0];
  if (
    lines === undefined ||
    object.written === undefined ||
    name?.source === undefined ||
    object.className !== undefined ||
    kindOf(object).name !== 'Repository'
  )
    return undefined;
  if (name.source.file !== object.whole.file) return undefined;
  const { scope, id } = object.written;
  const text = name.value.kind === 'text' ? known(name.value.text) : undefined;
  if (text === undefined) return undefined;
  const [start, end] = object.whole.range;
  const inside = name.source.range[0] >= start && name.source.range[1] <= end;
  return {
    call: spanOf(lines, object.whole.range),
    newSpan: spanOf(lines, object.source.range),
    scope,
    id,
    name: `'${text}'`,
    ...(inside ? { nameSpan: spanOf(lines, name.source.range) } : {}),
  };
}
