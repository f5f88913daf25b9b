import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/invoices:1.0';
const PUSH = `docker push ${IMAGE}`;
const RETRY = 'retry() { for i in 1 2 3; do "$@" && return 0; sleep 1; done; return 1; }';

async function masked(script: string, more: Record<string, string> = {}): Promise<string[]> {
  const { findings } = await judged({ 'push.sh': `#!/usr/bin/env bash\n${script}\n`, ...more });
  return findings
    .filter(({ rule }) => rule === 'deploy-exit-masked')
    .map(({ site: { file, span } }) => `${file}:${span.line}`);
}

describe('a failure that is answered', () => {
  it.each([
    [
      'by the status that the function hands on',
      `main() {\n  set -e\n  docker buildx build --load -t ${IMAGE} . || docker build -t ${IMAGE} .\n  ${PUSH}\n}\nmain "$@"; exit $?`,
    ],
    ['by `exit` alone', `main() {\n  ${PUSH}\n}\nmain "$@"\nexit`],
    [
      'by a status kept for the end',
      `main() {\n  set -e\n  docker buildx build --load -t ${IMAGE} . || docker buildx build --load --no-cache -t ${IMAGE} .\n}\nmain "$@"\nrc=$?\nexit $rc`,
    ],
    ['by another attempt after the retries', `${RETRY}\nretry ${PUSH} || retry ${PUSH} || exit 1\necho done`],
    ['by `exit 1` after the retries', `${RETRY}\nretry ${PUSH} || { echo "no push" >&2; exit 1; }\necho done`],
  ])('%s is not called unnoticed', async (_, script) => expect(await masked(script)).toEqual([]));

  it.each([
    [
      'another command only tells of it',
      `${PUSH} || curl -d failed https://example.com/hook\necho done`,
      ['push.sh:2'],
    ],
    [
      'the retries end well whatever happened',
      `retry() { for i in 1 2 3; do "$@" && return 0; sleep 1; done; }\nretry ${PUSH} || exit 1\necho done`,
      ['push.sh:3'],
    ],
    ['another status is handed on', `${PUSH}\necho done\nexit $?`, ['push.sh:2']],
  ])('is still unnoticed where %s', async (_, script, places) => expect(await masked(script)).toEqual(places));
});

describe('a body in brackets of its own', () => {
  const BODY = `cd app || exit 1\n${PUSH} | tee push.log\necho done`;

  it.each([
    ['a subshell', `(\n${BODY}\n)`],
    ['a group', `{\n${BODY}\n}`],
    ['a function', `main() {\n${BODY}\n}\nmain "$@"`],
    ['a substitution', `out="$(\n${BODY}\n)"\necho "$out"`],
  ])('%s hides no more than it did', async (_, script) => {
    expect(await masked(BODY)).toHaveLength(1);
    expect(await masked(script)).toHaveLength(1);
  });

  it('a script that another one runs hides no more than it did', async () => {
    expect(await masked(BODY, { 'all.sh': './push.sh "$@"\n' })).toEqual(['push.sh:3']);
  });
});
