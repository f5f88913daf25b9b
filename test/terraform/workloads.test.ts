import { describe, expect, it } from 'vitest';
import { evaluated, workloads } from './project.ts';

const REPOSITORY = 'resource "aws_ecr_repository" "app" {\n  name = "shop/app"\n}\n';
const ECR = '${account}.dkr.ecr.${region}.amazonaws.com';

describe('Lambda functions in Terraform', () => {
  it('run the image that they name by their repository, on x86_64 unless they say otherwise', async () => {
    const found = await evaluated(`${REPOSITORY}
resource "aws_lambda_function" "plain" {
  function_name = "plain"
  package_type  = "Image"
  image_uri     = "\${aws_ecr_repository.app.repository_url}:v1"
}
resource "aws_lambda_function" "graviton" {
  function_name = "graviton"
  package_type  = "Image"
  image_uri     = "\${aws_ecr_repository.app.repository_url}:v1"
  architectures = ["arm64"]
  image_config {
    command = ["app.handler"]
  }
}
resource "aws_lambda_function" "zip" {
  function_name = "zip"
  filename      = "a.zip"
}
`);
    expect(workloads(found)).toEqual([
      `aws_lambda_function.plain "plain": ${ECR}/shop/app:v1 on amd64 (default)`,
      `aws_lambda_function.graviton "graviton": ${ECR}/shop/app:v1 on arm64 (stated)`,
    ]);
    const [plain, graviton] = found.of('workload');
    expect(found.at(plain?.imageSite)).toBe('"${aws_ecr_repository.app.repository_url}:v1"');
    expect(plain?.cpuSite).toBeUndefined();
    expect(found.at(graviton?.cpuSite)).toBe('"arm64"');
    expect(graviton?.startsWith).toEqual(['app.handler']);
  });

  it('keep image and CPU together where both follow one condition', async () => {
    const found = await evaluated(`${REPOSITORY}
variable "arm" {
  type    = bool
  default = true
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  image_uri     = var.arm ? "\${aws_ecr_repository.app.repository_url}:arm" : "\${aws_ecr_repository.app.repository_url}:x86"
  architectures = [var.arm ? "arm64" : "x86_64"]
}
`);
    expect(
      found
        .of('workload')
        .map((one) => [
          one.image.kind === 'ref' ? one.image.ref.tag : undefined,
          one.cpu,
          one.when.map(({ is }) => is),
        ]),
    ).toEqual([
      [['arm'], 'arm64', ['unset']],
      [['arm'], 'arm64', ['set', 'true']],
      [['x86'], 'amd64', ['set', 'false']],
    ]);
  });

  it('see a tag with a default both ways', async () => {
    const found = await evaluated(`${REPOSITORY}
variable "tag" {
  default = "latest"
}
locals {
  image = "\${aws_ecr_repository.app.repository_url}:\${var.tag}"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  image_uri     = local.image
}
`);
    expect(workloads(found)).toEqual([
      `aws_lambda_function.f "f": ${ECR}/shop/app:latest on amd64 (default) when default:terraform =unset`,
      `aws_lambda_function.f "f": ${ECR}/shop/app:\${var.tag} on amd64 (default) when default:terraform =set`,
    ]);
    // The local is where the tag is written.
    expect(found.at(found.of('workload')[0]?.imageSite)).toBe('"${aws_ecr_repository.app.repository_url}:${var.tag}"');
  });

  it('name a digest when they look the image up', async () => {
    const found = await evaluated(`${REPOSITORY}
data "aws_ecr_image" "app" {
  repository_name = aws_ecr_repository.app.name
  image_tag       = "latest"
}
resource "aws_lambda_function" "uri" {
  function_name = "uri"
  image_uri     = data.aws_ecr_image.app.image_uri
}
resource "aws_lambda_function" "digest" {
  function_name = "digest"
  image_uri     = "\${aws_ecr_repository.app.repository_url}@\${data.aws_ecr_image.app.image_digest}"
}
`);
    expect(found.of('workload').map((one) => one.image)).toMatchObject([
      { ref: { repository: ['shop/app'], digest: ['sha256:', { nature: 'unique' }] } },
      { ref: { repository: ['shop/app'], digest: ['sha256:', { nature: 'unique' }] } },
    ]);
  });

  it('stand in the region that the provider says outright', async () => {
    const found = await evaluated(`provider "aws" {\n  region = "eu-north-1"\n}\n${REPOSITORY}
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
resource "aws_lambda_function" "f" {
  function_name = "f"
  image_uri     = "\${data.aws_caller_identity.me.account_id}.dkr.ecr.\${data.aws_region.here.name}.amazonaws.com/shop/app:v1"
}
resource "aws_lambda_function" "g" {
  function_name = "g"
  image_uri     = format("%s:%s", aws_ecr_repository.app.repository_url, "v2")
}
`);
    expect(workloads(found)).toEqual(
      ['f', 'g'].map(
        (name, index) =>
          `aws_lambda_function.${name} "${name}": \${account}.dkr.ecr.eu-north-1.amazonaws.com/shop/app:v${index + 1} on amd64 (default)`,
      ),
    );
    expect(found.of('workload')[0]?.region).toEqual(['eu-north-1']);
  });
});

describe('ECS task definitions in Terraform', () => {
  const task = (containers: string, more = 'requires_compatibilities = ["FARGATE"]'): string => `${REPOSITORY}
resource "aws_ecs_task_definition" "api" {
  family = "api"
  ${more}
  container_definitions = ${containers}
}
`;

  it('have containers in jsonencode, each with its image and health check', async () => {
    const found = await evaluated(
      task(`jsonencode([
    { name = "api", image = "\${aws_ecr_repository.app.repository_url}:latest", healthCheck = { command = ["CMD", "true"] } },
    { name = "log", image = "fluent-bit:3", command = ["run", "it"] },
  ])`),
    );
    expect(workloads(found)).toEqual([
      `aws_ecs_task_definition.api "api": ${ECR}/shop/app:latest on amd64 (default)`,
      'aws_ecs_task_definition.api "api": fluent-bit:3 on amd64 (default)',
    ]);
    expect(found.of('workload')).toMatchObject([
      { healthCheck: true, containerName: ['api'] },
      { healthCheck: false, containerName: ['log'], startsWith: ['run', 'it'] },
    ]);
    expect(found.of('workload').map((one) => found.at(one.imageSite))).toEqual([
      '"${aws_ecr_repository.app.repository_url}:latest"',
      '"fluent-bit:3"',
    ]);
  });

  it('have containers in a here-document, each value at its place', async () => {
    const found = await evaluated(
      task(`<<-JSON
    [
      {
        "name": "api",
        "image": "\${aws_ecr_repository.app.repository_url}:stable",
        "cpu": \${var.cpu},
        "command": ["say", "\\"hi\\""]
      }
    ]
  JSON`),
    );
    const [api] = found.of('workload');
    expect(workloads(found)).toEqual([`aws_ecs_task_definition.api "api": ${ECR}/shop/app:stable on amd64 (default)`]);
    expect(found.at(api?.imageSite)).toBe('"${aws_ecr_repository.app.repository_url}:stable"');
    expect(api?.startsWith).toEqual(['say', '"hi"']);
  });

  it('have containers in a template file', async () => {
    const found = await evaluated({
      'infra/main.tf': task(
        'templatefile("${path.module}/tasks/api.json", { image = aws_ecr_repository.app.repository_url })',
      ),
      'infra/tasks/api.json': '[{"name": "api", "image": "${image}:prod"}]',
    });
    expect(workloads(found)).toEqual([
      `aws_ecs_task_definition.api "api": ${ECR}/shop/app:\${the content of infra/tasks/api.json} on amd64 (default)`,
    ]);
  });

  it('have containers in locals, loops and merges', async () => {
    const found = await evaluated(`locals {
  base       = { essential = true, image = "base:1" }
  containers = [for name in ["a", "b"] : merge(local.base, { name = name, image = "\${name}:2" })]
}
${task('jsonencode(concat(local.containers, [local.base]))')}`);
    expect(workloads(found).map((one) => one.replace(/^.*?: /, ''))).toEqual([
      'a:2 on amd64 (default)',
      'b:2 on amd64 (default)',
      'base:1 on amd64 (default)',
    ]);
  });

  it('run on the CPU that the runtime platform states', async () => {
    const found = await evaluated(
      task('jsonencode([{ image = "a:1" }])', 'runtime_platform {\n    cpu_architecture = "ARM64"\n  }'),
    );
    expect(found.of('workload')).toMatchObject([{ cpu: 'arm64', cpuBasis: 'stated' }]);
    expect(found.at(found.of('workload')[0]?.cpuSite)).toBe('"ARM64"');
  });

  it('run on any CPU on EC2, unless they are placed', async () => {
    expect(
      (await evaluated(task('jsonencode([{ image = "a:1" }])', 'requires_compatibilities = ["EC2"]'))).of('workload')[0]
        ?.cpu,
    ).toBeUndefined();
    const placed =
      'placement_constraints {\n    type = "memberOf"\n    expression = "attribute:ecs.cpu-architecture == arm64"\n  }';
    expect((await evaluated(task('jsonencode([{ image = "a:1" }])', placed))).of('workload')[0]?.cpu).toBe('arm64');
  });

  it('are on Fargate when their service is', async () => {
    const service = (more: string): string =>
      `${task('jsonencode([{ image = "a:1" }])', '')}resource "aws_ecs_service" "api" {\n  task_definition = aws_ecs_task_definition.api.arn\n  ${more}\n}\n`;
    expect((await evaluated(service('launch_type = "FARGATE"'))).of('workload')[0]).toMatchObject({
      cpu: 'amd64',
      cpuBasis: 'default',
    });
    expect(
      (await evaluated(service('capacity_provider_strategy {\n    capacity_provider = "FARGATE_SPOT"\n  }'))).of(
        'workload',
      )[0]?.cpu,
    ).toBe('amd64');
    expect((await evaluated(service('launch_type = "EC2"'))).of('workload')[0]?.cpu).toBeUndefined();
  });

  it('resolve their tag for each run when only a schedule starts them', async () => {
    const started = `${task('jsonencode([{ image = "a:latest" }])')}resource "aws_scheduler_schedule" "nightly" {\n  target {\n    ecs_parameters {\n      task_definition_arn = aws_ecs_task_definition.api.arn\n    }\n  }\n}\n`;
    expect((await evaluated(started)).of('workload')[0]?.startedPerRun).toBe(true);
    expect((await evaluated(task('jsonencode([{ image = "a:latest" }])'))).of('workload')[0]?.startedPerRun).toBe(true);
    const elsewhere = 'resource "aws_ecs_service" "other" {\n  task_definition = var.task\n}\n';
    expect(
      (await evaluated(task('jsonencode([{ image = "a:latest" }])') + elsewhere)).of('workload')[0]?.startedPerRun,
    ).toBeUndefined();
    expect((await evaluated(started + elsewhere)).of('workload')[0]?.startedPerRun).toBe(true);
    // A service of another sample, applied by itself, is no service of this task, unless it is handed the task
    // definition.
    const alone = { 'job/main.tf': task('jsonencode([{ image = "a:latest" }])'), 'web/main.tf': elsewhere };
    expect((await evaluated(alone)).of('workload')[0]?.startedPerRun).toBe(true);
    const handedOn = `${alone['job/main.tf']}output "task" {\n  value = aws_ecs_task_definition.api.arn\n}\n`;
    expect((await evaluated({ ...alone, 'job/main.tf': handedOn })).of('workload')[0]?.startedPerRun).toBeUndefined();
    const called = {
      'main.tf': 'module "job" {\n  source = "./job"\n}\nmodule "web" {\n  source = "./web"\n}\n',
      ...alone,
    };
    expect((await evaluated(called)).of('workload')[0]?.startedPerRun).toBeUndefined();
  });
});

describe('other services in Terraform', () => {
  it('App Runner runs amd64, and deploys what is pushed unless told not to', async () => {
    const service = (more: string): string =>
      `${REPOSITORY}resource "aws_apprunner_service" "web" {\n  service_name = "web"\n  source_configuration {\n    ${more}\n    image_repository {\n      image_identifier      = "\${aws_ecr_repository.app.repository_url}:latest"\n      image_repository_type = "ECR"\n    }\n  }\n}\n`;
    const found = await evaluated(service(''));
    expect(workloads(found)).toEqual([`aws_apprunner_service.web "web": ${ECR}/shop/app:latest on amd64 (service)`]);
    expect(found.of('workload')[0]?.autoDeploy).toBe(true);
    expect((await evaluated(service('auto_deployments_enabled = false'))).of('workload')[0]?.autoDeploy).toBe(false);
  });

  it('Bedrock AgentCore runs arm64', async () => {
    const found = await evaluated(`${REPOSITORY}
resource "aws_bedrockagentcore_agent_runtime" "agent" {
  agent_runtime_name = "agent"
  agent_runtime_artifact {
    container_configuration {
      container_uri = "\${aws_ecr_repository.app.repository_url}:v1"
    }
  }
}
resource "awscc_bedrockagentcore_runtime" "other" {
  agent_runtime_name     = "other"
  agent_runtime_artifact = { container_configuration = { container_uri = "\${aws_ecr_repository.app.repository_url}:v2" } }
}
`);
    expect(workloads(found)).toEqual([
      `aws_bedrockagentcore_agent_runtime.agent "agent": ${ECR}/shop/app:v1 on arm64 (service)`,
      `awscc_bedrockagentcore_runtime.other "other": ${ECR}/shop/app:v2 on arm64 (service)`,
    ]);
  });

  it('Batch jobs say their CPU in the container properties', async () => {
    const found = await evaluated(`${REPOSITORY}
resource "aws_batch_job_definition" "job" {
  name                  = "job"
  platform_capabilities = ["FARGATE"]
  container_properties = jsonencode({
    image           = "\${aws_ecr_repository.app.repository_url}:v1"
    runtimePlatform = { cpuArchitecture = "ARM64" }
  })
}
resource "aws_batch_job_definition" "plain" {
  name                  = "plain"
  platform_capabilities = ["FARGATE"]
  container_properties  = jsonencode({ image = "busybox:1" })
}
`);
    expect(workloads(found)).toEqual([
      `aws_batch_job_definition.job "job": ${ECR}/shop/app:v1 on arm64 (stated)`,
      'aws_batch_job_definition.plain "plain": busybox:1 on amd64 (default)',
    ]);
  });

  it('resources of the JSON syntax read the same', async () => {
    const found = await evaluated({
      'main.tf.json': JSON.stringify({
        resource: {
          aws_ecr_repository: { app: { name: 'shop/app', image_tag_mutability: 'IMMUTABLE' } },
          aws_lambda_function: {
            f: [
              {
                function_name: 'f',
                image_uri: '${aws_ecr_repository.app.repository_url}:v1',
                architectures: ['arm64'],
                package_type: 'Image',
              },
            ],
          },
        },
      }),
    });
    expect(workloads(found)).toEqual([`aws_lambda_function.f "f": ${ECR}/shop/app:v1 on arm64 (stated)`]);
    expect(found.at(found.of('repository')[0]?.mutabilitySite)).toBe('"IMMUTABLE"');
  });
});
