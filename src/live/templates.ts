/**
 * Stacks as CloudFormation has them: their templates, the values of their parameters, and the stacks that they nest.
 */
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { forEach } from './pool.ts';
import { openSession, type Session } from './session.ts';
import type { Connection } from './clients.ts';
import { defined } from '../core/optional.ts';

const AT_ONCE = 4;

export interface WantedStack {
  readonly name: string;
  /** Where it says itself where it is; else the connection's. */
  readonly region?: string;
  readonly account?: string;
}

interface StackTemplate {
  readonly name: string;
  readonly region: string;
  readonly account?: string;
  readonly text: string;
  /** By name; what CloudFormation keeps to itself (`NoEcho`) has no value. Absent where they may not be read. */
  readonly parameters?: ReadonlyMap<string, string | undefined>;
  /** Of the stacks nested in it, by logical id; those that could not be read are missing. */
  readonly nested: ReadonlyMap<string, StackTemplate>;
}

export interface TemplatesRequest<T extends WantedStack> {
  readonly stacks: readonly T[];
  readonly connection: Connection;
  /** Is this stack's template to be had as its transforms made it, rather than as it was handed in? */
  readonly expanded?: (stack: T, text: string) => boolean;
}

export interface DeployedTemplates<T extends WantedStack> {
  /** Without a `stack`: it doesn't exist, or holds nothing yet. */
  readonly found: readonly { readonly wanted: T; readonly stack?: StackTemplate }[];
  /** Why some could not be read, with the permission it takes where that's the reason. */
  readonly failed: readonly string[];
  /** Of another account than the credentials'. */
  readonly elsewhere: readonly T[];
  readonly account?: string;
  /** What is missing of those that were found. */
  readonly remarks: readonly string[];
}

export async function readTemplates<T extends WantedStack>({
  stacks,
  connection,
  expanded,
}: TemplatesRequest<T>): Promise<DeployedTemplates<T>> {
  const found: { wanted: T; stack?: StackTemplate }[] = [];
  const failed: string[] = [];
  const remarks = new Set<string>();
  const elsewhere: T[] = [];
  let account: string | undefined;
  const regionOf = (one: T): string | undefined => one.region ?? connection.region;
  for (const region of new Set(stacks.map(regionOf))) {
    const session = await openSession({ ...connection, ...defined({ region }) }, () => {});
    try {
      const here = stacks.filter((one) => regionOf(one) === region);
      if (here.some((one) => one.account !== undefined)) account ??= await callerOf(session);
      await forEach(here, AT_ONCE, async (wanted) => {
        if (account !== undefined && wanted.account !== undefined && wanted.account !== account) {
          elsewhere.push(wanted);
          return;
        }
        const stack = await readStack(
          { session, failed, remarks, expanded: (text) => expanded?.(wanted, text) === true },
          wanted.name,
          wanted.name,
        );
        if (stack !== 'failed') found.push({ wanted, ...(stack === 'none' ? {} : { stack }) });
      });
    } finally {
      session.close();
    }
  }
  const order = new Map(stacks.map((one, index) => [one, index]));
  const inOrder = (a: T, b: T): number => (order.get(a) ?? 0) - (order.get(b) ?? 0);
  return {
    found: found.sort((a, b) => inOrder(a.wanted, b.wanted)),
    failed: failed.sort(),
    elsewhere: elsewhere.sort(inOrder),
    remarks: [...remarks].sort(),
    ...defined({ account }),
  };
}

/** Every caller may ask who it is; where nobody answers, it isn't known. */
async function callerOf(session: Session): Promise<string | undefined> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = await session.sts();
  const answer = await session.call({ action: 'sts:GetCallerIdentity', about: 'who asks' }, () =>
    client.send(new GetCallerIdentityCommand({}), { abortSignal: session.signal }),
  );
  return answer.ok ? answer.value.Account : undefined;
}

interface Reading {
  readonly session: Session;
  readonly failed: string[];
  readonly remarks: Set<string>;
  readonly expanded: (text: string) => boolean;
}

/** Stacks in these states have a template that made nothing, or nothing that is left. */
const EMPTY = new Set(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE']);
/** As deep as evaluation follows them. */
const DEEPEST = 8;

/** `id`: by which CloudFormation is asked; of a nested stack its ARN. `label`: what people call it. */
async function readStack(
  reading: Reading,
  id: string,
  label: string,
  depth = 0,
): Promise<StackTemplate | 'none' | 'failed'> {
  const { session, failed, remarks } = reading;
  const described = await describe(reading, id, label);
  if (described === 'none' || EMPTY.has(described?.StackStatus ?? '')) return 'none';
  const original = await templateOf(session, id, 'Original');
  if (original.text === undefined) {
    if (original.missing) return 'none';
    failed.push(`${label}: ${original.reason}`);
    return 'failed';
  }
  const processed = reading.expanded(original.text) ? await templateOf(session, id, 'Processed') : undefined;
  const account = described?.StackId?.split(':')[4];
  const text = processed?.text ?? original.text;
  return {
    name: described?.StackName ?? label,
    region: session.region,
    ...defined({ account }),
    text,
    ...(described === undefined ? {} : { parameters: parametersOf(described) }),
    nested:
      depth < DEEPEST && MAY_NEST.some((type) => text.includes(type))
        ? await readNested(reading, id, label, depth, remarks)
        : new Map(),
  };
}

/** Undefined: it may not be asked. */
async function describe({ session, remarks }: Reading, id: string, label: string): Promise<Stack | 'none' | undefined> {
  const client = await session.cloudformation();
  // A stack that doesn't exist is a ValidationError like any other; its text tells.
  const answer = await session.call(
    { action: 'cloudformation:DescribeStacks', about: label, expected: ['ValidationError'] },
    () => client.send(new DescribeStacksCommand({ StackName: id }), { abortSignal: session.signal }),
  );
  if (answer.ok) return answer.value.Stacks?.[0];
  if (/does not exist/.test(answer.failure.reason)) return 'none';
  remarks.add(
    `The parameters of stack \`${label}\` are not known (${answer.failure.reason}); their defaults are compared`,
  );
  return undefined;
}

async function templateOf(
  session: Session,
  id: string,
  stage: 'Original' | 'Processed',
): Promise<{ text?: string; missing: boolean; reason: string }> {
  const client = await session.cloudformation();
  const answer = await session.call(
    { action: 'cloudformation:GetTemplate', about: id, expected: ['ValidationError'] },
    () => client.send(new GetTemplateCommand({ StackName: id, TemplateStage: stage }), { abortSignal: session.signal }),
  );
  if (answer.ok) return { text: answer.value.TemplateBody ?? '', missing: false, reason: '' };
  return { missing: /does not exist/.test(answer.failure.reason), reason: answer.failure.reason };
}

const HIDDEN = /^\*+$/;

function parametersOf({ Parameters: parameters = [] }: Stack): Map<string, string | undefined> {
  return new Map(
    parameters.flatMap(({ ParameterKey: key, ParameterValue: value, ResolvedValue: resolved }) =>
      key === undefined
        ? []
        : [[key, value !== undefined && HIDDEN.test(value) ? undefined : (resolved ?? value)] as const],
    ),
  );
}

/** What is in the text of every template that nests another. */
const MAY_NEST = ['AWS::CloudFormation::Stack', 'AWS::Serverless::Application'];

async function readNested(
  reading: Reading,
  id: string,
  label: string,
  depth: number,
  remarks: Set<string>,
): Promise<Map<string, StackTemplate>> {
  const { session } = reading;
  const client = await session.cloudformation();
  const nested = new Map<string, StackTemplate>();
  const stacks: { logicalId: string; arn: string }[] = [];
  const answer = await session.call({ action: 'cloudformation:ListStackResources', about: label }, async () => {
    for await (const page of paginateListStackResources(
      { client },
      { StackName: id },
      { abortSignal: session.signal },
    )) {
      for (const {
        ResourceType: type,
        LogicalResourceId: logicalId,
        PhysicalResourceId: arn,
      } of page.StackResourceSummaries ?? []) {
        if (type === 'AWS::CloudFormation::Stack' && logicalId !== undefined && arn !== undefined)
          stacks.push({ logicalId, arn });
      }
    }
  });
  if (!answer.ok) remarks.add(`The stacks nested in \`${label}\` are not known (${answer.failure.reason})`);
  const unread: string[] = [];
  await forEach(stacks, AT_ONCE, async ({ logicalId, arn }) => {
    const inner = await readStack({ ...reading, failed: unread }, arn, `${label}/${logicalId}`, depth + 1);
    if (typeof inner !== 'string') nested.set(logicalId, inner);
  });
  for (const one of unread) remarks.add(`Not read: nested stack ${one}`);
  return nested;
}
