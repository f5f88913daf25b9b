/** From builds to names: which image goes under which name, by whom it was tagged and where it was pushed. */
import type { Build, Fact, Push, Tag } from './facts.ts';
import { compatible } from '../core/choices.ts';
import { imageKey, matchRepository, refKey, sameImage, type ImageRef } from '../core/image-ref.ts';
import { add } from '../core/lists.ts';
import { spelled } from '../core/sealed.ts';
import { equalTexts, type MatchStrength } from '../core/text.ts';
import type { Alias, Certainty } from './voyage.ts';

export interface Draft {
  readonly builds: readonly Build[];
  readonly aliases: Alias[];
  /** What it is known by: its first build, or else the command that names an image nobody here builds. */
  readonly first: Build | Tag | Push;
}

/** One draft per build command (its alternatives together), and one per push whose image nothing here builds. */
export function draftsOf(
  builds: readonly Build[],
  tags: readonly Tag[],
  pushes: readonly Push[],
  crowd: (fact: Fact, most: number) => void,
): Draft[] {
  const groups = new Map<string, Build[]>();
  for (const build of builds) add(groups, build.origin, build);
  const drafts: Draft[] = [...groups.values()].map((group) => ({ builds: group, aliases: [], first: group[0]! }));
  const names = new Names(drafts, tags, pushes, crowd);
  for (const draft of drafts) for (const alias of names.aliasesOf(draft)) draft.aliases.push(alias);
  return [...drafts, ...names.unbuilt()];
}

/** Names of one run, or of one image, that a name is tried against. */
const MOST_TRIED = 1_000;

interface Owner {
  readonly draft: Draft;
  readonly certainty: Certainty;
}

/**
 * Where a name gets its image from: the last command before it, in the same run, that gave the name an image; else the
 * same name elsewhere.
 */
class Names {
  private readonly byKey = new Map<string, { draft: Draft; build: Build }[]>();
  private readonly byRun = new Map<string, { draft: Draft; build: Build; ref: ImageRef }[]>();
  private readonly tagsByRun = new Map<string, Tag[]>();
  private readonly usedTags = new Set<Tag>();
  private readonly usedPushes = new Set<Push>();
  private readonly tagsBySource = new Map<Draft, { tag: Tag; certainty: Certainty }[]>();
  private readonly pushesByDraft = new Map<Draft, { push: Push; certainty: Certainty }[]>();

  constructor(
    drafts: readonly Draft[],
    tags: readonly Tag[],
    pushes: readonly Push[],
    private readonly crowd: (fact: Fact, most: number) => void,
  ) {
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
    for (const tag of tags) {
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

  private ownersOf(
    ref: ImageRef,
    user: Tag | Push,
    owners: ReadonlyMap<Tag, readonly Owner[]>,
    anyTag = false,
  ): readonly Owner[] {
    const candidates: { draft: Draft; strength: MatchStrength; before: boolean; distance: number; always: boolean }[] =
      [];
    const names: [draft: Draft, name: ImageRef, from: { readonly seq: number; readonly when: Build['when'] }][] = [];
    for (const { draft, build, ref: name } of this.around(
      user,
      this.byRun.get(user.run) ?? [],
      ({ build }) => build.seq,
    ))
      names.push([draft, name, build]);
    let foreign = false;
    for (const tag of this.around(user, this.tagsByRun.get(user.run) ?? [], ({ seq }) => seq)) {
      if (tag === user) continue;
      for (const owner of owners.get(tag) ?? []) names.push([owner.draft, tag.target, tag]);
      foreign ||=
        !owners.has(tag) &&
        tag.seq < user.seq &&
        compatible(tag.when, user.when) &&
        sameName(tag.target, ref) === 'exactly';
    }
    const consider = ([draft, name, from]: (typeof names)[number]): void => {
      if (!compatible(from.when, user.when)) return;
      const strength = anyTag ? matchRepository(name, ref) : sameName(name, ref);
      // A command before it gave this very name an image of somebody else's: what has a name like it is another image.
      if (strength === 'by pattern' && foreign && !anyTag) return;
      if (strength !== 'not at all')
        candidates.push({
          draft,
          strength,
          before: from.seq <= user.seq,
          distance: Math.abs(user.seq - from.seq),
          always: from.when.every((one) => user.when.some((other) => other.cond === one.cond)),
        });
    };
    // Patterns are tried only where nobody has the very name.
    const isSame = (name: ImageRef): boolean => equalTexts(name.repository, ref.repository);
    for (const one of names) if (isSame(one[1])) consider(one);
    if (!candidates.some(({ strength }) => strength === 'exactly'))
      for (const one of names) if (!isSame(one[1])) consider(one);
    candidates.sort(
      (a, b) => rank(b.strength) - rank(a.strength) || Number(b.before) - Number(a.before) || a.distance - b.distance,
    );
    const [best] = candidates;
    if (best !== undefined) {
      // The last command before it that gave the name its image; where that one may not have run, those before it as
      // well.
      const owners: Owner[] = [];
      for (const one of candidates) {
        if (one.strength !== best.strength || one.before !== best.before) break;
        if (!owners.some((owner) => owner.draft === one.draft))
          owners.push({ draft: one.draft, certainty: one.strength === 'exactly' ? 'certain' : 'likely' });
        if (one.always) break;
      }
      return owners;
    }
    // Another run on the same machine (two Make targets, two scripts) shares names, if not for certain.
    const elsewhere = (this.byKey.get(imageKey(ref)) ?? []).filter(({ build }) => compatible(build.when, user.when));
    // An image that was built to run where it was built is pushed by another run only where no other has that name.
    const meant = elsewhere.filter(({ build }) => build.runsHere !== true);
    const drafts = new Set((meant.length > 0 ? meant : elsewhere).map(({ draft }) => draft));
    const [draft] = drafts;
    return draft !== undefined && drafts.size === 1 && tellsApart(ref) ? [{ draft, certainty: 'likely' }] : [];
  }

  /** Of one run, in its order: all, or those that were given nearest to this. */
  private around<T>(user: Tag | Push, list: readonly T[], seqOf: (one: T) => number): readonly T[] {
    if (list.length <= MOST_TRIED) return list;
    this.crowd(user, MOST_TRIED);
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seqOf(list[middle]!) < user.seq) low = middle + 1;
      else high = middle;
    }
    const start = Math.max(0, Math.min(low - Math.floor(MOST_TRIED * 0.75), list.length - MOST_TRIED));
    return list.slice(start, start + MOST_TRIED);
  }

  aliasesOf(draft: Draft): Alias[] {
    const aliases: Alias[] = [];
    const named = new Set<string>();
    for (const build of draft.builds) {
      for (const { ref, site } of build.names) {
        if (full(aliases, build, this.crowd)) break;
        if (named.has(refKey(ref))) continue;
        named.add(refKey(ref));
        aliases.push({
          ref,
          site,
          certainty: 'certain',
          pushed: build.output === 'registry',
          ...(build.output === 'registry' ? { pushSite: site } : {}),
          tags: [],
        });
      }
    }
    for (const { tag, certainty } of this.tagsBySource.get(draft) ?? []) {
      if (full(aliases, tag, this.crowd)) break;
      const from = aliases.find((one) => sameImage(one.ref, tag.source) !== 'not at all');
      if (aliases.some((one) => refKey(one.ref) === refKey(tag.target) && one.tags.length > 0)) continue;
      aliases.push({
        ref: tag.target,
        site: tag.targetSite,
        certainty,
        pushed: tag.remote,
        ...(tag.remote ? { pushSite: tag.targetSite } : {}),
        tags: [...(from?.tags ?? []), tag],
      });
    }
    for (const { push, certainty } of this.pushesByDraft.get(draft) ?? []) {
      if (full(aliases, push, this.crowd)) break;
      pushed(aliases, push, certainty);
    }
    return aliases;
  }

  /** Images that are pushed here but built elsewhere, or by a command nobody understands. */
  unbuilt(): Draft[] {
    const drafts: Draft[] = [];
    const done = new Set<string>();
    for (const tag of this.restTags.filter((one) => one.remote)) {
      drafts.push({
        first: tag,
        builds: [],
        aliases: [
          {
            ref: tag.target,
            site: tag.targetSite,
            certainty: 'certain',
            pushed: true,
            pushSite: tag.targetSite,
            tags: [tag],
          },
        ],
      });
    }
    // An image that was loaded, or pulled, and leaves under several names is one image.
    const byImage = new Map<string, Draft>();
    for (const push of this.restPushes) {
      const key = `${push.origin}\u0000${refKey(push.ref)}`;
      if (done.has(key)) continue;
      done.add(key);
      const tag = this.around(push, this.tagsByRun.get(push.run) ?? [], ({ seq }) => seq).find(
        (one) => !this.usedTags.has(one) && sameImage(one.target, push.ref) === 'exactly',
      );
      const image = `${push.run}\u0000${refKey(tag === undefined || tag.remote === true ? push.ref : tag.source)}`;
      const draft = byImage.get(image) ?? { first: push, builds: [], aliases: [] };
      if (full(draft.aliases, push, this.crowd)) continue;
      if (tag !== undefined)
        draft.aliases.push({ ref: tag.target, site: tag.targetSite, certainty: 'certain', pushed: false, tags: [tag] });
      pushed(draft.aliases, push, 'certain');
      if (!byImage.has(image)) drafts.push(draft);
      byImage.set(image, draft);
    }
    return drafts;
  }
}

/** Has it so many names that no more can be told apart? */
function full(aliases: readonly Alias[], fact: Fact, crowd: (fact: Fact, most: number) => void): boolean {
  if (aliases.length < MOST_TRIED) return false;
  crowd(fact, MOST_TRIED);
  return true;
}

function pushed(aliases: Alias[], push: Push, certainty: Certainty): void {
  let found = false;
  const exactly = aliases.some((one) => refKey(one.ref) === refKey(push.ref));
  for (const [index, alias] of aliases.entries()) {
    const strength = push.allTags === true ? matchRepository(alias.ref, push.ref) : sameName(alias.ref, push.ref);
    if (strength === 'not at all' || (strength === 'by pattern' && exactly)) continue;
    found = true;
    if (!alias.pushed)
      aliases[index] = {
        ...alias,
        pushed: true,
        push,
        pushSite: push.refSite,
        certainty: weakest(alias.certainty, certainty),
      };
  }
  if (!found)
    aliases.push({
      ref: push.ref,
      site: push.refSite,
      certainty,
      pushed: true,
      push,
      pushSite: push.refSite,
      tags: [],
    });
}

/** On one machine a name is the whole of it: `api` and `1234.dkr.ecr…/api` are two. */
function sameName(a: ImageRef, b: ImageRef): MatchStrength {
  if ((a.registry === undefined) === (b.registry === undefined)) return sameImage(a, b);
  return refKey(a) === refKey(b) ? 'exactly' : 'not at all';
}

/** A name that could be anybody's (`$IMAGE`) doesn't tie two runs together. */
function tellsApart(ref: ImageRef): boolean {
  return ref.repository.some((part) => /[\p{L}\p{N}]{2}/u.test(spelled(part) ?? ''));
}

function rank(strength: MatchStrength): number {
  return strength === 'exactly' ? 2 : strength === 'by pattern' ? 1 : 0;
}

function weakest(a: Certainty, b: Certainty): Certainty {
  return a === 'likely' ? a : b;
}
