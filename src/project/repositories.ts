/** From what ECR reads of a declared repository to facts: the repository in each way it can be, and what its policy deletes. */
import { both, type When } from '../core/choices.ts';
import { hole } from '../core/text.ts';
import type { Text } from '../core/text.ts';
import type { LifecycleRule, Repository } from '../model/facts.ts';
import { removedBy } from '../model/lifecycle.ts';
import type { Settings, StatedMutability } from '../services/ecr.ts';
import type { Stated } from '../services/view.ts';
import { defined } from '../core/optional.ts';
import { asItIs, type Declaration } from './workloads.ts';

export interface RepositoryDeclaration extends Omit<Declaration, 'likely' | 'more'> {
  readonly by: Repository['by'];
  /** Its identity, which stands for a name that AWS chooses. */
  readonly id: string;
  readonly lifecycle: readonly LifecycleRule[];
  readonly more: Partial<
    Pick<
      Repository,
      'account' | 'construct' | 'emptied' | 'region' | 'resource' | 'retained' | 'retainedSite' | 'root' | 'stack'
    >
  >;
  /** Leaves out ways that nobody takes. */
  likely?(ways: readonly RepositoryWay[]): readonly RepositoryWay[];
}

interface RepositoryWay {
  readonly name: Stated;
  readonly setting: StatedMutability;
  readonly when: When;
}

export function emitRepository(declared: RepositoryDeclaration, settings: Settings): void {
  const { refine = asItIs, likely, emit, lifecycle, site, origin, by, id, label } = declared;
  const { exclusions, emptied } = settings;
  const found = waysOf(declared, settings);
  for (const [index, { name, setting, when }] of (likely?.(found) ?? found).entries()) {
    const text = name.text === undefined ? undefined : refine(name.text, when);
    emit(
      {
        kind: 'repository',
        role: 'created',
        by,
        label,
        id,
        ...(text === undefined ? {} : { name: text, ...defined({ nameSite: name.site }) }),
        mutability: setting.mutability,
        ...defined({ mutabilitySite: setting.site, emptied, origin }),
        ...(exclusions.length === 0 ? {} : { exclusions }),
        ...(lifecycle.length === 0 ? {} : { lifecycle }),
        ...declared.more,
        site,
      },
      when,
    );
    if (index === 0) emitCleanups(emit, text ?? hole(id), lifecycle, when);
  }
}

function waysOf({ ways }: RepositoryDeclaration, { names, mutabilities }: Settings): readonly RepositoryWay[] {
  return ways.flatMap((way) =>
    names.flatMap((name) =>
      mutabilities.flatMap((setting): RepositoryWay[] => {
        const partly = both(way, name.when);
        const when = partly === undefined ? undefined : both(partly, setting.when);
        return when === undefined ? [] : [{ name, setting, when }];
      }),
    ),
  );
}

/** What a policy deletes that somebody may still run. */
export function emitCleanups(
  emit: Declaration['emit'],
  repository: Text,
  rules: readonly LifecycleRule[],
  when: When,
): void {
  for (const rule of rules) {
    const removes = removedBy(rule);
    if (removes !== undefined)
      emit(
        { kind: 'cleanup', repository, removes, by: 'lifecycle policy', patterns: rule.tagPatterns, site: rule.site },
        when,
      );
  }
}
