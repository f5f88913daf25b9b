/** Readers of the Docker side never throw, never hang, and never point outside the file, whatever they are given. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { read as bake } from '../../src/parsers/bake/read.ts';
import { read as compose } from '../../src/parsers/compose/read.ts';
import { read as dockerfile } from '../../src/parsers/dockerfile/read.ts';
import { read as makefile } from '../../src/parsers/make/read.ts';
import { read as packageJson } from '../../src/parsers/npm/read.ts';
import type { SourceText } from '../../src/syntax/source.ts';
import { cpuTime } from '../cpu.ts';

const SEEDS = {
  Dockerfile:
    'ARG V=1\nFROM --platform=$BUILDPLATFORM a:${V:-2} AS b\nRUN --mount=type=cache,target=/x curl -L \\\n # c\n https://x/amd64 <<EOF\nbody\nEOF\nCOPY --from=b ["a b", "/c"]\nENV A=b "C=d" e\nCMD ["x", "y"]\nHEALTHCHECK CMD x\n',
  Makefile:
    'A ?= $(shell x) # c\ndefine D\n\tx $(1)\nendef\nifeq ($(A),b)\na: b ; echo $$x\n\t@-docker build $(A) \\\n\t "x"\nelse\nexport B\nendif\ninclude x.mk\n',
  'docker-bake.hcl':
    'variable "A" { default = "b" }\ntarget "x" {\n tags = ["${A}:${B ? 1 : 2}", f(1)]\n attest = [{ type = "provenance" }]\n d = <<-E\n  a\n  E\n}\n',
  'compose.yaml':
    'services:\n  a: &a\n    image: x:${T:-1}\n    build: {context: ., args: [A=1, B]}\n  b:\n    <<: *a\n    extends: a\n',
  'package.json':
    '{"name": "a", "scripts": {"b": "docker build -t \\"x\\" . && npm run c", "c": "\\u0061"}, "workspaces": ["p/*"]}',
};
const READERS: Record<keyof typeof SEEDS, (source: SourceText) => unknown> = {
  Dockerfile: dockerfile,
  Makefile: makefile,
  'docker-bake.hcl': bake,
  'compose.yaml': compose,
  'package.json': packageJson,
};
const NOISE = fc.constantFrom(
  '\n',
  '\\',
  '"',
  "'",
  '$',
  '${',
  '$(',
  '}',
  ')',
  '{',
  '[',
  ']',
  '<<',
  '<<EOF',
  '#',
  ':',
  '=',
  '\t',
  ' ',
  '\r\n',
  '\u2028',
  '\uFEFF',
  '|',
  ';',
  '%',
  '\0',
  'é',
  '😀',
);

function rangesIn(value: unknown, found: [number, number][] = []): [number, number][] {
  if (Array.isArray(value)) for (const one of value) rangesIn(one, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (/range$/i.test(key) && Array.isArray(one) && typeof one[0] === 'number' && typeof one[1] === 'number')
        found.push([one[0], one[1]]);
      else if (key !== 'lines') rangesIn(one, found);
    }
  }
  return found;
}

describe.each(Object.entries(SEEDS))('%s, mutated', (file, seed) => {
  const name = Object.keys(SEEDS).find((one): one is keyof typeof SEEDS => one === file)!;
  it('is read without an exception, and every range lies in the file', () => {
    const edit = fc.record({ at: fc.nat(seed.length), drop: fc.nat(8), put: NOISE });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        let text = seed;
        for (const { at, drop, put } of edits) text = text.slice(0, at) + put + text.slice(at + drop);
        const reading = READERS[name]({ file, text, lines: indexLines(file, text) });
        for (const [start, end] of rangesIn(reading)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 200, seed: 20261121 },
    );
  });
});

it('reads long files in good time', () => {
  const start = cpuTime();
  const text = `FROM x\n${'RUN curl -L https://x.test/t-amd64 \\\n  && true\n'.repeat(3000)}`;
  expect(
    dockerfile({ file: 'Dockerfile', text, lines: indexLines('Dockerfile', text) }).stages[0]?.instructions,
  ).toHaveLength(3000);
  const make = `${'A += $(B) \\\n  c\n'.repeat(3000)}${'t: u\n\techo $(A) \\\n\t  x\n'.repeat(3000)}`;
  expect(makefile({ file: 'Makefile', text: make, lines: indexLines('Makefile', make) }).items).toHaveLength(6000);
  expect(cpuTime() - start).toBeLessThan(10_000);
});
