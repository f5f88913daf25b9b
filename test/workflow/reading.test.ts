import { describe, expect, it } from 'vitest';
import { indexLines, position, type Range } from '../../src/core/site.ts';
import { looksLikeWorkflow, read } from '../../src/parsers/github/read.ts';
import type { Statement } from '../../src/parsers/shell/reading.ts';

function reading(text: string, file = '.github/workflows/deploy.yml') {
  return read({ file, text, lines: indexLines(file, text) });
}

const cut = (text: string, [start, end]: Range): string => text.slice(start, end);

const DEPLOY = `name: Deploy
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      stage:
        type: choice
        options: [dev, prod]
        default: dev
env:
  REGION: eu-north-1 # plimsoll-ignore latest-only -- one line
jobs:
  build:
    runs-on: ubuntu-24.04-arm
    timeout-minutes: 10
    strategy:
      matrix:
        arch: [amd64, arm64]
        include:
          - { arch: arm64, runner: big }
    steps:
      - uses: actions/checkout@v4
      - name: Build
        id: build
        if: github.ref == 'refs/heads/main'
        run: |
          # plimsoll-ignore platform-unset -- tested below
          docker build -t "app:\${{ github.sha }}" --platform 'linux/\${{ matrix.arch }}' .
          echo done
`;

describe('a workflow as a reading', () => {
  it('has its triggers, inputs, environment and jobs', () => {
    const found = reading(DEPLOY);
    expect(found.unreadable).toEqual([]);
    expect(found.triggers).toEqual(['push', 'workflow_dispatch']);
    expect(
      found.inputs.map(({ name, type, default: byDefault, options }) => [name, type, byDefault?.text, options]),
    ).toEqual([['stage', 'choice', 'dev', ['dev', 'prod']]]);
    expect(found.env.map(({ name, value }) => [name, value.text, cut(DEPLOY, value.range)])).toEqual([
      ['REGION', 'eu-north-1', 'eu-north-1'],
    ]);
    const [job] = found.jobs;
    expect(job?.id).toBe('build');
    expect(job?.runsOn?.labels.map(({ text }) => text)).toEqual(['ubuntu-24.04-arm']);
    expect(job?.timeoutMinutes?.text).toBe('10');
    expect(job?.matrix?.dimensions.map(({ name }) => name)).toEqual(['arch']);
  });

  it('points into the run text character for character, expressions included', () => {
    const step = reading(DEPLOY).jobs[0]?.steps[1];
    expect(step?.run?.placeholders).toHaveLength(2);
    const [command] = step?.run?.script.body ?? [];
    const words = words_(command);
    expect(words.map((word) => cut(DEPLOY, word.range))).toEqual([
      'docker',
      'build',
      '-t',
      '"app:${{ github.sha }}"',
      '--platform',
      "'linux/${{ matrix.arch }}'",
      '.',
    ]);
    const [literal, parameter] = words[5]?.parts ?? [];
    expect(literal).toMatchObject({ kind: 'literal', value: 'linux/' });
    expect(parameter).toMatchObject({ kind: 'parameter', name: step?.run?.placeholders[1], quoted: true });
    expect(parameter === undefined ? '' : cut(DEPLOY, parameter.range)).toBe('${{ matrix.arch }}');
  });

  it('finds suppressions in the YAML and in the script', () => {
    const found = reading(DEPLOY).suppressions;
    expect(found.map(({ rules, covers, reason }) => ({ rules, covers, reason }))).toEqual([
      { rules: ['latest-only'], covers: [12], reason: 'one line' },
      { rules: ['platform-unset'], covers: [28, 29], reason: 'tested below' },
    ]);
  });

  it('says where an expression is broken, and reads the rest', () => {
    const text =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      X: ${{ github.sha + 1 }}\n      Y: fine\n    steps: []\n';
    const found = reading(text);
    expect(found.unreadable).toEqual([
      { file: '.github/workflows/deploy.yml', line: 6, column: 25, reason: '"+" has no meaning in an expression' },
    ]);
    expect(found.jobs[0]?.env.map(({ name }) => name)).toEqual(['X', 'Y']);
  });

  it('does not take a Python step for a shell script', () => {
    const text =
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - shell: python\n        run: |\n          if (x := {1: "a)"}):\n            print("docker build .")\n';
    const found = reading(text);
    expect(found.unreadable).toEqual([]);
    expect(found.jobs[0]?.steps[0]?.run?.script.body).toEqual([]);
  });

  it('reads a composite action', () => {
    const text =
      'name: Push\ninputs:\n  tag:\n    default: latest\noutputs:\n  image:\n    value: ${{ steps.p.outputs.image }}\nruns:\n  using: composite\n  steps:\n    - id: p\n      shell: bash\n      run: docker push x:${{ inputs.tag }}\n';
    const found = reading(text, '.github/actions/push/action.yml');
    expect(found).toMatchObject({ form: 'action', using: 'composite', triggers: [] });
    expect(found.inputs.map(({ name, default: byDefault }) => [name, byDefault?.text])).toEqual([['tag', 'latest']]);
    expect(found.outputs.map(({ name, value }) => [name, value.text])).toEqual([
      ['image', '${{ steps.p.outputs.image }}'],
    ]);
    expect(found.steps[0]?.run?.script.body).toHaveLength(1);
    expect(found.steps[0] === undefined ? '' : cut(text, found.steps[0].label)).toBe('docker push x:${{ inputs.tag }}');
  });

  it('survives what is no workflow at all', () => {
    for (const text of [
      '',
      '[]',
      'jobs: 3',
      'jobs:\n  a: []\n  b: {steps: {}}',
      'on:\n  - {}\njobs: {a: {steps: [3, null, {run: {}}]}}',
      '\u0000',
      '{',
      'jobs:\n a:\n  steps:\n  - run: "${{"',
    ]) {
      expect(() => reading(text)).not.toThrow();
    }
  });

  it('keeps CRLF files exact', () => {
    const text = DEPLOY.replaceAll('\n', '\r\n');
    const step = reading(text).jobs[0]?.steps[1];
    const words = words_(step?.run?.script.body[0]);
    expect(words.map((word) => cut(text, word.range))[3]).toBe('"app:${{ github.sha }}"');
    expect(position(indexLines('x', text), words[0]?.range[0] ?? 0)).toEqual({ line: 29, column: 11 });
  });

  it('is looked for where GitHub looks', () => {
    expect(
      ['.github/workflows/a.yml', 'sub/.github/workflows/b.yaml', 'action.yml', '.github/actions/x/action.yaml'].every(
        looksLikeWorkflow,
      ),
    ).toBe(true);
    expect(
      ['.github/workflows/a.yml.disabled', '.github/workflows/x/y.yml', 'workflows/a.yml', 'transaction.yml'].some(
        looksLikeWorkflow,
      ),
    ).toBe(false);
  });
});

function words_(statement: Statement | undefined) {
  return statement?.kind === 'command' ? statement.words : [];
}
