import { describe, expect, test } from 'vitest';
import { byDefault, given, when } from '../../src/core/choices.ts';
import { literal } from '../../src/core/text.ts';
import { rule as immutableRetag } from '../../src/rules/immutable-retag/rule.ts';
import { rule as latestOnly } from '../../src/rules/latest-only/rule.ts';
import { rule as mutableRepository } from '../../src/rules/mutable-repository/rule.ts';
import { rule as regionMismatch } from '../../src/rules/region-mismatch/rule.ts';
import { rule as registryNoPullGrant } from '../../src/rules/registry-no-pull-grant/rule.ts';
import { rule as repositoryExists } from '../../src/rules/repository-exists/rule.ts';
import { rule as repositoryNameFixed } from '../../src/rules/repository-name-fixed/rule.ts';
import { rule as retagLost } from '../../src/rules/retag-lost/rule.ts';
import { rule as sameTagNoRollout } from '../../src/rules/same-tag-no-rollout/rule.ts';
import { rule as untaggedCleanup } from '../../src/rules/untagged-cleanup/rule.ts';
import { covers, tagNature } from '../../src/rules/support/tags.ts';
import {
  at,
  build,
  cleanup,
  model,
  push,
  ref,
  repository,
  rollout,
  run,
  sail,
  sailing,
  tag,
  workload,
} from './facts.ts';
import { link } from '../../src/model/link.ts';
import { applyEdits } from '../../src/fix/fix.ts';

const HOST = '123456789012.dkr.ecr.eu-north-1.amazonaws.com';
const second = (reference: string) =>
  push(reference, { site: at('scripts/deploy.sh:13:1', `docker push ${reference}`) });

describe('what a tag tells', () => {
  test.each([
    ['r/api', 'latest'],
    ['r/api:latest', 'latest'],
    ['r/api:prod', 'fixed'],
    ['r/api:dev1', 'fixed'],
    ['r/api:1.4.2', 'telling'],
    ['r/api:v12', 'telling'],
    ['r/api:release-2026-11-20', 'telling'],
    ['r/api:3f9c2ab', 'telling'],
    ['r/api:{commit!}', 'telling'],
    ['r/api:{TAG}', 'unknown'],
    ['r/api@sha256:{d}', 'digest'],
    ['{IMAGE}', 'unknown'],
    ['{REPO_URI}', 'latest'],
    ['{ECR_REPOSITORY}', 'latest'],
    ['r/api:deadbeef', 'fixed'],
    ['r/api:', 'unknown'],
  ] as const)('%s is %s', (pattern, nature) => {
    expect(tagNature(ref(pattern))).toBe(nature);
  });

  test('exclusion filters use stars', () => {
    expect(covers('latest', literal('latest'))).toBe(true);
    expect(covers('dev-*', literal('dev-1'))).toBe(true);
    expect(covers('*-dev-*', literal('a-dev-b'))).toBe(true);
    expect(covers('a*ba', literal('aba'))).toBe(true);
    expect(covers('ab*ba', literal('aba'))).toBe(false);
    expect(covers('dev-*', literal('prod'))).toBe(false);
  });
});

describe('latest-only', () => {
  test('a push of latest alone is found at the reference of the push', () => {
    const [found] = run(latestOnly, sailing({ builds: [build()], pushes: [push(`${HOST}/api:latest`)] }));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:12:13', severity: 'warning' });
    expect(found?.message).toContain('is pushed with no tag but `latest`');
  });
  test('a push that says latest is not one without a tag, whatever its docker tag left out', () => {
    const [found] = run(
      latestOnly,
      sailing({ builds: [build()], tags: [tag('api', `${HOST}/api`)], pushes: [push(`${HOST}/api:latest`)] }),
    );
    expect(found?.message).not.toContain('with no tag,');
  });
  test('a job looks the tag up at each start', () => {
    const [found] = run(
      latestOnly,
      model([], [sail({ builds: [], to: [workload({ service: 'batch', image: `${HOST}/api:latest` })] })]),
    );
    expect(found?.message).toContain('each start takes whatever the tag names then');
    expect(found?.message).not.toContain('changes nothing');
  });
  test('of a task that nothing here starts or keeps, nobody knows when its tag is looked up', () => {
    const task = workload({ service: 'ecs', image: `${HOST}/api:latest`, startedPerRun: true, unheld: true });
    const [found] = run(latestOnly, model([], [sail({ builds: [], to: [task] })]));
    expect(found?.message).not.toContain('each start');
  });
  test('no tag means latest', () => {
    expect(run(latestOnly, sailing({ builds: [build()], pushes: [push(`${HOST}/api`)] }))[0]?.message).toContain(
      'with no tag, which means `latest`',
    );
  });
  test('a telling tag beside it, an unknown one, and an image that stays at home are silent', () => {
    expect(
      run(
        latestOnly,
        sailing({ builds: [build()], pushes: [push(`${HOST}/api:latest`), second(`${HOST}/api:{commit!}`)] }),
      ),
    ).toEqual([]);
    expect(run(latestOnly, sailing({ builds: [build()], pushes: [push(`${HOST}/api:{TAG}`)] }))).toEqual([]);
    expect(run(latestOnly, sailing({ builds: [build()] }))).toEqual([]);
    expect(run(latestOnly, sailing({ builds: [build()], pushes: [push('localhost:5001/api:latest')] }))).toEqual([]);
  });
  test('push --all-tags of a repository whose tags are made out of sight is silent', () => {
    expect(run(latestOnly, sailing({ pushes: [push(`${HOST}/api`, { allTags: true })] }))).toEqual([]);
  });
  test('a second moving tag tells no more', () => {
    expect(
      run(
        latestOnly,
        sailing({ builds: [build()], pushes: [push(`${HOST}/api:latest`), second(`${HOST}/api:staging`)] }),
      ),
    ).toHaveLength(1);
  });
  test('a default that a caller may replace is a note', () => {
    const pushes = [
      push(`${HOST}/api:latest`, { when: byDefault('TAG') }),
      push(`${HOST}/api:{TAG}`, { when: given('TAG') }),
    ];
    const [found] = run(latestOnly, sailing({ builds: [build()], pushes }));
    expect(found).toMatchObject({ severity: 'note' });
    expect(found?.message).toContain('unless the caller gives one');
  });
  test('a literal tag is no default, whatever else rests on one', () => {
    const unless = byDefault('SKIP', { value: literal('false') });
    expect(
      run(latestOnly, sailing({ builds: [build()], pushes: [push(`${HOST}/api:latest`, { when: unless })] })),
    ).toMatchObject([{ severity: 'warning' }]);
    expect(
      run(
        latestOnly,
        sailing({
          builds: [build()],
          pushes: [push(`${HOST}/api:latest`, { when: byDefault('TAG', { value: literal('latest') }) })],
        }),
      ),
    ).toMatchObject([{ severity: 'note' }]);
    const task = { service: 'ecs' as const, image: `${HOST}/api:latest`, when: byDefault('Mode') };
    expect(run(latestOnly, model([workload(task), workload({ ...task, when: given('Mode') })]))).toMatchObject([
      { severity: 'warning' },
    ]);
  });
  test('a deploy by digest is silent', () => {
    expect(
      run(
        latestOnly,
        sailing({
          builds: [build()],
          pushes: [push(`${HOST}/api:latest`)],
          to: [workload({ image: `${HOST}/api@sha256:{digest}` })],
        }),
      ),
    ).toEqual([]);
  });
  test('an image is reported once: at its push, not at the workload too', () => {
    expect(
      run(latestOnly, sailing({ builds: [build()], pushes: [push(`${HOST}/api:latest`)], to: [workload()] })),
    ).toHaveLength(1);
  });
  test('a workload whose image nobody here builds is found at its image', () => {
    expect(
      run(latestOnly, model([workload({ service: 'ecs', image: 'public.ecr.aws/docker/library/nginx' })])),
    ).toMatchObject([{ at: 'infra/api.ts:89:13', severity: 'note' }]);
    expect(run(latestOnly, model([workload({ service: 'ecs', image: 'nginx:1.27' })]))).toEqual([]);
    expect(run(latestOnly, model([workload({ image: '{ImageUri}' })]))).toEqual([]);
  });
  test('a workload that says latest while only telling tags are pushed is found; where a roll-out names the image it is not', () => {
    const way = { builds: [build()], pushes: [push(`${HOST}/api:{sha!}`)], to: [workload()] };
    expect(run(latestOnly, sailing(way))).toMatchObject([{ at: 'infra/api.ts:89:13', severity: 'note' }]);
  });
  test('a default of latest is a note at the workload, whatever is pushed beside it', () => {
    const pushes = [push(`${HOST}/api:latest`), second(`${HOST}/api:{sha!}`)];
    expect(
      run(latestOnly, sailing({ builds: [build()], pushes, to: [workload({ when: byDefault('ImageTag') })] })),
    ).toMatchObject([{ at: 'infra/api.ts:89:13', severity: 'note' }]);
  });
  test('a workload that is declared to take latest is found, although a telling tag is pushed beside it', () => {
    const pushes = [push(`${HOST}/api:latest`), second(`${HOST}/api:{sha!}`)];
    expect(run(latestOnly, sailing({ builds: [build()], pushes, to: [workload()] }))).toMatchObject([
      { at: 'infra/api.ts:89:13', severity: 'note' },
    ]);
    expect(run(latestOnly, sailing({ builds: [build()], pushes, to: [workload({ declared: false })] }))).toEqual([]);
  });
  test('latest as a second name of an image that lies there under another is silent', () => {
    expect(run(latestOnly, link([tag(`${HOST}/api:{sha!}`, `${HOST}/api:latest`, { remote: true })]))).toEqual([]);
    expect(run(latestOnly, link([tag(`${HOST}/other:{sha!}`, `${HOST}/api:latest`, { remote: true })]))).toHaveLength(
      1,
    );
  });
  test('a copy of what the CDK built is found at the workload that names it, not where it is copied', () => {
    const copy = tag('{asset Api/Image@app#1}', `${HOST}/api:latest`, { remote: true });
    expect(run(latestOnly, link([copy]))).toEqual([]);
    expect(run(latestOnly, link([copy, workload()]))).toMatchObject([
      { at: 'infra/api.ts:89:13', severity: 'warning' },
    ]);
  });
  test('a placeholder names no image', () => {
    expect(run(latestOnly, model([workload({ image: 'REPLACE_WITH_YOUR_IMAGE' })]))).toEqual([]);
  });
  test('a parameter whose default is latest is a note', () => {
    expect(run(latestOnly, model([workload({ when: byDefault('ImageTag') })]))).toMatchObject([{ severity: 'note' }]);
  });
});

describe('same-tag-no-rollout', () => {
  const way = { builds: [build()], pushes: [push(`${HOST}/api:latest`, { seq: 50 })], to: [workload()] };
  test('a push that nothing follows is found', () => {
    const [found] = run(sameTagNoRollout, sailing(way));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:12:13', severity: 'warning', confidence: 'likely' });
    expect(found?.message).toContain('nothing makes Lambda function `ApiStack/Api` take it');
  });
  test('an update after the push, or by another script, is silent; one before it is not', () => {
    expect(run(sameTagNoRollout, sailing(way, rollout({ seq: 51 })))).toEqual([]);
    expect(run(sameTagNoRollout, sailing(way, rollout({ run: 'other', seq: 1 })))).toEqual([]);
    expect(
      run(
        sameTagNoRollout,
        sailing(way, push(`${HOST}/worker:latest`, { run: 'other', seq: 1 }), rollout({ run: 'other', seq: 2 })),
      ),
    ).toEqual([]);
    expect(run(sameTagNoRollout, sailing(way, rollout({ seq: 49 })))[0]?.message).toContain(
      '(`aws lambda update-function-code` runs before the push)',
    );
  });
  test('a script that pushes the image itself rolls out what it pushed, unless it does so by the same command', () => {
    const elsewhere = push(`210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/api:latest`, {
      run: 'other',
      seq: 1,
      site: at('scripts/other.sh:3:1', 'docker push'),
    });
    expect(run(sameTagNoRollout, sailing(way, elsewhere, rollout({ run: 'other', seq: 2 })))).toHaveLength(1);
    expect(
      run(
        sameTagNoRollout,
        sailing(way, push(`${HOST}/api:latest`, { run: 'other', seq: 1 }), rollout({ run: 'other', seq: 2 })),
      ),
    ).toEqual([]);
  });
  test('a name that only another script proposes is silent where the workload names another, or one not known', () => {
    const said = (name: string, taken: string) =>
      sail({
        builds: [build()],
        to: [workload({ run: 'template.yaml', image: `${HOST}/${taken}:latest` })],
        pushes: [push('{registry}/api:latest', { when: byDefault('NAME', { value: literal(name) }) })],
      });
    expect(run(sameTagNoRollout, model([], [said('api', '{name}')]))).toEqual([]);
    expect(run(sameTagNoRollout, model([], [said('api', 'api')]))).toHaveLength(1);
    expect(run(sameTagNoRollout, model([], [said('eu-north-1', '{name}')]))).toHaveLength(1);
  });
  test('a deploy that sees the same text changes nothing; one with another reference does', () => {
    expect(
      run(
        sameTagNoRollout,
        sailing(way, rollout({ label: 'cdk deploy', service: 'any', effect: 'on change', seq: 60 })),
      )[0]?.message,
    ).toContain('(`cdk deploy` sees the same reference and changes nothing)');
    expect(
      run(sameTagNoRollout, sailing(way, rollout({ effect: 'on change', image: ref(`${HOST}/api:{sha!}`), seq: 60 }))),
    ).toEqual([]);
  });
  test("another function's update doesn't help", () => {
    const named = { ...way, to: [workload({ called: 'api' })] };
    expect(run(sameTagNoRollout, sailing(named, rollout({ name: literal('worker'), seq: 60 })))).toHaveLength(1);
  });
  test('automatic deployments, Batch, a scheduled task, and a reference that changes are silent', () => {
    expect(
      run(sameTagNoRollout, sailing({ ...way, to: [workload({ service: 'apprunner', autoDeploy: true })] })),
    ).toEqual([]);
    expect(run(sameTagNoRollout, sailing({ ...way, to: [workload({ service: 'batch' })] }))).toEqual([]);
    expect(run(sameTagNoRollout, sailing({ ...way, to: [workload({ service: 'ecs', startedPerRun: true })] }))).toEqual(
      [],
    );
    expect(run(sameTagNoRollout, sailing({ ...way, to: [workload({ image: `${HOST}/api:{Tag}` })] }))).toEqual([]);
  });
  test('another deploy that names a tag of its own for the same workload is its roll-out; one of another workload is not', () => {
    const tagged = workload({ image: `${HOST}/api:{sha!}`, run: 'deploy.yml' });
    expect(run(sameTagNoRollout, sailing(way, tagged))).toEqual([]);
    expect(run(sameTagNoRollout, sailing(way, { ...tagged, label: 'ApiStack/Worker' }))).toHaveLength(1);
  });
  test('a function that each run makes anew has nothing to take', () => {
    expect(run(sameTagNoRollout, sailing({ ...way, to: [workload({ called: 'trial-{RANDOM!}' })] }))).toEqual([]);
    expect(run(sameTagNoRollout, sailing({ ...way, to: [workload({ called: 'trial-{stage}' })] }))).toHaveLength(1);
  });
});

describe('retag-lost', () => {
  const made = build({ named: 'api:v1', seq: 1 });
  test('a push of a tag that nothing made, of a repository that something did', () => {
    const [found] = run(
      retagLost,
      model([made, tag('api:v1', `${HOST}/api:v1`, { seq: 2 }), push(`${HOST}/api:v2`, { seq: 3 })]),
    );
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:12:13', severity: 'error', confidence: 'certain' });
    expect(found?.message).toContain(`what exists is \`api:v1\``);
  });
  test('a docker tag of another image than the one just built', () => {
    expect(run(retagLost, model([made, tag('my-api:latest', `${HOST}/api:v1`, { seq: 2 })]))).toMatchObject([
      { at: 'scripts/deploy.sh:11:12', confidence: 'likely' },
    ]);
  });
  test('the right chain, holes, another run that makes it, and a used build are silent', () => {
    expect(
      run(retagLost, model([made, tag('api:v1', `${HOST}/api:v1`, { seq: 2 }), push(`${HOST}/api:v1`, { seq: 3 })])),
    ).toEqual([]);
    expect(run(retagLost, model([made, push(`api:{TAG}`, { seq: 3 })]))).toEqual([]);
    expect(run(retagLost, model([made, build({ named: 'api:v2', run: 'other' }), push('api:v2', { seq: 3 })]))).toEqual(
      [],
    );
    expect(
      run(retagLost, model([made, tag('nginx:1.27', `${HOST}/nginx:1.27`, { seq: 2 }), push('api:v1', { seq: 4 })])),
    ).toEqual([]);
  });
  test('a roll-out of a tag that was not pushed', () => {
    const pushed = [made, tag('api:v1', `${HOST}/api:v1`, { seq: 2 }), push(`${HOST}/api:v1`, { seq: 3 })];
    const image = (reference: string) =>
      rollout({ image: ref(reference), imageSite: at('scripts/deploy.sh:20:50', reference), seq: 9 });
    expect(run(retagLost, model([...pushed, image(`${HOST}/api:latest`)]))).toMatchObject([
      { at: 'scripts/deploy.sh:20:50' },
    ]);
    expect(run(retagLost, model([...pushed, image(`${HOST}/api:v1`)]))).toEqual([]);
  });
});

describe('immutable-retag', () => {
  const fixed = { builds: [build()], pushes: [push(`${HOST}/api:latest`)] };
  const immutable = (said: Parameters<typeof repository>[1] = {}) =>
    sailing({
      ...fixed,
      repositories: [
        repository('api', { mutability: 'immutable', mutabilitySite: at('infra/api.ts:22:9', 'IMMUTABLE'), ...said }),
      ],
    });
  test('latest into immutable tags fails the second time', () => {
    const [found] = run(immutableRetag, immutable());
    expect(found).toMatchObject({
      at: 'scripts/deploy.sh:12:13',
      severity: 'error',
      confidence: 'certain',
      related: ['infra/api.ts:22:9 tags are immutable here'],
    });
    expect(found?.message).toContain('ImageTagAlreadyExistsException');
  });
  test('an excluded tag moves freely, and a commit hash never comes twice', () => {
    expect(run(immutableRetag, immutable({ mutability: 'immutable with exclusion', exclusions: ['latest*'] }))).toEqual(
      [],
    );
    expect(
      run(immutableRetag, immutable({ mutability: 'immutable with exclusion', exclusions: ['dev'] })),
    ).toHaveLength(1);
    expect(run(immutableRetag, immutable({ mutability: 'mutable' }))).toEqual([]);
    expect(
      run(
        immutableRetag,
        sailing({
          builds: [build()],
          pushes: [push(`${HOST}/api:{sha!}`)],
          repositories: [repository('api', { mutability: 'immutable' })],
        }),
      ),
    ).toEqual([]);
  });
  test('where the mutability depends on the environment it stays silent', () => {
    const dev = repository('api', { mutability: 'mutable', when: when('prod', 'false'), origin: 'r' });
    const prod = repository('api', { mutability: 'immutable', when: when('prod', 'true'), origin: 'r' });
    expect(run(immutableRetag, sailing({ ...fixed, repositories: [dev, prod] }))).toEqual([]);
  });
});

describe('untagged-cleanup', () => {
  const way = { builds: [build()], pushes: [push(`${HOST}/api:latest`)], to: [workload()] };
  test('deleting untagged images of a repository that feeds by latest is found', () => {
    const [found] = run(untaggedCleanup, sailing(way, cleanup('api')));
    expect(found).toMatchObject({ at: 'scripts/deploy.sh:40:1', severity: 'warning' });
    expect(found?.message).toContain('`ImageDeleted`');
  });
  test('a lifecycle rule says the same', () => {
    const lifecycle = [
      {
        site: at('infra/api.ts:25:9', 'rule'),
        tagStatus: 'untagged',
        tagPatterns: [],
        countType: 'age',
        count: 1,
        action: 'expire',
      },
    ] as const;
    expect(run(untaggedCleanup, sailing({ ...way, repositories: [repository('api', { lifecycle })] }))).toMatchObject([
      { at: 'infra/api.ts:25:9' },
    ]);
  });
  test('a telling tag beside latest keeps images tagged, and a count keeps the newest', () => {
    expect(
      run(untaggedCleanup, sailing({ ...way, pushes: [...way.pushes, second(`${HOST}/api:{sha!}`)] }, cleanup('api'))),
    ).toEqual([]);
    const lifecycle = [
      {
        site: at('infra/api.ts:25:9'),
        tagStatus: 'any',
        tagPatterns: [],
        countType: 'images',
        count: 50,
        action: 'expire',
      },
    ] as const;
    expect(run(untaggedCleanup, sailing({ ...way, repositories: [repository('api', { lifecycle })] }))).toEqual([]);
    expect(run(untaggedCleanup, sailing(way, cleanup('worker')))).toEqual([]);
  });
  test('the manifests of an index are untagged too', () => {
    const index = {
      builds: [build({ platform: 'linux/amd64,linux/arm64', output: 'registry', named: `${HOST}/api:{sha!}` })],
    };
    expect(run(untaggedCleanup, sailing(index, cleanup('api')))[0]?.message).toContain('ImageReferencedByManifestList');
  });
});

describe('repository-exists', () => {
  const byHand = (name: string, said: Parameters<typeof repository>[1] = {}) =>
    repository(name, {
      by: 'command',
      label: 'aws ecr create-repository',
      site: at('scripts/deploy.sh:3:1', 'aws'),
      ...said,
    });
  test('a script that creates what the stack creates, at the name in the stack', () => {
    const named = repository('{stage}-api', { nameSite: at('infra/api.ts:21:23', '`${stage}-api`') });
    const [found] = run(repositoryExists, model([named, byHand('staging-api')]));
    expect(found).toMatchObject({
      at: 'infra/api.ts:21:23',
      severity: 'error',
      confidence: 'likely',
      related: ['scripts/deploy.sh:3:1 created here too'],
    });
    expect(found?.message).toContain("`Resource of type 'AWS::ECR::Repository' with identifier … already exists`");
    expect(run(repositoryExists, model([repository('api'), byHand('api')]))).toMatchObject([{ confidence: 'certain' }]);
  });
  test('another name, another region, a reference and another branch are silent', () => {
    expect(run(repositoryExists, model([repository('api'), byHand('worker')]))).toEqual([]);
    expect(
      run(
        repositoryExists,
        model([repository('api', { region: literal('eu-north-1') }), byHand('api', { region: literal('us-east-1') })]),
      ),
    ).toEqual([]);
    expect(run(repositoryExists, model([repository('api', { role: 'referenced' }), byHand('api')]))).toEqual([]);
    expect(
      run(
        repositoryExists,
        model([repository('api', { when: when('local', 'no') }), byHand('api', { when: when('local', 'yes') })]),
      ),
    ).toEqual([]);
    expect(run(repositoryExists, model([byHand('api', { guarded: true })]))).toEqual([]);
  });
  test('a create that steps back is a warning, and an error ahead of a deploy', () => {
    const [late] = run(repositoryExists, model([repository('api'), byHand('api', { guarded: true })]));
    expect(late).toMatchObject({ severity: 'warning', confidence: 'likely' });
    expect(late?.message).toContain(
      'creates it too where it is missing: if that runs before the first deploy, the deploy fails with',
    );
    const ahead = [
      byHand('api', { guarded: true, run: 'ship', seq: 1 }),
      rollout({ service: 'any', run: 'ship', seq: 2 }),
    ];
    expect(run(repositoryExists, model([repository('api'), ...ahead]))).toMatchObject([
      { severity: 'error', confidence: 'likely' },
    ]);
  });
  test('an apply fails in its own words', () => {
    expect(run(repositoryExists, model([repository('api', { by: 'terraform' }), byHand('api')]))[0]?.message).toContain(
      'the apply fails with `RepositoryAlreadyExistsException`',
    );
  });
  test('two stacks with one name are one finding; instances of one class are none', () => {
    expect(
      run(
        repositoryExists,
        model([repository('api'), repository('api', { stack: 'Other', site: at('infra/b.ts:3:1') })]),
      ),
    ).toHaveLength(1);
    expect(
      run(repositoryExists, model([repository('api', { stack: 'Dev' }), repository('api', { stack: 'Prod' })])),
    ).toEqual([]);
  });
  test('what the registry has already, unless this stack owns it', () => {
    const live = (ownerStack?: string) =>
      repository('api', {
        role: 'live',
        by: 'registry',
        site: at(':1:1'),
        ...(ownerStack === undefined ? {} : { ownerStack }),
      });
    expect(run(repositoryExists, model([repository('api'), live()]))[0]?.message).toContain('exists already');
    expect(run(repositoryExists, model([repository('api'), live('ApiStack'), byHand('api')]))).toEqual([]);
  });
  test('CDK source is offered fromRepositoryName', () => {
    const span = (start: number, end: number) => ({ ...at('x').span, start, end });
    const construct = {
      newSpan: span(0, 18),
      call: span(0, 59),
      nameSpan: span(51, 56),
      scope: 'this',
      id: "'Repo'",
      name: "'api'",
    };
    const [fix] = run(repositoryExists, model([repository('api', { construct }), byHand('api')]))[0]?.fixes ?? [];
    const source = "new ecr.Repository(this, 'Repo', { repositoryName: 'api' })";
    expect(fix?.safe).toBe(false);
    expect(applyEdits(source, fix?.edits ?? [])).toBe("ecr.Repository.fromRepositoryName(this, 'Repo', 'api')");
  });
});

describe('mutable-repository', () => {
  test('by default or in words, at the words', () => {
    expect(run(mutableRepository, model([repository('api', { mutability: 'mutable' })]))).toMatchObject([
      { at: 'infra/api.ts:20:5', severity: 'note' },
    ]);
    expect(
      run(
        mutableRepository,
        model([repository('api', { mutability: 'mutable', mutabilitySite: at('infra/api.ts:22:9') })]),
      ),
    ).toMatchObject([{ at: 'infra/api.ts:22:9' }]);
    expect(run(mutableRepository, model([repository('api', { mutability: 'mutable with exclusion' })]))).toHaveLength(
      1,
    );
  });
  test('immutable ones, unknown ones, references, and one that is settled right after are silent', () => {
    for (const mutability of ['immutable', 'immutable with exclusion', 'unknown'] as const)
      expect(run(mutableRepository, model([repository('api', { mutability })]))).toEqual([]);
    expect(run(mutableRepository, model([repository('api', { role: 'referenced', mutability: 'mutable' })]))).toEqual(
      [],
    );
    const created = repository('api', { by: 'command', seq: 1 });
    expect(
      run(
        mutableRepository,
        model([created, repository('api', { by: 'command', role: 'referenced', mutability: 'immutable', seq: 2 })]),
      ),
    ).toEqual([]);
  });
});

describe('repository-name-fixed', () => {
  test('a named repository that is kept is a note; one without a name, or that goes with its stack, is not', () => {
    expect(
      run(repositoryNameFixed, model([repository('api', { retained: true, nameSite: at('infra/api.ts:21:9') })])),
    ).toMatchObject([{ at: 'infra/api.ts:21:9', severity: 'note' }]);
    expect(run(repositoryNameFixed, model([repository('api', { retained: false })]))).toEqual([]);
    const { name: _, ...unnamed } = repository('api', { retained: true });
    expect(run(repositoryNameFixed, model([unnamed]))).toEqual([]);
  });
  test('one that is deleted without being emptied stays as long as it holds images', () => {
    const [found] = run(
      repositoryNameFixed,
      model([repository('api', { retained: false, emptied: false, nameSite: at('infra/api.ts:21:9') })]),
    );
    expect(found).toMatchObject({ at: 'infra/api.ts:21:9', severity: 'note' });
    expect(found?.message).toContain(
      'as long as it holds images the delete fails (`cannot be deleted because it still contains images`)',
    );
    expect(run(repositoryNameFixed, model([repository('api', { retained: false, emptied: true })]))).toEqual([]);
  });
  test('what the source says and its template repeats is one finding, at the source', () => {
    const template = repository('api', {
      retained: true,
      by: 'cloudformation',
      site: at('cdk.out/Api.template.json:4:3'),
      label: 'Repo',
    });
    expect(
      run(repositoryNameFixed, model([template, repository('api', { retained: true })])).map((one) => one.at),
    ).toEqual(['infra/api.ts:20:5']);
    expect(
      run(repositoryNameFixed, model([template, repository('web', { retained: true })])).map((one) => one.at),
    ).toEqual(['cdk.out/Api.template.json:4:3', 'infra/api.ts:20:5']);
  });

  test('a name that differs each time is not fixed', () => {
    expect(run(repositoryNameFixed, model([repository('api-{random!}', { retained: true })]))).toEqual([]);
  });
});

describe('registry-no-pull-grant', () => {
  const image = '{account#}.dkr.ecr.{region@}.amazonaws.com/api:1';
  test('an ECR address without a grant is found; a grant, a doubt and a public image are silent', () => {
    expect(run(registryNoPullGrant, model([workload({ service: 'ecs', image, pullGrant: 'no' })]))).toMatchObject([
      { at: 'infra/api.ts:89:13', severity: 'warning' },
    ]);
    expect(run(registryNoPullGrant, model([workload({ service: 'ecs', image, pullGrant: 'yes' })]))).toEqual([]);
    expect(run(registryNoPullGrant, model([workload({ service: 'ecs', image, pullGrant: 'unknown' })]))).toEqual([]);
    expect(
      run(registryNoPullGrant, model([workload({ service: 'ecs', image: 'public.ecr.aws/x/y:1', pullGrant: 'no' })])),
    ).toEqual([]);
  });
});

describe('region-mismatch', () => {
  test("a function's image in another region is found; the same region, an unknown one, and ECS are silent", () => {
    const inRegion = (region: string, service: 'lambda' | 'ecs' = 'lambda', image = `${HOST}/api:1`) =>
      run(regionMismatch, model([workload({ service, region: literal(region), image })]));
    expect(inRegion('us-east-1')).toMatchObject([{ at: 'infra/api.ts:89:13', severity: 'error' }]);
    expect(inRegion('eu-north-1')).toEqual([]);
    expect(inRegion('us-east-1', 'ecs')).toEqual([]);
    expect(inRegion('us-east-1', 'lambda', '{account#}.dkr.ecr.{region@}.amazonaws.com/api:1')).toEqual([]);
  });
});
