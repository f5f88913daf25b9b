/** Files that somebody may take for the configuration, and that nobody reads. */
import { basename, join, relative } from 'node:path';
import { foldersWithin, isInside, realOf } from '../files/boundary.ts';
import { openDoor } from '../files/door.ts';
import { CONFIG_NAMES, type LoadedConfig } from './load.ts';
import { skippedNotice } from './trust.ts';

interface Notice {
  readonly file: string;
  readonly message: string;
}

/** Extensions in which other tools take their configuration. */
const EXTENSIONS = ['json', 'jsonc', 'json5', 'yaml', 'yml', 'toml', 'js', 'mjs', 'cjs', 'ts', 'mts', 'cts'];
const DATA = EXTENSIONS.slice(0, 6);
const NAMES: ReadonlySet<string> = new Set(
  [
    ...['.plimsollrc', '.plimsoll', 'plimsollrc', 'plimsoll.config', '.plimsoll.config'].flatMap((name) => [
      name,
      ...EXTENSIONS.map((extension) => `${name}.${extension}`),
    ]),
    // A script of this name is a likely thing to have.
    ...DATA.map((extension) => `plimsoll.${extension}`),
  ].filter((name) => !CONFIG_NAMES.includes(name)),
);
/** What editors, package managers and people put behind the name of a file that they lay aside. */
const ASIDE = ['.bak', '.backup', '.old', '.orig', '.off', '.disabled', '.example', '.sample', '.save', '~'];
const MOST_NAMED = 3;

/** What has to be said of how the configuration came about. */
export function configNotices({ file, skipped }: LoadedConfig, root: string, cwd = process.cwd()): Notice[] {
  const here = realOf(cwd);
  const folders = new Set([...foldersWithin(root), ...(isInside(root, here) ? foldersWithin(here) : [])]);
  return [
    ...(skipped === undefined ? [] : [skippedNotice(skipped, root, 'add --trust')]),
    ...nearMisses(root, folders, file !== undefined || skipped !== undefined),
  ];
}

/** `configured`: there is one that is read; then what was laid aside was meant to be. */
function nearMisses(root: string, folders: ReadonlySet<string>, configured: boolean): Notice[] {
  const found = [...folders].flatMap((folder) => {
    const door = openDoor(folder);
    return door
      .entries('')
      .filter(({ name, kind }) => kind !== 'folder' && isNearMiss(name, configured))
      .filter(({ name }) => !isReport(door.head(name, 64).toString('utf8')))
      .map(({ name }) => join(folder, name));
  });
  const names = found.map((path) => relative(root, path).replaceAll('\\', '/')).sort();
  const [first] = names;
  if (first === undefined) return [];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return [
    {
      file: basename(first),
      message: `${names.slice(0, MOST_NAMED).join(', ')}${more} ${names.length === 1 ? 'is' : 'are'} not read: a configuration is called ${CONFIG_NAMES.slice(0, -1).join(', ')} or ${CONFIG_NAMES.at(-1) ?? ''}`,
    },
  ];
}

function isNearMiss(name: string, configured: boolean): boolean {
  if (NAMES.has(name)) return true;
  if (configured) return false;
  const aside = ASIDE.find((ending) => name.endsWith(ending));
  if (aside === undefined) return false;
  const bare = name.slice(0, -aside.length);
  return NAMES.has(bare) || CONFIG_NAMES.includes(bare);
}

/** `-o plimsoll.json` writes one. */
function isReport(start: string): boolean {
  return /^\{\s*"version": 1,\s*"tool"/.test(start);
}
