/** What Amazon ECR means by a repository's settings, in whatever language they are written. */
import type { LifecycleRule, Mutability } from '../model/facts.ts';
import type { Site } from '../core/site.ts';
import { defined } from '../core/optional.ts';
import { table } from '../core/table.ts';

const MUTABILITY: Readonly<Record<string, Mutability>> = table({
  MUTABLE: 'mutable',
  IMMUTABLE: 'immutable',
  IMMUTABLE_WITH_EXCLUSION: 'immutable with exclusion',
  MUTABLE_WITH_EXCLUSION: 'mutable with exclusion',
});

/** Where nothing is said. */
export const UNSAID_MUTABILITY: Mutability = 'mutable';

/** Of a stated word; undefined: it is stated, and not known. */
export function mutabilityOf(word: string | undefined): Mutability {
  return (word === undefined ? undefined : MUTABILITY[word]) ?? 'unknown';
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
        tagStatus: TAG_STATUS[wordOf(selection['tagStatus'])] ?? 'unknown',
        tagPatterns: [
          ...strings(selection['tagPrefixList']).map((prefix) => `${prefix}*`),
          ...strings(selection['tagPatternList']),
        ],
        countType: COUNT_TYPES[wordOf(selection['countType'])] ?? 'unknown',
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
function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : /^\d+$/.test(wordOf(value)) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
