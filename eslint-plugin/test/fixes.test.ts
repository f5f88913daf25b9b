/** What ESLint changes on our word, over all fixtures: once is enough, and what was right before still is. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { CONFIG, configure, eslint, VERSIONS } from './eslint.ts';
import { fixtureProjects } from '../../test/projects.ts';

function copied(): string {
  const all = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-fixes-')));
  onTestFinished(() => rmSync(all, { recursive: true, force: true }));
  configure(all, CONFIG('strict'));
  fixtureProjects().forEach((source, index) => {
    cpSync(source, join(all, `p${index}`), { recursive: true, filter: (path) => !path.endsWith('expected.json') });
    mkdirSync(join(all, `p${index}`, '.git'));
  });
  return all;
}

function textsOf(results: readonly { readonly filePath: string }[]): Map<string, string> {
  return new Map(results.map(({ filePath }) => [filePath, readFileSync(filePath, 'utf8')]));
}

/** TypeScript's own word on a CDK app, with the real library, and one program kept up with each change. */
function compiler(root: string) {
  const texts = new Map<string, { text: string; version: number }>();
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: (file) => String(texts.get(file)?.version ?? 0),
    getScriptSnapshot: (file) => {
      const text = texts.get(file)?.text ?? ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => ({
      module: ts.ModuleKind.NodeNext,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  };
  const service = ts.createLanguageService(host);
  return (file: string, text: string): string[] => {
    texts.set(file, { text, version: (texts.get(file)?.version ?? 0) + 1 });
    const found = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map(
      ({ code, messageText }) => `${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
    texts.delete(file);
    return found.sort();
  };
}

/** What the language's own reader has against a text. */
function complaints(file: string, text: string, compile: (file: string, text: string) => string[]): string[] {
  if (/\.[cm]?[jt]s$/.test(file)) return compile(file, text);
  if (/\.ya?ml$/.test(file)) return parseAllDocuments(text).flatMap(({ errors }) => errors.map(({ code }) => code));
  if (/\.json$/.test(file)) return attempt(() => JSON.parse(text));
  if (/\.(?:sh|bash)$/.test(file))
    return attempt(() => execFileSync('bash', ['-n'], { input: text, stdio: ['pipe', 'ignore', 'ignore'] }));
  return [];
}

function attempt(action: () => unknown): string[] {
  try {
    action();
    return [];
  } catch {
    return ['not readable'];
  }
}

describe.each(VERSIONS)('%s --fix', (version) => {
  it('leaves nothing to do the second time, and what compiled before compiles after', () => {
    const all = copied();
    const { results, err } = eslint(version, all);
    expect(err).toBe('');
    const before = textsOf(results);
    eslint(version, all, ['--fix', '.']);
    const once = textsOf(results);
    const changed = [...once].filter(([file, text]) => text !== before.get(file)).map(([file]) => file);
    expect(changed.length).toBeGreaterThan(5);
    const compile = compiler(all);
    for (const file of changed)
      expect(complaints(file, once.get(file) ?? '', compile), file).toEqual(
        complaints(file, before.get(file) ?? '', compile),
      );
    eslint(version, all, ['--fix', '.']);
    expect([...textsOf(results)].filter(([file, text]) => text !== once.get(file)).map(([file]) => file)).toEqual([]);
  }, 300_000);
});

it('suggestions leave code that compiles as well', () => {
  const all = copied();
  const { results } = eslint('eslint', all);
  const compile = compiler(all);
  let tried = 0;
  for (const { filePath, messages } of results) {
    const text = readFileSync(filePath, 'utf8');
    for (const { suggestions = [], ruleId, line } of messages) {
      for (const {
        desc,
        fix: {
          range: [start, end],
          text: instead,
        },
      } of suggestions) {
        tried++;
        const after = text.slice(0, start) + instead + text.slice(end);
        expect(complaints(filePath, after, compile), `${filePath}:${line} ${ruleId}: ${desc}`).toEqual(
          complaints(filePath, text, compile),
        );
      }
    }
  }
  expect(tried).toBeGreaterThan(5);
}, 300_000);
