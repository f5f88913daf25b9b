/** CodeBuild: the projects whose builds run inside an image of the account's own. */
import { BatchGetProjectsCommand, paginateListProjects, type Project } from '@aws-sdk/client-codebuild';
import type { LiveWorkload } from './evidence.ts';
import { batches, forEach, someOf } from './pool.ts';
import type { Session } from './session.ts';
import { readUri } from './uri.ts';

const AT_ONCE = 4;
/** Where it isn't offered, as botocore 1.43.11 lists it. */
const NOT_IN: ReadonlySet<string> = new Set(['ap-east-2', 'ca-west-1', 'mx-central-1']);

export async function readProjects(session: Session): Promise<LiveWorkload[]> {
  const client = await session.codebuild();
  const names: string[] = [];
  await session.call(
    {
      action: 'codebuild:ListProjects',
      about: `the CodeBuild projects in ${session.region}`,
      mayBeAbsent: NOT_IN.has(session.region),
    },
    async () => {
      for await (const page of paginateListProjects({ client }, {}, { abortSignal: session.signal }))
        names.push(...(page.projects ?? []));
    },
  );
  const found: LiveWorkload[] = [];
  let done = 0;
  await forEach(batches(names, 100), AT_ONCE, async (batch) => {
    const answer = await session.call({ action: 'codebuild:BatchGetProjects', about: someOf(batch, 'projects') }, () =>
      client.send(new BatchGetProjectsCommand({ names: batch }), { abortSignal: session.signal }),
    );
    for (const project of answer.ok ? (answer.value.projects ?? []) : []) found.push(...workloadOf(project));
    session.progress('CodeBuild projects', (done += batch.length), names.length);
  });
  return found.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** Most builds run in AWS's own images, which are nobody's to lose. */
function workloadOf({ arn, name, environment }: Project): LiveWorkload[] {
  const image = environment?.image;
  if (arn === undefined || name === undefined || image === undefined || readUri(image) === undefined) return [];
  const architecture = cpuOf(environment?.type);
  return [
    {
      service: 'codebuild',
      arn,
      name,
      image,
      digests: [],
      ...(architecture === undefined ? {} : { architecture, architectureBasis: 'stated' }),
    },
  ];
}

/** `ARM_CONTAINER`, `LINUX_GPU_CONTAINER`, …; Windows and macOS don't run these images. */
function cpuOf(type: string | undefined): string | undefined {
  return type?.startsWith('ARM_') === true ? 'arm64' : type?.startsWith('LINUX_') === true ? 'x86_64' : undefined;
}
