import type { Repository } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { match, show } from '../../core/text.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'mutable-repository',
  summary: 'An ECR repository is created with mutable tags',
  severity: 'note',
  services: ['any'],
  group: 'repositories',
  reach: 'tied',
  check(model, report) {
    const open = model.repositories.filter(
      (one) => one.role === 'created' && isMutable(one) && !settledLater(model, one),
    );
    const elsewhere = new Set(
      model.repositories.filter((one) => one.mutability === 'immutable').map((one) => one.origin),
    );
    for (const group of bySite(open, placeOf)) report(reportOf(group[0]!, elsewhere.has(group[0]!.origin)));
  },
});

function placeOf(repository: Repository): Repository['site'] {
  return repository.mutabilitySite ?? repository.site;
}

/** Unsaid means mutable; `unknown` means said, but not what. */
function isMutable({ mutability }: Repository): boolean {
  return mutability === undefined || mutability === 'mutable' || mutability === 'mutable with exclusion';
}

/** `put-image-tag-mutability` on the repository just created. */
function settledLater(model: Model, created: Repository): boolean {
  return (
    created.by === 'command' &&
    created.name !== undefined &&
    model.repositories.some(
      (one) =>
        one.role !== 'created' &&
        one.by === 'command' &&
        one.run === created.run &&
        one.seq > created.seq &&
        (one.mutability === 'immutable' || one.mutability === 'immutable with exclusion') &&
        one.name !== undefined &&
        match(one.name, created.name!) === 'exactly',
    )
  );
}

/** `branch`: under another condition its tags are immutable. */
function reportOf(repository: Repository, branch: boolean): Report {
  const site = placeOf(repository);
  const name = code(repository.name === undefined ? repository.label : show(repository.name));
  const why =
    repository.mutability === 'mutable with exclusion'
      ? 'has mutable tags but for a few'
      : repository.mutabilitySite === undefined
        ? 'is created with mutable tags, the default'
        : 'is created with mutable tags';
  return {
    site,
    message: `The ECR repository ${name} ${why}: a tag that was tested can be replaced by another image before it runs, and a roll-back target with it`,
    confidence: branch ? 'likely' : 'certain',
    help: `${immutable(repository)}, and give every build a tag of its own; ${code('IMMUTABLE_WITH_EXCLUSION')} leaves ${code('latest')} free to move.`,
    related: relatedTo(site, []),
  };
}

function immutable({ by, madeBy }: Repository): string {
  switch (by) {
    case 'cdk':
      return `Set ${code('imageTagMutability: ecr.TagMutability.IMMUTABLE')}`;
    case 'cloudformation':
      return `Set ${code('ImageTagMutability: IMMUTABLE')}`;
    case 'terraform':
      return `Set ${code('image_tag_mutability = "IMMUTABLE"')}`;
    default:
      if (madeBy !== undefined)
        return `${code(madeBy)} runs the command: create the repository ahead of it with ${code('--image-tag-mutability IMMUTABLE')}, or call ${code('aws ecr put-image-tag-mutability')} in a step after it`;
      return `Add ${code('--image-tag-mutability IMMUTABLE')}`;
  }
}
