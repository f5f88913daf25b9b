/** just and task: recipes and tasks run as shell, by themselves and from what calls them. */
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../src/discover/files.ts';
import { readProject } from '../../src/engine/read-project.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import type { Fact } from '../../src/model/facts.ts';
import { showRef } from '../../src/core/image-ref.ts';

async function factsOf(files: Record<string, string>): Promise<readonly Fact[]> {
  const bindings = new Map<string, readonly string[]>();
  const { readings, unreadable } = await readProject({ files: memoryFiles(files), bindings });
  expect(unreadable).toEqual([]);
  return evaluate({ readings, bindings });
}

async function pushesOf(files: Record<string, string>): Promise<string[]> {
  return (await factsOf(files)).flatMap((fact) => (fact.kind === 'push' ? [showRef(fact.ref)] : []));
}

/** The text at a fact's site. */
async function spotsOf(files: Record<string, string>, kind: Fact['kind']): Promise<string[]> {
  return (await factsOf(files)).flatMap((fact) =>
    fact.kind === kind ? [files[fact.site.file]?.slice(fact.site.span.start, fact.site.span.end) ?? ''] : [],
  );
}

describe('just', () => {
  it('puts variables and parameters into recipes', async () => {
    const justfile =
      'registry := "example.com"\nimage := registry / "api"\n\npush tag: (build tag)\n    docker push {{image}}:{{ tag }}\n\nbuild tag:\n    docker build -t {{image}}:{{tag}} .\n';
    expect(await pushesOf({ justfile, 'deploy.sh': 'just push 1.4.2\n' })).toContain('example.com/api:1.4.2');
  });

  it("knows a parameter's default, and that a caller may give another", async () => {
    expect(await pushesOf({ justfile: 'push tag="latest":\n  docker push api:{{tag}}\n' })).toEqual([
      'api:latest',
      'api:${tag}',
    ]);
  });

  it('uses the default where a caller leaves it', async () => {
    expect(
      await pushesOf({
        justfile: 'push tag="latest":\n  docker push api:{{tag}}\n',
        '.github/workflows/ci.yml':
          'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: just push\n',
      }),
    ).toEqual(['api:latest']);
  });

  it('decides conditionals, joins and functions', async () => {
    const justfile =
      'env := "prod"\nsuffix := if env == "prod" { "stable" } else { "dev" }\nname := uppercase("x") + "-" + suffix\n\npush:\n  docker push api:{{name}}\n';
    expect(await pushesOf({ justfile })).toEqual(['api:X-stable']);
  });

  it('runs what stands in backticks', async () => {
    expect(await pushesOf({ justfile: 'tag := `echo 1.2.3`\n\npush:\n  docker push api:{{tag}}\n' })).toEqual([
      'api:1.2.3',
    ]);
  });

  it('exports what is marked so, and takes overrides from the command line', async () => {
    const justfile = 'export TAG := "one"\n\npush:\n  docker push "api:$TAG"\n';
    expect(
      await pushesOf({
        justfile,
        '.github/workflows/ci.yml':
          'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: just TAG=two push\n',
      }),
    ).toEqual(['api:two']);
  });

  it('runs each line in a shell of its own, and a recipe with a #! as one script', async () => {
    const justfile =
      'one:\n  TAG=1\n  docker push "api:${TAG:-none}"\n\ntwo:\n  #!/usr/bin/env bash\n  set -euo pipefail\n  TAG=2\n  docker push "api:$TAG"\n';
    expect(await pushesOf({ justfile })).toEqual(['api:none', 'api:${TAG}', 'api:2']);
  });

  it('runs what comes before and after, once', async () => {
    const justfile =
      'all: a b && c\n\na: base\n  docker push a:1\n\nb: base\n  docker push b:1\n\nbase:\n  docker push base:1\n\nc:\n  docker push c:1\n';
    expect(await pushesOf({ justfile })).toEqual(['base:1', 'a:1', 'b:1', 'c:1']);
  });

  it('points at the exact characters, after an interpolation too', async () => {
    const files = { justfile: 'image := "api"\n\npush:\n    @docker push {{image}}:latest\n' };
    expect(await spotsOf(files, 'push')).toEqual(['docker push {{image}}:latest']);
  });

  it('sees that a `-` or a pipe under plain sh loses the status, and that pipefail keeps it', async () => {
    const deploys = async (justfile: string): Promise<(string | undefined)[]> =>
      (await factsOf({ justfile })).flatMap((fact) => (fact.kind === 'deploy' ? [fact.masked?.why] : []));
    expect(await deploys('a:\n  -npx cdk deploy\n')).toEqual(['ignored by make']);
    expect(await deploys('a:\n  npx cdk deploy | tee log\n')).toEqual(['pipe without pipefail']);
    expect(
      await deploys('set shell := ["bash", "-euo", "pipefail", "-c"]\n\na:\n  npx cdk deploy | tee log\n'),
    ).toEqual([undefined]);
  });

  it('survives a circle of recipes', async () => {
    expect(
      await pushesOf({ justfile: 'a: b\n  docker push a:1\nb: a\n  docker push b:1\nstart: a\n  true\n' }),
    ).toEqual(['b:1', 'a:1']);
  });

  it('says where a line is neither', async () => {
    const { unreadable } = await readProject({
      files: memoryFiles({ justfile: 'push:\n  docker push a:1\n!!\n' }),
      bindings: new Map(),
    });
    expect(unreadable).toEqual([
      { file: 'justfile', line: 3, column: 1, reason: 'neither an assignment nor a recipe' },
    ]);
  });
});

describe('task', () => {
  const taskfile = (tasks: string, head = ''): string => `version: '3'\n${head}tasks:\n${tasks}`;

  it('puts variables into commands', async () => {
    const files = {
      'Taskfile.yml': taskfile(
        '  push:\n    vars:\n      TAG: 1.4.2\n    cmds:\n      - docker push {{.IMAGE}}:{{.TAG}}\n',
        'vars:\n  IMAGE: example.com/api\n',
      ),
    };
    expect(await pushesOf(files)).toEqual(['example.com/api:1.4.2']);
  });

  it('hands variables to the tasks it calls', async () => {
    const tasks =
      '  release:\n    deps: [build]\n    cmds:\n      - task: push\n        vars: { TAG: stable }\n  build:\n    - docker build -t api .\n  push:\n    cmds:\n      - docker push api:{{.TAG}}\n';
    expect(await pushesOf({ 'Taskfile.yml': taskfile(tasks) })).toEqual(['api:stable']);
  });

  it('knows defaults, and that somebody may give another value', async () => {
    expect(
      await pushesOf({ 'Taskfile.yml': taskfile('  push: docker push api:{{.TAG | default "latest"}}\n') }),
    ).toEqual(['api:latest', 'api:${TAG}']);
    expect(
      await pushesOf({
        'Taskfile.yml': taskfile('  push: docker push api:{{default "latest" .TAG}}\n'),
        'a.sh': 'task push TAG=2.0\n',
      }),
    ).toContain('api:2.0');
  });

  it('runs `sh` variables and loops that are written out', async () => {
    const tasks =
      '  push:\n    vars:\n      TAG: { sh: echo 7 }\n    cmds:\n      - for: [api, worker]\n        cmd: docker push {{.ITEM}}:{{.TAG}}\n';
    expect(await pushesOf({ 'Taskfile.yml': taskfile(tasks) })).toEqual(['api:7', 'worker:7']);
  });

  it('finds tasks of included files by their namespace', async () => {
    const files = {
      'Taskfile.yml': taskfile('  all:\n    - task: images:push\n', 'includes:\n  images: ./images\n'),
      'images/Taskfile.yml': taskfile('  push: docker push api:1\n'),
    };
    expect(await pushesOf(files)).toEqual(['api:1']);
  });

  it('points at the exact characters inside block scalars', async () => {
    const files = {
      'Taskfile.yml': taskfile(
        '  push:\n    cmds:\n      - |\n        set -e\n        docker push {{.IMAGE}}:latest\n',
        'vars:\n  IMAGE: api\n',
      ),
    };
    expect(await spotsOf(files, 'push')).toEqual(['docker push {{.IMAGE}}:latest']);
  });

  it('sees ignored errors, and pipefail where it is set', async () => {
    const deploys = async (text: string): Promise<(string | undefined)[]> =>
      (await factsOf({ 'Taskfile.yml': text })).flatMap((fact) => (fact.kind === 'deploy' ? [fact.masked?.why] : []));
    expect(
      await deploys(taskfile('  a:\n    cmds:\n      - cmd: npx cdk deploy\n        ignore_error: true\n')),
    ).toEqual(['continue-on-error']);
    expect(await deploys(taskfile('  a: npx cdk deploy | tee log\n'))).toEqual(['pipe without pipefail']);
    expect(await deploys(taskfile('  a: npx cdk deploy | tee log\n', 'set: [pipefail]\n'))).toEqual([undefined]);
  });
});
