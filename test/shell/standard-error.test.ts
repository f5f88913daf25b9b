import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const BUILD = 'docker build --platform linux/amd64 -t parcels:1.0 .';

async function hidden(script: string): Promise<string[]> {
  const { findings } = await judged({
    'ship.sh': `#!/usr/bin/env bash\nset -euo pipefail\n${script}\n`,
    Dockerfile: 'FROM scratch\n',
  });
  return findings.filter(({ rule }) => rule === 'deploy-output-hidden').map(({ message }) => message);
}

describe('a build, which shows its progress on standard error', () => {
  it.each([
    ['in a substitution', `out=$(${BUILD})\necho "$out"`],
    ['in a function that is substituted', `ship() {\n  ${BUILD}\n  echo parcels:1.0\n}\nimage=$(ship)\necho "$image"`],
    ['of buildx', 'out=$(docker buildx build --platform linux/amd64 --load -t parcels:1.0 .)\necho "$out"'],
    ['of bake', 'out=$(docker buildx bake)\necho "$out"'],
    ['in a pipe', `${BUILD} | tail -5`],
    ['in a script that is piped', `{ ${BUILD}; echo done; } | tail -5`],
    ['behind a file that takes the errors', `out=$(${BUILD} 2> build.log)\necho "$out"`],
    ['whose output goes nowhere', `${BUILD} > /dev/null`],
    ['whose output alone is thrown away', `${BUILD} 2>&1 > /dev/null`],
    ['whose errors go to the terminal', `${BUILD} 2> /dev/tty | tail -5`],
    ['whose errors were thrown away before', `{ ${BUILD} 2> build.log; } 2> /dev/null`],
    ['whose errors go where they went', `out=$(${BUILD} 2> /dev/stderr)\necho "$out"`],
    ['of compose', 'docker compose build | tail -5'],
  ])('%s is not hidden', async (_, script) => expect(await hidden(script)).toEqual([]));

  it.each([
    ['what takes both outputs', `out=$(${BUILD} 2>&1)\necho "$out"`],
    ['what takes both of a group', `out=$( { ${BUILD}; } 2>&1 )\necho "$out"`],
    ['what takes both of a script', `out=$(bash -ec '${BUILD}' 2>&1)\necho "$out"`],
    ['a pipe that takes both', `${BUILD} 2>&1 | tail -5`],
    ['a pipe of both', `${BUILD} |& tail -5`],
    ['a device', `${BUILD} > /dev/null 2>&1`],
    ['what throws the errors away', `${BUILD} 2> /dev/null`],
    ['what throws them away in a pipe', `${BUILD} 2>/dev/null | tail -5`],
    ['what throws them away in a substitution', `out=$(${BUILD} 2>>/dev/null)\necho "$out"`],
    ['what throws them away of bake', 'docker buildx bake 2>/dev/null | tail -5'],
    ['what throws them away of a group', `{ ${BUILD}; echo done; } 2> /dev/null`],
    ['what throws them away and keeps a file', `${BUILD} 2>/dev/null 1>out.log`],
    ['what closes them', `${BUILD} 2>&- | tail -5`],
    ['what takes both by the name of the device', `out=$(${BUILD} 2>/dev/stdout)\necho "$out"`],
    ['what takes both by its number', `${BUILD} 2>/dev/fd/1 | tail -5`],
    ['compose, which takes both', 'docker compose build 2>&1 | tail -5'],
    ['the builder of old, which prints', `export DOCKER_BUILDKIT=0\n${BUILD} | tail -5`],
  ])('is hidden by %s', async (_, script) => expect(await hidden(script)).toHaveLength(1));
});

describe('a push, which prints', () => {
  it.each(['out=$(docker push parcels:1.0)\necho "$out"', 'docker push parcels:1.0 | tail -5'])(
    'is hidden by %j',
    async (script) => expect(await hidden(script)).toHaveLength(1),
  );
});

it('says what throws the errors of a build away', async () => {
  expect(await hidden(`${BUILD} 2>/dev/null | tail -5`)).toEqual([
    expect.stringMatching(/^`docker build` sends its output to `2> \/dev\/null`/),
  ]);
  expect(await hidden(`${BUILD} 2>&-`)).toEqual([expect.stringMatching(/^`docker build` sends its output to `2>&-`/)]);
});
