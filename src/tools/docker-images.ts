/** Tagging, pushing and logging in, as docker and its look-alikes do it. */
import { parseImageRef, refText, type ImageRef } from '../core/image-ref.ts';
import { judged } from '../core/sealed.ts';
import { concat, literal, type Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation } from '../project/evaluation.ts';
import { LOGIN, PUSH } from './docker-grammar.ts';
import { answer, line } from './environment.ts';
import { judgePositionals, parseOptions } from './options.ts';
import { either } from './probes.ts';
import { afterPrefix } from './texts.ts';
import { defined } from '../core/optional.ts';

interface ImageCommand {
  readonly tool: string;
  readonly label: string;
  readonly args: readonly Arg[];
}

/** `docker tag SOURCE TARGET`; Podman takes several targets. */
export function tag(invocation: Invocation, { tool, args }: ImageCommand): CommandResult {
  const [source, ...targets] = parseOptions(args, { values: [] }).positionals;
  if (source === undefined) return {};
  for (const target of targets) {
    invocation.emit({
      kind: 'tag',
      site: invocation.site,
      tool,
      source: parseImageRef(source.text),
      sourceSite: source.site,
      target: parseImageRef(target.text),
      targetSite: target.site,
      remote: false,
    });
  }
  return { needs: [parseImageRef(source.text)], makes: targets.map(({ text }) => parseImageRef(text)) };
}

/** `docker pull REF`: nothing is told of it, but the image is there. */
export function pull({ args }: ImageCommand): CommandResult {
  const { taken } = judgePositionals(parseOptions(args, PUSH).positionals, 1);
  return { makes: taken.map(({ text }) => parseImageRef(text)) };
}

/** Transports of Podman and Skopeo before an image's name. */
function withoutTransport(text: Text): { readonly ref: Text; readonly transport?: string } {
  for (const transport of [
    'docker://',
    'docker-daemon:',
    'containers-storage:',
    'oci-archive:',
    'docker-archive:',
    'oci:',
    'dir:',
  ]) {
    const rest = afterPrefix(text, transport);
    if (rest !== undefined) return { ref: rest, transport };
  }
  return { ref: text };
}

/** `docker push REF`; Podman and Buildah may name another destination: `push local docker://registry/name:tag`. */
export function push(invocation: Invocation, { tool, label, args }: ImageCommand): CommandResult {
  const options = parseOptions(args, PUSH);
  const several = tool === 'podman' || tool === 'buildah';
  const [source, target] = judgePositionals(options.positionals, several ? 2 : 1).taken;
  if (source === undefined) return {};
  const needs = [parseImageRef(withoutTransport(source.text).ref)];
  let pushed = { ref: parseImageRef(withoutTransport(source.text).ref), site: source.site };
  if (target !== undefined && several) {
    const { ref, transport } = withoutTransport(target.text);
    if (transport !== undefined && transport !== 'docker://') return {};
    const to = parseImageRef(ref);
    invocation.emit({
      kind: 'tag',
      site: invocation.site,
      tool,
      source: pushed.ref,
      sourceSite: source.site,
      target: to,
      targetSite: target.site,
      remote: false,
    });
    pushed = { ref: to, site: target.site };
  }
  invocation.emit({
    kind: 'push',
    site: invocation.site,
    tool,
    ref: pushed.ref,
    refSite: pushed.site,
    ...(options.has('--all-tags') ? { allTags: true } : {}),
    ...(options.has('--platform') ? { onePlatform: true } : {}),
  });
  return {
    long: { what: 'push', label, ...(options.has('--quiet') ? { quiet: true } : {}) },
    ...(options.has('--all-tags') ? {} : { needs, sends: [pushed.ref] }),
  };
}

export function login(invocation: Invocation, { label, args }: Omit<ImageCommand, 'tool'>): CommandResult {
  const options = parseOptions(args, LOGIN);
  const password = options.last('--password');
  const [registry] = options.positionals;
  const given = password?.value !== undefined && password.value.length > 0;
  invocation.emit({
    kind: 'login',
    site: invocation.site,
    label,
    password: given ? 'argument' : options.has('--password-stdin') ? 'stdin' : 'other',
    ...(given ? { passwordSite: password.valueArg.site } : {}),
    ...defined({ registry: registry?.text, user: options.last('--username')?.value }),
  });
  return {};
}

/** `docker manifest create LIST IMAGE…` makes an index of what the registry holds; `push` sends it. */
export function manifest(
  invocation: Invocation,
  { tool, name, args }: { tool: string; name: string; args: readonly Arg[] },
): CommandResult {
  const [word, ...rest] = args;
  const options = parseOptions(rest, {
    values: ['--os', '--arch', '--variant', '--os-features', '--annotation', '--authfile', '--creds', '--format', '-f'],
  });
  const [first, ...others] = options.positionals;
  const action = judged(word?.text);
  if (first === undefined) return {};
  if (action === 'create' || action === 'add') {
    for (const source of others) {
      invocation.emit({
        kind: 'tag',
        site: invocation.site,
        tool,
        remote: false,
        makesIndex: true,
        source: parseImageRef(withoutTransport(source.text).ref),
        sourceSite: source.site,
        target: parseImageRef(first.text),
        targetSite: first.site,
      });
    }
    return {};
  }
  if (action === 'push') return push(invocation, { tool, label: `${name} manifest push`, args: rest });
  if (action === 'inspect') return either({ stdout: line(answer(invocation, 'image manifest')) });
  return {};
}

// ── tools that work inside registries ───────────────────────────────────────────────────────────

function copy(
  invocation: Invocation,
  tool: string,
  source: Arg | undefined,
  target: Arg | undefined,
  toRef?: (source: ImageRef, target: Text) => ImageRef,
): CommandResult {
  if (source === undefined || target === undefined) return {};
  const from = withoutTransport(source.text);
  const to = withoutTransport(target.text);
  const targetRef = toRef === undefined ? parseImageRef(to.ref) : toRef(parseImageRef(from.ref), to.ref);
  const fromEngine = from.transport === 'docker-daemon:' || from.transport === 'containers-storage:';
  const toRegistry = to.transport === undefined || to.transport === 'docker://';
  if (!toRegistry) return {};
  if (from.transport === undefined || from.transport === 'docker://' || fromEngine) {
    invocation.emit({
      kind: 'tag',
      site: invocation.site,
      tool,
      source: parseImageRef(from.ref),
      sourceSite: source.site,
      target: targetRef,
      targetSite: target.site,
      remote: !fromEngine,
    });
  }
  // From a local store or an archive: this is what sends it.
  if (fromEngine || (from.transport !== undefined && from.transport !== 'docker://')) {
    invocation.emit({ kind: 'push', site: invocation.site, tool, ref: targetRef, refSite: target.site });
  }
  return { long: { what: 'push', label: tool }, sends: [targetRef] };
}

const FLAGS_WITH_VALUES = [
  '--platform',
  '-p',
  '-j',
  '--jobs',
  '--src-creds',
  '--dest-creds',
  '--src-tls-verify',
  '--dest-tls-verify',
  '--authfile',
  '--src-authfile',
  '--dest-authfile',
  '--format',
  '-f',
  '--override-arch',
  '--override-os',
  '--override-variant',
  '--policy',
  '--registries.d',
  '--tmpdir',
  '--command-timeout',
  '--retry-times',
  '--digestfile',
  '--multi-arch',
  '--sign-by',
  '--additional-tag',
  '--concurrency',
  '--from-username',
  '--from-password',
  '--to-username',
  '--to-password',
  '-u',
  '--username',
  '--password',
  '--annotation',
  '--artifact-type',
  '--plugin',
  '--host',
  '-v',
  '--verbosity',
];

export function crane(invocation: Invocation): CommandResult {
  const { positionals } = parseOptions(invocation.args, { values: FLAGS_WITH_VALUES.filter((flag) => flag !== '-v') });
  const [word, source, target] = positionals;
  const retag = (from: ImageRef, to: Text): ImageRef => ({
    ...defined({ registry: from.registry }),
    repository: from.repository,
    tag: to,
  });
  switch (judged(word?.text)) {
    case 'tag':
      return copy(invocation, 'crane tag', source, target, retag);
    case 'copy':
    case 'cp':
      return copy(invocation, 'crane copy', source, target);
    case 'push':
      if (target === undefined) return {};
      invocation.emit({
        kind: 'push',
        site: invocation.site,
        tool: 'crane',
        ref: parseImageRef(target.text),
        refSite: target.site,
      });
      return { long: { what: 'push', label: 'crane push' }, sends: [parseImageRef(target.text)] };
    case 'manifest':
      return either({ stdout: line(answer(invocation, 'image manifest')) });
    case 'digest':
      return either({ stdout: line(answer(invocation, 'image digest')) });
    case 'auth': {
      if (judged(source?.text) !== 'login') return {};
      const at = invocation.args.findIndex((arg) => judged(arg.text) === 'login');
      return login(invocation, { label: 'crane auth login', args: invocation.args.slice(at + 1) });
    }
    default:
      return { stdout: answer(invocation, 'crane') };
  }
}

export function skopeo(invocation: Invocation): CommandResult {
  const { positionals, has } = parseOptions(invocation.args, {
    values: FLAGS_WITH_VALUES.filter((flag) => flag !== '-v'),
  });
  const [word, source, target] = positionals;
  switch (judged(word?.text)) {
    case 'copy':
      return copy(invocation, 'skopeo copy', source, target);
    case 'login':
      return login(invocation, { label: 'skopeo login', args: invocation.args.slice(1) });
    case 'inspect':
      return either({ stdout: line(answer(invocation, has('--raw') ? 'image manifest' : 'skopeo inspect')) });
    default:
      return {};
  }
}

export function regctl(invocation: Invocation): CommandResult {
  const { positionals } = parseOptions(invocation.args, { values: FLAGS_WITH_VALUES });
  const [group, word, source, target] = positionals;
  if (judged(group?.text) === 'image' && (judged(word?.text) === 'copy' || judged(word?.text) === 'cp'))
    return copy(invocation, 'regctl image copy', source, target);
  return { stdout: answer(invocation, 'regctl') };
}

export function oras(invocation: Invocation): CommandResult {
  const { positionals } = parseOptions(invocation.args, { values: FLAGS_WITH_VALUES });
  const [word, source, ...targets] = positionals;
  switch (judged(word?.text)) {
    case 'copy':
    case 'cp':
      return copy(invocation, 'oras copy', source, targets[0]);
    case 'tag': {
      const retag = (from: ImageRef, to: Text): ImageRef =>
        parseImageRef(
          concat(
            refText({
              ...defined({ registry: from.registry }),
              repository: from.repository,
            }),
            literal(':'),
            to,
          ),
        );
      let result: CommandResult = {};
      for (const target of targets) result = copy(invocation, 'oras tag', source, target, retag);
      return result;
    }
    default:
      return {};
  }
}
