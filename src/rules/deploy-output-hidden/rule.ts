import type { Deploy } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo, whereDone } from '../support/places.ts';
import { code } from '../support/words.ts';

type Hidden = NonNullable<Deploy['hidden']>;

/** What people wait for. An `update-function-code` answers at once, so its output may go where it likes. */
const AWAITED: ReadonlySet<Deploy['what']> = new Set(['deploy', 'destroy', 'bootstrap', 'build', 'push']);

export const rule = defineRule({
  id: 'deploy-output-hidden',
  summary: 'A long deploy, build or push runs behind a filter that shows nothing until the end, or cuts the output',
  severity: 'warning',
  services: ['any'],
  group: 'deploy',
  reach: 'tied',
  check(model, report) {
    const hidden = model.deploys.flatMap((deploy) =>
      deploy.hidden !== undefined && AWAITED.has(deploy.what) ? [{ deploy, hidden: deploy.hidden }] : [],
    );
    for (const group of bySite(hidden, (one) => whereDone(one.deploy.command, one.hidden.site)))
      report(reportOf(group[0]!.deploy, group[0]!.hidden));
  },
});

function reportOf(deploy: Deploy, hidden: Hidden): Report {
  const site = whereDone(deploy.command, hidden.site);
  return {
    site,
    message: `${code(deploy.label)} ${HOW[hidden.how](code(hidden.by))}: ${consequence(deploy)}`,
    confidence: 'certain',
    help:
      deploy.label === 'cdk deploy'
        ? 'Let it print, or keep a copy with `2>&1 | tee deploy.log` under `set -o pipefail`; `--progress events` prints line by line.'
        : 'Let it print, or keep a copy with `2>&1 | tee deploy.log` under `set -o pipefail`.',
    related: relatedTo(site, [
      { message: RELATED[hidden.how], site: hidden.site },
      { message: deploy.label, site: deploy.command },
    ]),
  };
}

const HOW: Record<Hidden['how'], (by: string) => string> = {
  'until the end': (by) => `is piped into ${by}, which prints nothing until the end`,
  cut: (by) => `is piped into ${by}, which drops most of its output`,
  discarded: (by) => `sends its output to ${by}`,
  captured: (by) => `has its output captured by ${by}, so nothing shows while it runs`,
};

const RELATED: Record<Hidden['how'], string> = {
  'until the end': 'holds the output back',
  cut: 'cuts the output',
  discarded: 'throws the output away',
  captured: 'captures the output',
};

/** Terraform and Pulumi roll nothing back. */
function consequence({ what, label, unlocked }: Deploy): string {
  if (what === 'build' || what === 'push') return 'it looks hung, and the line that says why it failed is lost';
  if (/^(terraform|tofu|pulumi|terragrunt)\b/.test(label))
    return `it looks hung, and whoever cancels it leaves half of it applied${unlocked === true ? '' : ' and the state locked'}`;
  return 'it looks hung, and whoever cancels it leaves the stack to roll back';
}
