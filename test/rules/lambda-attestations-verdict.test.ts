import { describe, expect, test } from 'vitest';
import { verdict, type Conditions } from '../../src/rules/lambda-attestations/verdict.ts';

const plain: Conditions = {
  tool: 'docker',
  driver: 'docker',
  output: 'store',
  host: { kind: 'developer' },
  provenance: 'default',
  sbom: 'default',
};
const hosted = { kind: 'github-hosted', label: 'ubuntu-24.04', engine: 28, cpu: 'amd64' } as const;
const preview = { kind: 'github-hosted', label: 'ubuntu-26.04', engine: 29, cpu: 'amd64' } as const;

const table: readonly [
  sentence: string,
  conditions: Partial<Conditions>,
  sure: 'none' | 'certain' | 'likely' | 'note',
][] = [
  ['a plain build on an unknown engine may', {}, 'likely'],
  ['a plain build on Engine 28 does not yet', { host: hosted }, 'note'],
  ['a plain build on Engine 29 does', { host: preview }, 'likely'],
  [
    'buildx --push with the docker-container driver does',
    { tool: 'buildx', driver: 'docker-container', output: 'registry' },
    'certain',
  ],
  [
    'buildx --push with the kubernetes driver does',
    { tool: 'buildx', driver: 'kubernetes', output: 'registry' },
    'certain',
  ],
  ['buildx --push with the remote driver does', { tool: 'buildx', driver: 'remote', output: 'registry' }, 'certain'],
  [
    'buildx --push with the docker driver on Engine 28 does not yet',
    { tool: 'buildx', output: 'registry', host: hosted },
    'note',
  ],
  [
    'buildx --push with a driver we do not know may',
    { tool: 'buildx', driver: 'unknown', output: 'registry' },
    'likely',
  ],
  ['buildx --load with the docker-container driver drops it', { tool: 'buildx', driver: 'docker-container' }, 'none'],
  ['buildx into a tar drops it', { tool: 'buildx', driver: 'docker-container', output: 'file' }, 'none'],
  [
    'a build that only fills the cache leaves nothing',
    { tool: 'buildx', driver: 'docker-container', output: 'nowhere' },
    'none',
  ],
  [
    'build-push-action that pushes does',
    { tool: 'build-push-action', driver: 'docker-container', output: 'registry', toolVersion: '6' },
    'certain',
  ],
  [
    'build-push-action pinned by hash does',
    {
      tool: 'build-push-action',
      driver: 'docker-container',
      output: 'registry',
      toolVersion: '0565240e2d4ab88bba5387d719585280857ece09',
    },
    'certain',
  ],
  [
    'build-push-action v3 turned it off',
    { tool: 'build-push-action', driver: 'docker-container', output: 'registry', toolVersion: 'v3' },
    'none',
  ],
  [
    'build-push-action v3.3.0 is what v3 replaced',
    { tool: 'build-push-action', driver: 'docker-container', output: 'registry', toolVersion: 'v2.10.0' },
    'none',
  ],
  [
    'build-push-action with load does not',
    { tool: 'build-push-action', driver: 'docker-container', output: 'store' },
    'none',
  ],
  ['bake-action that pushes does', { tool: 'bake-action', driver: 'docker-container', output: 'registry' }, 'certain'],
  ['Depot does', { tool: 'depot', driver: 'cloud', output: 'registry' }, 'certain'],
  ['provenance off is off', { driver: 'docker-container', output: 'registry', provenance: 'off' }, 'none'],
  [
    'provenance said by somebody, we cannot tell how, is nothing to report',
    { driver: 'docker-container', output: 'registry', provenance: 'unknown' },
    'none',
  ],
  ['provenance asked for is asked for, whatever the engine', { provenance: 'on', host: hosted }, 'certain'],
  ['an SBOM is an attestation too, even with provenance off', { provenance: 'off', sbom: 'on' }, 'certain'],
  ['the legacy builder attests nothing', { legacyBuilder: true, driver: 'docker' }, 'none'],
  ['podman attests nothing', { tool: 'podman', output: 'registry' }, 'none'],
  ['buildah attests nothing', { tool: 'buildah' }, 'none'],
  ['kaniko attests nothing', { tool: 'kaniko', output: 'registry', driver: 'none' }, 'none'],
  ['nerdctl attests nothing', { tool: 'nerdctl' }, 'none'],
  ['Finch attests nothing', { tool: 'finch' }, 'none'],
  ['sam build turns it off', { tool: 'sam' }, 'none'],
  [
    'a current CDK toolkit turns it off',
    { tool: 'cdk', driver: 'unknown', output: 'registry', toolVersion: '2.1148.1' },
    'none',
  ],
  [
    'the first CDK toolkit that turns it off',
    { tool: 'cdk', driver: 'unknown', output: 'registry', toolVersion: '2.179.0' },
    'none',
  ],
  [
    'an older CDK toolkit leaves it on',
    { tool: 'cdk', driver: 'unknown', output: 'registry', toolVersion: '2.178.2' },
    'likely',
  ],
  [
    'a CDK toolkit of the first major leaves it on',
    { tool: 'cdk', driver: 'unknown', output: 'registry', toolVersion: '1.204.0' },
    'likely',
  ],
  ['a CDK toolkit nobody pinned is taken for current', { tool: 'cdk', driver: 'unknown', output: 'registry' }, 'none'],
  ['docker compose build on an unknown engine may', { tool: 'compose' }, 'likely'],
  ['serverless on an unknown engine may', { tool: 'serverless' }, 'likely'],
];

describe('does a build leave an image index behind?', () => {
  test.each(table)('%s', (_, conditions, sure) => {
    const found = verdict({ ...plain, ...conditions });
    expect(found.kind === 'none' ? 'none' : found.sure).toBe(sure);
  });

  test('and it says why, with the names of the machine', () => {
    const found = verdict({ ...plain, host: hosted });
    expect(found.kind === 'index' && found.why).toContain('Docker Engine 28 of ubuntu-24.04 adds none yet');
  });
});
