/** Two answers to one project, before and after a change: what is new by content, what is gone, what was hidden. */
import { tryRead, type Files } from '../discover/files.ts';
import { isAsked, type Answer, type Asked, type Marked } from '../engine/answer.ts';
import { fingerprinted } from '../engine/judge.ts';
import type { Finding } from '../model/finding.ts';

export interface Side {
  readonly answer: Answer;
  readonly files: Files;
  /** What its baseline lists. */
  readonly known: ReadonlySet<string>;
}

export interface Since {
  /** Also those that a comment of this very change hides. */
  readonly fresh: readonly Finding[];
  readonly fixed: readonly Finding[];
  /** Comments that suppress and were not there before. */
  readonly suppressions: readonly string[];
}

/**
 * Both sides are judged by what the old one says of levels and the baseline. A finding is new when its fingerprint is:
 * it doesn't matter which of its ends was changed.
 */
export function since(before: Side, after: Side, asked: Asked): Since {
  const renamed = renames(before.files, after.files);
  const moved = (one: Marked): Marked => ({
    ...one,
    finding: {
      ...one.finding,
      site: { ...one.finding.site, file: renamed.get(one.finding.site.file) ?? one.finding.site.file },
      related: one.finding.related.map((other) => ({
        ...other,
        site: { ...other.site, file: renamed.get(other.site.file) ?? other.site.file },
      })),
    },
  });
  const old = fingerprinted([...before.answer.kept, ...before.answer.suppressed].map(moved));
  const now = [...after.answer.kept, ...after.answer.suppressed];
  const prints = fingerprinted(now);
  const were = new Set(old.map(({ fingerprint }) => fingerprint));
  const are = new Set(prints.map(({ fingerprint }) => fingerprint));
  const added = moreThan(before.answer.suppressions, after.answer.suppressions);
  const isNewComment = new Set(added);
  const isShown = isAsked(asked);
  const fresh = prints.filter((one, index) => {
    const marked = now[index];
    const hidden = after.answer.suppressed[index - after.answer.kept.length];
    return (
      marked !== undefined &&
      isShown(marked) &&
      !were.has(one.fingerprint) &&
      !before.known.has(one.fingerprint) &&
      (hidden === undefined || isNewComment.has(hidden.comment))
    );
  });
  const fixed = old.filter((one, index) => {
    const marked = before.answer.kept[index];
    return marked !== undefined && isShown(marked) && !are.has(one.fingerprint) && !before.known.has(one.fingerprint);
  });
  return { fresh, fixed, suppressions: added };
}

/** What the second list has more often than the first. */
function moreThan(before: readonly string[], after: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of before) left.set(one, (left.get(one) ?? 0) + 1);
  return after.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}

/** Of more files than these only those are followed that were moved as they were. */
const MOST_COMPARED = 200;
/** The part of their lines that two files have in common when one has become the other; git's own measure. */
const ALIKE = 0.5;

/** Files that go by another name now: by their texts, or by most of their lines. */
function renames(before: Files, after: Files): ReadonlyMap<string, string> {
  const [old, now] = [new Set(before.list()), new Set(after.list())];
  const gone = textsOf(
    before,
    [...old].filter((path) => !now.has(path)),
  );
  if (gone.length === 0) return new Map();
  const came = textsOf(
    after,
    [...now].filter((path) => !old.has(path)),
  );
  const found = new Map<string, string>();
  const taken = new Set<string>();
  const take = (from: string, to: string | undefined): void => {
    if (to === undefined) return;
    found.set(from, to);
    taken.add(to);
  };
  const byText = new Map(came.map(({ path, text }) => [text, path]));
  for (const { path, text } of gone) if (!taken.has(byText.get(text) ?? '')) take(path, byText.get(text));
  const [left, free] = [gone.filter(({ path }) => !found.has(path)), came.filter(({ path }) => !taken.has(path))];
  if (left.length > MOST_COMPARED || free.length > MOST_COMPARED) return found;
  const sorted = left
    .flatMap((one) => free.map((other) => ({ from: one.path, to: other.path, alike: alike(one.lines, other.lines) })))
    .filter((pair) => pair.alike >= ALIKE)
    .sort((a, b) => b.alike - a.alike);
  for (const { from, to } of sorted) if (!found.has(from) && !taken.has(to)) take(from, to);
  return found;
}

interface Text {
  readonly path: string;
  readonly text: string;
  readonly lines: ReadonlySet<string>;
}

function textsOf(files: Files, paths: readonly string[]): Text[] {
  return paths.flatMap((path) => {
    const text = tryRead(files, path) ?? '';
    return text.trim() === '' ? [] : [{ path, text, lines: new Set(text.split('\n')) }];
  });
}

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((line) => b.has(line)).length;
  return common / Math.max(a.size, b.size);
}
