/** A frame in which somebody ignores that commands fail: `-` in a Makefile, `ignore_error: true` in a Taskfile. */
import type { Frame } from './evaluation.ts';

export type Masked = NonNullable<NonNullable<Frame['fate']>['masked']>;

export function ignoring(frame: Frame, masked: Masked | undefined): Frame {
  if (masked === undefined) return frame;
  const { nested } = frame;
  return {
    ...frame,
    fate: { ...frame.fate, masked },
    ...(nested === undefined ? {} : { nested: { ...nested, swallowers: [masked, ...nested.swallowers] } }),
  };
}
