import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/tools/index.ts';
import { run } from './harness.ts';
import { cpuTime } from '../cpu.ts';

const WORDS = [
  'build',
  'buildx',
  'push',
  'tag',
  'run',
  'create',
  'imagetools',
  'ecr',
  'lambda',
  'ecs',
  'cloudformation',
  'deploy',
  'update-function-code',
  'register-task-definition',
  'create-repository',
  'exec',
  'apply',
  '-t',
  '-f',
  '--',
  '-',
  '--platform',
  '--platform=',
  '-c',
  '-',
  '--provenance=',
  '--attest',
  '--output',
  'type=,push',
  '${X}',
  '${X}/y',
  '--${X}',
  '-${X}',
  '',
  'a=b',
  'file://x',
  '{',
  '[]',
  "'s/a/'",
  '.a[',
  '%',
  '%s%',
  '-n',
  '-n1',
  '-I{}',
  '{}',
  '/',
  'x@y@z',
  '..',
];

describe('whatever the words', () => {
  it('no handler throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...COMMANDS.keys()),
        fc.array(fc.constantFrom(...WORDS), { maxLength: 8 }),
        fc.option(fc.constantFrom(...WORDS, 'a\nb', '{"a":1}')),
        (name, words, stdin) => {
          expect(() => run([name, ...words].join(' '), stdin === null ? {} : { stdin })).not.toThrow();
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('long inputs take no long time', () => {
    const started = cpuTime();
    run(`echo -e '${'\\\\n'.repeat(20_000)}'`);
    run(`jq -r '${' | .a'.repeat(5000)} | .architecture'`, { stdin: '{}' });
    run("sed 's/a/b/g'", { stdin: 'a'.repeat(200_000) });
    run(`docker build ${'-t x '.repeat(5000)}.`);
    run(`jq .a`, { stdin: `${'['.repeat(5000)}${']'.repeat(5000)}` });
    run(`printf '${'%s'.repeat(5000)}' a b c`);
    expect(cpuTime() - started).toBeLessThan(10_000);
  });
});
