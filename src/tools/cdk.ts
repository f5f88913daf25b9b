/** The CDK's command line: `cdk deploy` publishes an app's assets and rolls its stacks out. */
import { always } from '../core/choices.ts';
import { defined } from '../core/optional.ts';
import { judged } from '../core/sealed.ts';
import { known } from '../core/text.ts';
import type { Publishing, Rollout } from '../model/facts.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { isSet, long, rollOut, verbs } from './roll-out.ts';
import { cut, isOn } from './texts.ts';

const CDK = {
  values: [
    '-a',
    '--app',
    '-c',
    '--context',
    '-p',
    '--plugin',
    '--profile',
    '-o',
    '--output',
    '--role-arn',
    '-r',
    '--require-approval',
    '--progress',
    '--method',
    '-m',
    '--change-set-name',
    '--outputs-file',
    '-O',
    '--parameters',
    '--toolkit-stack-name',
    '--toolkit-bucket-name',
    '--qualifier',
    '--trust',
    '--trust-for-lookup',
    '--cloudformation-execution-policies',
    '--tags',
    '-t',
    '--concurrency',
    '--build',
    '--notification-arns',
    '--template',
    '--bootstrap-bucket-name',
    '--bootstrap-kms-key-id',
    '--custom-permissions-boundary',
    '--proxy',
    '--ca-bundle-path',
    '--asset-parallelism',
    '--deploy-role-arn',
    '--unstable',
    '--public-access-block-configuration',
  ],
  switches: ['-v', '-f', '-e', '-i', '-R', '-j', '-h', '-l'],
};

export function cdk(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, CDK);
  const [verb] = verbs(options);
  switch (verb) {
    case 'deploy': {
      // A change set that is only prepared deploys nothing.
      if (
        judged(options.value('--method') ?? options.value('-m')) === 'prepare-change-set' ||
        isSet(options, '--no-execute')
      )
        return {};
      handParameters(invocation, options);
      const express = options.last('--express');
      return rollOut(invocation, 'cdk deploy', {
        unconfirmed: express !== undefined && isOn(express.value),
        gives: givenTo(invocation, options),
        publishes: publishing(invocation, options),
      });
    }
    case 'watch':
      return {};
    case 'destroy':
    case 'bootstrap':
      return long(`cdk ${verb}`, verb);
    case 'diff':
    case 'list':
    case 'ls':
    case 'synth':
    case 'synthesize':
    case 'doctor':
    case 'context':
      return { stdout: answer(invocation, `cdk ${verb}`) };
    default:
      return {};
  }
}

/** `-c tag=1`, of which the last one of a name counts, and the environment that the app is run in. */
function givenTo(invocation: Invocation, options: Options): NonNullable<Rollout['gives']> {
  const context = [...options.all('--context'), ...options.all('-c')].flatMap(({ value }) => {
    const parts = value === undefined ? undefined : cut(value, '=');
    const key = known(parts?.[0]);
    return parts === undefined || key === undefined ? [] : [[`${key}@context`, parts[1]] as const];
  });
  const environment = [...invocation.frame.env.keys()].flatMap((name) => {
    const value = invocation.env(name);
    return value === undefined || value.length === 0 ? [] : [[name, value] as const];
  });
  return [...new Map([...environment, ...context])].map(([name, value]) => ({ name, value }));
}

/** The toolkit calls `docker build`: with the engine's own builder, unless another was put in its place. */
function publishing({ frame: { cwd, machine } }: Invocation, options: Options): Publishing {
  const app = options.value('--app') ?? options.value('-a');
  return {
    ...defined({ folder: cwd, app }),
    stacks: isSet(options, '--all') ? [] : options.positionals.slice(1).map(({ text }) => text),
    host: machine.host,
    driver: machine.buildxInstalled === true ? machine.driver : 'docker',
    emulation: machine.emulation,
  };
}

/** `--parameters Tag=1`, or `Api:Tag=1` for one stack: what the app's stacks are deployed with. */
function handParameters(invocation: Invocation, options: Options): void {
  const parameters = options.all('--parameters').flatMap(({ value }) => {
    const parts = value === undefined ? undefined : cut(value, '=');
    const key = known(parts?.[0]);
    return parts === undefined || key === undefined ? [] : [{ name: key, values: always(parts[1]) }];
  });
  if (parameters.length > 0)
    invocation.emit({ kind: 'stack-deploy', label: 'cdk deploy', site: invocation.site, parameters });
}
