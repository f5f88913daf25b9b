/** A failure costs the reader, entry, rule or reporter it happens in, and is said; never the run. */

/**
 * Does something; where that throws, `instead` says what it comes to, given the reason in a few words.
 * `PLIMSOLL_DEBUG=1` lets failures through.
 */
export function contain<T>(action: () => T, instead: (reason: string) => T): T {
  try {
    return action();
  } catch (error) {
    if (process.env['PLIMSOLL_DEBUG'] === '1') throw error;
    return instead(reasonFor(error));
  }
}

/** The stack is exhausted. */
export const TOO_DEEP = 'nested too deeply';

export function reasonFor(error: unknown): string {
  if (error instanceof RangeError && /call stack/i.test(error.message)) return TOO_DEEP;
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
