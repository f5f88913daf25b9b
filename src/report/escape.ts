/**
 * What a project names is written by whoever wrote the project: file names, image names, reasons. Each target has one
 * function here (Markdown's are beside this file), and nothing a project controls is written without one.
 *
 * What can't be shown as it is becomes `<U+001B>`: readable, and never two names the same. Text that reads like this
 * already has its `<` written so.
 */

/**
 * Control characters, line breaks of every kind, halves of characters, and what can't be seen or turns the direction of
 * what stands around it. The mark that makes an emoji of a sign stays where it does that.
 */
const UNSEEN =
  /(?<=[\p{Extended_Pictographic}\d#*])([\uFE0E\uFE0F])|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|<(?=U\+[\dA-F]{4,6}>)/gu;
const PLAIN = /^[ -;=-~]*$/;

function hex(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
}

function named(char: string): string {
  return `<U+${hex(char).padStart(4, '0')}>`;
}

/** One line of text, for whatever shows text as it is: an editor's list of problems. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSEEN, (char, kept?: string) => kept ?? named(char));
}

/**
 * Lines that a CI system would carry out: GitHub's `::name::` after nothing but blanks; anywhere in a line `##[name]`
 * (GitHub, Azure), `##vso[name]` (Azure) and `##teamcity[name]`. `:::` is none of them.
 */
export function withoutCommands(text: string): string {
  return text.replace(/##(?=\w*\[)/g, `#${named('#')}`).replace(/^([^\S\n]*)::(?!:)/gm, `$1${named(':')}:`);
}

/** One line for a terminal or a log. */
export function forTerminal(text: string): string {
  return withoutCommands(visible(text));
}

/** Lines of our own making, such as those of a stack. */
export function linesForTerminal(text: string): string {
  return text.split('\n').map(forTerminal).join('\n');
}

/** A line of source in a code frame: a column for a character, so that marks stand below what they mark. */
export function forFrame(line: string): string {
  if (PLAIN.test(line) && !line.includes('##')) return line;
  return line
    .replaceAll('\t', '  ')
    .replace(UNSEEN, (char, kept?: string) => kept ?? (char === '<' ? char : '·'))
    .replace(/##(?=\w*\[)/g, '#·');
}

/** A line of a patch, its sign included: tabs and the `\r` of its end are the file's. */
export function forPatch(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return (
    withoutCommands(
      line
        .slice(0, line.length - end.length)
        .split('\t')
        .map(visible)
        .join('\t'),
    ) + end
  );
}

/**
 * JSON that reads back as it was, with nothing in it that a terminal or a log would act on; halves of characters are
 * escaped by `stringify`.
 */
export function forJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent)
    .replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (char) =>
      char
        .split('')
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    )
    .replace(/##(?=\w*\[)/g, '#\\u0023');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text or an attribute of XML 1.0, which has no place for some characters, escaped or not: those become visible, all
 * others read back as they were.
 */
export function forXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|<(?=U\+[\dA-F]{4,6}>)/gu, named)
    .replace(
      /[&<>"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?<=#)#(?=\w*\[)/gu,
      (char) => ENTITIES[char] ?? `&#${char.codePointAt(0) ?? 0};`,
    );
}

/**
 * A file of the project as a relative URI, which leads nowhere else whatever the name: not to a host, a root or a
 * folder above.
 */
export function forUri(file: string): string {
  const [leading = ''] = /^\/*/.exec(file) ?? [];
  const segments = file
    .slice(leading.length)
    .replace(/\p{Cs}|<(?=U\+[\dA-F]{4,6}>)/gu, named)
    .split('/');
  return (
    '%2F'.repeat(leading.length) +
    segments.map((one) => encodeURIComponent(one === '.' || one === '..' ? one.replaceAll('.', named) : one)).join('/')
  );
}

/** SARIF's plain text has links, `[text](target)`. */
export function forSarif(text: string): string {
  return text.replace(/[\\[\]]/g, (char) => `\\${char}`);
}

/** What a GitHub workflow command says; its lines stay. */
export function forAnnotation(text: string): string {
  return text
    .split(/(\r|\n)/)
    .map((piece, index) =>
      index % 2 === 0 ? forTerminal(piece).replaceAll('%', '%25') : piece === '\n' ? '%0A' : '%0D',
    )
    .join('');
}

/** A property of a GitHub workflow command. */
export function forProperty(text: string): string {
  return forAnnotation(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A message that an editor pops up: VS Code makes links of `[text](command:…)` there, and runs them. */
export function forNotification(text: string): string {
  return visible(text).replaceAll('](', `]${named('(')}`);
}
