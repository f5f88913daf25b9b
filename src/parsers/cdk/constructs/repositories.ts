/** ECR repositories as facts: those an app creates, and those it refers to. */
import type { Repository } from '../../../model/facts.ts';
import { spanOf } from '../../../core/site.ts';
import { known } from '../../../core/text.ts';
import type { CdkObject } from '../reading.ts';
import { emitRepository as emitDeclared } from '../../../project/repositories.ts';
import { readRepository } from '../../../services/ecr.ts';
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
import { environmentOf, localised, stackOf } from './stacks.ts';
import { textWays } from './texts.ts';
import { viewOf } from './view.ts';
import { defined, oneOrNone } from '../../../core/optional.ts';
import { isImported, isGenerated, resolveNames, identityOf, nameWays } from './repository-addresses.ts';
import { lifecycleOf } from './lifecycle.ts';

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
