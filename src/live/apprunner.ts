/** App Runner: the services that run from images. */
import {
  DescribeServiceCommand,
  paginateListServices,
  type Service,
  type ServiceSummary,
} from '@aws-sdk/client-apprunner';
import type { LiveWorkload } from './evidence.ts';
import { forEach } from './pool.ts';
import type { Session } from './session.ts';
import { defined } from '../core/optional.ts';

const AT_ONCE = 5;
/** Where it's offered, as botocore 1.43.11 lists it; in all other regions its endpoint has no address. */
const REGIONS: ReadonlySet<string> = new Set([
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'us-east-1',
  'us-east-2',
  'us-west-2',
]);

export async function readAppRunner(session: Session, wanted: readonly string[] | undefined): Promise<LiveWorkload[]> {
  const client = await session.apprunner();
  const listed: ServiceSummary[] = [];
  await session.call(
    {
      action: 'apprunner:ListServices',
      about: `the App Runner services in ${session.region}`,
      mayBeAbsent: !REGIONS.has(session.region),
    },
    async () => {
      for await (const page of paginateListServices({ client, pageSize: 20 }, {}, { abortSignal: session.signal }))
        listed.push(...(page.ServiceSummaryList ?? []));
    },
  );
  const chosen = listed.filter(
    (one) =>
      one.Status !== 'DELETED' &&
      (wanted === undefined || wanted.some((name) => name === one.ServiceName || name === one.ServiceArn)),
  );
  const found: LiveWorkload[] = [];
  let done = 0;
  await forEach(chosen, AT_ONCE, async ({ ServiceArn: arn, ServiceName: name }) => {
    const answer = await session.call(
      {
        action: 'apprunner:DescribeService',
        about: name ?? arn ?? 'a service',
        ...defined({ resource: arn }),
      },
      () => client.send(new DescribeServiceCommand({ ServiceArn: arn }), { abortSignal: session.signal }),
    );
    session.progress('App Runner services', ++done, chosen.length);
    const workload = answer.ok ? workloadOf(answer.value.Service) : undefined;
    if (workload !== undefined) found.push(workload);
  });
  return found.sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** Undefined for a service that is built from source. Which digest it runs, App Runner doesn't tell. */
function workloadOf(service: Service | undefined): LiveWorkload | undefined {
  const image = service?.SourceConfiguration?.ImageRepository?.ImageIdentifier;
  const { ServiceArn: arn, ServiceName: name, Status: state } = service ?? {};
  if (image === undefined || arn === undefined || name === undefined) return undefined;
  return {
    service: 'apprunner',
    arn,
    name,
    image,
    digests: [],
    architecture: 'x86_64',
    architectureBasis: 'service',
    autoDeploy: service?.SourceConfiguration?.AutoDeploymentsEnabled === true,
    ...defined({ state }),
  };
}
