import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { readToml } from '../../src/syntax/toml.ts';
import type { YamlNode } from '../../src/syntax/yaml-nodes.ts';

const read = (text: string) => readToml({ file: 'a.toml', text, lines: indexLines('a.toml', text) });

function plain(node: YamlNode): unknown {
  if (node.kind === 'seq') return node.items.map(plain);
  return node.kind === 'map'
    ? Object.fromEntries(node.entries.map(({ key, value }) => [key.value, plain(value)]))
    : node.value;
}

describe('TOML', () => {
  it('is tables, dotted keys, lists and strings of four kinds', () => {
    const text = `# top
version = 0.1
a.b."c d" = 'lit\\n' # here
[x.y]
list = [
  "one", # two
  'two', ]
long = """
first \\
   second "quoted" \\u00e9"""
raw = '''
a\\b'''
inline = { p = 1, q.r = true, s = ["t"] }
date = 2026-11-21T03:00:00Z
[[rows]]
n = 1
[[rows]]
n = +2
[rows.under]
z = "deep"
`;
    const { root, comments, unreadable } = read(text);
    expect(unreadable).toEqual([]);
    expect(plain(root)).toEqual({
      version: '0.1',
      a: { b: { 'c d': 'lit\\n' } },
      x: {
        y: {
          list: ['one', 'two'],
          long: 'first second "quoted" é',
          raw: 'a\\b',
          inline: { p: '1', q: { r: 'true' }, s: ['t'] },
          date: '2026-11-21T03:00:00Z',
        },
      },
      rows: [{ n: '1' }, { n: '+2', under: { z: 'deep' } }],
    });
    expect(comments.map((one) => text.slice(...one.range))).toEqual(['# top', '# here', '# two']);
  });

  it('goes on after a line that is none', () => {
    const { root, unreadable } = read('a = 1\nb = x y\n[t\nc = "open\n[u]\nd = 4\nd.e = 5\n = 6\n');
    expect(unreadable.map(({ line, column, reason }) => `${line}:${column} ${reason}`)).toEqual([
      '2:5 x is no value: a string needs quotes',
      '3:3 expected ]',
      '4:5 a string that doesn’t end',
      '7:1 d is no table',
      '8:2 expected a key',
    ]);
    expect(plain(root)).toEqual({ a: '1', u: { d: '4' } });
  });

  it('of any kind ends', () => {
    for (const text of [
      '',
      '[',
      '[[',
      '"',
      '"""',
      'a = ['.repeat(500),
      'a={'.repeat(3000),
      `a=${'['.repeat(5000)}`,
      '\\',
      'a = """\\',
      'a = "\\',
      'a="\\uZZZZ"',
      '[a]\n[[a]]\n[a.b]',
      'a=1\n[a.b]\n',
      '[__proto__]\nx=1',
    ]) {
      expect(() => read(text)).not.toThrow();
    }
  });
});
