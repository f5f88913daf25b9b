/** GitLab's pipelines as a project has them: files that others include, and names that GitLab gives. */
import { describe, expect, it } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { place } from '../../src/core/site.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { readProject } from '../../src/engine/read-project.ts';
import type { Fact } from '../../src/model/facts.ts';

type Texts = Readonly<Record<string, string>>;

async function factsOf(texts: Texts): Promise<readonly Fact[]> {
  const bindings = new Map<string, readonly string[]>();
  const { readings, unreadable } = await readProject({ files: memoryFiles(texts), bindings });
  expect(unreadable).toEqual([]);
  return evaluate({ readings, bindings });
}

async function pushes(texts: Texts): Promise<string[]> {
  return (await factsOf(texts)).flatMap((one) =>
    one.kind === 'push' ? `${showRef(one.ref)} at ${place(one.site).split(':')[0]}` : [],
  );
}

const push = (name: string): string => `push-${name}:\n  stage: ship\n  script:\n    - docker push depot/${name}:v1\n`;

describe('what a pipeline includes is read, whatever it is called', () => {
  it.each([
    ['a map', 'include:\n  - local: delivery/ship.yml\n'],
    ['a path', 'include: delivery/ship.yml\n'],
    ['a list of paths', 'include: [delivery/ship.yml]\n'],
    ['one map', 'include: { local: /delivery/ship.yml }\n'],
    ['a pattern', 'include: /delivery/*.yml\n'],
    ['a pattern of folders', "include: '**/ship.yml'\n"],
    ['under a condition', 'include:\n  - local: ./delivery/ship.yml\n    rules: [{ if: $SHIP }]\n'],
  ])('%s', async (_, main) => {
    expect(
      await pushes({ '.gitlab-ci.yml': main, 'delivery/ship.yml': push('web'), 'delivery/deep/other.yml': push('no') }),
    ).toEqual(['depot/web:v1 at delivery/ship.yml']);
  });

  it('goes on from file to file, and takes each once', async () => {
    expect(
      await pushes({
        '.gitlab-ci.yml': 'include: steps/one.yml\n',
        'steps/one.yml': `include: [steps/two.yml, .gitlab-ci.yml]\n${push('one')}`,
        'steps/two.yml': `include: steps/one.yml\n${push('two')}`,
      }),
    ).toEqual(['depot/two:v1 at steps/two.yml', 'depot/one:v1 at steps/one.yml']);
  });

  it('takes what it only declares', async () => {
    expect(
      await pushes({
        '.gitlab-ci.yml': 'include: ci/names.yml\nship:\n  extends: .ship\n',
        'ci/names.yml': 'variables: { NAME: depot/web }\n.ship:\n  script: docker push $NAME:v1\n',
      }),
    ).toEqual(['depot/web:v1 at ci/names.yml']);
  });

  it('leaves files that nobody includes, and that are something else by their name', async () => {
    expect(
      await pushes({
        '.gitlab-ci.yml': 'include: [compose.yaml, gone.yml]\n',
        'ci/ship.yml': push('web'),
        'compose.yaml': 'services: { web: { image: web } }\n',
      }),
    ).toEqual([]);
  });

  it('runs a child pipeline by itself', async () => {
    expect(
      await pushes({
        '.gitlab-ci.yml':
          'a:\n  trigger: { include: web/pipe.yml }\nb:\n  trigger:\n    include:\n      - local: api/pipe.yml\n',
        'web/pipe.yml': push('web'),
        'api/pipe.yml': push('api'),
      }),
    ).toEqual(['depot/web:v1 at web/pipe.yml', 'depot/api:v1 at api/pipe.yml']);
  });
});

describe('what is included from elsewhere is named', () => {
  const spots = async (text: string): Promise<(readonly [string, string | undefined])[]> =>
    (await factsOf({ '.gitlab-ci.yml': text })).flatMap((one) =>
      one.kind === 'blind-spot' ? [[one.label, one.given[0]?.role] as const] : [],
    );

  it.each([
    ['{ project: tools/ci, file: /ship.yml }', 'the include of project tools/ci'],
    ['{ remote: "https://ci.example.com/ship.yml" }', 'the include of remote https://ci.example.com/ship.yml'],
    ['https://ci.example.com/ship.yml', 'the include of remote https://ci.example.com/ship.yml'],
    ['{ template: Auto-DevOps.gitlab-ci.yml }', 'the include of template Auto-DevOps.gitlab-ci.yml'],
    ['{ component: $CI_SERVER_FQDN/tools/ship@1 }', 'the include of component $CI_SERVER_FQDN/tools/ship@1'],
  ])('%s', async (entry, label) => {
    expect(await spots(`include:\n  - ${entry}\nvariables: { IMAGE: depot/web }\n`)).toEqual([[label, 'IMAGE']]);
  });

  it.each([
    'Security/SAST.gitlab-ci.yml',
    'Security/Container-Scanning.gitlab-ci.yml',
    'Jobs/Secret-Detection.gitlab-ci.yml',
    'Jobs/Secret-Detection.latest.gitlab-ci.yml',
    'Jobs/SAST-IaC.gitlab-ci.yml',
    'Jobs/Code-Quality.gitlab-ci.yml',
    'Jobs/Dependency-Scanning.gitlab-ci.yml',
    'Jobs/License-Scanning.gitlab-ci.yml',
    'Jobs/Container-Scanning.gitlab-ci.yml',
    'Workflows/MergeRequest-Pipelines.gitlab-ci.yml',
    'Verify/Browser-Performance.gitlab-ci.yml',
  ])('unless it is a template of GitLab that only looks: %s', async (name) => {
    expect(await spots(`include:\n  - template: ${name}\nvariables: { IMAGE: depot/web }\n`)).toEqual([]);
    expect(await spots(`include: { project: tools/ci, file: /${name} }\n`)).toHaveLength(1);
  });

  it.each([
    'AWS/Deploy-ECS.gitlab-ci.yml',
    'Jobs/Deploy.gitlab-ci.yml',
    'Jobs/Deploy/ECS.gitlab-ci.yml',
    'Jobs/Build.gitlab-ci.yml',
    'Auto-DevOps.gitlab-ci.yml',
    'Docker.gitlab-ci.yml',
    'Jobs/SASTRA.gitlab-ci.yml',
    'Security/$NAME.gitlab-ci.yml',
  ])('where it is a template that may build or deploy: %s', async (name) => {
    expect(await spots(`include:\n  - template: ${name}\n`)).toHaveLength(1);
  });

  it('with what a job of its making is given', async () => {
    expect(
      await spots('include: { project: tools/ci }\nship:\n  extends: .ship\n  variables: { IMAGE: depot/web }\n'),
    ).toEqual([
      ['the include of project tools/ci', undefined],
      ['.ship, from an include', 'IMAGE'],
    ]);
  });
});
