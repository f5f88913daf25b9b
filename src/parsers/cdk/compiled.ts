/**
 * What the compiler made of the project's own TypeScript, and somebody committed: the source is judged, and its output
 * isn't judged once more.
 */
import { ts } from './compiler.ts';
import { folderOf, joinPath, type ProjectFiles, type Resolver } from './interpreter/resolve.ts';

export function isCompiled(file: string, all: ReadonlySet<string>, project: ProjectFiles, resolver: Resolver): boolean {
  const found = /^(.*)\.([cm]?)js$/.exec(file);
  if (found === null) return false;
  const [, stem = '', kind = ''] = found;
  return (
    all.has(`${stem}.${kind}ts`) || sourcesOf(stem, project, resolver).some((path) => all.has(`${path}.${kind}ts`))
  );
}

/** `dist/lib/stack.js` is what `outDir` says of `lib/stack.ts`, or of `src/lib/stack.ts`. */
function sourcesOf(stem: string, project: ProjectFiles, resolver: Resolver): string[] {
  const folder = resolver.nearest(folderOf(stem), 'tsconfig.json');
  const text = folder === undefined ? undefined : project.read(joinPath(folder, 'tsconfig.json'));
  if (folder === undefined || text === undefined) return [];
  const config: unknown = ts.parseConfigFileTextToJson('tsconfig.json', text).config;
  const output = option(config, 'outDir');
  const into = output === undefined ? undefined : joinPath(folder, output);
  if (into === undefined || into === folder || !stem.startsWith(`${into}/`)) return [];
  const rest = stem.slice(into.length + 1);
  const root = option(config, 'rootDir');
  return (root === undefined ? ['', 'src'] : [root]).map((from) => joinPath(folder, from, rest));
}

function option(config: unknown, name: string): string | undefined {
  const options =
    typeof config === 'object' && config !== null && 'compilerOptions' in config ? config.compilerOptions : undefined;
  const value: unknown =
    typeof options === 'object' && options !== null
      ? new Map<string, unknown>(Object.entries(options)).get(name)
      : undefined;
  return typeof value === 'string' ? value : undefined;
}
