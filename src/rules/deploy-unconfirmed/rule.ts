import type { Confirmation, Deploy } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code } from '../support/words.ts';

type Unconfirmed = NonNullable<Deploy['unconfirmed']>;

export const rule = defineRule({
  id: 'deploy-unconfirmed',
  summary: 'A deploy returns before the workload is known to have accepted its image, and nothing checks afterwards',
  severity: 'note',
  services: ['any'],
  group: 'deploy',
  reach: 'tied',
  check(model, report) {
    const open = model.deploys.flatMap((deploy) =>
      deploy.unconfirmed === undefined || checked(deploy, model.confirmations)
        ? []
        : [{ deploy, unconfirmed: deploy.unconfirmed }],
    );
    for (const group of bySite(open, ({ deploy }) => deploy.command))
      report(reportOf(group[0]!.deploy, group[0]!.unconfirmed));
  },
});

/** Something of the same kind is looked at later in the same run. */
function checked(deploy: Deploy, checks: readonly Confirmation[]): boolean {
  return checks.some(
    (check) =>
      check.run === deploy.run &&
      check.seq > deploy.seq &&
      (check.what === 'any' || check.what === kindOf(deploy.label)),
  );
}

function kindOf(label: string): Confirmation['what'] {
  if (label.includes('lambda')) return 'lambda';
  return label.includes('ecs') ? 'ecs' : 'stack';
}

function reportOf(deploy: Deploy, { without, site }: Unconfirmed): Report {
  return {
    site: deploy.command,
    message: `${code(deploy.label)} returns before the outcome is known${without === undefined ? '' : `, as ${code(without)} is not set`}, and nothing checks afterwards: an image that is refused goes unnoticed`,
    confidence: 'certain',
    help: waitFor(deploy.label),
    related: relatedTo(deploy.command, [{ message: 'returns early', site }]),
    absences: [{ of: 'verify', names: [], run: deploy.run, seq: deploy.seq, within: true }],
  };
}

function waitFor(label: string): string {
  if (label.includes('update-function'))
    return `Follow it with ${code('aws lambda wait function-updated-v2 --function-name …')}.`;
  if (label.includes('create-function'))
    return `Follow it with ${code('aws lambda wait function-active-v2 --function-name …')}.`;
  if (label.includes('update-service') || label.includes('create-service'))
    return `Follow it with ${code('aws ecs wait services-stable --cluster … --services …')}.`;
  if (label.includes('create-stack'))
    return `Follow it with ${code('aws cloudformation wait stack-create-complete --stack-name …')}, or use ${code('aws cloudformation deploy')}.`;
  if (label.includes('update-stack'))
    return `Follow it with ${code('aws cloudformation wait stack-update-complete --stack-name …')}, or use ${code('aws cloudformation deploy')}.`;
  return 'Wait for the outcome, or ask the workload for its state before the job ends.';
}
