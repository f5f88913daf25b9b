/** What a filter does to the output of a long command that is piped into it. */
import type { Deploy } from '../../model/facts.ts';

export type Hiding = NonNullable<Deploy['hidden']>['how'];

/** `undefined`: it passes everything on as it comes (or we can't tell). */
export function hidingOf(words: readonly string[]): Hiding | undefined {
  const [name = '', ...args] = words;
  const has = (pattern: RegExp): boolean => args.some((one) => pattern.test(one));
  switch (name.replace(/^.*\//, '')) {
    case 'tail':
      // `tail -n +2` passes on what comes; `-f` on a pipe waits for its end all the same.
      return args.some(
        (one, index) =>
          (/^\+\d/.test(one) && (args[index - 1] === '-n' || args[index - 1] === '-c')) ||
          /^-[nc]?\+\d/.test(one) ||
          /^--lines=\+/.test(one),
      )
        ? undefined
        : 'until the end';
    case 'head':
      return 'cut';
    case 'wc':
    case 'sort':
    case 'uniq':
    case 'md5sum':
    case 'sha256sum':
    case 'tac':
    case 'column':
    case 'sponge':
      return 'until the end';
    case 'grep':
    case 'egrep':
    case 'fgrep':
    case 'rg':
      return has(/^--line-buffered$/)
        ? undefined
        : has(/^-[a-zA-Z]*[qc]/) || has(/^--(quiet|silent|count)$/)
          ? 'until the end'
          : 'cut';
    default:
      return undefined;
  }
}
