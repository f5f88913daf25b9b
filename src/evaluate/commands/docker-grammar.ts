/** Which flags of Docker and its look-alikes take a value. */
import type { Grammar } from './options.ts';

export const GLOBAL: Grammar = {
  values: ['-c', '--context', '--config', '-H', '--host', '-l', '--log-level', '--tlscacert', '--tlscert', '--tlskey', '-n', '--namespace', '-a', '--address',
    '--builder', '--storage-driver', '--root', '--runroot', '--url', '--connection', '--log-format', '--storage-opt', '--registries-conf', '-t', '--token', '--project'],
  stopAtPositional: true,
};

const ALIASES = { '-t': '--tag', '-f': '--file', '-o': '--output', '-q': '--quiet', '-m': '--memory', '-c': '--cpu-shares' };

/** `docker build`, `docker buildx build`, `podman build`, `nerdctl build`, `finch build`, `buildah build`, `depot build`. */
export const BUILD: Grammar = {
  values: [
    '--add-host', '--allow', '--annotation', '--attest', '--build-arg', '--build-context', '--builder', '--cache-from', '--cache-to', '--call', '--cgroup-parent', '--cgroupns',
    '--cpu-period', '--cpu-quota', '-c', '--cpu-shares', '--cpuset-cpus', '--cpuset-mems', '-f', '--file', '--iidfile', '--isolation', '--label', '-m', '--memory', '--memory-swap',
    '--metadata-file', '--network', '--no-cache-filter', '-o', '--output', '--platform', '--print', '--progress', '--provenance', '--sbom', '--sbom-output', '--sbom-image-output',
    '--secret', '--security-opt', '--shm-size', '--source-policy-file', '--policy', '--ssh', '-t', '--tag', '--target', '--ulimit',
    '--arch', '--os', '--variant', '--authfile', '--cert-dir', '--creds', '--format', '--manifest', '--jobs', '--logfile', '--userns', '--runtime', '--timestamp', '--volume', '-v',
    '--device', '--dns', '--env', '--from', '--isolation', '--layer-label', '--retry', '--retry-delay', '--runtime-flag', '--sign-by', '--unsetenv', '--os-feature', '--os-version',
    '--cap-add', '--cap-drop', '--cache-ttl', '--decryption-key', '--hooks-dir', '--ignorefile', '--build-context', '--ipc', '--pid', '--uts', '--cw', '--compat-volumes',
    '--project', '--token', '--build-platform', '--save-tag', '--save-tags', '--allow-host', '--buildkit-host',
  ],
  switches: ['-q', '-D'],
  aliases: ALIASES,
};

export const PUSH: Grammar = {
  values: ['--platform', '--authfile', '--cert-dir', '--creds', '--digestfile', '--format', '--compression-format', '--compression-level', '--sign-by', '--encryption-key', '--retry', '--retry-delay',
    '--sign', '--cosign-key', '--notation-key-name', '--soci-span-size', '--soci-min-layer-size', '--estargz'],
  aliases: { '-a': '--all-tags', '-q': '--quiet' },
};

export const LOGIN: Grammar = {
  values: ['-u', '--username', '-p', '--password', '--authfile', '--cert-dir', '--compat-auth-file', '--secret'],
  aliases: { '-u': '--username', '-p': '--password' },
};

export const RUN: Grammar = {
  values: ['-e', '--env', '--env-file', '-v', '--volume', '-w', '--workdir', '-u', '--user', '--name', '--platform', '--network', '--net', '--entrypoint', '-p', '--publish', '-h', '--hostname',
    '--mount', '-l', '--label', '--cpus', '-m', '--memory', '--add-host', '--device', '--dns', '--gpus', '--ulimit', '--restart', '--cap-add', '--cap-drop', '--security-opt', '--shm-size',
    '--pull', '--log-driver', '--log-opt', '--link', '--expose', '--ip', '--ipc', '--pid', '--tmpfs', '--runtime', '-a', '--attach', '--cidfile', '--volumes-from', '--userns', '--stop-signal'],
  switches: ['-d', '-i', '-t'],
  stopAtPositional: true,
};

export const BUILDX_CREATE: Grammar = {
  values: ['--name', '--driver', '--driver-opt', '--platform', '--node', '--config', '--buildkitd-config', '--buildkitd-flags', '--timeout', '--builder', '-t'],
};

export const IMAGETOOLS: Grammar = {
  values: ['-t', '--tag', '-f', '--file', '--annotation', '--builder', '--metadata-file', '--platform', '-p', '--progress', '--format'],
  aliases: { '-t': '--tag', '-f': '--file' },
};

export const BAKE: Grammar = {
  values: ['-f', '--file', '--set', '--builder', '--progress', '--metadata-file', '--provenance', '--sbom', '--call', '--allow', '--list', '--var', '--print-format', '--project', '--token'],
  aliases: { '-f': '--file' },
};

export const COMPOSE: Grammar = {
  values: ['-f', '--file', '-p', '--project-name', '--profile', '--env-file', '--project-directory', '--parallel', '--ansi', '--progress', '-c', '--context', '-H', '--host', '--log-level', '-l'],
  aliases: { '-f': '--file' },
  stopAtPositional: true,
};

export const COMPOSE_BUILD: Grammar = {
  values: ['--build-arg', '--builder', '-m', '--memory', '--progress', '--provenance', '--sbom', '--ssh', '--scale', '-t', '--timeout', '--wait-timeout', '--pull', '--attach', '--no-attach', '--exit-code-from'],
};
