/** What the project knows of a language before a file of it is read. Each has a `language.ts` in its room; nothing heavy is imported there. */
import type { SourceText } from '../syntax/source.ts';
import type { Kind, Reading } from './readings.ts';

export interface Reader {
  read(source: SourceText): Reading;
}

/** Kinds whose files are read one by one; an assembly and a CDK app are read as a whole. */
export type SingleKind = Exclude<Kind, 'assembly' | 'cdk'>;

/** Whose names say little: JSON and YAML, TypeScript and JavaScript, files without a suffix. */
export type Suspect = 'declaration' | 'program' | 'script';

export interface Language<K extends Kind = Kind> {
  readonly kind: K;
  /** Is a file of this name one, whatever it holds? */
  owns?(name: string, path: string): boolean;
  /** What tells it among files whose names say little. */
  readonly inside?: {
    readonly among: Suspect;
    /** One of these byte sequences must occur before the file is read as text. */
    readonly tellTales: readonly string[];
    /** The second, surer look; for a script the start of the file is enough. */
    is(text: string, path: string): boolean;
  };
  /** Loaded when the first file of the kind turns up, so that a run pays only for what it reads. */
  readonly read: K extends SingleKind ? () => Promise<Reader> : undefined;
}
