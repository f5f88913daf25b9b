import type { Report } from '../../model/finding.ts';
import type { Workload } from '../../model/facts.ts';
import type { Model, Voyage } from '../../model/voyage.ts';
import { equalTexts, mayBeOne, type Text } from '../../core/text.ts';
import type { Site } from '../../core/site.ts';
import { startsAnew } from '../../services/start.ts';
import { defineRule } from '../define.ts';
import { bySite, relatedTo, siteKey, strongest } from '../support/places.ts';
import { judge, waysOf, type Judged } from '../support/ways.ts';
import { areOne, nameWorkloads } from '../support/words.ts';

export const rule = defineRule({
  id: 'ecs-healthcheck-ignored',
  summary:
    "A Dockerfile declares `HEALTHCHECK`, and the ECS container that runs the image has none of its own: ECS ignores the Dockerfile's",
  severity: 'warning',
  services: ['ecs'],
  group: 'run',
  check(model, report) {
    const ways = waysOf(model).filter(
      ({ arrival: { workload } }) => workload.service === 'ecs' && !endsByItself(model, workload),
    );
    const judged = judge<Site>(ways, ({ build, arrival: { workload }, voyage }) => {
      const declared = build.base?.healthcheck;
      if (declared === undefined) return 'unknown';
      return workload.healthCheck === false && !isRepeatedBeside(workload, voyage) ? { bad: declared } : 'good';
    });
    const isBalanced = ({ way }: Judged<Site>): boolean => balanced(model, way.arrival.workload);
    for (const group of bySite(judged, ({ bad }) => bad)) {
      const alone = group.filter((one) => !isBalanced(one));
      report(alone.length > 0 ? reportOf(alone, STAYS) : reportOf(group, BALANCED));
    }
  },
});

/**
 * Does another container of the same task, which runs the same image, repeat it? Then somebody has thought of it, and a
 * worker that shares the image of a server, and is told what to start, needn't answer what the server is asked. The
 * server itself starts as the image says.
 */
function isRepeatedBeside(workload: Workload, { arrivals }: Voyage): boolean {
  if (workload.startsWith === undefined) return false;
  return arrivals.some(
    ({ workload: other }) =>
      other.healthCheck === true && areOneTask(other, workload) && areTwoContainers(other, workload),
  );
}

/** One of that name in another revision of the task is the same container, with and without the check. */
function areTwoContainers({ containerName: a }: Workload, { containerName: b }: Workload): boolean {
  return a !== undefined && b !== undefined && !equalTexts(a, b);
}

function areOneTask(a: Workload, b: Workload): boolean {
  if (a.service !== b.service) return false;
  if (a.name !== undefined && b.name !== undefined) return equalTexts(a.name, b.name);
  return siteKey(a.site) === siteKey(b.site) || (a.constructPath !== undefined && a.constructPath === b.constructPath);
}

/**
 * A schedule or event starts it, or a command does, where the app holds it by nothing. What the project rolls out is
 * kept by a service, be it that nobody here declares it.
 */
function endsByItself({ rollouts }: Model, workload: Workload): boolean {
  const own = rollouts.filter(({ service, name }) => service === 'ecs' && mayBe(name, workload.name));
  if (own.some(({ oneRun }) => oneRun !== true)) return false;
  return workload.unheld === true ? own.length > 0 : startsAnew(workload);
}

function mayBe(asked: Text | undefined, family: Text | undefined): boolean {
  return asked === undefined || family === undefined || mayBeOne(asked, family);
}

/** Does a target group ask it for its health, as what declares it says, or the command that makes its service? */
function balanced(model: Model, { balanced: declared, containerName, name }: Workload): boolean {
  return (
    declared === true ||
    (containerName !== undefined &&
      model.rollouts.some(({ balances = [] }) =>
        balances.some(({ container, task }) => equalTexts(container, containerName) && mayBe(task, name)),
      ))
  );
}

/** What becomes of a container that hangs, where there is one, and where there are several. */
type Outcome = readonly [one: string, several: string];

const STAYS: Outcome = ['A container that hangs stays in service', 'Containers that hang stay in service'];
/** ECS replaces a task that its target group calls unhealthy. */
const BALANCED: Outcome = [
  'Only its target group notices a container that hangs',
  'Only their target groups notice a container that hangs',
];

function reportOf(group: readonly Judged<Site>[], [alone, several]: Outcome): Report {
  const { bad: site, way } = group[0]!;
  const workloads = bySite(
    group.map((one) => one.way.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((same) => same[0]!);
  const one = areOne(workloads);
  return {
    site,
    message:
      `This \`HEALTHCHECK\` never runs: ${nameWorkloads(workloads)} ${one ? 'has' : 'have'} no health check in the container definition, and ECS does not look at the image's. ` +
      (one ? alone : several),
    confidence: strongest(group.map((one) => one.confidence)),
    help: 'Repeat it in the container definition: `healthCheck: { command: ["CMD-SHELL", "…"] }`.',
    related: relatedTo(
      site,
      workloads.map((one) => ({ message: 'the container, without a health check', site: one.imageSite })),
      way.arrival.steps,
    ),
  };
}
