/** Other systems' pipelines as plain data: jobs, each a row of sections of shell commands. */
import type { Range } from '../../core/site.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import type { Script } from '../shell/reading.ts';

export type Flavour = 'gitlab' | 'codebuild' | 'bitbucket' | 'circleci' | 'azure' | 'travis';

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly range: Range;
  /** The value is a place to fetch it from (Parameter Store, a secret), not the value. */
  readonly elsewhere?: boolean;
}

/**
 * A piece of the system's own template language inside a script (`<< parameters.tag >>`, `$(Build.BuildId)`), read as a
 * parameter of this name.
 */
export interface Macro {
  readonly name: string;
  readonly expression: string;
}

export type Line =
  | { readonly kind: 'command'; readonly range: Range; readonly script: Script; readonly macros: readonly Macro[] }
  /** GitLab's `!reference [job, script]`. */
  | { readonly kind: 'reference'; readonly range: Range; readonly path: readonly string[] }
  /** A step from elsewhere that nobody here knows, and what it was given. */
  | { readonly kind: 'foreign'; readonly range: Range; readonly label: string; readonly given: readonly Variable[] };

export interface Section {
  /** `script`, `phase build`, `step Push`: for hops. */
  readonly name: string;
  readonly range: Range;
  /** The step of somebody else's making that these commands are, as it is called here. */
  readonly madeBy?: string;
  readonly lines: readonly Line[];
  readonly variables: readonly Variable[];
  readonly shell?: string;
  readonly folder?: string;
  /** Runs in a new shell, so it sees no variables of the sections before. */
  readonly fresh: boolean;
  /** Runs even when what came before has failed, which nobody overlooks for that. */
  readonly always: boolean;
  /** Each line's own status counts, and only its last command's: what comes after a failed line doesn't run. */
  readonly lineByLine: boolean;
  readonly masked?: { readonly by: string; readonly range: Range };
  readonly limit?: { readonly seconds: number; readonly by: string; readonly range: Range };
}

export interface Job {
  readonly name: string;
  readonly key: Range;
  /** GitLab: jobs it takes from, and whether it is only there to be taken from. */
  readonly extends: readonly string[];
  readonly hidden: boolean;
  readonly variables: readonly Variable[];
  /** Runner tags, resource class, image: what may tell the CPU. */
  readonly labels?: readonly string[];
  readonly image?: string;
  /** CircleCI: a container or a virtual machine of CircleCI's own, if its class is no one else's runner; no Mac. */
  readonly hosted?: true;
  readonly sections: readonly Section[];
  readonly masked?: { readonly by: string; readonly range: Range };
  readonly limit?: { readonly seconds: number; readonly by: string; readonly range: Range };
  /** Rows of variables, each a run of its own. */
  readonly matrix: readonly (readonly Variable[])[];
}

/** `include: { project: acme/ci }`, and its like. */
interface Foreign {
  /** For people: `include project acme/ci`. */
  readonly label: string;
  readonly range: Range;
  readonly given: readonly Variable[];
}

export interface PipelineReading extends ReadingBase {
  readonly kind: 'pipeline';
  readonly flavour: Flavour;
  readonly variables: readonly Variable[];
  /** GitLab: sections every job has unless it says otherwise, and what `default:` says. */
  readonly defaults?: Job;
  /** GitLab: local files it includes, by path or pattern. */
  readonly includes: readonly string[];
  /** GitLab: local files that its jobs start as pipelines of their own. */
  readonly children?: readonly string[];
  /** GitLab: what it includes from elsewhere, which nobody here can see. */
  readonly foreign?: readonly Foreign[];
  readonly jobs: readonly Job[];
  /** Only there to be included by other files. */
  readonly included?: boolean;
}

/**
 * The file that a pipeline's text is a part of (a buildspec written into a template), and where each of its characters
 * stands there.
 */
export interface Around {
  readonly source: SourceText;
  readonly map: (offset: number) => number;
  /** What the file puts into the text before anybody reads it, by the shell parameter that stands for it. */
  readonly pasted: ReadonlyMap<string, { readonly range: Range; readonly text: string }>;
}
