/** Where a default is written that a value comes from. */
import type { When } from '../../model/guard.ts';
import type { Site } from '../../model/site.ts';
import { known, type Text } from '../../model/text.ts';

/** The default that gives this tag, alone (`${TAG:-latest}`) or as the end of a reference (`${IMAGE:-orders:latest}`). */
export function defaultSite(conditions: When, tag: Text | undefined): Site | undefined {
  const wanted = known(tag);
  if (wanted === undefined) return undefined;
  return conditions.find(({ default: given }) => {
    const value = known(given?.value);
    return value !== undefined && (value === wanted || value.endsWith(`:${wanted}`));
  })?.default?.site;
}
