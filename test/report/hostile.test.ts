/** Every format, given a stranger's names, read back by what reads it. */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import type { Location, Log } from 'sarif';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { NOWHERE, place, type Site } from '../../src/core/site.ts';
import { forSarif } from '../../src/report/escape.ts';
import { github } from '../../src/report/github.ts';
import { gitlab } from '../../src/report/gitlab.ts';
import { json } from '../../src/report/json.ts';
import { junit } from '../../src/report/junit.ts';
import { markdown } from '../../src/report/markdown.ts';
import { pretty } from '../../src/report/pretty.ts';
import { FORMATS, reporterFor } from '../../src/report/formats.ts';
import { sarif } from '../../src/report/sarif.ts';
import { plainChanges } from '../../src/report/changes.ts';
import { TRICKS, report } from './hostile.ts';
import { commandsIn, githubCommand, logLines, unescaped, unseenIn } from './readers.ts';
import { HIDDEN, at, input } from './sample.ts';

const many = { numRuns: 200 };
const PLAIN = { color: false, width: 80, quiet: false };

describe('a hostile report', () => {
  it('reads back from JSON as it was', () => {
    fc.assert(
      fc.property(report, (given) => {
        const written = json(given);
        const read: {
          findings: unknown[];
          unreadable: unknown[];
          notices?: unknown[];
          diff: { against: string; changes: unknown[]; remarks: string[] };
        } = JSON.parse(written);
        expect(read.findings).toMatchObject(
          given.findings.map(({ rule, message, site, related, fixes }) => ({
            rule,
            message,
            file: site.file === '' ? null : site.file,
            resource: site.resource ?? null,
            related: related.map((one) => ({ message: one.message })),
            fixes: fixes.map(({ title }) => ({ title })),
          })),
        );
        expect(read.unreadable).toEqual(given.unreadable.map(({ file, line, reason }) => ({ file, line, reason })));
        expect(read.diff).toMatchObject({
          against: given.changes?.against,
          remarks: given.changes?.remarks,
          changes: given.changes?.list.map(({ stack, description }) => ({ stack, description })),
        });
      }),
      many,
    );
  });

  it('reads back from the Code Quality report', () => {
    fc.assert(
      fc.property(report, (given) => {
        expect(JSON.parse(gitlab(given))).toMatchObject([
          ...given.findings.map(({ rule, message, site }) => ({
            check_name: rule,
            description: message,
            location: { path: site.file === '' ? site.resource : site.file },
          })),
          ...(given.notices ?? []).map(({ file, message }) => ({
            check_name: 'plimsoll',
            description: message,
            location: { path: file },
          })),
        ]);
      }),
      many,
    );
  });

  it('is a workflow command of ours for each annotation, with the names it was given', () => {
    fc.assert(
      fc.property(report, (given) => {
        const lines = logLines(github(given)).slice(0, -1);
        const skipped = given.unreadable.filter(
          ({ file }) => !given.findings.some((one) => one.rule === 'unreadable-file' && one.site.file === file),
        );
        const stacks = new Set(given.changes?.list.map(({ stack }) => stack));
        const first = stacks.size + (given.changes?.remarks.length ?? 0);
        expect(lines).toHaveLength(first + given.findings.length + skipped.length + (given.notices?.length ?? 0));
        for (const [index, one] of given.findings.entries()) {
          const command = githubCommand(lines[first + index] ?? '');
          expect(command?.name).toBe(one.severity === 'note' ? 'notice' : one.severity);
          if (one.site.file !== '') expect(unescaped(command?.properties['file'] ?? '')).toBe(one.site.file);
          expect(unescaped(command?.properties['title'] ?? '').trim()).toBe(`plimsoll: ${one.rule}`.trim());
          expect(unescaped(command?.data ?? '').startsWith(one.message)).toBe(true);
        }
        for (const line of lines) expect(githubCommand(line)?.name).toMatch(/^(?:error|warning|notice)$/);
        // Nothing else than GitHub takes them for its own.
        expect(lines.filter((line) => /##\w*\[/.test(line) || unseenIn(line).length > 0)).toEqual([]);
      }),
      many,
    );
  });

  it('is well-formed XML that holds what it was given', () => {
    fc.assert(
      fc.property(report, (given) => {
        const { cases, output } = elementsOf(junit(given));
        expect(cases.slice(0, given.findings.length)).toEqual(
          given.findings.map((one) => ({
            classname: one.rule,
            name: `${place(one.site)}:${one.site.span.column}`,
            file: one.site.file,
            detail: [
              one.message,
              ...one.related.map((other) => `${place(other.site)}: ${other.message}`),
              one.help,
            ].join('\n'),
            ...(one.severity === 'note' ? {} : { message: one.message }),
          })),
        );
        expect(output).toBe(
          [
            ...(given.changes === undefined ? [] : plainChanges(given.changes)),
            ...(given.notices ?? []).map(({ message }) => message),
          ].join('\n'),
        );
      }),
      many,
    );
  });

  it('is SARIF by its schema, whose URIs lead to the files it was given and no farther', async () => {
    await fc.assert(
      fc.asyncProperty(report, async (given) => {
        const log: unknown = JSON.parse(await sarif(given));
        if (!validate(log)) throw new Error(ajv.errorsText(validate.errors));
        const anchored = given.findings.filter(
          ({ site, related }) => site.file !== '' || related.some((one) => one.site.file !== ''),
        );
        const results = log.runs[0]?.results?.slice(0, anchored.length) ?? [];
        expect(results.map(({ ruleId, locations }) => [ruleId, fileOf(locations?.[0])])).toEqual(
          anchored.map(({ rule, site, related }) => [
            rule,
            site.file === '' ? related.find((one) => one.site.file !== '')?.site.file : site.file,
          ]),
        );
        for (const [index, { message, relatedLocations = [] }] of results.entries()) {
          const { message: said = '', related = [] } = anchored[index] ?? {};
          const text = message.text ?? '';
          expect(text.length <= 1024 && text.startsWith(forSarif(said).slice(0, 1000))).toBe(true);
          // Its links are ours: each leads to a related place.
          expect(
            linksIn(text).every((target) => Number(target) >= 1 && Number(target) <= related.length),
            text,
          ).toBe(true);
          expect(relatedLocations.map(fileOf)).toEqual(
            related.map(({ site }) => (site.file === '' ? undefined : site.file)),
          );
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('is Markdown of the shape it should have, with nothing active in it', () => {
    fc.assert(
      fc.property(report, (given) => {
        const written = markdown(given);
        const html = micromark(written, {
          extensions: [gfm()],
          htmlExtensions: [gfmHtml()],
          allowDangerousHtml: true,
          allowDangerousProtocol: true,
        });
        expect(
          tagsIn(html).filter(
            (tag) => !/^<\/?(?:h2|p|table|thead|tbody|tr|th|td|code|br|ul|li|strong|blockquote)>$/.test(tag),
          ),
          written,
        ).toEqual([]);
        const rows =
          given.findings.length === 0
            ? []
            : html.slice(html.indexOf('<tbody>'), html.indexOf('</tbody>')).split('<tr>').slice(1);
        expect(rows).toHaveLength(given.findings.length);
        for (const [index, row] of rows.entries()) {
          const cells = row.split('<td>').slice(1);
          const { site, rule, message, related } = given.findings[index] ?? HIDDEN;
          expect(cells).toHaveLength(4);
          // Backslashes before a pipe aside, a table can hold any name.
          expect(unescaped(textOf(cells[1] ?? '')).trim()).toBe(place(site).trim());
          expect(unescaped(textOf(cells[2] ?? '')).trim()).toBe(rule.trim());
          expect((cells[3] ?? '').split('<br>')).toHaveLength(1 + related.length + 1);
          expect(squeezed(unescaped(textOf((cells[3] ?? '').split('<br>')[0] ?? '')))).toBe(squeezed(message));
        }
        // What GitHub and GitLab look for in the finished text, outside of code.
        const outside = textOf(html.replace(/<code>[^<]*<\/code>|<[^>]*>/g, ' '));
        expect(outside.match(/@\w|\w@|[#!%~$&^]\w|:\/\/|www\.|GH-\d|(?<![\w:]):[+\w-]+:(?![\w:])/gi)).toBeNull();
      }),
      many,
    );
  });

  it('is for a terminal what it should be: a head for each finding, no control but colour, no command', () => {
    fc.assert(
      fc.property(report, fc.boolean(), fc.integer({ min: 20, max: 100 }), (given, color, width) => {
        const written = pretty(given, { ...PLAIN, color, width });
        expect([unseenIn(written), commandsIn(written)]).toEqual([[], []]);
        const lines = written.replace(/\u001b\[\d+m/g, '').split('\n');
        const shown = given.findings.filter(({ rule }) => rule !== 'unreadable-file');
        expect(lines.filter((line) => /^(?:error|warning|note)\[/.test(line))).toHaveLength(shown.length);
        expect(lines.filter((line) => /^Not read, so not judged/.test(line))).toHaveLength(
          given.unreadable.length > 0 ? 1 : 0,
        );
      }),
      many,
    );
  });

  it('gives no log a command, in any format', async () => {
    await fc.assert(
      fc.asyncProperty(report, async (given) => {
        for (const format of FORMATS) {
          const written = await (await reporterFor(format))(given, PLAIN);
          expect(unseenIn(written.replaceAll('\t', '')), format).toEqual([]);
          if (format !== 'github') expect(commandsIn(written), format).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it('keeps two files apart, in every format', async () => {
    const pairs = [
      ['a\u200bb', 'ab'],
      ['a\nb', 'a b'],
      ['a\u202eb', 'a\u202db'],
      ['a\u001b', 'a<U+001B>'],
      ['a`b', "a'b"],
      ['a|b', 'a\\|b'],
      ['\ud800', '\ud801'],
      ['a\tb', 'a  b'],
      ['../a', 'a'],
      ['/a', 'a'],
      ['a&b', 'a&amp;b'],
      ['a%20b', 'a b'],
      ['\u0000', '\ufffd'],
    ] as const;
    for (const format of FORMATS) {
      const reporter = await reporterFor(format);
      for (const [one, other] of pairs) {
        const about = (file: string): Finding => ({ ...HIDDEN, site: { ...HIDDEN.site, file } });
        expect(await reporter(input([about(one)]), PLAIN), `${format} ${JSON.stringify(one)}`).not.toBe(
          await reporter(input([about(other)]), PLAIN),
        );
      }
    }
  });
});

describe('a code frame', () => {
  const framed = (text: string, span: Partial<Site['span']>): string[] =>
    pretty(input([{ ...HIDDEN, site: { file: 'x.sh', span: { ...NOWHERE, ...span } } }], { text: () => text }), {
      ...PLAIN,
      quiet: true,
    }).split('\n');

  it('of a place outside of its file is only the place', () => {
    for (const span of [
      { line: 9, endLine: 9 },
      { line: 0, endLine: 0 },
      { line: -1, endLine: 7 },
      { line: Number.NaN },
      { line: 9, endLine: 1 },
    ]) {
      expect(
        framed('a\nb', span).some((line) => line.includes('--> x.sh:')),
        JSON.stringify(span),
      ).toBe(true);
    }
    for (const span of [
      { line: 1, column: 900, endColumn: 901 },
      { line: 2, column: 0, endColumn: -4, endLine: 2 },
      { line: 1, endLine: 1e9, endColumn: 3 },
      { line: 2, endLine: 1 },
      { column: Number.POSITIVE_INFINITY },
    ]) {
      expect(
        framed('a\nb', span).some((line) => line.includes('^')),
        JSON.stringify(span),
      ).toBe(true);
    }
  });

  it.each([
    ['letters', 'x'],
    ['blanks', ' '],
    ['combining marks', '\u0301'],
    ['wide characters', '日'],
    ['control characters', '\u001b'],
    ['half characters', '\ud800'],
    ["Azure's commands", '##vso['],
  ])('of a line of 9 MB of %s is as wide as the terminal', (_, piece) => {
    const line = piece.repeat(9_000_000 / piece.length);
    const middle = Math.floor(line.length / 2);
    for (const span of [
      { column: middle, endColumn: middle + 5 },
      { column: 1, endColumn: line.length },
      { column: line.length, endColumn: line.length + 1 },
      { column: 1, endLine: 2, endColumn: 2 },
    ]) {
      const shown = framed(`${line}\n${line}`, span);
      expect(Math.max(...shown.map((one) => one.length))).toBeLessThan(800);
      expect(shown.length).toBeLessThan(12);
    }
  });

  it('has no command in it', () => {
    const source = TRICKS.join('\n');
    for (let line = 1; line <= source.split('\n').length; line++)
      expect(commandsIn(framed(source, { line, endLine: line + 2, endColumn: 2 }).join('\n'))).toEqual([]);
    expect(framed('run: echo "##[group]x"', { column: 6, endColumn: 10 })).toContain('  1 | run: echo "#·[group]x"');
    expect(at('wide.sh', 'echo').file).toBe('wide.sh');
  });
});

// ── reading back ────────────────────────────────────────────────────────────────────────────────

const ajv = new Ajv.default({ strict: false, unicodeRegExp: false, allErrors: true });
addFormats.default(ajv);
const schema: unknown = JSON.parse(readFileSync(new URL('../schemas/sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8'));
const validate = ajv.compile<Log>(typeof schema === 'object' && schema !== null ? schema : false);

function fileOf(location: Location | undefined): string | undefined {
  const uri = location?.physicalLocation?.artifactLocation?.uri;
  if (uri === undefined) return undefined;
  expect(new URL(uri, 'file:///src/top/').href.startsWith('file:///src/top/'), uri).toBe(true);
  expect(location?.physicalLocation?.artifactLocation?.uriBaseId).toBe('SRCROOT');
  return unescaped(decodeURIComponent(uri));
}

/** The targets of `[text](target)`, backslashes considered. */
function linksIn(text: string): string[] {
  const bare = text.replace(/\\[\\[\]]/g, '');
  return [...bare.matchAll(/\[[^[\]]*\]\(([^)]*)\)/g)].map(([, target = '']) => target);
}

interface Case {
  classname: string;
  name: string;
  file: string;
  detail: string;
  message?: string;
}

/** Fails on what is not well-formed. */
function elementsOf(xml: string): { cases: Case[]; output: string } {
  const cases: Case[] = [];
  let output = '';
  let inside = false;
  let text = '';
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    text = '';
    const value = (key: string): string => unescaped(attributes[key] ?? '');
    if (name === 'testcase') {
      inside = true;
      cases.push({ classname: value('classname'), name: value('name'), file: value('file'), detail: '' });
    }
    const last = cases.at(-1);
    if (name === 'failure' && last !== undefined) last.message = value('message');
  });
  parser.on('text', (more) => {
    text += more;
  });
  parser.on('closetag', ({ name }) => {
    const last = cases.at(-1);
    if (name === 'testcase') inside = false;
    else if (inside && last !== undefined) last.detail = unescaped(text);
    else if (name === 'system-out') output = unescaped(text);
    text = '';
  });
  parser.write(xml).close();
  return { cases, output };
}

function tagsIn(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** Back-ticks that mark code are gone in the finished text, and blanks may be more or fewer. */
function squeezed(text: string): string {
  return text.replace(/[\s`]+/g, '');
}
