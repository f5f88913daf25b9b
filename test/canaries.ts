/**
 * Planted secrets. A canary is a string that stands in one file or variable and nowhere else; where a run's output has
 * one, the run has told a secret. Every end-to-end run is looked through (`watched`), and `test/cli/secrets.test.ts`
 * plants them where scripts get their values.
 */
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MARK = 'c4nary';

/**
 * Looks like nothing that a source or a message would say, and is no word that a rule could take for something else.
 */
export function canary(name: string): string {
  return `${MARK}${name.toLowerCase().replace(/[^a-z0-9]/g, '')}7f3a`;
}

/** In the environment of every run: secrets that a CI job has. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  NPM_TOKEN: canary('npm token'),
  DOCKER_PASSWORD: canary('docker password'),
  GITHUB_TOKEN: canary('github token'),
  CODEARTIFACT_AUTH_TOKEN: canary('codeartifact'),
};

/** Whatever is changed of it on the way: upper case, a piece of it, in an address. */
function canariesIn(text: string): string[] {
  return [...new Set([...text.matchAll(new RegExp(`${MARK}\\w*`, 'gi'))].map(([found]) => found))];
}

export function checkSilent(where: string, text: string): void {
  const [found] = canariesIn(text);
  if (found === undefined) return;
  const at = text.indexOf(found);
  throw new Error(`${where} tells a secret, ${found}: ${JSON.stringify(text.slice(Math.max(0, at - 200), at + 200))}`);
}

/** Lie about in a checkout, and nothing reads them. */
const PASSIVE: Readonly<Record<string, string>> = {
  '.env': `API_TOKEN=${canary('dotenv')}\n`,
  '.npmrc': `//npm.example.com/:_authToken=${canary('npmrc')}\n`,
  credentials: `[default]\naws_secret_access_key = ${canary('credentials')}\n`,
};

interface Output {
  readonly out: string;
  readonly err: string;
}

/**
 * Runs with secrets around that it has no business with, and looks for them in what it prints and in what it writes.
 */
export function watched<R extends Output>(root: string, run: () => R): R {
  const planted = Object.entries(PASSIVE)
    .map(([file, text]) => [join(root, file), text] as const)
    .filter(([path]) => existsSync(root) && !existsSync(path));
  for (const [path, text] of planted) writeFileSync(path, text);
  try {
    const before = new Set(filesWithCanaries(root));
    const result = run();
    checkSilent('standard output', result.out);
    checkSilent('standard error', result.err);
    for (const file of filesWithCanaries(root))
      if (!before.has(file))
        throw new Error(`${file} was written with a secret: ${canariesIn(readFileSync(file, 'utf8')).join(', ')}`);
    return result;
  } finally {
    for (const [path] of planted) rmSync(path, { force: true });
  }
}

const MOST_FILES = 500;

function filesWithCanaries(root: string): string[] {
  if (!existsSync(root)) return [];
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .slice(0, MOST_FILES)
    .map((name) => join(root, name));
  return files.filter(
    (path) =>
      statSync(path, { throwIfNoEntry: false })?.isFile() === true &&
      canariesIn(readFileSync(path, 'latin1')).length > 0,
  );
}
