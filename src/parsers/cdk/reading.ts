/**
 * A CDK app as plain data: the library objects its source makes (`new ecr.Repository(…)`,
 * `ContainerImage.fromAsset(…)`, `role.addManagedPolicy(…)`) with their arguments evaluated. What a class of the
 * library means is told by constructs/; this only says what the source says.
 */
import type { When } from '../../core/choices.ts';
import type { Hop, Range } from '../../core/site.ts';
import type { Nature, Text } from '../../core/text.ts';
import type { PipelineReading } from '../pipelines/reading.ts';
import type { ReadingBase } from '../../syntax/source.ts';

export interface CdkReading extends ReadingBase {
  readonly kind: 'cdk';
  /**
   * Every file that took part, with its own lines, comments and unreadable spots; `file` of the reading is the first
   * entry file.
   */
  readonly files: readonly CdkFile[];
  /**
   * Project-relative folders in which the toolkit may run the app, likeliest first: what relative asset paths start
   * from.
   */
  readonly roots: readonly string[];
  /** By id; a call's target and arguments always have smaller ids. */
  readonly objects: readonly CdkObject[];
  readonly contextReads: readonly CdkContextRead[];
  readonly buildspecs: readonly CdkBuildspec[];
  /** A piece of a document, which stands for no app of the project. */
  readonly excerpt?: true;
  /** Version range of the `aws-cdk` toolkit that package.json asks for, when it does. */
  readonly toolkit?: string;
}

export type CdkFile = ReadingBase;

/**
 * A buildspec that an app writes out: by the object it is, with what stands for each parameter pasted into its text.
 */
export interface CdkBuildspec {
  readonly object: number;
  readonly pipeline: PipelineReading;
  readonly holes: readonly { readonly name: string; readonly value: CdkValue; readonly range: Range }[];
}

/** Where something is written: a file of the app and a range in it. */
export interface CdkSource {
  readonly file: string;
  readonly range: Range;
}

/** `new X(…)`, a call of a library function or static, a method called on (or a property set on) a library object. */
export interface CdkObject {
  readonly id: number;
  readonly how: 'new' | 'call' | 'method' | 'set';
  /** The package or entry it's imported from; for methods, empty. */
  readonly module: string;
  /** `DockerImageFunction`, `DockerImageCode.fromImageAsset`; for methods and properties, their name. */
  readonly name: string;
  /** What the method is called on or the property set on. */
  readonly target?: CdkSingle;
  readonly args: readonly CdkValue[];
  /** The construct it's made in: an object's id. */
  readonly scope?: number;
  /** `ApiStack/Image`; empty for an app and for what is no construct. */
  readonly path: string;
  /** `new lambda.DockerImageFunction`, `ecs.ContainerImage.fromAsset`. */
  readonly source: CdkSource;
  readonly whole: CdkSource;
  /** The project's class that extends the library's, when it's made through one. */
  readonly className?: string;
  /** As written: scope and id arguments, for fixes. */
  readonly written?: { readonly scope: string; readonly id: string };
  /** In a stack that the app never makes. */
  readonly unmade?: true;
  readonly via: readonly Hop[];
  readonly when: When;
}

interface CdkAlternative {
  readonly value: CdkSingle;
  readonly when: When;
  /** The expression that states the value, which may stand in another file than the construct. */
  readonly source?: CdkSource;
  /** Of an image's address put together there: where the tag at its end is said. */
  readonly tag?: CdkSource;
}

/** Never empty. */
export type CdkValue = readonly CdkAlternative[];

interface CdkEntry {
  readonly key: string;
  readonly value: CdkValue;
  readonly keySource?: CdkSource;
  /** The expression written for this key. */
  readonly valueSource?: CdkSource;
}

export type CdkSingle =
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  /** `absent`: not even written, so that a default spread before it stands. */
  | { readonly kind: 'undefined'; readonly absent?: true }
  /** `open`: it may have more entries than are known, named after this hole. */
  | {
      readonly kind: 'object';
      readonly entries: readonly CdkEntry[];
      readonly open?: string;
      readonly className?: string;
    }
  | { readonly kind: 'list'; readonly items: readonly CdkValue[]; readonly open: boolean }
  /** A name of a library: `lambda.Architecture.ARM_64`. */
  | { readonly kind: 'symbol'; readonly module: string; readonly path: readonly string[] }
  | { readonly kind: 'ref'; readonly id: number }
  | { readonly kind: 'member'; readonly of: CdkSingle; readonly name: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly nature: Nature };

/** `tryGetContext('x')`, and how the value is used afterwards. */
export interface CdkContextRead {
  readonly key: string;
  readonly source: CdkSource;
  readonly via: readonly Hop[];
  readonly uses: readonly CdkContextUse[];
}

export interface CdkContextUse {
  readonly source: CdkSource;
  /** As a boolean for certain, by its truthiness alone, as a string or object, or by code that expects a string. */
  readonly as: 'boolean' | 'truthiness' | 'other' | 'parsed';
  /** `if (x)`, `x ?? false`, `x === true`. */
  readonly form: string;
  /** Compared with `true`, which the string 'true' is not. */
  readonly onlyTrue?: true;
}

/**
 * Holes that stand for a library object, or a property of one, carry its id:
 * `ApiStack/Repo.repositoryUri@cdk:bin/app.ts#7.repositoryUri`.
 */
/** The module of an object that stands for whatever an aspect visits; its first argument is the aspect's scope. */
export const VISITED = 'visited by an aspect';

/** The condition `node instanceof Class` inside a visit. */
export function instanceCondition(id: number, module: string, name: string): string {
  return `visited#${id} is ${module} ${name}`;
}

export function parseInstanceCondition(text: string): { id: number; module: string; name: string } | undefined {
  const found = /^visited#(\d+) is (\S*) (\S+)$/.exec(text);
  return found === null ? undefined : { id: Number(found[1]), module: found[2]!, name: found[3]! };
}

export function objectHole(entry: string, id: number, path: string, member?: string): string {
  const tail = member === undefined ? '' : `.${member}`;
  return `${path.replaceAll('@', '')}${tail}@cdk:${entry}#${id}${tail}`;
}

export function parseObjectHole(name: string): { id: number; member?: string } | undefined {
  const found = /@cdk:[^#]*#(\d+)(?:\.(.+))?$/s.exec(name);
  if (found === null) return undefined;
  return found[2] === undefined ? { id: Number(found[1]) } : { id: Number(found[1]), member: found[2] };
}
