import { describe, expect, it } from 'vitest';
import { builds, evaluated, pushes, repositories, workloads, type Files } from './project.ts';

const LIBRARY = `variable "name" {}
variable "mutability" {
  default = "IMMUTABLE"
}
resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = var.mutability
}
output "url" {
  value = aws_ecr_repository.this.repository_url
}
`;
const ECR = '${account}.dkr.ecr.${region}.amazonaws.com';

describe('modules of the project', () => {
  it('get what the caller gives, and hand their outputs back', async () => {
    const files: Files = {
      'modules/repo/main.tf': LIBRARY,
      'infra/main.tf': `module "repo" {
  source = "../modules/repo"
  name   = "shop/api"
}
module "fn" {
  source = "../modules/fn"
  image  = "\${module.repo.url}:v1"
}
`,
      'modules/fn/main.tf':
        'variable "image" {}\nresource "aws_lambda_function" "this" {\n  function_name = "fn"\n  image_uri     = var.image\n}\n',
    };
    const found = await evaluated(files);
    expect(repositories(found)).toEqual(['module.repo.aws_ecr_repository.this: shop/api immutable']);
    expect(workloads(found)).toEqual([
      `module.fn.aws_lambda_function.this "fn": ${ECR}/shop/api:v1 on amd64 (default)`,
    ]);
    const [fn] = found.of('workload');
    expect(fn?.imageSite).toMatchObject({
      file: 'modules/fn/main.tf',
      via: [{ label: 'module fn', file: 'infra/main.tf' }],
    });
    expect(found.at(fn?.imageSite)).toBe('var.image');
  });

  it('are there once for each item of for_each', async () => {
    const found = await evaluated({
      'modules/repo/main.tf': LIBRARY,
      'main.tf': `module "repo" {
  source     = "./modules/repo"
  for_each   = { api = "MUTABLE", web = "IMMUTABLE" }
  name       = each.key
  mutability = each.value
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  image_uri     = "\${module.repo["web"].url}:v1"
}
`,
    });
    expect(repositories(found)).toEqual([
      'module.repo["api"].aws_ecr_repository.this: api mutable',
      'module.repo["web"].aws_ecr_repository.this: web immutable',
    ]);
    expect(workloads(found)).toEqual([`aws_lambda_function.f "f": ${ECR}/web:v1 on amd64 (default)`]);
  });

  it('that nothing calls are no stacks of their own', async () => {
    expect((await evaluated({ 'modules/repo/main.tf': LIBRARY })).facts).toEqual([]);
    // One that configures a provider, or can be applied as it stands, is.
    expect(repositories(await evaluated({ 'infra/main.tf': `provider "aws" {}\n${LIBRARY}` }))).toEqual([
      'aws_ecr_repository.this: ${var.name} immutable when default:terraform infra=unset',
      'aws_ecr_repository.this: ${var.name} unknown when default:terraform infra=set',
    ]);
    expect(
      repositories(await evaluated({ 'infra/main.tf': 'resource "aws_ecr_repository" "r" {\n  name = "r"\n}\n' })),
    ).toEqual(['aws_ecr_repository.r: r mutable']);
  });

  it('may call each other in a circle', async () => {
    const found = await evaluated({
      'a/main.tf': 'module "b" {\n  source = "../b"\n  x = module.b.y\n}\noutput "y" {\n  value = module.b.y\n}\n',
      'b/main.tf':
        'variable "x" {}\nmodule "a" {\n  source = "../a"\n}\noutput "y" {\n  value = var.x\n}\nresource "aws_ecr_repository" "r" {\n  name = module.a.y\n}\n',
      'main.tf':
        'module "a" {\n  source = "./a"\n}\nlocals {\n  p = local.q\n  q = local.p\n}\nresource "aws_ecr_repository" "r" {\n  name = local.p\n}\n',
    });
    expect(found.of('repository').length).toBeGreaterThan(0);
  });
});

describe('well-known modules of the registry', () => {
  it('terraform-aws-modules/ecr makes a repository, immutable unless told otherwise, for lambda', async () => {
    const found = await evaluated(`module "ecr" {
  source          = "terraform-aws-modules/ecr/aws"
  version         = "~> 2.0"
  repository_name = "shop/api"
  repository_lifecycle_policy = jsonencode({ rules = [{ selection = { tagStatus = "untagged", countType = "sinceImagePushed", countNumber = 1 }, action = { type = "expire" } }] })
}
module "open" {
  source                          = "terraform-aws-modules/ecr/aws"
  repository_name                 = "shop/open"
  repository_image_tag_mutability = "MUTABLE"
}
module "lambda" {
  source         = "terraform-aws-modules/lambda/aws"
  function_name  = "api"
  create_package = false
  package_type   = "Image"
  image_uri      = "\${module.ecr.repository_url}:v1"
  architectures  = ["arm64"]
}
`);
    expect(repositories(found)).toEqual(['module.ecr: shop/api immutable', 'module.open: shop/open mutable']);
    expect(found.of('cleanup')).toMatchObject([{ removes: 'untagged', repository: ['shop/api'] }]);
    expect(workloads(found)).toEqual([`module.lambda "api": ${ECR}/shop/api:v1 on arm64 (stated)`]);
    expect(found.at(found.of('repository')[1]?.mutabilitySite)).toBe('"MUTABLE"');
    expect(found.at(found.of('workload')[0]?.site)).toBe('module "lambda"');
  });

  it('its docker-build builds and pushes', async () => {
    const found = await evaluated({
      'main.tf': `module "image" {
  source          = "terraform-aws-modules/lambda/aws//modules/docker-build"
  create_ecr_repo = true
  ecr_repo        = "shop/fn"
  image_tag       = "v1"
  source_path     = "\${path.cwd}/app"
  platform        = "linux/arm64"
}
module "fn" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "fn"
  image_uri     = module.image.image_uri
}
`,
      'app/Dockerfile': 'FROM public.ecr.aws/lambda/python:3.12\n',
    });
    expect(repositories(found)).toEqual(['module.image: shop/fn mutable']);
    expect(builds(found)).toEqual([`${ECR}/shop/fn:v1 of app/Dockerfile for arm64`]);
    expect(pushes(found)).toEqual([`${ECR}/shop/fn:v1`]);
    expect(workloads(found)).toEqual([`module.fn "fn": ${ECR}/shop/fn:v1 on amd64 (default)`]);
  });

  it('its ECS services run containers on Fargate', async () => {
    const found = await evaluated(`module "service" {
  source = "terraform-aws-modules/ecs/aws//modules/service"
  name   = "api"
  runtime_platform = { cpu_architecture = "ARM64" }
  container_definitions = {
    api = { image = "shop/api:v1" }
  }
}
module "cluster" {
  source = "terraform-aws-modules/ecs/aws"
  services = {
    web = { container_definitions = { web = { image = "shop/web:v1" } } }
  }
}
`);
    expect(workloads(found)).toEqual([
      'module.service "api": shop/api:v1 on arm64 (stated)',
      'module.cluster.services["web"] "web": shop/web:v1 on amd64 (default)',
    ]);
  });

  it('others are unknown, and what they give is too', async () => {
    const found = await evaluated(
      'module "x" {\n  source = "somebody/x/aws"\n}\nresource "aws_lambda_function" "f" {\n  function_name = "f"\n  image_uri = module.x.image\n  architectures = module.x.architectures\n}\n',
    );
    expect(workloads(found)).toEqual(['aws_lambda_function.f "f": ${module.x.image} on ? (stated)']);
  });
});

describe('terragrunt', () => {
  const files: Files = {
    'modules/repo/main.tf': LIBRARY,
    'modules/fn/main.tf':
      'variable "url" {}\nvariable "env" {}\nresource "aws_lambda_function" "this" {\n  function_name = "fn-${var.env}"\n  image_uri     = "${var.url}:v1"\n}\n',
    'live/terragrunt.hcl': 'inputs = {\n  env = "staging"\n}\n',
    'live/repo/terragrunt.hcl':
      'terraform {\n  source = "../../modules//repo"\n}\ninclude {\n  path = find_in_parent_folders()\n}\ninputs = {\n  name = "shop/api"\n  mutability = "MUTABLE"\n}\n',
    'live/fn/terragrunt.hcl':
      'terraform {\n  source = "../../modules//fn"\n}\ninclude "root" {\n  path = find_in_parent_folders()\n}\ndependency "repo" {\n  config_path = "../repo"\n}\ninputs = {\n  url = dependency.repo.outputs.url\n}\n',
  };
  it('gives a module its inputs, those it includes, and the outputs of others', async () => {
    const found = await evaluated(files);
    expect(repositories(found)).toEqual(['aws_ecr_repository.this: shop/api mutable']);
    expect(workloads(found)).toEqual([`aws_lambda_function.this "fn-staging": ${ECR}/shop/api:v1 on amd64 (default)`]);
  });
});
