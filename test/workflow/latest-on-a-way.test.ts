import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/parcels';

/** Where a workflow that may be asked for the newest tag as well is told that it has no other. */
async function latestOnly(...lines: string[]): Promise<number[]> {
  const head = [
    'on: { workflow_dispatch: { inputs: { version: { default: "" }, newest: { type: boolean, default: true } } } }',
    'jobs:',
    '  ship:',
    '    runs-on: ubuntu-24.04',
    '    env:',
    `      IMAGE: ${IMAGE}`,
    '      NEWEST: ${{ github.event.inputs.newest }}',
    '    steps:',
    '      - uses: actions/checkout@v4',
    '      - run: |',
    '          VERSION="${{ github.event.inputs.version }}"',
    '          if [ -z "$VERSION" ]; then VERSION="${GITHUB_SHA::8}"; fi',
  ];
  const build = 'docker buildx build --platform linux/amd64 --push "${NAMES[@]}" .';
  const { findings } = await judged({
    '.github/workflows/ship.yml': [...head, ...[...lines, build].map((line) => `          ${line}`), ''].join('\n'),
    Dockerfile: 'FROM public.ecr.aws/docker/library/alpine:3.22\n',
  });
  return findings.filter(({ rule }) => rule === 'latest-only').map(({ site }) => site.span.line - head.length);
}

describe('`latest` that somebody may ask for', () => {
  it('has the tag of the build beside it on each way on which it goes out', async () => {
    expect(
      await latestOnly(
        'NAMES=(--tag "$IMAGE:$VERSION")',
        'if [ "$NEWEST" = true ]; then NAMES+=(--tag "$IMAGE:latest"); fi',
      ),
    ).toEqual([]);
  });

  it('is alone where it stands for the tag of the build', async () => {
    expect(
      await latestOnly(
        'NAMES=(--tag "$IMAGE:$VERSION")',
        'if [ "$NEWEST" = true ]; then NAMES=(--tag "$IMAGE:latest"); fi',
      ),
    ).toEqual([2]);
  });
});
