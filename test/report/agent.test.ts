import { expect, it } from 'vitest';
import { agent, agentLine } from '../../src/report/agent.ts';
import { HIDDEN, MISMATCH, input } from './sample.ts';

const plain = { color: false, width: 80, quiet: false };
const text = input([]).text;

it('prints a line for each finding, the worst first, and what it comes to', () => {
  expect(agent(input([HIDDEN, MISMATCH]), plain)).toMatchInlineSnapshot(`
    "scripts/deploy.sh:4 error arch-mismatch: \`staging-image-processor\` is built for \`linux/amd64\` => Rebuild the image for arm64 (\`--platform linux/arm64\`) …
    scripts/deploy.sh:5 warning deploy-output-hidden: \`cdk deploy\` is piped into \`tail -100\`, which prints nothing until the deploy ends.
    plimsoll: 1 error, 1 warning, 0 notes. \`plimsoll explain arch-mismatch\` says more.
    "
  `);
});

it('prints findings alone where it is asked to be quiet', () => {
  expect(agent(input([HIDDEN]), { ...plain, quiet: true }).split('\n')).toHaveLength(2);
});

it.each([
  ['a long message', { message: 'x'.repeat(5000) }],
  ['long advice', { help: 'y '.repeat(3000) }],
  ['a long path', { site: { ...HIDDEN.site, file: `${'a/'.repeat(200)}deploy.sh` } }],
  ['a long rule', { rule: 'r'.repeat(300) }],
  ['lines and what terminals act on', { message: 'one\n  two\u001b[31m'.repeat(30) }],
])('takes 160 characters at most for %s', (_, more) => {
  const line = agentLine({ ...HIDDEN, ...more }, { text });
  expect([...line].length).toBeLessThanOrEqual(160);
  expect(line).not.toMatch(/[\n\u001b]/);
});

it('keeps the end of a long path, and room for what to do', () => {
  const line = agentLine(
    {
      ...HIDDEN,
      message: 'm'.repeat(500),
      help: 'Let it print.',
      site: { ...HIDDEN.site, file: `${'a/'.repeat(200)}deploy.sh` },
    },
    { text },
  );
  expect(line).toMatch(/^…[a/]+deploy\.sh:5 warning deploy-output-hidden: m+… => \w/);
});

it('shows the line as a safe fix leaves it', () => {
  const { file, span } = MISMATCH.site;
  const fix = { title: '', safe: true, edits: [{ file, start: span.start, end: span.end, text: 'linux/arm64' }] };
  expect(agentLine({ ...MISMATCH, message: 'Wrong CPU', fixes: [fix] }, { text })).toBe(
    'scripts/deploy.sh:4 error arch-mismatch: Wrong CPU => docker buildx build --platform linux/arm64 -t "$REPOSITORY:latest" --push services/image-processor',
  );
});

it('shows the better line of a command', () => {
  const typed = { file: 'scripts/deploy.sh', better: 'npx cdk deploy --all' };
  expect(agentLine({ ...HIDDEN, message: 'Hidden' }, { text, typed })).toBe(
    'scripts/deploy.sh:5 warning deploy-output-hidden: Hidden => npx cdk deploy --all',
  );
});
