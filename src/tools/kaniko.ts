/** Kaniko's executor: builds in a container and pushes by itself; it never attests. */
import { parseImageRef } from '../core/image-ref.ts';
import { judged } from '../core/sealed.ts';
import { literal } from '../core/text.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { baseOf, platformsOf } from './docker-build.ts';
import { parseOptions } from './options.ts';
import { afterPrefix, cut, isOn } from './texts.ts';
import { defined } from '../core/optional.ts';

const EXECUTOR = {
  values: [
    '-c',
    '--context',
    '-f',
    '--dockerfile',
    '-d',
    '--destination',
    '--build-arg',
    '--target',
    '--custom-platform',
    '--cache-repo',
    '--cache-dir',
    '--cache-ttl',
    '--context-sub-path',
    '--digest-file',
    '--image-name-with-digest-file',
    '--label',
    '--git',
    '--ignore-path',
    '--log-format',
    '--oci-layout-path',
    '--push-retry',
    '--registry-mirror',
    '--registry-certificate',
    '--snapshot-mode',
    '--tar-path',
    '--tarPath',
    '--verbosity',
    '-v',
    '--skip-tls-verify-registry',
    '--insecure-registry',
    '--kaniko-dir',
    '--compression',
    '--compression-level',
  ],
  aliases: {
    '-c': '--context',
    '-f': '--dockerfile',
    '-d': '--destination',
    '--custom-platform': '--platform',
    '--customPlatform': '--platform',
    '--tarPath': '--tar-path',
  },
};

export function kaniko(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, EXECUTOR);
  const destinations = options.all('--destination').filter(({ value }) => value !== undefined);
  if (destinations.length === 0 && !options.has('--context') && !options.has('--dockerfile')) return {};
  const { value: platforms, site: platformSite } = platformsOf(invocation, options, {
    hidden: options.positionals.length + options.unknown.length > 0,
    docker: false,
  });
  const stated = options.value('--context') ?? literal('.');
  const context = invocation.path(afterPrefix(stated, 'dir://') ?? stated);
  const file = options.value('--dockerfile');
  const direct = file === undefined ? undefined : invocation.path(file);
  const name = judged(file) ?? 'Dockerfile';
  const within = context === undefined ? undefined : context === '' ? name : `${context}/${name}`;
  // Relative to the context first, then as it stands.
  const dockerfile =
    within !== undefined && invocation.world.readings.exists(within)
      ? within
      : (direct ?? (file === undefined ? within : undefined));
  const buildArgs = options.all('--build-arg').flatMap(({ value, valueArg }) => {
    const assigned = value === undefined ? undefined : cut(value, '=');
    const key = judged(assigned?.[0]);
    return key === undefined || assigned === undefined ? [] : [{ name: key, value: assigned[1], site: valueArg.site }];
  });
  const target = options.value('--target');
  const base = baseOf(invocation, dockerfile, { buildArgs, platforms, ...defined({ target }) });
  const noPush = options.last('--no-push');
  const output =
    noPush !== undefined && isOn(noPush.value) ? (options.has('--tar-path') ? 'file' : 'nowhere') : 'registry';
  invocation.emit({
    kind: 'build',
    site: invocation.site,
    tool: 'kaniko',
    label: 'kaniko executor',
    names: destinations.map(({ value, valueArg }) => ({ ref: parseImageRef(value ?? []), site: valueArg.site })),
    platforms,
    ...defined({ platformSite, dockerfile, context, target }),
    buildArgs,
    attestations: { provenance: 'off', sbom: 'off' },
    driver: 'none',
    output,
    host: invocation.frame.machine.host,
    ...defined({ base }),
    emulation: invocation.frame.machine.emulation,
  });
  return {
    long: { what: 'build', label: 'kaniko executor' },
    ...(output === 'registry' ? { sends: destinations.map(({ value = [] }) => parseImageRef(value)) } : {}),
  };
}
