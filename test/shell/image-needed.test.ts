import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const REPO = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/parcels';
const CODE = 'aws lambda update-function-code --function-name parcels --image-uri';

/** A shell without errexit that runs the lines, and which of them lose a failure. */
function script(lines: readonly string[]): string {
  return ['#!/bin/sh', `REPO=${REPO}`, 'TAG=$(git rev-parse --short HEAD)', ...lines, ''].join('\n');
}

async function masked(...lines: string[]): Promise<string[]> {
  const { found } = await judged({
    '.github/workflows/ship.yml':
      'on: push\njobs:\n  ship:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./ship.sh\n',
    'ship.sh': script(lines),
    Dockerfile: 'FROM public.ecr.aws/lambda/python:3.12\n',
  });
  return found.filter((one) => one.startsWith('deploy-exit-masked')).map((one) => one.split(' ').slice(2).join(' '));
}

const BUILD = 'docker build --platform linux/amd64 --provenance=false -t';

describe('a function that takes the image of this very build', () => {
  const build = `${BUILD} $REPO:$TAG .`;
  const push = 'docker push $REPO:$TAG';

  it('fails without it, after the build or the push has failed', async () => {
    expect(await masked(build, push, `${CODE} $REPO:$TAG`)).toEqual([]);
  });

  it('fails without what was tagged from it', async () => {
    expect(await masked(`${BUILD} parcels .`, 'docker tag parcels $REPO:$TAG', push, `${CODE} $REPO:$TAG`)).toEqual([]);
  });

  it('fails without what one command builds and pushes', async () => {
    const both = 'docker buildx build --platform linux/amd64 --provenance=false --push -t $REPO:$TAG .';
    expect(await masked(both, `${CODE} $REPO:$TAG`)).toEqual([]);
  });

  it('fails where it is made', async () => {
    const made =
      'aws lambda create-function --function-name parcels --package-type Image --role r --code ImageUri=$REPO:$TAG';
    expect(await masked(build, push, made)).toEqual([]);
  });

  it('says nothing of a push of another tag', async () => {
    expect(
      await masked(build, push, `docker tag $REPO:$TAG $REPO:latest`, 'docker push $REPO:latest', `${CODE} $REPO:$TAG`),
    ).toEqual(['docker push $REPO:latest']);
  });

  it('is of no use where the wait after it decides', async () => {
    const wait = 'aws lambda wait function-updated --function-name parcels';
    expect(await masked(build, push, `${CODE} $REPO:$TAG`, wait)).toEqual([build, push, `${CODE} $REPO:$TAG`]);
  });
});

describe('what runs without the image of this build', () => {
  it.each(['latest', '$STAGE', '1.4.0'])('a function of %s takes the one before', async (tag) => {
    const lines = [`${BUILD} $REPO:${tag} .`, `docker push $REPO:${tag}`];
    expect(await masked(...lines, `${CODE} $REPO:${tag}`)).toEqual(lines);
  });

  it('the image of an earlier build of the commit lies on the desk, and in the registry', async () => {
    const { findings } = await judged({
      'ship.sh': script([`${BUILD} $REPO:$TAG .`, 'docker push $REPO:$TAG', `${CODE} $REPO:$TAG`]),
    });
    const lost = findings.filter(({ rule }) => rule === 'deploy-exit-masked');
    expect(lost.map(({ severity, site }) => `${severity} ${site.span.line}`)).toEqual(['note 4', 'note 5']);
  });

  it('a service of ECS is told to take what is not there', async () => {
    const lines = [`${BUILD} $REPO:$TAG .`, 'docker push $REPO:$TAG'];
    const update = 'aws ecs update-service --cluster main --service parcels --force-new-deployment';
    expect(await masked(...lines, update)).toEqual(lines);
  });
});
