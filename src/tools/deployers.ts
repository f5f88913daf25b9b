/** Tools with one or two verbs that deploy: pulumi, copilot, rain, eb, amplify, sst, ecspresso … */
import { own, table } from '../core/table.ts';
import type { CommandResult, Invocation, LongCommand } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { parseOptions } from './options.ts';
import { evaluateStack } from './stacks.ts';
import { verbs, rollOut, long } from './roll-out.ts';

export function pulumi(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-s',
      '--stack',
      '-C',
      '--cwd',
      '-c',
      '--config',
      '-m',
      '--message',
      '-t',
      '--target',
      '-p',
      '--parallel',
      '--config-file',
      '--policy-pack',
    ],
  });
  const [verb] = verbs(options);
  if (verb === 'up' || verb === 'update') return rollOut(invocation, `pulumi ${verb}`);
  if (verb === 'destroy' || verb === 'down') return long(`pulumi ${verb}`, 'destroy');
  return verb === 'stack' || verb === 'config' ? { stdout: answer(invocation, `pulumi ${verb}`) } : {};
}

export function copilot(invocation: Invocation): CommandResult {
  const words = verbs(
    parseOptions(invocation.args, {
      values: [
        '-n',
        '--name',
        '-e',
        '--env',
        '-a',
        '--app',
        '--tag',
        '--resource-tags',
        '-t',
        '--type',
        '-d',
        '--dockerfile',
        '--profile',
        '--region',
      ],
    }),
  );
  const [first, second] = words;
  if (first === 'deploy') return rollOut(invocation, 'copilot deploy', { effect: 'forced' });
  if (second === 'deploy' && ['svc', 'job', 'env', 'app', 'service'].includes(first ?? ''))
    return rollOut(invocation, `copilot ${first ?? ''} deploy`, { effect: first === 'env' ? 'on change' : 'forced' });
  return second === 'delete' ? long(`copilot ${first ?? ''} delete`, 'destroy') : {};
}

/**
 * Tools with one verb that deploys: `rain deploy template.yaml stack`, `eb deploy`, `amplify push`, `sst deploy`,
 * `ecs-cli compose … up`.
 */
const SIMPLE: Readonly<Record<string, Readonly<Record<string, LongCommand['what']>>>> = table({
  cfn: { deploy: 'deploy' },
  rain: { deploy: 'deploy', rm: 'destroy' },
  eb: { deploy: 'deploy', create: 'deploy', terminate: 'destroy' },
  amplify: { push: 'deploy', publish: 'deploy' },
  sst: { deploy: 'deploy', remove: 'destroy' },
  chalice: { deploy: 'deploy', delete: 'destroy' },
  zappa: { deploy: 'deploy', update: 'deploy' },
  ecspresso: { deploy: 'deploy', delete: 'destroy' },
  lambroll: { deploy: 'deploy' },
  agentcore: { launch: 'deploy', deploy: 'deploy' },
});

export const SIMPLE_DEPLOYERS: readonly string[] = Object.keys(SIMPLE);

export function simpleDeployer(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '--config',
      '-c',
      '--region',
      '--profile',
      '--stage',
      '--params',
      '--tags',
      '-e',
      '-p',
      '--envfile',
      '--function',
    ],
  });
  const what = verbs(options)
    .map((verb) => [verb, own(SIMPLE[invocation.name], verb)] as const)
    .find(([, one]) => one !== undefined);
  if (what?.[1] === undefined) return {};
  const label = `${invocation.name} ${what[0]}`;
  if (what[1] !== 'deploy') return long(label, what[1]);
  if (invocation.name === 'rain') {
    const file = options.positionals[1] === undefined ? undefined : invocation.path(options.positionals[1].text);
    const params = options.value('--params');
    if (file !== undefined)
      evaluateStack(invocation, { file, label, parameters: { values: new Map(), open: params !== undefined } });
  }
  return rollOut(invocation, label);
}
