/** A roll-out of an ECS service: how it went, and what still runs from before. */
import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import type { LiveRollout } from './evidence.ts';

/** Undefined for a service that others deploy (CodeDeploy): two task sets side by side are its way, not its trouble. */
export function rolloutOf(service: Service, tasks: readonly Task[]): LiveRollout | undefined {
  const { deployments = [], taskSets = [], taskDefinition: definition } = service;
  if (taskSets.length > 0 || definition === undefined) return undefined;
  const primary = deployments.find((one) => one.status === 'PRIMARY');
  const failed = deployments.find((one) => one.rolloutState === 'FAILED');
  const shown = failed ?? primary;
  const older = new Map<string, number>();
  for (const { taskDefinitionArn: arn } of tasks)
    if (arn !== undefined && arn !== definition) older.set(arn, (older.get(arn) ?? 0) + 1);
  const since = shown?.createdAt ?? shown?.updatedAt;
  return {
    definition: shown?.taskDefinition ?? definition,
    ...(shown?.rolloutState === undefined ? {} : { state: shown.rolloutState }),
    ...(shown?.rolloutStateReason === undefined ? {} : { reason: shown.rolloutStateReason }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(isRolledBack(failed, primary) ? { rolledBackTo: definition } : {}),
    older: [...older]
      .map(([arn, count]) => ({ definition: arn, tasks: count }))
      .sort((a, b) => (a.definition < b.definition ? -1 : 1)),
  };
}

/** The circuit breaker put the service back on what it had before. */
function isRolledBack(failed: Deployment | undefined, primary: Deployment | undefined): boolean {
  return (
    failed !== undefined &&
    primary !== undefined &&
    failed !== primary &&
    failed.taskDefinition !== primary.taskDefinition
  );
}

/** Hours after which a roll-out that still goes on will hardly end well: CloudFormation gives it three. */
const HANGING = 3;

/**
 * In a workload's words: a code for rules, a sentence for people. Nothing of a roll-out that went well or still may.
 */
export function rolloutState(
  { definition, state, reason, since, rolledBackTo, older }: LiveRollout,
  seen: string,
): { stateCode?: string; stateReason?: string } {
  const old = older.map((one) => `${one.tasks} ${one.tasks === 1 ? 'task' : 'tasks'} of \`${nameOf(one.definition)}\``);
  const rest =
    old.length === 0
      ? ''
      : `, and ${old.join(', ')} still run${older.length === 1 && older[0]?.tasks === 1 ? 's' : ''}`;
  const why = reason === undefined ? '' : ` (${reason.replace(/[.\s]+$/, '')})`;
  if (state === 'FAILED')
    return {
      stateCode: 'RolloutFailed',
      stateReason: `the roll-out of \`${nameOf(definition)}\` failed${why}${rolledBackTo === undefined ? rest : ` and was rolled back to \`${nameOf(rolledBackTo)}\``}`,
    };
  const hours = (Date.parse(seen) - Date.parse(since ?? '')) / 3_600_000;
  if (state === 'IN_PROGRESS')
    return hours >= HANGING
      ? {
          stateCode: 'RolloutStuck',
          stateReason: `the roll-out of \`${nameOf(definition)}\` has been going on for ${hours >= 48 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours)} h`}${rest}`,
        }
      : {};
  // Behind a Classic Load Balancer a service says nothing of how its roll-out goes: old tasks may just be on their way
  // out.
  return old.length === 0 || state !== 'COMPLETED'
    ? {}
    : { stateCode: 'OlderTasks', stateReason: `\`${nameOf(definition)}\` was rolled out${rest}` };
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
