/** A template's `Rules`: what CloudFormation refuses to deploy it with, before it does anything. */
import { ALWAYS, type When } from '../../core/choices.ts';
import { section } from './reading.ts';
import { isList } from '../../syntax/json.ts';
import { crossed, truthOf } from './conditions.ts';
import { child, nodeAt, type Scope } from './scope.ts';

/**
 * The choices under which an assertion fails. One that fails whatever is chosen is left out: such a template was never
 * meant to be taken by its word.
 */
export function refusedWays(scope: Scope): readonly When[] {
  return Object.keys(section(scope.reading, 'Rules')).flatMap((name) => {
    const rule = nodeAt(scope, 'Rules', name);
    const condition = child(rule, 'RuleCondition');
    const applies = condition === undefined ? [ALWAYS] : truthOf(scope, condition).yes;
    const assertions = child(rule, 'Assertions');
    if (!isList(assertions?.value)) return [];
    return assertions.value.flatMap((_, index) => {
      const assertion = child(child(assertions, index), 'Assert');
      return assertion === undefined
        ? []
        : crossed(applies, truthOf(scope, assertion).no).filter((way) => way.length > 0);
    });
  });
}
