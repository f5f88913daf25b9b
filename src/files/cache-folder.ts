/** Where the user's system keeps what can be made again. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Undefined: what the environment names is no absolute path, and nobody's. */
export function cacheFolder({ env, platform }: Pick<NodeJS.Process, 'env' | 'platform'> = process): string | undefined {
  const base =
    env['XDG_CACHE_HOME'] ??
    (platform === 'win32' ? env['LOCALAPPDATA'] : undefined) ??
    join(homedir(), platform === 'darwin' ? 'Library/Caches' : '.cache');
  return isAbsolute(base) ? join(base, 'plimsoll') : undefined;
}
