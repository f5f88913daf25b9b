/** Which files take part, and as what: by path, else by a cheap look into the bytes. Nothing heavy is imported here. */
import { LANGUAGES } from '../parsers/languages.ts';
import type { SingleKind, Suspect } from '../project/language.ts';
import type { Kind } from '../project/readings.ts';

export type ByPath = { readonly kind: SingleKind } | { readonly suspect: Suspect };

/**
 * Folders that hold copies and foreign code, also where they are committed. A `cdk.out` is read as a unit of its own.
 */
const FOREIGN = new Set([
  'node_modules',
  '.git',
  'cdk.out',
  '.aws-sam',
  '.serverless',
  '.terraform',
  '.venv',
  '.sst',
  'bower_components',
]);

export function isForeign(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => FOREIGN.has(folder));
}

export function isForeignFolder(name: string): boolean {
  return FOREIGN.has(name);
}

const DECLARATION = /\.(?:ya?ml|json|template|tmpl|cfn)$/;
const PROGRAM = /\.(?:ts|mts|cts|js|mjs|cjs)$/;
const NO_DECLARATION = new Set(['package-lock.json', 'tsconfig.json']);
/** Files whose names say that they are no script, so that they aren't opened to look for a `#!`. */
const NO_SCRIPT =
  /^(?:\.|LICEN[CS]E|COPYING|NOTICE|README|CHANGELOG|AUTHORS|CODEOWNERS|VERSION|Procfile|Gemfile|Pipfile|Rakefile|Vagrantfile|Jenkinsfile|OWNERS)/;

export function kindByPath(path: string): ByPath | undefined {
  if (isForeign(path)) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const owner = LANGUAGES.find((one) => one.owns?.(name, path) === true);
  if (owner !== undefined && isSingle(owner.kind)) return { kind: owner.kind };
  if (PROGRAM.test(name)) return /\.(?:d\.ts|min\.js)$/.test(name) ? undefined : { suspect: 'program' };
  if (DECLARATION.test(name)) return NO_DECLARATION.has(name) ? undefined : { suspect: 'declaration' };
  return !name.includes('.') && !NO_SCRIPT.test(name) ? { suspect: 'script' } : undefined;
}

function isSingle(kind: Kind): kind is SingleKind {
  return kind !== 'assembly' && kind !== 'cdk';
}

const NO_SOURCE =
  /\.(?:md|mdx|rst|txt|adoc|py|ipynb|rb|go|java|kt|kts|scala|rs|c|h|cc|cpp|hpp|cs|php|swift|css|scss|less|html?|vue|svelte|tsx|jsx|sql|csv|svg|png|jpe?g|gif|ico|webp|pdf|woff2?|snap|lock)$/;

/** Documents take part where the configuration asks for them. */
export function isDocument(path: string): boolean {
  return (/\.(?:md|markdown|mdx)$/i.test(path) || CURSOR_RULE.test(path)) && !isForeign(path);
}

const CURSOR_RULE = /(?:^|\/)\.cursor\/rules\/(?:.+\/)?[^/]+\.mdc$/;

/** What coding agents are told of a project. Their commands are run, so they take part unless the configuration says no. */
export function isInstructions(path: string): boolean {
  return (
    (/(?:^|\/)(?:(?:AGENTS|CLAUDE|GEMINI)\.md|\.github\/copilot-instructions\.md)$/.test(path) ||
      CURSOR_RULE.test(path)) &&
    !isForeign(path)
  );
}

/**
 * Can nothing ever be found in a file of this name, whatever the project? Of documents only where they aren't asked
 * for.
 */
export function neverTakesPart(path: string): boolean {
  return NO_SOURCE.test(path) && kindByPath(path) === undefined;
}

/** One of these byte sequences must occur before a suspect is read as text. */
export const TELL_TALES: Readonly<Record<Suspect, readonly string[]>> = {
  declaration: tellTalesAmong('declaration'),
  program: tellTalesAmong('program'),
  script: tellTalesAmong('script'),
};

function tellTalesAmong(suspect: Suspect): string[] {
  return LANGUAGES.flatMap(({ inside }) => (inside?.among === suspect ? inside.tellTales : []));
}

/** What a suspect is, once its text is at hand; of a script, the start of it. */
export function kindInside(suspect: Suspect, path: string, text: string): Exclude<Kind, 'assembly'> | undefined {
  const kind = LANGUAGES.find(({ inside }) => inside?.among === suspect && inside.is(text, path))?.kind;
  return kind === 'assembly' ? undefined : kind;
}
