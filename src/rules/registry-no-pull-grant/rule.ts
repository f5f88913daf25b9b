import type { Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { inEcr } from '../../core/image-ref.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo } from '../support/places.ts';
import { areOne, code, nameWorkloads, shortRef } from '../support/words.ts';

export const rule = defineRule({
  id: 'registry-no-pull-grant',
  summary: "`ContainerImage.fromRegistry()` names an ECR image that the task's execution role may not pull",
  severity: 'warning',
  services: ['ecs', 'batch'],
  group: 'repositories',
  reach: 'tied',
  check(model, report) {
    const denied = model.workloads.filter(
      (one) => one.pullGrant === 'no' && one.image.kind === 'ref' && inEcr(one.image.ref) === 'yes',
    );
    for (const group of bySite(denied, (workload) => workload.imageSite)) report(reportOf(group));
  },
});

function reportOf(group: readonly Workload[]): Report {
  const { image, imageSite, constructPath } = group[0]!;
  const ref = code(image.kind === 'ref' ? shortRef(image.ref) : '');
  const inCdk = constructPath !== undefined;
  return {
    site: imageSite,
    message: `${nameWorkloads(group)} ${areOne(group) ? 'takes' : 'take'} ${ref} ${
      inCdk
        ? `through ${code('fromRegistry')}, which grants no pull from ECR, and nothing else grants it to the execution role`
        : 'from ECR, and nothing grants the pull to its execution role'
    }: \`CannotPullContainerError … is not authorized to perform: ecr:GetAuthorizationToken\``,
    confidence: 'likely',
    help: inCdk
      ? 'Use `ecs.ContainerImage.fromEcrRepository(repository, tag)`, which grants the pull.'
      : 'Give the execution role `AmazonECSTaskExecutionRolePolicy`.',
    related: relatedTo(imageSite, []),
  };
}
