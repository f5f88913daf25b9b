/** One voyage of the model, drawn: its stops in layers, and the legs that lead from one to the next. */
import type { Build, Rollout, Workload } from '../model/facts.ts';
import type { Absence, HeldBack } from '../model/finding.ts';
import type { Alias, Arrival, Model, Voyage } from '../model/voyage.ts';
import type { Site } from '../core/site.ts';
import { literal, match, show, type Text } from '../core/text.ts';
import { oneOrNone } from '../core/optional.ts';
import type { Leg, Stage } from './picture.ts';
import { addPlace, addText, Sketch, type StopSketch } from './sketch.ts';
import { buildStop, isAsset, pushStop, repositoryStop, rolloutStop, tagStop, workloadStop } from './stops.ts';

/** What was not understood and may do what is asked for. */
export type Blind = (question: { readonly site: Site; readonly absences: readonly Absence[] }) => readonly HeldBack[];

/** What of a model is drawn beside its voyages. */
export type Around = Pick<Model, 'rollouts' | 'cleanups'>;

export function sketchOf(voyage: Voyage, around: Around, blind: Blind): Sketch {
  const sketch = new Sketch();
  for (const build of voyage.builds) buildStop(sketch, build);
  const leaving = voyage.aliases.filter((alias) => alias.pushed && !isAsset(alias.ref));
  for (const alias of leaving) drawDeparture(sketch, voyage, alias, around);
  for (const arrival of voyage.arrivals) drawArrival(sketch, voyage, arrival, around);
  // It has a registry's name, and what pushes it isn't seen.
  for (const repository of sketch.ends('to'))
    if (repository.stage === 'repository')
      for (const build of sketch.stops('build')) sketch.leg(build, repository, 'likely');
  sketch.withoutBypass('roll-out');
  drawTheDark(sketch, voyage, blind);
  return sketch;
}

function drawDeparture(sketch: Sketch, voyage: Voyage, alias: Alias, { cleanups }: Around): void {
  let before: readonly StopSketch[] = sketch.stops('build');
  const step = (stop: StopSketch): void => {
    for (const one of before) sketch.leg(one, stop, alias.certainty);
    before = [stop];
  };
  for (const tag of alias.tags) if (!(tag.remote && tag === alias.tags.at(-1))) step(tagStop(sketch, tag));
  step(pushStop(sketch, alias, voyage));
  const repository = repositoryStop(sketch, alias.ref, voyage, cleanups);
  if (repository.places.length === 0) addPlace(repository, 'named here', before[0]?.places[0]?.site);
  for (const one of before) sketch.leg(one, repository, 'certain');
}

interface Taking {
  readonly rollout: Rollout;
  readonly certainty: Leg['certainty'];
}

function drawArrival(sketch: Sketch, voyage: Voyage, arrival: Arrival, around: Around): void {
  const { workload, certainty } = arrival;
  const rollouts = rolloutsOf(arrival, voyage, around.rollouts);
  const ref = arrival.ref ?? (workload.image.kind === 'ref' ? workload.image.ref : undefined);
  const end = workloadStop(sketch, workload);
  const from =
    ref === undefined || workload.image.kind === 'asset' || isAsset(ref)
      ? sketch.stops('build')
      : [repositoryStop(sketch, ref, voyage, around.cleanups)];
  if (ref !== undefined)
    for (const one of from)
      if (one.stage === 'repository' && one.places.length === 0) addPlace(one, 'named here', workload.imageSite);
  for (const { rollout, certainty: sure } of rollouts) {
    const stop = rolloutStop(sketch, rollout);
    for (const one of from) sketch.leg(one, stop, sure);
    sketch.leg(stop, end, sure);
  }
  if (rollouts.length === 0) for (const one of from) sketch.leg(one, end, certainty);
}

/** A script that rolls out to hundreds names them in a loop. */
const MOST_ROLLOUTS = 6;

/**
 * The roll-out that names this workload with this image; else those of the same run, after the push, that speak of such
 * a workload, and deploys of the app whose asset it is. Of those nobody says for which image they are.
 */
function rolloutsOf(arrival: Arrival, voyage: Voyage, rollouts: Model['rollouts']): Taking[] {
  if (arrival.rollout !== undefined) return [{ rollout: arrival.rollout, certainty: arrival.certainty }];
  const { workload } = arrival;
  const last = lastInRuns(voyage);
  return rollouts
    .filter((rollout) => {
      const after = last.get(rollout.run);
      const same = (after !== undefined && rollout.seq > after) || rollout.run === workload.run;
      return same ? speaksOf(rollout, workload) : voyage.builds.some((build) => deploysAsset(rollout, build, workload));
    })
    .slice(0, MOST_ROLLOUTS)
    .map((rollout) => ({ rollout, certainty: rollout.run === workload.run ? 'certain' : 'likely' }));
}

function lastInRuns({ aliases, builds }: Voyage): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const steps = [...builds, ...aliases.flatMap(({ push, tags }) => [...oneOrNone(push), ...tags])];
  for (const { run, seq } of steps) last.set(run, Math.max(last.get(run) ?? -1, seq));
  return last;
}

/** A stack's deploy may be for any workload that is declared; a service's name is not its task definition's. */
function speaksOf({ service, name, image }: Rollout, workload: Workload): boolean {
  if (image !== undefined) return false;
  if (service === 'any') return workload.declared;
  if (service !== workload.service) return false;
  const names = [...oneOrNone(workload.name), ...(workload.heldBy ?? [])];
  return (
    name === undefined ||
    service === 'ecs' ||
    names.length === 0 ||
    names.some((one) => match(one, name) !== 'not at all')
  );
}

function deploysAsset({ publishes }: Rollout, { asset, tool, site }: Build, { stack }: Workload): boolean {
  if (publishes === undefined || publishes.folder === undefined || asset === undefined || tool !== 'cdk') return false;
  const isInside = publishes.folder === '' || site.file.startsWith(`${publishes.folder}/`);
  return (
    isInside &&
    (publishes.stacks.length === 0 ||
      stack === undefined ||
      publishes.stacks.some((one) => match(one, literal(stack)) !== 'not at all' || show(one) === stack))
  );
}

/** A stage that is not seen, and what may stand in its place. */
function drawTheDark(sketch: Sketch, voyage: Voyage, blind: Blind): void {
  const seen = new Set(sketch.stops().map(({ stage }) => stage));
  const starts = sketch.ends('to');
  const ends = sketch.ends('from').filter(({ stage }) => stage !== 'workload');
  const asksFor = (stage: Stage, of: Absence['of']): StopSketch[] =>
    darkStops(sketch, stage, suspects(voyage, of, blind));
  const isLocal =
    voyage.builds.length > 0 && voyage.arrivals.length > 0 && !seen.has('push') && !seen.has('repository');
  if (voyage.builds.length === 0) {
    const found = asksFor('build', 'build');
    const from =
      found.length > 0 ? found : [missing(sketch, 'build', 'Not built here', 'nothing that was read builds it')];
    for (const one of from) for (const start of starts) sketch.leg(one, start, 'unknown');
  }
  if (voyage.builds.length > 0 && !seen.has('push') && !isLocal) {
    const pushes = asksFor('push', 'push');
    for (const one of pushes) for (const build of sketch.stops('build')) sketch.leg(build, one, 'unknown');
    if (pushes.length > 0) ends.push(...pushes);
  }
  if (isLocal || (seen.has('roll-out') && ends.length === 0)) return;
  const from = sketch.stops('repository');
  const takers = asksFor('roll-out', 'roll out');
  for (const one of takers) {
    for (const start of from.length > 0 ? from : ends) sketch.leg(start, one, 'unknown');
    for (const workload of sketch.stops('workload')) sketch.leg(one, workload, 'unknown');
  }
  const open = sketch.ends('from').filter(({ stage }) => stage !== 'workload');
  if (voyage.arrivals.length > 0 || open.length === 0) return;
  const pushed = seen.has('push');
  const end = missing(
    sketch,
    'workload',
    pushed ? 'No workload found' : 'Stays where it was built',
    pushed ? 'nothing that was read takes it' : 'nothing that was read pushes or takes it',
  );
  for (const one of open) if (one !== end) sketch.leg(one, end, 'unknown');
}

function missing(sketch: Sketch, stage: Stage, title: string, why: string): StopSketch {
  const stop = sketch.stop(`missing ${stage}`, { stage, sight: 'missing', title });
  addText(stop.details, why);
  return stop;
}

const MOST_DARK = 4;

function darkStops(sketch: Sketch, stage: Stage, spots: readonly HeldBack[]): StopSketch[] {
  return spots.slice(0, MOST_DARK).map(({ by, site }, index) => {
    const more = index === MOST_DARK - 1 ? spots.length - MOST_DARK : 0;
    const stop = sketch.stop(`blind ${stage} ${by} ${site.file}:${site.span.start}`, {
      stage,
      sight: 'blind',
      title: 'Not understood',
      name: by,
    });
    addText(stop.details, `may ${VERB[stage]}`);
    if (more > 0) addText(stop.details, `and ${more} more like it`);
    addPlace(stop, 'not understood', site);
    return stop;
  });
}

const VERB: Readonly<Record<Stage, string>> = {
  build: 'build it',
  tag: 'tag it',
  push: 'push it',
  repository: 'create it',
  'roll-out': 'roll it out',
  workload: 'run it',
};

function suspects(voyage: Voyage, of: Absence['of'], blind: Blind): readonly HeldBack[] {
  const { aliases, builds, arrivals } = voyage;
  const first = aliases.find(({ push }) => push !== undefined)?.push ?? builds[0] ?? arrivals[0]?.workload;
  if (first === undefined) return [];
  const names: Text[] = [
    ...aliases.map(({ ref }) => ref.repository),
    ...arrivals.flatMap(({ ref, workload }) => [
      ...oneOrNone(ref?.repository),
      ...oneOrNone(workload.name),
      ...(workload.heldBy ?? []),
      ...(workload.stack === undefined ? [] : [literal(workload.stack)]),
    ]),
  ];
  // What may build it, or push it, does so before.
  const seq = of === 'roll out' ? first.seq : 0;
  return blind({ site: first.site, absences: [{ of, names, run: first.run, seq }] });
}
