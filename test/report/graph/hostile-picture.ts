/** A picture whose every text is a stranger's. */
import { MISMATCH } from '../sample.ts';
import type { DrawnVoyage, Picture, Stop } from '../../../src/picture/picture.ts';

export function pictureOf(text: string): Picture {
  const stop = (id: string, stage: Stop['stage'], more: Partial<Stop> = {}): Stop => ({
    id,
    stage,
    sight: 'seen',
    title: text,
    name: text,
    details: [text],
    alternatives: [],
    places: [{ label: text, site: { ...MISMATCH.site, file: text === '' ? 'a' : text } }],
    files: [],
    live: [{ text, state: 'bad' }],
    ...more,
  });
  const voyage: DrawnVoyage = {
    id: 'v1',
    name: text,
    services: [text],
    ways: [[{ label: text, file: text, line: 1 }]],
    stops: [
      stop('v1s1', 'build', { places: [{ label: text, site: MISMATCH.site }], alternatives: [text, `${text}2`] }),
      stop('v1s2', 'push', { sight: 'blind' }),
      stop('v1s3', 'repository'),
      stop('v1s4', 'workload', { service: text }),
    ],
    legs: [
      { from: 'v1s1', to: 'v1s2', certainty: 'unknown' },
      { from: 'v1s2', to: 'v1s3', certainty: 'certain' },
      { from: 'v1s3', to: 'v1s4', certainty: 'likely' },
      { from: 'v1s1', to: 'v1s4', certainty: 'likely' },
    ],
  };
  return { voyages: [voyage] };
}
