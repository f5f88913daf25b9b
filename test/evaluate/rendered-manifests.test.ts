/** Manifests that a script fills in: which of the project's files each was made of, and which still speak for themselves. */
import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { judged } from './judged.ts';

const REPOSITORY = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/shop';

interface Manifest {
  readonly image: string;
  readonly arch: string;
  readonly namespace?: string;
}

const manifest = ({ image, arch, namespace }: Manifest): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n${namespace === undefined ? '' : `  namespace: ${namespace}\n`}spec:\n  template:\n    spec:\n      nodeSelector:\n        kubernetes.io/arch: ${arch}\n      containers:\n        - name: shop\n          image: ${image}\n`;

const ship = (commands: string): string =>
  `#!/bin/bash\nset -euo pipefail\ndocker build --platform linux/amd64 -t ${REPOSITORY}:7 .\ndocker push ${REPOSITORY}:7\nexport IMAGE=${REPOSITORY}:7\n${commands}\n`;

/** The images of the project, each with the file that says it and the CPU that it runs on. */
async function images(files: Record<string, string>): Promise<string[]> {
  const { model } = await judged({ Dockerfile: 'FROM alpine:3.22\n', ...files });
  return model.workloads
    .map(({ image, imageSite, cpu }) => `${image.kind === 'ref' ? showRef(image.ref) : '?'} ${imageSite.file} ${cpu}`)
    .sort();
}

describe('a manifest that a script fills in', () => {
  const staging = manifest({ image: '$IMAGE', arch: 'amd64', namespace: 'staging' });
  const fill = ship('envsubst < k8s/staging.yaml | kubectl apply -f -');

  it.each([
    ['another namespace', { image: `${REPOSITORY}:latest`, arch: 'arm64', namespace: 'prod' }],
    ['no namespace', { image: `${REPOSITORY}:latest`, arch: 'arm64' }],
    ['other nodes', { image: `${REPOSITORY}:latest`, arch: 'arm64', namespace: 'staging' }],
    ['an image written out', { image: `${REPOSITORY}:latest`, arch: 'amd64', namespace: 'staging' }],
  ])('leaves one of its kind and name alone that has %s', async (_, prod) => {
    expect(await images({ 'k8s/staging.yaml': staging, 'k8s/prod.yaml': manifest(prod), 'ship.sh': fill })).toEqual([
      `${REPOSITORY}:7 k8s/staging.yaml amd64`,
      `${REPOSITORY}:latest k8s/prod.yaml ${prod.arch}`,
    ]);
  });

  it('leaves one alone whose open image can never be what was put in', async () => {
    const prod = manifest({ image: '$ECR_HOST/till:latest', arch: 'amd64', namespace: 'staging' });
    const found = await images({ 'k8s/staging.yaml': staging, 'k8s/prod.yaml': prod, 'ship.sh': fill });
    expect(found).toHaveLength(2);
    expect(found).toContain(`${REPOSITORY}:7 k8s/staging.yaml amd64`);
  });

  it('is the one that has all its lines, where two of them fit', async () => {
    const open = (port: string): string =>
      `${manifest({ image: '${ECR_URL}:7', arch: 'amd64' })}          ports: [{ containerPort: ${port} }]\n`;
    expect(
      await images({
        'k8s/a.yaml': open('80'),
        'k8s/b.yaml': open('90'),
        'ship.sh': ship(`export ECR_URL=${REPOSITORY}\nenvsubst < k8s/b.yaml | kubectl apply -f -`),
      }),
    ).toEqual(['${ECR_URL}:7 k8s/a.yaml amd64', `${REPOSITORY}:7 k8s/b.yaml amd64`]);
  });

  it.each([
    ['a tag that is a word', 'TAG', 's|TAG|7|'],
    ['a tag that stands for others', 'latest', 's|:latest|:7|'],
  ])('may have %s', async (_, tag, edit) => {
    expect(
      await images({
        'k8s/api.yaml': manifest({ image: `${REPOSITORY}:${tag}`, arch: 'amd64' }),
        'ship.sh': ship(`sed "${edit}" k8s/api.yaml | kubectl apply -f -`),
      }),
    ).toEqual([`${REPOSITORY}:7 k8s/api.yaml amd64`]);
  });

  it('may be filled into a namespace that is open as well', async () => {
    expect(
      await images({
        'k8s/api.yaml': manifest({ image: '${ECR_URL}:7', arch: 'amd64', namespace: '$STAGE' }),
        'ship.sh': ship(`export STAGE=test ECR_URL=${REPOSITORY}\nenvsubst < k8s/api.yaml | kubectl apply -f -`),
      }),
    ).toEqual([`${REPOSITORY}:7 k8s/api.yaml amd64`]);
  });
});

describe('kubectl that is only tried out', () => {
  const written = manifest({ image: `${REPOSITORY}:7`, arch: 'arm64' });
  const apply = (options: string): string => ship(`kubectl apply ${options} -f - <<X\n${written}X`);
  // Some other manifest, which has nothing to do with it.
  const cron = manifest({ image: '$OTHER', arch: 'amd64' }).replaceAll('shop', 'tidy');

  it.each(['--dry-run=client', '--dry-run=server', '--dry-run'])('applies nothing: %s', async (option) => {
    const { model } = await judged({ 'ship.sh': apply(option), 'k8s/cron.yaml': cron });
    expect([model.workloads, model.facts.filter(({ kind }) => kind === 'rollout')]).toEqual([[], []]);
  });

  it.each(['--dry-run=none', '--dry-run=false', ''])('applies all the same: "%s"', async (option) => {
    expect(await images({ 'ship.sh': apply(option), 'k8s/cron.yaml': cron })).toEqual([
      `${REPOSITORY}:7 ship.sh arm64`,
    ]);
  });
});
