/** What tells the things apart that a project makes: facts of one origin are ways to do one thing. */
import type { Hop, Site } from '../core/site.ts';
import type { Frame } from './evaluation.ts';

/** Kind, place and the way in. */
export function originOf({ kind, site }: { readonly kind: string; readonly site: Site }, frame: Frame): string {
  const { file, span, resource, via = frame.via } = site;
  return `${kind} ${file}:${span.start}-${span.end}${resource ?? ''} ${wayIn(via)} ${frame.run}${frame.nested?.turn ?? ''}`;
}

function wayIn(via: readonly Hop[]): string {
  return via.map((hop) => `${hop.file}:${hop.span.start}`).join('>');
}
