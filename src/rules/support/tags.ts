/** Which tags move, which tell builds apart, and which can't be told. */
import { effectiveTag, type ImageRef } from '../../core/image-ref.ts';
import { judged, spelled } from '../../core/sealed.ts';
import { hasNature, type Text } from '../../core/text.ts';
import { memo } from '../../core/memo.ts';

/** `latest`: said or, with no tag at all, meant. `fixed`: another constant. `telling`: differs from build to build. */
export type TagNature = 'latest' | 'fixed' | 'telling' | 'digest' | 'unknown';

export const tagNature: (ref: ImageRef) => TagNature = memo(natureOf);

function natureOf(ref: ImageRef): TagNature {
  if (ref.digest !== undefined) return 'digest';
  if (isPlaceholder(ref)) return 'unknown';
  if (ref.tag === undefined && mayHoldTag(ref)) return 'unknown';
  const tag = effectiveTag(ref);
  if (tag === undefined) return 'unknown';
  const text = judged(tag);
  if (text === 'latest') return 'latest';
  if (text === '') return 'unknown';
  if (text === undefined) return hasNature(tag, 'unique') ? 'telling' : isStage(tag) ? 'fixed' : 'unknown';
  return isVersion(text) ? 'telling' : 'fixed';
}

/** `$ENVIRONMENT`, `$STAGE-latest`: whatever it is called, it is the same for every build that goes there. */
function isStage(tag: Text): boolean {
  return tag.every((part) =>
    typeof part === 'string' ? !isVersion(part) : STAGE.test(part.hole.replace(/@.*$/s, '')),
  );
}

const STAGE = /(?:^|[._-])(?:env|environment|stage|deploy_?env(?:ironment)?|env_?name|environment_?name)$/i;

/** `1.4.2`, `v12`, `2026-11-20`, `release7`, a commit hash: numbers that a release changes. */
function isVersion(whole: string): boolean {
  const tag = whole.replace(CPU, 'cpu');
  return (
    NUMBERED.test(tag) ||
    /(^|[^0-9a-z])v?\d+([.\-_]\d+)*($|[^0-9a-z])/i.test(tag) ||
    /(^|[^0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{7,}($|[^0-9a-z])/i.test(tag)
  );
}

/** Its numbers are the CPU's. */
const CPU = /(?<![0-9a-z])(?:x86[-_]64|arm64[-_]v8|arm[-_]?v[5-8])(?![0-9a-z])/gi;

/** What people count by hand. `python3` and `arm64` are no such words. */
const NUMBERED =
  /(?:^|[^a-z])(?:build|iteration|milestone|phase|rc|rel|release|rev|revision|sprint|ver|version|alpha|beta)\d+(?:$|[^0-9a-z])/i;

/** `REPLACE_WITH_YOUR_IMAGE`, `...`: no repository has capital letters in its name, and each has a letter or digit. */
function isPlaceholder({ repository }: ImageRef): boolean {
  const whole = judged(repository);
  return (
    (whole !== undefined && !/[a-z0-9]/.test(whole)) || repository.some((part) => /[A-Z]/.test(spelled(part) ?? ''))
  );
}

/** What the toolkit builds lies in its own repository under a hash, wherever else it is copied. */
export function isAsset({ repository }: ImageRef): boolean {
  const [part] = repository;
  return repository.length === 1 && typeof part === 'object' && part.hole.startsWith('asset ');
}

/**
 * `$IMAGE` alone may be a whole reference, tag and all; `$REPO_URI` says it is a repository, unless it is one of
 * several values. An asset's tag is its hash, whatever it is called.
 */
function mayHoldTag({ repository }: ImageRef): boolean {
  const last = repository.at(-1);
  return (
    last !== undefined &&
    typeof last !== 'string' &&
    spelled(last) === undefined &&
    (isAsset({ repository }) || !/repo/i.test(last.hole.replace(/@.*$/s, '')) || last.hole.includes('|'))
  );
}

/** A tag that a push moves from one image to the next. */
export function moves(ref: ImageRef): boolean {
  const nature = tagNature(ref);
  return nature === 'latest' || nature === 'fixed';
}

/** Does a wildcard of ECR's exclusion filters or lifecycle patterns cover this tag? */
export function covers(pattern: string, tag: Text): boolean {
  const text = judged(tag);
  if (text === undefined) return false;
  const pieces = pattern.split('*');
  const [first = ''] = pieces;
  if (pieces.length === 1) return text === pattern;
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > text.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
