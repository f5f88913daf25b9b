/** The changes of a diff, for the formats that people read. */
import type { ChangeShown, ChangesShown } from './report.ts';
import { plural } from './report.ts';

const SIGN: Record<ChangeShown['change'], string> = { add: '+', remove: '-', update: '~', replace: '!', orphan: '-' };

export interface ChangedStack {
  readonly stack: string;
  /** Changes to what has to do with images, each with its sign. */
  readonly lines: readonly { readonly sign: string; readonly text: string }[];
  /** `and 12 other resources change`; empty when there are none. */
  readonly rest: string;
}

export function byStack({ list }: ChangesShown): ChangedStack[] {
  const stacks = [...new Set(list.map((one) => one.stack))];
  return stacks.map((stack) => {
    const own = list.filter((one) => one.stack === stack);
    const shown = own.filter((one) => one.concerns);
    const others = own.length - shown.length;
    const what = shown.length > 0 ? 'other resource' : 'resource';
    return {
      stack,
      lines: shown.map((one) => ({ sign: SIGN[one.change], text: one.description })),
      rest:
        others === 0
          ? ''
          : `${shown.length > 0 ? 'and ' : ''}${plural(others, what)} ${others === 1 ? 'changes' : 'change'}${shown.length > 0 ? '' : ', none of which builds, stores or runs images'}`,
    };
  });
}

/** All of it as plain lines, for formats that have one place for text. */
export function plainChanges(changes: ChangesShown): string[] {
  const stacks = byStack(changes).flatMap(({ stack, lines, rest }) => [
    stack,
    ...lines.map(({ sign, text }) => `${sign} ${text}`),
    ...(rest === '' ? [] : [rest]),
  ]);
  return [...stacks, ...changes.remarks];
}

export function headline({ list, against }: ChangesShown): string {
  return list.length === 0
    ? `A deploy would change nothing, compared with ${against}.`
    : `What a deploy would change, compared with ${against}:`;
}
