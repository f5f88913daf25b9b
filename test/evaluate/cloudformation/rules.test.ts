/** What a template's own rules refuse is never deployed, and so never judged. */
import { describe, expect, it } from 'vitest';
import { judged } from '../judged.ts';

const template = (rules: string): string => `Parameters:
  Env: { Type: String, Default: dev, AllowedValues: [dev, prod] }
  Cpu: { Type: String, Default: x86_64, AllowedValues: [x86_64, arm64] }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
${rules}Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Code: { ImageUri: !If [IsProd, "123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders:prod", "123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders:dev"] }
      Architectures: [!Ref Cpu]
`;

/** Which image on which CPU: that of the default, or one that somebody gives. */
async function functions(rules: string): Promise<string[]> {
  const { model } = await judged({ 'template.yaml': template(rules) });
  return [
    ...new Set(
      model.workloads.map(
        ({ image, cpu }) => `${image.kind === 'ref' ? (image.ref.tag ?? []).join('') : ''} on ${cpu ?? 'a given CPU'}`,
      ),
    ),
  ].sort();
}

describe('rules of a template', () => {
  it('without any, everything may be deployed', async () => {
    expect(await functions('')).toEqual(['dev on a given CPU', 'dev on amd64', 'prod on a given CPU', 'prod on amd64']);
  });

  it('refuse a value, also the default', async () => {
    expect(await functions('Rules:\n  OnlyArm:\n    Assertions:\n      - Assert: !Equals [!Ref Cpu, arm64]\n')).toEqual(
      ['dev on a given CPU', 'prod on a given CPU'],
    );
  });

  it('refuse what stands in no list', async () => {
    expect(
      await functions(
        'Rules:\n  OnlyArm:\n    Assertions:\n      - Assert: { "Fn::Contains": [[arm64, other], !Ref Cpu] }\n        AssertDescription: Graviton only\n',
      ),
    ).toEqual(['dev on a given CPU', 'prod on a given CPU']);
    expect(
      await functions(
        'Rules:\n  Any:\n    Assertions:\n      - Assert: { "Fn::Contains": [[arm64, x86_64], !Ref Cpu] }\n',
      ),
    ).toEqual(await functions(''));
  });

  it('refuse only where their condition holds', async () => {
    expect(
      await functions(
        'Rules:\n  ProdOnArm:\n    RuleCondition: !Equals [!Ref Env, prod]\n    Assertions:\n      - Assert: !Equals [!Ref Cpu, arm64]\n',
      ),
    ).toEqual(['dev on a given CPU', 'dev on amd64', 'prod on a given CPU']);
  });

  it('that say nothing we can tell refuse nothing', async () => {
    expect(
      await functions(
        'Rules:\n  Odd:\n    Assertions:\n      - Assert: { "Fn::EachMemberIn": [{ "Fn::RefAll": "AWS::EC2::VPC::Id" }, [a]] }\n  Broken: 3\n  Never:\n    Assertions:\n      - Assert: !Equals [a, b]\n',
      ),
    ).toEqual(await functions(''));
  });
});
