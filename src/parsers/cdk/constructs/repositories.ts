/** ECR repositories as facts: those an app creates, and those it refers to. */
import type { Mutability, Repository } from '../../../model/facts.ts';
import type { When } from '../../../core/choices.ts';
import { spanOf } from '../../../core/site.ts';
import { hole, known } from '../../../core/text.ts';
import type { CdkObject, CdkSingle } from '../reading.ts';
import { UNSAID_MUTABILITY, mutabilityOf } from '../../../services/ecr.ts';
import {
  argument,
  dig,
  found,
  kindOf,
  labelOf,
  linesOf,
  meet,
  objectOf,
  originOf,
  prop,
  siteAt,
  type Graph,
} from './graph.ts';
import { settled } from './overrides.ts';
import { environmentOf, localised, stackOf } from './stacks.ts';
import { plainText, textWays, type TextWay } from './texts.ts';
import { defined, oneOrNone } from '../../../core/optional.ts';
import { isImported, isGenerated, resolveNames, identityOf, nameWays } from './repository-addresses.ts';
import { lifecycleOf, emitCleanups } from './lifecycle.ts';

function stated(value: CdkSingle): Mutability {
  if (value.kind === 'undefined') return UNSAID_MUTABILITY;
  return mutabilityOf(
    value.kind === 'symbol' ? value.path.at(-1) : value.kind === 'text' ? known(value.text) : undefined,
  );
}

export function emitRepository(graph: Graph, object: CdkObject): void {
  if (isImported(object)) {
    emitReference(graph, object);
    return;
  }
  const names = settled(graph, object, 'RepositoryName', prop(object, 'repositoryName')).map(
    (one): Partial<TextWay> & { when: When } => {
      const text = plainText(one.value);
      return text === undefined || isGenerated(text)
        ? { when: one.when }
        : {
            text: localised(graph, resolveNames(graph, text), object),
            when: one.when,
            ...defined({ source: one.source }),
          };
    },
  );
  const { account, region } = environmentOf(graph, object);
  const stack = stackOf(graph, object);
  const lifecycle = lifecycleOf(graph, object);
  const exclusions = exclusionsOf(graph, object);
  const construct = constructOf(graph, object);
  for (const name of names) {
    for (const setting of settled(graph, object, 'ImageTagMutability', prop(object, 'imageTagMutability'))) {
      const when = meet(object.when, name.when, setting.when);
      if (when === undefined) continue;
      graph.world.emit(
        {
          kind: 'repository',
          role: 'created',
          by: 'cdk',
          label: labelOf(object),
          id: identityOf(graph, object),
          account,
          region,
          site: siteAt(graph, undefined, object),
          origin: originOf(graph, object),
          when,
          mutability: stated(setting.value),
          ...(setting.source === undefined || setting.value.kind === 'undefined'
            ? {}
            : { mutabilitySite: siteAt(graph, setting.source, object) }),
          ...(name.text === undefined ? {} : { name: name.text, nameSite: siteAt(graph, name.source, object) }),
          ...defined({ stack }),
          ...retention(graph, object),
          ...emptying(object),
          ...(lifecycle.length === 0 ? {} : { lifecycle }),
          ...(exclusions.length === 0 ? {} : { exclusions }),
          ...defined({ construct }),
        },
        graph.frame,
      );
    }
  }
  emitCleanups(graph, object, names[0]?.text ?? hole(identityOf(graph, object)), lifecycle);
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

function emptying(object: CdkObject): Pick<Repository, 'emptied'> {
  const ways = [...prop(object, 'emptyOnDelete'), ...prop(object, 'autoDeleteImages')].map((one) => one.value);
  if (ways.some((value) => value.kind === 'literal' && value.value === true)) return { emptied: true };
  return ways.every((value) => value.kind === 'undefined' || (value.kind === 'literal' && value.value === false))
    ? { emptied: false }
    : {};
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
