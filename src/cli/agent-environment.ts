/** Is it a coding agent that runs this, and reads what is printed? */

/** Set in the shells of agents; docs/facts.md says where each is written down. */
const VARIABLES = [
  'AI_AGENT',
  'CLAUDECODE',
  'CODEX_SANDBOX',
  'CODEX_SANDBOX_NETWORK_DISABLED',
  'CURSOR_AGENT',
  'GEMINI_CLI',
] as const;

export function isAgents(environment: Readonly<Record<string, string | undefined>>): boolean {
  return VARIABLES.some((name) => {
    const value = environment[name];
    return value !== undefined && value !== '' && value !== '0' && value !== 'false';
  });
}
