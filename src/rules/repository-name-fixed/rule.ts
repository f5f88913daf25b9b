import type { Repository, StackChange } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { show } from '../../model/text.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'repository-name-fixed',
  summary: "A stack fixes a repository's physical name and keeps the repository when it is deleted",
  severity: 'note',
  services: ['any'],
  group: 'repositories',
  check(model, report) {
    const fixed = model.repositories.filter((one) => one.role === 'created' && (one.by === 'cdk' || one.by === 'cloudformation') && one.name !== undefined && one.retained === true);
    for (const group of bySite(fixed, placeOf)) report(reportOf(group[0]!));
    for (const change of model.stackChanges) {
      if (change.change === 'orphan' && change.resourceType === 'AWS::ECR::Repository' && change.physicalName !== undefined) report(leftBehind(change, show(change.physicalName)));
    }
  },
});

function placeOf(repository: Repository): Repository['site'] {
  return repository.nameSite ?? repository.site;
}

function reportOf(repository: Repository): Report {
  const site = placeOf(repository);
  const { retainedSite, by } = repository;
  return {
    site,
    message: `The stack names its ECR repository ${code(show(repository.name ?? []))} and ${retainedSite === undefined ? 'by default keeps' : 'keeps'} it on deletion: `
      + 'after a destroy, or the roll-back of a first deploy, the next create fails on the left-over (`already exists`)',
    confidence: 'certain',
    help: by === 'cdk' ? 'Let CDK choose the name, or set `removalPolicy: RemovalPolicy.DESTROY` with `emptyOnDelete: true`, or keep the repository in a stack of its own.'
      : 'Let CloudFormation choose the name, or use `DeletionPolicy: RetainExceptOnCreate`, or keep the repository in a stack of its own.',
    related: relatedTo(site, retainedSite === undefined ? [] : [{ message: 'kept on deletion', site: retainedSite }]),
  };
}

function leftBehind({ site, logicalId, stack }: StackChange, name: string): Report {
  return {
    site,
    severity: 'warning',
    message: `The deploy takes the ECR repository ${code(name)} (${code(logicalId)}) out of stack ${code(stack)} and keeps it: no stack owns it any more, and the next create under that name fails on the left-over (\`already exists\`)`,
    help: 'Import it where it belongs now, refer to it by name, or delete it by hand once nothing pulls from it.',
  };
}
