/**
 * A Serverless Framework service as plain data: the images it builds and the functions that run them. Variables
 * (`${…}`) stand as written.
 */
import type { Range } from '../../core/site.ts';
import type { TemplateReading } from '../cloudformation/reading.ts';
import type { ReadingBase } from '../../syntax/source.ts';

/** A scalar, as written. */
export interface Written {
  readonly value: string;
  readonly range: Range;
}

export interface ServerlessReading extends ReadingBase {
  readonly kind: 'serverless';
  readonly service?: string;
  /** Every scalar by its path (`custom.arch`), for `${self:custom.arch}`. */
  readonly values: Readonly<Record<string, string>>;
  /** `provider.architecture` */
  readonly architecture?: Written;
  readonly images: readonly ServerlessImage[];
  readonly functions: readonly ServerlessFunction[];
  readonly functionFiles: readonly FunctionFile[];
  /** `resources:`, as the template that it becomes a part of. */
  readonly resources?: TemplateReading;
  /** Files that stand for more of it (`${file(resources/ecr.yml)}`), relative to the service. */
  readonly resourceFiles: readonly string[];
}

/** A place in another file that holds functions, relative to the service. */
export interface FunctionFile {
  readonly file: string;
  readonly keys: readonly string[];
  /** It holds this one alone. */
  readonly name?: Written;
}

export interface ServerlessImage {
  readonly name: Written;
  /** Built from this folder, or taken from this address. */
  readonly path?: Written;
  readonly uri?: Written;
  readonly file?: Written;
  readonly platform?: Written;
  readonly provenance?: Written;
  readonly buildArgs: readonly { readonly name: string; readonly value: Written }[];
  readonly buildOptions: readonly Written[];
}

export interface ServerlessFunction {
  readonly name: Written;
  /** The name of an image, or an address. */
  readonly image: Written;
  readonly architecture?: Written;
  /** The physical name; `service-stage-key` where none is given. */
  readonly physicalName?: Written;
  readonly startsWith?: readonly string[];
}
