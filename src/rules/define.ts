/**
 * A rule is plain data plus one function over the model. `rules/<id>/rule.ts` exports one; `rules/<id>/page.md` is its
 * page, with the examples that run as tests.
 */
import type { Report, Severity } from '../model/finding.ts';
import type { Service } from '../model/facts.ts';
import type { Model } from '../model/voyage.ts';

export interface Rule<Options = unknown> {
  /** The folder's name. */
  readonly id: string;
  /** One line for tables: what is wrong when it fires. */
  readonly summary: string;
  /** For a `certain` link. */
  readonly severity: Severity;
  readonly services: readonly (Service | 'any')[];
  readonly group: 'run' | 'repositories' | 'tags' | 'deploy' | 'cdk' | 'diff' | 'live' | 'plimsoll';
  /**
   * `tied`: what it finds depends on nothing but facts of one run or file, or that name the same image, repository or
   * workload, so that it can be judged part by part. Without it, it sees the whole project.
   */
  readonly reach?: 'tied';
  /** Off until configured or named by `--only`. */
  readonly experimental?: boolean;
  /** Former ids that keep working. */
  readonly aliases?: readonly string[];
  readonly defaults?: Options;
  /** JSON schema of its options, for the configuration's own schema; absent: it takes none. */
  readonly optionsSchema?: object;
  check(model: Model, report: (found: Report) => void, options: Options): void;
}

export function defineRule<Options = unknown>(rule: Rule<Options>): Rule<Options> {
  return rule;
}
