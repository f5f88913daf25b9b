import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const TEMPLATE = `Resources:
  Invoices:
    Type: AWS::Lambda::Function
    Properties:
      PackageType: Image
      Architectures: [arm64]
      Role: arn:aws:iam::123456789012:role/functions
      Code:
        ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/invoices:1.0
`;

const PUSH = (platform: string): string => `#!/usr/bin/env bash
set -euo pipefail
${platform}
docker build \${PLATFORM:+--platform "$PLATFORM"} --provenance=false -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/invoices:1.0 .
docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/invoices:1.0
`;

async function told(files: Record<string, string>): Promise<string[]> {
  const { findings } = await judged({ 'template.yaml': TEMPLATE, ...files });
  return findings.map(({ rule, confidence }) => `${rule} ${confidence}`);
}

describe('a wrapper that hands on "$@" and that nobody calls', () => {
  const WITH_DEFAULT = PUSH('PLATFORM="${1:-linux/amd64}"');

  it.each([
    ['runs the script', './push.sh "$@"'],
    ['runs it by a shell', 'bash push.sh "$@"'],
    ['becomes it', 'exec ./push.sh "$@"'],
    ['sources it', 'source ./push.sh "$@"'],
    ['hands on unquoted words', './push.sh $@'],
    ['has a function between', 'run() { ./push.sh "$@"; }\nrun "$@"'],
  ])('%s: what the script finds is what it finds by itself', async (_, line) => {
    expect(await told({ 'push.sh': WITH_DEFAULT })).toEqual(['arch-mismatch likely']);
    expect(await told({ 'push.sh': WITH_DEFAULT, 'all.sh': `${line}\n` })).toEqual(['arch-mismatch likely']);
  });

  it('gives words of its own first: what comes after them may be anything', async () => {
    const second = PUSH('[ "$1" = live ]; PLATFORM="${2:-linux/amd64}"');
    expect(await told({ 'push.sh': second, 'all.sh': './push.sh live "$@"\n' })).toEqual(['arch-mismatch likely']);
    expect(await told({ 'push.sh': second, 'all.sh': './push.sh live\n' })).toEqual(['arch-mismatch certain']);
    expect(await told({ 'push.sh': second, 'all.sh': './push.sh live linux/arm64 "$@"\n' })).toEqual([]);
  });

  it('keeps what may be anything through a shift and a slice', async () => {
    const later = PUSH('shift 3; PLATFORM="${1:-linux/amd64}"');
    expect(await told({ 'push.sh': later, 'all.sh': './push.sh live "$@"\n' })).toEqual(['arch-mismatch likely']);
    const sliced = PUSH('rest=("${@:2}"); PLATFORM="${rest[0]:-linux/amd64}"');
    expect(await told({ 'push.sh': sliced, 'all.sh': './push.sh live "$@"\n' })).not.toContain('arch-mismatch certain');
  });

  it('is not said to leave the platform out where an option of the caller may set it', async () => {
    const options = PUSH(
      'PLATFORM=""\nwhile [ $# -gt 0 ]; do case "$1" in --platform) PLATFORM="$2"; shift 2 ;; *) exit 2 ;; esac; done',
    );
    expect(await told({ 'push.sh': options })).toEqual(['platform-unset likely']);
    expect(await told({ 'push.sh': options, 'all.sh': './push.sh "$@"\n' })).toEqual(['platform-unset likely']);
  });
});
