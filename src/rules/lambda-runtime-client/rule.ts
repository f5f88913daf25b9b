import type { Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import type { Site } from '../../core/site.ts';
import { known } from '../../core/text.ts';
import { defineRule } from '../define.ts';
import { rootStage } from '../support/cpu.ts';
import { bySite, relatedTo, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { code, nameWorkloads } from '../support/words.ts';

interface Speechless {
  readonly site: Site;
  readonly image: string | undefined;
}

export const rule = defineRule({
  id: 'lambda-runtime-client',
  summary:
    'An image for Lambda has no runtime interface client, neither by its base image nor by what it installs or starts',
  severity: 'warning',
  services: ['lambda'],
  group: 'run',
  reach: 'tied',
  check(model, report) {
    const ways = waysOf(model).filter((way) => way.arrival.workload.service === 'lambda');
    const judged = judge<Speechless>(ways, ({ build: { base }, arrival: { workload } }) => {
      if (base === undefined || base.lambdaRuntime === 'unknown') return 'unknown';
      const root = rootStage(base);
      if (base.lambdaRuntime === 'yes' || startsClient(workload)) return 'good';
      return root === undefined
        ? 'unknown'
        : { bad: { site: root.site, image: 'image' in root.from ? known(root.from.image) : undefined } };
    });
    for (const group of bySite(judged, ({ bad }) => bad.site)) report(reportOf(group));
  },
});

/** The function's own `ImageConfig` may start the client: `["python", "-m", "awslambdaric"]`. */
function startsClient({ startsWith }: Workload): boolean {
  return startsWith?.some((word) => /lambda.?ric|lambda-adapter|bootstrap/i.test(word)) ?? false;
}

function reportOf(group: readonly Judged<Speechless>[]): Report {
  const {
    bad: { site, image },
    way,
  } = group[0]!;
  const workloads = bySite(
    group.map((one) => one.way.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((same) => same[0]!);
  return {
    site,
    message:
      `${nameWorkloads(workloads)} runs an image from ${image === undefined ? 'a general base' : code(image)} without a Lambda runtime interface client: ` +
      'it never asks for events, and the function ends with `Runtime.ExitError` or `Task timed out`',
    // A command of its own may start a client that is part of the program.
    confidence: workloads.every(({ startsWith = [] }) => startsWith.length > 0)
      ? 'possible'
      : strongest(group.map((one) => one.confidence)),
    help: `Start from ${code('public.ecr.aws/lambda/…')}, or install the client (${code('awslambdaric')}, ${code('aws-lambda-ric')}) or the Lambda Web Adapter.`,
    related: relatedTo(
      site,
      workloads.map((one) => ({ message: 'the function', site: one.imageSite })),
      way.arrival.steps,
    ),
  };
}
