import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBaseline, writeBaseline, type BaselineFile } from '../../src/config/baseline.ts';
import { HIDDEN, LIVE, MISMATCH } from '../report/sample.ts';
import { folder } from '../temporary.ts';

const at = (path: string): BaselineFile => ({ path, projects: [] });

describe('a baseline', () => {
  it('is written sorted, one finding a line, and read back', () => {
    const path = join(folder(), 'baseline.json');
    writeBaseline(at(path), [MISMATCH, HIDDEN, LIVE, HIDDEN]);
    const text = readFileSync(path, 'utf8');
    writeBaseline(at(path), [LIVE, HIDDEN, MISMATCH]);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(text.split('\n').filter((line) => line.includes('fingerprint'))).toHaveLength(3);
    expect([...(readBaseline(at(path)) ?? [])].sort()).toEqual(
      [MISMATCH, HIDDEN, LIVE].map(({ fingerprint }) => fingerprint).sort(),
    );
  });

  it('may be empty or absent', () => {
    const path = join(folder(), 'baseline.json');
    expect(readBaseline(at(path))).toBeUndefined();
    writeBaseline(at(path), []);
    expect(readFileSync(path, 'utf8')).toBe('{\n  "version": 1,\n  "findings": []\n}\n');
    expect(readBaseline(at(path))).toEqual(new Set());
  });

  it.each(['', '[]', '{"version":2,"findings":[]}', '{"version":1,"findings":[{"rule":"x"}]}'])(
    'that is none (%j) is refused',
    (text) => {
      const path = join(folder({ 'b.json': text }), 'b.json');
      expect(() => readBaseline(at(path))).toThrow('is not a baseline that Plimsoll wrote');
    },
  );
});
