/** `serverless deploy`: the service beside it, its images built on this machine. */
import { judged } from '../core/sealed.ts';
import { literal, type Text } from '../core/text.ts';
import { evaluateServerless } from '../parsers/serverless/run.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { long, rollOut, verbs } from './roll-out.ts';
import { steering, switched } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { cut } from './texts.ts';

const GRAMMAR = {
  values: [
    '-s',
    '--stage',
    '-r',
    '--region',
    '-c',
    '--config',
    '--aws-profile',
    '--param',
    '-p',
    '--package',
    '--function',
    '-f',
  ],
  aliases: { '-s': '--stage', '-r': '--region', '-c': '--config' },
};

export function serverless(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, GRAMMAR);
  const [verb, noun] = verbs(options);
  if (verb === 'package') {
    deploysService(invocation, options, 'package');
    return {};
  }
  if (verb === 'deploy' && noun !== 'list') {
    deploysService(invocation, options, 'deploy');
    return rollOut(invocation, `${invocation.name} deploy`);
  }
  return verb === 'remove' ? long(`${invocation.name} remove`, 'destroy') : {};
}

function deploysService(invocation: Invocation, options: Options, verb: string): void {
  const { world, frame, site } = invocation;
  const file = serviceFile(invocation, options.value('--config'));
  const reading = file === undefined ? undefined : world.readings.get(file);
  if (reading?.kind !== 'serverless') return;
  world.called.add(reading.file);
  // A rehearsal follows one failure through the script; what it deploys is known already.
  if (frame.nested?.failing !== undefined) return;
  const params = new Map<string, Text>(
    options.all('--param').flatMap(({ value }) => {
      const assigned = value === undefined ? undefined : cut(value, '=');
      const name = judged(assigned?.[0]);
      return assigned === undefined || name === undefined ? [] : [[`param:${name}`, assigned[1]] as const];
    }),
  );
  evaluateServerless(
    world,
    reading,
    { ...frame, via: [...frame.via, { label: `${invocation.name} ${verb}`, file: site.file, span: site.span }] },
    {
      option: (name) => params.get(name) ?? options.value(`--${name}`),
      env: (name) => steering(invocation, name),
      platform: steering(invocation, 'DOCKER_DEFAULT_PLATFORM'),
      noProvenance:
        judged(steering(invocation, 'DOCKER_BUILDKIT')) === '0'
          ? 'on'
          : switched(invocation, 'BUILDX_NO_DEFAULT_ATTESTATIONS'),
    },
  );
}

function serviceFile(invocation: Invocation, stated: Text | undefined): string | undefined {
  if (stated !== undefined) return invocation.path(stated);
  return ['serverless.yml', 'serverless.yaml']
    .flatMap((name) => invocation.path(literal(name)) ?? [])
    .find((path) => invocation.world.readings.get(path)?.kind === 'serverless');
}
