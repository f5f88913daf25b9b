import { describe, expect, it } from 'vitest';
import { show } from '../../src/core/text.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { stack } from './project.ts';

describe('repositories an app creates', () => {
  it('are mutable and retained unless told otherwise', () => {
    const app = stack("new ecr.Repository(this, 'Repo', { repositoryName: 'api' });");
    const repository = app.one('repository');
    expect(repository).toMatchObject({
      role: 'created',
      by: 'cdk',
      label: 'Api/Repo',
      stack: 'Api',
      name: ['api'],
      mutability: 'mutable',
      retained: true,
    });
    expect(repository.mutabilitySite).toBeUndefined();
    expect(app.shown(repository.site)).toBe('lib/api-stack.ts:13 new ecr.Repository');
    expect(app.shown(repository.nameSite)).toBe("lib/api-stack.ts:13 'api'");
  });

  it.each([
    ["{ repositoryName: 'api' }", { retained: true, emptied: false }],
    ['{ removalPolicy: cdk.RemovalPolicy.DESTROY }', { retained: false, emptied: false }],
    ['{ removalPolicy: cdk.RemovalPolicy.DESTROY, emptyOnDelete: true }', { retained: false, emptied: true }],
    ['{ removalPolicy: cdk.RemovalPolicy.DESTROY, autoDeleteImages: true }', { retained: false, emptied: true }],
  ])('with %s end as %j', (props, expected) => {
    expect(stack(`new ecr.Repository(this, 'Repo', ${props});`).one('repository')).toMatchObject(expected);
  });

  it('say nothing of being emptied where that is a variable', () => {
    expect(
      stack("new ecr.Repository(this, 'Repo', { emptyOnDelete: process.env.SANDBOX as unknown as boolean });").one(
        'repository',
      ).emptied,
    ).toBeUndefined();
  });

  it('have a name that differs each time where chance makes it', () => {
    const { name } = stack(
      "new ecr.Repository(this, 'Repo', { repositoryName: 'api-' + (Math.random() + 1).toString(36).substring(7) });",
    ).one('repository');
    expect(name?.some((part) => typeof part !== 'string' && part.nature === 'unique')).toBe(true);
  });

  it('offer their whole expression for a fix', () => {
    const app = stack("new ecr.Repository(this, 'Repo', { repositoryName: 'api' });");
    const { construct, site } = app.one('repository');
    expect(construct).toMatchObject({ scope: 'this', id: "'Repo'", name: "'api'" });
    expect(app.shown({ file: site.file, span: construct!.call })).toBe(
      "lib/api-stack.ts:13 new ecr.Repository(this, 'Repo', { repositoryName: 'api' })",
    );
    expect(app.shown({ file: site.file, span: construct!.newSpan })).toBe('lib/api-stack.ts:13 new ecr.Repository');
  });

  it.each([
    ['ecr.TagMutability.IMMUTABLE', 'immutable'],
    ['ecr.TagMutability.MUTABLE', 'mutable'],
    ['ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION', 'immutable with exclusion'],
    ['process.env.MUTABILITY as ecr.TagMutability', 'unknown'],
  ])('with imageTagMutability %s are %s', (written, expected) => {
    const app = stack(`new ecr.Repository(this, 'Repo', { imageTagMutability: ${written} });`);
    const repository = app.one('repository');
    expect(repository.mutability).toBe(expected);
    expect(app.shown(repository.mutabilitySite)).toContain(written.split(' ')[0]);
    expect(repository.name).toBeUndefined();
  });

  it('follow a ternary mutability under its choice', () => {
    const app = stack(
      "new ecr.Repository(this, 'Repo', { imageTagMutability: process.env.PROD ? ecr.TagMutability.IMMUTABLE : ecr.TagMutability.MUTABLE });",
    );
    expect(app.of('repository').map((one) => [one.mutability, one.when])).toEqual([
      ['immutable', [{ cond: 'PROD', is: 'true' }]],
      ['mutable', [{ cond: 'PROD', is: 'false' }]],
    ]);
  });

  it('name their exclusion filters', () => {
    const app = stack(`new ecr.Repository(this, 'Repo', {
      imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
      imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('dev-*')],
    });`);
    expect(app.one('repository').exclusions).toEqual(['dev-*']);
  });

  it('go with the stack when the policy says so, before or after', () => {
    expect(
      stack("new ecr.Repository(this, 'R', { removalPolicy: cdk.RemovalPolicy.DESTROY });").one('repository').retained,
    ).toBe(false);
    expect(
      stack("const r = new ecr.Repository(this, 'R'); r.applyRemovalPolicy(cdk.RemovalPolicy.DESTROY);").one(
        'repository',
      ).retained,
    ).toBe(false);
    expect(
      stack("new ecr.CfnRepository(this, 'R', { repositoryName: 'a', imageTagMutability: 'IMMUTABLE' });").one(
        'repository',
      ),
    ).toMatchObject({ retained: false, mutability: 'immutable' });
  });

  it('tell what their lifecycle rules delete', () => {
    const app = stack(`
    const repository = new ecr.Repository(this, 'R', { repositoryName: 'api', lifecycleRules: [{ tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: cdk.Duration.days(7) }] });
    repository.addLifecycleRule({ tagPrefixList: ['dev'], maxImageCount: 10 });`);
    expect(app.one('repository').lifecycle).toMatchObject([
      { tagStatus: 'untagged', countType: 'age', count: 7, action: 'expire' },
      { tagStatus: 'tagged', tagPatterns: ['dev*'], countType: 'images', count: 10 },
    ]);
    expect(app.one('cleanup')).toMatchObject({ removes: 'untagged', by: 'lifecycle policy', repository: ['api'] });
  });
});

describe('references to repositories', () => {
  const reference = (expression: string, tag = "'v1'") => {
    const app = stack(`
    const repository = ${expression};
    new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: ${tag} }) });`);
    const { image } = app.one('workload');
    return image.kind === 'ref' ? showRef(image.ref) : image.kind;
  };

  it.each([
    [
      "ecr.Repository.fromRepositoryName(this, 'R', 'team/api')",
      '${account}.dkr.ecr.${region}.amazonaws.com/team/api:v1',
    ],
    [
      "ecr.Repository.fromRepositoryArn(this, 'R', 'arn:aws:ecr:eu-north-1:123456789012:repository/team/api')",
      '123456789012.dkr.ecr.eu-north-1.amazonaws.com/team/api:v1',
    ],
    [
      "ecr.Repository.fromRepositoryAttributes(this, 'R', { repositoryName: 'api', repositoryArn: 'arn:aws:ecr:us-west-2:210987654321:repository/api' })",
      '210987654321.dkr.ecr.us-west-2.amazonaws.com/api:v1',
    ],
    ["new ecr.Repository(this, 'R', { repositoryName: 'api' })", '${account}.dkr.ecr.${region}.amazonaws.com/api:v1'],
    ["new ecr.Repository(this, 'R')", '${account}.dkr.ecr.${region}.amazonaws.com/${repository Api/R}:v1'],
    [
      "ecr.Repository.fromRepositoryName(this, 'R', cdk.Fn.importValue('RepoName'))",
      '${account}.dkr.ecr.${region}.amazonaws.com/${import RepoName}:v1',
    ],
  ])('%s', (expression, expected) => {
    expect(reference(expression)).toBe(expected);
  });

  it('points from a nameless repository to its fact', () => {
    const app = stack(
      "const r = new ecr.Repository(this, 'R'); new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromEcr(r) });",
    );
    const { image } = app.one('workload');
    expect(image.kind === 'ref' ? image.ref.repository : undefined).toEqual([
      { hole: app.one('repository').id, nature: 'unknown' },
    ]);
  });

  it('say when latest is only what the call means by default', () => {
    const app = stack(
      "const r = ecr.Repository.fromRepositoryName(this, 'R', 'api'); new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromEcr(r) });",
    );
    expect(app.one('workload').tagDefaulted).toBe(true);
    expect(app.shown(app.one('workload').imageSite)).toBe('lib/api-stack.ts:13 lambda.DockerImageCode.fromEcr');
    expect(app.one('repository')).toMatchObject({ role: 'referenced', name: ['api'] });
  });

  it('take a digest as a digest', () => {
    expect(reference("ecr.Repository.fromRepositoryName(this, 'R', 'api')", `'sha256:${'a'.repeat(64)}'`)).toBe(
      `\${account}.dkr.ecr.\${region}.amazonaws.com/api@sha256:${'a'.repeat(64)}`,
    );
  });

  it('mark a commit as unique', () => {
    const app = stack(
      "const r = ecr.Repository.fromRepositoryName(this, 'R', 'api'); new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromEcr(r, { tag: process.env.GIT_SHA }) });",
    );
    const { image } = app.one('workload');
    expect(image.kind === 'ref' ? image.ref.tag : undefined).toEqual([{ hole: 'GIT_SHA', nature: 'unique' }]);
  });

  it('put the repository into addresses written as text', () => {
    const app = stack(`
    const repository = new ecr.Repository(this, 'R', { repositoryName: 'api' });
    new lambda.CfnFunction(this, 'A', { packageType: 'Image', role: 'r', code: { imageUri: \`\${repository.repositoryUri}:v2\` } });
    new lambda.CfnFunction(this, 'B', { packageType: 'Image', role: 'r', code: { imageUri: repository.repositoryUriForTag('v3') }, architectures: ['arm64'] });`);
    expect(app.of('workload').map(({ image, cpu }) => [image.kind === 'ref' ? showRef(image.ref) : '', cpu])).toEqual([
      ['${account}.dkr.ecr.${region}.amazonaws.com/api:v2', 'amd64'],
      ['${account}.dkr.ecr.${region}.amazonaws.com/api:v3', 'arm64'],
    ]);
  });

  it('leave a repository that comes as a prop a hole of its name', () => {
    const app = stack('', {
      'lib/other.ts': `
import { Stack } from 'aws-cdk-lib';
import { DockerImageFunction, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
export class Other extends Stack {
  constructor(scope, id, props) { super(scope, id, props); new DockerImageFunction(this, 'Fn', { code: DockerImageCode.fromEcr(props.repository, { tag: props.tag }) }); }
}`,
    });
    const { image } = app.one('workload');
    expect(image.kind === 'ref' ? [show(image.ref.repository), show(image.ref.tag ?? [])] : image.kind).toEqual([
      '${repository}',
      '${tag}',
    ]);
  });
});
