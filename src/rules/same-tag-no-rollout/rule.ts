import type { Rollout, Workload } from '../../model/facts.ts';
import type { Report } from '../../model/finding.ts';
import { inEcr, matchTag, mayBeOneRepository, type ImageRef } from '../../core/image-ref.ts';
import { compatible, isDefaultOf, isGivenFor, isOfAnAnswer } from '../../core/choices.ts';
import { equalTexts, hasNature, isKnown, literal, match, type Text } from '../../core/text.ts';
import type { Arrival, Model, Voyage } from '../../model/voyage.ts';
import { SERVICES, serviceOf } from '../../services/index.ts';
import { startsAnew } from '../../services/start.ts';
import { defineRule } from '../define.ts';
import { departures, isFallback, type Departure } from '../support/moving.ts';
import { nameDefault } from '../support/defaults.ts';
import { bySite, relatedTo, siteKey } from '../support/places.ts';
import { forgotten, type Forgotten } from './forgotten.ts';
import { moves, tagNature } from '../support/tags.ts';
import { code, nameWorkloads, shortRef } from '../support/words.ts';
import { defined, oneOrNone } from '../../core/optional.ts';

interface Stale {
  readonly voyage: Voyage;
  readonly arrival: Arrival;
  readonly departure: Departure;
  /** It does roll out, but before the push. */
  readonly early?: Rollout;
  /** It deploys, but sees no change in the reference. */
  readonly blind?: Rollout;
}

export const rule = defineRule({
  id: 'same-tag-no-rollout',
  summary: 'A moving tag is pushed, and nothing afterwards makes the workload take it',
  severity: 'warning',
  services: ['lambda', 'ecs', 'apprunner', 'eks', 'agentcore', 'sagemaker'],
  group: 'tags',
  check(model, report) {
    const stale = model.voyages.flatMap((voyage) =>
      voyage.arrivals.flatMap((arrival) => staleAt(model, voyage, arrival)),
    );
    for (const group of bySite(stale, ({ departure }) => departure.site)) report(reportOf(group));
    for (const group of bySite(forgotten(model), ({ departure }) => departure.site)) report(forgottenReport(group[0]!));
  },
});

function staleAt(model: Model, voyage: Voyage, arrival: Arrival): Stale[] {
  const { workload } = arrival;
  const ref = workload.image.kind === 'ref' ? workload.image.ref : arrival.ref;
  // A job, or a task started for one run, resolves the tag each time.
  if (
    ref === undefined ||
    !moves(ref) ||
    workload.autoDeploy === true ||
    startsAnew(workload) ||
    isRunFromElsewhere(model, workload) ||
    workload.placeholder === true
  )
    return [];
  if (newEachRun(workload) || takenElsewhere(model, workload)) return [];
  const all = departures(voyage);
  const departure = all.find(
    (one) =>
      one.once !== true &&
      moves(one.ref) &&
      sameTag(one.ref, ref) &&
      !(one.alias.elsewhere === true && inEcr(ref) === 'yes') &&
      compatible(one.when, workload.when) &&
      !isFallback(one, all),
  );
  if (departure === undefined) return [];
  if (departure.run !== workload.run && isOnlyProposed(departure, ref)) return [];
  const concerned = model.rollouts.filter((rollout) => concerns(rollout, workload) && mayCarry(rollout, workload, all));
  const registers = model.workloads.some((one) => one.service === 'ecs' && !one.declared && one.rolloutOnly !== true);
  const taking = concerned.filter(
    (rollout) =>
      takes(rollout) ||
      givesItsOwn(model, rollout, workload) ||
      (rollout.service === 'ecs' && registers) ||
      (workload.resolved === true && rollout.service === 'any'),
  );
  // Two entries of one script are two runs.
  const isSameRun = (rollout: Rollout): boolean =>
    rollout.run === departure.run && compatible(rollout.when, departure.when);
  if (
    taking.some((rollout) =>
      isSameRun(rollout) ? rollout.seq > departure.seq : !rollsOutItsOwn(model, rollout, departure),
    )
  )
    return [];
  // One script sets up what another keeps up to date: the push that was there first is for the set-up.
  if (!workload.declared && workload.run !== departure.run && taking.some((rollout) => rollout.run !== departure.run))
    return [];
  const blind = concerned.find((rollout) => !takes(rollout) && isSameRun(rollout) && rollout.seq > departure.seq);
  const early = taking.findLast(isSameRun);
  return [
    {
      voyage,
      arrival,
      departure,
      ...defined({ early, blind }),
    },
  ];
}

/**
 * A name that is only what another script proposes may be meant for another repository, unless the workload names the
 * very same. Who is asked for it pushes to somebody's.
 */
function isOnlyProposed(departure: Departure, taken: ImageRef): boolean {
  const by = nameDefault(departure);
  return by !== undefined && (isOfAnAnswer(by) || !equalTexts(departure.ref.repository, taken.repository));
}

/** Nothing keeps it running here, and no command speaks of a service: a program starts it when it needs it. */
function isRunFromElsewhere(model: Model, workload: Workload): boolean {
  return workload.unheld === true && !model.rollouts.some(({ service }) => service === 'ecs');
}

/**
 * A script that pushes the image itself, by other commands, rolls out what it has pushed: that is another way to do the
 * same, not the rest of this one.
 */
function rollsOutItsOwn(model: Model, { run, seq }: Rollout, departure: Departure): boolean {
  const own = model.pushes.filter(
    (push) =>
      push.run === run && push.seq < seq && match(push.ref.repository, departure.ref.repository) !== 'not at all',
  );
  return own.length > 0 && !own.some((push) => siteKey(push.refSite) === siteKey(departure.site));
}

/** `create-function --function-name test-$RANDOM`: nobody updates it, the next run makes another. */
function newEachRun({ name }: Workload): boolean {
  return name !== undefined && hasNature(name, 'unique');
}

/**
 * A deploy elsewhere in the project names another tag of the image for it: the moving one is only its default, and that
 * deploy is its roll-out. Where it names another image, that is another stack of the same template.
 */
function takenElsewhere(model: Model, workload: Workload): boolean {
  const { image } = workload;
  return model.workloads.some(
    (other) =>
      other.label === workload.label &&
      other.service === workload.service &&
      other.run !== workload.run &&
      siteKey(other.imageSite) === siteKey(workload.imageSite) &&
      other.image.kind === 'ref' &&
      !moves(other.image.ref) &&
      (image.kind !== 'ref' || mayBeOneRepository(other.image.ref, image.ref)),
  );
}

function sameTag(a: ImageRef, b: ImageRef): boolean {
  return matchTag(a, b) === 'exactly';
}

/** They name the service or endpoint, not the task definition or model: one of the same kind is taken for it. */
function concerns(rollout: Rollout, workload: Workload): boolean {
  if (rollout.service !== 'any' && rollout.service !== workload.service) return false;
  if (rollout.oneRun === true && leavesAsItIs(rollout, workload)) return false;
  if (rollout.name === undefined || workload.name === undefined || NAMED_BY_ITS_HOLDER.has(workload.service))
    return true;
  return match(rollout.name, workload.name) !== 'not at all' || !isKnown(rollout.name) || !isKnown(workload.name);
}

/**
 * What is started for one run leaves the tasks of a service as they are. Of templates only services that have a name are
 * known: where one is merely assumed, what is started by its family's name may be all there is.
 */
function leavesAsItIs(rollout: Rollout, workload: Workload): boolean {
  const { declared, unheld, service, heldBy = [], resource } = workload;
  if (service !== 'ecs' || !declared) return false;
  return heldBy.length > 0 || (unheld !== true && resource === undefined && !isNamed(rollout, workload));
}

function isNamed({ name }: Pick<Rollout, 'name'>, workload: Workload): boolean {
  return name !== undefined && workload.name !== undefined && equalTexts(name, workload.name);
}

/**
 * May it be an image of this push that it hands on? One that is seen to be of another repository is not, and where nothing but that says
 * which workload it is for, that is another workload.
 */
function mayCarry({ image, name }: Rollout, workload: Workload, all: readonly Departure[]): boolean {
  if (image === undefined || all.some(({ ref }) => mayBeOneRepository(ref, image))) return true;
  return name !== undefined && isKnown(name) && isNamed({ name }, workload);
}

const NAMED_BY_ITS_HOLDER: ReadonlySet<Workload['service']> = new Set(['ecs', 'sagemaker']);

/** Does it take a new image behind an unchanged reference, or name another reference? */
function takes({ effect, image }: Rollout): boolean {
  if (effect !== 'on change') return true;
  return image !== undefined && !['latest', 'fixed'].includes(tagNature(image));
}

/** A deploy that gives the app another tag, where the moving one is only what the app takes when nobody does. */
function givesItsOwn(model: Model, { gives = [] }: Rollout, { when, image, origin }: Workload): boolean {
  if (image.kind !== 'ref') return false;
  const { ref } = image;
  const decidesTag = (name: string): boolean =>
    model.workloads.some(
      (other) =>
        other.origin === origin &&
        other.image.kind === 'ref' &&
        other.when.some((guard) => isGivenFor(guard, name)) &&
        !sameTag(other.image.ref, ref),
    );
  return gives.some(
    ({ name, value }) =>
      when.some((guard) => isDefaultOf(guard, name)) && !moves({ ...ref, tag: value }) && decidesTag(name),
  );
}

function reportOf(group: readonly Stale[]): Report {
  const { departure, early, blind } = group[0]!;
  const workloads = bySite(
    group.map((one) => one.arrival.workload),
    (one) => one.imageSite,
    (one) => one.label,
  ).map((same) => same[0]!);
  const service = workloads[0]!.service;
  return {
    site: departure.site,
    message: `${code(shortRef(departure.ref))} moves to the new image, but nothing makes ${nameWorkloads(workloads)} take it${why(early, blind)}: ${serviceOf(service).keeps ?? 'it keeps the image it has'}`,
    // Somebody may do by hand, or from another repository, what nothing here does.
    confidence: 'likely',
    absences: workloads.map((workload) => ({
      of: 'roll out',
      names: namesOf(workload, departure.ref),
      run: departure.run,
      seq: departure.seq,
    })),
    help: `${serviceOf(service).take ?? 'Start a new deployment after the push'}, or deploy a tag that changes with every build.`,
    related: relatedTo(
      departure.site,
      [
        ...workloads.map((one) => ({ message: 'names the same tag whatever was pushed', site: one.imageSite })),
        ...(early === undefined ? [] : [{ message: `${early.label} comes before the push`, site: early.site }]),
        ...(blind === undefined ? [] : [{ message: `${blind.label} sees no change`, site: blind.site }]),
      ],
      group[0]!.arrival.steps,
    ),
  };
}

function forgottenReport({ made, departure, example }: Forgotten): Report {
  return {
    site: departure.site,
    message: `${code(shortRef(departure.ref))} moves to the new image, which is made for Lambda (${code(`FROM ${made.base}`)}), but nothing makes a function take it: ${SERVICES.lambda.keeps}`,
    confidence: 'likely',
    absences: [{ of: 'roll out', names: [departure.ref.repository], run: departure.run, seq: departure.seq }],
    help: `${SERVICES.lambda.take}, as the project does for its other images.`,
    related: relatedTo(departure.site, [
      { message: 'made for Lambda by its base', site: made.baseSite },
      { message: 'here another function is updated after its push', site: example.site },
    ]),
  };
}

/** By any of these somebody else may know it. */
function namesOf({ name, heldBy = [], stack }: Workload, { repository }: ImageRef): Text[] {
  return [repository, ...heldBy, ...oneOrNone(name), ...(stack === undefined ? [] : [literal(stack)])];
}

function why(early: Rollout | undefined, blind: Rollout | undefined): string {
  if (early !== undefined) return ` (${code(early.label)} runs before the push)`;
  return blind === undefined ? '' : ` (${code(blind.label)} sees the same reference and changes nothing)`;
}
