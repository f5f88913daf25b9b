/** Words that move from build to build, as `latest` does. */
import type { ImageRef } from '../../core/image-ref.ts';
import { judged } from '../../core/sealed.ts';

/**
 * Stages, branches, channels, variants and CPUs, and the image's own name: whatever was there last. Any other word
 * somebody chose for this build, and it is a target for a roll-back.
 */
export function movesOn({ repository, tag }: ImageRef): boolean {
  const word = judged(tag);
  // `$ENVIRONMENT`, as its name says.
  if (word === undefined) return tag !== undefined;
  const name = (judged(repository) ?? '').replace(/^.*\//s, '');
  const parts = word.toLowerCase().split(/[-_.]/);
  // `qa1` and `dev2` are stages too.
  return word === name || parts.some((part) => MOVES.has(part) || MOVES.has(part.replace(/\d+$/, '')));
}

const MOVES = new Set(
  (
    'acc acceptance alpha alpine amd64 arm arm64 aarch64 beta branch buildcache cache canary cd ci current debian default demo dev ' +
    'develop development dr edge head int integration latest live lts main master next nightly node pre preprod ' +
    'preview prd prod production python qa rc release runtime sandbox sit slim stable stage staging stg test testing trunk ' +
    'tst uat x64 x86'
  ).split(' '),
);
