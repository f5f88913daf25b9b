/** Where the user's system keeps what can be made again. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Undefined: what the environment names is no absolute path, or nothing names one. */
export function cacheFolder({ env, platform }: Pick<NodeJS.Process, 'env' | 'platform'> = process): string | undefined {
  const named = env['XDG_CACHE_HOME'] ?? (platform === 'win32' ? env['LOCALAPPDATA'] : undefined);
  const home = named === undefined ? homeFolder() : undefined;
  const base =
    named ?? (home === undefined ? undefined : join(home, platform === 'darwin' ? 'Library/Caches' : '.cache'));
  return base !== undefined && isAbsolute(base) ? join(base, 'plimsoll') : undefined;
}

/** A user of a container's own may have no home, nor a name. */
function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
