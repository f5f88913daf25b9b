/**
 * A project means the same however it is written: what is found in it must be the same too. `npm run metamorphic` tries
 * every pair.
 */
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { PROJECTS, differences, type Fixture } from './compare.ts';
import { KNOWN } from './known.ts';
import { TRANSFORMATIONS } from './transformations.ts';

const isFull = process.env['METAMORPHIC'] === 'all';

/** Of each transformation, in a sample. */
const SAMPLED = 6;

/** Fewer pairs than these, and something no longer fits what it should. */
const LEAST = isFull ? 5000 : 200;

/** The same for every run, and another for every transformation. */
function shuffled(name: string): Fixture[] {
  const key = (fixture: Fixture): string => createHash('sha256').update(`${name}\n${fixture.name}`).digest('hex');
  return PROJECTS.map((fixture) => ({ fixture, key: key(fixture) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ fixture }) => fixture);
}

describe('the same answer however it is written', () => {
  let pairs = 0;

  it.each(TRANSFORMATIONS.map((one) => [one.name, one] as const))(
    '%s',
    { timeout: 300_000 },
    async (name, transformation) => {
      const known = KNOWN[name] ?? {};
      const wrong: string[] = [];
      let ran = 0;
      for (const fixture of shuffled(name)) {
        if (!isFull && ran === SAMPLED) break;
        const found = await differences(fixture, transformation);
        if (found === undefined) continue;
        ran++;
        if (known[fixture.name] === undefined) wrong.push(...found.map((one) => `${fixture.name}: ${one}`));
        else if (found.length === 0) wrong.push(`${fixture.name} is the same now: take it from the known differences`);
      }
      pairs += ran;
      expect(wrong).toEqual([]);
      expect(ran).toBeGreaterThan(0);
    },
  );

  it("knows no difference of what isn't there", () => {
    const fixtures = new Set(PROJECTS.map((one) => one.name));
    const names = new Set(TRANSFORMATIONS.map((one) => one.name));
    expect(
      Object.entries(KNOWN).flatMap(([name, known]) =>
        names.has(name) ? Object.keys(known).filter((one) => !fixtures.has(one)) : [name],
      ),
    ).toEqual([]);
  });

  afterAll(() => expect(pairs).toBeGreaterThan(LEAST));
});
