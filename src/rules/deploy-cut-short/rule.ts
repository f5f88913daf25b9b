import type { Deploy } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { code, listed } from '../support/words.ts';

type Limit = NonNullable<Deploy['limit']>;

/** What a stack with a load balancer, a function and their roles takes on a slow day. */
const ENOUGH = 15 * 60;
const STACK_DEPLOYS: ReadonlySet<Deploy['what']> = new Set(['deploy', 'destroy', 'bootstrap']);
/** They deploy no CloudFormation stack: cut off, they leave other things, but no roll-back. */
const NO_STACK = /^(terraform|tofu|terragrunt|pulumi|kubectl|helm|docker)\b/;

export const rule = defineRule({
  id: 'deploy-cut-short',
  summary: 'A stack deploy runs under a limit shorter than stacks take',
  severity: 'warning',
  services: ['any'],
  group: 'deploy',
  reach: 'tied',
  check(model, report) {
    const limited = model.deploys.flatMap((deploy) => {
      const { limit } = deploy;
      return limit !== undefined &&
        limit.seconds < ENOUGH &&
        STACK_DEPLOYS.has(deploy.what) &&
        !NO_STACK.test(deploy.label)
        ? [{ deploy, limit }]
        : [];
    });
    // A job's limit cuts whatever runs when it strikes: one limit, one finding.
    for (const group of bySite(limited, ({ limit }) => limit.site)) report(reportOf(group));
  },
});

function reportOf(group: readonly { readonly deploy: Deploy; readonly limit: Limit }[]): Report {
  const { deploy, limit } = group[0]!;
  const labels = listed([...new Set(group.map((one) => code(one.deploy.label)))]);
  return {
    site: deploy.command,
    message:
      `${labels} ${group.length === 1 ? 'is' : 'are'} cut off after ${duration(limit.seconds)} by ${code(limit.by)}: stacks take longer, and a deploy cut off goes on without anybody watching, ` +
      'or leaves `UPDATE_ROLLBACK_IN_PROGRESS` behind',
    confidence: 'certain',
    help: 'Give it 30 minutes or more, and let CloudFormation decide when it has failed.',
    related: relatedTo(deploy.command, [
      { message: 'the limit', site: limit.site },
      ...group.slice(1).map((one) => ({ message: `cuts ${one.deploy.label} too`, site: one.deploy.command })),
    ]),
  };
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
