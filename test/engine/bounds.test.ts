/** Evaluation is bounded, and says where a bound was met at something that matters. */
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

async function notices(script: string): Promise<readonly string[]> {
  const result = await check({
    files: memoryFiles({ 'push.sh': `#!/bin/bash\nset -e\n${script}\n` }),
    config: DEFAULT_CONFIG,
  });
  return (result.notices ?? []).map(({ message }) => message);
}

it('says where a script was left after its steps', async () => {
  const counting = 'for a in {1..60}; do for b in {1..60}; do for c in {1..60}; do n=$c; done; done; done';
  expect(await notices(`${counting}\ndocker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest`)).toEqual([
    'push.sh:3 takes more steps than there are to follow it (60,000 in all); what it does beyond them is not judged',
  ]);
});

it('says which loop had more turns than were followed, where it pushes', async () => {
  const loop = (body: string): string => `for ((i = 0; i < 100; i++)); do ${body}; done`;
  expect(await notices(loop('docker push "app:$i"'))).toEqual([
    'push.sh:3: the first 64 turns of this loop were followed; the others are not judged',
  ]);
  expect(await notices(loop('echo "$i"'))).toEqual([]);
  expect(await notices('for s in {1..64}; do docker push "app:$s"; done')).toEqual([]);
  expect(await notices('for ((i = 0; i < 3; i++)); do docker push "app:$i"; done')).toEqual([]);
});

it('says which command was run more often than it was followed', async () => {
  const loops = (body: string): string => `for a in {1..20}; do for b in {1..20}; do\n${body}\ndone; done`;
  expect(await notices(loops('docker push "app:$a-$b"'))).toEqual([
    'push.sh:4: this command was followed 150 times; its later runs are not judged',
  ]);
  expect(await notices(loops('echo "$a-$b"'))).toEqual([]);
});

it('follows functions that call a function that calls …', async () => {
  const chain = Array.from({ length: 300 }, (_, index) => `f${index}() { f${index + 1}; f${index + 1}; }`).join('\n');
  expect((await notices(`${chain}\nf0\ndocker push app:latest`)).length).toBeLessThan(4);
});

it('runs the buildspec of a CodeBuild project once, though it applies the Terraform that makes the project', async () => {
  const project = (name: string): string => `resource "aws_codebuild_project" "${name}" {
  name = "${name}"
  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    image = "aws/codebuild/standard:7.0"
    type  = "LINUX_CONTAINER"
  }
  source {
    type      = "CODEPIPELINE"
    buildspec = "ship.yml"
  }
}`;
  const commands = ['terraform apply -auto-approve', 'docker build -t quay:1.4 .'];
  const { notices, coverage, findings } = await check({
    files: memoryFiles({
      'main.tf': ['plan', 'ship', 'check', 'sail'].map(project).join('\n'),
      'ship.yml': `version: 0.2\nphases:\n  build:\n    commands:\n${commands.map((one) => `      - ${one} || true\n`).join('')}`,
    }),
    config: DEFAULT_CONFIG,
  });
  expect(notices ?? []).toEqual([]);
  expect(coverage.bounds).toEqual([]);
  expect(findings.map(({ site: { file, span } }) => `${file}:${span.line}`)).toContain('ship.yml:5');
});
