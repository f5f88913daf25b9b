/** Whatever happens to a project between two runs: with a store they say what they say without one, byte for byte. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { openFolder } from '../../src/discover/files.ts';
import { answerTo, check } from '../../src/engine.ts';
import { isOfToday, shown, type Gist } from '../../src/engine/answer.ts';
import { RULES } from '../../src/rules/registry.ts';
import { openStore } from '../../src/store/answers.ts';
import { fixtureProjects } from '../projects.ts';
import { folder, git, put } from '../temporary.ts';

interface Seen {
  readonly said: string;
  /** Was it judged, or taken from an earlier run? */
  readonly judged: boolean;
}

async function withStore(root: string, store: string, { program = 'this', pedantic = false } = {}): Promise<Seen> {
  const { config } = await loadConfig(root, RULES);
  const files = await openFolder(root);
  let judged = false;
  const opened = openStore({ folder: store, program, judgedBy: config, worth: 0 })!;
  const stored = await opened.answer(files, async (watched, late, again) => {
    judged = true;
    return (await answerTo({ files: watched, config, late, again })).answer;
  });
  return { said: JSON.stringify(shown(stored.answer(), { files, pedantic })), judged };
}

async function without(root: string, pedantic = false): Promise<string> {
  const { config } = await loadConfig(root, RULES);
  const { model: _, timings: __, ...result } = await check({ files: await openFolder(root), config, pedantic });
  return JSON.stringify(result);
}

/** One change of a project; numbers choose the file, the line and what is done. */
const CHANGES: Record<string, (root: string, paths: readonly string[], at: number) => void> = {
  cut: (root, paths, at) => {
    const path = join(root, paths[at % paths.length]!);
    const lines = readFileSync(path, 'utf8').split('\n');
    lines.splice(at % lines.length, 1);
    writeFileSync(path, lines.join('\n'));
  },
  swap: (root, paths, at) => {
    // As long as before, at the same time: only the content tells.
    const path = join(root, paths[at % paths.length]!);
    const { atime, mtime } = statSync(path);
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace(/arm64|amd64/g, (cpu) => (cpu === 'arm64' ? 'amd64' : 'arm64')),
    );
    utimesSync(path, atime, mtime);
  },
  touch: (root, paths, at) => utimesSync(join(root, paths[at % paths.length]!), at % 2_000_000_000, 1_700_000_000 + at),
  remove: (root, paths, at) => rmSync(join(root, paths[at % paths.length]!)),
  rename: (root, paths, at) => {
    const path = paths[at % paths.length]!;
    const to = join(dirname(path), at % 2 === 0 ? `renamed-${at}.sh` : 'Dockerfile.other');
    renameSync(join(root, path), join(root, to));
  },
  copy: (root, paths, at) => {
    const to = join(root, 'copied', paths[at % paths.length]!);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, paths[at % paths.length]!), to);
  },
  link: (root, paths, at) => {
    const path = join(root, `linked-${at}.sh`);
    if (!existsSync(path)) symlinkSync(paths[at % paths.length]!, path);
  },
  suppress: (root, paths, at) => {
    const path = join(root, paths[at % paths.length]!);
    writeFileSync(
      path,
      `# plimsoll-ignore-file arch-mismatch -- a test until=2${at % 900}-01-01\n${readFileSync(path, 'utf8')}`,
    );
  },
  configure: (root, _, at) =>
    writeFileSync(
      join(root, 'plimsoll.config.json'),
      JSON.stringify(at % 2 === 0 ? { rules: { 'arch-mismatch': 'note' } } : { ignores: ['**/*.yml'] }),
    ),
  ignore: (root, paths, at) => writeFileSync(join(root, '.gitignore'), `${paths[at % paths.length]!}\n`),
};

describe('any sequence of changes', () => {
  it('is answered as without a store, and an unchanged project from it', async () => {
    const sources = fixtureProjects();
    const store = join(folder(), 'answers');
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...sources), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(10_000)), { minLength: 1, maxLength: 4 }),
        async ([first, ...more], hasGit, changes) => {
          const root = folder();
          const filter = (path: string): boolean => !path.endsWith('expected.json');
          cpSync(first!, root, { recursive: true, filter });
          // What lies beside it may call into it, share its names and its steps.
          more.forEach((source, index) => cpSync(source, join(root, `beside-${index}`), { recursive: true, filter }));
          if (hasGit) git(root, 'init', '-q');
          await withStore(root, store);
          for (const [name, at] of changes) {
            const paths = (await openFolder(root))
              .list()
              .filter((path) => existsSync(join(root, path)) && !path.startsWith('plimsoll.config'));
            if (paths.length === 0) break;
            CHANGES[name]?.(root, paths, at);
            const pedantic = at % 3 === 0;
            const fresh = await without(root, pedantic);
            expect((await withStore(root, store, { pedantic })).said).toBe(fresh);
            const again = await withStore(root, store, { pedantic });
            expect(again).toEqual({ said: fresh, judged: false });
            kept++;
          }
        },
      ),
      { numRuns: 20, seed: 20_270_331 },
    );
    expect(kept).toBeGreaterThan(25);
  }, 240_000);
});

const SCRIPT = 'docker build --platform linux/arm64 -t app .\n';
const FROM = 'FROM --platform=linux/amd64 node:22\n';

describe('an answer', () => {
  const project = (files: Record<string, string>): { root: string; store: string } => ({
    root: folder(files),
    store: join(folder(), 'answers'),
  });

  it('falls with a file that only an ignored folder holds, when it comes, changes and goes', async () => {
    const { root, store } = project({
      '.gitignore': 'out/\n',
      'a.sh': 'source out/platform.env\ndocker build --platform "$P" .\n',
      Dockerfile: FROM,
    });
    git(root, 'init', '-q');
    const steps: (() => void)[] = [
      () => undefined,
      () => put(root, { 'out/platform.env': 'P=linux/arm64\n' }),
      () => put(root, { 'out/platform.env': 'P=linux/amd64\n' }),
      () => rmSync(join(root, 'out'), { recursive: true }),
    ];
    const said: string[] = [];
    for (const step of steps) {
      step();
      const { said: now, judged } = await withStore(root, store);
      expect(now).toBe(await without(root));
      expect(judged).toBe(true);
      expect((await withStore(root, store)).judged).toBe(false);
      said.push(now);
    }
    expect(said[1]).toContain('platform-pinned');
    expect(said[2]).not.toContain('platform-pinned');
  });

  it('does not stand for another program, nor for another configuration', async () => {
    const { root, store } = project({ 'a.sh': SCRIPT, Dockerfile: FROM });
    await withStore(root, store);
    expect((await withStore(root, store, { program: 'other' })).judged).toBe(true);
    put(root, { 'plimsoll.config.json': '{"rules": {"platform-pinned": "off"}}' });
    const { said, judged } = await withStore(root, store);
    expect(judged).toBe(true);
    expect(said).not.toContain('platform-pinned');
  });

  it('stands in another checkout of the same files', async () => {
    const { root, store } = project({ 'a.sh': SCRIPT, Dockerfile: FROM });
    const { said } = await withStore(root, store);
    for (const path of ['a.sh', 'Dockerfile']) {
      renameSync(join(root, path), join(root, 'old'));
      cpSync(join(root, 'old'), join(root, path));
      rmSync(join(root, 'old'));
    }
    expect(await withStore(root, store)).toEqual({ said, judged: false });
  });

  it('stands for whoever asks for another part of it', async () => {
    const { root, store } = project({ 'a.sh': SCRIPT, Dockerfile: FROM });
    await withStore(root, store);
    expect(await withStore(root, store, { pedantic: true })).toEqual({
      said: await without(root, true),
      judged: false,
    });
  });

  it('is not kept when a file changed while it was judged', async () => {
    const { root, store } = project({ 'a.sh': SCRIPT, Dockerfile: FROM });
    const { config } = await loadConfig(root, RULES);
    await openStore({ folder: store, program: 'this', judgedBy: config })!.answer(
      await openFolder(root),
      async (files) => {
        const { answer } = await answerTo({ files, config });
        put(root, { Dockerfile: FROM.replace('amd64', 'arm64') });
        return answer;
      },
    );
    expect(await withStore(root, store)).toEqual({ said: await without(root), judged: true });
  });

  it('is not kept when the time was up', async () => {
    const { root, store } = project({ 'a.sh': SCRIPT, Dockerfile: FROM });
    const { config } = await loadConfig(root, RULES);
    const judged: string[] = [];
    for (const isLate of [true, true, false, false]) {
      const opened = openStore({ folder: store, program: 'this', judgedBy: config, deadline: () => () => isLate })!;
      await opened.answer(await openFolder(root), async (files, late) => {
        judged.push(isLate ? 'late' : 'in time');
        return (await answerTo({ files, config, late })).answer;
      });
    }
    expect(judged).toEqual(['late', 'late', 'in time']);
  });

  it('stands on a later day as long as no date has passed', () => {
    const gist = (untils: readonly string[]): Gist => ({
      day: '2027-03-01',
      untils,
      outputs: [],
      files: 0,
      facts: 0,
      images: 0,
      named: 0,
      steps: 0,
    });
    expect(isOfToday(gist([]), '2031-01-01')).toBe(true);
    expect(isOfToday(gist(['2027-03-31']), '2027-03-31')).toBe(true);
    expect(isOfToday(gist(['2027-03-31']), '2027-04-01')).toBe(false);
    expect(isOfToday(gist(['2027-02-01']), '2027-04-01')).toBe(true);
    expect(isOfToday(gist(['2027-02-01']), '2027-01-01')).toBe(false);
  });
});
