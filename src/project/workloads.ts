/** From what a service reads of a declared thing to Workload facts: one for each way that its parts can go together. */
import { MAX_ALTERNATIVES, both, nearestDefaults, type When } from '../core/choices.ts';
import { cpuOf } from '../core/platform.ts';
import { judged } from '../core/sealed.ts';
import type { Site } from '../core/site.ts';
import type { Text } from '../core/text.ts';
import type { Workload } from '../model/facts.ts';
import type { Running, Stated, StatedCpu, StatedImage } from '../services/view.ts';
import { defined } from '../core/optional.ts';
import type { NewFact } from './evaluation.ts';

/** What a language knows of the thing itself. */
export interface Declaration {
  readonly site: Site;
  /** For people. */
  readonly label: string;
  /** The ways it comes to exist. */
  readonly ways: readonly When[];
  readonly origin?: string;
  /** What else its facts have in common. */
  readonly more?: Partial<
    Pick<Workload, 'account' | 'constructPath' | 'declared' | 'region' | 'resource' | 'stack' | 'toolkitVersion'>
  >;
  /** Of text that is not known, what it is where these choices are made. */
  refine?(text: Text, when: When): Text;
  /** Leaves out ways that nobody takes. */
  likely?(ways: readonly Way[]): readonly Way[];
  emit(fact: NewFact, when: When): void;
}

export interface Way {
  readonly image: StatedImage;
  readonly cpu: StatedCpu;
  readonly name: Text | undefined;
  readonly when: When;
}

export function emitWorkload(declared: Declaration, running: Running): void {
  const { refine = asItIs } = declared;
  for (const { image, cpu, name, when } of waysOf(declared, running)) {
    const told = cpu.text === undefined ? undefined : judged(refine(cpu.text, when));
    const arch = cpu.cpu ?? (told === undefined ? undefined : cpuOf(told));
    declared.emit(
      {
        kind: 'workload',
        service: running.service,
        ...(name === undefined ? {} : { name: refine(name, when) }),
        label: declared.label,
        image: image.image,
        imageSite: image.site ?? declared.site,
        ...defined({ cpu: arch, cpuSite: cpu.site, cpuBasis: cpu.cpuBasis }),
        declared: true,
        ...declared.more,
        ...running.more,
        ...image.more,
        site: declared.site,
        ...(declared.origin === undefined ? {} : { origin: `${declared.origin}${running.part ?? ''}` }),
      },
      when,
    );
  }
}

export const asItIs = (text: Text): Text => text;

/** A name that is nowhere said doesn't multiply anything. */
const NAMELESS: readonly Stated[] = [{ when: [] }];

function waysOf({ ways, likely = asTheyAre }: Declaration, running: Running): readonly Way[] {
  const names = running.names.length === 0 ? NAMELESS : running.names;
  const found = ways.flatMap((way) =>
    running.images.flatMap((image) =>
      running.cpus.flatMap((cpu) =>
        names.flatMap((name): Way[] => {
          const when = [image.when, cpu.when, name.when].reduce<When | undefined>(
            (all, one) => (all === undefined ? undefined : both(all, one)),
            way,
          );
          return when === undefined ? [] : [{ image, cpu, name: name.text, when }];
        }),
      ),
    ),
  );
  const kept = nearestDefaults(likely(found), MAX_ALTERNATIVES);
  if (kept !== undefined) return kept;
  // Too many to tell apart: the workload is there, and that is all that is certain.
  const [first] = found;
  return first === undefined
    ? []
    : [
        {
          image: { ...first.image, image: { kind: 'unknown' } },
          cpu: { when: [] },
          name: undefined,
          when: ways.length === 1 ? ways[0]! : [],
        },
      ];
}

const asTheyAre = (ways: readonly Way[]): readonly Way[] => ways;
