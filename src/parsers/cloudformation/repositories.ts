/** `AWS::ECR::Repository`: name, mutability, what survives the stack, and what its lifecycle policy deletes. */
import type { Mutability, Repository } from '../../model/facts.ts';
import { both, type When } from '../../core/choices.ts';
import { known, type Text } from '../../core/text.ts';
import { refine } from './conditions.ts';
import { UNSAID_MUTABILITY, mutabilityOf } from '../../services/ecr.ts';
import { emitCleanups, lifecycleOf } from './lifecycle.ts';
import { accountOf, regionOf } from './references.ts';
import { placeOf, plainList, property, type Resource } from './resources.ts';
import { child, emit, identityOf, ownHole, type Node } from './scope.ts';
import { texts, unfoldAt, type Item } from './values.ts';
import type { JsonPath } from '../../syntax/json.ts';
import { defined } from '../../core/optional.ts';

interface MutabilityChoice {
  readonly mutability: Mutability;
  readonly path?: JsonPath;
  readonly when: When;
}

export function evaluateRepository(resource: Resource): void {
  const { scope, id } = resource;
  const named = property(resource, 'RepositoryName');
  const names: readonly (Item | undefined)[] = named === undefined ? [undefined] : orNone(texts(scope, named));
  const [first] = ownHole(scope, id);
  const identity = typeof first === 'object' ? first.hole : id;
  const lifecycle = lifecycleOf(resource);
  const kept = { ...retention(resource), ...emptying(resource) };
  const exclusions = exclusionFilters(resource);
  const stack = known(scope.call.stackName) ?? scope.reading.file;
  let cleaned = false;
  for (const way of resource.ways) {
    for (const name of names) {
      for (const choice of mutabilities(resource)) {
        const partly = both(way, name?.when ?? []);
        const conditions = partly === undefined ? undefined : both(partly, choice.when);
        if (conditions === undefined) continue;
        const text = name === undefined ? undefined : refine(name.value, conditions);
        emit(
          scope,
          {
            kind: 'repository',
            ...defined({ name: text }),
            ...(name === undefined ? {} : { nameSite: placeOf(resource, name.path) }),
            role: 'created',
            by: 'cloudformation',
            label: resource.constructPath ?? id,
            id: identity,
            stack,
            region: regionOf(scope),
            account: accountOf(scope),
            mutability: choice.mutability,
            ...(choice.path === undefined ? {} : { mutabilitySite: placeOf(resource, choice.path) }),
            ...(exclusions.length === 0 ? {} : { exclusions }),
            ...kept,
            ...(lifecycle.length === 0 ? {} : { lifecycle }),
            resource: { template: scope.reading.file, logicalId: id },
            site: resource.site,
            origin: identityOf(scope, id),
          },
          conditions,
        );
        if (!cleaned) emitCleanups(resource, text ?? ownHole(scope, id), lifecycle, conditions);
        cleaned = true;
      }
    }
  }
}

function orNone(items: readonly Item[]): readonly (Item | undefined)[] {
  return items.length === 0 ? [undefined] : items;
}

function mutabilities(resource: Resource): readonly MutabilityChoice[] {
  return unfoldAt(resource.scope, property(resource, 'ImageTagMutability')).flatMap((way): MutabilityChoice[] => {
    if (way.node === undefined) return [{ mutability: UNSAID_MUTABILITY, when: way.when }];
    return texts(resource.scope, way.node).map(({ value, path, when }) => ({
      mutability: mutabilityOf(known(value)),
      path,
      when,
    }));
  });
}

/** What CloudFormation does with it when the stack goes: deletes it, unless told otherwise. */
function retention(resource: Resource): Pick<Repository, 'retained' | 'retainedSite'> {
  const node = child(resource.node, 'DeletionPolicy');
  const stated = texts(resource.scope, node);
  const whole = known(stated[0]?.value);
  if (stated.length === 0) return { retained: false };
  if (stated.length > 1 || whole === undefined) return {};
  return {
    retained: whole.startsWith('Retain'),
    ...(node === undefined ? {} : { retainedSite: placeOf(resource, node.path) }),
  };
}

/** `EmptyOnDelete`, or the tag by which the CDK's older helper finds the repositories it has to empty. */
function emptying(resource: Resource): Pick<Repository, 'emptied'> {
  const tagged = (plainList(resource, property(resource, 'Tags')) ?? []).some(
    (tag) => known(texts(resource.scope, child(tag, 'Key'))[0]?.value) === 'aws-cdk:auto-delete-images',
  );
  const stated = property(resource, 'EmptyOnDelete');
  if (stated === undefined) return { emptied: tagged };
  const values = texts(resource.scope, stated).map((one) => known(one.value));
  return values.every((value) => value === 'true')
    ? { emptied: true }
    : values.every((value) => value === 'false')
      ? { emptied: tagged }
      : {};
}

function exclusionFilters(resource: Resource): readonly string[] {
  const filters: readonly Node[] = plainList(resource, property(resource, 'ImageTagMutabilityExclusionFilters')) ?? [];
  return filters.flatMap((filter) => {
    const value: Text | undefined = texts(resource.scope, child(filter, 'ImageTagMutabilityExclusionFilterValue'))[0]
      ?.value;
    return known(value) ?? [];
  });
}
