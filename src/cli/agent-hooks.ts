/** What makes a coding agent ask `plimsoll hook` before it runs a command: one file for each agent that a project knows. */

export interface AgentHook {
  readonly agent: string;
  readonly file: string;
  /** Any of these in a project tells that somebody works on it with this agent. */
  readonly traces: readonly string[];
  readonly text: string;
}

/** Fails where Plimsoll isn't installed, and with a code that refuses nothing. */
const COMMAND = 'npx --no-install plimsoll hook';

const command = { type: 'command', command: COMMAND };

export const AGENT_HOOKS: readonly AgentHook[] = [
  {
    agent: 'Claude Code',
    file: '.claude/settings.json',
    traces: ['.claude', 'CLAUDE.md'],
    text: lined({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ ...command, timeout: 30 }] }] } }),
  },
  {
    agent: 'Codex',
    file: '.codex/hooks.json',
    traces: ['.codex'],
    text: lined({ hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ ...command, timeout: 30 }] }] } }),
  },
  {
    agent: 'Cursor',
    file: '.cursor/hooks.json',
    traces: ['.cursor', '.cursorrules'],
    text: lined({ version: 1, hooks: { beforeShellExecution: [{ command: COMMAND }] } }),
  },
  {
    agent: 'Gemini CLI',
    file: '.gemini/settings.json',
    traces: ['.gemini', 'GEMINI.md'],
    text: lined({
      hooks: {
        BeforeTool: [{ matcher: 'run_shell_command', hooks: [{ ...command, name: 'plimsoll', timeout: 30000 }] }],
      },
    }),
  },
  {
    agent: 'GitHub Copilot',
    file: '.github/hooks/plimsoll.json',
    traces: ['.github/copilot-instructions.md', '.github/hooks'],
    text: lined({ version: 1, hooks: { preToolUse: [{ type: 'command', bash: COMMAND, timeoutSec: 30 }] } }),
  },
  {
    agent: 'Windsurf',
    file: '.windsurf/hooks.json',
    traces: ['.windsurf', '.windsurfrules'],
    text: lined({ hooks: { pre_run_command: [{ command: COMMAND, show_output: true }] } }),
  },
];

function lined(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
