/** What a command that deploys says: a long command, after which workloads have what their declaration says. */
import { defined } from '../core/optional.ts';
import { judged } from '../core/sealed.ts';
import { known, type Text } from '../core/text.ts';
import type { Rollout } from '../model/facts.ts';
import type { CommandResult, Invocation, LongCommand } from '../project/evaluation.ts';
import type { Options } from './options.ts';
import { PINNED_VERSION } from './packages.ts';
import { isOn } from './texts.ts';

export interface About {
  readonly service?: Rollout['service'];
  readonly effect?: Rollout['effect'];
  readonly name?: Text;
  readonly unconfirmed?: boolean;
  readonly what?: LongCommand['what'];
  readonly gives?: Rollout['gives'];
  readonly publishes?: Rollout['publishes'];
}

/** A long command after which workloads have what their declaration says. */
export function rollOut(invocation: Invocation, label: string, about: About = {}): CommandResult {
  const version = known(invocation.env(PINNED_VERSION));
  invocation.emit({
    kind: 'rollout',
    site: invocation.site,
    label,
    service: about.service ?? 'any',
    effect: about.effect ?? 'on change',
    ...defined({ name: about.name, toolVersion: version }),
    ...(about.gives === undefined || about.gives.length === 0 ? {} : { gives: about.gives }),
    ...defined({ publishes: about.publishes }),
  });
  return {
    long: {
      what: about.what ?? 'deploy',
      label,
      ...(about.unconfirmed === true ? { unconfirmed: { site: invocation.site } } : {}),
    },
  };
}

export function long(label: string, what: LongCommand['what']): CommandResult {
  return { long: { what, label } };
}

/** The first words that are no flags: `svc deploy`. */
export function verbs(options: Options): string[] {
  return options.positionals.map((arg) => judged(arg.text) ?? '');
}

export function isSet(options: Options, flag: string): boolean {
  const option = options.last(flag);
  return option !== undefined && isOn(option.value);
}
