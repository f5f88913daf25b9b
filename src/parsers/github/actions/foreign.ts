/**
 * Actions and workflows from elsewhere that nobody here knows: what they were given is kept, so that nobody speaks for
 * them.
 */
import type { Effect } from '../../../model/facts.ts';
import { toValues, type Data } from '../data.ts';
import type { Text } from '../../../core/text.ts';

/** Actions that neither build nor push nor deploy anything, whatever they are given. */
const HARMLESS: readonly RegExp[] = [
  /^actions\//,
  /^github\//,
  /^aws-actions\/(?:configure-aws-credentials|amazon-ecr-login|amazon-ecs-render-task-definition|codeguru|amazon-bedrock|setup-sam|aws-secretsmanager)/,
  /^docker\/(?:setup|login|metadata|scout)/,
  /^(?:codecov|coverallsapp|sonarsource|snyk|aquasecurity|anchore|returntocorp|trufflesecurity|gitleaks|bridgecrewio|checkmarx|hadolint|reviewdog|super-linter)\//,
  /(?:^|\/)setup-[\w-]+$/,
  /(?:^|[/-])(?:cache|checkout|lint|linter|test|coverage|scan|slack|notify|notification|changelog|labeler|comment|paths-filter|changed-files|release-drafter|dependency-review)(?:[/-]|$)/,
  /^(?:dorny|tj-actions|pnpm|oven-sh|swatinem|dtolnay|actions-rs|ruby|gradle|astral-sh|hashicorp|google-github-actions\/auth|mikepenz|peter-evans|softprops|semantic-release|cycjimmy|mathieudutour|8398a7|rtcamp|slackapi|webfactory|crazy-max|jlumbroso|easimon|lukka|mxschmitt|dawidd6|step-security|sigstore|pre-commit|wagoid|amannn|rlespinasse|fregante|tibdex|nrwl|bufbuild|stefanzweifel)\//,
];

export function isHarmless(name: string): boolean {
  return HARMLESS.some((pattern) => pattern.test(name));
}

export const MAY_DO_ALL: readonly Effect[] = ['build', 'tag', 'push', 'roll out', 'verify', 'create'];

/** What a caller hands over, as far as it's text. */
export function givenBy(entries: Iterable<readonly [string, Data]>): { role: string; text: Text }[] {
  return [...entries].flatMap(([role, data]) =>
    data.kind === 'object' || data.kind === 'list'
      ? []
      : toValues(data)
          .slice(0, MOST)
          .map(({ value }) => ({ role, text: value })),
  );
}

const MOST = 4;
