/** What calls itself, or others without end, is followed for some levels, and the place where that ends is said. */
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { check } from '../../src/engine.ts';

async function said(files: Record<string, string>): Promise<string[]> {
  const { unreadable, notices = [] } = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
  return [
    ...unreadable.map(({ file, line, column, reason }) => `${file}:${line}:${column} ${reason}`),
    ...notices.map(({ message }) => message),
  ];
}

const circle = (commands: string): string =>
  `version: 2.1\ncommands:\n${commands}jobs:\n  a: {docker: [{image: x}], steps: [c0]}\n  b: {docker: [{image: x}], steps: [c0]}\n`;

it('a CircleCI command that uses itself', async () => {
  expect(
    await said({ '.circleci/config.yml': circle('  c0:\n    steps:\n      - run: docker push x\n      - c0\n') }),
  ).toEqual(['.circleci/config.yml:6:9 the command c0 is used more than 8 levels deep, or by itself']);
});

it('CircleCI commands nested deeper than anybody follows', async () => {
  const chain = Array.from(
    { length: 12 },
    (_, index) => `  c${index}:\n    steps: [${index === 11 ? '{run: docker push x}' : `c${index + 1}`}]\n`,
  ).join('');
  expect(await said({ '.circleci/config.yml': circle(chain) })).toEqual([
    '.circleci/config.yml:18:13 the command c8 is used more than 8 levels deep, or by itself',
  ]);
});

it('GitLab jobs that extend each other, and references that lead back', async () => {
  expect(
    await said({
      '.gitlab-ci.yml':
        'a:\n  extends: b\n  script: [docker push x]\nb:\n  extends: a\nc:\n  script:\n    - !reference [d, script]\nd:\n  script:\n    - !reference [c, script]\n    - docker push y\n',
    }),
  ).toEqual([
    '.gitlab-ci.yml:1:1 a extends itself, by way of others or not',
    '.gitlab-ci.yml:8:18 this !reference leads back to itself, by way of others or not',
  ]);
});

it('a chain of ten thousand jobs that extend each other', async () => {
  const jobs = Array.from({ length: 10_000 }, (_, index) => `e${index}:\n  extends: e${index + 1}\n`).join('');
  const lines = await said({ '.gitlab-ci.yml': `${jobs}e10000:\n  script: docker push x\n` });
  for (const line of lines) expect(line).toContain('takes more steps than there are to follow it');
  expect(lines.length).toBeLessThan(5);
});

it('composite actions that use each other', async () => {
  const action = (other: string): string =>
    `name: x\nruns:\n  using: composite\n  steps:\n    - uses: ./${other}\n    - run: docker push x\n      shell: bash\n`;
  const [only, ...more] = await said({
    '.github/workflows/a.yml': 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./one\n',
    'one/action.yml': action('two'),
    'two/action.yml': action('one'),
  });
  expect([only, ...more]).toEqual([
    'two/action.yml:5: what is called here calls itself, or others, more than 10 levels deep; it is not followed from here on',
  ]);
});

it('workflows that call each other', async () => {
  const workflow = (other: string): string =>
    `on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/${other}.yml\n  b:\n    runs-on: ubuntu-latest\n    steps: [{run: docker push x}]\n`;
  expect(
    await said({
      '.github/workflows/one.yml': `${workflow('two')}`.replace('workflow_call', 'push'),
      '.github/workflows/two.yml': workflow('one'),
    }),
  ).toEqual([
    '.github/workflows/two.yml:4: what is called here calls itself, or others, more than 10 levels deep; it is not followed from here on',
  ]);
});

it('stacks that nest each other', async () => {
  const template = (other: string): string =>
    `AWSTemplateFormatVersion: 2010-09-09\nResources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ./${other}.yaml}\n  R: {Type: AWS::ECR::Repository}\n`;
  expect((await said({ 'a.yaml': template('b'), 'b.yaml': template('a') }))[0]).toMatch(
    /^[ab]\.yaml:3: what is called here calls itself, or others, more than \d+ levels deep; it is not followed from here on$/,
  );
});
