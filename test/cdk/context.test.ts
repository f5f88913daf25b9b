import { describe, expect, it } from 'vitest';
import { stack, type Project } from './project.ts';

const reads = (app: Project): string[] => app.of('context-read').map((read) => `${read.key} ${read.use} ${read.form}`);
const get = "this.node.tryGetContext('flag')";

describe('context values used as booleans', () => {
  it.each([
    [`if (${get}) { new ecr.Repository(this, 'R'); }`, `flag boolean if (${get})`],
    [`const n = ${get} ? 1 : 2;`, `flag boolean ${get} ? … : …`],
    [`const on = ${get} ?? false; if (on) new ecr.Repository(this, 'R');`, `flag boolean ${get} ?? false`],
    [`const on = ${get} || false;`, `flag boolean ${get} || false`],
    [`const on = ${get} !== false;`, `flag boolean ${get} !== false`],
    [`const on = ${get} === true;`, `flag boolean ${get} === true`],
    [`const on = ${get} ?? 'false'; if (on) new ecr.Repository(this, 'R');`, 'flag boolean if (on)'],
    [`const off = !${get};`, `flag boolean !${get}`],
    [`const on: boolean = ${get};`, `flag boolean on: boolean = ${get}`],
    [
      `new cdk.aws_rds.DatabaseInstance(this, 'Db', { deletionProtection: ${get} });`,
      `flag boolean deletionProtection: ${get}`,
    ],
  ])('%s', (body, expected) => {
    expect(reads(stack(body))[0]).toBe(expected);
  });
});

describe('a comparison with true', () => {
  it('takes the string true for false', () => {
    expect(stack(`const on = ${get} === true;`).one('context-read')).toMatchObject({ use: 'boolean', onlyTrue: true });
    expect(stack(`const on = ${get} !== false;`).one('context-read').onlyTrue).toBeUndefined();
  });
});

describe('context values used otherwise', () => {
  it.each([
    ['compared with a string', `const on = ${get} === 'true';`],
    ['both ways', `const value = ${get}; const on = value === true || value === 'true';`],
    [
      'by presence of a string',
      `const name = ${get}; if (name) new ecr.Repository(this, 'R', { repositoryName: name });`,
    ],
    [
      'by presence, read twice',
      `const name = ${get} ? ${get} : 'api'; new ecr.Repository(this, 'R', { repositoryName: name });`,
    ],
    [
      'by presence of an object',
      `const config = ${get}; if (config) new ecr.Repository(this, 'R', { repositoryName: config.name });`,
    ],
    [
      'through a helper that parses',
      `const parse = (v: unknown): boolean => typeof v === 'string' ? v === 'true' : Boolean(v); const on = parse(${get}); if (on) new ecr.Repository(this, 'R');`,
    ],
    ['through JSON.parse', `const on = JSON.parse(${get} ?? 'false'); if (on) new ecr.Repository(this, 'R');`],
    [
      'as a string with a default',
      `const stage = ${get} ?? 'dev'; new ecr.Repository(this, 'R', { repositoryName: stage });`,
    ],
    [
      'by presence of an entry of the environment',
      `const env: Record<string, string> = {}; const url = ${get}; if (url) env['URL'] = url;`,
    ],
    [
      'by presence of a string whose default is one',
      `const url = ${get} || ''; if (url) new ecr.Repository(this, 'R');`,
    ],
    [
      'deep inside what the library takes',
      `const name = ${get}; if (name) new cdk.CfnResource(this, 'R', { type: 'Custom::X', properties: { Names: { First: name } } });`,
    ],
    ['by a check that it is given', `const name = ${get} as any; if (!name) { throw new Error('give a flag'); }`],
    [
      'by a check that both are given',
      `const name = ${get}; if (!name || name.length === 0) throw new Error('give a flag');`,
    ],
    ['by a check for undefined', `const name = ${get}; if (name === undefined) process.exit(1);`],
    ['as a string by its type', `const name = ${get} as string | undefined; if (name) new ecr.Repository(this, 'R');`],
    ['as a string by its declared type', `const name: string | null = ${get}; const on = name ? 1 : 2;`],
    [
      'as an entry of a schema',
      `const { z } = require('zod'); const s = z.object({ isOn: z.coerce.boolean() }).parse({ isOn: ${get} }); if (s.isOn) new ecr.Repository(this, 'R');`,
    ],
    [
      'through a schema',
      `const { z } = require('zod'); const on = z.coerce.boolean().parse(${get}); if (on) new ecr.Repository(this, 'R');`,
    ],
  ])('%s', (_, body) => {
    expect(
      stack(body)
        .of('context-read')
        .filter((read) => read.use === 'boolean'),
    ).toEqual([]);
  });

  it('points at the expression', () => {
    const app = stack(`const on = ${get} ?? false; if (on) new ecr.Repository(this, 'R');`);
    expect(app.shown(app.one('context-read').useSite)).toBe(`lib/api-stack.ts:13 ${get} ?? false`);
    expect(app.shown(app.one('context-read').site)).toBe(`lib/api-stack.ts:13 ${get}`);
  });
});

describe("cdk.json's context", () => {
  const withContext = (context: unknown, body: string) =>
    stack(body, { 'cdk.json': JSON.stringify({ app: 'ts-node bin/app.ts', context }) });

  it('applies unless the command line gives another value', () => {
    const app = withContext({ flag: 'api' }, `new ecr.Repository(this, 'R', { repositoryName: ${get} });`);
    expect(app.of('repository').map((one) => [one.name, one.when[0]?.is])).toEqual([
      [['api'], 'unset'],
      [[{ hole: 'flag@context', nature: 'unknown' }], 'set'],
    ]);
  });

  it('gives objects, also by a key that is context itself', () => {
    const app = withContext(
      { dev: { name: 'a' }, prod: { name: 'b' }, '@aws-cdk/core:x': true },
      "const stage = this.node.tryGetContext('stage'); new ecr.Repository(this, 'R', { repositoryName: this.node.tryGetContext(stage).name });",
    );
    expect(app.of('repository').map((one) => one.name)).toEqual([['a'], ['b']]);
  });

  it('gives lists to loop over', () => {
    const app = withContext(
      { services: ['a', 'b'] },
      "for (const name of this.node.tryGetContext('services')) new ecr.Repository(this, name, { repositoryName: name });",
    );
    expect(app.of('repository').map((one) => one.label)).toEqual(['Api/a', 'Api/b']);
  });
});
