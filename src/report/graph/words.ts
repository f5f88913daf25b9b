/** What a stop is called in a picture, in a few words: the same in every format. */
import { place } from '../../core/site.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import type { DrawnVoyage, Stage, Stop } from '../../picture/picture.ts';
import { plural } from '../report.ts';

/** What happens to the image there. */
export const VERBS: Readonly<Record<Stage, string>> = {
  build: 'built',
  tag: 'tagged',
  push: 'pushed',
  repository: 'stored',
  'roll-out': 'rolled out',
  workload: 'runs',
};

/** `docker build: services/api/Dockerfile` */
export function headOf({ title, name }: Stop): string {
  return name === undefined ? title : `${title}: ${name}`;
}

/** Everything that is known of it beside its name, the account's remarks last. */
export function remarksOf({ details, alternatives, live }: Stop): string[] {
  return [
    ...(alternatives.length === 0 ? [] : [alternatives.join(' or ')]),
    ...details,
    ...live.map(({ text }) => `live: ${text}`),
  ];
}

/** `scripts/deploy.sh:14`, or an ARN. */
export function placeOf({ places }: Stop): string | undefined {
  const first = places[0]?.site;
  return first === undefined ? undefined : place(first);
}

export function wayText(way: DrawnVoyage['ways'][number]): string {
  return way.map(({ label, file, line }) => `${label} (${file}:${line})`).join(' › ');
}

/** `1 error, 2 warnings`; empty where there is none. */
export function countsOf(findings: readonly Finding[]): string {
  return SEVERITIES.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [plural(count, severity)];
  }).join(', ');
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];

export function isWhole({ stops }: DrawnVoyage): boolean {
  const sees = (stage: Stage): boolean => stops.some((one) => one.stage === stage && one.sight === 'seen');
  return sees('build') && sees('workload');
}

export const NOTHING_TO_DRAW = 'Nothing to draw: no file here builds, pushes or runs a container image.';
