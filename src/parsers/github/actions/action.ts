/** What an action's handler is given: the step that uses it, evaluated. */
import type { When, Values } from '../../../core/choices.ts';
import type { Site } from '../../../core/site.ts';
import type { Text } from '../../../core/text.ts';
import type { Fate, Frame, NewFact, Outcome, World } from '../../../project/evaluation.ts';

/** Where list inputs are cut. */
export type Separators = 'lines' | 'lines and commas' | 'spaces';

/**
 * One line (or comma-separated piece) of a list input. An item that an expression supplies may exist under some choices
 * only.
 */
export interface Item {
  readonly values: Values;
  readonly site: Site;
}

export interface ActionCall {
  readonly world: World;
  /** The step's environment, hops, choices and fate. */
  readonly frame: Frame;
  /** `docker/build-push-action`, in lower case. */
  readonly name: string;
  /** What follows the `@`, and the version a comment beside a pinned commit names. */
  readonly version: string;
  /** The `uses:` value. */
  readonly site: Site;
  /** The step, for names of values nobody knows: `steps.meta`. */
  readonly path: string;
  /** Keeps unknown values of different runs apart. */
  readonly scope: string;
  input(name: string): Values | undefined;
  /** The input's value in the file. */
  inputSite(name: string): Site | undefined;
  /** A list input, cut at line ends and, unless told otherwise, commas. */
  items(name: string, separators?: Separators): readonly Item[];
  env(name: string): Values | undefined;
  /** Stamps and emits under the step's choices and these; nothing where they contradict each other. */
  emit(fact: NewFact, when?: When): void;
  output(name: string, values: Values): void;
  exportEnv(name: string, values: Values): void;
  /** Runs a text input as a shell script. */
  script(
    name: string,
    options?: { readonly timeoutSeconds?: number; readonly masked?: Fate['masked'] },
  ): Outcome | undefined;
  /** A project-relative path of what a path input names; undefined when it can't be told or leaves the project. */
  resolve(text: Text): string | undefined;
}

export type ActionHandler = (call: ActionCall) => void;
