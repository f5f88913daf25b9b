/**
 * A declared thing as a service sees it: by CloudFormation's names of its properties, in whatever language it is
 * written. Each language gives a view of its resources; what AWS means by a property is then said once, in the
 * service's own file.
 */
import type { When } from '../core/choices.ts';
import { cpuOf, type Cpu } from '../core/platform.ts';
import { judged } from '../core/sealed.ts';
import type { Site } from '../core/site.ts';
import type { Text } from '../core/text.ts';
import type { ImageSource, Service, Workload } from '../model/facts.ts';
import { defined } from '../core/optional.ts';
import type { UnsaidCpu } from './describe.ts';
import type { Said } from './start.ts';

/** One of the ways that a property can be. */
export interface Stated {
  /** Absent where it is left out. */
  readonly text?: Text;
  readonly when: When;
  readonly site?: Site;
}

export interface StatedImage {
  readonly image: ImageSource;
  readonly when: When;
  readonly site?: Site;
  /** What a workload that runs it has by that. */
  readonly more?: Partial<Pick<Workload, 'pullGrant' | 'tagDefaulted' | 'toolkitVersion'>>;
}

export interface View {
  /** The ways a value can be; of a list, its first item. Never empty. */
  get(...path: readonly string[]): readonly Stated[];
  /** The images that a property names. Empty where it names none. */
  images(...path: readonly string[]): readonly StatedImage[];
  /** The words of a list, such as a command. */
  words(...path: readonly string[]): Said;
  /** The things in a list, each a view of its own. */
  items(...path: readonly string[]): readonly View[];
  /** Is anything said there, whatever it is? */
  has(...path: readonly string[]): boolean;
}

export interface StatedCpu extends Pick<Workload, 'cpu' | 'cpuBasis'> {
  readonly when: When;
  readonly site?: Site;
  /** What is stated and not known, in case the choices of the image tell what it is. */
  readonly text?: Text;
}

/** What a service reads of a thing that runs images. */
export interface Running {
  readonly service: Service;
  readonly names: readonly Stated[];
  readonly images: readonly StatedImage[];
  readonly cpus: readonly StatedCpu[];
  /** Distinguishes the containers of one thing. */
  readonly part?: string;
  readonly more?: Partial<
    Pick<
      Workload,
      | 'autoDeploy'
      | 'balanced'
      | 'containerName'
      | 'healthCheck'
      | 'heldBy'
      | 'ofFamily'
      | 'placeholder'
      | 'pullGrant'
      | 'startedPerRun'
      | 'startsWith'
      | 'unheld'
    >
  >;
}

/** A CPU without a word of the thing itself: the service's default, or what is around it. */
export type Unstated = UnsaidCpu & { readonly site?: Site };

/** The CPUs that a property states; the other on the ways that leave it out. */
export function cpusOf(stated: readonly Stated[], unstated: Unstated = {}): readonly StatedCpu[] {
  return stated.map(({ text, when, site }): StatedCpu => {
    if (text === undefined) return { ...unstated, when };
    const word = judged(text);
    const cpu: Cpu | undefined = word === undefined ? undefined : cpuOf(word);
    return { ...defined({ cpu, site }), ...(word === undefined ? { text } : {}), cpuBasis: 'stated', when };
  });
}

/** The service has this CPU alone, whatever anybody says. */
export function only(cpu: UnsaidCpu): readonly StatedCpu[] {
  return [{ ...cpu, when: [] }];
}

/** The word that a property is, where it can be but one. */
export function wordOf([first, ...more]: readonly Stated[]): string | undefined {
  return more.length === 0 ? judged(first?.text) : undefined;
}

/** Undefined where nothing is said on any way. */
export function flagOf(stated: readonly Stated[]): boolean | 'unknown' | undefined {
  if (stated.every(({ text }) => text === undefined)) return undefined;
  const word = wordOf(stated)?.trim().toLowerCase();
  return TRUE.has(word ?? '') ? true : FALSE.has(word ?? '') ? false : 'unknown';
}

/** YAML has several words for each. */
const TRUE = new Set(['true', 'yes', 'on']);
const FALSE = new Set(['false', 'no', 'off']);
