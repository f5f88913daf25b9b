import type { Repository, StackChange } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { hasNature, show, textKey } from '../../core/text.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'repository-name-fixed',
  summary: "A stack fixes a repository's physical name, and the repository stays behind when the stack is deleted",
  severity: 'note',
  services: ['any'],
  group: 'repositories',
  reach: 'tied',
  check(model, report) {
    const fixed = model.repositories.filter(
      (one) =>
        one.role === 'created' &&
        (one.by === 'cdk' || one.by === 'cloudformation') &&
        one.name !== undefined &&
        !hasNature(one.name, 'unique') &&
        staysBehind(one),
    );
    const inSource = new Set(fixed.filter((one) => one.by === 'cdk').map(nameKey));
    // A template that repeats a name of the project's own source is what the source was synthesized to.
    const written = fixed.filter((one) => one.by === 'cdk' || !inSource.has(nameKey(one)));
    for (const group of bySite(written, placeOf)) report(reportOf(group[0]!));
    for (const change of model.stackChanges) {
      if (
        change.change === 'orphan' &&
        change.resourceType === 'AWS::ECR::Repository' &&
        change.physicalName !== undefined
      )
        report(leftBehind(change, show(change.physicalName)));
    }
  },
});

function nameKey({ name }: Repository): string {
  return textKey(name ?? []);
}

function placeOf(repository: Repository): Repository['site'] {
  return repository.nameSite ?? repository.site;
}

/** Kept on purpose, or because a repository that holds images can't be deleted. */
function staysBehind({ retained, emptied }: Repository): boolean {
  return retained === true || (retained === false && emptied === false);
}

function reportOf(repository: Repository): Report {
  const site = placeOf(repository);
  const { retained, retainedSite, by } = repository;
  const name = code(show(repository.name ?? []));
  const kept =
    retained === true
      ? `${retainedSite === undefined ? 'by default keeps' : 'keeps'} it on deletion: after a destroy, or the roll-back of a first deploy,`
      : 'deletes it without emptying it first: as long as it holds images the delete fails (`cannot be deleted because it still contains images`), and after that';
  return {
    site,
    message: `The stack names its ECR repository ${name} and ${kept} the next create fails on the left-over (\`already exists\`)`,
    confidence: 'certain',
    help: HELP[by === 'cdk' ? 'cdk' : 'template'][retained === true ? 'kept' : 'full'],
    related: relatedTo(site, [
      { message: 'the repository is created here', site: repository.site },
      ...(retainedSite === undefined
        ? []
        : [{ message: retained === true ? 'kept on deletion' : 'deleted with the stack', site: retainedSite }]),
    ]),
  };
}

const HELP = {
  cdk: {
    kept: 'Let CDK choose the name, or set `removalPolicy: RemovalPolicy.DESTROY` with `emptyOnDelete: true`, or keep the repository in a stack of its own.',
    full: 'Set `emptyOnDelete: true`, or let CDK choose the name.',
  },
  template: {
    kept: 'Let CloudFormation choose the name, or use `DeletionPolicy: RetainExceptOnCreate`, or keep the repository in a stack of its own.',
    full: 'Set `EmptyOnDelete: true`, or let CloudFormation choose the name.',
  },
} as const;

function leftBehind({ site, logicalId, stack }: StackChange, name: string): Report {
  return {
    site,
    severity: 'warning',
    message: `The deploy takes the ECR repository ${code(name)} (${code(logicalId)}) out of stack ${code(stack)} and keeps it: no stack owns it any more, and the next create under that name fails on the left-over (\`already exists\`)`,
    help: 'Import it where it belongs now, refer to it by name, or delete it by hand once nothing pulls from it.',
  };
}
