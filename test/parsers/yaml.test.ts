import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { indexLines } from '../../src/core/site.ts';
import type { SourceText } from '../../src/syntax/source.ts';
import {
  get,
  readYaml,
  scalarMap,
  scalarText,
  yamlComments,
  type YamlNode,
  type YamlScalar,
} from '../../src/syntax/yaml.ts';

const source = (text: string): SourceText => ({ file: 'a.yaml', text, lines: indexLines('a.yaml', text) });
const slice = (text: string, node: YamlNode | undefined): string =>
  node === undefined ? '' : text.slice(node.range[0], node.range[1]);

function scalar(node: YamlNode | undefined): YamlScalar {
  if (node?.kind !== 'scalar') throw new Error('expected a scalar');
  return node;
}

/** Every character of the value, beside the character of the file it maps to. */
function mapsToItself(text: string, path: readonly (string | number)[]): void {
  const from = source(text);
  const node = scalar(get(readYaml(from).root, ...path));
  const map = scalarMap(from, node);
  for (let at = 0; at < node.value.length; at++) {
    const char = node.value.charAt(at);
    if (!/\s/.test(char)) expect([at, text.charAt(map(at))]).toEqual([at, char]);
  }
}

describe('a YAML file as a plain tree', () => {
  it('keeps scalars as written, with their type, style and exact range', () => {
    const text = 'a: 0755\r\nb: "x\\ty"\r\nc: on\r\nd:\r\ne: !Sub \'${A}\'\r\nf: 2010-09-09\r\n';
    const root = readYaml(source(text)).root;
    expect(scalar(get(root, 'a'))).toMatchObject({ value: '0755', type: 'number', style: 'plain' });
    expect(scalar(get(root, 'b'))).toMatchObject({ value: 'x\ty', style: 'double' });
    expect(slice(text, get(root, 'b'))).toBe('"x\\ty"');
    expect(scalar(get(root, 'c'))).toMatchObject({ value: 'on', type: 'string' });
    expect(scalarText(get(root, 'd'))).toBeUndefined();
    expect(scalar(get(root, 'e'))).toMatchObject({ value: '${A}', tag: '!Sub', style: 'single' });
    expect(slice(text, get(root, 'e'))).toBe("'${A}'");
    expect(scalarText(get(root, 'f'))).toBe('2010-09-09');
  });

  it('follows aliases and merge keys, where the own key wins', () => {
    const text =
      'base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\none:\n  <<: *b\n  y: 9\ntwo:\n  <<: [*b, *m]\nthree: *b\n';
    const root = readYaml(source(text)).root;
    expect([scalarText(get(root, 'one', 'x')), scalarText(get(root, 'one', 'y'))]).toEqual(['1', '9']);
    expect([scalarText(get(root, 'two', 'y')), scalarText(get(root, 'two', 'z'))]).toEqual(['2', '4']);
    expect(slice(text, get(root, 'three'))).toBe('{x: 1, y: 2}');
  });

  it('reads every document of a file, and the rest after a mistake', () => {
    const read = readYaml(source('a: 1\n---\nb: [1,\nc: 2\n---\nd: 4\n'));
    expect(scalarText(get(read.root, 'a'))).toBe('1');
    expect(read.roots.some((root) => scalarText(get(root, 'd')) === '4')).toBe(true);
    expect(read.unreadable.length).toBeGreaterThan(0);
    expect(read.unreadable[0]).toMatchObject({ file: 'a.yaml', line: 4 });
  });

  it('gives a bomb of aliases a limit and a reason', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level++)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    const read = readYaml(source(lines.join('\n')));
    expect(read.unreadable[0]?.reason).toBe('aliases expand to more than a million nodes');
    expect(get(read.root, 'a1')?.kind).toBe('seq');
  });

  it('says where an alias has no anchor or stands inside its own', () => {
    expect(readYaml(source('a: *nope\n')).unreadable[0]).toMatchObject({ line: 1 });
    expect(readYaml(source('a: &x [*x]\n')).unreadable[0]).toMatchObject({
      line: 1,
      reason: 'the alias *x stands inside its own anchor',
    });
  });

  it('survives nesting that would overflow the stack', () => {
    for (const text of [
      '['.repeat(200_000),
      '{a: '.repeat(50_000),
      '- '.repeat(20_000),
      `a: [${'[1],'.repeat(1000)}]`,
    ]) {
      const read = readYaml(source(text));
      expect(read.unreadable.length > 0 || read.root !== undefined).toBe(true);
    }
  });

  it('leaves a script with many unbalanced brackets alone', () => {
    const text = `run: |\n${'  case x in [[\n'.repeat(500)}`;
    expect(readYaml(source(text)).unreadable).toEqual([]);
  });
});

describe('comments', () => {
  it('are found with their ranges, and not inside quotes or block scalars', () => {
    const text = '# one\r\na: "# no" # two\r\nb: |\r\n  # no\r\n  x\r\nc: a#b\r\n';
    expect(yamlComments(source(text)).map((one) => [one.text, text.slice(...one.range)])).toEqual([
      ['# one', '# one'],
      ['# two', '# two'],
    ]);
  });
});

describe('from a value back to the file', () => {
  it.each([
    ['literal', 'a:\n  run: |\n    one\n      two\n\n    three\n'],
    ['literal, stripped, CRLF', 'run: |-\r\n  one\r\n  two # x\r\n'],
    ['literal with an indicator', 'run: |2\n    one\n  two\n'],
    ['literal, kept', 'run: |+\n  one\n\n\n'],
    ['folded', 'run: >\n  one\n  two\n\n  three\n    four\n  five\n\n\n  six\n'],
    ['folded, stripped, CRLF', 'run: >-\r\n  one\r\n  two\r\n'],
    ['plain over lines', 'run: one two\n  three\n\n  four\n'],
    ['single quotes', "run: 'it''s\n   here'\n"],
    ['double quotes', 'run: "a\\"b \\u0041c\\\n   d  \n  e\\n"\n'],
    ['a tag before it', 'run: !Sub |\n  one ${X}\n'],
  ])('a %s scalar maps each visible character', (_name, text) => {
    if (/double/.test(_name)) {
      const from = source(text);
      const node = scalar(get(readYaml(from).root, 'run'));
      const map = scalarMap(from, node);
      expect(node.value).toBe('a"b Acd e\n');
      expect([...node.value].map((_, at) => text.charAt(map(at))).join('')).toBe('a\\b \\cd\ne\\');
    } else {
      mapsToItself(text, text.startsWith('a:') ? ['a', 'run'] : ['run']);
    }
  });

  it('maps whatever the package itself writes', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\n', "'", '"', '#', ':', '\\', '-', '>'),
      minLength: 1,
      maxLength: 40,
    });
    const style = fc.constantFrom('BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN');
    fc.assert(
      fc.property(line, style, (value, type) => {
        const text = stringify({ k: { deep: value } }, { defaultStringType: type, lineWidth: 20 });
        const from = source(text);
        const node = scalar(get(readYaml(from).root, 'k', 'deep'));
        if (node.type !== 'string') return;
        const map = scalarMap(from, node);
        for (let at = 0; at < node.value.length; at++) {
          const char = node.value.charAt(at);
          if (char === 'a' || char === 'b') expect(text.charAt(map(at))).toBe(char);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws on damaged files', () => {
    const chars = fc.string({
      unit: fc.constantFrom(
        'a',
        ':',
        ' ',
        '\n',
        '-',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '|',
        '>',
        '&a',
        '*a',
        '#',
        '!Ref',
        '<<',
        ',',
        '\t',
        '---\n',
        '%',
        '@',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(chars, (text) => {
        const from = source(text);
        const read = readYaml(from);
        for (const root of read.roots) expect(root.range[0]).toBeLessThanOrEqual(root.range[1]);
        yamlComments(from);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    [
      'a map',
      'Resources:\n  A:\n    X: {a: 1,\n  b: 2 # why\n  }\n    Y: 2\n',
      { Resources: { A: { X: { a: '1', b: '2' }, Y: '2' } } },
    ],
    ['a list', 'a:\r\n  b: [\r\n1, "2 ]",\r\n]\r\n  c: 3\r\n', { a: { b: ['1', '2 ]'], c: '3' } }],
    ['a map in a list', 'a:\n  - x: !Sub {\n    k: v\n  }\n  - y\n', { a: [{ x: { k: 'v' } }, 'y'] }],
    ['a string', 'a:\n  b: "x\n y\nz"\n  c: |\n    {\n  d: e\n', { a: { b: 'x  y z', c: '{\n', d: 'e' } }],
  ])('takes the lines of %s that are indented less than they should, as most parsers do', (_name, text, expected) => {
    const { root, unreadable } = readYaml(source(text));
    expect(unreadable).toEqual([]);
    const plain = (node: YamlNode | undefined): unknown =>
      node?.kind === 'seq'
        ? node.items.map(plain)
        : node?.kind === 'map'
          ? Object.fromEntries(node.entries.map(({ key, value }) => [key.value, plain(value)]))
          : node?.value;
    expect(plain(root)).toEqual(expected);
    const scalars = (node: YamlNode): YamlScalar[] =>
      node.kind === 'scalar'
        ? [node]
        : node.kind === 'seq'
          ? node.items.flatMap(scalars)
          : node.entries.flatMap(({ key, value }) => [key, ...scalars(value)]);
    for (const one of scalars(root!)) if (one.style === 'plain') expect(text.slice(...one.range)).toBe(one.value);
  });

  it('says where a collection never ends', () => {
    expect(readYaml(source('a: {b: 1\nc: 2\n')).unreadable.map(({ line }) => line)).not.toEqual([]);
  });
});
