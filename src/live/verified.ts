/**
 * Of which services an audit learned nothing in an account and region, although they were asked for: that's no pass,
 * whatever else was found.
 */
import { table } from '../core/table.ts';
import type { Evidence, Scope, Unverified } from './evidence.ts';
import type { Failure } from './failure.ts';

interface Count {
  readonly came: number;
  readonly failed: number;
  readonly reason?: string;
}

/**
 * Operations without which nothing of a service is known; where there are several, each is another way to the same. A
 * service of which every call failed is unknown, too.
 */
const NEEDED: Readonly<Record<string, readonly (readonly string[])[]>> = table({
  lambda: [['ListFunctions'], ['GetFunction']],
  ecs: [
    ['ListClusters'],
    ['ListServices', 'ListTasks'],
    ['DescribeServices', 'DescribeTasks'],
    ['DescribeTaskDefinition'],
  ],
  apprunner: [['ListServices'], ['DescribeService']],
  batch: [['DescribeJobDefinitions']],
  codebuild: [['ListProjects'], ['BatchGetProjects']],
  eks: [['ListClusters']],
  ecr: [['BatchGetImage']],
  cloudformation: [['ListStacks', 'DescribeStacks']],
});

const NAMES: Readonly<Record<string, string>> = table({
  lambda: 'Lambda',
  ecs: 'ECS',
  apprunner: 'App Runner',
  batch: 'Batch',
  codebuild: 'CodeBuild',
  eks: 'EKS',
  ecr: 'ECR',
  cloudformation: 'CloudFormation',
  account: 'the other regions',
  sts: 'which account it is',
});

/** Counts a session's calls by operation. */
export class Tally {
  readonly #services = new Map<string, Map<string, Count>>();
  /** Credentials that were refused after others of the calls had come through: whatever came later is missing. */
  readonly #expired = new Map<string, string>();

  came(action: string): void {
    const [operations, name, count] = this.#find(action);
    operations.set(name, { ...count, came: count.came + 1 });
  }

  failed(action: string, { kind, reason }: Failure): void {
    // What is gone was answered; what was interrupted says so in another way.
    if (kind === 'interrupted') return;
    if (kind === 'gone') {
      this.came(action);
      return;
    }
    const [operations, name, count] = this.#find(action);
    operations.set(name, { reason, ...count, failed: count.failed + 1 });
    if (kind === 'credentials') this.#expired.set(action.slice(0, action.indexOf(':')), reason);
  }

  unverified(): Unverified[] {
    return [...this.#services]
      .flatMap(([service, operations]): Unverified[] => {
        const groups = [[...operations.keys()], ...(NEEDED[service] ?? [])];
        const lost = groups
          .map((group) => group.flatMap((name) => operations.get(name) ?? []))
          .find((counts) => counts.length > 0 && counts.every((one) => one.came === 0 && one.failed > 0));
        const reason = this.#expired.get(service) ?? lost?.find((one) => one.reason !== undefined)?.reason;
        return reason === undefined ? [] : [{ service, reason }];
      })
      .sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  #find(action: string): [operations: Map<string, Count>, name: string, count: Count] {
    const colon = action.indexOf(':');
    const [service, name] = [action.slice(0, colon), action.slice(colon + 1)];
    const operations = this.#services.get(service) ?? new Map<string, Count>();
    this.#services.set(service, operations);
    return [operations, name, operations.get(name) ?? { came: 0, failed: 0 }];
  }
}

/** Scopes that are named one by one. */
const SHOWN = 3;

/** In one line; undefined when something is known of everything that was asked for. */
export function unverifiedLine({ scopes }: Evidence): string | undefined {
  const parts = scopes.flatMap((scope) => partOf(scope) ?? []);
  const more = parts.length - SHOWN;
  return parts.length === 0
    ? undefined
    : `not verified: ${parts.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function partOf({ account, region, closed, gaps, unverified = [] }: Scope): string | undefined {
  if (closed === true)
    return `${account === undefined ? 'accounts that could not be listed' : `account ${account}`}${gaps[0] === undefined ? '' : ` (${gaps[0].reason})`}`;
  const [first] = unverified;
  if (first === undefined) return undefined;
  const reasons = new Set(unverified.map((one) => one.reason));
  return `${servicesOf(unverified)} in ${account === undefined ? region : `account ${account}, ${region}`} (${first.reason}${reasons.size > 1 ? ', and other reasons' : ''})`;
}

export function servicesOf(unverified: readonly Unverified[]): string {
  return listed([...new Set(unverified.map((one) => NAMES[one.service] ?? one.service))]);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
