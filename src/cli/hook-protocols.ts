/**
 * How coding agents ask before they run a command, and how they are answered. Each protocol is told by its message's own
 * fields; docs/facts.md says where each is written down. Nobody is ever told that a command is allowed: that would spare
 * people the question which their agent asks them.
 */
import { forJson } from '../report/escape.ts';

export interface Answer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code: number;
}

/** Undefined: nothing that a shell runs. */
type Asked = { readonly command: string; readonly cwd?: string } | undefined;

export interface Protocol {
  /** Is the message one of this agent's, whatever it is about? */
  speaks(message: Message): boolean;
  asked(message: Message): Asked;
  refuse(reason: string): Answer;
  /** Says something of a command that runs all the same. */
  advise(text: string): Answer;
  readonly pass: Answer;
}

export type Message = Readonly<Record<string, unknown>>;

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const json = (value: unknown): Answer => ({ stdout: `${forJson(value)}\n`, code: 0 });

/** Claude Code, and Codex, which has its form. */
const preToolUse: Protocol = {
  speaks: ({ hook_event_name: event, tool_name: tool }) => event === 'PreToolUse' && typeof tool === 'string',
  asked: ({ tool_name: tool, tool_input: input, cwd }) =>
    tool === 'Bash' || tool === 'bash' ? askedIn(input, 'command', cwd) : undefined,
  refuse: (reason) =>
    json({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: reason,
      },
    }),
  advise: (text) => json({ hookSpecificOutput: { hookEventName: 'PreToolUse', additionalContext: text } }),
  pass: { code: 0 },
};

const gemini: Protocol = {
  speaks: ({ hook_event_name: event }) => event === 'BeforeTool',
  asked: ({ tool_name: tool, tool_input: input, cwd }) =>
    tool === 'run_shell_command' ? askedIn(input, 'command', cwd) : undefined,
  refuse: (reason) => json({ decision: 'deny', reason }),
  advise: (text) => json({ systemMessage: text }),
  pass: json({}),
};

const cursor: Protocol = {
  speaks: ({ hook_event_name: event }) => event === 'beforeShellExecution',
  asked: (message) => askedIn(message, 'command', message['cwd']),
  // Versions differ in how they spell these.
  refuse: (reason) => json({ permission: 'deny', ...told(reason) }),
  advise: (text) => json(told(text)),
  pass: json({}),
};

function told(text: string): object {
  return { user_message: text, agent_message: text, userMessage: text, agentMessage: text };
}

const copilot: Protocol = {
  speaks: ({ toolName: tool, toolArgs }) => typeof tool === 'string' && toolArgs !== undefined,
  asked: ({ toolName: tool, toolArgs, cwd }) =>
    tool === 'bash' ? askedIn(typeof toolArgs === 'string' ? parsed(toolArgs) : toolArgs, 'command', cwd) : undefined,
  refuse: (reason) => json({ permissionDecision: 'deny', permissionDecisionReason: reason }),
  advise: () => ({ code: 0 }),
  pass: { code: 0 },
};

const windsurf: Protocol = {
  speaks: ({ agent_action_name: action }) => typeof action === 'string',
  asked: ({ agent_action_name: action, tool_info: info }) =>
    action === 'pre_run_command' ? askedIn(info, 'command_line', isMessage(info) ? info['cwd'] : undefined) : undefined,
  refuse: (reason) => ({ stderr: `${reason}\n`, code: 2 }),
  advise: (text) => ({ stdout: `${text}\n`, code: 0 }),
  pass: { code: 0 },
};

const cline: Protocol = {
  speaks: ({ hookName, preToolUse: call }) => hookName === 'PreToolUse' && isMessage(call),
  asked: ({ preToolUse: call, workspaceRoots: roots }) =>
    isMessage(call) && call['toolName'] === 'execute_command'
      ? askedIn(call['parameters'], 'command', Array.isArray(roots) ? roots[0] : undefined)
      : undefined,
  refuse: (reason) => json({ cancel: true, errorMessage: reason }),
  advise: (text) => json({ cancel: false, contextModification: text }),
  pass: json({ cancel: false }),
};

const PROTOCOLS: readonly Protocol[] = [preToolUse, gemini, cursor, copilot, windsurf, cline];

export function protocolOf(message: Message): Protocol | undefined {
  return PROTOCOLS.find((one) => one.speaks(message));
}

function askedIn(input: unknown, name: string, cwd: unknown): Asked {
  const command = isMessage(input) ? input[name] : undefined;
  if (typeof command !== 'string' || command.trim() === '') return undefined;
  return { command, ...(typeof cwd === 'string' && cwd !== '' ? { cwd } : {}) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
