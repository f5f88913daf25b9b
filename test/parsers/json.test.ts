import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { indexLines } from '../../src/core/site.ts';
import { firstJsonError } from '../../src/syntax/json-error.ts';
import { jsonStringMap, parseJson, type Json, type JsonPath } from '../../src/syntax/json.ts';

const read = (text: string) => parseJson({ file: 'a.json', text, lines: indexLines('a.json', text) });

function paths(value: Json, path: JsonPath = []): JsonPath[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((one: Json, index) => paths(one, [...path, index]))];
  if (typeof value === 'object' && value !== null)
    return [path, ...Object.entries(value).flatMap(([key, one]) => paths(one, [...path, key]))];
  return [path];
}

describe('JSON with positions on demand', () => {
  const text = '\uFEFF{\r\n  "a": { "b\\"c": [1, "x", {"d": null}] },\r\n  "a2": true\r\n}\r\n';

  it('points at keys, values and whole entries', () => {
    const json = read(text);
    const at = (path: JsonPath, what?: 'key' | 'value' | 'entry'): string =>
      text.slice(...(json.locate(path, what) ?? [0, 0]));
    expect(at(['a', 'b"c', 1])).toBe('"x"');
    expect(at(['a', 'b"c'], 'key')).toBe('"b\\"c"');
    expect(at(['a2'], 'entry')).toBe('"a2": true');
    expect(at(['a', 'b"c', 2, 'd'])).toBe('null');
    expect(json.locate(['a', 'nope'])).toBeUndefined();
    expect(json.locate(['a', 'b"c', 7])).toBeUndefined();
  });

  it('says where a broken file breaks', () => {
    expect(read('{\n  "a": 1,\n  "b": }\n').unreadable).toMatchObject([
      { file: 'a.json', line: 3, column: 8, reason: 'expected a value, not "}"' },
    ]);
    expect(read('{\n  "a": 1').unreadable).toMatchObject([
      { line: 2, column: 9, reason: 'the file ends before its { is closed' },
    ]);
    expect(read('').unreadable).toMatchObject([{ line: 1, column: 1 }]);
  });

  it('finds every value of any document where it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
        const written = JSON.stringify(value, undefined, indent);
        const json = read(written);
        for (const path of paths(json.value ?? null)) {
          const range = json.locate(path);
          expect(range).toBeDefined();
          let expected: Json = json.value ?? null;
          for (const step of path) expected = step in Object(expected) ? Object(expected)[step] : null;
          expect(JSON.parse(written.slice(...(range ?? [0, 0])))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds an error exactly when JSON.parse does', () => {
    const noise = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"', 'a', '1', '-', '.', 'true', ' ', '\\', '\n', 'e'),
      maxLength: 25,
    });
    fc.assert(
      fc.property(noise, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(firstJsonError(text) === undefined).toBe(valid);
      }),
      { numRuns: 5000 },
    );
  });

  it('maps a string with escapes back to the file', () => {
    const json = '{"s": "a\\n\\u0041b"}';
    const range = read(json).locate(['s']) ?? [0, 0];
    const map = jsonStringMap(json, range);
    expect([0, 1, 2, 3, 4].map((offset) => json.slice(map(offset), map(offset) + 1))).toEqual([
      'a',
      '\\',
      '\\',
      'b',
      '"',
    ]);
  });
});
