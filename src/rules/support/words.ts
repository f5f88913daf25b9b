/** How things are named in messages. */
import type { Service, Workload } from '../../model/facts.ts';
import { inEcr, showRef, type ImageRef } from '../../core/image-ref.ts';
import { spelled } from '../../core/sealed.ts';
import { show } from '../../core/text.ts';
import { serviceOf } from '../../services/index.ts';
import { groupBy } from './groups.ts';

export function serviceNoun(service: Service): string {
  return serviceOf(service).noun[0];
}

export function workloadName(workload: Workload): string {
  return plainHoles(workload.name === undefined || workload.name.length === 0 ? workload.label : show(workload.name));
}

/**
 * Names of variables, as people wrote them. What stands for a computed value (`${records.[].charAt()}`, the text of a
 * long command) is nobody's name; an argument is told by its place.
 * `${module.api.data.aws_default_tags.current.tags.environment}` says no more than `${…environment}`.
 */
function plainHoles(name: string): string {
  return name
    .replace(/\$(\d)(?!\d)/g, (whole, place: string) =>
      ARGUMENTS[Number(place)] === undefined ? whole : `<${ARGUMENTS[Number(place)]} argument>`,
    )
    .replace(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g, (whole, inside: string) => {
      if (/^\$\([^{}…]{1,40}\)$/.test(inside)) return inside;
      const last = inside.length < 25 ? undefined : /^[\w.[\]"-]+\.([\w-]+)$/.exec(inside)?.[1];
      if (last !== undefined) return `\${…${last}}`;
      return /^[A-Za-z_][\w.-]*$/.test(inside) ? whole : '…';
    });
}

const ARGUMENTS = [undefined, 'first', 'second', 'third', 'fourth', 'fifth'];

/** ``Lambda function `api` ``; several of one service are listed, three at most. */
export function nameWorkloads(workloads: readonly Workload[]): string {
  const byService = groupBy(workloads, (workload) => workload.service);
  return listed(
    [...byService].map(([service, group]) => {
      const names = [...new Set(group.map(workloadName))];
      return `${serviceOf(service).noun[names.length === 1 ? 0 : 1]} ${listed(names.map(code), 3)}`;
    }),
  );
}

/** Do people call all of these by one name? */
export function areOne(workloads: readonly Workload[]): boolean {
  return nameWorkloads(workloads) === nameWorkloads(workloads.slice(0, 1));
}

/** `a, b and c`; beyond `most`, the rest is counted. */
export function listed(items: readonly string[], most = Infinity, last: 'and' | 'or' = 'and'): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`;
}

/** References without the address of a private ECR registry, which says little and is long. */
export function shortRef(ref: ImageRef): string {
  const { registry, ...rest } = ref;
  return shortName(showRef(registry !== undefined && inEcr(ref) === 'yes' ? rest : ref));
}

/** `$ACCOUNT`, kept in a name as it is written: docker refuses such a name. */
export function unexpanded({ registry = [], repository }: ImageRef): string | undefined {
  return [...registry, ...repository].map((part) => /\$\{?\w+\}?/.exec(spelled(part) ?? '')?.[0]).find(Boolean);
}

/** What a hole stands for may have slashes of its own. */
const ECR_ADDRESS = /^(?:\$\{[^{}]*\}|\$(?!\{)|[^/$])*\.dkr[.-]ecr\.(?:\$\{[^{}]*\}|\$(?!\{)|[^/$])*\//;

export function shortName(reference: string): string {
  const asset = /^\$\{asset (.*)\}$/.exec(reference)?.[1];
  return asset ?? plainHoles(reference.replace(ECR_ADDRESS, ''));
}

export function code(text: string): string {
  return `\`${text}\``;
}
