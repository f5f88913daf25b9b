/** What reads our reports: CI systems' logs, after their own sources (docs/facts.md names them), and a terminal. */

/** As .NET's StreamReader ends lines. */
export function logLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

const GITHUB = new Set([
  'stop-commands',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'error',
  'warning',
  'notice',
  'group',
  'endgroup',
  'echo',
  'command',
  'section',
]);

/** .NET's TrimStart: what Char.IsWhiteSpace takes for blank. */
function trimmed(line: string): string {
  return line.replace(/^[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '');
}

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** The runner's newer form, `::name key=value,…::data`. */
export function githubCommand(line: string): Command | undefined {
  const message = trimmed(line);
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  if (end < 0) return undefined;
  const info = message.slice(2, end);
  const space = info.indexOf(' ');
  const name = space < 0 ? info : info.slice(0, space);
  if (!GITHUB.has(name.toLowerCase())) return undefined;
  const pairs =
    space <= 0
      ? []
      : info
          .slice(space + 1)
          .trim()
          .split(',')
          .filter((one) => one !== '')
          .map((one): [string, string] => {
            const equals = one.indexOf('=');
            return [
              one.slice(0, equals),
              decoded(one.slice(equals + 1))
                .replaceAll('%3A', ':')
                .replaceAll('%2C', ',')
                .replaceAll('%25', '%'),
            ];
          });
  return { name, properties: Object.fromEntries(pairs), data: decoded(message.slice(end + 2)).replaceAll('%25', '%') };
}

function decoded(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

/**
 * Whatever a log would carry out: GitHub's two forms, Azure's, TeamCity's, GitLab's sections. Stricter than they are:
 * any name will do.
 */
export function commandsIn(text: string): string[] {
  return logLines(text).filter(
    (line) =>
      githubCommand(line) !== undefined ||
      /##\w*\[/.test(line) ||
      (/section_(?:start|end):\d+:/.test(line) && /\r|\u001b\[0K/.test(line)),
  );
}

/** What a terminal or an eye takes for something else than text; colours of our own are none. */
export function unseenIn(text: string): string[] {
  const bare = text.replace(/\u001b\[\d+m/g, '').replace(/(?<=[\p{Extended_Pictographic}\d#*])[\uFE0E\uFE0F]/gu, '');
  return [...bare].filter(
    (char) => char !== '\n' && /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(char),
  );
}

/** Takes our own escapes back. */
export function unescaped(text: string): string {
  return text.replace(/<U\+([\dA-F]{4,6})>/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
