/** Something that keeps Plimsoll from doing its job: shown as one line on stderr, exit code 2. */
export class Problem extends Error {
  override readonly name = 'Problem';
}

/** What went wrong, in one line. */
export function firstLineOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
