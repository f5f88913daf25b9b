/** What is remembered between runs: only what a change concerns is looked at again, and nobody's secrets are told. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Files, Folder } from '../../src/discover/files.ts';
import { folder, put } from '../temporary.ts';
import { fixtureProjects } from '../projects.ts';

interface Seen {
  readonly findings: readonly string[];
  /** Files whose text somebody asked for. */
  readonly read: ReadonlySet<string>;
}

/** As another process would: nothing but the store is left of the run before. */
async function anew(root: string, store?: string): Promise<Seen> {
  vi.resetModules();
  const { openFolder } = await import('../../src/discover/files.ts');
  const { answerTo } = await import('../../src/engine.ts');
  const { shown } = await import('../../src/engine/answer.ts');
  const { openStore } = await import('../../src/store/answers.ts');
  const read = new Set<string>();
  const noting = (files: Files): Files => ({
    ...files,
    read: (path) => {
      read.add(path);
      return files.read(path);
    },
  });
  const opened = await openFolder(root);
  const files: Folder = { ...opened, ...noting(opened), watched: (looks) => noting(opened.watched(looks)) };
  const { loadConfig } = await import('../../src/config/load.ts');
  const { RULES } = await import('../../src/rules/registry.ts');
  const loaded = await loadConfig(root, RULES);
  const judging = (watched: Files, late?: () => boolean, again?: Parameters<typeof answerTo>[0]['again']) =>
    answerTo({ files: watched, config: loaded.config, ...(late && { late }), ...(again && { again }) });
  const answer =
    store === undefined
      ? (await judging(files)).answer
      : (
          await openStore({ folder: store, program: 'this', judgedBy: null, worth: 0 })!.answer(
            files,
            async (watched, late, again) => (await judging(watched, late, again)).answer,
          )
        ).answer();
  return { findings: shown(answer, { files, pedantic: true }).findings.map((one) => JSON.stringify(one)), read };
}

const TWO =
  '#!/bin/bash\nset -e\n. ./names.sh\ndocker build --platform linux/arm64 -t "$NAME:latest" .\ndocker push "$NAME:latest"\n';

const script = (name: string): string =>
  `#!/bin/bash\nset -euo pipefail\ndocker build --platform linux/arm64 -t ${name}:1.0 ${name}\n`;

describe('after a change', () => {
  it('files that nothing has to do with it are not even read', async () => {
    const names = ['till', 'shelf', 'cart', 'desk'];
    const root = folder(
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name}.sh`, script(name)],
          [`${name}/Dockerfile`, 'FROM --platform=linux/arm64 node:22\n'],
        ]),
      ),
    );
    const store = join(folder(), 'answers');
    expect((await anew(root, store)).read.size).toBe(8);
    put(root, { 'cart/Dockerfile': 'FROM --platform=linux/amd64 node:22\n' });
    const { findings, read } = await anew(root, store);
    expect(findings.join()).toContain('platform-pinned');
    expect(findings).toEqual((await anew(root)).findings);
    expect([...read].sort()).toEqual(['cart.sh', 'cart/Dockerfile']);
  });

  it('a value that one entry only reads stays hidden where another says it', async () => {
    const root = folder({
      'token.txt': 'hunter2-hunter2\n',
      'one.sh': '#!/bin/bash\ndocker build --build-arg X="$(cat token.txt)" -t one:1 .\n',
      'names.sh': 'NAME=hunter2-hunter2\n',
      'two.sh': TWO,
      Dockerfile: 'FROM --platform=linux/amd64 node:22\n',
    });
    const store = join(folder(), 'answers');
    const first = await anew(root, store);
    put(root, { 'two.sh': `${TWO}echo done\n` });
    const { findings } = await anew(root, store);
    expect(first.findings.join()).toContain('"voyage":"***:latest"');
    expect(findings).toEqual((await anew(root)).findings);
    expect(findings.join()).not.toContain('hunter2');
  });

  it('a memory that is damaged, or of another answer, is none', async () => {
    const root = folder({ 'a.sh': script('till'), 'till/Dockerfile': 'FROM node:22\n' });
    const store = join(folder(), 'answers');
    await anew(root, store);
    for (const name of readdirSync(store)) {
      const path = join(store, name);
      writeFileSync(path, readFileSync(path).subarray(0, -3), { mode: 0o600 });
    }
    put(root, { 'a.sh': `${script('till')}# more\n` });
    expect((await anew(root, store)).findings).toEqual((await anew(root)).findings);
  });
});

it('facts are plain data, whatever the project', async () => {
  const { openFolder } = await import('../../src/discover/files.ts');
  const { check } = await import('../../src/engine.ts');
  const { Sealed } = await import('../../src/core/sealed.ts');
  const { loadConfig } = await import('../../src/config/load.ts');
  const { RULES } = await import('../../src/rules/registry.ts');
  const strange = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'function') strange.add('a function');
    if (typeof value !== 'object' || value === null || value instanceof Sealed) return;
    const kind: unknown = Object.getPrototypeOf(value);
    if (kind !== Object.prototype && kind !== Array.prototype) strange.add(String(value));
    for (const one of Object.values(value)) look(one);
  };
  for (const [index, root] of fixtureProjects().entries()) {
    if (index % 6 !== 0) continue;
    const { config } = await loadConfig(root, RULES);
    look((await check({ files: await openFolder(root), config })).model.facts);
  }
  expect([...strange]).toEqual([]);
}, 120_000);
