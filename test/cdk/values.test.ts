import { describe, expect, it } from 'vitest';
import { show } from '../../src/core/text.ts';
import { project, stack, type Project } from './project.ts';

/** The names of the repositories a stack body creates, with the choices they hold under. */
function names(app: Project): string[] {
  return app.of('repository').map((repository) => {
    const when = repository.when.map((guard) => `${guard.cond}=${guard.is}`).join(' & ');
    return `${repository.name === undefined ? '-' : show(repository.name)}${when === '' ? '' : ` when ${when}`}`;
  });
}

const repository = (name: string): string => `new ecr.Repository(this, 'Repo', { repositoryName: ${name} });`;

describe('strings', () => {
  it.each([
    ['template literals', "const stage = 'prod'; ", '`${stage}-api`', 'prod-api'],
    ['toLowerCase', '', "'API'.toLowerCase()", 'api'],
    ['replace with a pattern', '', "'my_api_v1'.replace(/_/g, '-')", 'my-api-v1'],
    ['split, slice and join', '', "'a/b/c'.split('/').slice(1).join('-')", 'b-c'],
    ['concat', '', "'a'.concat('-', 'b')", 'a-b'],
    ['plus', '', "'a' + '-' + 1", 'a-1'],
    ['array methods', '', "['x', 'y'].map((one) => one.toUpperCase()).join('/')", 'X/Y'],
    [
      'indexing a constant map',
      "const names = { dev: 'dev-api', prod: 'prod-api' } as const; ",
      "names['prod']",
      'prod-api',
    ],
    ['numbers', 'const n = 2; ', '`api-${n * 3 + 1}`', 'api-7'],
    ['ternaries that are decided', "const stage: string = 'prod'; ", "stage === 'prod' ? 'live' : 'test'", 'live'],
    ['Fn.join', '', "cdk.Fn.join('-', ['a', 'b'])", 'a-b'],
    ['Fn.sub', '', "cdk.Fn.sub('${Prefix}-api', { Prefix: 'team' })", 'team-api'],
    ['Fn.select and Fn.split', '', "cdk.Fn.select(1, cdk.Fn.split('/', 'team/api'))", 'api'],
    ['stack names', '', '`${this.stackName}-api`', 'Api-api'],
    ['reduce', '', "['a', 'b', 'c'].reduce((all, one) => all + one, '')", 'abc'],
  ])('%s', (_, before, expression, expected) => {
    expect(names(stack(before + repository(expression)))).toEqual([expected]);
  });

  it('keeps environment variables as holes of their name', () => {
    expect(names(stack(repository('`${process.env.TEAM}-api`')))).toEqual(['${TEAM}-api']);
  });

  it('gives a defaulted variable two alternatives', () => {
    expect(names(stack(repository("process.env.NAME ?? 'api'")))).toEqual([
      'api when default:NAME=unset',
      '${NAME} when default:NAME=set',
    ]);
  });

  it("knows the account and the region by the stack's env, else as holes of that nature", () => {
    const app = project({
      'app.ts': `import { App, Stack, Aws } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
class S extends Stack { constructor(scope: App, id: string, props?: any) { super(scope, id, props); new ecr.Repository(this, 'R', { repositoryName: \`x-\${Stack.of(this).region}-\${Aws.ACCOUNT_ID}\` }); } }
const app = new App();
new S(app, 'Fixed', { env: { account: '123456789012', region: 'eu-north-1' } });
new S(app, 'Open');`,
    });
    expect(app.of('repository').map((one) => one.name)).toEqual([
      ['x-eu-north-1-123456789012'],
      ['x-', { hole: 'region', nature: 'region' }, '-', { hole: 'account', nature: 'account' }],
    ]);
    expect(app.of('repository').map((one) => one.region)).toEqual([
      ['eu-north-1'],
      [{ hole: 'region', nature: 'region' }],
    ]);
  });

  it('takes a parameter by default', () => {
    expect(
      names(
        stack(
          `const name = new cdk.CfnParameter(this, 'RepoName', { default: 'api' }); ${repository('name.valueAsString')}`,
        ),
      ),
    ).toEqual([
      'api when default:RepoName@parameter:Api/RepoName=unset',
      '${RepoName} when default:RepoName@parameter:Api/RepoName=set',
    ]);
  });
});

describe('control flow', () => {
  it('runs both sides of an open condition under its choice, and the assignment follows', () => {
    const app = stack(
      `let name = 'standard'; if (process.env.FANCY === 'yes') { name = 'fancy'; } ${repository('name')}`,
    );
    expect(names(app)).toEqual(['fancy when FANCY === "yes"=true', 'standard when FANCY === "yes"=false']);
  });

  it('evaluates what follows an early return under the other choice', () => {
    const app = stack(`if (!process.env.ENABLED) return; ${repository("'api'")}`);
    expect(names(app)).toEqual(['api when ENABLED=true']);
  });

  it('loops over literal lists and objects', () => {
    expect(
      names(stack("for (const name of ['a', 'b']) new ecr.Repository(this, name, { repositoryName: name });")),
    ).toEqual(['a', 'b']);
    expect(
      names(
        stack(
          'Object.entries({ a: 1, b: 2 }).forEach(([key, n]) => new ecr.Repository(this, key, { repositoryName: `${key}${n}` }));',
        ),
      ),
    ).toEqual(['a1', 'b2']);
    expect(
      names(stack('for (let i = 0; i < 2; i++) new ecr.Repository(this, `R${i}`, { repositoryName: `r${i}` });')),
    ).toEqual(['r0', 'r1']);
  });

  it('switches over an open value', () => {
    const app = stack(
      `let name; switch (process.env.STAGE) { case 'prod': name = 'live'; break; default: name = 'test'; } ${repository('name')}`,
    );
    expect(names(app)).toEqual(['test when STAGE === "prod"=false', 'live when STAGE === "prod"=true']);
  });

  it('skips what a decided condition excludes', () => {
    expect(names(stack(`const on = false; if (on) { ${repository("'never'")} }`))).toEqual([]);
  });

  it('chooses among the keys of a constant map, in step with tests of the key', () => {
    const app = stack(
      `const names: Record<string, string> = { dev: 'a', prod: 'b' }; ${repository('names[process.env.STAGE!]')}`,
    );
    expect(names(app)).toEqual([
      'a when STAGE === "dev"=true & STAGE === "prod"=false',
      'b when STAGE === "dev"=false & STAGE === "prod"=true',
    ]);
  });
});

describe('the same condition on both sides', () => {
  it('keeps image and architecture in step', () => {
    const app = stack(`
    const arm = this.node.tryGetContext('arm') === 'true';
    const task = new ecs.FargateTaskDefinition(this, 'Task', { runtimePlatform: { cpuArchitecture: arm ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64 } });
    task.addContainer('web', { image: ecs.ContainerImage.fromAsset('service', { platform: arm ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64 }) });`);
    const arm = { cond: 'arm@context === "true"', is: 'true' };
    const intel = { ...arm, is: 'false' };
    expect(app.of('workload').map(({ cpu, when }) => [cpu, when])).toEqual([
      ['arm64', [arm]],
      ['amd64', [intel]],
    ]);
    expect(
      app.of('build').map(({ platforms, when }) => [platforms.kind === 'set' ? platforms.list[0]?.arch : '', when]),
    ).toEqual([
      ['arm64', [arm]],
      ['amd64', [intel]],
    ]);
  });

  it('reads `a ?? B === B ? C : D` as JavaScript does', () => {
    const app = stack(`
    const wanted = (this.node.tryGetContext('cpu') ?? 'arm64' === 'arm64') ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64;
    new lambda.DockerImageFunction(this, 'Fn', { code: lambda.DockerImageCode.fromImageAsset('s'), architecture: wanted });`);
    expect(app.of('workload').map(({ cpu, when }) => [cpu, when.map((guard) => guard.is)])).toEqual([
      ['arm64', ['unset']],
      ['arm64', ['set', 'true']],
      ['amd64', ['set', 'false']],
    ]);
  });
});

describe('a tag at the end of an address', () => {
  const at = (before: string, tag: string) => {
    const app = stack(
      `${before}\n    new ecs.FargateTaskDefinition(this, 'T').addContainer('web', { image: ecs.ContainerImage.fromRegistry(\`123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:\${${tag}}\`) });`,
    );
    return app.of('workload').map((one) => app.shown(one.imageSite).replace('lib/api-stack.ts:', ''));
  };

  it('is at the default that says it, or the constant', () => {
    expect(at("const { tag = 'latest' } = {} as { tag?: string };", 'tag')).toEqual(["13 'latest'"]);
    expect(at("const tag = 'latest';", 'tag')).toEqual(["13 'latest'"]);
    expect(at("const tag = process.env.TAG ?? 'latest';", 'tag')).toEqual([
      "13 'latest'",
      '14 `123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:${tag}`',
    ]);
  });
});
