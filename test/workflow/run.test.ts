import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { place } from '../../src/core/site.ts';
import { factsOf, guards, ofKind, oneJob, shown } from './project.ts';

describe('steps that run scripts', () => {
  it('see the environment of workflow, job and step, the matrix and the runner', () => {
    const facts = factsOf({
      '.github/workflows/deploy.yml': `on: push
env:
  REGISTRY: 123456789012.dkr.ecr.eu-north-1.amazonaws.com
jobs:
  build:
    runs-on: \${{ matrix.runner }}
    strategy:
      matrix:
        include:
          - { arch: amd64, runner: ubuntu-24.04 }
          - { arch: arm64, runner: ubuntu-24.04-arm }
    env:
      NAME: api
    steps:
      - name: Build
        env:
          TAG: \${{ github.sha }}-\${{ matrix.arch }}
        run: docker build -t "$REGISTRY/$NAME:$TAG" --platform linux/\${{ matrix.arch }} .
`,
    });
    const builds = ofKind(facts, 'build');
    expect(
      builds.map(({ names, host }) => [names.map(({ ref }) => showRef(ref)), host.kind, host.cpu, host.engine]),
    ).toEqual([
      [['123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:${github.sha}-amd64'], 'github-hosted', 'amd64', 28],
      [['123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:${github.sha}-arm64'], 'github-hosted', 'arm64', 28],
    ]);
    expect(builds.map(({ run }) => run)).toEqual([
      '.github/workflows/deploy.yml#build#0',
      '.github/workflows/deploy.yml#build#1',
    ]);
    expect(builds[1]?.site.via?.map(({ label }) => label)).toEqual([
      'deploy.yml › job build (arm64, ubuntu-24.04-arm) › step Build',
    ]);
    expect(builds[0]?.site.span).toMatchObject({ line: 18, column: 14 });
  });

  it('hand values on through $GITHUB_ENV and $GITHUB_OUTPUT', () => {
    const facts = factsOf(
      oneJob(`
- run: echo "IMAGE=repo/app" >> $GITHUB_ENV
- id: tag
  run: |
    echo "value=v1" >> "$GITHUB_OUTPUT"
- run: docker push $IMAGE:\${{ steps.tag.outputs.value }}
`),
    );
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['repo/app:v1']);
  });

  it('hand outputs on to jobs that need theirs, whatever the order in the file', () => {
    const facts = factsOf({
      '.github/workflows/deploy.yml': `on: push
jobs:
  push:
    needs: name
    runs-on: ubuntu-latest
    steps:
      - run: docker push \${{ needs.name.outputs.image }}
  name:
    runs-on: ubuntu-latest
    outputs:
      image: \${{ steps.n.outputs.image }}
    steps:
      - id: n
        run: echo "image=repo/app:\${GITHUB_SHA}" >> $GITHUB_OUTPUT
`,
    });
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['repo/app:${github.sha}']);
  });

  it('run without pipefail unless bash is named', () => {
    const masked = (shell: string): (string | undefined)[] =>
      ofKind(factsOf(oneJob(`- run: docker push repo/app:v1 | tee log\n${shell}`)), 'deploy').map(
        (one) => one.masked?.why,
      );
    expect(masked('')).toEqual(['pipe without pipefail']);
    expect(masked('  shell: bash')).toEqual([undefined]);
    expect(masked('  shell: bash -e {0}')).toEqual(['pipe without pipefail']);
    expect(masked('  shell: bash -euo pipefail {0}')).toEqual([undefined]);
    expect(masked('  shell: pwsh')).toEqual([]);
  });

  it('are masked by continue-on-error and limited by timeout-minutes', () => {
    const [deploy] = ofKind(
      factsOf(oneJob('- run: npx cdk deploy --all\n  continue-on-error: true', { job: 'timeout-minutes: 5' })),
      'deploy',
    );
    expect(deploy?.masked).toMatchObject({ by: 'continue-on-error: true', why: 'continue-on-error' });
    expect(deploy?.limit).toMatchObject({ seconds: 300, by: 'timeout-minutes: 5' });
    expect(deploy?.limit === undefined ? '' : place(deploy.limit.site)).toBe('.github/workflows/deploy.yml:5');
  });

  it('paste known text as code', () => {
    const facts = factsOf({
      '.github/workflows/deploy.yml': `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    strategy: { matrix: { command: ["docker push repo/a:1 && docker push repo/b:1"] } }
    steps:
      - run: \${{ matrix.command }}
`,
    });
    expect(
      ofKind(facts, 'push').map(({ ref, site }) => `${showRef(ref)} at ${place(site)}:${site.span.column}`),
    ).toEqual(['repo/a:1 at .github/workflows/deploy.yml:7:14', 'repo/b:1 at .github/workflows/deploy.yml:7:14']);
  });

  it('split on a condition nobody can decide, the same way everywhere', () => {
    const facts = factsOf(
      oneJob(`
- run: docker build -t app:\${{ github.ref == 'refs/heads/main' && 'prod' || 'dev' }} .
- if: github.ref != 'refs/heads/main'
  run: docker push app:dev
`),
    );
    expect(ofKind(facts, 'build').map((one) => [one.names.map(({ ref }) => showRef(ref)).join(), guards(one)])).toEqual(
      [
        ['app:prod', 'github.ref == refs/heads/main is true, github.ref is refs/heads/main'],
        ['app:dev', 'github.ref == refs/heads/main is false'],
      ],
    );
    expect(ofKind(facts, 'push').map(guards)).toEqual(['github.ref == refs/heads/main is false']);
  });

  it('do not run when their condition is false', () => {
    expect(
      factsOf(oneJob('- if: false\n  run: docker push a:b\n- if: ${{ failure() }}\n  run: docker push a:b')),
    ).toEqual([]);
  });

  it('know the branch when only pushes to one start the workflow', () => {
    const facts = factsOf(
      oneJob('- run: docker push app:${{ github.ref_name }}', { on: '{ push: { branches: [main] } }' }),
    );
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['app:main']);
  });
});

describe('calls', () => {
  it('follow reusable workflows with their inputs, and back with their outputs', () => {
    const facts = factsOf({
      '.github/workflows/main.yml': `on: push
jobs:
  image:
    uses: ./.github/workflows/build.yml
    with: { tag: v7 }
    secrets: inherit
  push:
    needs: image
    runs-on: ubuntu-latest
    steps: [{ run: "docker push \${{ needs.image.outputs.name }}" }]
`,
      '.github/workflows/build.yml': `on:
  workflow_call:
    inputs:
      tag: { type: string, default: latest }
    outputs:
      name: { value: "\${{ jobs.b.outputs.name }}" }
jobs:
  b:
    runs-on: ubuntu-24.04-arm
    outputs: { name: "\${{ steps.s.outputs.name }}" }
    steps:
      - run: docker build -t repo/app:\${{ inputs.tag }} .
      - id: s
        run: echo "name=repo/app:\${{ inputs.tag }}" >> $GITHUB_OUTPUT
`,
    });
    expect(
      ofKind(facts, 'build').map(({ names, host }) => [names.map(({ ref }) => showRef(ref)).join(), host.cpu]),
    ).toEqual([['repo/app:v7', 'arm64']]);
    expect(ofKind(facts, 'build')[0]?.site.via?.map(({ label }) => label)).toEqual([
      'main.yml › job image',
      'build.yml › job b › step docker build -t repo/app:${{ inputs.tag }} .',
    ]);
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['repo/app:v7']);
  });

  it('keep a default that a caller may replace apart from what it may be', () => {
    const facts = factsOf({
      '.github/workflows/build.yml': `on:
  workflow_call:
    inputs:
      tag: { type: string, default: latest }
jobs:
  b:
    runs-on: ubuntu-latest
    steps: [{ run: "docker push repo/app:\${{ inputs.tag }}" }]
`,
    });
    expect(ofKind(facts, 'push').map((one) => [showRef(one.ref), guards(one)])).toEqual([
      ['repo/app:latest', 'default:inputs.tag@.github/workflows/build.yml is unset'],
      ['repo/app:${inputs.tag}', 'default:inputs.tag@.github/workflows/build.yml is set'],
    ]);
  });

  it('ask only once whether an input was given', () => {
    const facts = factsOf({
      '.github/workflows/build.yml': `on:
  workflow_dispatch:
    inputs:
      tag: { default: v1 }
jobs:
  b:
    runs-on: ubuntu-latest
    steps: [{ run: "docker push repo/app:\${{ inputs.tag || 'v0' }}" }]
`,
    });
    expect(ofKind(facts, 'push').map(({ ref }) => showRef(ref))).toEqual(['repo/app:v1', 'repo/app:${inputs.tag}']);
  });

  it('follow composite actions on the same machine', () => {
    const facts = factsOf({
      ...oneJob(
        '- uses: ./.github/actions/prepare\n- id: n\n  uses: ./.github/actions/name\n  with: { app: web }\n- run: docker build --push -t ${{ steps.n.outputs.image }} $EXTRA .',
      ),
      '.github/actions/prepare/action.yml':
        'runs:\n  using: composite\n  steps:\n    - uses: docker/setup-buildx-action@v3\n      with: { install: true }\n    - shell: bash\n      run: echo "EXTRA=--provenance=false" >> $GITHUB_ENV\n',
      '.github/actions/name/action.yml':
        'inputs:\n  app: { required: true }\noutputs:\n  image: { value: "${{ steps.x.outputs.image }}" }\nruns:\n  using: composite\n  steps:\n    - id: x\n      shell: bash\n      run: echo "image=repo/${{ inputs.app }}:1" >> $GITHUB_OUTPUT\n',
    });
    expect(ofKind(facts, 'build').map(shown)).toEqual([
      "docker build: repo/web:1 for the builder's own platform by docker-container to registry, provenance off",
    ]);
  });

  it('end where workflows call each other in a circle, and say so', () => {
    const call = (name: string): string =>
      `on: [push, workflow_call]\njobs:\n  a:\n    uses: ./.github/workflows/${name}.yml\n`;
    expect(factsOf({ '.github/workflows/a.yml': call('b'), '.github/workflows/b.yml': call('a') })).toMatchObject([
      { kind: 'unfollowed', what: 'levels', site: { file: '.github/workflows/b.yml' } },
      { kind: 'unfollowed', what: 'levels', site: { file: '.github/workflows/a.yml' } },
    ]);
  });
});
