/** EKS: there are clusters or not. What their pods run only Kubernetes knows, and that is said, not passed over. */
import { paginateListClusters } from '@aws-sdk/client-eks';
import type { Session } from './session.ts';
import { partitionOf } from './uri.ts';

export async function noteClusters(session: Session, account: string | undefined): Promise<void> {
  const client = await session.eks();
  const names: string[] = [];
  await session.call({ action: 'eks:ListClusters', about: `the EKS clusters in ${session.region}` }, async () => {
    for await (const page of paginateListClusters({ client, pageSize: 100 }, {}, { abortSignal: session.signal }))
      names.push(...(page.clusters ?? []));
  });
  for (const name of names.sort()) {
    session.missed(
      {
        action: 'eks:ListClusters',
        about: name,
        resource: `arn:${partitionOf(session.region)}:eks:${session.region}:${account ?? ''}:cluster/${name}`,
      },
      {
        kind: 'unsupported',
        name: 'Kubernetes',
        reason:
          "only Kubernetes knows which images a cluster's pods run; `plimsoll verify IMAGE --for eks/CPU` looks at one",
      },
    );
  }
}
