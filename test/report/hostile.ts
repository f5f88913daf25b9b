/** Texts that a stranger's project may hold in names, and a report made of them. */
import fc from 'fast-check';
import type { Finding } from '../../src/model/finding.ts';
import type { Site, Span } from '../../src/core/site.ts';
import type { ReportInput } from '../../src/report/report.ts';
import { input } from './sample.ts';

const ESC = '\u001b';

export const TRICKS: readonly string[] = [
  // terminals
  `${ESC}[2J${ESC}[31mred`,
  `${ESC}]8;;https://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`,
  '\u009b31m',
  'a\bb',
  'bell\u0007',
  'del\u007f',
  'a\rb',
  'a\nb',
  'a\r\nb',
  'a\vb',
  'a\fb',
  'a\u0085b',
  'a\u2028b',
  'a\u2029b',
  '\u0000',
  'a\tb',
  // what can't be seen, and what turns the direction
  'user\u202egpj.exe',
  '\u2066a\u2069',
  '\u200b',
  'a\u200fb',
  '\ufeff',
  'tag\u{e0041}\u{e007f}',
  'soft\u00adhyphen',
  'x\u034f',
  '\u3164',
  'a\ufe0fb',
  '▶\ufe0f',
  '👩\u200d💻',
  '\u061c',
  // halves of characters, and what isn't one
  '\ud800',
  'a\udc00b',
  '\ufffe',
  '\uffff',
  '💥',
  // logs
  '::stop-commands::x',
  ' ::set-output name=a::b',
  '::error file=a::b',
  'x\n::add-mask::***',
  '##[command]x',
  'a##[group]b',
  '##[[',
  '###[',
  '##vso[task.setvariable variable=PATH]x',
  "##teamcity[publishArtifacts 'x']",
  `section_start:1560896352:x\r${ESC}[0Kheader`,
  ':::error::',
  'a ::warning::b',
  '%0A::error::x',
  '%',
  '%25',
  'a,b:c',
  'title=x,y',
  // Markdown
  '`',
  '``',
  '```',
  '`a` ![x](https://evil.example/x.png) `b`',
  '[x](command:workbench.action.quit)',
  '[x](javascript:alert(1))',
  '![x](x)',
  '<img src=x onerror=alert(1)>',
  '<!-- -->',
  '</table>',
  '@team',
  '@org/team',
  'a@b.example',
  '#1',
  'owner/repo#1',
  'GH-1',
  '!1',
  '~bug',
  '~"bug"',
  '%1',
  '$1',
  '&1',
  'https://evil.example',
  'www.evil.example',
  '<https://evil.example>',
  'http://a|b',
  'a|b',
  'a\\|b',
  '\\',
  'a\\',
  '\\`',
  '|',
  '**a**',
  '__a__',
  '~~a~~',
  '# a',
  '> a',
  '- a',
  '1. a',
  '+ a',
  '    a',
  '===',
  '---',
  '[^1]',
  '[a]: https://evil.example',
  '$`a`$',
  '$a$',
  ':tada:',
  '&lt;',
  '&#64;team',
  '| a |',
  '[ ] a',
  // XML
  ']]>',
  '<![CDATA[',
  '&',
  '"',
  "'",
  '&amp;',
  '<?x?>',
  '<a>',
  // URIs and paths
  '../../etc/passwd',
  '/etc/passwd',
  '//evil.example/x',
  'https:x',
  'C:\\x',
  'a b',
  'a?b',
  'a#b',
  'a%2fb',
  './a',
  '.',
  '..',
  'a//b',
  '...',
  // names of our own escapes, and of objects
  '<U+001B>',
  '<U+003C>',
  '<U+1>',
  '__proto__',
  'constructor',
  'toString',
];

export const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...TRICKS) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
      {
        weight: 1,
        arbitrary: fc
          .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
          .map((codes) => String.fromCharCode(...codes)),
      },
      { weight: 1, arbitrary: fc.constantFrom(' ', '  ', 'a', 'long '.repeat(200), 'x'.repeat(3000), '`name`', ': ') },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(''));

/** Spans that may lie outside of any text. */
const span: fc.Arbitrary<Span> = fc.record({
  start: fc.integer({ min: 0, max: 50 }),
  end: fc.integer({ min: 0, max: 99 }),
  line: fc.integer({ min: 1, max: 9 }),
  column: fc.integer({ min: 1, max: 300 }),
  endLine: fc.integer({ min: 1, max: 12 }),
  endColumn: fc.integer({ min: 1, max: 300 }),
});

const name = text.filter((one) => one !== '');
const file = name;
const site: fc.Arbitrary<Site> = fc.oneof(
  fc.record({ file, span, via: fc.array(fc.record({ label: text, file, span }), { maxLength: 2 }) }),
  fc.record({ file: fc.constant(''), span, resource: text }),
);

const finding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.oneof(fc.constantFrom('arch-mismatch', '__proto__', 'constructor'), text),
  severity: fc.constantFrom('error', 'warning', 'note'),
  confidence: fc.constantFrom('certain', 'likely', 'possible'),
  message: text,
  help: text,
  site,
  related: fc.array(fc.record({ message: text, site }), { maxLength: 3 }),
  fixes: fc.array(
    fc.record({
      title: text,
      safe: fc.boolean(),
      edits: fc.array(fc.record({ file, start: fc.nat(9), end: fc.integer({ min: 9, max: 20 }), text }), {
        maxLength: 2,
      }),
    }),
    { maxLength: 1 },
  ),
  fingerprint: fc.constant('a'.repeat(32)),
});

const change = fc.record({
  stack: name,
  logicalId: text,
  resourceType: text,
  change: fc.constantFrom('add' as const, 'remove' as const, 'update' as const, 'replace' as const, 'orphan' as const),
  description: text,
  concerns: fc.boolean(),
  properties: fc.array(fc.record({ path: text, before: text, after: text }), { maxLength: 1 }),
  site,
});

export const report: fc.Arbitrary<ReportInput> = fc
  .record({
    findings: fc.array(finding, { maxLength: 3 }),
    suppressed: fc.array(
      fc.record({ finding, reason: text, by: fc.constantFrom('comment' as const, 'baseline' as const) }),
      { maxLength: 1 },
    ),
    unreadable: fc.array(
      fc.record({ file, line: fc.integer({ min: 1, max: 9 }), column: fc.integer({ min: 1, max: 9 }), reason: text }),
      { maxLength: 2 },
    ),
    notices: fc.array(fc.record({ file, message: text }), { maxLength: 2 }),
    changes: fc.record({
      against: text,
      list: fc.array(change, { maxLength: 2 }),
      remarks: fc.array(text, { maxLength: 2 }),
    }),
    where: text,
    source: fc.array(text, { maxLength: 6 }),
  })
  .map(({ findings, source, ...more }) => input(findings, { ...more, text: () => source.join('\n') }));
