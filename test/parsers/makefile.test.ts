import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { sourceRange } from '../../src/syntax/mapped.ts';
import { read } from '../../src/parsers/make/read.ts';
import type { MakeRule } from '../../src/parsers/make/reading.ts';

const reading = (text: string) => read({ file: 'Makefile', text, lines: indexLines('Makefile', text) });
const items = (text: string) => reading(text).items;
const rule = (text: string) => items(text).find((item): item is MakeRule => item.kind === 'rule')!;
const recipe = (text: string) => rule(text).recipe.map((line) => line.text.text);

describe('variables', () => {
  it.each([
    ['A = b c', 'A', '=', 'b c'],
    ['A:=b # why', 'A', ':=', 'b'],
    ['A ::= b', 'A', ':=', 'b'],
    ['A ?= b', 'A', '?=', 'b'],
    ['A += b', 'A', '+=', 'b'],
    ['A != date', 'A', '!=', 'date'],
    ['A = x\\#y', 'A', '=', 'x#y'],
    ['A = b \\\n   c', 'A', '=', 'b  c'],
    ['URL := https://x.test:8080/a=b', 'URL', ':=', 'https://x.test:8080/a=b'],
    ['$(P)_TAG = 1', '$(P)_TAG', '=', '1'],
  ])('%j', (text, name, operator, value) => {
    const [item] = items(`${text}\n`);
    expect(item).toMatchObject({ kind: 'assignment', operator, name: { text: name } });
    expect(item?.kind === 'assignment' ? item.value.text.replace(/\s+/g, ' ') : undefined).toBe(
      value.replace(/\s+/g, ' '),
    );
  });
  it('knows export, override, define and target-specific ones', () => {
    expect(
      items('export A = 1\noverride B := 2\ndefine C\none\n\ttwo\nendef\nx y: D = 3\nexport E F\nexport\n'),
    ).toMatchObject([
      { kind: 'assignment', name: { text: 'A' }, exported: true },
      { kind: 'assignment', name: { text: 'B' }, override: true },
      { kind: 'assignment', name: { text: 'C' }, value: { text: 'one\n\ttwo' } },
      { kind: 'assignment', name: { text: 'D' }, targets: { text: 'x y' } },
      { kind: 'export', names: { text: 'E F' } },
      { kind: 'export', names: { text: '' } },
    ]);
  });
});

describe('rules', () => {
  it('have targets, prerequisites and recipe lines with their prefixes taken off', () => {
    const text = 'a b: c | d ; echo inline\n\t@-echo one\n\n# a comment\n\t+echo two \\\n\t  more\n';
    expect(rule(text)).toMatchObject({ targets: { text: 'a b' }, prerequisites: { text: 'c | d' } });
    expect(recipe(text)).toEqual(['echo inline', 'echo one', 'echo two \\\n  more']);
    const dash = rule(text).recipe[1]!.ignoresErrors!;
    expect(text.slice(...dash)).toBe('-');
  });
  it('map recipe text back to the file', () => {
    const text = 'a:\n\t@echo one \\\n\t\ttwo\n';
    const line = rule(text).recipe[0]!.text;
    expect(text.slice(...sourceRange(line, line.text.indexOf('two'), line.text.indexOf('two') + 3))).toBe('two');
  });
  it('may be patterns, static patterns, double-colon or grouped', () => {
    expect(items('%.o: %.c\n\tcc\nx.o y.o: %.o: %.h\nz:: q\ng h &: i\n')).toMatchObject([
      { targets: { text: '%.o' }, prerequisites: { text: '%.c' } },
      { targets: { text: 'x.o y.o' }, pattern: { text: '%.o' }, prerequisites: { text: '%.h' } },
      { targets: { text: 'z' }, prerequisites: { text: 'q' } },
      { targets: { text: 'g h' }, prerequisites: { text: 'i' } },
    ]);
  });
  it('obey .RECIPEPREFIX and CRLF', () => {
    expect(recipe('.RECIPEPREFIX = >\na:\n\techo none\n>echo one\n')).toEqual(['echo one']);
    expect(items('.RECIPEPREFIX = >\r\na:\r\n>echo one\r\n')[1]).toMatchObject({
      recipe: [{ text: { text: 'echo one' } }],
    });
    expect(recipe('a:\r\n\techo one \\\r\n\ttwo\r\n')).toEqual(['echo one \\\ntwo']);
  });
});

describe('conditionals', () => {
  it('stay with the lines they enclose, inside recipes too', () => {
    const text =
      'ifeq ($(A),b)\nX = 1\nelse ifdef Y\nX = 2\nelse\nX = 3\nendif\na:\nifneq "$(A)" "c"\n\techo c\nendif\n\techo d\n';
    expect(items(text).map((item) => item.when.map((one) => `${one.test} ${one.left.text} ${one.is}`))).toEqual([
      ['equal $(A) true'],
      ['equal $(A) false', 'defined Y true'],
      ['equal $(A) false', 'defined Y false'],
      [],
    ]);
    expect(rule(text).recipe.map((line) => line.when.length)).toEqual([1, 0]);
  });
  it('that are broken are reported, and reading goes on', () => {
    const { unreadable, items: read } = reading('endif\nifeq (a\nX = 1\nwhat is this\na: b\n');
    expect(unreadable.map((one) => `${one.line}: ${one.reason}`)).toEqual([
      '1: endif without a conditional',
      '2: ifeq without what it compares',
      '4: neither an assignment nor a rule',
      '2: a conditional without endif',
    ]);
    expect(read).toHaveLength(2);
  });
});

it('finds suppressions beside rules, on their own and in recipes', () => {
  const { suppressions } = reading(
    '# plimsoll-ignore-file latest-only -- local\na: # plimsoll-ignore arch-mismatch\n\tdocker build . # plimsoll-ignore platform-unset\n\t# plimsoll-ignore same-tag-no-rollout\n\tdocker push x\n',
  );
  expect(suppressions.map((one) => [one.rules[0], one.scope, one.covers])).toEqual([
    ['latest-only', 'file', []],
    ['arch-mismatch', 'line', [2]],
    ['platform-unset', 'line', [3]],
    ['same-tag-no-rollout', 'line', [4, 5]],
  ]);
});
