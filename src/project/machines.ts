/** What a runner's labels say about the machine. */
import type { Host } from '../model/facts.ts';
import type { Cpu } from '../core/platform.ts';
import { table } from '../core/table.ts';
import type { Machine } from './evaluation.ts';
import { defined } from '../core/optional.ts';

/** GitHub's own runner images: CPU and Docker Engine's major version (none on Windows and macOS). */
const ENGINES: Readonly<Record<string, number>> = table({ latest: 28, '22.04': 28, '24.04': 28, '26.04': 29 });

const ARM = /(?:^|[^a-z0-9])(?:arm|arm64|aarch64|graviton)(?:[^a-z0-9]|$)/i;
const X86 = /(?:^|[^a-z0-9])(?:x64|amd64|x86|x86[_-]64|intel)(?:[^a-z0-9]|$)/i;

/** The CPU a name speaks of; undefined when it names none or both. */
export function cpuNamed(name: string): Cpu | undefined {
  const arm = ARM.test(name);
  const x86 = X86.test(name);
  return arm === x86 ? undefined : arm ? 'arm64' : 'amd64';
}

/** The labels of `runs-on:`; undefined where one of them can't be told. */
export function hostOf(labels: readonly string[] | undefined, group?: string): Host {
  if (labels === undefined) return { kind: 'unknown' };
  const label = labels.join(', ') || group;
  const named = label === undefined ? {} : { label };
  if (labels.some((one) => one.toLowerCase() === 'self-hosted'))
    return { kind: 'self-hosted', ...cpu(oneOf(labels)), ...named };
  const hosted = labels.length === 1 && labels[0] !== undefined ? githubHosted(labels[0]) : undefined;
  if (hosted !== undefined) return { ...hosted, ...named };
  if (labels.some((one) => one.startsWith('codebuild-'))) return { kind: 'codebuild', ...cpu(oneOf(labels)), ...named };
  // Larger runners and other vendors' have names of their own; only an architecture in the name tells anything.
  return { kind: 'ci', ...cpu(oneOf(group === undefined ? labels : [...labels, group])), ...named };
}

function oneOf(labels: readonly string[]): Cpu | undefined {
  const found = new Set(labels.map(cpuNamed).filter((one) => one !== undefined));
  return found.size === 1 ? [...found][0] : undefined;
}

function cpu(found: Cpu | undefined): { cpu?: Cpu } {
  return found === undefined ? {} : { cpu: found };
}

function githubHosted(label: string): Host | undefined {
  const ubuntu = /^ubuntu-(latest|\d\d\.\d\d)(-arm)?$/i.exec(label);
  if (ubuntu !== null) {
    const engine = ENGINES[(ubuntu[1] ?? '').toLowerCase()];
    return {
      kind: 'github-hosted',
      cpu: ubuntu[2] === undefined ? 'amd64' : 'arm64',
      ...defined({ engine }),
    };
  }
  if (/^ubuntu-slim$/i.test(label)) return { kind: 'github-hosted', cpu: 'amd64' };
  const windows = /^windows-(?:latest|\d{4}|\d\d)(?:-[a-z0-9]+)*$/i.exec(label);
  if (windows !== null) return { kind: 'github-hosted', cpu: /-arm$/i.test(label) ? 'arm64' : 'amd64' };
  const mac = /^macos-(latest|\d\d)(?:-(intel|large|xlarge))?$/i.exec(label);
  if (mac === null) return undefined;
  const intel =
    mac[2]?.toLowerCase() === 'intel' ||
    mac[2]?.toLowerCase() === 'large' ||
    (mac[2] === undefined && Number(mac[1]) <= 13);
  return { kind: 'github-hosted', cpu: intel ? 'amd64' : 'arm64' };
}

/**
 * CircleCI's resource class. Its own machines are x86 unless theirs says ARM, and the remote Docker of a job is like
 * the job; `namespace/name` is a runner of somebody's.
 */
export function circleHost(size: string | undefined, hosted: boolean): Host {
  const named = size === undefined ? {} : { label: size };
  // `<< parameters.size >>` and the like: either of the names in it may be meant.
  if (size?.includes('<<') === true) return { kind: 'ci', ...named };
  const byDefault = hosted && size?.includes('/') !== true ? 'amd64' : undefined;
  return { kind: 'ci', ...cpu(cpuNamed(size ?? '') ?? byDefault), ...named };
}

export function isWindows(host: Host): boolean {
  return host.label !== undefined && /^windows|(?:^|, )windows(?:,|$)/i.test(host.label);
}

/**
 * A machine at the start of a run. GitHub's images and CodeBuild's machines come without QEMU; what others come with
 * nobody says.
 */
export function machineOn(host: Host): Machine {
  return {
    host,
    driver: 'docker',
    builders: new Map(),
    emulation: host.kind === 'github-hosted' || host.kind === 'codebuild' ? 'not set up' : 'unknown',
    files: new Map(),
  };
}
