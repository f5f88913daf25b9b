/** The names under which an image leaves, each with the choices under which it does. */
import type { Build, Push } from '../../model/facts.ts';
import { judged } from '../../core/sealed.ts';
import { refKey, type ImageRef } from '../../core/image-ref.ts';
import { ALWAYS, restsOnFailure, type When } from '../../core/choices.ts';
import type { Site } from '../../core/site.ts';
import type { Alias, Voyage } from '../../model/voyage.ts';
import { siteKey } from './places.ts';
import { defined } from '../../core/optional.ts';
import { memo } from '../../core/memo.ts';

export interface Departure {
  readonly alias: Alias;
  readonly ref: ImageRef;
  readonly when: When;
  /** The push command's reference, or the build's own name where the builder pushes. */
  readonly site: Site;
  readonly push?: Push;
  /** Where in its run it happens. */
  readonly run: string;
  readonly seq: number;
  /** Only when what it belongs to is made. */
  readonly once?: true;
}

export const departures: (voyage: Voyage) => readonly Departure[] = memo(departuresOf);

/**
 * A name that the same push has only where a command failed that usually gives another: `$(git describe || echo dev)`.
 */
export function isFallback(one: Departure, all: readonly Departure[]): boolean {
  return (
    restsOnFailure(one.when) &&
    all.some((other) => siteKey(other.site) === siteKey(one.site) && !restsOnFailure(other.when))
  );
}

function departuresOf(voyage: Voyage): Departure[] {
  return voyage.aliases.flatMap((alias) => {
    if (!alias.pushed || isLocal(alias.ref) || isRefused(alias) || namesNoTag(alias) || namesNothing(alias.ref))
      return [];
    const source = alias.push ?? alias.tags.at(-1);
    return (source === undefined ? buildersOf(voyage, alias) : [source]).map((one) => ({
      alias,
      ref: alias.ref,
      when: one?.when ?? ALWAYS,
      site: alias.pushSite ?? alias.site,
      ...defined({ push: alias.push }),
      run: one?.run ?? '',
      seq: one?.seq ?? 0,
      ...(one?.once === true ? { once: true as const } : {}),
    }));
  });
}

/** A command that is given its names in several ways may give this one on more than one of them. */
function buildersOf({ builds }: Voyage, alias: Alias): readonly (Build | undefined)[] {
  const key = refKey(alias.ref);
  const own = builds.filter((build) => build.names.some((name) => refKey(name.ref) === key));
  return own.length > 0 ? own : [builds[0]];
}

/**
 * `docker push --all-tags repo` names a repository; which tags it has was said by whoever made them, perhaps out of
 * sight.
 */
function namesNoTag({ ref, push }: Alias): boolean {
  return push?.allTags === true && ref.tag === undefined && refKey(ref) === refKey(push.ref);
}

/** `:latest`, where nothing was found to stand before it: such a push fails. */
function namesNothing({ repository }: ImageRef): boolean {
  return repository.length === 0;
}

/** `docker push shop`: Docker Hub's own library, which takes nobody's push. */
function isRefused({ ref: { registry, repository }, elsewhere }: Alias): boolean {
  const name = judged(repository);
  return (
    elsewhere === true &&
    name !== undefined &&
    (registry === undefined || /^(?:index\.|registry-1\.)?docker\.io$/.test(judged(registry) ?? '')) &&
    (!name.includes('/') || name.startsWith('library/'))
  );
}

/** A registry on the machine itself (kind, a test compose file) feeds nothing in AWS. */
function isLocal({ registry }: ImageRef): boolean {
  return registry !== undefined && /^(localhost|127\.0\.0\.1|host\.docker\.internal)(:|$)/.test(judged(registry) ?? '');
}
