import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/rules/registry.ts';
import { NOT_FROM_FILES, judge } from './judge.ts';
import { examplesOf, type Example } from './page.ts';

const FOLDER = new URL('../../src/rules/', import.meta.url);
const SECTIONS = ['What it finds', 'What would refute it', 'Why it matters', 'Bad', 'Good', 'How to fix', 'References'];
/** Evidence, differences and files are what they are; all others conclude from what the project says. */
const CONCLUDES = new Set(
  RULES.filter(({ group }) => !['live', 'diff', 'plimsoll'].includes(group)).map((one) => one.id),
);
async function placesFound(id: string, example: Example): Promise<string[]> {
  const { findings } = await judge(id, example);
  return findings
    .filter((one) => one.rule === id)
    .map(({ site }) => `${site.file}:${site.span.line}:${site.span.column}`)
    .sort();
}

describe.each(readdirSync(FOLDER).filter((id) => existsSync(new URL(`${id}/rule.ts`, FOLDER))))(
  'the page of %s',
  (id) => {
    const page = readFileSync(new URL(`${id}/page.md`, FOLDER), 'utf8');

    it('has its name and all sections, in order', () => {
      expect(page.split('\n')[0]).toBe(`# ${id}`);
      expect([...page.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual(
        SECTIONS.filter((one) => one !== 'What would refute it' || CONCLUDES.has(id)),
      );
    });

    if (NOT_FROM_FILES.has(id)) return;
    const examples = examplesOf(page);

    it('has bad and good examples', () => {
      expect(examples.filter(({ kind }) => kind === 'bad').length).toBeGreaterThan(0);
      expect(examples.filter(({ kind }) => kind === 'good').length).toBeGreaterThan(0);
      for (const { kind, title, finds } of examples) expect(finds.length > 0, `${kind}: ${title}`).toBe(kind === 'bad');
    });

    for (const [index, example] of examples.entries()) {
      it(`${example.kind} example ${index + 1}${example.title === '' ? '' : ` (${example.title})`} ${example.kind === 'bad' ? 'is found' : 'is silent'}`, async () => {
        expect(await placesFound(id, example)).toEqual(example.finds);
      });
    }
  },
);
