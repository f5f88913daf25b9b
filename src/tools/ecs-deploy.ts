/**
 * Two tools of the name that make an ECS service take an image: each registers a task definition with it, updates the
 * service and waits.
 */
import { parseImageRef } from '../core/image-ref.ts';
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { parseOptions } from './options.ts';
import { defined } from '../core/optional.ts';

const SHORT = {
  '-c': '--cluster',
  '-n': '--service-name',
  '-d': '--task-definition',
  '-i': '--image',
  '-k': '--aws-access-key',
  '-s': '--aws-secret-key',
  '-r': '--region',
  '-p': '--profile',
  '-D': '--desired-count',
  '-m': '--min',
  '-M': '--max',
  '-t': '--timeout',
  '-e': '--tag-env-var',
};
const LONG = ['--aws-instance-profile', '--tag-only', '--max-definitions', '--task-definition-file', '--run-task'];

/** silinternational/ecs-deploy: `ecs-deploy -c CLUSTER -n SERVICE -i IMAGE`. */
export function ecsDeploy(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [...Object.keys(SHORT), ...Object.values(SHORT), ...LONG],
    aliases: SHORT,
  });
  return taken(invocation, 'ecs-deploy', options.value('--service-name'), options.last('--image')?.valueArg);
}

/**
 * fabfuel/ecs-deploy: `ecs deploy CLUSTER SERVICE --image CONTAINER IMAGE`, or `--tag TAG` for what the service already
 * runs.
 */
export function ecs(invocation: Invocation): CommandResult {
  const [command, ...rest] = invocation.args;
  if (judged(command?.text) !== 'deploy') return {};
  const options = parseOptions(rest, {
    values: ['-t', '--tag', '-i', '--image', '-c', '-e', '-s', '-r'],
    aliases: { '-t': '--tag', '-i': '--image' },
    others: 'value',
  });
  // `--image web IMAGE` takes two words, so that the second lies among the positionals.
  const container = options.last('--image')?.valueArg;
  const image =
    container === undefined ? undefined : options.positionals.find((arg) => arg.range[0] > container.range[0]);
  const [, service] = options.positionals.filter((arg) => arg !== image);
  return taken(invocation, 'ecs deploy', service?.text, image);
}

function taken(
  invocation: Invocation,
  label: string,
  service: Text | undefined,
  image: Arg | undefined,
): CommandResult {
  invocation.emit({
    kind: 'rollout',
    site: invocation.site,
    label,
    service: 'ecs',
    effect: 'forced',
    ...defined({ name: service }),
    ...(image === undefined ? {} : { image: parseImageRef(image.text), imageSite: image.site }),
  });
  return { long: { what: 'rollout', label } };
}
