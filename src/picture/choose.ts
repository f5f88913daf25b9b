/** Which voyages of a picture are asked for: by the name of an image, a repository or a workload, or by a file. */
import type { DrawnVoyage, Picture } from './picture.ts';

/** Those with a stop in one of these project-relative files or folders; the empty path is the whole project. */
export function touching(picture: Picture, paths: readonly string[]): Picture {
  const isUnder = (file: string): boolean =>
    paths.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
  return those(picture, (voyage) => filesOf(voyage).some(isUnder));
}

/** Every file that a voyage has to do with, also those by which it is set going. */
function filesOf({ stops, ways }: DrawnVoyage): string[] {
  return [
    ...stops.flatMap(({ places, files }) => [...places.map(({ site }) => site.file), ...files]),
    ...ways.flatMap((way) => way.map(({ file }) => file)),
  ].filter((file) => file !== '');
}

/** Those of whose names one has this text in it, whatever its case. */
export function called(picture: Picture, name: string): Picture {
  const wanted = name.toLowerCase();
  return those(picture, (voyage) => namesOf(voyage).some((one) => one.toLowerCase().includes(wanted)));
}

/** A build's own name is its Dockerfile's, and that is a path. */
export function namesOf({ name, stops }: DrawnVoyage): string[] {
  const own = stops.filter(({ sight, stage }) => sight === 'seen' && stage !== 'build');
  return [...new Set([name, ...own.flatMap((stop) => (stop.name === undefined ? [] : [stop.name]))])];
}

/** Those of which the account knows something. */
export function inTheAccount(picture: Picture): Picture {
  const isLive = ({ places, live }: DrawnVoyage['stops'][number]): boolean =>
    live.length > 0 || places.some(({ site }) => site.resource !== undefined);
  return those(picture, ({ stops }) => stops.some(isLive));
}

export function together(picture: Picture, chosen: readonly Picture[]): Picture {
  const ids = new Set(chosen.flatMap(({ voyages }) => voyages.map(({ id }) => id)));
  return those(picture, ({ id }) => ids.has(id));
}

function those({ voyages, others = [] }: Picture, isMeant: (voyage: DrawnVoyage) => boolean): Picture {
  return { voyages: voyages.filter(isMeant), others: [...others, ...voyages.filter((one) => !isMeant(one))] };
}
