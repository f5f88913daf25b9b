/** Amazon ECR: the repositories, their policies and their tags. */
import {
  GetLifecyclePolicyCommand,
  paginateDescribeRepositories,
  paginateDescribeImages,
  type Repository,
} from '@aws-sdk/client-ecr';
import type { LiveRepository } from './evidence.ts';
import type { Session } from './session.ts';
import { partitionOf, readUri, registryOf } from './uri.ts';

export interface Repositories {
  readonly repositories: readonly LiveRepository[];
  /** All pages came: what isn't listed doesn't exist. */
  readonly complete: boolean;
}

export async function readRepositories(session: Session, account: string | undefined): Promise<Repositories> {
  const client = await session.ecr();
  const found: LiveRepository[] = [];
  const answer = await session.call(
    { action: 'ecr:DescribeRepositories', about: `the repositories in ${session.region}` },
    async () => {
      for await (const page of paginateDescribeRepositories(
        { client, pageSize: 1000 },
        {},
        { abortSignal: session.signal },
      )) {
        for (const one of page.repositories ?? []) found.push(...repositoryOf(one, account, session.region));
        session.progress('ECR repositories listed', found.length, undefined);
      }
    },
  );
  return { repositories: found.sort((a, b) => (a.arn < b.arn ? -1 : 1)), complete: answer.ok };
}

/**
 * What an answer leaves out, a repository's name and place tell; an address that isn't AWS's own isn't what workloads
 * are given.
 */
function repositoryOf(one: Repository, caller: string | undefined, region: string): LiveRepository[] {
  const { repositoryName: name, imageTagMutability: mutability, imageTagMutabilityExclusionFilters: filters } = one;
  const account = one.registryId ?? one.repositoryArn?.split(':')[4] ?? caller;
  if (name === undefined || account === undefined) return [];
  const arn = one.repositoryArn ?? `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${name}`;
  const registry = readUri(one.repositoryUri ?? '')?.registry ?? registryOf(account, region);
  return [
    {
      arn,
      name,
      registry,
      mutability: mutability ?? 'MUTABLE',
      exclusions: (filters ?? []).flatMap((filter) => filter.filter ?? []),
      ownerKnown: false,
    },
  ];
}

/** The text of a repository's lifecycle policy; undefined when it has none or it can't be read. */
export async function readLifecycle(session: Session, repository: LiveRepository): Promise<string | undefined> {
  const client = await session.ecr();
  const answer = await session.call(
    {
      action: 'ecr:GetLifecyclePolicy',
      about: repository.name,
      resource: repository.arn,
      expected: ['LifecyclePolicyNotFoundException'],
    },
    () =>
      client.send(new GetLifecyclePolicyCommand({ repositoryName: repository.name }), { abortSignal: session.signal }),
  );
  return answer.ok ? answer.value.lifecyclePolicyText : undefined;
}

/** The tags of a repository that a filter asks for. */
export async function readTags(
  session: Session,
  repository: LiveRepository,
  wanted: (tag: string) => boolean,
): Promise<string[]> {
  const client = await session.ecr();
  const tags: string[] = [];
  await session.call({ action: 'ecr:DescribeImages', about: repository.name, resource: repository.arn }, async () => {
    for await (const page of paginateDescribeImages(
      { client, pageSize: 1000 },
      { repositoryName: repository.name, filter: { tagStatus: 'TAGGED' } },
      { abortSignal: session.signal },
    )) {
      for (const one of page.imageDetails ?? []) tags.push(...(one.imageTags ?? []).filter(wanted));
    }
  });
  return tags;
}
