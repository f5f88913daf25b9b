import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from './apps/index.ts';
import { dispose, synthesized, type Synthesized } from './app.ts';
import { repositoriesOf, workloadsOf, type Described } from './shared.ts';

let app: Synthesized;
beforeAll(async () => {
  app = await synthesized(EVERYTHING);
});
afterAll(dispose);

/** `construct › field: what the source says ≠ what the output says`. */
function differences(source: ReadonlyMap<string, Described>, output: ReadonlyMap<string, Described>): string[] {
  const keys = [...new Set([...source.keys(), ...output.keys()])].sort();
  return keys.flatMap((key) => {
    const [a, b] = [source.get(key), output.get(key)];
    if (a === undefined || b === undefined) return [`${key}: only in the ${a === undefined ? 'output' : 'source'}`];
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((field) => a[field] !== b[field])
      .map((field) => `${key} › ${field}: ${a[field] ?? 'nothing'} ≠ ${b[field] ?? 'nothing'}`);
  });
}

describe('a real app with everything in it', () => {
  it('has enough in it to compare', () => {
    expect(workloadsOf(app.source).size).toBeGreaterThan(100);
    expect(repositoriesOf(app.source).size).toBeGreaterThan(25);
  });

  it('has the same workloads in its source as in its output, field by field', () => {
    expect(differences(workloadsOf(app.source), workloadsOf(app.output))).toEqual([]);
  });

  it('has the same repositories, field by field', () => {
    expect(differences(repositoriesOf(app.source), repositoriesOf(app.output))).toEqual([]);
  });

  it('deletes the same images in both', () => {
    const removed = ({ model }: Synthesized['source']) =>
      model.cleanups.map((one) => `${one.by} ${one.removes}`).sort();
    expect(removed(app.source)).toEqual(removed(app.output));
  });

  it('is one app when both are there, told at its source', () => {
    expect([...workloadsOf(app.both).keys()].sort()).toEqual([...workloadsOf(app.output).keys()].sort());
    expect([...repositoriesOf(app.both).keys()].sort()).toEqual([...repositoriesOf(app.output).keys()].sort());
    expect(
      app.both.model.workloads
        .filter((one) => !one.site.file.startsWith('lib/'))
        .map((one) => `${one.label} at ${one.site.file}`),
    ).toEqual([]);
    expect(
      app.both.model.workloads
        .filter((one) => one.cpuSite !== undefined && !one.cpuSite.file.startsWith('lib/'))
        .map((one) => `${one.label} at ${one.cpuSite?.file}`),
    ).toEqual([]);
  });
});
