import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { readHcl, templatePieces, type HclExpression } from '../../src/syntax/hcl/read.ts';

const document = (text: string) => readHcl({ file: 'a.hcl', text, lines: indexLines('a.hcl', text) });
const value = (text: string) => document(`x = ${text}\n`).body.attributes[0]!.value;

/** An expression in short: strings quoted, references bare. */
function short(one: HclExpression): string {
  switch (one.kind) {
    case 'template':
      return `"${one.parts.map((part) => (typeof part === 'string' ? part : `{${short(part)}}`)).join('')}"`;
    case 'literal':
      return one.text;
    case 'list':
      return `[${one.items.map(short).join(' ')}]`;
    case 'object':
      return `{${one.entries.map((entry) => `${short(entry.key)}=${short(entry.value)}`).join(' ')}}`;
    case 'reference':
      return one.path.join('.');
    case 'call':
      return `${one.name}(${one.args.map(short).join(' ')})`;
    case 'conditional':
      return `(${short(one.condition)}?${short(one.yes)}:${short(one.no)})`;
    case 'operation':
      return `(${one.operator} ${one.operands.map(short).join(' ')})`;
    case 'for':
      return `for ${one.names.join(',')} in ${short(one.collection)}: ${one.key === undefined ? '' : `${short(one.key)} => `}${short(one.value)}${one.grouped ? '...' : ''}${one.condition === undefined ? '' : ` if ${short(one.condition)}`}`;
    case 'other':
      return `<${one.text}>`;
  }
}

describe('HCL expressions', () => {
  it.each([
    ['"a${b.c}d"', '"a{b.c}d"'],
    ['"$${no} \\"q\\" \\n"', '"${no} "q" \n"'],
    ['12', '12'],
    ['true', 'true'],
    ['null', 'null'],
    ['[1, "a",\n 2,]', '[1 "a" 2]'],
    ['{ a = 1, "b" : 2\n c = d }', '{"a"=1 "b"=2 "c"=d}'],
    ['var.x[0]["k"].y', 'var.x.0.k.y'],
    ['f(a, "b")', 'f(a "b")'],
    ['a == "b" ? c : d ? e : f', '((== a "b")?c:(d?e:f))'],
    ['1 + 2 * 3 == 7 && !b || c', '(|| (&& (== (+ 1 (* 2 3)) 7) (! b)) c)'],
    ['[for s in list : upper(s)]', 'for s in list: upper(s)'],
    ['{ for k, v in var.m : k => v.name... if v.on }', 'for k,v in var.m: k => v.name... if v.on'],
    ['{\n for s in a : s => {\n x = s\n }\n}', 'for s in a: s => {"x"=s}'],
    ['[for]', '[for]'],
    ['(a\n ? b\n : c)', '(a?b:c)'],
    ['f(a ||\n b\n && c)', 'f((|| a (&& b c)))'],
    ['x[*].y', 'x.*.y'],
    ['x[each.key].y', 'x.*.y'],
    ['{ aws.replica = aws.eu, aws = aws }', '{"aws.replica"=aws.eu "aws"=aws}'],
    ['provider::aws::arn_build("a")', 'provider::aws::arn_build("a")'],
    ['(a)', 'a'],
    ['"%{ if x }y%{ endif }"', '"{<%{ if x }>}y{<%{ endif }>}"'],
    ['<<-EOT\n    one ${x}\n      two\n    EOT', '"one {x}\n  two\n"'],
    ['"~${~ a ~}"', '"~{a}"'],
  ])('%s', (text, expected) => {
    expect(short(value(text))).toBe(expected);
    expect(document(`x = ${text}\n`).unreadable).toEqual([]);
  });
});

describe('HCL documents', () => {
  const text =
    '# one\nresource "aws_ecr_repository" "app" { // two\n  name = "x" /* three */\n  image_scanning_configuration {\n    scan_on_push = true\n  }\n}\n\nb = 2\n';
  it('keep blocks, labels, comments and exact ranges', () => {
    const { body, comments, unreadable } = document(text);
    expect(unreadable).toEqual([]);
    expect(comments.map((one) => one.text)).toEqual(['# one', '// two', '/* three */']);
    const [block] = body.blocks;
    expect(block).toMatchObject({
      type: 'resource',
      labels: [{ text: 'aws_ecr_repository' }, { text: 'app' }],
      body: { blocks: [{ type: 'image_scanning_configuration' }] },
    });
    expect(text.slice(...block!.labels[1]!.range)).toBe('app');
    expect(text.slice(...block!.body.attributes[0]!.value.range)).toBe('"x"');
    expect(text.slice(...block!.range).endsWith('}\n}')).toBe(true);
    expect(body.attributes.map((one) => one.name)).toEqual(['b']);
  });
  it('report what is broken and read on', () => {
    const { body, unreadable } = document('a = \nb = 1 2\n?? \nc {\n  d = [1,\n');
    expect(unreadable.map((one) => `${one.line}: ${one.reason}`)).toEqual([
      '1: a value is missing here',
      '2: something stands after the value',
      '3: neither an attribute nor a block',
      '5: no ] for this bracket',
      '6: a block without its closing brace',
    ]);
    expect(body.attributes.map((one) => one.name)).toEqual(['a', 'b']);
    expect(body.blocks).toMatchObject([{ type: 'c', body: { attributes: [{ name: 'd' }] } }]);
  });
  it.each(['[', '{a=', '(', '!', '"${', 'a ? ', 'f(', '[for x in ', '"${[for x in '])(
    'survive %j nested without end',
    (piece) => {
      expect(document(`x = ${piece.repeat(20_000)}\n`).unreadable.length).toBeGreaterThan(0);
    },
  );
  it('survive blocks nested without end', () => {
    expect(document('a {\n'.repeat(20_000)).unreadable.length).toBeGreaterThan(0);
  });
});

describe('the pieces of a template', () => {
  it('know where each of their characters stands', () => {
    const text = 'x = <<-EOT\n    one ${a}\n      "two"\n    EOT\ny = "a\\n${b}c"\n';
    const source = { file: 'a.tf', text, lines: indexLines('a.tf', text) };
    for (const { value: one } of readHcl(source).body.attributes) {
      const { parts, offsets } = templatePieces(source, one.range);
      expect(offsets).toHaveLength(parts.length);
      for (const [index, part] of parts.entries()) {
        if (typeof part !== 'string') expect(offsets[index]).toEqual([]);
        else
          expect([...part].map((char, at) => [char, text.slice(offsets[index]![at]).replace(/^\\n/, '\n')[0]])).toEqual(
            [...part].map((char) => [char, char]),
          );
      }
    }
  });
});
