/** Scripts that grow out of a few lines: bounded in time and memory, and what is lost is unknown, not wrong. */
import { expect, it } from 'vitest';
import { read } from '../../src/parsers/shell/read.ts';
import { indexLines } from '../../src/core/site.ts';
import { LONGEST_TEXT, concat, generalise, hole, known, literal, show } from '../../src/core/text.ts';
import { run } from './harness.ts';

it('a text that would outgrow memory ends in a hole', () => {
  const long = literal('x'.repeat(LONGEST_TEXT));
  expect(known(concat(long))).toHaveLength(LONGEST_TEXT);
  const cut = concat(long, literal('y'), literal('z'));
  expect(known(cut)).toBeUndefined();
  expect(cut).toHaveLength(2);
  expect(concat(...Array.from({ length: 20_000 }, (_, index) => hole(`h${index}`))).length).toBeLessThan(
    LONGEST_TEXT / 60,
  );
});

it('a variable that doubles itself a hundred times is unknown in the end', () => {
  const doubling = Array.from({ length: 100 }, (_, index) => `V${index + 1}="$V${index}$V${index}"`).join('\n');
  const { shown } = run(`V0=latest\n${doubling}\nshow "app:$V3" "app:$V100"`);
  expect(shown[0]?.words[0]).toBe('app:latestlatestlatestlatestlatestlatestlatestlatest');
  expect(shown[0]?.words[1]).toMatch(/^app:.*\$\{…\}$/);
});

it('substitutions within substitutions are followed as deep as people nest them, and not for ever', () => {
  const text = (depth: number): string => `x=${'$(echo '.repeat(depth)}a${')'.repeat(depth)}\nshow done`;
  const errors = (depth: number): readonly { reason: string }[] =>
    read({ file: 'a.sh', text: text(depth), lines: indexLines('a.sh', text(depth)) }).unreadable;
  expect(errors(12)).toEqual([]);
  expect(run(text(12)).shown).toHaveLength(1);
  expect(errors(6_000).map((one) => one.reason)).toContain('substitutions nest too deep to be followed from here on');
});

it('what many texts share is found without taking them apart', () => {
  const text = (...parts: readonly string[]) =>
    concat(...parts.map((part) => (part.startsWith('$') ? hole(part.slice(1)) : literal(part))));
  expect(
    show(generalise([text('a-', '$h', '-c'), text('a-', '$h', 'x-c'), text('a-', '$h', 'y', '$k', 'x-c')], 'n')),
  ).toBe('a-${h}${n}-c');
  expect(show(generalise([text('abab'), text('ab')], 'n'))).toBe('ab${n}');
  expect(show(generalise([text('ab', '$h'), text('ab', '$k')], 'n'))).toBe('ab${n}');
  expect(show(generalise([text('$h', 'ab'), text('x')], 'n'))).toBe('${n}');
  expect(show(generalise([text('ab'), text('ab')], 'n'))).toBe('ab');
});
