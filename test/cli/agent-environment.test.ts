import { expect, it } from 'vitest';
import { isAgents } from '../../src/cli/agent-environment.ts';
import { planOutputs } from '../../src/cli/output.ts';

it.each([
  [{}, false],
  [{ CLAUDECODE: '1' }, true],
  [{ GEMINI_CLI: '1' }, true],
  [{ CURSOR_AGENT: '1' }, true],
  [{ CODEX_SANDBOX: 'seatbelt' }, true],
  [{ CODEX_SANDBOX_NETWORK_DISABLED: '1' }, true],
  [{ AI_AGENT: 'some-agent@1.2' }, true],
  [{ CLAUDECODE: '' }, false],
  [{ CLAUDECODE: '0' }, false],
  [{ AI_AGENT: 'false' }, false],
  [{ CURSOR_TRACE_ID: 'also where a person types' }, false],
])('%j: %s', (environment, expected) => {
  expect(isAgents(environment)).toBe(expected);
});

it('chooses what standard output is written as, where nobody says, and nothing else', () => {
  const agents = { CLAUDECODE: '1' };
  expect(planOutputs(undefined, [], agents)).toMatchObject({ stdout: 'agent', files: [] });
  expect(planOutputs('pretty', [], agents)).toMatchObject({ stdout: 'pretty', files: [] });
  expect(planOutputs(undefined, [], {})).toMatchObject({ stdout: 'pretty', files: [] });
  expect(planOutputs(undefined, ['report'], agents)).toMatchObject({
    stdout: undefined,
    files: [{ path: 'report', format: 'pretty' }],
  });
  expect(planOutputs(undefined, ['sarif=out'], agents)).toMatchObject({
    stdout: 'agent',
    files: [{ path: 'out', format: 'sarif' }],
  });
});
