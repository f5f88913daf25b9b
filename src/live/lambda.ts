/** Lambda: the functions that run from images. */
import { GetFunctionCommand, paginateListFunctions, type FunctionConfiguration, type GetFunctionResponse } from '@aws-sdk/client-lambda';
import type { LiveWorkload, Owner } from './evidence.ts';
import { forEach } from './pool.ts';
import type { Session } from './session.ts';

const AT_ONCE = 10;

export async function readFunctions(session: Session, wanted: readonly string[] | undefined): Promise<LiveWorkload[]> {
  const names = wanted ?? await imageFunctions(session);
  const found: LiveWorkload[] = [];
  let done = 0;
  await forEach(names, AT_ONCE, async (name) => {
    const client = await session.lambda();
    const answer = await session.call({ action: 'lambda:GetFunction', about: name },
      () => client.send(new GetFunctionCommand({ FunctionName: name }), { abortSignal: session.signal }));
    session.progress('Lambda functions', ++done, names.length);
    const workload = answer.ok ? workloadOf(answer.value) : undefined;
    if (workload !== undefined) found.push(workload);
  });
  return found.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** Names of the functions deployed as images. The list doesn't say which image: that takes a call each. */
async function imageFunctions(session: Session): Promise<string[]> {
  const names: string[] = [];
  const client = await session.lambda();
  await session.call({ action: 'lambda:ListFunctions', about: `the functions in ${session.region}` }, async () => {
    for await (const page of paginateListFunctions({ client, pageSize: 50 }, {}, { abortSignal: session.signal })) {
      for (const one of page.Functions ?? []) {
        if (one.PackageType === 'Image' && one.FunctionName !== undefined) names.push(one.FunctionName);
      }
      session.progress('Lambda functions listed', names.length, undefined);
    }
  });
  return names;
}

function workloadOf({ Configuration: configuration, Code: code, Tags: tags }: GetFunctionResponse): LiveWorkload | undefined {
  const image = code?.ImageUri;
  const name = configuration?.FunctionName;
  if (configuration === undefined || image === undefined || name === undefined) return undefined;
  const digest = digestOf(code?.ResolvedImageUri);
  const [architecture] = configuration.Architectures ?? [];
  const owner = ownerOf(tags);
  return {
    service: 'lambda',
    arn: plainArn(configuration, name),
    name,
    image,
    digests: digest === undefined ? [] : [digest],
    architecture: architecture ?? 'x86_64',
    architectureBasis: architecture === undefined ? 'default' : 'stated',
    ...stateOf(configuration),
    ...(owner === undefined ? {} : { owner }),
  };
}

function plainArn(configuration: FunctionConfiguration, name: string): string {
  return (configuration.FunctionArn ?? name).replace(/:\$LATEST$/, '');
}

function stateOf({ State: state, StateReasonCode: code, StateReason: reason, LastUpdateStatus: update, LastUpdateStatusReasonCode: updateCode, LastUpdateStatusReason: updateReason }: FunctionConfiguration) {
  const failed = update === 'Failed' && state !== 'Failed';
  const shown = { state: failed ? 'update failed' : state, stateCode: failed ? updateCode : code, stateReason: failed ? updateReason : reason };
  return {
    ...(shown.state === undefined ? {} : { state: shown.state }),
    ...(shown.stateCode === undefined ? {} : { stateCode: shown.stateCode }),
    ...(shown.stateReason === undefined ? {} : { stateReason: shown.stateReason }),
  };
}

function digestOf(uri: string | undefined): string | undefined {
  return uri === undefined ? undefined : /@(sha256:[0-9a-f]{64})$/.exec(uri)?.[1];
}

/** CloudFormation signs what it makes. */
function ownerOf(tags: Readonly<Record<string, string>> | undefined): Owner | undefined {
  const stack = tags?.['aws:cloudformation:stack-name'];
  return stack === undefined ? undefined : { stack, logicalId: tags?.['aws:cloudformation:logical-id'] ?? '' };
}
