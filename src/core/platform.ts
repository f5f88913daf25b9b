/** CPUs and platforms, with the aliases that Docker, Lambda, ECS and people use for them. */

import { table } from './table.ts';
export interface Platform {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
}

/**
 * What a build produces: a set somebody stated, the builder's own (nobody said), or something stated that we can't
 * tell.
 */
export type Platforms =
  | { readonly kind: 'set'; readonly list: readonly Platform[] }
  | { readonly kind: 'host' }
  | { readonly kind: 'unknown' };

export const HOST: Platforms = { kind: 'host' };
export const UNKNOWN_PLATFORMS: Platforms = { kind: 'unknown' };

/** The CPUs that AWS runs containers on. */
export type Cpu = 'amd64' | 'arm64';

const ARCH_ALIASES: Record<string, string> = table({
  amd64: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  x64: 'amd64',
  arm64: 'arm64',
  aarch64: 'arm64',
  arm_64: 'arm64',
  armv8: 'arm64',
  '386': '386',
  i386: '386',
  x86: '386',
});

/** `X86_64`, `x86_64`, `amd64`, `ARM_64`, `aarch64` … as Docker's name; undefined for what no AWS workload runs on. */
export function cpuOf(name: string): Cpu | undefined {
  const arch = ARCH_ALIASES[name.toLowerCase()];
  return arch === 'amd64' || arch === 'arm64' ? arch : undefined;
}

/** `linux/arm64/v8` and its aliases; `arm64` alone means linux. Undefined when it isn't a platform at all. */
export function parsePlatform(text: string): Platform | undefined {
  const [first = '', second, variant] = text.trim().toLowerCase().split('/');
  const [os, arch] = second === undefined ? ['linux', first] : [first, second];
  if (arch === '' || !/^[a-z0-9_.-]+$/.test(arch) || (second === undefined && ARCH_ALIASES[arch] === undefined))
    return undefined;
  const plain = ARCH_ALIASES[arch] ?? arch;
  return variant === undefined || variant === '' || (plain === 'arm64' && variant === 'v8')
    ? { os, arch: plain }
    : { os, arch: plain, variant };
}

/** A comma-separated list, as `--platform` takes it. */
export function parsePlatforms(text: string): Platforms {
  const list = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (list.length === 0) return HOST;
  const parsed = list.map(parsePlatform);
  return parsed.every((one) => one !== undefined) ? { kind: 'set', list: parsed } : UNKNOWN_PLATFORMS;
}

export function showPlatform({ os, arch, variant }: Platform): string {
  return variant === undefined ? `${os}/${arch}` : `${os}/${arch}/${variant}`;
}

export function showPlatforms(platforms: Platforms): string {
  return platforms.kind === 'set'
    ? platforms.list.map(showPlatform).join(',')
    : platforms.kind === 'host'
      ? "the builder's own platform"
      : 'an unknown platform';
}

export function runsOn(platforms: Platforms, cpu: Cpu): 'yes' | 'no' | 'unknown' {
  if (platforms.kind !== 'set') return 'unknown';
  return platforms.list.some((one) => one.os === 'linux' && one.arch === cpu) ? 'yes' : 'no';
}

/** EC2 instance types by family: `m7g.large` is arm64 (a `g` after the generation, or the family `a`). */
export function cpuOfInstanceType(type: string): Cpu | undefined {
  const found = /^([a-z]+)(\d+)([a-z-]*\d*[a-z]*)(\.|$)/.exec(type.toLowerCase());
  if (found === null || found[1] === 'mac' || found[1] === 'u') return undefined;
  return found[1] === 'a' || found[3]!.includes('g') ? 'arm64' : 'amd64';
}

/** `attribute:ecs.cpu-architecture == arm64`: an ECS placement constraint that only instances of one CPU meet. */
export function cpuOfPlacement(expression: string): Cpu | undefined {
  const found = /^\s*attribute:ecs\.cpu-architecture\s*==\s*(arm64|x86_64)\s*$/.exec(expression);
  return found === null ? undefined : found[1] === 'arm64' ? 'arm64' : 'amd64';
}
