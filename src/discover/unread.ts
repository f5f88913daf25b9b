/**
 * Files that may build, push or deploy, in languages nobody here reads. They are named, and looked through for names,
 * but not understood.
 */
import { jsonOf } from '../core/byte-order-mark.ts';
import { tryRead, type Files } from './files.ts';
import { isForeign } from './kinds.ts';

export interface UnreadFile {
  readonly file: string;
  /** For people: `Jenkins library`, `PowerShell`. */
  readonly kind: string;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:vars|jenkins|\.jenkins)\/[^/]+\.groovy$/i, 'Jenkins library'],
  [/\.ps1$/i, 'PowerShell'],
  [/\.(?:bat|cmd)$/i, 'batch file'],
  [/(?:^|\/)(?:ansible|playbooks|roles)\/.+\.ya?ml$|(?:^|\/)(?:playbook|site)\.ya?ml$/, 'Ansible'],
  [/(?:^|\/)\.drone\.(?:ya?ml|jsonnet|star)$/, 'Drone'],
  [/(?:^|\/)\.woodpecker(?:\.ya?ml|\/[^/]+\.ya?ml)$/, 'Woodpecker'],
  [/(?:^|\/)\.?appveyor\.ya?ml$/, 'AppVeyor'],
  [/(?:^|\/)\.buildkite\/.+\.ya?ml$/, 'Buildkite'],
  [/(?:^|\/)\.semaphore\/.+\.ya?ml$/, 'Semaphore'],
  [/(?:^|\/)wercker\.ya?ml$/, 'Wercker'],
  [/(?:^|\/)codefresh[^/]*\.ya?ml$/, 'Codefresh'],
  [/(?:^|\/)\.harness\/.+\.ya?ml$/, 'Harness'],
  [/(?:^|\/)\.tekton\/.+\.ya?ml$/, 'Tekton'],
  [/(?:^|\/)(?:circle|screwdriver|codeship-steps)\.ya?ml$/, 'CI configuration'],
  [/(?:^|\/)skaffold\.ya?ml$/, 'Skaffold'],
  [/(?:^|\/)Tiltfile$/, 'Tilt'],
  [/(?:^|\/)Earthfile$/, 'Earthly'],
  [/(?:^|\/)copilot\/.+\/manifest\.ya?ml$/, 'Copilot manifest'],
  [/(?:^|\/)(?:werf|garden|okteto)\.ya?ml$/, 'deploy configuration'],
  [/(?:^|\/)(?:Rakefile|[^/]+\.rake|Capfile)$/, 'Rake'],
  [/(?:^|\/)(?:fabfile|tasks)\.py$/, 'Python tasks'],
  [/(?:^|\/)serverless\.(?:ts|js|cjs|mjs)$/, 'Serverless program'],
  [/(?:^|\/)Pulumi(?:\.[^/]+)?\.ya?ml$/, 'Pulumi'],
];

const PROGRAM = /\.(?:py|rb|go|java|kt|cs|php|rs|ts|mts|cts|js|mjs|cjs|ipynb)$/;

function unreadKind(path: string): string | undefined {
  return isForeign(path) ? undefined : KINDS.find(([pattern]) => pattern.test(path))?.[1];
}

export function isProgram(path: string): boolean {
  return PROGRAM.test(path) && !isForeign(path) && !path.endsWith('.d.ts') && !path.endsWith('.min.js');
}

/** Of the project's files, those in languages nobody reads. What is read as something else is none. */
export function unreadFiles(paths: readonly string[], isRead: (path: string) => boolean): UnreadFile[] {
  let all: ReadonlySet<string> | undefined;
  // A package's `tasks.py` is a part of the application, such as its background jobs.
  const isInPackage = (file: string): boolean =>
    /\.py$/.test(file) && (all ??= new Set(paths)).has(file.replace(/[^/]*$/, '__init__.py'));
  return paths.flatMap((file): UnreadFile[] => {
    const kind = unreadKind(file);
    return kind === undefined || isRead(file) || isInPackage(file) ? [] : [{ file, kind }];
  });
}

/**
 * The CDK speaks more languages than TypeScript: such an app is known by its synthesized output, where there is one.
 */
const APP_LANGUAGES: readonly (readonly [RegExp, string, RegExp])[] = [
  [/(?:^|[\s/])(?:python3?|uv|poetry|pipenv)\b/, 'Python', /\.py$/],
  [/(?:^|[\s/])(?:mvn|mvnw|gradle|gradlew|java)\b/, 'Java', /\.(?:java|kt)$/],
  [/(?:^|[\s/])dotnet\b/, 'C#', /\.(?:cs|fs)$/],
  [/(?:^|[\s/])go\s+(?:run|mod)\b/, 'Go', /\.go$/],
];

/** The sources of CDK apps in languages nobody here reads, where no synthesized output tells what they make. */
export function foreignApps(files: Files, readings: { has(path: string): boolean }): UnreadFile[] {
  return files
    .list()
    .filter((path) => /(?:^|\/)cdk\.json$/.test(path) && !isForeign(path))
    .flatMap((path): UnreadFile[] => {
      const folder = path.slice(0, -'cdk.json'.length);
      const app = appOf(tryRead(files, path));
      const language = app === undefined ? undefined : APP_LANGUAGES.find(([command]) => command.test(app));
      if (language === undefined || readings.has(`${folder}cdk.out/manifest.json`)) return [];
      const [, name, source] = language;
      return files
        .list()
        .filter(
          (one) =>
            one.startsWith(folder) && source.test(one) && !isForeign(one) && !TESTS.test(one.slice(folder.length)),
        )
        .map((file) => ({ file, kind: `CDK app in ${name}` }));
    });
}

/** Of an app, what only tries it out. */
const TESTS = /(?:^|\/)(?:tests?|__tests__)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test)\.(?:py|go)$|Tests?\.(?:java|kt|cs)$/;

function appOf(text: string | undefined): string | undefined {
  try {
    const config: unknown = jsonOf(text ?? '');
    return typeof config === 'object' && config !== null && 'app' in config && typeof config.app === 'string'
      ? config.app
      : undefined;
  } catch {
    return undefined;
  }
}
