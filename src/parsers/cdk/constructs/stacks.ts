/** The stack around a construct: what it's called, and the account and region it deploys to. */
import { concatAll, hole, known, type Text } from '../../../core/text.ts';
import { placing, roleOf, stackNameOf, type Ancestor } from '../interpreter/naming.ts';
import type { CdkObject } from '../reading.ts';
import { isGiven, prop, type Found, type Graph } from './graph.ts';
import { textWays } from './texts.ts';

export interface Environment {
  readonly account: Text;
  readonly region: Text;
}

const OPEN: Environment = { account: hole('account', 'account'), region: hole('region', 'region') };

/** The construct and those around it, innermost first. */
function chainOf(graph: Graph, object: CdkObject): CdkObject[] {
  const chain: CdkObject[] = [];
  for (
    let at: CdkObject | undefined = object;
    at !== undefined && chain.length < 64;
    at = at.scope === undefined ? undefined : graph.reading.objects[at.scope]
  )
    chain.push(at);
  return chain;
}

/** The `env` of the stack (or stage) around a construct; whatever the deploy uses when none is stated. */
export function environmentOf(graph: Graph, object: CdkObject): Environment {
  let account: Text | undefined;
  let region: Text | undefined;
  for (const at of placing(chainOf(graph, object), roleOf)) {
    account ??= onlyText(prop(at, 'env', 'account'), 'account');
    region ??= onlyText(prop(at, 'env', 'region'), 'region');
  }
  return { account: account ?? OPEN.account, region: region ?? OPEN.region };
}

function onlyText(ways: readonly Found[], nature: 'account' | 'region'): Text | undefined {
  if (ways.length !== 1) return isGiven(ways) ? hole(nature, nature) : undefined;
  const { value } = ways[0]!;
  if (value.kind === 'text')
    return value.text.length === 1 && typeof value.text[0] === 'object' ? [{ ...value.text[0], nature }] : value.text;
  return value.kind === 'unknown' && !value.name.includes('@') ? hole(value.name, nature) : undefined;
}

/** Its name, or the construct it is where nobody can tell the name. What's nested is called by CloudFormation. */
export function stackOf(graph: Graph, object: CdkObject): string | undefined {
  if (chainOf(graph, object).some((at) => roleOf(at) === 'nested')) return undefined;
  const [first, ...rest] = object.path.split('/');
  return sureStackOf(graph, object) ?? (rest.length === 0 ? undefined : first);
}

/** Its name, where that is known for certain. */
export function sureStackOf(graph: Graph, object: CdkObject): string | undefined {
  const chain = chainOf(graph, object);
  return stackNameOf(
    chain.map(
      (at, index): Ancestor => ({
        role: roleOf(at),
        id: at.path.slice(prefixOf(chain[index + 1])),
        named: nameStated(at),
      }),
    ),
  );
}

const prefixOf = (around: CdkObject | undefined): number =>
  around === undefined || around.path === '' ? 0 : around.path.length + 1;

function nameStated(at: CdkObject): string | null | undefined {
  const ways = prop(at, roleOf(at) === 'stage' ? 'stageName' : 'stackName');
  if (!isGiven(ways)) return undefined;
  const [text, ...more] = textWays(ways);
  return ways.length > 1 || text === undefined || more.length > 0 ? null : (known(text.text) ?? null);
}

/** `Aws.ACCOUNT_ID` and `${AWS::Region}` are those of the stack that they stand in. */
export function localised(graph: Graph, text: Text, object: CdkObject): Text {
  if (text.every((part) => typeof part === 'string' || !PSEUDO.has(part.hole))) return text;
  const { account, region } = environmentOf(graph, object);
  return concatAll(
    text.map(
      (part): Text =>
        typeof part === 'string'
          ? [part]
          : part.hole === 'account'
            ? account
            : part.hole === 'region'
              ? region
              : [part],
    ),
  );
}

const PSEUDO = new Set(['account', 'region']);
