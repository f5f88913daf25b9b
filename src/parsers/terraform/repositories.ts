/** ECR repositories: created and looked up, with their mutability and what their lifecycle policies delete. */
import type { LifecycleRule } from '../../model/facts.ts';
import { both } from '../../core/choices.ts';
import { textKey } from '../../core/text.ts';
import type { JsonPath } from '../../syntax/json.ts';
import { emitRepository } from '../../project/repositories.ts';
import { lifecycleRules, readRepository, type Settings } from '../../services/ecr.ts';
import { ACCOUNT, identityHole, isRepository, regionOf, repositoryNames } from './attributes.ts';
import { embeddedJson, plainJson } from './embedded.ts';
import { property, resourcesOfTypes, said, type Resource } from './resources.ts';
import { rootOf } from './roots.ts';
import { emit, identityOf, type Scope } from './scope.ts';
import { placed, textOf, withoutIdleDefaults, type Place, type Value, type Way } from './value.ts';
import { declarationOf, viewOf } from './view.ts';
import { defined } from '../../core/optional.ts';

export function evaluateRepositories(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, isRepository)) created(resource);
  for (const resource of resourcesOfTypes(scope, isRepository, 'data')) referenced(resource);
}

function created(resource: Resource): void {
  const { scope } = resource;
  describeRepository(scope, resource, {
    id: identityHole(resource),
    lifecycle: lifecycleOf(resource, repositoryNames(resource)),
    settings: readRepository(viewOf(resource)),
  });
}

export interface Described {
  readonly id: string;
  readonly settings: Settings;
  readonly lifecycle: readonly LifecycleRule[];
}

/** Emits a repository in every way it may be. */
export function describeRepository(
  scope: Scope,
  about: Pick<Resource, 'address' | 'site' | 'when'> & Partial<Pick<Resource, 'declared'>>,
  { id, settings, lifecycle }: Described,
): void {
  const { likely: _, more, ...declared } = declarationOf(scope, about);
  emitRepository(
    {
      ...declared,
      by: 'terraform',
      id,
      lifecycle,
      more: {
        ...defined({ account: more?.account, region: more?.region, stack: more?.stack }),
        root: rootOf(scope, about.address, about.declared?.block),
      },
      likely: (ways) => withoutIdleDefaults(ways, ({ setting }) => setting.mutability),
    },
    settings,
  );
}

function referenced(resource: Resource): void {
  const { scope } = resource;
  for (const name of repositoryNames(resource)) {
    const conditions = both(resource.when, name.when);
    if (conditions === undefined) continue;
    emit(
      scope,
      {
        kind: 'repository',
        name: textOf(name.value),
        nameSite: placed(name.place, scope.frame.via),
        role: 'referenced',
        by: 'terraform',
        label: resource.address,
        id: identityHole(resource),
        region: regionOf(scope),
        account: ACCOUNT,
        site: resource.site,
        origin: identityOf(scope, resource.address),
      },
      conditions,
    );
  }
}

// ── lifecycle policies ──────────────────────────────────────────────────────────────────────────

/** Of the repository's own block (awscc), or of the `aws_ecr_lifecycle_policy` that names it. */
function lifecycleOf(resource: Resource, names: Value): LifecycleRule[] {
  const own = property(resource, 'lifecycle_policy', 'lifecycle_policy_text');
  if (own !== undefined) return rulesOf(own, resource.scope);
  const keys = new Set(names.map((way) => textKey(textOf(way.value))));
  const policy = resourcesOfTypes(resource.scope, (type) => type === 'aws_ecr_lifecycle_policy').find((each) =>
    (said(each, 'repository') ?? []).some((way) => keys.has(textKey(textOf(way.value)))),
  );
  const document = policy === undefined ? undefined : said(policy, 'policy');
  return document === undefined ? [] : rulesOf(document, resource.scope);
}

/** The first document that can be read; what it leaves open is left open. */
export function rulesOf(policy: Value, scope: Scope): LifecycleRule[] {
  for (const way of policy) {
    const document = embeddedJson(way);
    const plain = document === undefined ? undefined : plainJson(document);
    if (document === undefined || plain === undefined) continue;
    return lifecycleRules(plain, (index) => placed(placeAt(document, ['rules', index]) ?? way.place, scope.frame.via));
  }
  return [];
}

function placeAt(value: Value, path: JsonPath): Place | undefined {
  let at: Value | undefined = value;
  for (const step of path) {
    const single: Way['value'] | undefined = at?.[0]?.value;
    at =
      single?.kind === 'list' && typeof step === 'number'
        ? single.items[step]
        : single?.kind === 'object'
          ? single.entries.get(String(step))
          : undefined;
  }
  return at?.[0]?.place;
}
