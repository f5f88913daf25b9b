import type { StackState } from '../../model/facts.ts';
import type { Confidence, Report } from '../../model/finding.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { consoleLink, regionOf } from '../support/live.ts';
import { code } from '../support/words.ts';

export const rule = defineRule({
  id: 'stack-stuck',
  summary: 'A stack that holds or will receive workloads is stuck',
  severity: 'error',
  services: ['any'],
  group: 'live',
  check(model, report) {
    const ours = stacksOfTheProject(model);
    for (const stack of model.stackStates) {
      const verdict = verdictOn(stack);
      if (verdict === undefined || (stack.concerns === 'unknown' && !ours.has(stack.name))) continue;
      report(
        reportOf(stack, verdict, stack.concerns === 'empty' && !ours.has(stack.name) ? 'likely' : verdict.confidence),
      );
    }
  },
});

/**
 * Hours after which an operation that still runs will hardly end well: CloudFormation itself gives an ECS service
 * three.
 */
const HANGING = 3;
const SUSPICIOUS = 1;

interface Verdict {
  readonly what: string;
  readonly remedy: string;
  readonly confidence: Confidence;
}

function stacksOfTheProject(model: Model): Set<string> {
  return new Set(
    [...model.workloads, ...model.repositories].filter((one) => one.site.file !== '').flatMap((one) => one.stack ?? []),
  );
}

function verdictOn(stack: StackState): Verdict | undefined {
  const { status } = stack;
  const certain = { confidence: 'certain' as const };
  const flags = `--stack-name ${stack.name} --region ${regionOf(stack.site.resource ?? '')}`;
  const events = `the reason is in ${code(`aws cloudformation describe-stack-events ${flags}`)}`;
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED') {
    return {
      ...certain,
      what: 'its creation failed, so it can only be deleted: an update ends in `ROLLBACK_COMPLETE state and can not be updated`',
      remedy: `The CDK toolkit deletes such a stack itself on the next deploy, SAM and the CLI don't: ${code(`aws cloudformation delete-stack ${flags}`)}. A repository with a fixed name that was retained survives and collides next time. First, ${events}.`,
    };
  }
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return {
      ...certain,
      what: 'a roll-back could not be finished, and every deploy is refused until it is',
      remedy: `${code(`aws cloudformation continue-update-rollback ${flags}`)}; ${events}.`,
    };
  if (status === 'DELETE_FAILED')
    return {
      ...certain,
      what: 'it could not be deleted (often an ECR repository that still holds images)',
      remedy: `${code(`aws cloudformation delete-stack ${flags} --retain-resources …`)}; ${events}.`,
    };
  if (status.endsWith('_FAILED'))
    return {
      ...certain,
      what: 'its last operation failed and left it half-way',
      remedy: `Deploy again, or roll back: ${code(`aws cloudformation rollback-stack ${flags}`)}; ${events}.`,
    };
  // A stack under review was never created: a change set waits for somebody's word.
  if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return undefined;
  const hours = (Date.parse(stack.seen ?? '') - Date.parse(stack.since ?? '')) / 3_600_000;
  if (!(hours >= SUSPICIOUS)) return undefined;
  return {
    confidence: hours >= HANGING ? 'certain' : 'likely',
    what: `it has been so for ${hours >= 48 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours)} h`}, and no other deploy can start`,
    remedy: `See what it waits for: ${code(`aws cloudformation describe-stack-events ${flags}`)}${status === 'UPDATE_IN_PROGRESS' ? `; to give up: ${code(`aws cloudformation cancel-update-stack ${flags}`)}` : ''}.`,
  };
}

function reportOf(stack: StackState, { what, remedy }: Verdict, confidence: Confidence): Report {
  const link = consoleLink(stack.site.resource ?? '');
  return {
    site: stack.site,
    message: `Stack ${code(stack.name)} is in ${code(stack.status)}${stack.reason === undefined ? '' : ` (${stack.reason})`}: ${what}`,
    confidence,
    help: `${remedy}${link === undefined ? '' : ` Console: ${link}`}`,
  };
}
