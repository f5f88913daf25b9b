/** Where a statement of a pipeline runs. */
import type { Values, When } from '../../core/choices.ts';
import type { Hop } from '../../core/site.ts';
import type { Fate, Frame, Machine } from '../../project/evaluation.ts';
import { hole } from '../../core/text.ts';
import { variableHole } from '../shell/names.ts';
import { always } from '../../core/choices.ts';
import type { Scope } from './values.ts';

export interface Here {
  readonly scope: Scope;
  /** What `environment { }`, `withEnv` and parameters give; it counts for more than what is assigned to `env`. */
  readonly environment: ReadonlyMap<string, Values>;
  readonly run: string;
  readonly machine: Machine;
  readonly via: readonly Hop[];
  readonly cwd: string | undefined;
  readonly when: When;
  readonly fate: Fate;
  /** Of `docker.withRegistry`: what comes before images' names. */
  readonly registry?: Values;
  readonly depth: number;
}

/** The variables that every way through a pipeline can change. */
export class Environment {
  readonly assigned = new Map<string, Values>([['BUILD_TAG', always(hole('BUILD_TAG', 'unique'))]]);

  /** Of `parameters { }`: what anybody assigns counts for more. */
  readonly parameters = new Map<string, Values>();

  of(name: string, here: Here): Values {
    const own = here.environment.get(name) ?? this.assigned.get(name) ?? this.parameters.get(name);
    return own ?? always(variableHole(name));
  }

  frame(here: Here): Frame {
    const { run, via, cwd, machine, when, fate } = here;
    return {
      run,
      via,
      env: new Map([...this.parameters, ...this.assigned, ...here.environment]),
      cwd,
      machine,
      inCi: true,
      when,
      openEnvironment: true,
      fate,
    };
  }
}

export function withVariables(here: Here, variables: Iterable<readonly [string, Values]>): Here {
  return { ...here, environment: new Map([...here.environment, ...variables]) };
}
