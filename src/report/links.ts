/** Places and rules to click on (OSC 8), for terminals that take them. */
import { pathToFileURL } from 'node:url';

const START = '\u001B]8;;';
const END = '\u001B\\';

/** `text` is shown, `target` is opened. A terminal that doesn't know links shows the text alone. */
export function linked(text: string, target: string): string {
  return `${START}${target}${END}${text}${START}${END}`;
}

/** Percent-encoded: a name that a project chose says nothing to the terminal. */
export function fileTarget(root: string, file: string): string {
  return pathToFileURL(`${root}/${file}`).href;
}

interface Terminal {
  readonly isTTY: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Only where it is known that links are taken: elsewhere they may show as rubbish. `FORCE_HYPERLINK` decides first. */
export function takesLinks({ isTTY, env }: Terminal): boolean {
  const forced = env['FORCE_HYPERLINK'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  const { TERM, TERM_PROGRAM, TERM_PROGRAM_VERSION = '', VTE_VERSION, KONSOLE_VERSION } = env;
  // What stands between may be too old to pass them on.
  if (!isTTY || env['CI'] !== undefined || TERM === 'dumb' || env['TMUX'] !== undefined || env['STY'] !== undefined)
    return false;
  const [major = 0, minor = 0] = TERM_PROGRAM_VERSION.split('.').map(Number);
  if (TERM_PROGRAM === 'iTerm.app') return major > 3 || (major === 3 && minor >= 1);
  if (TERM_PROGRAM === 'vscode') return major > 1 || (major === 1 && minor >= 72);
  if (TERM_PROGRAM === 'WezTerm' || TERM_PROGRAM === 'ghostty') return true;
  if (Number(VTE_VERSION) > 5000 || Number(KONSOLE_VERSION) >= 201200) return true;
  return env['WT_SESSION'] !== undefined || TERM === 'xterm-kitty' || TERM === 'alacritty';
}
