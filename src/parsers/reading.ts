/**
 * A reading is what one source says, reduced to plain data with positions. It depends on that source alone. Ranges are
 * offsets into the file, also where the text was embedded (a workflow's `run: |`, a recipe, a JSON string): parsers map
 * them back before they hand a reading out.
 */
import type { Unreadable } from '../model/finding.ts';
import type { Lines, Range } from '../model/site.ts';
import type { AssemblyReading } from './assembly.ts';
import type { BakeReading } from './bake.ts';
import type { CdkReading } from './cdk/reading.ts';
import type { TemplateReading } from './cloudformation/reading.ts';
import type { ComposeReading } from './compose.ts';
import type { DockerfileReading } from './dockerfile.ts';
import type { TaskDefinitionReading } from './ecs-task.ts';
import type { JustfileReading } from './justfile/reading.ts';
import type { KubernetesReading } from './kubernetes.ts';
import type { MakefileReading } from './makefile.ts';
import type { MarkdownReading } from './markdown/reading.ts';
import type { PackageJsonReading } from './package-json.ts';
import type { PipelineReading } from './pipeline.ts';
import type { SamConfigReading } from './samconfig.ts';
import type { ServerlessReading } from './serverless/reading.ts';
import type { ShellReading } from './shell/reading.ts';
import type { TaskfileReading } from './taskfile/reading.ts';
import type { TerraformReading } from './terraform.ts';
import type { WorkflowReading } from './workflow.ts';

/** What a parser is given. */
export interface SourceText {
  /** Project-relative, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
}

/** `plimsoll-ignore` and its kin, as each language's own comment carries it. */
export interface Suppression {
  readonly rules: readonly string[];
  readonly scope: 'line' | 'file';
  /** The comment. */
  readonly range: Range;
  /**
   * 1-based lines it covers: its own and, for a comment alone on its line, the next line of code. Empty for a whole
   * file.
   */
  readonly covers: readonly number[];
  readonly reason?: string;
  /** `until=2027-03-31` */
  readonly until?: string;
  /** In a template's `Metadata`: the logical id it covers instead of lines, with the resource's range. */
  readonly region?: Range;
  /** A tool wrote it, from what the author says elsewhere: nobody is told that it's of no use. */
  readonly generated?: true;
}

export interface ReadingBase {
  readonly file: string;
  readonly lines: Lines;
  readonly unreadable: readonly Unreadable[];
  readonly suppressions: readonly Suppression[];
}

export type Reading =
  | ShellReading
  | DockerfileReading
  | WorkflowReading
  | PipelineReading
  | MakefileReading
  | PackageJsonReading
  | ComposeReading
  | BakeReading
  | TemplateReading
  | AssemblyReading
  | CdkReading
  | MarkdownReading
  | JustfileReading
  | TaskfileReading
  | TerraformReading
  | SamConfigReading
  | ServerlessReading
  | TaskDefinitionReading
  | KubernetesReading;

export type Kind = Reading['kind'];

/** All readings of a project, looked up while evaluating. */
export interface Readings {
  get(file: string): Reading | undefined;
  ofKind<K extends Kind>(kind: K): readonly Extract<Reading, { kind: K }>[];
  /** Does the project have this file or folder (read or not)? */
  exists(path: string): boolean;
  /** The text of a small project file that is no reading (`.env`, `cdk.json`, a task definition), on demand. */
  text(file: string): string | undefined;
  /**
   * A file that a build names as its Dockerfile, whatever it is called; Docker also takes `dockerfile` where there is
   * no `Dockerfile`. With a text: what a build is given on its standard input in this file. Absent where nothing speaks
   * of one.
   */
  dockerfile?(file: string, text?: string): DockerfileReading | undefined;
}
