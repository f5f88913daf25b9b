/** Linking: from facts to voyages. Which build becomes which name, which name is pushed where, and which workload takes it from there. */
import type { Build, Fact, FactOf, Manifest, Push, Repository, Rollout, Tag, Workload } from './facts.ts';
import { compatible } from './guard.ts';
import { address, effectiveTag, matchRepository, matchTag, refKey, showRef, weaker, type ImageRef } from './image-ref.ts';
import { place, type Site } from './site.ts';
import { TextIndex } from './text-index.ts';
import { closeness, closer, equalTexts, hasNature, hole, known, match, show, textKey, type Closeness, type MatchStrength, type Text } from './text.ts';
import type { Alias, Arrival, Certainty, Model, Step, Voyage } from './voyage.ts';

export function link(facts: readonly Fact[]): Model {
  const of = <K extends Fact['kind']>(kind: K): FactOf<K>[] => facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
  const [builds, tags, pushes, repositories] = [of('build'), of('tag'), of('push'), of('repository')];
  const [workloads, rollouts, manifests] = [of('workload'), of('rollout'), of('manifest')];
  const drafts = draftsOf(builds, tags, pushes);
  const arrivals = new Arrivals(drafts, workloads, rollouts);
  const held = manifestsBy(manifests);
  // A repository without a name of its own is known by its construct.
  const named = new TextIndex(repositories, (one) => one.name ?? (one.id === undefined ? undefined : hole(one.id)));
  const voyages = drafts.map((draft): Voyage => {
    const arriving = arrivals.of(draft);
    return {
      name: nameOf(draft, arriving),
      builds: draft.builds,
      aliases: draft.aliases,
      arrivals: arriving,
      repositories: repositoriesOf(draft.aliases.map((one) => one.ref), arriving, named),
      manifests: held(draft.aliases.flatMap((alias) => (alias.pushed ? [alias.ref] : []))),
    };
  });
  for (const group of arrivals.rest()) {
    const refs = group.flatMap((one) => (one.ref === undefined ? [] : [one.ref]));
    voyages.push({
      name: group[0]!.workload.label, builds: [], aliases: [], arrivals: group,
      repositories: repositoriesOf(refs, group, named),
      manifests: held(refs),
    });
  }
  return {
    facts, builds, tags, pushes, repositories, workloads, rollouts, manifests, voyages,
    deploys: of('deploy'), confirmations: of('confirmation'), logins: of('login'), contextReads: of('context-read'), cleanups: of('cleanup'),
    manifestQueries: of('manifest-query'), stackStates: of('stack-state'), stackChanges: of('stack-change'), unverified: of('unverified'),
  };
}

/** What registries hold for some references. Looked up by repository: an account has thousands of images, and each must not be tried for each. */
function manifestsBy(manifests: readonly Manifest[]): (refs: readonly ImageRef[]) => Manifest[] {
  const byName = new Map<string, Manifest[]>();
  for (const one of manifests) add(byName, textKey(one.ref.repository), one);
  return (refs) => [...new Set(refs.flatMap((ref) => {
    const near = known(ref.repository) === undefined ? manifests : (byName.get(textKey(ref.repository)) ?? []);
    // A tag alone says nothing of an image that was asked for by its digest.
    return near.filter((one) => (ref.digest === undefined) === (one.ref.digest === undefined) && sameImage(ref, one.ref) !== 'not at all');
  }))];
}

// ── from builds to names ────────────────────────────────────────────────────────────────────────

interface Draft {
  readonly builds: readonly Build[];
  readonly aliases: Alias[];
}

/** One draft per build command (its alternatives together), and one per push whose image nothing here builds. */
function draftsOf(builds: readonly Build[], tags: readonly Tag[], pushes: readonly Push[]): Draft[] {
  const groups = new Map<string, Build[]>();
  for (const build of builds) groups.set(build.origin, [...(groups.get(build.origin) ?? []), build]);
  const drafts: Draft[] = [...groups.values()].map((group) => ({ builds: group, aliases: [] }));
  const names = new Names(drafts, tags, pushes);
  for (const draft of drafts) draft.aliases.push(...names.aliasesOf(draft));
  return [...drafts, ...names.unbuilt()];
}

interface Owner {
  readonly draft: Draft;
  readonly certainty: Certainty;
}

/** Where a name gets its image from: the last command before it, in the same run, that gave the name an image; else the same name elsewhere. */
class Names {
  private readonly byKey = new Map<string, { draft: Draft; build: Build }[]>();
  private readonly byRun = new Map<string, { draft: Draft; build: Build; ref: ImageRef }[]>();
  private readonly tagsByRun = new Map<string, Tag[]>();
  private readonly usedTags = new Set<Tag>();
  private readonly usedPushes = new Set<Push>();
  private readonly tagsBySource = new Map<Draft, { tag: Tag; certainty: Certainty }[]>();
  private readonly pushesByDraft = new Map<Draft, { push: Push; certainty: Certainty }[]>();

  constructor(drafts: readonly Draft[], tags: readonly Tag[], pushes: readonly Push[]) {
    for (const draft of drafts) {
      for (const build of draft.builds) {
        for (const { ref } of build.names) {
          add(this.byKey, imageKey(ref), { draft, build });
          add(this.byRun, build.run, { draft, build, ref });
        }
      }
    }
    for (const tag of tags) add(this.tagsByRun, tag.run, tag);
    // Tags in order, so that a chain (`a` to `b`, `b` to `c`) leads back to the build.
    const owners = new Map<Tag, readonly Owner[]>();
    for (const tag of [...tags].sort((a, b) => a.seq - b.seq)) {
      const found = this.ownersOf(tag.source, tag, owners);
      if (found.length === 0) continue;
      owners.set(tag, found);
      for (const { draft, certainty } of found) add(this.tagsBySource, draft, { tag, certainty });
      this.usedTags.add(tag);
    }
    for (const push of pushes) {
      const found = this.ownersOf(push.ref, push, owners, push.allTags === true);
      if (found.length === 0) continue;
      for (const { draft, certainty } of found) add(this.pushesByDraft, draft, { push, certainty });
      this.usedPushes.add(push);
    }
    this.restTags = tags.filter((tag) => !this.usedTags.has(tag));
    this.restPushes = pushes.filter((push) => !this.usedPushes.has(push));
  }

  private readonly restTags: readonly Tag[];
  private readonly restPushes: readonly Push[];

  private ownersOf(ref: ImageRef, user: Tag | Push, owners: ReadonlyMap<Tag, readonly Owner[]>, anyTag = false): readonly Owner[] {
    const candidates: { draft: Draft; strength: MatchStrength; before: boolean; distance: number; always: boolean }[] = [];
    const consider = (draft: Draft, name: ImageRef, from: { readonly seq: number; readonly when: Build['when'] }): void => {
      if (!compatible(from.when, user.when)) return;
      const strength = anyTag ? matchRepository(name, ref) : sameName(name, ref);
      if (strength !== 'not at all') candidates.push({
        draft, strength, before: from.seq <= user.seq, distance: Math.abs(user.seq - from.seq), always: from.when.every((one) => user.when.some((other) => other.cond === one.cond)),
      });
    };
    for (const { draft, build, ref: name } of this.byRun.get(user.run) ?? []) consider(draft, name, build);
    for (const tag of this.tagsByRun.get(user.run) ?? []) {
      if (tag !== user) for (const owner of owners.get(tag) ?? []) consider(owner.draft, tag.target, tag);
    }
    candidates.sort((a, b) => rank(b.strength) - rank(a.strength) || Number(b.before) - Number(a.before) || a.distance - b.distance);
    const [best] = candidates;
    if (best !== undefined) {
      // The last command before it that gave the name its image; where that one may not have run, those before it as well.
      const owners: Owner[] = [];
      for (const one of candidates) {
        if (one.strength !== best.strength || one.before !== best.before) break;
        if (!owners.some((owner) => owner.draft === one.draft)) owners.push({ draft: one.draft, certainty: one.strength === 'exactly' ? 'certain' : 'likely' });
        if (one.always) break;
      }
      return owners;
    }
    // Another run on the same machine (two Make targets, two scripts) shares names, if not for certain.
    const elsewhere = (this.byKey.get(imageKey(ref)) ?? []).filter(({ build }) => compatible(build.when, user.when));
    const drafts = new Set(elsewhere.map(({ draft }) => draft));
    return drafts.size === 1 && tellsApart(ref) ? [{ draft: elsewhere[0]!.draft, certainty: 'likely' }] : [];
  }

  aliasesOf(draft: Draft): Alias[] {
    const aliases: Alias[] = [];
    for (const build of draft.builds) {
      for (const { ref, site } of build.names) {
        if (aliases.some((one) => refKey(one.ref) === refKey(ref))) continue;
        aliases.push({ ref, site, certainty: 'certain', pushed: build.output === 'registry', ...(build.output === 'registry' ? { pushSite: site } : {}), tags: [] });
      }
    }
    for (const { tag, certainty } of this.tagsBySource.get(draft) ?? []) {
      const from = aliases.find((one) => sameImage(one.ref, tag.source) !== 'not at all');
      if (aliases.some((one) => refKey(one.ref) === refKey(tag.target) && one.tags.length > 0)) continue;
      aliases.push({ ref: tag.target, site: tag.targetSite, certainty, pushed: tag.remote, ...(tag.remote ? { pushSite: tag.targetSite } : {}), tags: [...(from?.tags ?? []), tag] });
    }
    for (const { push, certainty } of this.pushesByDraft.get(draft) ?? []) pushed(aliases, push, certainty);
    return aliases;
  }

  /** Images that are pushed here but built elsewhere, or by a command nobody understands. */
  unbuilt(): Draft[] {
    const drafts: Draft[] = [];
    const done = new Set<string>();
    for (const tag of this.restTags.filter((one) => one.remote)) {
      drafts.push({ builds: [], aliases: [{ ref: tag.target, site: tag.targetSite, certainty: 'certain', pushed: true, pushSite: tag.targetSite, tags: [tag] }] });
    }
    for (const push of this.restPushes) {
      const key = `${push.origin}\u0000${refKey(push.ref)}`;
      if (done.has(key)) continue;
      done.add(key);
      const tag = this.tagsByRun.get(push.run)?.find((one) => !this.usedTags.has(one) && sameImage(one.target, push.ref) === 'exactly');
      const aliases: Alias[] = tag === undefined ? [] : [{ ref: tag.target, site: tag.targetSite, certainty: 'certain', pushed: false, tags: [tag] }];
      pushed(aliases, push, 'certain');
      drafts.push({ builds: [], aliases });
    }
    return drafts;
  }
}

function pushed(aliases: Alias[], push: Push, certainty: Certainty): void {
  let found = false;
  for (const [index, alias] of aliases.entries()) {
    const strength = push.allTags === true ? matchRepository(alias.ref, push.ref) : sameName(alias.ref, push.ref);
    if (strength === 'not at all' || (strength === 'by pattern' && aliases.some((one) => refKey(one.ref) === refKey(push.ref)))) continue;
    found = true;
    if (!alias.pushed) aliases[index] = { ...alias, pushed: true, push, pushSite: push.refSite, certainty: weakest(alias.certainty, certainty) };
  }
  if (!found) aliases.push({ ref: push.ref, site: push.refSite, certainty, pushed: true, push, pushSite: push.refSite, tags: [] });
}

/** On one machine a name is the whole of it: `api` and `1234.dkr.ecr…/api` are two. */
function sameName(a: ImageRef, b: ImageRef): MatchStrength {
  if ((a.registry === undefined) === (b.registry === undefined)) return sameImage(a, b);
  return refKey(a) === refKey(b) ? 'exactly' : 'not at all';
}

function sameImage(a: ImageRef, b: ImageRef): MatchStrength {
  return weaker(matchRepository(a, b), matchTag(a, b));
}

function imageKey(ref: ImageRef): string {
  const tag = effectiveTag(ref);
  return refKey({ ...ref, ...(tag === undefined ? {} : { tag }) });
}

/** A name that could be anybody's (`$IMAGE`) doesn't tie two runs together. */
function tellsApart(ref: ImageRef): boolean {
  return ref.repository.some((part) => typeof part === 'string' && /[\p{L}\p{N}]{2}/u.test(part));
}

// ── from names to workloads ─────────────────────────────────────────────────────────────────────

interface Candidate {
  readonly draft: Draft;
  readonly alias: Alias;
  readonly workload: Workload;
  readonly certainty: Certainty;
  readonly closeness: Closeness;
  readonly rollout?: Rollout;
}

class Arrivals {
  private readonly found = new Map<Draft, Candidate[]>();
  private readonly assets = new Map<Draft, Workload[]>();
  private readonly arrived = new Set<Workload>();

  constructor(drafts: readonly Draft[], private readonly workloads: readonly Workload[], rollouts: readonly Rollout[]) {
    const byAsset = new Map<string, Draft[]>();
    for (const draft of drafts) for (const build of draft.builds) if (build.asset !== undefined) add(byAsset, build.asset, draft);
    const leaving = drafts.flatMap((draft) => draft.aliases.filter(leaves).map((alias) => ({ draft, alias })));
    const index = new AliasIndex(leaving);
    const candidates: Candidate[] = [];
    for (const workload of workloads) {
      if (workload.image.kind === 'asset') {
        for (const draft of new Set(byAsset.get(workload.image.asset) ?? [])) {
          add(this.assets, draft, workload);
          this.arrived.add(workload);
        }
      } else if (workload.image.kind === 'ref') {
        candidates.push(...candidatesFor(workload.image.ref, workload, index));
      }
    }
    const declared = new TextIndex(workloads, (one) => one.name);
    for (const rollout of rollouts) {
      if (rollout.image === undefined || rollout.service === 'any') continue;
      for (const target of targetsOf(rollout, declared)) {
        for (const one of candidatesFor(rollout.image, target, index, rollout)) candidates.push({ ...one, rollout });
      }
    }
    for (const one of mutualBest(candidates)) {
      add(this.found, one.draft, one);
      this.arrived.add(one.workload);
    }
  }

  of(draft: Draft): Arrival[] {
    const arrivals: Arrival[] = (this.assets.get(draft) ?? []).map((workload) => ({ workload, certainty: 'certain', steps: [{ label: runsOn(workload), site: workload.imageSite }] }));
    for (const { alias, workload, certainty, rollout } of this.found.get(draft) ?? []) {
      const before = arrivals.findIndex((one) => one.workload === workload || (one.workload.origin === workload.origin && one.ref !== undefined && refKey(one.ref) === refKey(alias.ref)));
      const arrival: Arrival = { workload, certainty, ref: alias.ref, steps: stepsOf(alias, workload, rollout), ...(rollout === undefined ? {} : { rollout }) };
      const other = arrivals[before];
      if (other === undefined) arrivals.push(arrival);
      else if (other.certainty === 'likely' && certainty === 'certain') arrivals[before] = { ...arrival, ...(other.rollout === undefined ? {} : { rollout: other.rollout }) };
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
      const key = image.kind === 'ref' ? `ref ${refKey(image.ref)}` : image.kind === 'asset' ? `asset ${image.asset}` : `workload ${workload.origin}`;
      add(groups, key, { workload, certainty: 'certain' as const, ...(image.kind === 'ref' ? { ref: image.ref } : {}), steps: [{ label: runsOn(workload), site: workload.imageSite }] });
    }
    return [...groups.values()];
  }
}

/** Only what leaves the machine, or carries an address to leave under, can reach a workload. */
function leaves(alias: Alias): boolean {
  return alias.pushed || alias.ref.registry !== undefined;
}

/** Aliases by repository name, and by whole address for those whose registry and name aren't told apart. */
class AliasIndex {
  private readonly byName: TextIndex<{ draft: Draft; alias: Alias }>;
  private readonly byAddress: TextIndex<{ draft: Draft; alias: Alias }>;

  constructor(all: readonly { draft: Draft; alias: Alias }[]) {
    this.byName = new TextIndex(all, ({ alias }) => alias.ref.repository);
    this.byAddress = new TextIndex(all, ({ alias }) => address(alias.ref));
  }

  near(ref: ImageRef): readonly { draft: Draft; alias: Alias }[] {
    return [...new Set([...this.byName.near(ref.repository), ...this.byAddress.same(address(ref))])];
  }
}

function candidatesFor(ref: ImageRef, workload: Workload, index: AliasIndex, rollout?: Rollout): Candidate[] {
  const conditions = rollout === undefined ? workload.when : rollout.when;
  const run = rollout?.run ?? workload.run;
  return index.near(ref).flatMap(({ draft, alias }): Candidate[] => {
    const repository = matchRepository(alias.ref, ref);
    if (repository === 'not at all') return [];
    const tag = matchTag(alias.ref, ref);
    if (tag === 'not at all') return [];
    if (!draft.builds.some((build) => compatible(build.when, conditions)) && draft.builds.length > 0) return [];
    const sameRun = (alias.push?.run ?? draft.builds[0]?.run) === run;
    if (!sameRun && !anchored(alias.ref.repository, ref.repository)) return [];
    const sure = repository === 'exactly' && tag === 'exactly' && alias.certainty === 'certain' && (sameRun || !openEnded(ref));
    const near = closeness(alias.ref.repository, ref.repository) ?? { shared: 0, separators: 0 };
    return [{ draft, alias, workload, certainty: sure ? 'certain' : 'likely', closeness: near }];
  });
}

/** Across runs a name that is nothing but an unknown variable ties nothing together, unless it is a construct's own identity. */
function anchored(a: Text, b: Text): boolean {
  const bare = (text: Text): boolean => text.every((part) => typeof part !== 'string');
  return !bare(a) || !bare(b) || equalTexts(a, b);
}

function openEnded(ref: ImageRef): boolean {
  return [...ref.repository, ...(ref.tag ?? [])].some((part) => typeof part !== 'string' && part.nature === 'unknown') || hasNature(ref.tag ?? [], 'unknown');
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
  const byTarget = best((one) => one.rollout ?? one.workload);
  const byAlias = best((one) => one.alias);
  const isBest = (one: Closeness, other: Closeness | undefined): boolean => other === undefined || closer(one, other) <= 0;
  return candidates.filter((one) => isBest(one.closeness, byTarget.get(one.rollout ?? one.workload)) && isBest(one.closeness, byAlias.get(one.alias)));
}

/** The declared workloads a rollout command names; where none is declared, the command is all we know of the workload. */
function targetsOf(rollout: Rollout, declared: TextIndex<Workload>): Workload[] {
  const { service, name } = rollout;
  if (service === 'any') return [];
  const same = name === undefined ? [] : declared.near(name).filter((one) => one.service === service && one.name !== undefined && one.rolloutOnly !== true && match(one.name, name) !== 'not at all' && compatible(one.when, rollout.when));
  const exact = same.filter((one) => one.name !== undefined && name !== undefined && equalTexts(one.name, name));
  if (exact.length > 0) return exact;
  if (same.length > 0) return same;
  return [{
    kind: 'workload', site: rollout.site, when: rollout.when, run: rollout.run, seq: rollout.seq, origin: rollout.origin, service,
    label: name === undefined ? rollout.label : show(name), ...(name === undefined ? {} : { name }),
    image: { kind: 'unknown' }, imageSite: rollout.imageSite ?? rollout.site, declared: false, rolloutOnly: true,
    ...(rollout.cpu === undefined ? {} : { cpu: rollout.cpu, cpuBasis: 'stated' as const, ...(rollout.cpuSite === undefined ? {} : { cpuSite: rollout.cpuSite }) }),
  }];
}

// ── repositories, names, steps ──────────────────────────────────────────────────────────────────

function repositoriesOf(refs: readonly ImageRef[], arrivals: readonly Arrival[], named: TextIndex<Repository>): { repository: Repository; certainty: Certainty }[] {
  const wanted = [...refs, ...arrivals.flatMap((one) => (one.workload.image.kind === 'ref' ? [one.workload.image.ref] : []))];
  const names = new Map(wanted.map((ref) => [textKey(ref.repository), ref.repository]));
  return named.near(...names.values()).flatMap((repository): { repository: Repository; certainty: Certainty }[] => {
    const { name } = repository;
    if (name === undefined) {
      const owned = [...names.values()].some((text) => text.length === 1 && typeof text[0] !== 'string' && text[0]!.hole === repository.id);
      return owned ? [{ repository, certainty: 'certain' }] : [];
    }
    if (names.has(textKey(name))) return [{ repository, certainty: 'certain' }];
    if (known(name) !== undefined && [...names.values()].every((text) => known(text) !== undefined)) return [];
    return [...names.values()].some((text) => match(text, name) === 'by pattern') ? [{ repository, certainty: 'likely' }] : [];
  });
}

function nameOf(draft: Draft, arrivals: readonly Arrival[]): string {
  const alias = draft.aliases.find((one) => one.pushed) ?? draft.aliases[0];
  return alias !== undefined ? showRef(alias.ref) : (arrivals[0]?.workload.label ?? draft.builds[0]?.label ?? 'an image');
}

const SERVICE: Record<Workload['service'], string> = {
  lambda: 'Lambda', ecs: 'ECS', apprunner: 'App Runner', batch: 'AWS Batch', eks: 'EKS', agentcore: 'Bedrock AgentCore', sagemaker: 'SageMaker', codebuild: 'CodeBuild',
};

function runsOn(workload: Workload): string {
  return `runs on ${SERVICE[workload.service]} as ${workload.label}`;
}

function stepsOf(alias: Alias, workload: Workload, rollout: Rollout | undefined): Step[] {
  const steps: Step[] = alias.tags.map((tag) => ({ label: `tagged as ${showRef(tag.target)}`, site: tag.site }));
  if (alias.push !== undefined) steps.push({ label: `pushed as ${showRef(alias.push.ref)}`, site: alias.push.site });
  if (rollout !== undefined && place(rollout.site) !== place(workload.imageSite)) steps.push({ label: `rolled out by ${rollout.label}`, site: rollout.site });
  steps.push({ label: runsOn(workload), site: workload.imageSite });
  return withoutRepeats(steps);
}

function withoutRepeats(steps: readonly Step[]): Step[] {
  const at = (site: Site): string => `${site.file}:${site.span.start}:${site.span.end}:${site.resource ?? ''}`;
  return steps.filter((step, index) => steps.findIndex((other) => at(other.site) === at(step.site)) === index);
}

// ── small things ────────────────────────────────────────────────────────────────────────────────

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function rank(strength: MatchStrength): number {
  return strength === 'exactly' ? 2 : strength === 'by pattern' ? 1 : 0;
}

function weakest(a: Certainty, b: Certainty): Certainty {
  return a === 'likely' ? a : b;
}
