/** What a `catch` does with a failure: whether the build shows it, or nobody ever sees it. */
import type { Body, Call, Expression, Statement } from './reading.ts';

type Try = Extract<Statement, { kind: 'try' }>;
type Catch = Try['catches'][number];

/** A failing step throws an AbortException; what catches something else alone leaves it. */
export function catchesSteps({ types }: Catch): boolean {
  return types.trim() === '' || /\b(?:Exception|Throwable|AbortException|IOException|def)\b/.test(types);
}

/** Words for people, and nothing that could let the build fail or remember that something has. */
const SAYS_SOMETHING =
  /^(?:echo|println?|mail|emailext|slackSend|office365ConnectorSend|hipchatSend|discordSend|telegramSend|updateGitlabCommitStatus|githubNotify|sleep|cleanWs|deleteDir|archiveArtifacts|junit)$/;

/** Nothing in it but words, and commands that end well: the failure is gone. */
export function isSilent(body: Body): boolean {
  return body.every((one) => one.kind === 'expression' && saysOnly(one.value));
}

function saysOnly(value: Expression): boolean {
  if (value.kind === 'assignment')
    return isResult(value.to) && value.value.kind === 'string' && textOf(value.value) === 'SUCCESS';
  if (value.kind !== 'call' || value.of !== undefined) return false;
  return value.name === 'sh' ? isPlainCommand(value) : SAYS_SOMETHING.test(value.name);
}

function isResult(to: Expression): boolean {
  return to.kind === 'member' && to.name === 'result' && to.of.kind === 'name' && to.of.name === 'currentBuild';
}

/** One that doesn't end the script itself, such as a roll-back. */
function isPlainCommand({ args }: Call): boolean {
  const [first] = args;
  return first?.kind === 'string' && !/\b(?:exit|false|return)\b/.test(textOf(first));
}

function textOf(value: Extract<Expression, { kind: 'string' }>): string {
  return value.parts.map((part) => (part.kind === 'text' ? part.text.text : '')).join('');
}
