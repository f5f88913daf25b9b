import { describe, expect, it } from 'vitest';
import { show } from '../../src/core/text.ts';
import { names, run, textOf } from './harness.ts';

describe('commands around commands', () => {
  it.each([
    'sudo docker build -t x .',
    'sudo -E -u deploy docker build -t x .',
    'env A=1 docker build -t x .',
    'time docker build -t x .',
    'nice -n 10 docker build -t x .',
    'nohup docker build -t x .',
    'stdbuf -oL docker build -t x .',
    'timeout 60 docker build -t x .',
    'timeout -k 5 2m docker build -t x .',
    'retry -t 3 -- docker build -t x .',
    'retry 5 docker build -t x .',
    'aws-vault exec prod -- docker build -t x .',
    'chamber exec app -- docker build -t x .',
    'doppler run -- docker build -t x .',
    'op run --env-file=.env -- docker build -t x .',
    'cross-env A=1 docker build -t x .',
    'dotenv -e .env -- docker build -t x .',
    'poetry run docker build -t x .',
    'flock /tmp/lock docker build -t x .',
    'command docker build -t x .',
  ])('%s', (line) => {
    const { only, result } = run(line);
    expect(names(only('build'))).toEqual(['x']);
    expect(result.long).toEqual({ what: 'build', label: 'docker build', onErrors: true });
  });

  it('pass on what they add', () => {
    expect(run('env DOCKER_BUILDKIT=0 docker build .').only('build').legacyBuilder).toBe(true);
    expect(run('sudo DOCKER_DEFAULT_PLATFORM=linux/arm64 docker build .').only('build').platforms).toEqual({
      kind: 'set',
      list: [{ os: 'linux', arch: 'arm64' }],
    });
    const limited = run('timeout 5m cdk deploy');
    expect(limited.changes[0]?.limit).toMatchObject({ seconds: 300, by: 'timeout 5m' });
    expect(limited.under(limited.changes[0]?.limit?.site)).toBe('5m');
    expect(run('timeout 0 cdk deploy').changes[0]?.limit).toBeUndefined();
    expect(run('timeout ${LIMIT} cdk deploy').changes[0]?.limit).toBeUndefined();
  });

  it('look only with -v', () => {
    expect(run('command -v docker').result.status).toBe('unknown');
  });

  it('xargs appends, places and repeats', () => {
    expect(
      run('xargs -n1 docker push', { stdin: 'a:1\nb:1\n' })
        .all('push')
        .map((push) => push.ref.repository),
    ).toEqual([['a'], ['b']]);
    expect(
      run('xargs -I{} docker push ${ECR}/{}:1', { stdin: 'a b' })
        .all('push')
        .map((push) => show(push.ref.repository)),
    ).toEqual(['a', 'b']);
    expect(
      run('xargs aws ecr batch-delete-image --repository-name r --image-ids', {
        stdin: textOf('${untagged images@r}'),
      }).only('cleanup').removes,
    ).toBe('untagged');
  });
});

describe('packages', () => {
  it.each([
    'npx cdk deploy --all',
    'npx --yes aws-cdk@2.150.0 deploy',
    'npx -p aws-cdk cdk deploy',
    'pnpm exec cdk deploy',
    'pnpm dlx aws-cdk deploy',
    'bunx cdk deploy',
    'npm exec -- cdk deploy',
    'yarn cdk deploy',
    'pnpm cdk deploy',
    'yarn dlx aws-cdk deploy',
    'bun x cdk deploy',
    'npx cdk@${V} deploy',
    'corepack pnpm exec cdk deploy',
  ])('%s is cdk deploy', (line) => {
    expect(run(line).result.long).toMatchObject({ what: 'deploy', label: 'cdk deploy' });
  });

  it('keep a pinned version', () => {
    expect(run('npx aws-cdk@2.150.0 deploy').only('rollout').toolVersion).toBe('2.150.0');
    expect(run('npx cdk deploy').only('rollout').toolVersion).toBeUndefined();
  });

  it('run in the folder they are told', () => {
    expect(run('npx --prefix infra cdk deploy').changes[0]?.cwd).toBe('infra');
    expect(run('pnpm -C infra exec cdk deploy').changes[0]?.cwd).toBe('infra');
  });

  it('install without doing anything here', () => {
    for (const line of ['npm ci', 'pnpm install', 'yarn add x', 'npm publish --provenance'])
      expect(run(line)).toMatchObject({ facts: [], unknown: [] });
  });
});

describe('deploys', () => {
  it.each([
    ['cdk deploy --all --require-approval never', 'deploy', 'cdk deploy'],
    ['cdk destroy -f', 'destroy', 'cdk destroy'],
    ['cdk bootstrap aws://1/2', 'bootstrap', 'cdk bootstrap'],
    ['sam deploy --no-confirm-changeset', 'deploy', 'sam deploy'],
    ['sam build --use-container', 'build', 'sam build'],
    ['sls deploy --stage prod', 'deploy', 'sls deploy'],
    ['terraform apply -auto-approve', 'deploy', 'terraform apply'],
    ['terraform -chdir=infra destroy', 'destroy', 'terraform destroy'],
    ['tofu apply', 'deploy', 'tofu apply'],
    ['pulumi up --yes', 'deploy', 'pulumi up'],
    ['copilot svc deploy --name api', 'deploy', 'copilot svc deploy'],
    ['copilot deploy', 'deploy', 'copilot deploy'],
    ['helm upgrade --install api ./chart', 'deploy', 'helm upgrade'],
    ['eb deploy prod', 'deploy', 'eb deploy'],
    ['amplify push --yes', 'deploy', 'amplify push'],
  ])('%s', (line, what, label) => {
    expect(run(line).result.long).toMatchObject({ what, label });
  });

  it.each([
    'cdk list',
    'cdk diff',
    'cdk synth',
    'cdk deploy --method=prepare-change-set',
    'terraform plan',
    'pulumi preview',
    'sls deploy list',
    'sam validate',
    'kubectl get pods',
    'helm lint',
  ])('%s deploys nothing', (line) => {
    expect(run(line).result.long).toBeUndefined();
    expect(run(line).all('rollout')).toEqual([]);
  });

  it('says what returns early', () => {
    expect(run('cdk deploy --express').result.long?.unconfirmed).toBeDefined();
    expect(run('cdk deploy').result.long?.unconfirmed).toBeUndefined();
  });

  it('ecs-deploy gives the service the image, as a program, in its container, and of the other author', () => {
    const taken = {
      kind: 'rollout',
      service: 'ecs',
      effect: 'forced',
      name: ['web'],
      image: { repository: ['web'], tag: [{ hole: 'SHA' }] },
    };
    expect(run('ecs-deploy -c main -n web -t 600 -i eu.example.com/web:${SHA}').only('rollout')).toMatchObject({
      ...taken,
      label: 'ecs-deploy',
    });
    expect(
      run(
        'docker run --rm silintl/ecs-deploy --cluster main --service-name web --image eu.example.com/web:${SHA}',
      ).only('rollout'),
    ).toMatchObject(taken);
    expect(
      run('ecs deploy main web --image app eu.example.com/web:${SHA} --timeout 600').only('rollout'),
    ).toMatchObject({ ...taken, label: 'ecs deploy' });
    expect(run('docker run fabfuel/ecs-deploy:1.15.0 ecs deploy main web --tag ${SHA}').only('rollout')).toMatchObject({
      name: ['web'],
    });
    expect(run('ecs scale main web 4').all('rollout')).toEqual([]);
  });

  it('rolls out on Kubernetes', () => {
    expect(run('kubectl rollout restart deployment/api').only('rollout')).toMatchObject({
      service: 'eks',
      effect: 'forced',
      name: ['api'],
    });
    const image = run('kubectl set image deployment/api api=${REPO}:${SHA}').only('rollout');
    expect([image.effect, show(image.image?.tag ?? [])]).toEqual(['on change', '${SHA}']);
  });

  it('sees an update inside a program', () => {
    expect(
      run('python3 -', {
        stdin: 'import boto3\nboto3.client("lambda").update_function_code(FunctionName="f", ImageUri=uri)\n',
      }).only('rollout'),
    ).toMatchObject({ service: 'lambda', effect: 'unknown' });
    expect(run('python3 -', { stdin: 'print(1)' }).facts).toEqual([]);
  });
});
