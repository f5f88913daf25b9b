import { describe, expect, it } from 'vitest';
import { openScope, nodeAt } from '../../../src/parsers/cloudformation/scope.ts';
import { listOf, texts } from '../../../src/parsers/cloudformation/values.ts';
import { show } from '../../../src/core/text.ts';
import { frame, project } from './project.ts';
import { cpuTime } from '../../cpu.ts';

/** `value  [choices]` for every alternative of `Outputs.X.Value`, without the scopes that keep names apart. */
function resolve(template: string, more: Readonly<Record<string, string>> = {}): string[] {
  const made = project({ 't.yaml': template, ...more });
  const scope = openScope(made.world, made.template('t.yaml'), { parameters: new Map(), frame: frame() });
  return texts(scope, nodeAt(scope, 'Outputs', 'X', 'Value')).map((item) => {
    const choices = item.when.map((guard) => `${guard.cond.replaceAll('@t.yaml', '')}:${guard.is}`).join(' ');
    return choices === '' ? show(item.value) : `${show(item.value)} [${choices}]`;
  });
}

const output = (value: string, rest = ''): string =>
  `${rest}\nOutputs:\n  X:\n    Value: ${value}\nResources: {Repo: {Type: AWS::ECR::Repository, Properties: {RepositoryName: shop/api}}, Other: {Type: AWS::ECR::Repository}, Topic: {Type: AWS::SNS::Topic}}\n`;

describe('a string of a template', () => {
  it.each([
    ['plain', 'hello', ['hello']],
    ['a number keeps its digits', '012345678901', ['012345678901']],
    [
      'Sub with pseudo parameters',
      '!Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/x:${!Keep}"',
      ['${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/x:${Keep}'],
    ],
    ['Sub with variables of its own', '!Sub ["${A}-${B}", {A: one, B: !Join ["-", [two, three]]}]', ['one-two-three']],
    ['Join that leaves nothing out but NoValue', '!Join ["/", [a, !Ref AWS::NoValue, b]]', ['a/b']],
    ['Ref to a named repository', '!Ref Repo', ['shop/api']],
    ['Ref to a repository without a name', '!Ref Other', ['${Other}']],
    [
      'GetAtt of its address',
      '!GetAtt Repo.RepositoryUri',
      ['${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/shop/api'],
    ],
    [
      'GetAtt inside Sub',
      '!Sub "${Repo.RepositoryUri}:v1"',
      ['${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/shop/api:v1'],
    ],
    ['the account out of an ARN', '!Select [4, !Split [":", !GetAtt Other.Arn]]', ['${AWS::AccountId}']],
    ['a piece that an unknown name may hold', '!Select [1, !Split ["/", !Ref Topic]]', ['${Outputs.X.Value}']],
    ['a dynamic reference', '"x:{{resolve:ssm:/app/tag}}"', ['x:${resolve:ssm:/app/tag}']],
    [
      'a dynamic reference around a parameter',
      '!Sub "{{resolve:ssm:/${AWS::Region}/tag}}"',
      ['${resolve:ssm:/${AWS::Region}/tag}'],
    ],
    ['an unknown function', '!Cidr [a, b, c]', ['${Outputs.X.Value}']],
    ['an import nobody exports', '!ImportValue other-repo', ['${import other-repo}']],
  ])('%s', (_name, value, expected) => {
    expect(resolve(output(value))).toEqual(expected);
  });

  it('has a default and whatever a caller gives', () => {
    expect(resolve(output('!Ref Tag', 'Parameters: {Tag: {Type: String, Default: latest}}'))).toEqual([
      'latest [default:Tag:unset]',
      '${Tag} [default:Tag:set]',
    ]);
    expect(resolve(output('!Ref Tag', 'Parameters: {Tag: {Type: String}}'))).toEqual(['${Tag}']);
  });

  it('is a hole named by the SSM parameter that a parameter names', () => {
    expect(
      resolve(
        output('!Ref Tag', 'Parameters: {Tag: {Type: "AWS::SSM::Parameter::Value<String>", Default: /app/tag}}'),
      )[0],
    ).toBe('${resolve:ssm:/app/tag} [default:Tag:unset]');
  });

  it('follows a map by the keys it may have', () => {
    const maps =
      'Parameters: {Env: {Type: String}}\nMappings: {M: {dev: {tag: a, cpu: arm64}, prod: {tag: b, cpu: arm64}}}';
    expect(resolve(output('!FindInMap [M, !Ref Env, tag]', maps))).toEqual([
      'a [Env:dev Env = dev:yes]',
      'b [Env:prod Env = prod:yes]',
    ]);
    expect(resolve(output('!FindInMap [M, !Ref Env, cpu]', maps))).toEqual(['arm64']);
    expect(resolve(output('!FindInMap [M, prod, tag]', maps))).toEqual(['b']);
    expect(resolve(output('!FindInMap [M, nope, tag]', maps))).toEqual(['${Outputs.X.Value}']);
    expect(resolve(output('!FindInMap [M, nope, tag, {DefaultValue: c}]', maps))).toEqual(['c']);
  });

  it('follows an import to the template that exports it', () => {
    const exporter =
      'Resources: {R: {Type: AWS::ECR::Repository, Properties: {RepositoryName: base}}}\nOutputs: {O: {Value: !Ref R, Export: {Name: !Sub "${AWS::StackName}-repo-name"}}}\n';
    expect(resolve(output('!ImportValue core-repo-name'), { 'core.yaml': exporter })).toEqual(['base']);
    expect(
      resolve(output('!ImportValue {"Fn::Sub": "${Core}-repo-name"}', 'Parameters: {Core: {Type: String}}'), {
        'core.yaml': exporter,
      }),
    ).toEqual(['base']);
    const two = exporter.replace('base', 'other');
    expect(resolve(output('!ImportValue core-repo-name'), { 'core.yaml': exporter, 'two.yaml': two })).toEqual([
      '${import core-repo-name}',
    ]);
  });
});

describe('conditions', () => {
  const conditions = (text: string): string =>
    `Parameters: {Env: {Type: String}, Cpu: {Type: String, AllowedValues: [arm64, x86_64]}, Stage: {Type: String, Default: dev}}\nConditions:\n  ${text}`;

  it.each([
    ['Equals of an unknown', 'C: !Equals [!Ref Env, prod]', ['a [Env:prod Env = prod:yes]', 'b [Env = prod:no]']],
    ['Equals of what is known', 'C: !Equals [prod, prod]', ['a']],
    ['Not', 'C: !Not [!Equals [!Ref Env, prod]]', ['a [Env = prod:no]', 'b [Env:prod Env = prod:yes]']],
    ['allowed values', 'C: !Equals [!Ref Cpu, arm64]', ['a [Cpu:arm64]', 'b [Cpu:x86_64]']],
    [
      'And that can’t hold',
      'C: !And [!Equals [!Ref Env, prod], !Equals [!Ref Env, dev]]',
      ['b [Env = prod:no]', 'b [Env:prod Env = prod:yes Env = dev:no]'],
    ],
    [
      'Or',
      'C: !Or [!Equals [!Ref Env, prod], !Equals [!Ref Env, dev]]',
      ['a [Env:prod Env = prod:yes]', 'a [Env = prod:no Env:dev Env = dev:yes]', 'b [Env = prod:no Env = dev:no]'],
    ],
    [
      'a default',
      'C: !Equals [!Ref Stage, prod]',
      [
        'a [default:Stage:set Stage:prod Stage = prod:yes]',
        'b [default:Stage:unset]',
        'b [default:Stage:set Stage = prod:no]',
      ],
    ],
    ['one that isn’t declared', 'D: !Equals [a, a]', ['a [C:true]', 'b [C:false]']],
    ['a circle', 'C: !Condition D\n  D: !Condition C', ['a [C:true]', 'b [C:false]']],
  ])('%s', (_name, text, expected) => {
    expect(resolve(output('!If [C, a, b]', conditions(text)))).toEqual(expected);
  });

  it('keep two values together', () => {
    expect(
      resolve(output('!Join ["-", [!If [C, a, b], !If [C, c, d]]]', conditions('C: !Equals [!Ref Env, prod]'))),
    ).toEqual(['a-c [Env:prod Env = prod:yes]', 'b-d [Env = prod:no]']);
    expect(resolve(output('!If [C, !Ref Cpu, none]', conditions('C: !Equals [!Ref Cpu, arm64]')))).toEqual([
      'arm64 [Cpu:arm64]',
      'none [Cpu:x86_64]',
    ]);
  });

  it('of two hundred don’t blow up', () => {
    const names = Array.from({ length: 200 }, (_, index) => `C${index}`);
    const parameters = names.map((name) => `  P${name}: {Type: String, Default: "no"}`).join('\n');
    const declared = names
      .map(
        (name, index) =>
          `  ${name}: !Or [!Equals [!Ref P${name}, "yes"], !And [!Condition C${Math.max(0, index - 1)}, !Condition C${Math.max(0, index - 7)}]]`,
      )
      .join('\n');
    const value = names.reduce((inner, name) => `{"Fn::If": [${name}, "${name}", ${inner}]}`, '"end"');
    const joined = `{"Fn::Join": ["", [${names.map((name) => `{"Fn::If": [${name}, "${name}", ""]}`).join(', ')}]]}`;
    const started = cpuTime();
    expect(resolve(output(value, `Parameters:\n${parameters}\nConditions:\n${declared}`))).toHaveLength(1);
    expect(resolve(output(joined, `Parameters:\n${parameters}\nConditions:\n${declared}`))).toEqual([
      '${Outputs.X.Value}',
    ]);
    expect(cpuTime() - started).toBeLessThan(3000);
  });

  it('nested a thousand deep end in a hole', () => {
    const value = `${'{"Fn::If": ["C", "a", '.repeat(150)}"b"${']}'.repeat(150)}`;
    expect(resolve(output(value, conditions('C: !Equals [!Ref Env, prod]')))).toHaveLength(1);
  });
});

describe('a list', () => {
  const items = (value: string): string[][] => {
    const made = project({ 't.yaml': output(value, 'Parameters: {L: {Type: CommaDelimitedList, Default: "a, b"}}') });
    const scope = openScope(made.world, made.template('t.yaml'), { parameters: new Map(), frame: frame() });
    return listOf(scope, nodeAt(scope, 'Outputs', 'X', 'Value')).map((list) =>
      (list.items ?? []).flatMap((item) => texts(scope, item).map((one) => show(one.value))),
    );
  };

  it('is written out, split, handed over or a single value', () => {
    expect(items('[x, !Ref Repo]')).toEqual([['x', 'shop/api']]);
    expect(items('!Split [",", "x,y"]')).toEqual([['x', 'y']]);
    expect(items('!Ref L')).toEqual([['a', 'b'], ['${L}']]);
    expect(items('x')).toEqual([['x']]);
  });
});
