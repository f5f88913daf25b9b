/** `aws ecr …`: repositories, their rules, what deletes images, and what asks about them. */
import { parseImageRef } from '../core/image-ref.ts';
import { judged, spelled } from '../core/sealed.ts';
import { concat, hole, literal, nameKey, type Text } from '../core/text.ts';
import { lifecycleRules, mutabilityOf, readRepository } from '../services/ecr.ts';
import { emitCleanups } from '../project/repositories.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { content, jsonOf } from './aws-values.ts';
import { viewOf } from './aws-view.ts';
import { ACCOUNT, REGION, answer, line, tells } from './environment.ts';
import { at, itemsAt, parseJsonText, plainJson } from './json-text.ts';
import { either } from './probes.ts';
import { afterPrefix, contains, cut, head, holeNames } from './texts.ts';
import { defined } from '../core/optional.ts';

const UNKNOWN: CommandResult = {};

// ── repositories ────────────────────────────────────────────────────────────────────────────────

function addressOf(name: Text, call: AwsCall): Text {
  const account = call.value('--registry-id')?.text ?? ACCOUNT;
  return concat(account, literal('.dkr.ecr.'), call.region ?? REGION, literal('.amazonaws.com/'), name);
}

/** What `--query` leaves of a repository's description. */
function described(invocation: Invocation, call: AwsCall, name: Text | undefined): CommandResult {
  const query = call.value('--query')?.text ?? [];
  if (name !== undefined && contains(query, 'repositoryUri')) return { stdout: line(addressOf(name, call)) };
  if (name !== undefined && /repositoryName\W*$/.test(spelled(query.at(-1)) ?? '')) return { stdout: line(name) };
  return { stdout: line(answer(invocation, 'repository description')) };
}

const createRepository: AwsHandler = (invocation, call) => {
  const { names, mutabilities, exclusions } = readRepository(viewOf(invocation, call));
  const positional = call.positionals[0];
  const [name = positional] = names.filter(({ text }) => text !== undefined);
  const [setting] = mutabilities;
  invocation.emit({
    kind: 'repository',
    site: invocation.site,
    role: 'created',
    by: 'command',
    label: 'aws ecr create-repository',
    ...defined({
      name: name?.text,
      nameSite: name?.site,
      region: call.region,
      mutability: setting?.mutability,
      mutabilitySite: setting?.site,
      madeBy: invocation.frame.madeBy,
    }),
    ...(exclusions.length === 0 ? {} : { exclusions }),
  });
  return described(invocation, call, name?.text);
};

const describeRepositories: AwsHandler = (invocation, call) =>
  either(
    described(invocation, call, call.value('--repository-names')?.text ?? lookedFor(call.value('--query')?.text ?? [])),
  );

/** `repositories[?repositoryName=='orders']`: the name that a query looks for, in any of its quotes. */
function lookedFor(query: Text): Text | undefined {
  const after = cut(query, 'repositoryName')?.[1] ?? [];
  const [opening, quote] = /^\s*==\s*\\?['`"\\]*(['`"])/.exec(head(after)) ?? [];
  if (opening === undefined || quote === undefined) return undefined;
  const name = cut(afterPrefix(after, opening) ?? [], quote)?.[0];
  return name === undefined || name.length === 0 ? undefined : withoutEscape(name);
}

/** What stands before an escaped quote ends in the escape. */
function withoutEscape(name: Text): Text {
  return cut(name, '\\')?.[0] ?? name;
}

/** What a later command settles about a repository that already exists. */
const putMutability: AwsHandler = (invocation, call) => {
  const name = call.value('--repository-name');
  const mutability = call.value('--image-tag-mutability');
  if (name === undefined) return UNKNOWN;
  invocation.emit({
    kind: 'repository',
    site: invocation.site,
    role: 'referenced',
    by: 'command',
    label: 'aws ecr put-image-tag-mutability',
    name: name.text,
    nameSite: name.site,
    ...defined({ region: call.region }),
    mutability: mutabilityOf(judged(mutability?.text)),
    ...(mutability === undefined ? {} : { mutabilitySite: mutability.site }),
  });
  return UNKNOWN;
};

// ── life cycle ──────────────────────────────────────────────────────────────────────────────────

const putLifecyclePolicy: AwsHandler = (invocation, call) => {
  const name = call.value('--repository-name');
  const policy = call.value('--lifecycle-policy-text');
  const text = policy === undefined ? undefined : content(invocation, policy);
  const rules =
    text === undefined || policy === undefined ? [] : lifecycleRules(plainJson(parseJsonText(text)), () => policy.site);
  if (name === undefined || policy === undefined || rules.length === 0) return UNKNOWN;
  invocation.emit({
    kind: 'repository',
    site: invocation.site,
    role: 'referenced',
    by: 'command',
    label: 'aws ecr put-lifecycle-policy',
    name: name.text,
    nameSite: name.site,
    ...defined({ region: call.region }),
    lifecycle: rules,
  });
  emitCleanups((fact) => invocation.emit(fact), name.text, rules, []);
  return UNKNOWN;
};

// ── images ──────────────────────────────────────────────────────────────────────────────────────

/** A list of untagged (or old) images keeps that meaning in the hole's name, through filters and loops. */
const listImages: AwsHandler = (invocation, call) => {
  const name = call.value('--repository-name')?.text ?? [];
  const query = call.value('--query')?.text ?? [];
  const filter = call.options.get('--filter')?.values.map((arg) => arg.text) ?? [];
  const untagged =
    filter.some((text) => contains(text, 'UNTAGGED')) ||
    /imageTags?\s*==\s*null|!\s*imageTags?\b|type\(imageTag\)\s*!=|!not_null\(imageTags?|imageTag\s*==\s*'None'|not_null\(imageTags?\)\s*==\s*`false`/.test(
      query.map((part) => (typeof part === 'string' ? part : '')).join(''),
    );
  const old = contains(query, 'imagePushedAt');
  const prefix = untagged ? 'untagged images' : old ? 'old images' : undefined;
  if (prefix !== undefined) return either({ stdout: line(hole(`${prefix}@${nameKey(name)}`)) });
  const result: CommandResult = { stdout: line(answer(invocation, `aws ecr ${call.operation}`)) };
  return standsAnyway(invocation, call) ? { ...result, status: 'ok' } : either(result);
};

/** Asked for after a push that failed: under a tag that moves, the image of the push before is still there. */
function standsAnyway({ frame }: Invocation, call: AwsCall): boolean {
  const tags = call.options.get('--image-ids')?.values.flatMap((arg) => judged(arg.text) ?? '') ?? [];
  return frame.nested?.failing !== undefined && tags.length > 0 && tags.every((tag) => /^imageTag=[^\d]+$/.test(tag));
}

const batchDelete: AwsHandler = (invocation, call) => {
  const repository = call.value('--repository-name')?.text;
  const ids = call.options.get('--image-ids')?.values ?? [];
  const listed = jsonOf(invocation, ids[0]);
  if (repository === undefined) return UNKNOWN;
  const names = ids.flatMap((arg) => holeNames(arg.text));
  const starts = (prefix: string): boolean => names.some((name) => tells(name, prefix));
  const says = (field: string): boolean =>
    ids.some((arg) => head(arg.text).startsWith(`${field}=`)) ||
    itemsAt(listed).some((item) => at(item, field) !== undefined);
  const removes = starts('untagged images')
    ? 'untagged'
    : starts('old images')
      ? 'tagged by age'
      : says('imageTag')
        ? 'by tag'
        : says('imageDigest')
          ? 'by digest'
          : 'unknown';
  invocation.emit({ kind: 'cleanup', site: invocation.site, repository, removes, by: 'command' });
  return { stdout: answer(invocation, 'aws ecr batch-delete-image') };
};

const batchGet: AwsHandler = (_invocation, call) => {
  const repository = nameKey(call.value('--repository-name')?.text ?? []);
  const query = judged(call.value('--query')?.text) ?? '';
  const ids =
    call.options
      .get('--image-ids')
      ?.values.map((arg) => nameKey(arg.text))
      .join(' ') ?? '';
  return either({
    stdout: line(
      hole(`${query.includes('imageManifest') ? 'image manifest' : 'batch-get-image response'}@${repository} ${ids}`),
    ),
  });
};

/** A manifest put again under another tag. */
const putImage: AwsHandler = (invocation, call) => {
  const name = call.value('--repository-name');
  const tag = call.value('--image-tag');
  if (name === undefined || tag === undefined) return UNKNOWN;
  const repository = parseImageRef(addressOf(name.text, call));
  const manifest = call.value('--image-manifest');
  // The manifest's hole remembers which image it was read from.
  const id = holeNames(manifest?.text ?? [])
    .map((one) => /^(?:image manifest|batch-get-image response)@.* imageTag=([^\s\u0001]+)$/.exec(one)?.[1])
    .find((one) => one !== undefined);
  invocation.emit({
    kind: 'tag',
    site: invocation.site,
    tool: 'aws ecr put-image',
    remote: true,
    source:
      id === undefined
        ? { ...repository, digest: answer(invocation, 'image digest') }
        : { ...repository, tag: literal(id) },
    sourceSite: manifest?.site ?? invocation.site,
    target: { ...repository, tag: tag.text },
    targetSite: tag.site,
  });
  return UNKNOWN;
};

// ── logging in ──────────────────────────────────────────────────────────────────────────────────

const getLogin: AwsHandler = (invocation) => {
  invocation.emit({
    kind: 'login',
    site: invocation.site,
    label: 'aws ecr get-login',
    password: 'argument',
    removedCommand: true,
  });
  return { stdout: line(answer(invocation, 'docker login command')) };
};

const password: AwsHandler = (invocation) => ({ stdout: line(answer(invocation, 'ECR password')) });

export const ECR: AwsHandlers = new Map<string, AwsHandler>([
  ['create-repository', createRepository],
  ['describe-repositories', describeRepositories],
  ['put-image-tag-mutability', putMutability],
  ['put-lifecycle-policy', putLifecyclePolicy],
  ['batch-delete-image', batchDelete],
  ['list-images', listImages],
  ['describe-images', listImages],
  ['batch-get-image', batchGet],
  ['put-image', putImage],
  ['get-login', getLogin],
  ['get-login-password', password],
  ['get-authorization-token', password],
]);

export const ECR_PUBLIC: AwsHandlers = new Map<string, AwsHandler>([['get-login-password', password]]);
