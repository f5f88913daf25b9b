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
  ])('%s is not hidden', async (_, script) => expect(await hidden(script)).toEqual([]));

  it.each([
    ['what takes both outputs', `out=$(${BUILD} 2>&1)\necho "$out"`],
    ['what takes both of a group', `out=$( { ${BUILD}; } 2>&1 )\necho "$out"`],
    ['what takes both of a script', `out=$(bash -ec '${BUILD}' 2>&1)\necho "$out"`],
    ['a pipe that takes both', `${BUILD} 2>&1 | tail -5`],
    ['a pipe of both', `${BUILD} |& tail -5`],
    ['a device', `${BUILD} > /dev/null 2>&1`],
    ['the builder of old, which prints', `export DOCKER_BUILDKIT=0\n${BUILD} | tail -5`],
  ])('is hidden by %s', async (_, script) => expect(await hidden(script)).toHaveLength(1));
});

describe('a push, which prints', () => {
  it.each(['out=$(docker push parcels:1.0)\necho "$out"', 'docker push parcels:1.0 | tail -5'])(
    'is hidden by %j',
    async (script) => expect(await hidden(script)).toHaveLength(1),
  );
});
