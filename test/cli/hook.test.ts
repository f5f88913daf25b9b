/** `plimsoll hook`: messages as coding agents send them, in words of our own, and what each is answered. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT, watched } from '../canaries.ts';
import { folder } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const REPOSITORY = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders';

/** An image for Intel, pushed by one script and run on Graviton: an error; a pipe that hides a deploy: a warning. */
const PROJECT = {
  'build.sh': `#!/bin/bash\nset -eu\ndocker build --platform linux/amd64 --provenance=false -t ${REPOSITORY}:1 .\ndocker push ${REPOSITORY}:1\n`,
  'template.yml': `Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties:\n      PackageType: Image\n      Architectures: [arm64]\n      Code: {ImageUri: '${REPOSITORY}:1'}\n`,
  Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:22\nCMD ["index.handler"]\n',
};
const WRONG = './build.sh';
const HIDING = 'npx cdk deploy Api 2>&1 | tail -100';
const FINE = 'git status';

function hook(message: unknown, args: readonly string[] = [], cwd = folder()) {
  return watched(cwd, () => {
    const input = typeof message === 'string' ? message : JSON.stringify(message);
    const result = spawnSync(process.execPath, [BIN, 'hook', ...args], {
      cwd,
      encoding: 'utf8',
      input,
      env: { ...process.env, ...ENVIRONMENT },
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  });
}

type Ask = (command: string, cwd: string) => object;

const AGENTS: Readonly<Record<string, { readonly shell: Ask; readonly other: object }>> = {
  'Claude Code': {
    shell: (command, cwd) => ({
      session_id: 's',
      transcript_path: '/tmp/t.jsonl',
      cwd,
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command, description: 'Deploy' },
      tool_use_id: 't1',
    }),
    other: { hook_event_name: 'PreToolUse', tool_name: 'Write', tool_input: { file_path: '/a', content: HIDING } },
  },
  Codex: {
    shell: (command, cwd) => ({
      session_id: 's',
      turn_id: 'u',
      model: 'm',
      cwd,
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command },
    }),
    other: { hook_event_name: 'PreToolUse', tool_name: 'apply_patch', tool_input: { command: HIDING } },
  },
  'Gemini CLI': {
    shell: (command, cwd) => ({
      session_id: 's',
      cwd,
      timestamp: '2026-11-30T10:00:00Z',
      hook_event_name: 'BeforeTool',
      tool_name: 'run_shell_command',
      tool_input: { command, description: 'Deploy' },
    }),
    other: { hook_event_name: 'BeforeTool', tool_name: 'read_file', tool_input: { path: 'a' } },
  },
  Cursor: {
    shell: (command, cwd) => ({
      conversation_id: 'c',
      generation_id: 'g',
      workspace_roots: [cwd],
      hook_event_name: 'beforeShellExecution',
      command,
      cwd,
      sandbox: false,
    }),
    other: { hook_event_name: 'beforeShellExecution', command: '' },
  },
  'GitHub Copilot': {
    shell: (command, cwd) => ({
      timestamp: 1764500000000,
      cwd,
      toolName: 'bash',
      toolArgs: JSON.stringify({ command, description: 'Deploy' }),
    }),
    other: { toolName: 'edit', toolArgs: '{"path": "a"}' },
  },
  Windsurf: {
    shell: (command, cwd) => ({
      agent_action_name: 'pre_run_command',
      trajectory_id: 't',
      execution_id: 'e',
      tool_info: { command_line: command, cwd },
    }),
    other: { agent_action_name: 'pre_write_code', tool_info: { file_path: '/a', edits: [] } },
  },
  Cline: {
    shell: (command, cwd) => ({
      clineVersion: '3.36.0',
      hookName: 'PreToolUse',
      taskId: 't',
      workspaceRoots: [cwd],
      preToolUse: { toolName: 'execute_command', parameters: { command, requires_approval: 'true' } },
    }),
    other: { hookName: 'PreToolUse', preToolUse: { toolName: 'read_file', parameters: { path: 'a' } } },
  },
};

const BETTER = 'Better: npx cdk deploy Api 2>&1\n`plimsoll explain deploy-exit-masked` says more.';

/** What an answer says, by agent: `refused` or `advised`, and the words. */
function readAnswer(agent: string, { code, out, err }: { code: number | null; out: string; err: string }): unknown {
  if (agent === 'Windsurf') return code === 2 ? { refused: err } : { advised: out };
  expect([code, err]).toEqual([0, '']);
  if (agent === 'GitHub Copilot' && out === '') return { advised: '' };
  const { hookSpecificOutput: specific, ...rest } = JSON.parse(out);
  const found = specific ?? rest;
  const isRefused =
    [found.permissionDecision, found.decision, found.permission].includes('deny') || found.cancel === true;
  const words =
    found.permissionDecisionReason ??
    found.reason ??
    found.agent_message ??
    found.errorMessage ??
    found.additionalContext ??
    found.systemMessage ??
    found.contextModification;
  // Nobody is told that a command is allowed.
  expect([found.permissionDecision, found.decision, found.permission]).not.toContain('allow');
  return isRefused ? { refused: words } : { advised: words };
}

describe.each(Object.entries(AGENTS))('%s', (agent, { shell, other }) => {
  it('is refused what would fail, with the reason and what to do', () => {
    const root = folder(PROJECT);
    const answer = readAnswer(agent, hook(shell(WRONG, root)));
    expect(answer).toEqual({ refused: expect.stringContaining('error[arch-mismatch] build.sh:3: ') });
    expect(answer).toEqual({ refused: expect.stringContaining('Rebuild the image for arm64') });
  });

  it('is advised where it would only surprise', () => {
    const root = folder(PROJECT);
    const answer = readAnswer(agent, hook(shell(HIDING, root)));
    expect(answer).toEqual({ advised: agent === 'GitHub Copilot' ? '' : expect.stringContaining(BETTER) });
  });

  it('is refused that too, where it is asked for', () => {
    const root = folder(PROJECT);
    const answer = readAnswer(agent, hook(shell(HIDING, root), ['--fail-on', 'warning']));
    expect(answer).toEqual({ refused: expect.stringContaining(BETTER) });
  });

  it('hears nothing of the rest', () => {
    const root = folder(PROJECT);
    for (const message of [shell(FINE, root), other]) {
      const { code, out, err } = hook(message);
      expect([code, err]).toEqual([0, '']);
      expect(out === '' ? {} : JSON.parse(out)).toEqual(agent === 'Cline' ? { cancel: false } : {});
    }
  });
});

describe('whatever goes wrong', () => {
  const ask = AGENTS['Claude Code']!.shell;

  it.each([
    ['no JSON', 'deploy!', [], 'the command was not judged: standard input is no JSON'],
    ['nothing', '', [], 'the command was not judged: standard input is no JSON'],
    ['no message', '[1]', [], 'the command was not judged: standard input is no message of an agent'],
    [
      'another form',
      { run: HIDING },
      [],
      'the command was not judged: no agent is known that asks in this form (docs/agents.md lists them)',
    ],
    [
      'a wrong option',
      ask(HIDING, '/'),
      ['--bogus'],
      "unknown option '--bogus'. `plimsoll --help` lists what there is.",
    ],
    [
      'no configuration',
      ask('docker push a:1', '/'),
      ['--config', 'none.json'],
      'the command was not judged: the configuration file none.json does not exist',
    ],
  ])('%s refuses nothing', (_, message, args, said) => {
    expect(hook(message, args)).toEqual({ code: 1, out: '', err: `plimsoll: ${said}\n` });
  });

  it('a broken configuration of the project refuses nothing', () => {
    const root = folder({ ...PROJECT, 'plimsoll.config.json': '{"rules": 1}' });
    const { code, out, err } = hook(ask(WRONG, root));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^plimsoll: the command was not judged: .*plimsoll\.config\.json/);
  });

  it('a line that cannot be read is not judged', () => {
    const { code, out, err } = hook(ask('echo "unterminated', folder(PROJECT)));
    expect([code, out, err]).toEqual([0, '', "plimsoll: the command line can't be read and was not judged\n"]);
  });

  it('a folder that is not there is a project of nothing', () => {
    expect(hook(ask(FINE, '/nowhere/at/all'))).toMatchObject({ code: 0, out: '' });
  });

  it('names of a project act in no terminal', () => {
    const root = folder({ 'a\u001b[31m.sh': `#!/bin/bash\nset -eu\n${HIDING}\n` });
    const { out } = hook(ask('./a$(printf "\\033")[31m.sh; ./*.sh', root), ['--fail-on', 'warning']);
    expect(out).not.toContain('\u001b');
  });
});
