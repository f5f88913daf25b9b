/** What an audit looked at, in one line for people. */
import { SERVICES } from '../services/index.ts';
import type { Evidence, LiveService } from './evidence.ts';
import { servicesOf } from './verified.ts';

const NOUNS: Readonly<Record<LiveService, readonly [one: string, many: string]>> = {
  lambda: SERVICES.lambda.noun,
  ecs: ['ECS service or task', 'ECS services and tasks'],
  apprunner: SERVICES.apprunner.noun,
  batch: SERVICES.batch.noun,
  codebuild: SERVICES.codebuild.noun,
};

export function describeEvidence({ scopes: all, complete }: Evidence): string {
  const scopes = all.filter((scope) => scope.closed !== true);
  const shut = [...new Set(all.flatMap((scope) => (scope.closed === true ? (scope.account ?? []) : [])))];
  const unknown = servicesOf(scopes.flatMap((scope) => scope.unverified ?? []));
  const end = `${unknown === '' ? '' : `; nothing is known of ${unknown}`}${complete ? '' : ' before it was interrupted'}${shut.length === 0 ? '' : `; ${names('account', shut)} could not be entered`}`;
  if (scopes.length === 0) return `nothing was looked at${end}`;
  const accounts = [...new Set(scopes.map((scope) => scope.account ?? 'unknown'))];
  const regions = [...new Set(scopes.map((scope) => scope.region))];
  const counts = Object.entries(countServices(scopes))
    .map(([service, arns]) => ({ service, count: arns.size }))
    .filter(({ count }) => count > 0);
  const images = scopes.reduce((sum, scope) => sum + scope.images.length, 0);
  const found = counts.flatMap(({ service, count }) =>
    isService(service) ? [`${count} ${NOUNS[service][count === 1 ? 0 : 1]}`] : [],
  );
  const runs = found.length === 0 ? 'nothing that runs from an image' : found.join(', ');
  return `${names('account', accounts)} in ${regions.length > 3 ? `${regions.length} regions` : regions.join(', ')}: ${runs}, ${images} ${images === 1 ? 'image' : 'images'} looked at${end}`;
}

function countServices(scopes: Evidence['scopes']): Record<LiveService, Set<string>> {
  const found: Record<LiveService, Set<string>> = {
    lambda: new Set(),
    ecs: new Set(),
    apprunner: new Set(),
    batch: new Set(),
    codebuild: new Set(),
  };
  for (const { workloads } of scopes)
    for (const one of workloads)
      found[one.service].add(one.arn.replace(one.version === undefined ? '' : `:${one.version}`, ''));
  return found;
}

function isService(name: string): name is LiveService {
  return name in NOUNS;
}

function names(noun: string, list: readonly string[]): string {
  return list.length === 1
    ? `${noun} ${list[0]}`
    : list.length > 3
      ? `${list.length} ${noun}s`
      : `${noun}s ${list.join(', ')}`;
}
