import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const NAME = 'parcels-gateway-dev';
const ASK = `aws ecr describe-repositories --repository-names ${NAME}`;
const CREATE = `aws ecr create-repository --repository-name ${NAME} --image-tag-mutability IMMUTABLE`;

/** How bad it is that a script and a module both make the repository. */
async function verdict(script: string): Promise<string | undefined> {
  const { findings } = await judged({
    'repositories.sh': `#!/usr/bin/env bash\n${script}\n`,
    'main.tf': `resource "aws_ecr_repository" "images" {\n  name = "${NAME}"\n  image_tag_mutability = "IMMUTABLE"\n}\n`,
  });
  return findings.find(({ rule }) => rule === 'repository-exists')?.severity;
}

describe('a repository that is made where it is missing', () => {
  it.each([
    ['at once', `${ASK} || ${CREATE}`],
    ['by its status', `${ASK} > /dev/null 2>&1\nif [ $? -ne 0 ]; then\n  ${CREATE}\nfi`],
    ['by the other way of its status', `${ASK}\nif [ $? -eq 0 ]; then echo there; else ${CREATE}; fi`],
    ['by the status of what it printed', `found=$(${ASK})\nif [ $? -ne 0 ]; then\n  ${CREATE}\nfi`],
    ['by a status that is kept', `${ASK}\nstatus=$?\necho asked\nif [[ $status != 0 ]]; then\n  ${CREATE}\nfi`],
    ['by the status of a pipe', `${ASK} | grep -q ${NAME}\nif [ $? != 0 ]; then\n  ${CREATE}\nfi`],
    ['by a list of `&&`', `${ASK}\n[ $? -ne 0 ] && ${CREATE}`],
  ])('is asked for %s', async (_, script) => expect(await verdict(script)).toBe('warning'));

  it.each([
    ['nobody asks', CREATE],
    ['another status decides', `${ASK}\naws sts get-caller-identity\nif [ $? -ne 0 ]; then\n  ${CREATE}\nfi`],
    ['it comes after', `${ASK}\nif [ $? -ne 0 ]; then echo missing; fi\n${CREATE}`],
  ])('is made whatever is there where %s', async (_, script) => expect(await verdict(script)).toBe('error'));
});
