/** However a project came to be as it is, by edits or from the start: the findings are the same. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFolder, overlaid } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';
import { openWorkspace, type Workspace } from '../../src/engine/workspace.ts';
import { loadConfig } from '../../src/config/load.ts';
import { joined, link, linked } from '../../src/model/link.ts';
import { Ties } from '../../src/model/partition.ts';
import { RULES } from '../../src/rules/registry.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

function projects(at: string): string[] {
  if (!existsSync(join(at, 'expected.json')))
    return readdirSync(at, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => projects(join(at, entry.name)));
  const named: object = JSON.parse(readFileSync(join(at, 'expected.json'), 'utf8'));
  return Object.keys(named).map((name) => join(at, name));
}

/**
 * Images whose names nobody knows may be anybody's: beside all other fixtures they are more than are told apart, and
 * what is left out then depends on how many there are.
 */
const OF_ANYBODY = /image-that-nobody-knows/;

function copied(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-workspace-')));
  const apart = projects(FIXTURES).filter((source) => !OF_ANYBODY.test(source));
  apart.forEach((source, index) =>
    cpSync(source, join(root, `p${index}`), { recursive: true, filter: (path) => !path.endsWith('expected.json') }),
  );
  return root;
}

const show = ({
  rule,
  site,
  message,
  related,
}: {
  rule: string;
  site: { file: string; span: { start: number; end: number } };
  message: string;
  related: readonly { site: { file: string; span: { start: number } } }[];
}): string =>
  `${site.file}:${site.span.start}-${site.span.end} ${rule} ${message} ${related.map((one) => `${one.site.file}:${one.site.span.start}`).join(' ')}`;

async function fresh(root: string, over: ReadonlyMap<string, string> = new Map()): Promise<string[]> {
  const { config, plugins } = await loadConfig(root, RULES);
  const { findings } = await check({ files: overlaid(await openFolder(root), over), config, plugins });
  return findings.map(show);
}

const kept = async (workspace: Workspace): Promise<string[]> => (await workspace.check()).kept.map(show);

describe('a workspace finds what a fresh check finds', () => {
  it('at first, after each file of a large project was edited, and when all edits are taken back', async () => {
    const root = copied();
    const workspace = await openWorkspace({ root });
    const before = await kept(workspace);
    expect(before.length).toBeGreaterThan(100);
    expect(before).toEqual(await fresh(root));
    const files = (await openFolder(root)).list();
    const over = new Map<string, string>();
    // Lines go, in every file, so that values, calls and whole builds come and go; a seventh of the files at a time.
    for (let round = 0; round < 7; round++) {
      files.forEach((file, index) => {
        if (index % 7 !== round) return;
        const lines = readFileSync(join(root, file), 'utf8').split('\n');
        lines.splice((index * 5) % lines.length, 1);
        over.set(file, lines.join('\n'));
        workspace.lay(file, lines.join('\n'));
      });
      expect(await kept(workspace)).toEqual(await fresh(root, over));
    }
    for (const file of files) workspace.lay(file, undefined);
    expect(await kept(workspace)).toEqual(before);
  }, 240_000);

  it('after files were written, renamed and removed on disk', async () => {
    const root = copied();
    const workspace = await openWorkspace({ root });
    const before = await kept(workspace);
    const files = (await openFolder(root)).list();
    for (const file of files.filter((_, index) => index % 5 === 0)) rmSync(join(root, file));
    for (const file of files.filter((_, index) => index % 5 === 1))
      writeFileSync(join(root, file), `${readFileSync(join(root, file), 'utf8')}\n`);
    renameSync(join(root, 'p1'), join(root, 'moved'));
    await workspace.sweep();
    const after = await kept(workspace);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await fresh(root));
  }, 120_000);
});

describe('a manifest that a script fills in', () => {
  const TAKEN = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/till';
  const manifest = (image: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: till }\nspec:\n  template:\n    spec:\n      containers:\n        - name: till\n          image: ${image}\n`;
  const push = `#!/bin/bash\nset -euo pipefail\ndocker build -t ${TAKEN}:latest .\ndocker push ${TAKEN}:latest\n`;
  const filling = `#!/bin/bash\nset -euo pipefail\nexport ECR_URL=${TAKEN}\n[ "\${1:-go}" != go ] || envsubst < k8s/till.yaml | kubectl apply -f -\n`;
  const open = async (files: Readonly<Record<string, string>>) => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-workspace-')));
    mkdirSync(join(root, 'k8s'));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
    return { root, workspace: await openWorkspace({ root }) };
  };
  const files = {
    Dockerfile: 'FROM alpine:3.22\n',
    'k8s/till.yaml': manifest('${ECR_URL}:latest'),
    'push.sh': push,
    'fill.sh': filling,
  };

  it('speaks for itself again when the script is gone', async () => {
    const { root, workspace } = await open(files);
    const before = await kept(workspace);
    expect(before).toEqual(await fresh(root));
    rmSync(join(root, 'fill.sh'));
    await workspace.sweep();
    expect(await fresh(root)).not.toEqual(before);
    expect(await kept(workspace)).toEqual(await fresh(root));
    writeFileSync(join(root, 'fill.sh'), filling);
    await workspace.sweep();
    expect(await kept(workspace)).toEqual(before);
  });

  it('speaks for itself again when another runs the script, and has it do something else', async () => {
    const { root, workspace } = await open({ ...files, Makefile: 'all:\n\techo none\n' });
    const before = await kept(workspace);
    const over = new Map([['Makefile', 'all:\n\t./fill.sh no\n']]);
    for (const [file, text] of over) workspace.lay(file, text);
    expect(await fresh(root, over)).not.toEqual(before);
    expect(await kept(workspace)).toEqual(await fresh(root, over));
  });

  it('is judged in a here-document, whatever lies beside it', async () => {
    const { root, workspace } = await open({
      Dockerfile: 'FROM alpine:3.22\n',
      'ship.sh': `${push}kubectl apply -f - <<X\n${manifest(`${TAKEN}:latest`)}X\n`,
    });
    const before = await kept(workspace);
    expect(before.some((one) => one.includes(' same-tag-no-rollout '))).toBe(true);
    for (const beside of [manifest('$OTHER').replaceAll('till', 'tidy'), undefined]) {
      workspace.lay('k8s/tidy.yaml', beside);
      expect(await kept(workspace)).toEqual(before);
    }
    expect(await fresh(root)).toEqual(before);
  });

  it('is judged once it can be read, where only another script names the command that a text holds', async () => {
    const { root, workspace } = await open({
      Dockerfile: 'FROM alpine:3.22\n',
      names: 'K=kubectl\n',
      'ship.sh': `${push}. ./names\n$K apply -f - <<X\n${manifest(`${TAKEN}:latest`)}X\n`,
    });
    const before = await kept(workspace);
    const over = new Map([['look.sh', 'kubectl get pods\n']]);
    for (const [file, text] of over) workspace.lay(file, text);
    expect(await fresh(root, over)).not.toEqual(before);
    expect(await kept(workspace)).toEqual(await fresh(root, over));
    for (const file of over.keys()) workspace.lay(file, undefined);
    expect(await kept(workspace)).toEqual(before);
  });
});

describe('a change', () => {
  it('has only what depends on it read and evaluated again', async () => {
    const root = copied();
    const workspace = await openWorkspace({ root });
    const first = await workspace.model();
    const file = 'p1/note.sh';
    workspace.lay(file, 'echo hello\n');
    const second = await workspace.model();
    expect(second.version).toBe(first.version + 1);
    const same = [...first.project.byFile].filter(
      ([path, reading]) =>
        second.project.byFile.get(path) === reading && reading.kind !== 'cdk' && reading.kind !== 'assembly',
    ).length;
    expect(same).toBe(
      [...first.project.byFile.values()].filter(({ kind }) => kind !== 'cdk' && kind !== 'assembly').length,
    );
    workspace.lay(file, 'echo there\n');
    const third = await workspace.model();
    expect(
      [...second.project.byFile]
        .filter(([path, reading]) => third.project.byFile.get(path) !== reading)
        .map(([path]) => path),
    ).toEqual([file]);
    const before = new Set(second.model.facts);
    expect(third.model.facts.filter((fact) => !before.has(fact))).toEqual([]);
  });

  it('that is none costs nothing', async () => {
    const root = copied();
    const workspace = await openWorkspace({ root });
    const first = await workspace.model();
    await workspace.sweep();
    workspace.touch(['p1/none.sh']);
    expect(await workspace.model()).toBe(first);
  });

  it('leaves every image that it does not reach linked as it was', async () => {
    const root = copied();
    const workspace = await openWorkspace({ root });
    const first = await workspace.model();
    const file = (await openFolder(root)).list().find((path) => /^p\d+\/Makefile$/.test(path)) ?? '';
    workspace.lay(
      file,
      `${readFileSync(join(root, file), 'utf8')}\nanother:\n\tdocker build --platform linux/arm64 -t plimsoll-another .\n\tdocker push plimsoll-another\n`,
    );
    const second = await workspace.model();
    const before = new Set(first.model.voyages);
    const anew = second.model.voyages.filter((voyage) => !before.has(voyage));
    expect(anew.some(({ name }) => name === 'plimsoll-another')).toBe(true);
    // The fixtures share their names, by which most of them are tied together here.
    expect(anew.length).toBeLessThan(second.model.voyages.length * 0.9);
  });
});

describe('parts of a project, linked each by itself', () => {
  it('are together what the whole is', async () => {
    const { model } = await check({
      files: await openFolder(copied()),
      config: (await loadConfig(FIXTURES, RULES)).config,
    });
    const parts = new Ties().partsOf(model.facts);
    expect(parts.length).toBeGreaterThan(30);
    expect(parts.flat()).toHaveLength(model.facts.length);
    expect(joined(model.facts, parts.map(linked))).toEqual(link(model.facts));
  }, 60_000);
});
