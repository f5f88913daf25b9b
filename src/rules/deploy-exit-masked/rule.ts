import { beyond } from '../../core/choices.ts';
import { refKey } from '../../core/image-ref.ts';
import type { Deploy, MaskReason } from '../../model/facts.ts';
import type { Report, Severity } from '../../model/finding.ts';
import type { Site } from '../../core/site.ts';
import type { Model } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { isOnlyBase } from '../support/bases.ts';
import { bySite, relatedTo, siteKey, whereDone } from '../support/places.ts';
import { groupBy } from '../support/groups.ts';
import { tagNature } from '../support/tags.ts';
import { code } from '../support/words.ts';

type Masked = NonNullable<Deploy['masked']>;

interface Lost {
  readonly deploy: Deploy;
  readonly masked: Masked;
  /** What it builds never leaves the machine. */
  readonly stays: boolean;
  /** It sends a copy of somebody else's image, which may be missing at all. */
  readonly copies: boolean;
}

/** `cdk bootstrap` and `cdk destroy` are repeated to be sure; whether the second time fails matters little. */
const MATTERS: ReadonlySet<Deploy['what']> = new Set(['deploy', 'build', 'push', 'rollout']);

/** Nobody asked for the failure to be ignored; the script just goes on. */
const CARELESS: ReadonlySet<MaskReason> = new Set([
  'last command decides',
  'not the last of &&',
  'status overwritten',
  'no branch fails',
  'errexit suspended',
  'next turn decides',
  'errexit off',
  'background without wait',
]);

export const rule = defineRule({
  id: 'deploy-exit-masked',
  summary: 'The failure of a deploy, build or push goes unnoticed',
  severity: 'error',
  services: ['any'],
  group: 'deploy',
  reach: 'tied',
  check(model, report) {
    const local = localBuilds(model);
    const copies = bestEffortCopies(model);
    const isMissed = missedIn(model);
    const masked = model.deploys.flatMap((deploy) => {
      if (deploy.masked === undefined || !MATTERS.has(deploy.what)) return [];
      if (deploy.what === 'push' && isMissed(deploy)) return [];
      const stays = local.has(siteKey(deploy.command));
      return CARELESS.has(deploy.masked.why) && stays
        ? []
        : [{ deploy, masked: deploy.masked, stays, copies: copies.has(siteKey(deploy.command)) }];
    });
    for (const group of bySite(masked, (one) => whereDone(one.deploy.command, one.masked.site))) {
      report(
        reportOf(
          group.find(({ deploy, stays }) => deploy.inCi && !stays) ??
            group.find(({ deploy }) => deploy.inCi) ??
            group[0]!,
        ),
      );
    }
  },
});

/** Images that stay on the machine: whoever builds one for a look at it, or for a test, sees the failure. */
function localBuilds(model: Model): Set<string> {
  const kept = new Set<string>();
  const leaving = new Set<string>();
  for (const { arrivals, aliases, builds } of model.voyages) {
    const places = arrivals.length === 0 && !aliases.some((alias) => alias.pushed) ? kept : leaving;
    for (const { site } of builds) for (const place of commandsOf(site)) places.add(place);
  }
  for (const place of leaving) kept.delete(place);
  return kept;
}

/**
 * Pushes of an image that the project neither builds nor runs, under a name whose tag may fail as well: a cache that
 * what comes after it does without.
 */
function bestEffortCopies(model: Model): Set<string> {
  const copies = new Set<string>();
  const needed = new Set<string>();
  for (const voyage of model.voyages) {
    const isForeign = voyage.builds.length === 0 && voyage.arrivals.length === 0 && !isOnlyBase(model, voyage);
    for (const { push, tags } of voyage.aliases) {
      if (push === undefined) continue;
      const isCopy = isForeign && tags.length > 0 && tags.every((tag) => tag.guarded === true);
      (isCopy ? copies : needed).add(siteKey(push.site));
    }
  }
  for (const place of needed) copies.delete(place);
  return copies;
}

/**
 * Would somebody miss what this pushes? A task that the same run starts later, and whose end decides the run's own, is
 * never started without its image, where the tag is new with each build.
 */
function missedIn({ pushes, rollouts }: Model): (deploy: Deploy) => boolean {
  const byPlace = groupBy(pushes, ({ site, run }) => `${siteKey(site)} ${run}`);
  const watched = rollouts.filter((one) => one.watched === true);
  return ({ command, run }) => {
    const sent = byPlace.get(`${siteKey(command)} ${run}`) ?? [];
    return (
      sent.length > 0 &&
      sent.every(
        (push) =>
          tagNature(push.ref) === 'telling' &&
          watched.some(
            (one) =>
              one.run === run &&
              one.seq > push.seq &&
              beyond(one.when, push.when).length === 0 &&
              one.starts?.some((ref) => refKey(ref) === refKey(push.ref)) === true,
          ),
      )
    );
  };
}

/** The command itself; of an image that a compose or bake file describes, the command that had it built. */
function commandsOf(site: Site): string[] {
  const call = site.via?.at(-1);
  return [siteKey(site), ...(call === undefined ? [] : [siteKey(call)])];
}

function reportOf({ deploy, masked, stays, copies }: Lost): Report {
  const [how, help] = REASONS[masked.why];
  const site = whereDone(deploy.command, masked.site);
  return {
    site,
    severity: copies ? 'note' : severityOf(deploy, masked, stays),
    message: `When ${code(deploy.label)} fails, nothing notices: ${how(masked.by === '' ? 'what follows' : code(masked.by))}${afterwards(deploy)}`,
    confidence: 'certain',
    help,
    related: relatedTo(site, [
      { message: 'the failure is lost here', site: masked.site },
      { message: deploy.label, site: deploy.command },
    ]),
  };
}

function afterwards({ inCi, recorded }: Deploy): string {
  const green = inCi ? ', and the job stays green' : '';
  return recorded === true ? `${green}; Terraform takes the resource for made and does not run it again` : green;
}

const UNSEEN_BY_HAND: ReadonlySet<MaskReason> = new Set([
  'last command decides',
  'next turn decides',
  'errexit suspended',
]);

/**
 * A build, push or update by hand, in a script without `set -e`, fails before somebody's eyes: bad practice, not yet a
 * surprise. Not so where the next run leaves out what this one has not done; a build that failed may yet be noticed, for
 * want of its image.
 */
function severityOf({ inCi, what, recorded }: Deploy, { why }: Masked, stays: boolean): Severity {
  if (inCi) return stays ? 'warning' : 'error';
  const seen = what !== 'deploy' && (recorded !== true || what === 'build');
  return UNSEEN_BY_HAND.has(why) && seen ? 'note' : 'warning';
}

const REASONS: Record<MaskReason, readonly [how: (by: string) => string, help: string]> = {
  'pipe without pipefail': [
    (by) => `the pipe into ${by} has the exit status of its last command`,
    'Put `set -o pipefail` above it, or test `${PIPESTATUS[0]}`, in bash: `shell: bash` sets it in GitHub Actions, and a step of Jenkins begins with `#!/bin/bash -e`.',
  ],
  'or true': [(by) => `${by} swallows it`, 'Drop it, or test for the one failure that is expected.'],
  'status overwritten': [(by) => `${by} after it decides the exit status`, 'Use `set -e`, or `&&` instead of `;`.'],
  'no branch fails': [
    (by) => `no branch of the ${by} that runs it ends with an error`,
    'End the branch that a failure takes with `exit 1`, or run it outside of the condition, under `set -e`.',
  ],
  'errexit suspended': [
    (by) => `a condition calls this, so \`set -e\` is off, and the script goes on with ${by}`,
    'Join the commands with `&&`, or add `|| return 1`: `set -e` holds in no function that is called by `if`, `!`, `&&` or `||`.',
  ],
  'retry falls through': [
    () => 'after the last attempt the retry loop just ends, and what follows runs as if it had worked',
    'Exit with an error after the loop unless an attempt succeeded.',
  ],
  'substitution in declaration': [
    (by) => `${by} succeeds whatever happens inside \`$(…)\``,
    'Declare first, then assign: the plain assignment keeps the exit status.',
  ],
  'background without wait': [
    () => 'it runs in the background, and nobody waits for its exit status',
    'Keep its process id and `wait` for it.',
  ],
  'errexit off': [() => 'the script goes on after failures', 'Put `set -euo pipefail` at the top.'],
  'ignored by make': [(by) => `${by} makes Make ignore it`, 'Drop the `-` before the command.'],
  'continue-on-error': [(by) => `${by} lets the job go on`, 'Drop `continue-on-error` from the step that deploys.'],
  caught: [() => 'what catches the error lets the build go on', 'Throw it again there, or call `error`.'],
  'status not read': [(by) => `${by} hands the status on, and nobody reads it`, 'Drop it, or act on the status.'],
  'last command decides': [(by) => `the script goes on with ${by}`, 'Join the commands with `&&`, or use `set -e`.'],
  'not the last of &&': [
    (by) => `of what \`&&\` joins, \`set -e\` looks at the last command only, and the script goes on with ${by}`,
    'Give it a line of its own.',
  ],
  'next turn decides': [
    (by) => `the ${by} loop goes on with the next turn, and only the last one counts`,
    'End the body with `|| exit 1`, or use `set -e`.',
  ],
};
