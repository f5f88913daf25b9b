import { describe, expect, it } from 'vitest';
import { judged } from './judged.ts';

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.0';
const DOCKERFILE =
  'FROM public.ecr.aws/docker/library/nginx:1.29\nHEALTHCHECK CMD curl --fail http://localhost/ || exit 1\n';
const BUILD = `docker build --platform linux/amd64 -t ${IMAGE} .\ndocker push ${IMAGE}\n`;
const CHECK = '{"command": ["CMD", "true"]}';
const container = (healthCheck: string): string =>
  `[{"name": "web", "image": "${IMAGE}", "healthCheck": ${healthCheck}}]`;

const FORMS: readonly (readonly [string, (healthCheck: string) => Record<string, string>])[] = [
  [
    'a template in JSON',
    (check) => ({
      'release.sh': BUILD,
      'web.json': `{"Resources": {"Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [{"Name": "web", "Image": "${IMAGE}", "HealthCheck": ${check}}]}}}}`,
    }),
  ],
  [
    'a template in YAML',
    (check) => ({
      'release.sh': BUILD,
      'web.yaml': `Resources:\n  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: web\n          Image: ${IMAGE}\n          HealthCheck: ${check}\n`,
    }),
  ],
  [
    'a task definition',
    (check) => ({ 'release.sh': BUILD, 'task.json': `{"family": "web", "containerDefinitions": ${container(check)}}` }),
  ],
  [
    'the command that registers one',
    (check) => ({
      'release.sh': `${BUILD}aws ecs register-task-definition --family web --container-definitions '${container(check)}'\n`,
    }),
  ],
];

describe('a health check that is null', () => {
  it.each(FORMS)('is none in %s', async (_, files) => {
    expect((await judged({ Dockerfile: DOCKERFILE, ...files('null') })).found).toContain(
      'ecs-healthcheck-ignored Dockerfile:2 HEALTHCHECK CMD curl --fail http://localhost/ || exit 1',
    );
    expect((await judged({ Dockerfile: DOCKERFILE, ...files(CHECK) })).found.join('\n')).not.toContain(
      'ecs-healthcheck-ignored',
    );
  });
});
