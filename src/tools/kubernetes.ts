/** Commands that roll out to a Kubernetes cluster: kubectl and helm. */
import { parseImageRef } from '../core/image-ref.ts';
import { defined } from '../core/optional.ts';
import { judged } from '../core/sealed.ts';
import type { Text } from '../core/text.ts';
import type { Rollout } from '../model/facts.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { answer } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { either, look } from './probes.ts';
import { rollOut } from './roll-out.ts';
import { cut } from './texts.ts';

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
      else if (!isTriedOut(options)) {
        applyManifests(invocation, options);
        emit(`kubectl ${word}`, 'on change', undefined);
      }
      return {};
    case 'rollout':
      if (judged(first?.text) === 'restart') emit('kubectl rollout restart', 'forced', workloadName(words.slice(1)));
      if (judged(first?.text) === 'status')
        invocation.emit({ kind: 'confirmation', site: invocation.site, what: 'any', label: 'kubectl rollout status' });
      return {};
    case 'set':
      if (judged(first?.text) !== 'image' || isTriedOut(options)) return {};
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

/** `--dry-run=client` and `--dry-run=server` change nothing; without a value it is the former. */
function isTriedOut(options: Options): boolean {
  const option = options.last('--dry-run');
  return (
    option !== undefined && !/^(?:none|false)$/.test(option.value === undefined ? '' : (judged(option.value) ?? ''))
  );
}

/** Manifests that the script has made, or that are piped in; the project's own are read by themselves. */
function applyManifests(invocation: Invocation, options: Options): void {
  const { world, frame, site } = invocation;
  if (frame.nested?.failing !== undefined) return;
  for (const { valueArg } of [...options.all('-f'), ...options.all('--filename')]) {
    const path = judged(valueArg.text);
    const text = path === '-' ? invocation.stdin : path === undefined ? undefined : invocation.file(path);
    if (text !== undefined) world.calls.manifest(world, frame, text, site);
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
