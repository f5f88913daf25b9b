import { describe, expect, it } from 'vitest';
import { show } from '../../src/core/text.ts';
import { run, showRef, textOf } from './harness.ts';

describe('aws ecr', () => {
  it('creates a repository, wherever the global options stand', () => {
    const { only, under } = run(
      'aws --profile prod ecr create-repository --repository-name orders --image-tag-mutability IMMUTABLE --region eu-north-1',
    );
    expect(only('repository')).toMatchObject({
      role: 'created',
      by: 'command',
      name: ['orders'],
      region: ['eu-north-1'],
      mutability: 'immutable',
    });
    expect(under(only('repository').nameSite)).toBe('orders');
    expect(under(only('repository').mutabilitySite)).toBe('IMMUTABLE');
    expect(
      run('aws ecr create-repository --repository-name=${NAME}', { env: { AWS_REGION: 'eu-west-1' } }).only(
        'repository',
      ),
    ).toMatchObject({ name: textOf('${NAME}'), region: ['eu-west-1'], mutability: 'mutable' });
  });

  it('answers with the address', () => {
    const line =
      "aws ecr describe-repositories --repository-names orders --query 'repositories[0].repositoryUri' --output text";
    expect(run(line).stdout()).toBe('${account}.dkr.ecr.${region}.amazonaws.com/orders\n');
    expect(run(`${line} --region eu-north-1`).stdout()).toBe('${account}.dkr.ecr.eu-north-1.amazonaws.com/orders\n');
    expect(run(line).result.status).toBe('unknown');
    expect(run('aws ecr create-repository --repository-name x').result.status).toBeUndefined();
  });

  it.each([
    '"repositories[?repositoryName==`orders`]|[0].repositoryUri"',
    '"repositories[?repositoryName==\\`orders\\`]|[0].repositoryUri"',
    'repositories[?repositoryName==`"orders"`].repositoryUri',
    '"repositories[?repositoryName==\\"orders\\"].repositoryUri|[0]"',
  ])('answers with the address of the one that a query looks for: %s', (query) => {
    const line = `aws ecr describe-repositories --output text --query ${query}`;
    expect(run(line).stdout()).toBe('${account}.dkr.ecr.${region}.amazonaws.com/orders\n');
  });

  it('leaves a name open that a query looks for', () => {
    const line = 'aws ecr describe-repositories --query repositories[?repositoryName==`orders-${STAGE}`].repositoryUri';
    expect(run(line).stdout()).toBe('${account}.dkr.ecr.${region}.amazonaws.com/orders-${STAGE}\n');
    const any = 'aws ecr describe-repositories --query repositories[0].repositoryUri';
    expect(run(any).stdout()).not.toContain('dkr.ecr');
  });

  it('reads a life cycle policy, also from a file', () => {
    const policy = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 },
          action: { type: 'expire' },
        },
        {
          rulePriority: 2,
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 20 },
          action: { type: 'expire' },
        },
      ],
    });
    const { only } = run(
      'aws ecr put-lifecycle-policy --repository-name orders --lifecycle-policy-text file://policy.json',
      { files: { 'policy.json': policy } },
    );
    expect(only('repository')).toMatchObject({
      role: 'referenced',
      lifecycle: [
        { tagStatus: 'untagged', countType: 'age', count: 1, action: 'expire' },
        { tagStatus: 'any', countType: 'images', count: 20 },
      ],
    });
    expect(only('cleanup')).toMatchObject({ removes: 'untagged', by: 'lifecycle policy', repository: ['orders'] });
  });

  it('knows what a deletion removes by where the list came from', () => {
    const untagged =
      run('aws ecr list-images --repository-name orders --filter tagStatus=UNTAGGED --query imageIds[*]').result
        .stdout ?? [];
    const ids = show(run('jq -r .[].imageDigest', { stdin: untagged }).result.stdout ?? []).trim();
    expect(ids).toBe('${untagged images}');
    expect(
      run('aws ecr batch-delete-image --repository-name orders --image-ids imageDigest=${untagged images@orders}').only(
        'cleanup',
      ).removes,
    ).toBe('untagged');
    expect(
      run('aws ecr batch-delete-image --repository-name orders --image-ids imageTag=old').only('cleanup').removes,
    ).toBe('by tag');
    expect(run('aws ecr batch-delete-image --repository-name orders --image-ids ${IDS}').only('cleanup').removes).toBe(
      'unknown',
    );
  });

  it('knows the removed login command', () => {
    expect(run('aws ecr get-login --no-include-email').only('login')).toMatchObject({
      removedCommand: true,
      password: 'argument',
    });
    expect(run('aws ecr get-login-password').facts).toEqual([]);
  });

  it('retags by putting a manifest again', () => {
    const tag = run(
      'aws ecr put-image --repository-name orders --image-tag prod --image-manifest ${MANIFEST} --region eu-north-1',
    ).only('tag');
    expect(showRef(tag.target)).toBe('${account}.dkr.ecr.eu-north-1.amazonaws.com/orders:prod');
    expect(tag.remote).toBe(true);
  });
});

describe('aws lambda', () => {
  it('creates a function of an image, x86_64 unless said', () => {
    const { only, under } = run(
      'aws lambda create-function --function-name orders --package-type Image --code ImageUri=${URI}:1 --role r --region eu-north-1',
    );
    const workload = only('workload');
    expect(workload).toMatchObject({
      service: 'lambda',
      declared: false,
      name: ['orders'],
      cpu: 'amd64',
      cpuBasis: 'default',
      region: ['eu-north-1'],
    });
    expect(workload.image.kind === 'ref' && showRef(workload.image.ref)).toBe('${URI}:1');
    expect(under(workload.imageSite)).toBe('ImageUri=${URI}:1');
    const arm = run(
      'aws lambda create-function --function-name f --code \'{"ImageUri":"x/y:1"}\' --architectures arm64',
    );
    expect(arm.only('workload')).toMatchObject({ cpu: 'arm64', cpuBasis: 'stated' });
    expect(arm.under(arm.only('workload').cpuSite)).toBe('arm64');
    expect(
      run('aws lambda create-function --function-name f --code ImageUri=x --architectures ${ARCH}').only('workload')
        .cpu,
    ).toBeUndefined();
  });

  it('leaves zips alone', () => {
    expect(run('aws lambda create-function --function-name f --zip-file fileb://x.zip').facts).toEqual([]);
    expect(run('aws lambda update-function-code --function-name f --zip-file fileb://x.zip').facts).toEqual([]);
  });

  it('updates code: a forced roll-out that nothing has confirmed yet', () => {
    const { only, result, under } = run(
      'aws lambda update-function-code --function-name arn:aws:lambda:eu-north-1:111122223333:function:orders --image-uri ${URI}:latest --architectures arm64',
    );
    expect(only('rollout')).toMatchObject({ service: 'lambda', effect: 'forced', name: ['orders'], cpu: 'arm64' });
    expect(under(only('rollout').imageSite)).toBe('${URI}:latest');
    expect(result.long).toMatchObject({
      what: 'rollout',
      label: 'aws lambda update-function-code',
    });
    expect(result.long?.unconfirmed).toBeDefined();
    expect(
      run('aws lambda update-function-code --function-name f --image-uri x --publish').result.long?.unconfirmed,
    ).toBeUndefined();
  });

  it.each([
    ['aws lambda wait function-updated --function-name orders', 'aws lambda wait function-updated'],
    ['aws lambda get-function --function-name orders', 'aws lambda get-function'],
    ['aws lambda invoke --function-name orders out.json', 'aws lambda invoke'],
  ])('%s confirms', (line, label) => {
    expect(run(line).only('confirmation')).toMatchObject({ what: 'lambda', label, name: ['orders'] });
  });
});

describe('aws ecs', () => {
  const task = `{
  "family": "orders",
  "requiresCompatibilities": ["FARGATE"],
  "runtimePlatform": { "cpuArchitecture": "ARM64" },
  "containerDefinitions": [{ "name": "web", "image": "111122223333.dkr.ecr.eu-north-1.amazonaws.com/orders:latest", "healthCheck": { "command": ["CMD", "true"] } }]
}`;

  it('registers a task definition from a file, pointing into it', () => {
    const { only, under } = run('aws ecs register-task-definition --cli-input-json file://infra/task.json', {
      files: { 'infra/task.json': task },
    });
    const workload = only('workload');
    expect(workload).toMatchObject({
      service: 'ecs',
      label: 'orders/web',
      name: ['orders'],
      containerName: ['web'],
      cpu: 'arm64',
      cpuBasis: 'stated',
      healthCheck: true,
      declared: false,
    });
    expect(under(workload.imageSite)).toBe('"111122223333.dkr.ecr.eu-north-1.amazonaws.com/orders:latest"');
    expect(under(workload.cpuSite)).toBe('"ARM64"');
  });

  it('defaults to x86_64 on Fargate and to nothing on EC2', () => {
    const definitions = '[{"name":"web","image":"x.io/a:1"}]';
    expect(
      run(
        `aws ecs register-task-definition --family f --requires-compatibilities FARGATE --container-definitions '${definitions}'`,
      ).only('workload'),
    ).toMatchObject({ cpu: 'amd64', cpuBasis: 'default' });
    expect(
      run(`aws ecs register-task-definition --family f --container-definitions '${definitions}'`).only('workload').cpu,
    ).toBeUndefined();
    expect(
      run(
        `aws ecs register-task-definition --family f --runtime-platform cpuArchitecture=ARM64,operatingSystemFamily=LINUX --container-definitions '${definitions}'`,
      ).only('workload'),
    ).toMatchObject({ cpu: 'arm64', cpuBasis: 'stated' });
  });

  it('keeps the unknown parts of a definition that a step wrote', () => {
    const { machine } = run("sed -i 's|IMAGE|${ECR}/orders:${SHA}|' task.json", {
      files: { 'task.json': '{"family":"f","containerDefinitions":[{"image":"IMAGE"}]}' },
    });
    const workload = run('aws ecs register-task-definition --cli-input-json file://task.json', {
      machine: { files: machine.files },
    }).only('workload');
    expect(workload.image.kind === 'ref' && showRef(workload.image.ref)).toBe('${ECR}/orders:${SHA}');
  });

  it('follows a new image into a task definition fetched from the service, of which nothing else is known', () => {
    const fetched =
      run('aws ecs describe-task-definition --task-definition orders --query taskDefinition').result.stdout ?? [];
    const renewed = run(
      "jq --arg IMAGE ${ECR}/orders:${SHA} '.containerDefinitions[0].image = $IMAGE | del(.taskDefinitionArn)'",
      { stdin: fetched },
    ).result.stdout;
    const definition = show(renewed ?? []).trim();
    const workload = run(`aws ecs register-task-definition --family orders --cli-input-json '${definition}'`).only(
      'workload',
    );
    expect(workload.image.kind === 'ref' && showRef(workload.image.ref)).toBe('${ECR}/orders:${SHA}');
    expect([workload.cpu, workload.healthCheck]).toEqual([undefined, undefined]);
  });

  it('keeps the rest of a task definition that is known', () => {
    const renewed =
      run("jq --arg IMAGE ${ECR}/orders:1 '.containerDefinitions[0].image = $IMAGE'", { stdin: task }).result.stdout ??
      [];
    const workload = run(`aws ecs register-task-definition --cli-input-json '${show(renewed).trim()}'`).only(
      'workload',
    );
    expect(workload.image.kind === 'ref' && showRef(workload.image.ref)).toBe('${ECR}/orders:1');
    expect(workload).toMatchObject({ cpu: 'arm64', healthCheck: true, name: ['orders'] });
  });

  it('knows which updates take a new image', () => {
    expect(
      run('aws ecs update-service --cluster c --service orders --force-new-deployment').only('rollout'),
    ).toMatchObject({ effect: 'forced', name: ['orders'] });
    expect(
      run('aws ecs update-service --cluster c --service orders --task-definition ${TASK_ARN}').only('rollout').effect,
    ).toBe('forced');
    expect(
      run('aws ecs update-service --cluster c --service orders --task-definition orders').only('rollout').effect,
    ).toBe('on change');
    expect(
      run('aws ecs update-service --cluster c --service orders --task-definition orders:7').only('rollout').effect,
    ).toBe('unknown');
    expect(run('aws ecs update-service --cluster c --service orders --desired-count 2').facts).toEqual([]);
    expect(run('aws ecs wait services-stable --services orders').only('confirmation')).toMatchObject({
      what: 'ecs',
      label: 'aws ecs wait services-stable',
    });
  });
});

describe('other services', () => {
  it('App Runner is amd64, AgentCore arm64', () => {
    const runner = run(
      'aws apprunner create-service --service-name web --source-configuration \'{"AutoDeploymentsEnabled":true,"ImageRepository":{"ImageIdentifier":"x.io/web:latest"}}\'',
    );
    expect(runner.only('workload')).toMatchObject({
      service: 'apprunner',
      cpu: 'amd64',
      cpuBasis: 'service',
      autoDeploy: true,
      name: ['web'],
    });
    const agent = run(
      'aws bedrock-agentcore-control create-agent-runtime --agent-runtime-name a --agent-runtime-artifact containerConfiguration={containerUri=${URI}}',
    );
    expect(agent.only('workload')).toMatchObject({ service: 'agentcore', cpu: 'arm64', cpuBasis: 'service' });
    expect(agent.only('workload').image).toEqual({ kind: 'ref', ref: { repository: textOf('${URI}') } });
    expect(run('aws apprunner start-deployment --service-arn ${ARN}').only('rollout')).toMatchObject({
      service: 'apprunner',
      effect: 'forced',
    });
  });

  it('Batch jobs', () => {
    const job = run(
      'aws batch register-job-definition --job-definition-name j --type container --platform-capabilities FARGATE --container-properties \'{"image":"x.io/j:1"}\'',
    );
    expect(job.only('workload')).toMatchObject({ service: 'batch', name: ['j'], cpu: 'amd64', cpuBasis: 'default' });
  });

  it('stacks that nobody waits for, and who looks at them', () => {
    const { long } = run('aws cloudformation create-stack --stack-name s --template-body file://t.yaml').result;
    expect(long).toMatchObject({ what: 'deploy', label: 'aws cloudformation create-stack' });
    expect(long?.unconfirmed).toBeDefined();
    expect(run('aws cloudformation deploy --stack-name s --template-file t.yaml').result.long).toEqual({
      what: 'deploy',
      label: 'aws cloudformation deploy',
    });
    expect(run('aws cloudformation wait stack-create-complete --stack-name s').only('confirmation')).toMatchObject({
      what: 'stack',
      name: ['s'],
    });
    const output =
      "aws cloudformation describe-stacks --stack-name s --query 'Stacks[0].Outputs[?OutputKey==`Repo`].OutputValue' --output text";
    expect(run(output).stdout()).toBe('${s.Repo}\n');
  });

  it('what scripts ask for', () => {
    expect(run('aws sts get-caller-identity --query Account --output text').result.stdout?.[0]).toEqual({
      hole: 'account',
      nature: 'account',
    });
    expect(run('aws configure get region').result.stdout?.[0]).toEqual({ hole: 'region', nature: 'region' });
    expect(run('aws configure get region --region eu-north-1').stdout()).toBe('eu-north-1\n');
    expect(run('aws ssm get-parameter --name /app/repo --query Parameter.Value --output text').stdout()).toBe(
      '${/app/repo Parameter.Value}\n',
    );
    expect(
      run('jq -r .Account', { stdin: run('aws sts get-caller-identity').result.stdout ?? [] }).result.stdout?.[0],
    ).toEqual({ hole: 'account', nature: 'account' });
  });

  it('survives words that are nothing known', () => {
    expect(run('aws').facts).toEqual([]);
    expect(run('aws ${ARGS}').facts).toEqual([]);
    expect(run('aws ecr create-repository --repository-name').only('repository').name).toBeUndefined();
  });
});

describe('what a script may repeat', () => {
  it.each([
    'aws lambda create-function --function-name f --code ImageUri=x',
    'aws ecs create-service --service-name s',
    'aws codebuild start-build --project-name p',
  ])('%s is no long command', (line) => {
    expect(run(line).result.long).toBeUndefined();
  });

  it.each([
    'aws apprunner start-deployment --service-arn a',
    'aws deploy create-deployment --application-name a',
    'aws ecs update-service --service s --force-new-deployment',
  ])('%s is one', (line) => {
    expect(run(line).result.long?.what).toBe('rollout');
  });
});
