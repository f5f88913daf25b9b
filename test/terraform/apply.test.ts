import { describe, expect, it } from 'vitest';
import { builds, evaluated, pushes, repositories, workloads, type Files } from './project.ts';

const ECR = '${account}.dkr.ecr.${region}.amazonaws.com';
const MAIN = `provider "aws" {}
variable "env" {
  default = "dev"
}
variable "tag" {
  default = "latest"
}
resource "aws_ecr_repository" "app" {
  name = "\${var.env}-app"
}
resource "aws_lambda_function" "f" {
  function_name = "\${var.env}-f"
  image_uri     = "\${aws_ecr_repository.app.repository_url}:\${var.tag}"
}
output "repository" {
  value = aws_ecr_repository.app.repository_url
}
`;

/** What a file of values says is judged and not shown. */
const VALUES = '${var.env}';

const workflow = (...steps: string[]): string =>
  `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`;

describe('an apply that the project itself runs', () => {
  it('gives -var, -var-file and TF_VAR_, and in CI the rest has its defaults', async () => {
    const files: Files = {
      'infra/main.tf': MAIN,
      'infra/prod.tfvars': 'env = "prod"\n',
      '.github/workflows/deploy.yml': workflow(
        'run: terraform -chdir=infra apply -auto-approve -var-file=prod.tfvars -var tag=v7',
      ),
    };
    expect(workloads(await evaluated(files))).toEqual([
      `aws_lambda_function.f "${VALUES}-f": ${ECR}/${VALUES}-app:v7 on amd64 (default)`,
    ]);
    const found = await evaluated({
      ...files,
      '.github/workflows/deploy.yml': workflow(
        'run: cd infra && terraform apply -auto-approve\n        env:\n          TF_VAR_env: stage',
      ),
    });
    expect(workloads(found)).toEqual([`aws_lambda_function.f "stage-f": ${ECR}/stage-app:latest on amd64 (default)`]);
    expect(found.of('workload')[0]?.site.via?.map((hop) => hop.label)).toContain('terraform apply');
  });

  it('applies what the plan before it was given', async () => {
    const found = await evaluated({
      'infra/main.tf': MAIN,
      '.github/workflows/deploy.yml': workflow(
        'run: terraform plan -var tag=v8 -out=p\n        working-directory: infra',
        'run: terraform apply p\n        working-directory: infra',
      ),
    });
    expect(workloads(found)).toEqual([`aws_lambda_function.f "dev-f": ${ECR}/dev-app:v8 on amd64 (default)`]);
  });

  it('is the one evaluation of its module', async () => {
    const found = await evaluated({
      'infra/main.tf': MAIN,
      'deploy.sh': 'cd infra\nterraform apply -var tag="$(git rev-parse HEAD)" -var env=prod\n',
    });
    expect(found.of('workload')).toHaveLength(1);
    expect(found.of('workload')[0]?.image).toMatchObject({
      ref: { repository: ['prod-app'], tag: [{ nature: 'unique' }] },
    });
  });

  it('takes nothing from a file of values beside the one that it names', async () => {
    const files: Files = {
      'infra/main.tf': MAIN.replace('variable "env"', 'variable "size" {}\nvariable "env"'),
      'infra/prod.tfvars': 'size = "l"\n',
      'infra/test.tfvars': 'size = "s"\nenv = "test"\ntag = "v1"\n',
      'deploy.sh': 'terraform -chdir=infra apply -var-file=prod.tfvars -var tag=v7\n',
    };
    expect(workloads(await evaluated(files))).toEqual([
      `aws_lambda_function.f "dev-f": ${ECR}/dev-app:v7 on amd64 (default)`,
    ]);
    // Whichever is named, one says what the default is no longer: that stays open.
    const either = await evaluated({
      ...files,
      'deploy.sh': 'terraform -chdir=infra apply -var-file="$1.tfvars" -var tag=v7\n',
    });
    expect(workloads(either).map((one) => one.replace(/:.* when /, ' when '))).toEqual([
      'aws_lambda_function.f "dev-f" when file of values: infra=infra/prod.tfvars',
      'aws_lambda_function.f "${var.env}-f" when file of values: infra=infra/test.tfvars',
    ]);
  });

  it('leaves open what a file that is not there gives', async () => {
    const found = await evaluated({
      'infra/main.tf': MAIN,
      '.github/workflows/deploy.yml': workflow('run: terraform -chdir=infra apply -var-file=secret.tfvars'),
    });
    expect(found.of('workload').map((one) => one.when.map(({ is }) => is))).toEqual([['unset'], ['set']]);
  });
});

describe('terraform output', () => {
  it.each([
    ['$(terraform -chdir=infra output -raw repository)'],
    ['$(cd infra && terraform output -raw repository)'],
    ['$(terraform -chdir=infra output -json | jq -r .repository.value)'],
    ['$(terraform -chdir=infra output -json repository | jq -r .)'],
  ])('%s is what the module says', async (url) => {
    const found = await evaluated({ 'infra/main.tf': MAIN, 'push.sh': `URL="${url}"\ndocker push "$URL:v1"\n` });
    expect(pushes(found)).toEqual([`${ECR}/dev-app:v1`]);
  });

  it('of an output that depends on more than defaults is unknown', async () => {
    const found = await evaluated({
      'infra/main.tf': 'provider "aws" {}\nvariable "a" {}\noutput "x" {\n  value = var.a ? "one" : "two"\n}\n',
      'push.sh': 'docker push "$(terraform -chdir=infra output -raw x):v1"\n',
    });
    expect(pushes(found)).toEqual(['${terraform output x}:v1']);
  });
});

describe('provisioners', () => {
  it('build and push with what Terraform pastes into their command, every word at its place', async () => {
    const found = await evaluated({
      'infra/main.tf': `resource "aws_ecr_repository" "app" {
  name = "app"
}
resource "null_resource" "image" {
  triggers = { always = timestamp() }
  provisioner "local-exec" {
    working_dir = "\${path.module}/../src"
    command     = <<-EOT
      docker build --platform linux/arm64 -t \${aws_ecr_repository.app.repository_url}:$TAG .
      docker push '\${aws_ecr_repository.app.repository_url}':$TAG
    EOT
    environment = { TAG = "v3" }
  }
}
`,
      'src/Dockerfile': 'FROM scratch\n',
    });
    expect(builds(found)).toEqual([`${ECR}/app:v3 of src/Dockerfile for arm64`]);
    expect(pushes(found)).toEqual([`${ECR}/app:v3`]);
    const [build] = found.of('build');
    const [push] = found.of('push');
    expect(found.at(build?.platformSite)).toBe('linux/arm64');
    expect(found.at(build?.names[0]?.site)).toBe('${aws_ecr_repository.app.repository_url}:$TAG');
    expect(found.at(push?.refSite)).toBe("'${aws_ecr_repository.app.repository_url}':$TAG");
    expect(push?.site.via?.map((hop) => hop.label)).toEqual(['local-exec of null_resource.image']);
    expect(found.at({ file: 'infra/main.tf', span: push!.site.via![0]!.span })).toBe('provisioner "local-exec"');
  });

  it('call scripts of the project with their arguments', async () => {
    const found = await evaluated({
      'main.tf':
        'resource "terraform_data" "image" {\n  provisioner "local-exec" {\n    command     = "./build.sh ${local.name}"\n    interpreter = ["bash", "-c"]\n  }\n}\nlocals {\n  name = "app:v1"\n}\n',
      'build.sh': 'docker build -t "$1" .\n',
    });
    expect(found.of('build').map((one) => one.names[0]?.ref.repository)).toEqual([['app']]);
  });

  it('keep the status of their command, unless they go on after a failure', async () => {
    const provisioner = (more: string): string =>
      `resource "null_resource" "x" {\n  provisioner "local-exec" {\n    command = "docker push app:v1 | cat"\n${more}  }\n}\n`;
    expect((await evaluated(provisioner(''))).of('deploy')[0]?.masked?.why).toBe('pipe without pipefail');
    const plain = await evaluated(provisioner('    on_failure = continue\n').replace(' | cat', ''));
    expect(plain.of('deploy')[0]?.masked).toMatchObject({ why: 'continue-on-error', by: 'on_failure = continue' });
    expect((await evaluated(provisioner('').replace(' | cat', ''))).of('deploy')[0]?.masked).toBeUndefined();
  });

  it('run at destruction or in another language are none of ours', async () => {
    const found = await evaluated(
      'resource "null_resource" "x" {\n  provisioner "local-exec" {\n    when    = destroy\n    command = "docker push a"\n  }\n  provisioner "local-exec" {\n    interpreter = ["python3", "-c"]\n    command     = "docker push b"\n  }\n}\n',
    );
    expect(found.facts).toEqual([]);
  });
});

describe('the Docker provider', () => {
  it('builds and pushes images without buildx', async () => {
    const found = await evaluated({
      'main.tf': `resource "aws_ecr_repository" "app" {
  name = "app"
}
resource "docker_image" "app" {
  name = "\${aws_ecr_repository.app.repository_url}:v1"
  build {
    context  = "\${path.module}/app"
    platform = "linux/arm64"
  }
}
resource "docker_registry_image" "app" {
  name = docker_image.app.name
}
`,
      'app/Dockerfile': 'FROM scratch\n',
    });
    expect(builds(found)).toEqual([`${ECR}/app:v1 of app/Dockerfile for arm64`]);
    expect(found.of('build')[0]).toMatchObject({ legacyBuilder: true, driver: 'docker', label: 'docker_image' });
    expect(pushes(found)).toEqual([`${ECR}/app:v1`]);
    expect(repositories(found)).toEqual(['aws_ecr_repository.app: app mutable']);
  });
});
