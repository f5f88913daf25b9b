import { expect, it } from 'vitest';
import { concise } from '../../src/report/concise.ts';
import { HIDDEN, MISMATCH, input } from './sample.ts';

const plain = { color: false, width: 80, quiet: false };

it('prints one line for each finding, however narrow the terminal, and what it comes to', () => {
  expect(concise(input([MISMATCH, HIDDEN]), { ...plain, width: 20 })).toMatchInlineSnapshot(`
    "scripts/deploy.sh:4:32: error[arch-mismatch] (likely) \`staging-image-processor\` is built for \`linux/amd64\`, but the Lambda function \`ImageProcessor\` runs on arm64: every invocation fails with "exec format error".
    scripts/deploy.sh:5:1: warning[deploy-output-hidden] \`cdk deploy\` is piped into \`tail -100\`, which prints nothing until the deploy ends.
    1 error, 1 warning in 3 files, 1 image followed.
    \`plimsoll explain arch-mismatch\` says more about a rule.
    "
  `);
});

it('prints findings alone where it is asked to be quiet', () => {
  expect(concise(input([HIDDEN]), { ...plain, quiet: true }).split('\n')).toHaveLength(2);
});

it('keeps a finding on its line, whatever a name has in it', () => {
  const wild = { ...HIDDEN, message: 'one\n  two\u001b[31m' };
  const [line, rest] = concise(input([wild]), { ...plain, quiet: true }).split('\n');
  expect(line).toContain('one two');
  expect(line).not.toContain('\u001b');
  expect(rest).toBe('');
});

it('names a live resource in the place of a file', () => {
  const live = {
    ...HIDDEN,
    site: { ...HIDDEN.site, file: '', resource: 'arn:aws:lambda:eu-west-1:123456789012:function:f' },
  };
  expect(concise(input([live]), plain)).toMatch(/^arn:aws:lambda:eu-west-1:123456789012:function:f: warning\[/);
});
