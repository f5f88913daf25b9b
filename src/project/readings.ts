/**
 * A reading is what one source says, reduced to plain data with positions. It depends on that source alone. Ranges are
 * offsets into the file, also where the text was embedded (a workflow's `run: |`, a recipe, a JSON string): parsers map
 * them back before they hand a reading out.
 */
import type { JenkinsReading } from '../parsers/jenkins/reading.ts';
import type { AssemblyReading } from '../parsers/assembly/read.ts';
import type { BakeReading } from '../parsers/bake/read.ts';
import type { CdkReading } from '../parsers/cdk/reading.ts';
import type { TemplateReading } from '../parsers/cloudformation/reading.ts';
import type { ComposeReading } from '../parsers/compose/read.ts';
import type { DockerfileReading } from '../parsers/dockerfile/read.ts';
import type { TaskDefinitionReading } from '../parsers/ecs-task/read.ts';
import type { JustfileReading } from '../parsers/just/reading.ts';
import type { KubernetesReading } from '../parsers/kubernetes/read.ts';
import type { MakefileReading } from '../parsers/make/read.ts';
import type { MarkdownReading } from '../parsers/markdown/reading.ts';
import type { PackageJsonReading } from '../parsers/npm/read.ts';
import type { PipelineReading } from '../parsers/pipelines/read.ts';
import type { SamConfigReading } from '../parsers/sam/read.ts';
import type { FunctionFile, ServerlessFunction, ServerlessReading } from '../parsers/serverless/reading.ts';
import type { ShellReading } from '../parsers/shell/reading.ts';
import type { TaskfileReading } from '../parsers/task/reading.ts';
import type { TerraformReading } from '../parsers/terraform/read.ts';
import type { Around } from '../parsers/pipelines/reading.ts';
import type { SourceText, Suppression } from '../syntax/source.ts';
import type { WorkflowReading } from '../parsers/github/read.ts';

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
  | JenkinsReading
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
  /** Where only some are followed: all that there are. */
  readonly all?: Readings;
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
  /** Reads YAML that evaluation comes upon; loaded, and there, only where something of the project may hold it. */
  readonly yaml?: YamlReaders | undefined;
}

export interface YamlReaders {
  /** A buildspec inside another file, of which each character stands somewhere there. */
  buildspec(source: SourceText, around: Around): Pick<PipelineReading, 'jobs' | 'variables'>;
  /** Functions of a Serverless service, in a file of their own. */
  functions(source: SourceText, place: FunctionFile): readonly ServerlessFunction[];
  /** A Kubernetes manifest that a command applies. */
  manifest(source: SourceText): KubernetesReading;
  /** What its comments say of findings. */
  suppressions(source: SourceText): readonly Suppression[];
}
