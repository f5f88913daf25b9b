/** What is different between two pieces of evidence, in lines for people. */
import { serviceOf } from '../services/index.ts';
import type { Evidence, LiveRepository, LiveStack, LiveWorkload, Scope } from './evidence.ts';

export function changesSince(before: Evidence, after: Evidence): string[] {
  const regions = (evidence: Evidence): Map<string, Scope> =>
    new Map(
      evidence.scopes
        .filter((scope) => scope.closed !== true)
        .map((scope) => [`${scope.account ?? '?'} ${scope.region}`, scope]),
    );
  const [old, now] = [regions(before), regions(after)];
  const changed = [...now].flatMap(([key, scope]) => {
    const then = old.get(key);
    return then === undefined ? [`+ account ${key}: not audited before`] : betweenScopes(then, scope);
  });
  const unseen = [...old.keys()].filter((key) => !now.has(key)).map((key) => `? account ${key}: not audited this time`);
  return [...changed, ...unseen];
}

function betweenScopes(then: Scope, now: Scope): string[] {
  return [
    ...compare(
      then.workloads,
      now.workloads,
      workloadKey,
      nameWorkload,
      betweenWorkloads,
      now.gaps.some((gap) => /^(?:lambda|ecs|apprunner|batch|codebuild):/.test(gap.action)),
    ),
    ...compare(
      then.repositories,
      now.repositories,
      (one) => one.arn,
      (one) => `repository ${one.name}`,
      betweenRepositories,
      now.gaps.some((gap) => gap.action === 'ecr:DescribeRepositories'),
    ),
    ...compare(
      tagsOf(then),
      tagsOf(now),
      (one) => one.name,
      (one) => `tag ${one.name}`,
      (a, b) => (a.digest === b.digest ? [] : [`points to ${short(b.digest)}, was ${short(a.digest)}`]),
      true,
    ),
    ...compare(
      then.stacks,
      now.stacks,
      (one) => one.name,
      (one) => `stack ${one.name}`,
      betweenStacks,
      now.gaps.some((gap) => gap.action.startsWith('cloudformation:')),
    ),
  ];
}

/** `uncertain`: what is missing now may only not have been read, so its absence says nothing. */
function compare<T>(
  then: readonly T[],
  now: readonly T[],
  key: (one: T) => string,
  name: (one: T) => string,
  differences: (a: T, b: T) => string[],
  uncertain: boolean,
): string[] {
  const [old, fresh] = [new Map(then.map((one) => [key(one), one])), new Map(now.map((one) => [key(one), one]))];
  const lines: string[] = [];
  for (const [at, one] of fresh) {
    const previous = old.get(at);
    if (previous === undefined) lines.push(`+ ${name(one)}`);
    else for (const difference of differences(previous, one)) lines.push(`~ ${name(one)}: ${difference}`);
  }
  if (!uncertain) for (const [at, one] of old) if (!fresh.has(at)) lines.push(`- ${name(one)}`);
  return lines;
}

/** A job definition's and an idle task definition's ARN end in a revision: a new one is a change, not another thing. */
function workloadKey({ service, arn, container }: LiveWorkload): string {
  return `${service === 'batch' || arn.includes(':task-definition/') ? arn.replace(/:\d+$/, '') : arn} ${container ?? ''}`;
}

function nameWorkload({ service, name, version, container }: LiveWorkload): string {
  const noun = service === 'ecs' ? 'ECS workload' : serviceOf(service).noun[0];
  return `${noun} ${name}${version === undefined ? '' : `:${version}`}${container === undefined ? '' : ` (container ${container})`}`;
}

function betweenWorkloads(a: LiveWorkload, b: LiveWorkload): string[] {
  return [
    ...field('image', a.image, b.image),
    ...field('runs', a.digests.map(short).join(', '), b.digests.map(short).join(', ')),
    ...field('CPU', a.architecture, b.architecture),
    ...field('state', a.state, b.state),
    ...field('roll-out', a.rollout?.state, b.rollout?.state),
    ...field('task definition', lastOf(a.taskDefinition), lastOf(b.taskDefinition)),
  ];
}

function betweenRepositories(a: LiveRepository, b: LiveRepository): string[] {
  return [
    ...field('tag mutability', a.mutability, b.mutability),
    ...field('owner', a.owner?.stack, b.owner?.stack),
    ...(a.lifecycle === b.lifecycle ? [] : ['its lifecycle policy changed']),
  ];
}

function betweenStacks(a: LiveStack, b: LiveStack): string[] {
  return field('status', a.status, b.status);
}

function field(name: string, before: string | undefined, after: string | undefined): string[] {
  return before === after
    ? []
    : [
        `${name} ${after === undefined || after === '' ? 'unknown' : after}, was ${before === undefined || before === '' ? 'unknown' : before}`,
      ];
}

function tagsOf(scope: Scope): { name: string; digest: string }[] {
  return scope.references.flatMap(({ repository, name, digest }) =>
    digest === undefined || name.includes(':') ? [] : [{ name: `${repository}:${name}`, digest }],
  );
}

function lastOf(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf('/') + 1);
}

function short(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
