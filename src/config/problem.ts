/** Something that keeps Plimsoll from doing its job: shown as one line on stderr, exit code 2. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
