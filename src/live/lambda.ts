/** Lambda: the functions that run from images, and the published versions that aliases send traffic to. */
import { createHash } from 'node:crypto';
import {
  GetFunctionCommand,
  paginateListAliases,
  paginateListFunctions,
  type AliasConfiguration,
  type FunctionConfiguration,
  type GetFunctionResponse,
} from '@aws-sdk/client-lambda';
import type { LiveWorkload, Owner } from './evidence.ts';
import { forEach } from './pool.ts';
import type { Session } from './session.ts';
import { readUri } from './uri.ts';
import { defined, oneOrNone } from '../core/optional.ts';

const AT_ONCE = 10;

export async function readFunctions(session: Session, wanted: readonly string[] | undefined): Promise<LiveWorkload[]> {
  const names = wanted ?? (await imageFunctions(session));
  const found: LiveWorkload[] = [];
  let done = 0;
  await forEach(names, AT_ONCE, async (name) => {
    const workload = await getFunction(session, name);
    if (workload !== undefined) found.push(workload, ...(await readVersions(session, workload)));
    session.progress('Lambda functions', ++done, names.length);
  });
  return found.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

async function getFunction(session: Session, name: string, qualifier?: string): Promise<LiveWorkload | undefined> {
  const client = await session.lambda();
  const answer = await session.call(
    { action: 'lambda:GetFunction', about: qualifier === undefined ? name : `${name}:${qualifier}` },
    () =>
      client.send(new GetFunctionCommand({ FunctionName: name, Qualifier: qualifier }), {
        abortSignal: session.signal,
      }),
  );
  return answer.ok ? workloadOf(answer.value) : undefined;
}

/** What callers of an alias get, where it's another thing than the function itself has. */
async function readVersions(session: Session, latest: LiveWorkload): Promise<LiveWorkload[]> {
  const client = await session.lambda();
  const aliases: AliasConfiguration[] = [];
  await session.call({ action: 'lambda:ListAliases', about: latest.name, resource: latest.arn }, async () => {
    for await (const page of paginateListAliases(
      { client, pageSize: 50 },
      { FunctionName: latest.name },
      { abortSignal: session.signal },
    ))
      aliases.push(...(page.Aliases ?? []));
  });
  const served = new Map<string, string[]>();
  for (const alias of aliases)
    for (const version of versionsBehind(alias))
      served.set(version, [...(served.get(version) ?? []), alias.Name ?? '']);
  const found: LiveWorkload[] = [];
  for (const [version, names] of [...served].sort(([a], [b]) => Number(a) - Number(b))) {
    const workload = await getFunction(session, latest.name, version);
    if (workload === undefined || sameAs(workload, latest)) continue;
    // A version keeps the image it was published with, whatever becomes of the tag.
    const uri = readUri(workload.image);
    const [digest] = workload.digests;
    const image =
      uri === undefined || digest === undefined ? workload.image : `${uri.registry}/${uri.repository}@${digest}`;
    found.push({ ...workload, image, version, aliases: names.sort() });
  }
  return found;
}

function versionsBehind({ FunctionVersion: main, RoutingConfig: routing }: AliasConfiguration): string[] {
  const others = Object.entries(routing?.AdditionalVersionWeights ?? {}).flatMap(([version, weight]) =>
    weight > 0 ? [version] : [],
  );
  return [...oneOrNone(main), ...others].filter((version) => version !== '$LATEST');
}

function sameAs(a: LiveWorkload, b: LiveWorkload): boolean {
  return (
    a.digests.join() === b.digests.join() &&
    a.architecture === b.architecture &&
    a.state === b.state &&
    a.stateCode === b.stateCode
  );
}

/** Names of the functions deployed as images. The list doesn't say which image: that takes a call each. */
async function imageFunctions(session: Session): Promise<string[]> {
  const names: string[] = [];
  const client = await session.lambda();
  await session.call({ action: 'lambda:ListFunctions', about: `the functions in ${session.region}` }, async () => {
    for await (const page of paginateListFunctions({ client, pageSize: 50 }, {}, { abortSignal: session.signal })) {
      for (const one of page.Functions ?? []) {
        // Where the list doesn't say how it's packaged, a runtime does.
        if (
          (one.PackageType === 'Image' || (one.PackageType === undefined && one.Runtime === undefined)) &&
          one.FunctionName !== undefined
        )
          names.push(one.FunctionName);
      }
      session.progress('Lambda functions listed', names.length, undefined);
    }
  });
  return names;
}

function workloadOf({
  Configuration: configuration,
  Code: code,
  Tags: tags,
}: GetFunctionResponse): LiveWorkload | undefined {
  const image = code?.ImageUri ?? code?.ResolvedImageUri;
  const name = configuration?.FunctionName;
  if (configuration === undefined || image === undefined || name === undefined) return undefined;
  const digest = digestOf(code?.ResolvedImageUri, image);
  const [architecture] = configuration.Architectures ?? [];
  const owner = ownerOf(tags);
  return {
    service: 'lambda',
    arn: plainArn(configuration, name),
    name,
    image,
    digests: oneOrNone(digest),
    architecture: architecture ?? 'x86_64',
    architectureBasis: architecture === undefined ? 'default' : 'stated',
    ...stateOf(configuration),
    ...defined({ owner }),
  };
}

function plainArn(configuration: FunctionConfiguration, name: string): string {
  return (configuration.FunctionArn ?? name).replace(/:\$LATEST$/, '');
}

function stateOf({
  State: state,
  StateReasonCode: code,
  StateReason: reason,
  LastUpdateStatus: update,
  LastUpdateStatusReasonCode: updateCode,
  LastUpdateStatusReason: updateReason,
}: FunctionConfiguration) {
  const failed = update === 'Failed' && state !== 'Failed';
  const shown = {
    state: failed ? 'update failed' : state,
    stateCode: failed ? updateCode : code,
    stateReason: failed ? updateReason : reason,
  };
  return {
    ...defined({ state: shown.state, stateCode: shown.stateCode, stateReason: shown.stateReason }),
  };
}

/** An emulator without a registry behind it hands out the hash of the address: no image has that. */
function digestOf(resolved: string | undefined, address: string): string | undefined {
  const digest = resolved === undefined ? undefined : /@(sha256:[0-9a-f]{64})$/.exec(resolved)?.[1];
  return digest === `sha256:${createHash('sha256').update(address).digest('hex')}` ? undefined : digest;
}

/** CloudFormation signs what it makes. */
function ownerOf(tags: Readonly<Record<string, string>> | undefined): Owner | undefined {
  const stack = tags?.['aws:cloudformation:stack-name'];
  return stack === undefined ? undefined : { stack, logicalId: tags?.['aws:cloudformation:logical-id'] ?? '' };
}
