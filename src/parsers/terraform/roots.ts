/** What a root says of the account it is applied in: where it keeps its state, and what it signs in with. */
import { memo } from '../../core/memo.ts';
import { defined } from '../../core/optional.ts';
import { textKey } from '../../core/text.ts';
import type { TerraformRoot } from '../../model/facts.ts';
import type { HclBlock, HclExpression } from '../../syntax/hcl/reading.ts';
import type { Readings } from '../../project/readings.ts';
import { evaluate } from './expressions.ts';
import { attributeOf, moduleKey, type Declared } from './module.ts';
import { once, type Scope } from './scope.ts';
import { textOf, type Value } from './value.ts';

/** Of the root that makes this resource, through the provider that the resource itself may name. */
export function rootOf(scope: Scope, address: string, resource: HclBlock | undefined): TerraformRoot {
  const named = resource === undefined ? undefined : attributeOf(resource, 'provider');
  const top = topOf(scope);
  const movedFrom = movesOf(scope.world.readings).get(withoutKeys(address));
  return {
    ...defined({ state: stateOf(top), signsIn: signsIn(scope, providerNamed(named)), movedFrom }),
    ...(isIdle(top) ? { idle: true } : {}),
  };
}

function isIdle({ module, frame }: Scope): boolean {
  return !module.isRoot && frame.run === moduleKey(module.folder);
}

/** By the address that a resource has now. The blocks may stand in a folder beside the root that they were pasted into. */
const movesOf = memo((readings: Readings): ReadonlyMap<string, readonly string[]> => {
  const moves = new Map<string, readonly string[]>();
  for (const block of readings.ofKind('terraform').flatMap(({ body }) => body.blocks)) {
    if (block.type !== 'moved') continue;
    const [from, to] = [attributeOf(block, 'from'), attributeOf(block, 'to')];
    if (from?.kind !== 'reference' || to?.kind !== 'reference') continue;
    const now = to.path.join('.');
    moves.set(now, [...(moves.get(now) ?? []), from.path.join('.')]);
  }
  return moves;
});

/** `module.stores["eu"].aws_ecr_repository.web[0]` → `module.stores.aws_ecr_repository.web` */
function withoutKeys(address: string): string {
  return address.replace(/\[(?:"[^"]*"|\d+)\]/g, '');
}

function topOf(scope: Scope): Scope {
  return scope.parent === undefined ? scope : topOf(scope.parent);
}

/** These differ from root to root within one account, or follow from the bucket. */
const OF_EACH_ROOT = new Set(['key', 'encrypt', 'use_lockfile', 'dynamodb_table']);

function stateOf(scope: Scope): string | undefined {
  const { backend, folder } = scope.module;
  if (backend === undefined) return undefined;
  const type = backend.block.labels[0]?.text ?? backend.block.type;
  const said = saidIn(scope, backend, (name) => !OF_EACH_ROOT.has(name));
  // A bucket that only the command line gives may be another one for each root.
  const open = type === 's3' && !said.some((each) => each.startsWith('bucket ')) ? [`of ${folder}`] : [];
  return [type, ...said, ...open].join('\n');
}

const IDENTITY = new Set([
  'profile',
  'allowed_account_ids',
  'assume_role',
  'assume_role_with_web_identity',
  'role_arn',
  'shared_config_files',
  'shared_credentials_file',
  'shared_credentials_files',
]);

/** A module has its caller's providers: those it is given by name, else the default one. */
function signsIn(scope: Scope, alias: string | undefined): string | undefined {
  const provider = scope.module.providers.find(
    ({ block }) => block.labels[0]?.text === 'aws' && aliasOf(block) === alias,
  );
  if (provider !== undefined) {
    const said = saidIn(scope, provider, (name) => IDENTITY.has(name));
    return said.length === 0 ? undefined : said.join('\n');
  }
  const { parent, call } = scope;
  if (parent === undefined || call === undefined) return undefined;
  const given = attributeOf(call.block, 'providers');
  const wanted = alias === undefined ? 'aws' : `aws.${alias}`;
  const entry = given?.kind === 'object' ? given.entries.find(({ key }) => nameOf(key) === wanted)?.value : undefined;
  return signsIn(parent, providerNamed(entry));
}

function aliasOf(provider: HclBlock): string | undefined {
  const alias = attributeOf(provider, 'alias');
  return alias === undefined ? undefined : nameOf(alias);
}

/** `aws.shared` → `shared`. */
function providerNamed(expression: HclExpression | undefined): string | undefined {
  return expression === undefined ? undefined : nameOf(expression)?.split('.')[1];
}

function nameOf(expression: HclExpression): string | undefined {
  if (expression.kind === 'reference') return expression.path.join('.');
  if (expression.kind === 'template' && expression.parts.every((part) => typeof part === 'string'))
    return expression.parts.join('');
  return undefined;
}

/** What a block says, its inner blocks too, in an order of its own: `bucket acme-live-state`. */
function saidIn(scope: Scope, { block, lines }: Declared, isMeant: (name: string) => boolean): string[] {
  const read = ({ body }: HclBlock, within: string): string[] => [
    ...body.attributes
      .filter(({ name }) => isMeant(name))
      .map(({ name, value }) => {
        const ways = once(scope, `identity ${lines.file} ${value.range[0]}`, () =>
          evaluate(value, { scope, lines, names: new Map() }),
        );
        return `${within}${name} ${keyOf(ways)}`;
      }),
    ...body.blocks.filter(({ type }) => isMeant(type)).flatMap((inner) => read(inner, `${within}${inner.type}.`)),
  ];
  return read(block, '').sort();
}

function keyOf(value: Value | undefined): string {
  return (value ?? [])
    .map(({ value: single }) =>
      single.kind === 'list'
        ? `[${single.items.map(keyOf).join(', ')}]`
        : single.kind === 'object'
          ? `{${[...single.entries].map(([name, item]) => `${name} ${keyOf(item)}`).join(', ')}}`
          : textKey(textOf(single)),
    )
    .join(' | ');
}
