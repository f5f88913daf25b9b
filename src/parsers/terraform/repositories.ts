/** ECR repositories: created and looked up, with their mutability and what their lifecycle policies delete. */
import type { LifecycleRule, Mutability, Repository } from '../../model/facts.ts';
import { both, type When } from '../../core/choices.ts';
import { removedBy } from '../../model/lifecycle.ts';
import { hole, textKey, type Text } from '../../core/text.ts';
import type { JsonPath } from '../../syntax/json.ts';
import { UNSAID_MUTABILITY, lifecycleRules, mutabilityOf } from '../../services/ecr.ts';
import { ACCOUNT, identityHole, isRepository, regionOf, repositoryNames } from './attributes.ts';
import { embeddedJson, plainJson } from './embedded.ts';
import { property, resourcesOfTypes, said, type Resource } from './resources.ts';
import { emit, identityOf, type Scope } from './scope.ts';
import {
  judgedString,
  placed,
  stringOf,
  textOf,
  withoutIdleDefaults,
  type Place,
  type Value,
  type Way,
} from './value.ts';
import { truthy } from './workloads.ts';
import { defined } from '../../core/optional.ts';

export function evaluateRepositories(scope: Scope): void {
  for (const resource of resourcesOfTypes(scope, isRepository)) created(resource);
  for (const resource of resourcesOfTypes(scope, isRepository, 'data')) referenced(resource);
}

function created(resource: Resource): void {
  const { scope } = resource;
  const names = repositoryNames(resource);
  const stated = property(resource, 'image_tag_mutability');
  describeRepository(scope, {
    address: resource.address,
    site: resource.site,
    when: resource.when,
    names:
      said(resource, resource.type === 'awscc_ecr_repository' ? 'repository_name' : 'name') === undefined
        ? undefined
        : names,
    id: identityHole(resource),
    mutability: stated,
    lifecycle: lifecycleOf(resource, names),
    exclusions: exclusions(resource),
    emptied: emptied(resource),
  });
}

/** `force_delete`: false where nothing is said. */
function emptied(resource: Resource): boolean | undefined {
  const stated = said(resource, 'force_delete') ?? said(resource, 'empty_on_delete');
  return stated === undefined ? false : truthy(stated);
}

export interface Described {
  readonly address: string;
  readonly site: Repository['site'];
  readonly when: When;
  /** Undefined where AWS chooses. */
  readonly names: Value | undefined;
  readonly id: string;
  readonly mutability: Value | undefined;
  /** Where nothing is said. */
  readonly unsaid?: Mutability;
  readonly lifecycle: readonly LifecycleRule[];
  readonly exclusions: readonly string[];
  readonly emptied?: boolean | undefined;
}

/** Emits a repository in every way it may be. */
export function describeRepository(scope: Scope, about: Described): void {
  const { via } = scope.frame;
  const unsaid = about.unsaid ?? UNSAID_MUTABILITY;
  const choices = about.mutability?.map((way) => choiceOf(way, unsaid)) ?? [
    { mutability: unsaid, when: [], place: undefined },
  ];
  const ways = (about.names ?? [undefined]).flatMap((name) =>
    choices.flatMap(({ mutability, place, when }) => {
      const partly = both(about.when, name?.when ?? []);
      const conditions = partly === undefined ? undefined : both(partly, when);
      return conditions === undefined ? [] : [{ name, mutability, place, when: conditions }];
    }),
  );
  for (const [index, { name, mutability, place, when }] of withoutIdleDefaults(
    ways,
    (way) => way.mutability,
  ).entries()) {
    const text = name === undefined ? undefined : textOf(name.value);
    emit(
      scope,
      {
        kind: 'repository',
        ...defined({ name: text }),
        ...(name === undefined ? {} : { nameSite: placed(name.place, via) }),
        role: 'created',
        by: 'terraform',
        label: about.address,
        id: about.id,
        stack: scope.rootFolder === '' ? 'terraform' : scope.rootFolder,
        region: regionOf(scope),
        account: ACCOUNT,
        mutability,
        ...(place === undefined ? {} : { mutabilitySite: placed(place, via) }),
        ...(about.exclusions.length === 0 ? {} : { exclusions: about.exclusions }),
        ...(about.lifecycle.length === 0 ? {} : { lifecycle: about.lifecycle }),
        ...defined({ emptied: about.emptied }),
        site: about.site,
        origin: identityOf(scope, about.address),
      },
      when,
    );
    if (index === 0) emitCleanups(scope, text ?? hole(about.id), about.lifecycle, when);
  }
}

function choiceOf(
  { value, when, place }: Way,
  unsaid: Mutability,
): { mutability: Mutability; when: When; place: Place | undefined } {
  if (value.kind === 'null') return { mutability: unsaid, when, place: undefined };
  return { mutability: mutabilityOf(judgedString(value)), when, place };
}

function emitCleanups(scope: Scope, repository: Text, rules: readonly LifecycleRule[], conditions: When): void {
  for (const rule of rules) {
    const removes = removedBy(rule);
    if (removes !== undefined)
      emit(
        scope,
        { kind: 'cleanup', repository, removes, by: 'lifecycle policy', patterns: rule.tagPatterns, site: rule.site },
        conditions,
      );
  }
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

function exclusions(resource: Resource): string[] {
  const stated =
    said(resource, 'image_tag_mutability_exclusion_filter') ?? said(resource, 'image_tag_mutability_exclusion_filters');
  return (stated ?? [])
    .flatMap((way) => (way.value.kind === 'list' ? way.value.items : []))
    .flatMap((item) =>
      item.flatMap((way) => {
        const entries = way.value.kind === 'object' ? way.value.entries : new Map<string, Value>();
        const filter = entries.get('filter') ?? entries.get('image_tag_mutability_exclusion_filter_value');
        const whole = filter === undefined ? undefined : stringOf(filter[0]!.value);
        return whole ?? [];
      }),
    );
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
