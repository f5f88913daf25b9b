/**
 * Every fixture through the language server: the findings of `check`, to the character; and the comment that hides a
 * finding hides it.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CodeActionRequest,
  WorkspaceDiagnosticRequest,
  type CodeAction,
  type Diagnostic,
} from 'vscode-languageserver-protocol/node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { openFolder, overlaid, type Files } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { marksByFile } from '../../src/engine/findings-by-file.ts';
import { indexLines } from '../../src/core/site.ts';
import { RULES } from '../../src/rules/registry.ts';
import { start, type Client } from './client.ts';
import { fixtureProjects } from '../projects.ts';

const LEVEL = ['', 'error', 'warning', 'note'];

interface Checked {
  readonly root: string;
  readonly file: string;
  readonly span: {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
  readonly rule: string;
  readonly otherEnd: boolean;
  readonly shown: string;
}

const all = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-lsp-')));
let roots: readonly string[];
let client: Client;
let checked: readonly Checked[];

beforeAll(async () => {
  roots = fixtureProjects().map((source, index) => {
    const root = join(all, `p${index}`);
    cpSync(source, root, { recursive: true, filter: (path) => !path.endsWith('expected.json') });
    mkdirSync(join(root, '.git'));
    return root;
  });
  checked = (await Promise.all(roots.map((root) => checkedAt(root)))).flat();
  client = await start(roots);
}, 300_000);
afterAll(async () => {
  await client.stop();
  rmSync(all, { recursive: true, force: true });
});

async function checkedAt(root: string, files?: Files): Promise<Checked[]> {
  const { config } = await loadConfig(root, RULES);
  const { findings } = await check({ files: files ?? (await openFolder(root)), config });
  return [...marksByFile(findings)].flatMap(([file, marks]) =>
    marks.map(({ finding, site: { span }, message, otherEnd }) => ({
      root,
      file,
      span,
      rule: finding.rule,
      otherEnd,
      shown: `${join(root, file)}:${span.line}:${span.column}-${span.endLine}:${span.endColumn} ${finding.severity} ${finding.rule} ${message}${finding.help === undefined ? '' : `\n${finding.help}`}`,
    })),
  );
}

function shown(uri: string, diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ range: { start: from, end: to }, severity, code, message }) =>
      `${fileURLToPath(uri)}:${from.line + 1}:${from.character + 1}-${to.line + 1}:${to.character + 1} ${LEVEL[severity ?? 0]} ${code} ${typeof message === 'string' ? message : message.value}`,
  );
}

it('asked for all of the workspace, it answers with the findings, messages and places of `check`', async () => {
  const { items } = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
  const found = items.flatMap((one) => (one.kind === 'full' ? shown(one.uri, one.items) : []));
  expect(checked.length).toBeGreaterThan(100);
  expect(found.sort()).toEqual(checked.map((one) => one.shown).sort());
}, 180_000);

it('pushes the same', async () => {
  await vi.waitFor(
    () => {
      const found = client.published().flatMap((uri) => shown(uri, client.latest(uri) ?? []));
      expect(found.sort()).toEqual(checked.map((one) => one.shown).sort());
    },
    { timeout: 60_000, interval: 200 },
  );
}, 90_000);

it('offers a comment for nearly all findings, and with it in its place the finding is gone and nothing else changes', async () => {
  const without: string[] = [];
  const wrong: string[] = [];
  let offered = 0;
  const seen = new Set<string>();
  for (const { root, file, span, rule, otherEnd } of checked) {
    const key = `${root} ${file} ${rule} ${span.line}`;
    if (otherEnd || seen.has(key)) continue;
    seen.add(key);
    const uri = pathToFileURL(join(root, file)).href;
    const at = { line: span.line - 1, character: span.column - 1 };
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: at, end: at },
      context: { diagnostics: [] },
    });
    const comment = actions?.find((one): one is CodeAction => one.title === `Ignore ${rule} here`);
    const [edit] = comment === undefined || !('edit' in comment) ? [] : (comment.edit?.changes?.[uri] ?? []);
    const files = await openFolder(root);
    const text = files.read(file);
    if (edit === undefined) {
      if (!inHereDocument(text, span.line)) without.push(`${file}:${span.line} ${rule}`);
      continue;
    }
    offered++;
    const offset = (indexLines(file, text).starts[edit.range.start.line] ?? 0) + edit.range.start.character;
    const after = await checkedAt(
      root,
      overlaid(files, new Map([[file, text.slice(0, offset) + edit.newText + text.slice(offset)]])),
    );
    const left = after
      .filter((one) => !one.otherEnd)
      .map((one) => `${one.file} ${one.rule}`)
      .sort();
    const covered = (one: Checked): boolean => one.file === file && one.rule === rule && one.span.line === span.line;
    const expected = checked
      .filter((one) => one.root === root && !one.otherEnd && !covered(one))
      .map((one) => `${one.file} ${one.rule}`)
      .sort();
    if (JSON.stringify(left) !== JSON.stringify(expected))
      wrong.push(`${file}:${span.line} ${rule}: ${JSON.stringify(left)} is not ${JSON.stringify(expected)}`);
  }
  expect(wrong).toEqual([]);
  // JSON has no comments; what isn't read has no place for one; here-documents and excerpts of TypeScript in Markdown
  // say it for the whole file.
  expect(without.filter((one) => !/\.json:|\.md:| unreadable-file$/.test(one))).toEqual([]);
  expect(offered).toBeGreaterThan(80);
}, 300_000);

/** Terraform's `<<-EOT`, up to the line that ends it. */
function inHereDocument(text: string, line: number): boolean {
  return [...text.matchAll(/<<[-~]?(\w+)\n[\s\S]*?^\s*\1$/gm)].some(({ index, 0: whole }) => {
    const first = text.slice(0, index).split('\n').length;
    return line > first && line < first + whole.split('\n').length;
  });
}
