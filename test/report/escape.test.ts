import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forFrame,
  forJson,
  forNotification,
  forPatch,
  forTerminal,
  forUri,
  forXml,
  linesForTerminal,
  visible,
} from '../../src/report/escape.ts';
import { codeForMarkdown, forMarkdown } from '../../src/report/escape-markdown.ts';
import { TRICKS, text } from './hostile.ts';
import { commandsIn, logLines, unescaped, unseenIn } from './readers.ts';

const ESC = '\u001b';
const many = { numRuns: 500 };

describe('text for a terminal or a log', () => {
  it.each([
    ['a name', 'scripts/deploy.sh', 'scripts/deploy.sh'],
    [
      'a message',
      '`api` is built for `linux/amd64`, but 日本語 ⚠️ runs "AWS::Lambda::Function"',
      '`api` is built for `linux/amd64`, but 日本語 ⚠️ runs "AWS::Lambda::Function"',
    ],
    ['an escape sequence', `a${ESC}[2Jb`, 'a<U+001B>[2Jb'],
    ['a line break', 'a\nb', 'a<U+000A>b'],
    ['a direction', 'a\u202eb', 'a<U+202E>b'],
    ['an invisible tag', 'a\u{e0041}b', 'a<U+E0041>b'],
    ['half a character', 'a\ud800b', 'a<U+D800>b'],
    ['our own notation', 'a<U+001B>b', 'a<U+003C>U+001B>b'],
    ["GitHub's commands", '  ::stop-commands::x', '  <U+003A>:stop-commands::x'],
    ["Azure's commands", 'a##vso[task.complete]', 'a#<U+0023>vso[task.complete]'],
    ["GitHub's older commands", 'a##[add-mask]x', 'a#<U+0023>[add-mask]x'],
  ])('shows %s', (_, given, shown) => {
    expect(forTerminal(given)).toBe(shown);
  });

  it('is one line, holds nothing unseen and no command, and can be told from any other', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = forTerminal(given);
        expect([logLines(shown).length, unseenIn(shown), commandsIn(shown)]).toEqual([1, [], []]);
        expect(unescaped(shown)).toBe(given);
        expect(unescaped(visible(given))).toBe(given);
      }),
      many,
    );
  });

  it('keeps the lines of a stack', () => {
    expect(linesForTerminal(`Error: x\n::error::y\n at z${ESC}`)).toBe('Error: x\n<U+003A>:error::y\n at z<U+001B>');
  });

  it('takes time in proportion to the text', () => {
    for (const piece of ['#', '##', ' ', '::', '`', '<U+', '##a', '\\', '@', '\u200b', 'a:']) {
      const long = piece.repeat(100_000 / piece.length);
      const before = process.cpuUsage();
      for (const write of [
        forTerminal,
        forFrame,
        forPatch,
        forXml,
        forUri,
        forJson,
        forNotification,
        (given: string) => forMarkdown(given, { cell: true }),
        codeForMarkdown,
      ])
        write(long);
      const { user } = process.cpuUsage(before);
      expect(user / 1e6, JSON.stringify(piece)).toBeLessThan(4);
    }
  });
});

describe('Markdown', () => {
  it.each([
    [
      'what a message says',
      '`api` is built for `linux/amd64`: 100% sure, "a < b"',
      '`api` is built for `linux/amd64`: 100% sure, "a &lt; b"',
    ],
    ['names that touch', '`a``b`', '`a` `b`'],
    ['a back-tick alone', 'a `b', 'a \\`b'],
    ['no name', '``', '\\`\\`'],
    ['a link', '[x](javascript:alert)', '\\[x\\](javascript:alert)'],
    ['an address', 'see https://evil.example/@x now', 'see `https://evil.example/@x` now'],
    [
      "the console's address",
      'Console: https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/a?region=eu-west-1',
      'Console: <https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/a?region=eu-west-1>',
    ],
    [
      'an address like it',
      'https://x.console.aws.amazon.com.evil.example/',
      '`https://x.console.aws.amazon.com.evil.example/`',
    ],
    ['a mention and an issue', 'cc @org/team, see #1', 'cc `@org/team,` see `#1`'],
    ['HTML', '<img src=x>&copy;', '&lt;img `src=x>&copy;`'],
    ['a heading', '# a', '\\# a'],
    ['a list', '1. a', '1\\. a'],
    ['emphasis', '**a** __b__ ~~c~~', '`**a**` \\_\\_b\\_\\_ `~~c~~`'],
  ])('of %s', (_, given, written) => {
    expect(forMarkdown(given)).toBe(written);
  });

  it('holds any name in a cell', () => {
    expect(codeForMarkdown('a|b', { cell: true })).toBe('`a\\|b`');
    expect(codeForMarkdown('a\\|b', { cell: true })).toBe('`a<U+005C>\\|b`');
    expect(codeForMarkdown('``a`')).toBe('``` ``a` ```');
    expect(codeForMarkdown('')).toBe('` `');
  });
});

describe('a line of source', () => {
  it('has a column for each character, so that marks stand right', () => {
    expect(forFrame(`\ta${ESC}[0mb##[group]x<U+001B>`)).toBe('  a·[0mb#·[group]x<U+001B>');
  });

  it('keeps the tabs of a patch, and the `\\r` at its end only', () => {
    expect(forPatch(' \ta\rb\r')).toBe(' \ta<U+000D>b\r');
    expect(forPatch(' ::set-output name=x::y')).toBe(' <U+003A>:set-output name=x::y');
  });

  it('holds nothing unseen and no command', () => {
    fc.assert(
      fc.property(text, (given) => {
        const shown = forFrame(given);
        expect([unseenIn(shown), commandsIn(` 1 | ${shown}`)]).toEqual([[], []]);
        const patch = forPatch(`+${given}`);
        expect([unseenIn(patch.replaceAll('\t', '').replace(/\r$/, '')), commandsIn(patch)]).toEqual([[], []]);
      }),
      many,
    );
  });
});

describe('JSON', () => {
  it('reads back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(text), (given) => {
        const written = forJson({ given, [given[0] ?? 'x']: 1 });
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify({ given, [given[0] ?? 'x']: 1 })));
        expect(JSON.parse(written).given).toEqual(given);
        expect([
          unseenIn(written.replace(/(?<=[\p{Extended_Pictographic}\d#*])[\uFE0E\uFE0F]/gu, '')),
          commandsIn(written),
        ]).toEqual([[], []]);
      }),
      many,
    );
  });
});

describe('a URI', () => {
  it('stays below the root, and no two files have the same', () => {
    fc.assert(
      fc.property(text, (given) => {
        const uri = forUri(given);
        const resolved = new URL(uri, 'file:///project/top/');
        expect(resolved.href.startsWith('file:///project/top/')).toBe(true);
        expect(resolved.search + resolved.hash).toBe('');
        expect(unescaped(decodeURIComponent(uri))).toBe(given);
      }),
      many,
    );
  });

  it.each([
    ['infra/api stack.ts', 'infra/api%20stack.ts'],
    ['/etc/passwd', '%2Fetc/passwd'],
    ['//evil.example/x', '%2F%2Fevil.example/x'],
    ['../x', '%3CU%2B002E%3E%3CU%2B002E%3E/x'],
    ['a#b?c%d', 'a%23b%3Fc%25d'],
    ['https://x', 'https%3A//x'],
  ])('writes %s', (given, uri) => {
    expect(forUri(given)).toBe(uri);
  });
});

describe('a message that pops up in an editor', () => {
  it('has no link', () => {
    expect(forNotification('`[Fix](command:workbench.action.quit)`')).toBe(
      '`[Fix]<U+0028>command:workbench.action.quit)`',
    );
    for (const trick of TRICKS) expect(forNotification(trick)).not.toContain('](');
  });
});
