/** What samconfig says to `sam deploy`. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { show } from '../../src/core/text.ts';

async function judged(files: Readonly<Record<string, string>>) {
  const { model, findings } = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
  const functions = model.workloads.map(
    (one) =>
      `${one.image.kind === 'ref' ? showRef(one.image.ref) : one.image.kind} ${one.cpu ?? '?'} ${one.stack ?? '?'} ${show(one.region ?? [])}${one.when.length > 0 ? ' perhaps' : ''}`,
  );
  return { functions, rules: findings.map((one) => one.rule), model };
}

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Parameters:
  Image: {Type: String}
  Cpu: {Type: String, Default: x86_64}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: !Sub "123456789012.dkr.ecr.eu-west-1.amazonaws.com/\${Image}"
      Architectures: [!Ref Cpu]
`;
const CONFIG = `version = 0.1
[default.global.parameters]
stack_name = "shop-dev"
[default.deploy.parameters]
region = "eu-west-1"
parameter_overrides = "Image=\\"shop:dev\\" Cpu=arm64"
[prod.deploy.parameters]
stack_name = "shop"
parameter_overrides = ["Image=shop:1", "Cpu=x86_64"]
`;

describe('samconfig', () => {
  it('says what a template is deployed with, for each environment', async () => {
    const { functions } = await judged({ 'app/template.yaml': TEMPLATE, 'app/samconfig.toml': CONFIG });
    expect(functions).toEqual([
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of app/samconfig.toml}:${the content of app/samconfig.toml} arm64 shop-dev eu-west-1',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of app/samconfig.toml}:${the content of app/samconfig.toml} amd64 shop ${AWS::Region}',
    ]);
  });

  it('in YAML says the same', async () => {
    const yaml =
      'version: 0.1\ndefault:\n  deploy:\n    parameters:\n      stack_name: shop-dev\n      region: eu-west-1\n      parameter_overrides: [Image=shop:dev, "ParameterKey=Cpu,ParameterValue=arm64"]\n';
    const { functions } = await judged({ 'template.yaml': TEMPLATE, 'samconfig.yaml': yaml });
    expect(functions).toEqual([
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of samconfig.yaml}:${the content of samconfig.yaml} arm64 shop-dev eu-west-1',
    ]);
  });

  it('is what a command adds to, or chooses from', async () => {
    const files = { 'template.yaml': TEMPLATE, 'samconfig.toml': CONFIG };
    const prod = await judged({
      ...files,
      'deploy.sh': 'sam build && sam deploy --config-env prod --region us-east-1\n',
    });
    expect(prod.functions).toEqual([
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of samconfig.toml}:${the content of samconfig.toml} amd64 shop us-east-1',
    ]);
    const own = await judged({ ...files, 'deploy.sh': 'sam deploy --parameter-overrides Image=shop:2\n' });
    expect(own.functions).toEqual(['123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:2 amd64 shop-dev eu-west-1']);
  });

  it('that names a file for its parameters leaves them open', async () => {
    const given = (overrides: string) =>
      judged({
        'template.yaml': TEMPLATE,
        'samconfig.toml': `version = 0.1\n[default.deploy.parameters]\nstack_name = "shop"\nregion = "eu-west-1"\n${overrides}\n`,
        'deploy.sh': 'sam deploy\n',
      });
    const open = [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${Image} amd64 shop eu-west-1 perhaps',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${Image} ? shop eu-west-1 perhaps',
    ];
    expect((await given('parameter_overrides = "file://params.yaml"')).functions).toEqual(open);
    expect((await given('parameter_overrides = {"$include" = "params.yaml"}')).functions).toEqual(open);
  });

  it('that gives something odd leaves the parameters open', async () => {
    const yaml =
      'version: 0.1\ndefault:\n  deploy:\n    parameters:\n      stack_name: shop\n      region: eu-west-1\n      parameter_overrides:\n        Image: shop:1\n        Cpu: { of: [prod] }\n';
    const { functions } = await judged({
      'template.yaml': TEMPLATE,
      'samconfig.yaml': yaml,
      'deploy.sh': 'sam deploy\n',
    });
    expect(functions).toEqual([
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of samconfig.yaml}:${the content of samconfig.yaml} amd64 shop eu-west-1 perhaps',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of samconfig.yaml}:${the content of samconfig.yaml} ? shop eu-west-1 perhaps',
    ]);
  });

  it('joins the values of a list', async () => {
    const yaml =
      'version: 0.1\ndefault:\n  deploy:\n    parameters:\n      stack_name: shop\n      region: eu-west-1\n      parameter_overrides:\n        Image: [a, b]\n        Cpu: arm64\n';
    const { functions } = await judged({ 'template.yaml': TEMPLATE, 'samconfig.yaml': yaml });
    expect(functions).toEqual([
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/${the content of samconfig.yaml} arm64 shop eu-west-1',
    ]);
  });

  it('with several environments makes no repository collide with itself', async () => {
    const template =
      'Transform: AWS::Serverless-2016-10-31\nResources:\n  Repo: {Type: "AWS::ECR::Repository", DeletionPolicy: Delete, Properties: {RepositoryName: shop, ImageTagMutability: IMMUTABLE}}\n';
    const { rules } = await judged({ 'template.yaml': template, 'samconfig.toml': CONFIG });
    expect(rules).not.toContain('repository-exists');
  });

  it('of other tools’ templates is not asked', async () => {
    const { functions } = await judged({
      'template.yaml': TEMPLATE.replace('Transform: AWS::Serverless-2016-10-31\n', ''),
      'samconfig.toml': CONFIG,
    });
    expect(functions.every((one) => !one.includes('shop'))).toBe(true);
  });
});

describe('a stack set that a script makes', () => {
  it('has the template and the parameters of the command', async () => {
    const { functions } = await judged({
      't.yaml': TEMPLATE.replace('Transform: AWS::Serverless-2016-10-31\n', ''),
      'set.sh':
        'aws cloudformation create-stack-set --stack-set-name shop --template-body file://t.yaml --parameters ParameterKey=Image,ParameterValue=shop:3 ParameterKey=Cpu,ParameterValue=arm64\n',
    });
    expect(functions).toEqual(['123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:3 arm64 ? ${AWS::Region}']);
  });
});
