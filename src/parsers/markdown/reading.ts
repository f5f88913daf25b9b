/** A Markdown document as plain data: what its fences say, in order, without what it shows as wrong on purpose. */
import type { Range } from '../../core/site.ts';
import type { CdkReading } from '../cdk/reading.ts';
import type { TemplateReading } from '../cloudformation/reading.ts';
import type { ComposeReading } from '../compose/read.ts';
import type { DockerfileReading } from '../dockerfile/reading.ts';
import type { ReadingBase } from '../../syntax/source.ts';
import type { Script } from '../shell/reading.ts';
import type { WorkflowReading } from '../github/reading.ts';

export interface MarkdownReading extends ReadingBase {
  readonly kind: 'markdown';
  readonly fences: readonly DocFence[];
  readonly placeholders: readonly Placeholder[];
  /** Fences of TypeScript, which the CDK's reader takes up. */
  readonly typescript: readonly TypeScriptFence[];
  /** What it made of them. */
  readonly cdk: readonly CdkReading[];
  /** Instructions of a coding agent: commands to choose from, in whatever order. */
  readonly commands?: true;
}

/** A placeholder (`<stage>`) became a shell variable that stands for it, the same one throughout the document. */
interface Placeholder {
  readonly variable: string;
  /** As the author wrote it, without its marks. */
  readonly name: string;
}

export type DocFence =
  | { readonly kind: 'shell'; readonly range: Range; readonly script: Script }
  | {
      readonly kind: 'file';
      readonly range: Range;
      readonly reading: DockerfileReading | ComposeReading;
      /** A path that the words before the fence, or its first comment, name. */
      readonly path?: string;
    }
  | { readonly kind: 'source'; readonly range: Range; readonly reading: WorkflowReading | TemplateReading };

export interface TypeScriptFence {
  readonly range: Range;
  /** The document's text with everything but this fence blank, so that offsets are the document's. */
  readonly text: string;
}
