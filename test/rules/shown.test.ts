/**
 * What a person reads of each rule: the whole `pretty` output of the first bad example on its page. A change of its
 * words or places shows as a change of `shown/<rule>.txt`, to be read before it is taken over with
 * `npx vitest run test/rules/shown -u`.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportInput } from '../../src/cli/check.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { reporterFor } from '../../src/report/formats.ts';
import { NOT_FROM_FILES, judge } from './judge.ts';
import { examplesOf } from './page.ts';

const FOLDER = new URL('../../src/rules/', import.meta.url);
const IDS = readdirSync(FOLDER).filter((id) => existsSync(new URL(`${id}/rule.ts`, FOLDER)) && !NOT_FROM_FILES.has(id));

describe('the first bad example of each rule', () => {
  it.each(IDS)('%s, as it is shown', async (id) => {
    const example = examplesOf(readFileSync(new URL(`${id}/page.md`, FOLDER), 'utf8')).find(
      ({ kind }) => kind === 'bad',
    );
    if (example === undefined) throw new Error(`${id} has no bad example`);
    const result = await judge(id, example);
    expect(result.findings.map(({ rule }) => rule)).toContain(id);
    const input = reportInput(
      { ...result, findings: result.findings.filter(({ rule }) => rule === id) },
      {
        root: process.cwd(),
        read: (file) => example.files[file],
        known: undefined,
        loaded: { config: DEFAULT_CONFIG, plugins: [] },
      },
    );
    const text = await (await reporterFor('pretty'))(input, { color: false, width: 100, quiet: false });
    await expect(text).toMatchFileSnapshot(`shown/${id}.txt`);
  });

  it('has a text for each of these rules, and for no other', () => {
    const shown = readdirSync(new URL('shown/', import.meta.url)).map((file) => file.replace(/\.txt$/, ''));
    expect(shown.sort()).toEqual([...IDS].sort());
  });
});
