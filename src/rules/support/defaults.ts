/** Which of the defaults that a reference rests on gives it its tag, and where that is written. */
import { defaultsIn, type Guard, type When } from '../../core/choices.ts';
import { effectiveTag, refText, type ImageRef } from '../../core/image-ref.ts';
import type { Site } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { textKey, type Text } from '../../core/text.ts';
import { tagNature } from './tags.ts';

/** One way in which a command or a workload names its image. */
export interface Naming {
  readonly ref: ImageRef;
  readonly when: When;
}

/**
 * Where the default is written that gives the tag, alone (`${TAG:-latest}`) or as the end of a reference
 * (`${IMAGE:-orders:latest}`).
 */
export function defaultSite(one: Naming): Site | undefined {
  return defaultOfTag(one)?.default?.site;
}

function defaultOfTag({ ref, when }: Naming): Guard | undefined {
  return defaultsIn(when).find((guard) => guard.default?.site !== undefined && givesTag(guard, ref));
}

/**
 * As `defaultSite`, where that is what would have to change. Whoever gives another stage than the default one, by which
 * the repository is called too, gives another tag that moves.
 */
export function mendedDefault(one: Naming): Site | undefined {
  const by = defaultOfTag(one);
  const word = judged(by?.default?.value);
  const isTag = word !== undefined && judged(one.ref.tag) === word;
  const isStage = isTag && (judged(one.ref.repository) ?? '').split(/[-_/.]/).includes(word);
  return isStage ? undefined : by?.default?.site;
}

/**
 * May a caller give another tag? Not where every default behind it is of something else: a region, an option that was
 * not taken.
 */
export function tagIsDefault(one: Naming, others: readonly Naming[]): boolean {
  return defaultsIn(one.when).some((guard) =>
    guard.default === undefined ? !staysWithout(guard, one.ref, others) : givesTag(guard, one.ref),
  );
}

/** What gives the repository its name, where that is a default. */
export function nameDefault({ ref, when }: Naming): Guard | undefined {
  const name = judged(ref.repository);
  return name === undefined ? undefined : defaultsIn(when).find((guard) => judged(guard.default?.value) === name);
}

function givesTag({ default: given }: Guard, ref: ImageRef): boolean {
  const value = judged(given?.value);
  if (value === undefined) return given !== undefined && endsWith(ref, given.value);
  if (ref.tag === undefined)
    return value !== '' && (judged(ref.repository)?.endsWith(value.slice(value.lastIndexOf('/') + 1)) ?? true);
  const tag = judged(ref.tag);
  return tag === undefined || value === tag || value.endsWith(`:${tag}`);
}

/** Is this, of which parts are unknown, the tag, or what the reference ends with? A registry's account isn't. */
function endsWith(ref: ImageRef, value: Text): boolean {
  const said = textKey(value);
  const tag = ref.tag === undefined ? undefined : textKey(ref.tag);
  return (
    said !== '' && (tag === undefined ? textKey(refText(ref)).endsWith(said) : said === tag || said.endsWith(`:${tag}`))
  );
}

/** The tag is the same where somebody chooses otherwise. */
function staysWithout({ cond }: Guard, ref: ImageRef, others: readonly Naming[]): boolean {
  const tag = textKey(effectiveTag(ref) ?? []);
  return others.some(
    (other) =>
      tagNature(other.ref) !== 'unknown' &&
      textKey(effectiveTag(other.ref) ?? []) === tag &&
      other.when.some((guard) => guard.cond === cond && guard.is !== 'unset'),
  );
}
