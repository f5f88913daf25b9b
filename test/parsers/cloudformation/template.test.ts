import { describe, expect, it } from 'vitest';
import { indexLines } from '../../../src/core/site.ts';
import { locate, stringMap } from '../../../src/parsers/cloudformation/reading.ts';
import { looksLikeTemplate, read } from '../../../src/parsers/cloudformation/read.ts';
import type { JsonPath, What } from '../../../src/syntax/json.ts';
import { cpuTime } from '../../cpu.ts';

const parse = (text: string, file = 't.yaml') => read({ file, text, lines: indexLines(file, text) });

const YAML = `Resources:
  Api: # plimsoll-ignore latest-only -- on purpose
    Type: AWS::Lambda::Function
    Metadata: {plimsoll: {ignore: [{rule: arch-mismatch, reason: tested, until: 2027-01-31}, platform-unset]}}
    Properties:
      Uri: !Sub "\${Repo}:latest"
      Both: !If [C, !GetAtt Repo.RepositoryUri, !Ref AWS::NoValue]
      Arn: !GetAtt [Repo, Arn]
      Deep: !Join
        - ""
        - - a
          - !ImportValue x
`;

describe('a template', () => {
  it('in YAML has its short functions written out, and places by the long names', () => {
    const reading = parse(YAML);
    expect(JSON.parse(JSON.stringify(reading.body['Resources'])).Api.Properties).toEqual({
      Uri: { 'Fn::Sub': '${Repo}:latest' },
      Both: { 'Fn::If': ['C', { 'Fn::GetAtt': ['Repo', 'RepositoryUri'] }, { Ref: 'AWS::NoValue' }] },
      Arn: { 'Fn::GetAtt': ['Repo', 'Arn'] },
      Deep: { 'Fn::Join': ['', ['a', { 'Fn::ImportValue': 'x' }]] },
    });
    const at = (path: JsonPath, what?: What): string =>
      YAML.slice(...(locate(reading, ['Resources', 'Api', 'Properties', ...path], what) ?? [0, 0]));
    expect(at(['Uri', 'Fn::Sub'])).toBe('"${Repo}:latest"');
    expect(at(['Uri'])).toBe('"${Repo}:latest"');
    expect(at(['Both', 'Fn::If', 1, 'Fn::GetAtt', 0])).toBe('Repo.RepositoryUri');
    expect(at(['Both', 'Fn::If', 2, 'Ref'])).toBe('AWS::NoValue');
    expect(at(['Arn', 'Fn::GetAtt', 1])).toBe('Arn');
    expect(at(['Deep', 'Fn::Join', 1, 1, 'Fn::ImportValue'])).toBe('x');
    expect(at(['Deep'], 'key')).toBe('Deep');
    expect(locate(reading, ['Resources', 'Api', 'Nope'])).toBeUndefined();
    expect(locate(reading, ['Resources', 'Api', 'Properties', 'Uri', 'Ref'])).toBeUndefined();
  });

  it('is suppressed by comments and by Metadata of a resource or of the whole', () => {
    const [comment, first, second] = parse(YAML).suppressions;
    expect(comment).toMatchObject({ rules: ['latest-only'], covers: [2], reason: 'on purpose' });
    expect(first).toMatchObject({
      rules: ['arch-mismatch'],
      scope: 'line',
      covers: [],
      reason: 'tested',
      until: '2027-01-31',
    });
    expect(YAML.slice(...(first?.range ?? [0, 0]))).toBe('{rule: arch-mismatch, reason: tested, until: 2027-01-31}');
    expect(YAML.slice(...(first?.region ?? [0, 0])).trimEnd()).toBe(YAML.slice(YAML.indexOf('Api:')).trimEnd());
    expect(second).toMatchObject({ rules: ['platform-unset'] });
    const json = JSON.stringify({
      Metadata: { plimsoll: { ignore: [{ rule: 'latest-only', reason: 'r' }] } },
      Resources: {},
    });
    expect(parse(json, 't.json').suppressions).toMatchObject([
      { rules: ['latest-only'], scope: 'file', reason: 'r', covers: [] },
    ]);
  });

  it('in JSON with comments and stray commas is read all the same', () => {
    const reading = parse('{\n  // no JSON\n  "Resources": {"A": {"Type": "AWS::SNS::Topic",},},\n}', 't.json');
    expect(reading.unreadable.length).toBeLessThanOrEqual(1);
    const plain = parse('{"Resources": {"A": {"Type": "AWS::SNS::Topic",},},}', 't.json');
    expect(JSON.stringify(plain.body)).toBe('{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}');
  });

  it.each([
    [
      'that is YAML only after Jinja has run',
      'Resources:\n{%- if x %}\n  A: {B: [\n{%- endif %}\n  C: 1\n',
      2,
      'a template of another template language',
    ],
    ['that is a list', '- a\n', 1, 'not a template'],
    ['broken', 'Resources:\n  A:\n   Type: "AWS::SNS\n', 3, ''],
  ])('%s gives one reason and no crash', (_name, text, line, reason) => {
    const { unreadable } = parse(text);
    expect(unreadable).toHaveLength(1);
    expect(unreadable[0]?.reason).toContain(reason);
    if (_name !== 'broken') expect(unreadable[0]?.line).toBe(line);
  });

  it('with {{ }} in its strings is read', () => {
    const reading = parse(
      'Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties: {Name: "{{ cookiecutter.name }}"}\n',
    );
    expect(reading.unreadable).toEqual([]);
  });

  it('maps the inside of a string back to the file', () => {
    const text = 'Resources:\r\n  A:\r\n    Text: |\r\n      {"a":\r\n        1}\r\n';
    const reading = parse(text);
    const map = stringMap(reading, ['Resources', 'A', 'Text']);
    expect(text.charAt(map?.('{"a":\n  1}'.indexOf('1')) ?? 0)).toBe('1');
  });

  it('is told from other YAML and JSON by a look', () => {
    expect(looksLikeTemplate(YAML)).toBe(true);
    expect(looksLikeTemplate('{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}')).toBe(true);
    expect(looksLikeTemplate('Description: talks about AWS::Lambda::Function and Resources\n')).toBe(false);
    expect(looksLikeTemplate('kind: Deployment\nspec: {}\n')).toBe(false);
  });

  it('of five megabytes of JSON takes well under 0.3 seconds', () => {
    const resources = Object.fromEntries(
      Array.from({ length: 9200 }, (_, index) => [
        `Fn${index}`,
        {
          Type: 'AWS::Lambda::Function',
          Properties: {
            PackageType: 'Image',
            Architectures: ['arm64'],
            Code: {
              ImageUri: { 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/app-${index}:v1` },
            },
            Environment: { Variables: { A: 'x'.repeat(200) } },
          },
        },
      ]),
    );
    const text = JSON.stringify({ Resources: resources }, undefined, 1);
    expect(text.length).toBeGreaterThan(5_000_000);
    const lines = indexLines('t.json', text);
    const started = cpuTime();
    const reading = read({ file: 't.json', text, lines });
    const range = locate(reading, ['Resources', 'Fn9199', 'Properties', 'Architectures', 0]);
    expect(cpuTime() - started).toBeLessThan(300);
    expect(text.slice(...(range ?? [0, 0]))).toBe('"arm64"');
  });

  it('nested without end costs a reason, not the stack', () => {
    for (const text of [
      `{"Resources":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`,
      `Resources: ${'['.repeat(100_000)}`,
      `{"Resources": ${'['.repeat(100_000)}`,
    ]) {
      expect(() => parse(text)).not.toThrow();
    }
  });
});
