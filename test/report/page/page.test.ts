import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { page } from '../../../src/report/page/page.ts';
import type { PageData } from '../../../src/report/page/data.ts';
import type { ReportInput } from '../../../src/report/report.ts';
import { ofFixture, withPicture } from '../graph/drawn.ts';
import { pictureOf } from '../graph/hostile-picture.ts';
import { TRICKS } from '../hostile.ts';
import { commandsIn } from '../readers.ts';
import { HIDDEN, LIVE, MISMATCH, input } from '../sample.ts';

const WRONG_CPU = 'incidents/wrong-cpu-behind-a-tail/broken';

/** What stands between a start and the next end of an element, as an HTML parser takes a script or a style. */
function between(html: string, start: string, end: string): string {
  const from = html.indexOf(start);
  expect(from).toBeGreaterThan(0);
  return html.slice(from + start.length, html.indexOf(end, from));
}

function dataIn(html: string): PageData {
  return JSON.parse(between(html, '<script type="application/json" id="data">', '</script>'));
}

describe('the policy of a page', () => {
  const html = page(input([MISMATCH]));
  const policy = between(html, '<meta http-equiv="Content-Security-Policy" content="', '">');
  const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  it('lets nothing be fetched, and only its own program and style through', () => {
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(between(html, '<script>', '</script>'))}`,
      `style-src ${hashOf(between(html, '<style>', '</style>'))}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('is all that is needed: no address, no attribute that runs or styles', () => {
    const shell = html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '');
    expect(shell).not.toMatch(/\b(?:src|srcset|style|on\w+)=|https?:|url\(/);
    expect(between(html, '<style>', '</style>')).not.toMatch(/url\(|@import/);
  });
});

describe('a page', () => {
  it('has its findings on the stops they belong to, with the lines of both ends', async () => {
    const data = dataIn(page(await ofFixture(WRONG_CPU)));
    const mismatch = data.findings.findIndex(({ rule }) => rule === 'arch-mismatch');
    const stops = data.voyages.flatMap((voyage) => voyage.stops.map((stop) => ({ ...stop, voyage: voyage.name })));
    expect(stops.filter(({ findings }) => findings.includes(mismatch))).toMatchObject([
      { verb: 'built', title: 'docker build', at: 'scripts/release.sh:12', voyage: 'staging-media-thumbnails:latest' },
    ]);
    const marked = data.findings[mismatch]?.places.map(({ at, excerpt = -1 }) => {
      const { lines = [], marks = [] } = data.excerpts[excerpt] ?? {};
      return [at, ...marks.map(({ line, start, end }) => lines[line]?.slice(start, end))];
    });
    expect(marked).toContainEqual(['scripts/release.sh:12', 'linux/amd64']);
    expect(marked).toContainEqual(['infra/lib/media-stack.ts:26', 'lambda.Architecture.ARM_64']);
  });

  it('gives a leg that passes other stops room of its own', async () => {
    const { voyages } = dataIn(page(await ofFixture('incidents/cpu-by-file-name/broken')));
    const passing = voyages.flatMap(({ legs }) => legs.filter(({ passes }) => passes.length > 0));
    expect(passing).toMatchObject([{ certainty: 'likely', passes: [{ layer: 3 }] }]);
  });

  it('tells what belongs to no voyage, what was not read, and what has to be said of the run', () => {
    const data = dataIn(
      page(
        input([HIDDEN, LIVE], {
          unreadable: [{ file: 'x.sh', line: 3, column: 5, reason: 'no' }],
          notices: [{ file: '.', message: 'stale' }],
          coverage: {
            read: {},
            unread: [{ file: 'deploy.ps1', kind: 'PowerShell' }],
            voyages: { whole: 0, broken: 0 },
            bounds: [],
          },
        }),
      ),
    );
    expect(data.elsewhere).toEqual([0, 1]);
    expect(data.remarks).toEqual([
      { title: 'About this run', lines: ['stale'] },
      { title: 'Not read', lines: ['x.sh:3:5: no'] },
      { title: 'Not judged', lines: ['deploy.ps1 (PowerShell).'] },
    ]);
  });

  it('says where the project is, and what an audit looked at', () => {
    expect(page(input([], { where: 'a<b' }))).toContain('<title>Plimsoll: a&lt;b</title>');
    expect(page(input([], { audited: 'account 123456789012' }))).toContain('account 123456789012');
  });

  it('shows no secret of the lines it has', () => {
    const line = 'docker build --build-arg NPM_TOKEN=hunter2hunter2 .';
    const span = { start: 0, end: line.length, line: 1, column: 1, endLine: 1, endColumn: line.length + 1 };
    const html = page(input([{ ...HIDDEN, site: { file: 'a.sh', span } }], { text: () => line }));
    expect(dataIn(html).excerpts).toEqual([
      {
        from: 1,
        lines: ['docker build --build-arg NPM_TOKEN=*** .'],
        marks: [{ line: 0, start: 0, end: line.length - 'hunter2hunter2'.length + 3 }],
      },
    ]);
    expect(html).not.toContain('hunter2');
  });
});

function hostilePage(trick: string): ReportInput {
  return {
    ...withPicture([{ ...MISMATCH, message: trick, help: trick, rule: trick }], pictureOf(trick), () => trick),
    where: trick,
    notices: [{ file: '.', message: trick }],
  };
}

describe('a stranger who chooses the names', () => {
  it.each([...TRICKS, '</script><script>alert(1)</script>', '</title><img src=x>', '<!--<script>'].map((one) => [one]))(
    'gets text and nothing else: %j',
    (trick) => {
      const html = page(hostilePage(trick));
      const data = between(html, '<script type="application/json" id="data">', '</script>');
      expect(data).not.toMatch(/[<>&]/);
      expect(html.split('<script')).toHaveLength(3);
      expect(html.split('</script')).toHaveLength(3);
      expect(html).not.toMatch(/<img|<!--/);
      expect(commandsIn(html)).toEqual([]);
    },
  );
});

describe('the palettes', () => {
  const css = readFileSync(new URL('../../../src/report/page/browser/page.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');
  const colorsOf = (text: string): Map<string, string> =>
    new Map([...text.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
  const PAIRS = [
    ...['ink', 'soft', 'accent', 'error', 'warning', 'note'].flatMap((text) =>
      ['card', 'raised', 'ground'].map((ground) => [text, ground] as const),
    ),
    ['error', 'error-ground'],
    ['warning', 'warning-ground'],
    ['note', 'note-ground'],
    ['mark-ink', 'mark'],
  ] as const;

  it.each([
    ['light', colorsOf(light)],
    ['dark', colorsOf(dark.slice(0, dark.indexOf('\n}\n')))],
  ])('%s: every text has the contrast that WCAG AA asks for', (_, colors) => {
    const low = PAIRS.map(([text, ground]) => [text, ground, contrast(colors.get(text), colors.get(ground))] as const);
    expect(low.filter(([, , ratio]) => !(ratio >= 4.5))).toEqual([]);
  });
});

/** As WCAG 2 has it. */
function contrast(a = '', b = ''): number {
  const light = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high = 0, low = 0] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
