/** What evaluation reads of the project's files. */
import { contentOf, seal } from '../core/sealed.ts';
import { literal, type Text } from '../core/text.ts';
import type { Readings } from './readings.ts';

/** A file's text: as it is for files that are judged themselves, sealed for all that are only read. */
export function contentsOf(readings: Readings, path: string): Text | undefined {
  const text = readings.text(path);
  return text === undefined ? undefined : isSource(readings, path) ? literal(text) : seal(text, contentOf(path));
}

/** Scripts ask a `package.json` for its version, which is no script of its own. */
export function isSource(readings: Readings, path: string): boolean {
  const kind = (readings.all ?? readings).get(path)?.kind;
  return kind !== undefined && kind !== 'package-json';
}
