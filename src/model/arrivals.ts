/** From names to workloads: which image each of them takes, directly or because a command rolls it out. */
import type { Fact, Rollout, Workload } from './facts.ts';
import { bondsBetween, type Surroundings } from './bonds.ts';
import { compatible } from '../core/choices.ts';
import { inEcr, matchRepository, matchTag, refKey, showRef, type ImageRef } from '../core/image-ref.ts';
import { add } from '../core/lists.ts';
import { RefIndex } from '../core/ref-index.ts';
import { place, type Site } from '../core/site.ts';
import { TextIndex } from '../core/text-index.ts';
import { spelled } from '../core/sealed.ts';
import { closeness, closer, equalTexts, hasNature, match, show, type Closeness, type Text } from '../core/text.ts';
import type { Draft } from './images.ts';
import { resourceKey, resourceNamed } from './resources.ts';
import type { Alias, Arrival, Certainty, Step } from './voyage.ts';
import { defined } from '../core/optional.ts';

interface Candidate {
  readonly draft: Draft;
  readonly alias: Alias;
  readonly workload: Workload;
  readonly certainty: Certainty;
  readonly closeness: Closeness;
  readonly rollout?: Rollout;
}

/** Told of a fact that more names may be meant by than could be tried, and how many those were. */
export type Crowd = (fact: Fact, most: number) => void;

export class Arrivals {
  private readonly found = new Map<Draft, Candidate[]>();
  private readonly assets = new Map<Draft, Workload[]>();
  private readonly arrived = new Set<Workload>();

  constructor(
    drafts: readonly Draft[],
    private readonly workloads: readonly Workload[],
    around: Surroundings,
    crowd: Crowd,
  ) {
    const { rollouts } = around;
    const byAsset = new Map<string, Draft[]>();
    for (const draft of drafts)
      for (const build of draft.builds) if (build.asset !== undefined) add(byAsset, build.asset, draft);
    const leaving = drafts.flatMap((draft) =>
      draft.aliases.filter((alias) => leaves(draft, alias)).map((alias) => ({ draft, alias })),
    );
    const index: AliasIndex = new RefIndex(leaving, ({ alias }) => alias.ref);
    const candidates: Candidate[] = [];
    for (const workload of workloads) {
      if (workload.image.kind === 'asset') {
        for (const draft of new Set(byAsset.get(workload.image.asset) ?? [])) {
          add(this.assets, draft, workload);
          this.arrived.add(workload);
        }
      } else if (workload.image.kind === 'ref') {
        for (const one of candidatesFor(workload.image.ref, workload, index, crowd)) candidates.push(one);
      }
    }
    const declared = new Declared(workloads);
    for (const rollout of rollouts) {
      if (rollout.image === undefined || rollout.service === 'any') continue;
      for (const target of targetsOf(rollout, declared, crowd)) {
        for (const one of candidatesFor(rollout.image, target, index, crowd, rollout))
          candidates.push({ ...one, rollout });
      }
    }
    for (const one of thinned(mutualBest(candidates), crowd)) {
      add(this.found, one.draft, one);
      this.arrived.add(one.workload);
    }
    const left = drafts.filter((draft) => !this.found.has(draft) && !this.assets.has(draft));
    for (const { draft, alias, workload } of bondsBetween(
      left,
      workloads.filter((one) => !this.arrived.has(one)),
      around,
    )) {
      add(this.found, draft, { draft, alias, workload, certainty: 'likely', closeness: { shared: 0, separators: 0 } });
      this.arrived.add(workload);
    }
  }

  of(draft: Draft): Arrival[] {
    const arrivals: Arrival[] = (this.assets.get(draft) ?? []).map((workload) => ({
      workload,
      certainty: 'certain',
      steps: [{ label: runsOn(workload), site: workload.imageSite }],
    }));
    for (const { alias, workload, certainty, rollout } of this.found.get(draft) ?? []) {
      const before = arrivals.findIndex(
        (one) =>
          one.workload === workload ||
          // On another CPU it is another way to declare it, which has to be judged as well.
          (one.workload.origin === workload.origin &&
            one.workload.cpu === workload.cpu &&
            one.ref !== undefined &&
            refKey(one.ref) === refKey(alias.ref)),
      );
      const arrival: Arrival = {
        workload,
        certainty,
        ref: alias.ref,
        steps: stepsOf(alias, workload, rollout),
        ...defined({ rollout }),
      };
      const other = arrivals[before];
      if (other === undefined) arrivals.push(arrival);
      else if (other.certainty === 'likely' && certainty === 'certain')
        arrivals[before] = { ...arrival, ...defined({ rollout: other.rollout }) };
      else if (other.rollout === undefined && rollout !== undefined) arrivals[before] = { ...other, rollout };
    }
    return arrivals;
  }

  /** Workloads whose image nothing here builds or pushes, grouped by the image they name. */
  rest(): Arrival[][] {
    const groups = new Map<string, Arrival[]>();
    for (const workload of this.workloads) {
      if (this.arrived.has(workload)) continue;
      const { image } = workload;
      const key =
        image.kind === 'ref'
          ? `ref ${refKey(image.ref)}`
          : image.kind === 'asset'
            ? `asset ${image.asset}`
            : `workload ${workload.origin}`;
      add(groups, key, {
        workload,
        certainty: 'certain' as const,
        ...(image.kind === 'ref' ? { ref: image.ref } : {}),
        steps: [{ label: runsOn(workload), site: workload.imageSite }],
      });
    }
    return [...groups.values()];
  }
}

/**
 * Only what leaves the machine, or carries an address to leave under, can reach a workload. What is built to run on the
 * spot has that address from its compose file, whoever pushes. Where the image is seen to leave for that very
 * repository under another name, this one stays at home.
 */
function leaves({ aliases, builds }: Draft, alias: Alias): boolean {
  if (alias.pushed || alias.ref.registry === undefined) return alias.pushed;
  const staysHere = builds.length > 0 && builds.every((build) => build.runsHere === true);
  return !staysHere && !aliases.some((one) => one.pushed && matchRepository(one.ref, alias.ref) === 'exactly');
}

type AliasIndex = RefIndex<{ readonly draft: Draft; readonly alias: Alias }>;

function candidatesFor(
  ref: ImageRef,
  workload: Workload,
  index: AliasIndex,
  crowd: Crowd,
  rollout?: Rollout,
): Candidate[] {
  const conditions = rollout === undefined ? workload.when : rollout.when;
  const run = rollout?.run ?? workload.run;
  return index
    .near(ref, (most) => crowd(rollout ?? workload, most))
    .flatMap(({ draft, alias }): Candidate[] => {
      const repository = matchRepository(alias.ref, ref);
      if (repository === 'not at all' || (alias.elsewhere === true && inEcr(ref) === 'yes')) return [];
      const tag = matchTag(alias.ref, ref);
      if (tag === 'not at all') return [];
      if (!draft.builds.some((build) => compatible(build.when, conditions)) && draft.builds.length > 0) return [];
      const sameRun = (alias.push?.run ?? draft.builds[0]?.run) === run;
      if (!sameRun && !anchored(alias.ref.repository, ref.repository)) return [];
      const sure =
        repository === 'exactly' && tag === 'exactly' && alias.certainty === 'certain' && (sameRun || !openEnded(ref));
      const near = closeness(alias.ref.repository, ref.repository) ?? { shared: 0, separators: 0 };
      return [{ draft, alias, workload, certainty: sure ? 'certain' : 'likely', closeness: near }];
    });
}

/**
 * Across runs a name that is nothing but an unknown variable ties nothing together, unless it is a construct's own
 * identity.
 */
function anchored(a: Text, b: Text): boolean {
  const bare = (text: Text): boolean => text.every((part) => spelled(part) === undefined);
  return !bare(a) || !bare(b) || equalTexts(a, b);
}

function openEnded(ref: ImageRef): boolean {
  return (
    [...ref.repository, ...(ref.tag ?? [])].some(
      (part) => spelled(part) === undefined && typeof part !== 'string' && part.nature === 'unknown',
    ) || hasNature(ref.tag ?? [], 'unknown')
  );
}

/** A pattern may fit several names: each side keeps only the closest of the other. */
function mutualBest(candidates: readonly Candidate[]): Candidate[] {
  const best = <K>(keyOf: (one: Candidate) => K): Map<K, Closeness> => {
    const map = new Map<K, Closeness>();
    for (const one of candidates) {
      const current = map.get(keyOf(one));
      if (current === undefined || closer(one.closeness, current) < 0) map.set(keyOf(one), one.closeness);
    }
    return map;
  };
  const byTarget = best(targetOf);
  const byAlias = best((one) => one.alias);
  const isBest = (one: Closeness, other: Closeness | undefined): boolean =>
    other === undefined || closer(one, other) <= 0;
  return candidates.filter(
    (one) => isBest(one.closeness, byTarget.get(targetOf(one))) && isBest(one.closeness, byAlias.get(one.alias)),
  );
}

/**
 * Links in all. One or two for each workload is what there is; a name that fits dozens of images equally well says
 * nothing of any.
 */
const MOST_LINKS = 50_000;
const LEAST_LINKS = 8;

/** The first so many for each side. */
function thinned(candidates: readonly Candidate[], crowd: Crowd): readonly Candidate[] {
  if (candidates.length <= MOST_LINKS) return candidates;
  const links = new Map<Rollout | Workload, number>();
  for (const one of candidates) links.set(targetOf(one), 0);
  const most = Math.max(LEAST_LINKS, Math.floor(MOST_LINKS / links.size));
  return candidates.filter((one) => {
    const target = targetOf(one);
    const count = (links.get(target) ?? 0) + 1;
    links.set(target, count);
    if (count > most) crowd(target, most);
    return count <= most;
  });
}

function targetOf({ rollout, workload }: Candidate): Rollout | Workload {
  return rollout ?? workload;
}

class Declared {
  private readonly byName: TextIndex<Workload>;
  private readonly byResource = new Map<string, Workload[]>();

  constructor(workloads: readonly Workload[]) {
    this.byName = new TextIndex(workloads, (one) => one.name);
    for (const one of workloads) if (one.resource !== undefined) add(this.byResource, resourceKey(one.resource), one);
  }

  /** Those that a command may mean by a name, as far as names tell. */
  called(name: Text, crowd: (most: number) => void): readonly Workload[] {
    return this.byName
      .near(name, crowd)
      .filter((one) => one.name !== undefined && match(one.name, name) !== 'not at all');
  }

  /** Those that a stack's output speaks of; where the command's own run deploys the stack, what it deploys. */
  output({ name, run }: Rollout): readonly Workload[] {
    const resource = resourceNamed(name);
    const all = resource === undefined ? [] : (this.byResource.get(resourceKey(resource)) ?? []);
    const own = all.filter((one) => one.run === run);
    return own.length > 0 ? own : all;
  }
}

/** On a way that no deploy of the stack is followed on, it is the same workload all the same, with an image of its own. */
function outputUnder(output: readonly Workload[], { when, imageSite }: Rollout): Workload[] {
  const same = output.filter((one) => compatible(one.when, when));
  const [first] = output;
  if (same.length > 0 || first === undefined) return same;
  const { cpu, cpuBasis, cpuSite, ...one } = first;
  return [
    {
      ...one,
      ...(output.every((other) => other.cpu === cpu) ? defined({ cpu, cpuBasis, cpuSite }) : {}),
      when,
      image: { kind: 'unknown' },
      imageSite: imageSite ?? one.imageSite,
    },
  ];
}

/**
 * The declared workloads a rollout command names; where none is declared, the command is all we know of the workload.
 */
function targetsOf(rollout: Rollout, declared: Declared, crowd: Crowd): Workload[] {
  const { service, name } = rollout;
  if (service === 'any') return [];
  const meant = (one: Workload): boolean =>
    one.service === service && one.rolloutOnly !== true && compatible(one.when, rollout.when);
  // What a stack that isn't there outputs: the command fails.
  if (name?.length === 0) return [];
  const output = declared.output(rollout);
  if (output.length > 0)
    return outputUnder(
      output.filter((one) => one.service === service),
      rollout,
    );
  const same = name === undefined ? [] : declared.called(name, (most) => crowd(rollout, most)).filter(meant);
  const exact = same.filter((one) => one.name !== undefined && name !== undefined && equalTexts(one.name, name));
  if (exact.length > 0) return exact;
  if (same.length > 0) return same;
  return [
    {
      kind: 'workload',
      site: rollout.site,
      when: rollout.when,
      run: rollout.run,
      seq: rollout.seq,
      origin: rollout.origin,
      service,
      label: name === undefined ? rollout.label : show(name),
      ...defined({ name }),
      image: { kind: 'unknown' },
      imageSite: rollout.imageSite ?? rollout.site,
      declared: false,
      rolloutOnly: true,
      ...(rollout.cpu === undefined
        ? {}
        : {
            cpu: rollout.cpu,
            cpuBasis: 'stated' as const,
            ...defined({ cpuSite: rollout.cpuSite }),
          }),
    },
  ];
}

const SERVICE: Record<Workload['service'], string> = {
  lambda: 'Lambda',
  ecs: 'ECS',
  apprunner: 'App Runner',
  batch: 'AWS Batch',
  eks: 'EKS',
  agentcore: 'Bedrock AgentCore',
  sagemaker: 'SageMaker',
  codebuild: 'CodeBuild',
};

function runsOn(workload: Workload): string {
  return `runs on ${SERVICE[workload.service]} as ${workload.label}`;
}

function stepsOf(alias: Alias, workload: Workload, rollout: Rollout | undefined): Step[] {
  const steps: Step[] = alias.tags.map((tag) => ({ label: `tagged as ${showRef(tag.target)}`, site: tag.site }));
  if (alias.push !== undefined) steps.push({ label: `pushed as ${showRef(alias.push.ref)}`, site: alias.push.site });
  if (rollout !== undefined && place(rollout.site) !== place(workload.imageSite))
    steps.push({ label: `rolled out by ${rollout.label}`, site: rollout.site });
  steps.push({ label: runsOn(workload), site: workload.imageSite });
  return withoutRepeats(steps);
}

function withoutRepeats(steps: readonly Step[]): Step[] {
  const at = (site: Site): string => `${site.file}:${site.span.start}:${site.span.end}:${site.resource ?? ''}`;
  return steps.filter((step, index) => steps.findIndex((other) => at(other.site) === at(step.site)) === index);
}
