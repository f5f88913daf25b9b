/** `AWS::ECR::Repository`: name, mutability, what survives the stack, and what its lifecycle policy deletes. */
import type { Repository } from '../../model/facts.ts';
import { known } from '../../core/text.ts';
import { emitRepository } from '../../project/repositories.ts';
import { readRepository } from '../../services/ecr.ts';
import { lifecycleOf } from './lifecycle.ts';
import { placeOf, plainList, property, type Resource } from './resources.ts';
import { child, ownHole } from './scope.ts';
import { texts } from './values.ts';
import { declarationOf, viewOf } from './view.ts';
import { defined } from '../../core/optional.ts';

export function evaluateRepository(resource: Resource): void {
  const { scope, id } = resource;
  const [first] = ownHole(scope, id);
  const { more, likely: _, ...declared } = declarationOf(resource);
  const settings = readRepository(viewOf(resource));
  emitRepository(
    {
      ...declared,
      by: 'cloudformation',
      id: typeof first === 'object' ? first.hole : id,
      lifecycle: lifecycleOf(resource),
      more: {
        ...defined({ account: more?.account, region: more?.region, resource: more?.resource }),
        stack: known(scope.call.stackName) ?? scope.reading.file,
        ...retention(resource),
        ...(settings.emptied === false && isTaggedForEmptying(resource) ? { emptied: true } : {}),
      },
    },
    settings,
  );
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

/** By this tag the CDK's older helper finds the repositories that it has to empty. */
function isTaggedForEmptying(resource: Resource): boolean {
  return (plainList(resource, property(resource, 'Tags')) ?? []).some(
    (tag) => known(texts(resource.scope, child(tag, 'Key'))[0]?.value) === 'aws-cdk:auto-delete-images',
  );
}
