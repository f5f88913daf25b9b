/** CloudFormation: which stack owns what, and which stacks are stuck. */
import {
  DescribeStacksCommand,
  StackStatus,
  paginateDescribeStacks,
  paginateListStackResources,
  paginateListStacks,
  type Stack,
  type StackResourceSummary,
  type StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { FailureKind, LiveStack, Owner } from './evidence.ts';
import { forEach } from './pool.ts';
import type { Session } from './session.ts';
import { defined } from '../core/optional.ts';

const AT_ONCE = 4;
const CONCERNS = /^AWS::(Lambda|ECR|ECS|AppRunner|Batch|EKS|BedrockAgentCore|CodeBuild)::/;

export interface Stacks {
  readonly stacks: readonly LiveStack[];
  /** By `type physical id`. */
  readonly owners: ReadonlyMap<string, Owner>;
  /** Every stack's resources could be read: what has no owner here then belongs to no stack. */
  readonly complete: boolean;
}

/** All stacks, or those of these names; one that doesn't exist owns nothing. */
export async function readStacks(session: Session, wanted: readonly string[] | undefined): Promise<Stacks> {
  const { listed, all } = wanted === undefined ? await listStacks(session) : await describeEach(session, wanted);
  let complete = all;
  const owners = new Map<string, Owner>();
  const stacks: LiveStack[] = [];
  let done = 0;
  await forEach(listed, AT_ONCE, async (stack) => {
    const resources =
      stack.StackName === undefined ? undefined : await resourcesOf(session, stack.StackName, stack.StackId);
    if (resources === undefined) complete = false;
    for (const one of resources ?? []) own(owners, stack, one);
    const described = describe(stack, resources);
    if (described !== undefined) stacks.push(described);
    session.progress('CloudFormation stacks', ++done, listed.length);
  });
  return { stacks: stacks.sort((a, b) => (a.name < b.name ? -1 : 1)), owners, complete };
}

/** What a listing and a description have in common: all that is needed here. */
type Listed = Pick<
  Stack & StackSummary,
  'StackName' | 'StackId' | 'StackStatus' | 'StackStatusReason' | 'CreationTime' | 'LastUpdatedTime' | 'DeletionTime'
>;

interface Listing {
  readonly listed: readonly Listed[];
  /** Nothing is missing from it: what no stack here owns, none of those asked for owns. */
  readonly all: boolean;
}

/** Else it lists for 90 days what was deleted. */
const EXISTING = Object.values(StackStatus).filter((status) => status !== 'DELETE_COMPLETE');
const ANOTHER_WAY: ReadonlySet<FailureKind> = new Set<FailureKind>(['failed', 'unreadable', 'unsupported']);

async function listStacks(session: Session): Promise<Listing> {
  const client = await session.cloudformation();
  const answer = await session.call<Listed[]>(
    { action: 'cloudformation:ListStacks', about: `the stacks in ${session.region}` },
    async () => {
      const listed: Listed[] = [];
      for await (const page of paginateListStacks(
        { client },
        { StackStatusFilter: EXISTING },
        { abortSignal: session.signal },
      )) {
        listed.push(...(page.StackSummaries ?? []));
        session.progress('CloudFormation stacks listed', listed.length, undefined);
      }
      return listed;
    },
    async ({ kind }) => (ANOTHER_WAY.has(kind) ? describeAll(session) : undefined),
  );
  return {
    listed: answer.ok ? answer.value.filter((one) => one.StackStatus !== 'DELETE_COMPLETE') : [],
    all: answer.ok,
  };
}

/** For emulators that know only this way; AWS itself asks for permission to list on both. */
async function describeAll(session: Session): Promise<Listed[]> {
  const client = await session.cloudformation();
  const listed: Listed[] = [];
  for await (const page of paginateDescribeStacks({ client }, {}, { abortSignal: session.signal }))
    listed.push(...(page.Stacks ?? []));
  return listed;
}

async function describeEach(session: Session, names: readonly string[]): Promise<Listing> {
  const client = await session.cloudformation();
  const listed: Listed[] = [];
  let all = true;
  await forEach(names, AT_ONCE, async (name) => {
    // A stack that doesn't exist is a ValidationError like any other; its text tells.
    const asked = { action: 'cloudformation:DescribeStacks', about: name };
    const answer = await session.call({ ...asked, expected: ['ValidationError'] }, () =>
      client.send(new DescribeStacksCommand({ StackName: name }), { abortSignal: session.signal }),
    );
    if (answer.ok) {
      listed.push(...(answer.value.Stacks ?? []));
    } else if (answer.failure.name !== 'ValidationError' || !/does not exist/.test(answer.failure.reason)) {
      all = false;
      if (answer.failure.name === 'ValidationError') session.missed(asked, answer.failure);
    }
  });
  return { listed, all };
}

async function resourcesOf(
  session: Session,
  name: string,
  id: string | undefined,
): Promise<StackResourceSummary[] | undefined> {
  const client = await session.cloudformation();
  const found: StackResourceSummary[] = [];
  const answer = await session.call(
    { action: 'cloudformation:ListStackResources', about: name, ...defined({ resource: id }) },
    async () => {
      for await (const page of paginateListStackResources(
        { client },
        { StackName: name },
        { abortSignal: session.signal },
      ))
        found.push(...(page.StackResourceSummaries ?? []));
    },
  );
  return answer.ok ? found : undefined;
}

function own(owners: Map<string, Owner>, { StackName: stack }: Listed, resource: StackResourceSummary): void {
  const {
    ResourceType: type,
    PhysicalResourceId: physicalId,
    LogicalResourceId: logicalId,
    ResourceStatus: status,
  } = resource;
  // A retained resource is DELETE_SKIPPED: it lives on, and no stack owns it any more.
  if (
    stack === undefined ||
    type === undefined ||
    physicalId === undefined ||
    logicalId === undefined ||
    status?.startsWith('DELETE_') === true
  )
    return;
  if (CONCERNS.test(type)) owners.set(`${type} ${physicalId}`, { stack, logicalId });
}

function describe(stack: Listed, resources: readonly StackResourceSummary[] | undefined): LiveStack | undefined {
  const {
    StackName: name,
    StackId: arn,
    StackStatus: status,
    StackStatusReason: reason,
    CreationTime: created,
    LastUpdatedTime: updated,
    DeletionTime: deleted,
  } = stack;
  if (name === undefined || status === undefined) return undefined;
  const since = deleted ?? updated ?? created;
  const concerns = resources === undefined ? 'unknown' : resources.length === 0 ? 'empty' : 'yes';
  // A stack of other things is none of our business.
  if (concerns === 'yes' && resources?.some((one) => CONCERNS.test(one.ResourceType ?? '')) === false) return undefined;
  return {
    arn: arn ?? name,
    name,
    status,
    ...defined({ reason }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
    concerns,
  };
}
