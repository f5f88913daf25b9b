/** Actions that deploy functions and stacks. */
import type { Values } from '../../../core/choices.ts';
import { parseImageRef } from '../../../core/image-ref.ts';
import { cpuOf } from '../../../core/platform.ts';
import { concat, known, literal, type Text } from '../../../core/text.ts';
import { evaluateTemplate } from '../../cloudformation/run.ts';
import type { ActionCall } from './action.ts';
import { choices, flag } from './alternatives.ts';
import { deployUnderFate } from './deploys.ts';
import { defined } from '../../../core/optional.ts';

/** aws-actions/aws-lambda-deploy, for images; it waits for the update itself. */
export function lambdaDeploy(call: ActionCall): void {
  for (const choice of choices(call, ['function-name', 'image-uri', 'architectures', 'dry-run'])) {
    const image = choice.input('image-uri');
    const name = choice.input('function-name');
    if (image === undefined || image.length === 0 || flag(choice.input('dry-run')) === true) continue;
    const cpu = cpuOf(known(choice.input('architectures')) ?? '');
    const [imageSite, cpuSite] = [call.inputSite('image-uri'), call.inputSite('architectures')];
    call.emit(
      {
        kind: 'rollout',
        site: call.site,
        label: call.name,
        service: 'lambda',
        effect: 'forced',
        image: parseImageRef(image),
        ...defined({ name, imageSite }),
        ...(cpu === undefined ? {} : { cpu, ...defined({ cpuSite }) }),
      },
      choice.when,
    );
  }
  deployUnderFate(call, 'rollout');
}

/** aws-actions/aws-cloudformation-github-deploy */
export function cloudformationDeploy(call: ActionCall): void {
  for (const choice of choices(call, ['template', 'name'])) {
    const template = choice.input('template');
    const file = template === undefined ? undefined : call.resolve(template);
    const reading = file === undefined ? undefined : call.world.readings.get(file);
    const stackName = choice.input('name');
    if (reading?.kind === 'template') {
      call.world.called.add(reading.file);
      const region = call.env('AWS_REGION')?.[0]?.value;
      const parameters = parametersOf(call);
      call.emit(
        {
          kind: 'stack-deploy',
          label: call.name,
          site: call.site,
          template: reading.file,
          parameters: [...parameters].map(([name, values]) => ({ name, values })),
          ...defined({ stack: stackName, region }),
        },
        choice.when,
      );
      evaluateTemplate(call.world, reading, {
        parameters,
        frame: call.frame,
        ...defined({ stackName, region }),
      });
    }
    call.emit({ kind: 'rollout', site: call.site, label: call.name, service: 'any', effect: 'on change' }, choice.when);
  }
  const waits = !(call.input('no-execute-changeset') ?? []).some(
    ({ value }) => known(value) === '1' || known(value) === 'true',
  );
  if (waits) deployUnderFate(call, 'deploy');
}

/** `Key=Value,Key=Value`, also one a line. */
function parametersOf(call: ActionCall): Map<string, Values> {
  const parameters = new Map<string, Values>();
  for (const { values } of call.items('parameter-overrides')) {
    const byName = new Map<string, { value: Text; when: Values[number]['when'] }[]>();
    for (const { value, when } of values) {
      const [head] = value;
      const equals = typeof head === 'string' ? head.indexOf('=') : -1;
      if (typeof head !== 'string' || equals <= 0) continue;
      const name = head.slice(0, equals).trim();
      byName.set(name, [
        ...(byName.get(name) ?? []),
        { value: unquoted(concat(literal(head.slice(equals + 1)), value.slice(1))), when },
      ]);
    }
    for (const [name, list] of byName) parameters.set(name, list);
  }
  return parameters;
}

function unquoted(text: Text): Text {
  const value = known(text);
  const inner = value === undefined ? undefined : /^"(.*)"$/s.exec(value)?.[1];
  return inner === undefined ? text : literal(inner);
}
