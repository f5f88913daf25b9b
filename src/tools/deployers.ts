/** Tools that deploy whole stacks: cdk, sam, serverless, terraform, pulumi, copilot, kubectl, helm … */
import type { Publishing, Rollout } from '../model/facts.ts';
import { parseImageRef } from '../core/image-ref.ts';
import { always } from '../core/choices.ts';
import { own, table } from '../core/table.ts';
import { judged } from '../core/sealed.ts';
import { known, type Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation, LongCommand } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { PINNED_VERSION } from './packages.ts';
import { either, look } from './probes.ts';
import { evaluateStack } from './stacks.ts';
import { cut, isOn } from './texts.ts';
import { defined } from '../core/optional.ts';

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

// ── cdk ─────────────────────────────────────────────────────────────────────────────────────────

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

export function isSet(options: Options, flag: string): boolean {
  const option = options.last(flag);
  return option !== undefined && isOn(option.value);
}

// ── the others ──────────────────────────────────────────────────────────────────────────────────

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

// ── Kubernetes ──────────────────────────────────────────────────────────────────────────────────

const KUBECTL = {
  values: [
    '-n',
    '--namespace',
    '-f',
    '--filename',
    '-k',
    '--kustomize',
    '--context',
    '--kubeconfig',
    '-l',
    '--selector',
    '-o',
    '--output',
    '--timeout',
    '-c',
    '--container',
    '-p',
    '--patch',
    '--type',
    '--cluster',
    '--user',
    '--docker-server',
    '--docker-username',
    '--docker-password',
    '--docker-email',
  ],
};

/** `kubectl create secret docker-registry pull --docker-password=…` */
function createSecret(invocation: Invocation, options: Options): void {
  const [password] = options.all('--docker-password');
  const registry = options.value('--docker-server');
  if (password === undefined) return;
  invocation.emit({
    kind: 'login',
    site: invocation.site,
    label: 'kubectl create secret',
    password: 'argument',
    passwordSite: password.valueArg.site,
    argumentOnly: true,
    ...defined({ registry }),
  });
}

export function kubectl(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, KUBECTL);
  const [verb, ...words] = options.positionals;
  const [first] = words;
  const emit = (
    label: string,
    effect: Rollout['effect'],
    name: Text | undefined,
    image?: { readonly text: Text; readonly arg: Arg },
  ): void =>
    invocation.emit({
      kind: 'rollout',
      site: invocation.site,
      label,
      service: 'eks',
      effect,
      ...defined({ name }),
      ...(image === undefined ? {} : { image: parseImageRef(image.text), imageSite: image.arg.site }),
    });
  const word = judged(verb?.text);
  switch (word) {
    case 'apply':
    case 'replace':
    case 'create':
      if (judged(first?.text) === 'secret') createSecret(invocation, options);
      else emit(`kubectl ${word}`, 'on change', undefined);
      return {};
    case 'rollout':
      if (judged(first?.text) === 'restart') emit('kubectl rollout restart', 'forced', workloadName(words.slice(1)));
      if (judged(first?.text) === 'status')
        invocation.emit({ kind: 'confirmation', site: invocation.site, what: 'any', label: 'kubectl rollout status' });
      return {};
    case 'set':
      if (judged(first?.text) !== 'image') return {};
      for (const arg of words.slice(1)) {
        const assigned = cut(arg.text, '=');
        if (assigned !== undefined)
          emit('kubectl set image', 'on change', workloadName(words.slice(1)), { text: assigned[1], arg });
      }
      return {};
    case 'wait':
      invocation.emit({ kind: 'confirmation', site: invocation.site, what: 'any', label: 'kubectl wait' });
      return {};
    case 'get':
    case 'describe':
      return look(invocation, { stdout: answer(invocation, 'kubectl') });
    case 'diff':
      return either({ stdout: answer(invocation, 'kubectl') });
    default:
      return {};
  }
}

/** `deployment/api` or `deployment api`. */
function workloadName(words: readonly Arg[]): Text | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  return (
    cut(first.text, '/')?.[1] ?? (second === undefined || cut(second.text, '=') !== undefined ? undefined : second.text)
  );
}

export function helm(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-n',
      '--namespace',
      '-f',
      '--values',
      '--set',
      '--set-string',
      '--set-file',
      '--set-json',
      '--version',
      '--timeout',
      '--kube-context',
      '--repo',
      '--history-max',
      '--description',
      '--post-renderer',
      '--kubeconfig',
    ],
  });
  const [verb, release] = options.positionals;
  const word = judged(verb?.text);
  if ((word !== 'upgrade' && word !== 'install') || options.has('--dry-run')) return {};
  return rollOut(invocation, `helm ${word}`, {
    service: 'eks',
    ...(release === undefined ? {} : { name: release.text }),
  });
}

/** A request to something that isn't known from the text: most often the thing just deployed. */
export function curl(invocation: Invocation): CommandResult {
  const looks = invocation.args.some(({ text }) =>
    judged(text) === undefined
      ? typeof text[0] !== 'string' || text[0].startsWith('http')
      : /^https?:\/\/.*health/.test(judged(text) ?? ''),
  );
  if (looks) invocation.emit({ kind: 'confirmation', site: invocation.site, what: 'any', label: invocation.name });
  return { stdout: answer(invocation, invocation.name) };
}
