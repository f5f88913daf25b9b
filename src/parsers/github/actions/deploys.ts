/**
 * Deploy facts of actions: an action shows its output and fails its step, so only what the workflow does with that is
 * worth a fact.
 */
import type { Deploy } from '../../../model/facts.ts';
import type { ActionCall } from './action.ts';
import { defined } from '../../../core/optional.ts';

export function deployUnderFate(call: ActionCall, what: Deploy['what'], unconfirmed?: Deploy['unconfirmed']): void {
  const { masked, limit: within } = call.frame.fate ?? {};
  // Cut short, a stack is left half done; a build is merely built again.
  const limit = what === 'deploy' ? within : undefined;
  if (masked === undefined && limit === undefined && unconfirmed === undefined) return;
  call.emit({
    kind: 'deploy',
    what,
    label: call.name,
    site: call.site,
    command: call.site,
    inCi: call.frame.inCi,
    ...defined({ masked, limit, unconfirmed }),
  });
}
