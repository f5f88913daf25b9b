import { describe, expect, it } from 'vitest';
import { readingOf } from './project.ts';

/** The first statement's expression. */
function expression(text: string) {
  const [first] = readingOf(text).body;
  if (first?.kind !== 'expression') throw new Error(`a ${first?.kind} statement`);
  return first.value;
}

describe('the Groovy of pipelines', () => {
  it.each([
    ["sh 'a b'", ['a b']],
    ['sh "a b"', ['a b']],
    ["sh '''a\nb'''", ['a\nb']],
    ['sh("""a\nb""")', ['a\nb']],
    ["sh 'a \\$X \\'b\\' \\\\n'", ["a $X 'b' \\n"]],
    ["sh '''a \\\n  b'''", ['a   b']],
    ["sh '''a \\\r\n  b'''", ['a   b']],
    ['sh $/a $x b/$', ['a ', 'x', ' b']],
    ['sh "a ${x} b"', ['a ', 'x', ' b']],
    ['sh "a $x.y-b"', ['a ', 'y', '-b']],
    ['sh "a \\${x} $1"', ['a ${x} $1']],
    ['sh "a ${f("x}") ?: \'y\'} b"', ['a ', 'choice', ' b']],
  ])('%s', (text, parts) => {
    const value = expression(text);
    const [argument] = value.kind === 'call' ? value.args : [];
    expect(
      argument?.kind === 'string' &&
        argument.parts.map((one) =>
          one.kind === 'text' ? one.text.text : 'name' in one.value ? one.value.name : one.value.kind,
        ),
    ).toEqual(parts);
  });

  it('knows where each character stands', () => {
    const text = "node {\r\n  sh '''a \\\r\n  b $c'''\r\n}\r\n";
    const reading = readingOf(text);
    const inner = JSON.stringify(reading.body);
    expect(reading.unreadable).toEqual([]);
    expect(inner).toContain(`"source":${text.indexOf('  b $c')}`);
  });

  it.each([
    ['a call without parentheses', "sh script: 'x', returnStdout: true", 'sh', 0, 2],
    ['parentheses and a closure', "stage('x') { sh 'y' }", 'stage', 2, 0],
    ['a brace on the next line', "stage('x')\n{\n  sh 'y'\n}", 'stage', 2, 0],
    ['a name and a brace on the next line', 'stages\n{\n}', 'stages', 1, 0],
    ['a map', "parallel a: { sh 'x' }, 'b c': { sh 'y' }", 'parallel', 0, 2],
    ['a call over several lines', "checkout(\n  scm: [$class: 'GitSCM'],\n  changelog: false,\n)", 'checkout', 0, 2],
    ['a member on the next line', "docker\n  .image('x')\n  .push()", 'push', 0, 0],
    ['a sum over several lines', "sh 'a ' +\n  'b ' +\n  c", 'sh', 1, 0],
  ])('%s', (_, text, name, args, named) => {
    const value = expression(text);
    expect(value).toMatchObject({ kind: 'call', name });
    expect(value.kind === 'call' && [value.args.length, value.named.length]).toEqual([args, named]);
    expect(readingOf(text).unreadable).toEqual([]);
  });

  it.each([
    ['#!groovy\n@Library("x@main") _\nimport a.b.C\ndef x = 1\n', ['define']],
    ['final String NAME = "a"\nMap<String, List<String>> m = [:]\nint n\n', ['define', 'define', 'define']],
    ['def (a, b) = f()\nString name(x, Map y = [:]) {\n  return x\n}\n', ['define', 'function']],
    ['if (a) b() else if (c) { d() }\nelse {\n e()\n}\nf()\n', ['if', 'expression']],
    ['for (int i = 0; i < 3; i++) { f(i) }\nfor (x in [1, 2]) g(x)\nwhile (!done) { h() }\n', ['loop', 'loop', 'loop']],
    ['switch (x) {\n  case "a":\n    f(); break\n  default:\n    g()\n}\n', ['switch']],
    ['try { f() } catch (Exception | Error e) { g() } finally { h() }\nthrow e\n', ['try', 'throw']],
    ['class A {\n  String b() { "x" }\n}\nreturn this\n', ['return']],
    ['/* pipeline { */ // not this\nx = y?.z ?: "w"; a <<= b\n', ['expression', 'expression']],
  ])('%s', (text, kinds) => {
    expect(readingOf(text).body.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('a variable may be there before its value is', () => {
    const reading = readingOf("node {\n  def image\n  String tag // later\n  n++\n  stage('x') { image = f() }\n}\n");
    expect(reading.unreadable).toEqual([]);
    expect(JSON.stringify(reading.body)).toContain('"names":["tag"]');
  });

  it('goes on behind what it cannot read, and says where that stands', () => {
    const reading = readingOf("node {\n  a = 'it''s'x y z '\n  sh 'docker push a/b:1'\n}\n");
    expect(reading.unreadable.map(({ line }) => line)).toEqual([2]);
    expect(JSON.stringify(reading.body)).toContain('docker push a/b:1');
  });

  it.each([
    '',
    '}',
    '{',
    "'",
    '"${',
    '"${a',
    '/*',
    "stage('x'",
    'a.',
    'def',
    'def f(',
    'switch (x) { y',
    '[a: ',
    '[[[',
    'x ? y',
  ])('ends with %j', (text) => {
    expect(() => readingOf(text)).not.toThrow();
  });

  it('reads suppressions, once each', () => {
    const { suppressions } = readingOf("node {\n  // plimsoll-ignore latest-only -- a toy\n  sh 'x'\n}\n");
    expect(suppressions.map(({ rules, covers }) => [rules, covers])).toEqual([[['latest-only'], [2, 3]]]);
  });

  it("reads suppressions among the lines of a step's script", () => {
    const text = "node {\n  sh '''\n    # plimsoll-ignore latest-only -- a toy\n    docker push a\n  '''\n}\n";
    expect(readingOf(text).suppressions.map(({ rules, covers }) => [rules, covers])).toEqual([
      [['latest-only'], [3, 4]],
    ]);
  });
});
