/** What Amazon ECR means by a repository's settings, in whatever language they are written. */
import type { LifecycleRule, Mutability } from '../model/facts.ts';
import type { When } from '../core/choices.ts';
import { judged } from '../core/sealed.ts';
import type { Site } from '../core/site.ts';
import { defined, oneOrNone } from '../core/optional.ts';
import { table } from '../core/table.ts';
import { flagOf, wordOf, type Stated, type View } from './view.ts';

const MUTABILITY: Readonly<Record<string, Mutability>> = table({
  MUTABLE: 'mutable',
  IMMUTABLE: 'immutable',
  IMMUTABLE_WITH_EXCLUSION: 'immutable with exclusion',
  MUTABLE_WITH_EXCLUSION: 'mutable with exclusion',
});

/** Where nothing is said. */
const UNSAID_MUTABILITY: Mutability = 'mutable';

/** Of a stated word; undefined: it is stated, and not known. */
export function mutabilityOf(word: string | undefined): Mutability {
  return (word === undefined ? undefined : MUTABILITY[word]) ?? 'unknown';
}

/** What ECR reads of a declared repository. */
export interface Settings {
  readonly names: readonly Stated[];
  readonly mutabilities: readonly StatedMutability[];
  /** Patterns of tags that are exempt from it. */
  readonly exclusions: readonly string[];
  /** Is it emptied when it goes? Undefined where that is stated and not known. */
  readonly emptied: boolean | undefined;
}

export interface StatedMutability {
  readonly mutability: Mutability;
  readonly when: When;
  readonly site?: Site;
}

/** `unsaid`: what a module around it takes where nothing is said. */
export function readRepository(view: View, unsaid: Mutability = UNSAID_MUTABILITY): Settings {
  const emptied = flagOf(view.get('EmptyOnDelete'));
  return {
    names: view.get('RepositoryName'),
    mutabilities: view
      .get('ImageTagMutability')
      .map(({ text, ...way }) => ({ ...way, mutability: text === undefined ? unsaid : mutabilityOf(judged(text)) })),
    exclusions: view
      .items('ImageTagMutabilityExclusionFilters')
      .flatMap((filter) => oneOrNone(wordOf(filter.get('ImageTagMutabilityExclusionFilterValue')))),
    emptied: emptied === 'unknown' ? undefined : (emptied ?? false),
  };
}

const TAG_STATUS: Readonly<Record<string, LifecycleRule['tagStatus']>> = table({
  tagged: 'tagged',
  untagged: 'untagged',
  any: 'any',
});
const COUNT_TYPES: Readonly<Record<string, LifecycleRule['countType']>> = table({
  imageCountMoreThan: 'images',
  sinceImagePushed: 'age',
  sinceImagePulled: 'pulled',
});

/** The rules of a lifecycle policy's document, wherever it comes from. `site`: where the rule at this index stands. */
export function lifecycleRules(document: unknown, site: (index: number) => Site): LifecycleRule[] {
  const rules = objectOf(document)['rules'];
  return (Array.isArray(rules) ? rules : []).flatMap((one: unknown, index): LifecycleRule[] => {
    const rule = objectOf(one);
    const selection = objectOf(rule['selection']);
    // What is no object holds nothing.
    if (Object.keys(selection).length === 0) return [];
    const count = numberOf(selection['countNumber']);
    return [
      {
        site: site(index),
        tagStatus: TAG_STATUS[plainWord(selection['tagStatus'])] ?? 'unknown',
        tagPatterns: [
          ...strings(selection['tagPrefixList']).map((prefix) => `${prefix}*`),
          ...strings(selection['tagPatternList']),
        ],
        countType: COUNT_TYPES[plainWord(selection['countType'])] ?? 'unknown',
        ...defined({ count }),
        action: objectOf(rule['action'])['type'] === 'transition' ? 'archive' : 'expire',
      },
    ];
  });
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? table({ ...value }) : {};
}

/** A document may have anything in the place of a word or a number. */
function plainWord(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : /^\d+$/.test(plainWord(value)) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
