import type { OwnName, Push, Workload } from '../../model/facts.ts';
import type { Confidence, Related, Report } from '../../model/finding.ts';
import { compatible, restsOnDefault, type When } from '../../core/choices.ts';
import { matchRepository, mayBeOneRepository, type ImageRef } from '../../core/image-ref.ts';
import { RefIndex } from '../../core/ref-index.ts';
import { judged, spelled } from '../../core/sealed.ts';
import { known, show } from '../../core/text.ts';
import type { Arrival, Model, Voyage } from '../../model/voyage.ts';
import { defineRule } from '../define.ts';
import { isOnlyBase } from '../support/bases.ts';
import { departures, type Departure } from '../support/moving.ts';
import { digestsOf } from '../support/digests.ts';
import { defaultSite, tagIsDefault, type Naming } from '../support/defaults.ts';
import { groupBy } from '../support/groups.ts';
import { bySite, relatedTo, siteKey, strongest } from '../support/places.ts';
import { tagNature } from '../support/tags.ts';
import { isTelling, leaving, twinsIn, type Twins } from '../support/twins.ts';
import { movesOn } from './moves-on.ts';
import { code, listed, nameWorkloads, shortRef } from '../support/words.ts';
import { startsAnew } from '../../services/start.ts';
import { defined } from '../../core/optional.ts';

interface Moving {
  readonly voyage: Voyage;
  readonly departure: Departure;
  readonly defaulted: boolean;
  readonly confidence: Confidence;
  /** Names with constant tags that go out beside it. */
  readonly beside: readonly ImageRef[];
}

interface Pulled extends Naming {
  readonly workload: Workload;
  readonly defaulted: boolean;
  /** Somebody else's image, or one that a telling tag is pushed for as well. */
  readonly mild?: 'public' | 'told beside';
  /** On another way it is given an image that has no such tag, and neither way is the default. */
  readonly oneWay: boolean;
}

/**
 * Where a stack is what deploys, its text has to change for it to do so, unless the service takes each push by itself.
 */
function consequence(workloads: readonly Workload[]): string {
  const nothing = 'nothing says which build runs';
  if (workloads.length > 0 && workloads.every(isStartedAnew))
    return `${nothing}, each start takes whatever the tag names then, and a roll-back has no target`;
  return workloads.some((one) => one.declared && one.autoDeploy !== true && !isRegistered(one) && !isStartedAnew(one))
    ? `${nothing}, a roll-back has no target, and a deploy of the same text changes nothing`
    : `${nothing}, and a roll-back has no target`;
}

/** What nothing here starts may as well be kept by a service that somebody makes elsewhere. */
function isStartedAnew(workload: Workload): boolean {
  return startsAnew(workload) && workload.unheld !== true;
}

/** A task definition in a file of its own: each deploy registers it anew, and the tag is looked up again. */
function isRegistered({ service, stack, resource, constructPath }: Workload): boolean {
  return service === 'ecs' && stack === undefined && resource === undefined && constructPath === undefined;
}

export const rule = defineRule({
  id: 'latest-only',
  summary: 'An image that goes to a registry or a workload carries no tag but `latest`',
  severity: 'warning',
  services: ['any'],
  group: 'tags',
  check(model, report) {
    const pushes = groupBy(model.pushes, (one) => one.origin);
    const around = { pushes, defaulted: defaultedIn(model), toldBeside: twinsIn(model) };
    const moving = model.voyages.flatMap((voyage) => (isOnlyBase(model, voyage) ? [] : movingOf(voyage, around)));
    for (const group of bySite(moving, ({ departure }) => departure.site)) report(pushed(group));
    const pulled = pulledByLatest(model, new Set(moving.map(({ voyage }) => voyage)));
    for (const group of bySite(pulled, ({ workload }) => workload.imageSite)) report(used(group));
  },
});

interface Around {
  /** By the command that makes them. */
  readonly pushes: ReadonlyMap<string, readonly Push[]>;
  /** Those whose tag is a default that is written down, by the run. */
  readonly defaulted: ReadonlyMap<string, RefIndex<Push>>;
  readonly toldBeside: Twins;
}

function defaultedIn({ pushes }: Model): ReadonlyMap<string, RefIndex<Push>> {
  const found = pushes.filter((one) => tagNature(one.ref) === 'latest' && defaultSite(one) !== undefined);
  return new Map([...groupBy(found, (one) => one.run)].map(([run, own]) => [run, new RefIndex(own, ({ ref }) => ref)]));
}

/** The first name without a telling one beside it: an image is reported once, wherever else it is pushed. */
function movingOf(voyage: Voyage, { pushes, defaulted: byRun, toldBeside }: Around): Moving[] {
  if (voyage.arrivals.some(byDigest)) return [];
  const all = leaving(voyage);
  const telling = [...all.filter(isTelling), ...toldBeside(voyage, all)];
  const isDefault = (one: Departure): boolean =>
    tagIsDefault(one, one.push === undefined ? builtNames(voyage) : (pushes.get(one.push.origin) ?? []));
  // `push $REPO:${TAG:-latest}; push $REPO:latest`: the first is told, and whoever gives it a tag gives it to both.
  const followsADefault = (one: Departure): boolean =>
    one.push !== undefined &&
    (byRun.get(one.run)?.near(one.ref) ?? []).some(
      (other) =>
        matchRepository(other.ref, one.ref) !== 'not at all' &&
        compatible(branches(other.when), branches(one.when)) &&
        siteKey(other.refSite) !== siteKey(one.site),
    );
  const alone = all.filter(
    (one) =>
      tagNature(one.ref) === 'latest' &&
      !isHeroku(one.ref) &&
      !isSecondName(voyage, one) &&
      (isDefault(one) || !followsADefault(one)) &&
      !telling.some((other) => compatible(other.when, one.when) && tellsOf(other, one)),
  );
  const plain = alone.find((one) => !isDefault(one)) ?? alone[0] ?? stageAlone(voyage, all, telling);
  if (plain === undefined) return [];
  const defaulted = isDefault(plain);
  const toldOtherwise = telling.some((one) => tellsOf(one, plain));
  const beside = all.filter(
    (one) =>
      tagNature(one.ref) === 'fixed' &&
      one !== plain &&
      one.run === plain.run &&
      compatible(one.when, plain.when) &&
      matchRepository(one.ref, plain.ref) !== 'not at all',
  );
  return [
    {
      voyage,
      departure: plain,
      defaulted,
      confidence: toldOtherwise && !defaulted ? 'possible' : plain.alias.certainty,
      beside: beside.map(({ ref }) => ref),
    },
  ];
}

/**
 * Does the telling name go to the repository of the other, by the same file? What another script pushes there is
 * another way to do it, and what another repository holds is no target for a roll-back in this one.
 */
function tellsOf(telling: Departure, { ref, run, site }: Departure): boolean {
  return (telling.run === run || telling.site.file === site.file) && mayBeOneRepository(telling.ref, ref);
}

/** Without the choices of who gives what: of those, not all ways are kept. */
function branches(conditions: When): When {
  return conditions.filter(({ cond }) => !cond.startsWith('default:'));
}

/** `staging` and nothing else: it moves from build to build as `latest` does. */
function stageAlone(voyage: Voyage, all: readonly Departure[], telling: readonly Departure[]): Departure | undefined {
  if (voyage.builds.length === 0 || telling.length > 0 || all.some(({ ref }) => tagNature(ref) === 'latest'))
    return undefined;
  return all.find((one) => tagNature(one.ref) === 'fixed' && movesOn(one.ref) && !isSecondName(voyage, one));
}

/** Heroku's registry is addressed by app and process type, without tags; each release keeps its image. */
function isHeroku({ registry }: ImageRef): boolean {
  return known(registry) === 'registry.heroku.com';
}

/** What was pushed is deployed by its digest. A digest that is written down is another image's. */
function byDigest(arrival: Arrival): boolean {
  return digestsOf(arrival).some((digest) => known(digest) === undefined);
}

function builtNames({ builds }: Voyage): Naming[] {
  return builds.flatMap(({ names, when }) => names.map(({ ref }) => ({ ref, when })));
}

/** Made of an image that lies in the same repository under another tag, or by its digest. */
function isSecondName({ builds }: Voyage, { alias, run }: Departure): boolean {
  return alias.tags.some(
    ({ remote, source, target }) =>
      (remote || builds.every((build) => build.run !== run)) &&
      !['latest', 'fixed'].includes(tagNature(source)) &&
      matchRepository(source, target) !== 'not at all',
  );
}

function pushed(group: readonly Moving[]): Report {
  // Where one caller leaves the default and another states `latest` outright, the statement is what has to change.
  const plain = group.find((one) => !one.defaulted) ?? group[0]!;
  const { voyage, departure, defaulted, beside } = plain;
  const { ref, site } = departure;
  const others = insteadOf(plain, group);
  const labelled = beside.some((one) => !movesOn(one));
  const word = tagNature(ref) === 'latest' ? 'latest' : show(ref.tag ?? []);
  const words = [...new Set(beside.map((one) => show(one.tag ?? [])))].filter((other) => other !== word);
  const said =
    words.length > 0 || word !== 'latest'
      ? `${word === 'latest' ? '' : 'no tag but '}${listed([word, ...words].map(code), 3)}, which each run moves`
      : (departure.push?.ref ?? ref).tag === undefined
        ? 'no tag, which means `latest`'
        : 'no tag but `latest`';
  const workloads = [plain, ...others].flatMap((one) => one.voyage.arrivals.map(({ workload }) => workload));
  const names = [...new Set([plain, ...others].map((one) => code(shortRef(one.departure.ref))))];
  return {
    site,
    severity: defaulted || labelled || word !== 'latest' ? 'note' : 'warning',
    message: `${listed(names, 3, 'or')} is pushed with ${said}${labelled ? ' unless somebody changes the word' : defaulted ? ' unless the caller gives one' : ''}: ${consequence(workloads)}`,
    confidence: strongest(group.map((one) => one.confidence)),
    help: 'Push a tag that names the build as well, such as `$(git rev-parse --short HEAD)`, and deploy that one.',
    related: relatedTo(
      site,
      [
        ...whereDefaulted(departure),
        ...workloads
          .slice(0, 3)
          .map((workload) => ({ message: `${nameWorkloads([workload])} takes it`, site: workload.imageSite })),
      ],
      voyage.arrivals[0]?.steps,
    ),
    // Another path may push what it likes: it is this run's image that carries no other name.
    absences: group.flatMap(
      ({
        departure: {
          ref: { repository },
          run,
        },
      }) => (['tag', 'push'] as const).map((of) => ({ of, names: [repository], run, seq: 0, within: true })),
    ),
  };
}

/** The other images that this push sends on other branches; of names that a caller gives, nobody knows which. */
function insteadOf(plain: Moving, group: readonly Moving[]): Moving[] {
  const isKnown = ({ departure }: Moving): boolean => judged(departure.ref.repository) !== undefined;
  return group.filter(
    (one) =>
      one.voyage !== plain.voyage &&
      isKnown(one) &&
      isKnown(plain) &&
      !compatible(one.departure.when, plain.departure.when),
  );
}

function whereDefaulted(one: Naming): Related[] {
  const site = defaultSite(one);
  return site === undefined ? [] : [{ message: 'its default', site }];
}

/**
 * Workloads that say `latest`, where no push is told for it: nothing here pushes the image, or a telling tag goes out
 * beside `latest` and is not the one that the declaration takes. A default of `latest` is the workload's own, whatever
 * is pushed.
 */
function pulledByLatest(model: Model, told: ReadonlySet<Voyage>): Pulled[] {
  const placeKey = (one: Workload): string => `${one.label} ${siteKey(one.imageSite)}`;
  const delivered = new Set(
    model.voyages.flatMap((voyage) => {
      const latest = leaving(voyage).some(({ ref }) => tagNature(ref) === 'latest');
      const isSettled = ({ rollout, workload }: Arrival): boolean =>
        told.has(voyage) || rollout?.image !== undefined || (latest && !workload.declared);
      return voyage.arrivals.filter(isSettled).map((one) => placeKey(one.workload));
    }),
  );
  const byOrigin = groupBy(model.workloads, (one) => one.origin);
  const beside = new Set(
    model.voyages
      .filter((voyage) => leaving(voyage).some(({ ref }) => tagNature(ref) === 'telling'))
      .flatMap((voyage) => voyage.arrivals.map((one) => placeKey(one.workload))),
  );
  const isOurs = goesTo([
    ...model.voyages.flatMap((voyage) => departures(voyage)),
    ...model.facts.filter((fact): fact is OwnName => fact.kind === 'own-name'),
  ]);
  const isTold = goesTo(
    model.voyages.flatMap((voyage) => leaving(voyage).filter(({ ref }) => tagNature(ref) === 'telling')),
  );
  const mayBeTold = toldFromOutside(model);
  return model.workloads.flatMap((workload): Pulled[] => {
    const { image, origin, when } = workload;
    if (image.kind !== 'ref' || !isLatest(workload) || workload.placeholder === true || workload.resolved === true)
      return [];
    const others = (byOrigin.get(origin) ?? []).flatMap((one): Naming[] =>
      one.image.kind === 'ref' ? [{ ref: one.image.ref, when: one.when }] : [],
    );
    const defaulted = tagIsDefault({ ref: image.ref, when }, others);
    if (!defaulted && delivered.has(placeKey(workload))) return [];
    const mild =
      isPublic(image.ref) && !isOurs(image.ref)
        ? 'public'
        : beside.has(placeKey(workload)) || isTold(image.ref) || mayBeTold(workload)
          ? 'told beside'
          : undefined;
    const oneWay =
      !restsOnDefault(when) &&
      (byOrigin.get(origin) ?? []).some((one) => !compatible(one.when, when) && !isLatest(one));
    return [{ workload, ref: image.ref, when, defaulted, oneWay, ...defined({ mild }) }];
  });
}

function isLatest({ image }: Workload): boolean {
  return image.kind === 'ref' && tagNature(image.ref) === 'latest';
}

/** May one of these go to this reference's repository? */
function goesTo(names: readonly { readonly ref: ImageRef }[]): (ref: ImageRef) => boolean {
  const pushed = new RefIndex(
    names.map((one) => one.ref),
    (ref) => ref,
  );
  return (ref) => pushed.near(ref).some((other) => matchRepository(other, ref) !== 'not at all');
}

/**
 * May a telling tag go to this workload's repository by an address that only the outside names? What is pushed in a
 * folder with workloads of its own, as in a collection of projects, stays there.
 */
function toldFromOutside(model: Model): (workload: Workload) => boolean {
  const projects = new Set(
    model.workloads.flatMap(({ declared, imageSite }) => (declared ? [topFolder(imageSite.file)] : [])),
  );
  const from = new Set(
    model.voyages.flatMap((voyage) =>
      leaving(voyage).flatMap(({ ref, site }) =>
        tagNature(ref) === 'telling' && isOpen(ref) ? [topFolder(site.file)] : [],
      ),
    ),
  );
  const anywhere = [...from].some((folder) => folder === '' || !projects.has(folder));
  return ({ image, imageSite }) =>
    image.kind === 'ref' &&
    // What another root's output gives has no registry to be seen: the whole of it is open.
    (image.ref.registry !== undefined || isOpen(image.ref)) &&
    !isPublic(image.ref) &&
    (anywhere || from.has(topFolder(imageSite.file)));
}

function isOpen({ repository }: ImageRef): boolean {
  return repository.length > 0 && repository.every((part) => spelled(part) === undefined);
}

function topFolder(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

/** Docker Hub and the other registries that everybody pulls from. */
function isPublic(ref: ImageRef): boolean {
  const registry = known(ref.registry);
  return (
    known(ref.repository) !== undefined &&
    (ref.registry === undefined ||
      (registry !== undefined && PUBLIC.test(registry)) ||
      AWS_OWN.test(spelled(ref.registry[0]) ?? ''))
  );
}

/** AWS's own images, in whatever region: Amazon Linux, EKS's add-ons, the Deep Learning Containers. */
const AWS_OWN = /^(?:137112412989|602401143452|763104351884)\.dkr\.ecr\./;

const PUBLIC =
  /^(?:docker\.io|registry-1\.docker\.io|index\.docker\.io|public\.ecr\.aws|quay\.io|ghcr\.io|gcr\.io|mcr\.microsoft\.com|registry\.k8s\.io|nvcr\.io)$/;

function used(group: readonly Pulled[]): Report {
  const pulled =
    group.find((one) => !one.defaulted && one.mild === undefined && !one.oneWay) ??
    group.find((one) => !one.defaulted && one.mild === undefined) ??
    group.find((one) => !one.defaulted) ??
    group[0]!;
  const {
    workload: { imageSite, tagDefaulted },
    workload,
    ref,
    defaulted,
    mild,
    oneWay,
  } = pulled;
  const said = tagDefaulted === true || ref.tag === undefined ? ' with no tag, which means `latest`' : '';
  return {
    site: imageSite,
    severity: defaulted || mild !== undefined ? 'note' : 'warning',
    message: `${nameWorkloads([workload])} takes ${code(shortRef(ref))}${said}${defaulted ? ', unless another is given' : ''}: ${consequence([workload])}`,
    confidence: oneWay ? 'possible' : 'certain',
    help:
      mild === 'told beside'
        ? 'Deploy the tag that tells the build: something here pushes one.'
        : 'Deploy a tag that identifies the build: a version, commit hash or digest.',
    related: relatedTo(imageSite, whereDefaulted(pulled)),
  };
}
