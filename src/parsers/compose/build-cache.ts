/** Where a builder leaves its cache: `type=registry,ref=…` goes into a repository under a tag, as an image does. */
import type { NamedRef } from '../../model/facts.ts';
import { parseImageRef } from '../../core/image-ref.ts';
import { judged } from '../../core/sealed.ts';
import type { Site } from '../../core/site.ts';
import type { Text } from '../../core/text.ts';
import { fieldsOf } from '../../syntax/fields.ts';

/** One `--cache-to`; empty where it goes elsewhere, or where nobody minds that it can't be written. */
function cacheIn(text: Text, site: Site): NamedRef[] {
  const fields = fieldsOf(text);
  // A reference alone is short for the registry.
  const ref =
    judged(fields.get('type')) === 'registry' ? fields.get('ref') : fields.size === 1 ? fields.get('') : undefined;
  const ignored = fields.get('ignore-error');
  return ref === undefined || (ignored !== undefined && judged(ignored) !== 'false')
    ? []
    : [{ ref: parseImageRef(ref), site }];
}

/** As a build fact says it: nothing where there is none. */
export function cachesOf(stated: readonly { readonly text: Text; readonly site: Site }[]): {
  readonly caches?: readonly NamedRef[];
} {
  const caches = stated.flatMap(({ text, site }) => cacheIn(text, site));
  return caches.length === 0 ? {} : { caches };
}
