/** A stack deployed from a template of the project, with what the command gives its parameters. */
import type { Text } from '../core/text.ts';
import { evaluateTemplate } from '../parsers/cloudformation/run.ts';
import { openScope, type TemplateCall } from '../parsers/cloudformation/scope.ts';
import { rememberStack } from '../parsers/cloudformation/stack-outputs.ts';
import type { Invocation } from '../project/evaluation.ts';
import type { StackParameters } from './aws-cloudformation.ts';
import { section } from '../parsers/cloudformation/reading.ts';
import { defined } from '../core/optional.ts';

export interface StackCall {
  /** Project-relative path of the template. */
  readonly file: string;
  readonly label: string;
  readonly parameters: StackParameters;
  readonly stackName?: Text;
  readonly region?: Text;
}

export function evaluateStack(invocation: Invocation, call: StackCall): boolean {
  const { world, frame, site } = invocation;
  const reading = world.readings.get(call.file);
  if (reading?.kind !== 'template') return false;
  world.called.add(call.file);
  // A rehearsal follows one failure through the script; what it deploys is known already.
  if (frame.nested?.failing !== undefined) return true;
  invocation.emit({
    kind: 'stack-deploy',
    label: call.label,
    site,
    template: call.file,
    parameters: [...call.parameters.values]
      .filter(([name]) => Object.hasOwn(section(reading, 'Parameters'), name))
      .map(([name, values]) => ({ name, values })),
    ...defined({ stack: call.stackName, region: call.region }),
  });
  const own: TemplateCall = {
    parameters: call.parameters.values,
    ...defined({ stackName: call.stackName, region: call.region }),
    frame: { ...frame, via: [...frame.via, { label: call.label, file: site.file, span: site.span }] },
    open: call.parameters.open,
  };
  evaluateTemplate(world, reading, own);
  if (call.stackName !== undefined) rememberStack(frame.machine, call.stackName, openScope(world, reading, own));
  return true;
}
