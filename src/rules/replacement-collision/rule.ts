import type { StackChange } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import { spelled } from '../../core/sealed.ts';
import { equalTexts, known, show, textKey, type Text } from '../../core/text.ts';
import { defineRule } from '../define.ts';
import { groupBy } from '../support/groups.ts';
import { relatedTo } from '../support/places.ts';
import { code, listed } from '../support/words.ts';

export const rule = defineRule({
  id: 'replacement-collision',
  summary: 'A deploy creates a resource under a fixed name while the one it takes the place of still has it',
  severity: 'error',
  services: ['any'],
  group: 'diff',
  check(model, report) {
    for (const change of model.stackChanges) {
      const { physicalName: name, physicalNameBefore: before } = change;
      if (change.change === 'replace' && name !== undefined && before !== undefined && equalTexts(name, before))
        report(replaced(change, name));
    }
    for (const found of moved(model.stackChanges)) report(found);
  },
});

function replaced(change: StackChange, name: Text): Report {
  const causes = [...new Set(change.properties.map((one) => one.path.split('.')[0] ?? one.path))].filter(
    (one) => one !== 'Tags',
  );
  const may = change.replacement === 'possible';
  return {
    site: change.site,
    message:
      `The deploy ${may ? 'may have to replace' : 'replaces'} ${code(change.logicalId)} (${change.resourceType})${causes.length === 0 ? '' : ` because ${listed(causes.map(code), 3)} ${causes.length === 1 ? 'changes' : 'change'}`}, and its name is fixed as ${code(show(name))}: ` +
      'CloudFormation creates the new one before it deletes the old, and the name is taken (`cannot update a stack when a custom-named resource requires replacing`, `already exists`)',
    confidence: may ? 'possible' : 'certain',
    help: `Change the name together with ${causes[0] === undefined ? 'the rest' : code(causes[0])}, or let CloudFormation choose it.`,
  };
}

/** One logical id leaves and another comes with the same type and name: a renamed or moved construct. */
function moved(changes: readonly StackChange[]): Report[] {
  const named = changes.filter(
    (one) =>
      one.physicalName !== undefined && (one.change === 'add' || one.change === 'remove' || one.change === 'orphan'),
  );
  const groups = groupBy(
    named,
    (one) =>
      `${one.resourceType}\u0000${textKey((one.physicalName ?? []).map((part) => (typeof part === 'string' || spelled(part) !== undefined ? part : { ...part, hole: part.hole.replace(/@.*$/s, '') })))}`,
  );
  return [...groups.values()].flatMap((group) => {
    const leaving = group.filter((one) => one.change !== 'add');
    return group
      .filter((one) => one.change === 'add')
      .flatMap((added): Report[] => {
        const near = leaving.filter((one) => oneNamespace(one, added));
        const old = near.find((one) => one.stack === added.stack) ?? near[0];
        return old === undefined ? [] : [renamed(added, old)];
      });
  });
}

/**
 * A name that is taken in one region or account is free in another; IAM knows no regions, and a bucket's name is taken
 * everywhere.
 */
function oneNamespace(a: StackChange, b: StackChange): boolean {
  if (a.resourceType === 'AWS::S3::Bucket') return true;
  return !apart(a.account, b.account) && (a.resourceType.startsWith('AWS::IAM::') || !apart(a.region, b.region));
}

function apart(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function renamed(added: StackChange, old: StackChange): Report {
  const name = code(show(added.physicalName ?? []));
  const sameStack = added.stack === old.stack;
  const kept = old.change === 'orphan';
  // In another stack the old one may be deleted first, unless it is kept.
  const confidence: Confidence = (sameStack || kept) && known(added.physicalName) !== undefined ? 'certain' : 'likely';
  const from = sameStack ? code(old.logicalId) : `${code(old.logicalId)} of stack ${code(old.stack)}`;
  return {
    site: added.site,
    message:
      `The deploy creates ${code(added.logicalId)} (${added.resourceType}) under the name ${name}, which ${from} still has: ` +
      `${kept ? 'that one leaves its stack but is kept' : 'CloudFormation deletes what leaves a stack only at the end'}, so the create fails with ${code('already exists')}`,
    confidence,
    help: sameStack
      ? `Keep the logical id ${code(old.logicalId)} (the CDK derives it from the construct's path; ${code('overrideLogicalId')} pins it), or move the resource with a stack refactor.`
      : 'Move the resource with a stack refactor, or retain it in the old stack and import it into the new one.',
    related: relatedTo(added.site, [{ message: `${old.logicalId} leaves here`, site: old.site }]),
  };
}
