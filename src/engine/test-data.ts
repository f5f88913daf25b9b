/**
 * Test files, test data, other people's code and workflows that nobody starts: read for links, and judged only where
 * somebody asks for it.
 */

const ALWAYS_TESTS =
  /(?:^|\/)(?:__tests__|__mocks__|__snapshots__|testdata|[^/]*\.snapshot)\/|\.(?:test|spec)\.[a-z]+$/;
const FOLDER = /(?:^|\/)(tests?|vendor|third[_-]party)\//g;
const ENVIRONMENTS =
  /^(?:env|envs|environment|environments|stage|stages|account|accounts|overlay|overlays|live|deploy|deployments|clusters|workspaces)$/i;
const SISTERS = /^(?:prod|production|dev|develop|development|staging|stage|qa|uat|live|preprod|sandbox)$/i;
/** A repository's own are started; what a copied project below a folder brings along is not. */
const OWN_WORKFLOW = /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/;
const COPIED_WORKFLOW = /\/\.(?:github|gitea|forgejo)\/workflows\//;
const FOREIGN = /^(?:vendor|third[_-]party)$/;

/**
 * Is a path test data, other people's code or never started? `test/` may also be the folder of an environment, or of
 * something that is applied.
 */
export function testData(
  paths: readonly string[],
  read: (path: string) => string | undefined,
): (path: string) => boolean {
  const verdicts = new Map<string, boolean>();
  let folders: ReadonlySet<string> | undefined;
  const isTests = (folder: string): boolean => {
    const slash = folder.lastIndexOf('/');
    const parent = folder.slice(0, Math.max(0, slash));
    if (FOREIGN.test(folder.slice(slash + 1))) return true;
    if (ENVIRONMENTS.test(parent.slice(parent.lastIndexOf('/') + 1))) return false;
    folders ??= foldersOf(paths);
    const sisters = [...folders].filter(
      (one) =>
        one !== folder &&
        one.startsWith(parent === '' ? '' : `${parent}/`) &&
        !one.slice(parent === '' ? 0 : parent.length + 1).includes('/'),
    );
    if (sisters.some((one) => SISTERS.test(one.slice(one.lastIndexOf('/') + 1)))) return false;
    return !paths.some((path) => path.startsWith(`${folder}/`) && path.endsWith('.tf') && isRoot(read(path)));
  };
  let hasOwn: boolean | undefined;
  const isCopied = (path: string): boolean =>
    COPIED_WORKFLOW.test(path) && (hasOwn ??= paths.some((one) => OWN_WORKFLOW.test(one)));
  return (path) => {
    if (ALWAYS_TESTS.test(path) || isCopied(path)) return true;
    for (const found of path.matchAll(FOLDER)) {
      const folder = path.slice(0, found.index + found[0].length - 1);
      let verdict = verdicts.get(folder);
      if (verdict === undefined) verdicts.set(folder, (verdict = isTests(folder)));
      if (verdict) return true;
    }
    return false;
  };
}

/** By its name alone: can what lies in it be test data? */
export function isTestFolder(folder: string): boolean {
  const path = `${folder}/`;
  return ALWAYS_TESTS.test(path) || path.search(FOLDER) !== -1;
}

/** Terraform that says where its state is kept, or whom it works for, is applied as it stands. */
function isRoot(text: string | undefined): boolean {
  return text !== undefined && (/^\s*backend\s+"/m.test(text) || /^provider\s+"/m.test(text));
}

function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
  return folders;
}
