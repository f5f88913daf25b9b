import { describe, expect, it } from 'vitest';
import { evaluated, repositories } from './project.ts';

const DEFAULTS = 'default:terraform ';

describe('ECR repositories in Terraform', () => {
  it('are created with mutable tags unless the code says otherwise, and point at the words that say so', async () => {
    const found = await evaluated(`
resource "aws_ecr_repository" "plain" {
  name = "shop/plain"
}
resource "aws_ecr_repository" "strict" {
  name                 = "shop/strict"
  image_tag_mutability = "IMMUTABLE"
}
resource "awscc_ecr_repository" "cloud_control" {
  repository_name      = "shop/cc"
  image_tag_mutability = "MUTABLE"
}
`);
    expect(repositories(found)).toEqual([
      'aws_ecr_repository.plain: shop/plain mutable',
      'aws_ecr_repository.strict: shop/strict immutable',
      'awscc_ecr_repository.cloud_control: shop/cc mutable',
    ]);
    const [plain, strict] = found.of('repository');
    expect(plain).toMatchObject({ role: 'created', by: 'terraform', stack: 'terraform' });
    expect(plain?.mutabilitySite).toBeUndefined();
    expect(found.at(plain?.site)).toBe('resource "aws_ecr_repository" "plain"');
    expect(found.at(plain?.nameSite)).toBe('"shop/plain"');
    expect(found.at(strict?.mutabilitySite)).toBe('"IMMUTABLE"');
  });

  it('follow conditions, each side under its choice and at its own words', async () => {
    const found = await evaluated(`
provider "aws" {}
variable "env" {}
resource "aws_ecr_repository" "api" {
  name                 = "\${var.env}-api"
  image_tag_mutability = var.env == "production" ? "IMMUTABLE" : "MUTABLE"
}
`);
    expect(
      found.of('repository').map((one) => [one.mutability, one.when.map(({ is }) => is), found.at(one.mutabilitySite)]),
    ).toEqual([
      ['immutable', ['true'], '"IMMUTABLE"'],
      ['mutable', ['false'], '"MUTABLE"'],
    ]);
  });

  it('know that tags under an exclusion filter may move', async () => {
    const found = await evaluated(`
resource "aws_ecr_repository" "api" {
  name                 = "api"
  image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
  image_tag_mutability_exclusion_filter {
    filter      = "latest*"
    filter_type = "WILDCARD"
  }
  image_tag_mutability_exclusion_filter {
    filter      = "dev-*"
    filter_type = "WILDCARD"
  }
}
`);
    expect(found.of('repository')[0]).toMatchObject({
      mutability: 'immutable with exclusion',
      exclusions: ['latest*', 'dev-*'],
    });
  });

  it('are known by the default of a variable, whatever a caller may give instead', async () => {
    const found = await evaluated(
      'variable "name" {\n  default = "shop"\n}\nresource "aws_ecr_repository" "r" {\n  name = "${var.name}/api"\n}\n',
    );
    expect(repositories(found)).toEqual(['aws_ecr_repository.r: shop/api mutable']);
  });

  it('take what has a default with and without it, where it makes a difference', async () => {
    const found = await evaluated(
      'variable "mutability" {\n  default = "IMMUTABLE"\n}\nresource "aws_ecr_repository" "r" {\n  name = "api"\n  image_tag_mutability = var.mutability\n}\n',
    );
    expect(repositories(found)).toEqual([
      `aws_ecr_repository.r: api immutable when ${DEFAULTS}=unset`,
      `aws_ecr_repository.r: api unknown when ${DEFAULTS}=set`,
    ]);
  });

  it('take the values of terraform.tfvars and of *.auto.tfvars, the later one last', async () => {
    const main =
      'variable "name" {\n  default = "a"\n}\nvariable "other" {}\nresource "aws_ecr_repository" "r" {\n  name = "${var.name}-${var.other}"\n}\n';
    const found = await evaluated({
      'infra/main.tf': main,
      'infra/terraform.tfvars': 'name = "b"\nother = "x"\n',
      'infra/prod.auto.tfvars': 'name = "c"\n',
      'infra/stage.tfvars': 'name = "d"\n',
    });
    expect(repositories(found)).toEqual(['aws_ecr_repository.r: ${var.name}-${var.other} mutable']);
  });

  it('take the bindings of the configuration', async () => {
    const found = await evaluated(
      'provider "aws" {}\nvariable "stage" {}\nresource "aws_ecr_repository" "r" {\n  name = "api-${var.stage}"\n}\n',
      { stage: ['dev', 'prod'] },
    );
    expect(found.of('repository').map((one) => one.name)).toEqual([['api-dev'], ['api-prod']]);
  });

  it('are one for each item of count and for_each', async () => {
    const found = await evaluated(`
locals {
  services = { api = "IMMUTABLE", web = "MUTABLE" }
}
resource "aws_ecr_repository" "each" {
  for_each             = local.services
  name                 = "shop/\${each.key}"
  image_tag_mutability = each.value
}
resource "aws_ecr_repository" "set" {
  for_each = toset(["one", "two"])
  name     = each.value
}
resource "aws_ecr_repository" "counted" {
  count = length(["a", "b"])
  name  = ["a", "b"][count.index]
}
resource "aws_ecr_repository" "never" {
  count = 0
  name  = "never"
}
`);
    expect(repositories(found)).toEqual([
      'aws_ecr_repository.each["api"]: shop/api immutable',
      'aws_ecr_repository.each["web"]: shop/web mutable',
      'aws_ecr_repository.set["one"]: one mutable',
      'aws_ecr_repository.set["two"]: two mutable',
      'aws_ecr_repository.counted[0]: a mutable',
      'aws_ecr_repository.counted[1]: b mutable',
    ]);
  });

  it('that may not exist hold under the condition of their count', async () => {
    const found = await evaluated(
      'provider "aws" {}\nvariable "create" {\n  type = bool\n}\nresource "aws_ecr_repository" "r" {\n  count = var.create ? 1 : 0\n  name  = "r"\n}\n',
    );
    expect(found.of('repository').map((one) => one.when)).toEqual([[{ cond: '\u0001{var.create@}', is: 'true' }]]);
  });

  it('that are looked up are referenced, not created', async () => {
    const found = await evaluated('data "aws_ecr_repository" "shared" {\n  name = "shared"\n}\n');
    expect(repositories(found)).toEqual(['data.aws_ecr_repository.shared: referenced shared']);
  });
});

describe('lifecycle policies', () => {
  const rule = (selection: string): string =>
    `{ rulePriority = 1, selection = { ${selection} }, action = { type = "expire" } }`;

  it('are read from jsonencode, each rule at its place', async () => {
    const first = rule('tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7');
    const second = rule(
      'tagStatus = "tagged", tagPrefixList = ["v"], countType = "imageCountMoreThan", countNumber = 30',
    );
    const found = await evaluated(`
resource "aws_ecr_repository" "api" {
  name = "api"
}
resource "aws_ecr_lifecycle_policy" "api" {
  repository = aws_ecr_repository.api.name
  policy     = jsonencode({ rules = [${first}, ${second}] })
}
`);
    const lifecycle = found.of('repository')[0]?.lifecycle;
    expect(lifecycle).toMatchObject([
      { tagStatus: 'untagged', countType: 'age', count: 7, action: 'expire' },
      { tagStatus: 'tagged', tagPatterns: ['v*'], countType: 'images', count: 30, action: 'expire' },
    ]);
    expect(lifecycle?.map((one) => found.at(one.site))).toEqual([first, second]);
    expect(found.of('cleanup')).toMatchObject([{ removes: 'untagged', repository: ['api'], by: 'lifecycle policy' }]);
  });

  it('are read from a here-document with values in it, each rule at its place', async () => {
    const json =
      '{"rulePriority": 1, "description": "Keep ${var.days} days", "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": ${var.days}}, "action": {"type": "expire"}}';
    const found = await evaluated(`
provider "aws" {}
variable "days" {}
resource "aws_ecr_repository" "api" {
  name = "api"
}
resource "aws_ecr_lifecycle_policy" "api" {
  repository = aws_ecr_repository.api.name
  policy     = <<-EOF
    {
      "rules": [${json}]
    }
  EOF
}
`);
    const lifecycle = found.of('repository')[0]?.lifecycle;
    expect(lifecycle).toMatchObject([{ tagStatus: 'untagged', countType: 'age', action: 'expire' }]);
    expect(lifecycle?.[0]?.count).toBeUndefined();
    expect(found.at(lifecycle?.[0]?.site)).toBe(json);
  });

  it('find their repository among the instances', async () => {
    const found = await evaluated(`
resource "aws_ecr_repository" "all" {
  for_each = toset(["a", "b"])
  name     = each.key
}
resource "aws_ecr_lifecycle_policy" "b" {
  repository = aws_ecr_repository.all["b"].name
  policy     = jsonencode({ rules = [${rule('tagStatus = "any", countType = "sinceImagePushed", countNumber = 3')}] })
}
`);
    expect(found.of('repository').map((one) => one.lifecycle?.length ?? 0)).toEqual([0, 1]);
    expect(found.of('cleanup')).toMatchObject([{ removes: 'tagged by age', repository: ['b'] }]);
  });
});
