/**
 * Linking: from facts to voyages. Which build becomes which name, which name is pushed where, and which workload takes
 * it from there.
 */
import { Arrivals, type Crowd } from './arrivals.ts';
import { markElsewhere } from './destinations.ts';
import { draftsOf, type Draft } from './images.ts';
import type { Fact, FactOf, Manifest, Repository, Unfollowed } from './facts.ts';
import { contain } from '../core/contain.ts';
import { ALWAYS } from '../core/choices.ts';
import { effectiveTag, refKey, sameImage, showRef, type ImageRef } from '../core/image-ref.ts';
import { add } from '../core/lists.ts';
import { TextIndex } from '../core/text-index.ts';
import { judged } from '../core/sealed.ts';
import { hole, match, textKey } from '../core/text.ts';
import type { Arrival, Certainty, Model, Voyage } from './voyage.ts';
import { oneOrNone } from '../core/optional.ts';

export function link(facts: readonly Fact[]): Model {
  return contain(
    () => linked(facts).model,
    (reason) => {
      const [first] = facts;
      return modelOf(first === undefined ? facts : [...facts, { ...notLinked(first, 'failure', 0), reason }], []);
    },
  );
}

/** A voyage, and the fact that its place among the others goes by. */
interface Placed {
  readonly voyage: Voyage;
  readonly first: Fact;
}

export interface Linked {
  readonly model: Model;
  readonly placed: readonly Placed[];
}

export function linked(facts: readonly Fact[]): Linked {
  const of = byKind(facts);
  const crowds = new Map<Fact, number>();
  const crowd: Crowd = (fact, most) => void (crowds.size < MOST_CROWDS && crowds.set(fact, most));
  const drafts = draftsOf(of('build'), of('tag'), of('push'), crowd);
  markElsewhere(drafts, of('login'));
  const arrivals = new Arrivals(
    drafts,
    of('workload'),
    { rollouts: of('rollout'), repositories: of('repository'), logins: of('login') },
    crowd,
  );
  const held = manifestsBy(of('manifest'));
  // A repository without a name of its own is known by its construct.
  const named = new TextIndex(of('repository'), (one) => one.name ?? (one.id === undefined ? undefined : hole(one.id)));
  const placed = drafts.map((draft): Placed => {
    const { first, builds, aliases } = draft;
    const arriving = arrivals.of(draft);
    return {
      first,
      voyage: {
        name: nameOf(draft, arriving) ?? builds[0]?.label ?? 'an image',
        builds,
        aliases,
        arrivals: arriving,
        repositories: repositoriesOf(
          aliases.flatMap((one) => (one.elsewhere === true ? [] : [one.ref])),
          arriving,
          named,
        ),
        manifests: held(aliases.flatMap((alias) => (alias.pushed ? [alias.ref] : []))),
      },
    };
  });
  for (const group of arrivals.rest()) {
    const refs = group.flatMap((one) => oneOrNone(one.ref));
    const { workload } = group[0]!;
    placed.push({
      first: workload,
      voyage: {
        name: workload.label,
        builds: [],
        aliases: [],
        arrivals: group,
        repositories: repositoriesOf(refs, group, named),
        manifests: held(refs),
      },
    });
  }
  const all =
    crowds.size === 0 ? facts : [...facts, ...[...crowds].map(([fact, most]) => notLinked(fact, 'links', most))];
  return {
    model: modelOf(
      all,
      placed.map((one) => one.voyage),
    ),
    placed,
  };
}

/** Of those in one crowd, a few are enough to tell. */
const MOST_CROWDS = 10;

function notLinked({ site, run, seq, origin }: Fact, what: Unfollowed['what'], most: number): Unfollowed {
  return { kind: 'unfollowed', what, most, site, when: ALWAYS, run, seq, origin: `unfollowed links ${origin}` };
}

/**
 * One model of parts that were linked by themselves, which is the same as what linking all their facts together gives.
 */
export function joined(facts: readonly Fact[], parts: readonly Linked[]): Model {
  const positions = new Map(facts.map((fact, index) => [fact, index]));
  const place = ({ first }: Placed): number => ORDER.indexOf(first.kind) * facts.length + positions.get(first)!;
  const placed = parts
    .flatMap((part) => part.placed.map((one) => ({ at: place(one), ...one })))
    .sort((a, b) => a.at - b.at);
  const voyages: Voyage[] = [];
  const pulled = new Map<string, number>();
  for (const { first, voyage } of placed) {
    const key = first.kind === 'workload' && first.image.kind === 'ref' ? refKey(first.image.ref) : undefined;
    const at = key === undefined ? undefined : pulled.get(key);
    if (at !== undefined)
      voyages[at] = {
        ...voyages[at]!,
        arrivals: [...voyages[at]!.arrivals, ...voyage.arrivals].sort(
          (a, b) => positions.get(a.workload)! - positions.get(b.workload)!,
        ),
      };
    else {
      if (key !== undefined) pulled.set(key, voyages.length);
      voyages.push(voyage);
    }
  }
  return modelOf(facts, voyages);
}

/** What is built here comes first, then what is only tagged or pushed, then what only runs. */
const ORDER: readonly Fact['kind'][] = ['build', 'tag', 'push', 'workload'];

function modelOf(facts: readonly Fact[], voyages: readonly Voyage[]): Model {
  const of = byKind(facts);
  return {
    facts,
    voyages,
    builds: of('build'),
    tags: of('tag'),
    pushes: of('push'),
    repositories: of('repository'),
    workloads: of('workload'),
    rollouts: of('rollout'),
    deploys: of('deploy'),
    confirmations: of('confirmation'),
    logins: of('login'),
    contextReads: of('context-read'),
    cleanups: of('cleanup'),
    manifestQueries: of('manifest-query'),
    manifests: of('manifest'),
    stackStates: of('stack-state'),
    stackChanges: of('stack-change'),
    unverified: of('unverified'),
  };
}

/**
 * What registries hold for some references. Looked up by name: an account has thousands of images, often in one
 * repository, and each must not be tried for each.
 */
function manifestsBy(manifests: readonly Manifest[]): (refs: readonly ImageRef[]) => Manifest[] {
  const byRepository = new Map<string, Manifest[]>();
  const byImage = new Map<string, Manifest[]>();
  for (const one of manifests) {
    const repository = textKey(one.ref.repository);
    add(byRepository, repository, one);
    add(byImage, `${repository} ${imageName(one.ref) ?? ''}`, one);
  }
  const near = (ref: ImageRef): readonly Manifest[] => {
    if (judged(ref.repository) === undefined) return manifests;
    const repository = textKey(ref.repository);
    const name = imageName(ref);
    if (name === undefined) return byRepository.get(repository) ?? [];
    return [...(byImage.get(`${repository} ${name}`) ?? []), ...(byImage.get(`${repository} `) ?? [])];
  };
  // A tag alone says nothing of an image that was asked for by its digest.
  return (refs) => [
    ...new Set(
      refs.flatMap((ref) =>
        near(ref).filter(
          (one) =>
            (ref.digest === undefined) === (one.ref.digest === undefined) && sameImage(ref, one.ref) !== 'not at all',
        ),
      ),
    ),
  ];
}

/** Undefined where any of it is open: then it may be each of its repository. */
function imageName(ref: ImageRef): string | undefined {
  const name = judged(ref.digest ?? effectiveTag(ref));
  return name === undefined ? undefined : `${ref.digest === undefined ? ':' : '@'}${name}`;
}

function repositoriesOf(
  refs: readonly ImageRef[],
  arrivals: readonly Arrival[],
  named: TextIndex<Repository>,
): { repository: Repository; certainty: Certainty }[] {
  const wanted = [
    ...refs,
    ...arrivals.flatMap((one) => (one.workload.image.kind === 'ref' ? [one.workload.image.ref] : [])),
  ];
  const names = new Map(wanted.map((ref) => [textKey(ref.repository), ref.repository]));
  return named
    .nearAny([...names.values()])
    .flatMap((repository): { repository: Repository; certainty: Certainty }[] => {
      const { name } = repository;
      if (name === undefined) {
        const owned = [...names.values()].some(
          (text) => text.length === 1 && typeof text[0] !== 'string' && text[0]!.hole === repository.id,
        );
        return owned ? [{ repository, certainty: 'certain' }] : [];
      }
      if (names.has(textKey(name))) return [{ repository, certainty: 'certain' }];
      if (judged(name) !== undefined && [...names.values()].every((text) => judged(text) !== undefined)) return [];
      return [...names.values()].some((text) => match(text, name) === 'by pattern')
        ? [{ repository, certainty: 'likely' }]
        : [];
    });
}

function nameOf({ aliases, builds }: Draft, arrivals: readonly Arrival[]): string | undefined {
  const alias = aliases.find((one) => one.pushed) ?? aliases[0];
  return alias === undefined ? (builds[0]?.called ?? arrivals[0]?.workload.label) : showRef(alias.ref);
}

function byKind(facts: readonly Fact[]): <K extends Fact['kind']>(kind: K) => FactOf<K>[] {
  const lists = new Map<Fact['kind'], Fact[]>();
  for (const fact of facts) add(lists, fact.kind, fact);
  return <K extends Fact['kind']>(kind: K) =>
    (lists.get(kind) ?? []).filter((fact): fact is FactOf<K> => fact.kind === kind);
}
