import { describe, expect, it } from 'vitest';
import { github } from '../../src/report/github.ts';
import { gitlab } from '../../src/report/gitlab.ts';
import { json } from '../../src/report/json.ts';
import { junit } from '../../src/report/junit.ts';
import { markdown } from '../../src/report/markdown.ts';
import { FORMATS, isFormat, reporterFor } from '../../src/report/formats.ts';
import { HIDDEN, LIVE, MISMATCH, input } from './sample.ts';

describe('JSON', () => {
  it('has the shape that is promised', () => {
    expect(
      JSON.parse(json(input([MISMATCH], { unreadable: [{ file: 'x.sh', line: 3, column: 5, reason: 'no' }] }))),
    ).toEqual({
      version: 1,
      tool: { name: 'plimsoll', version: '1.2.3' },
      findings: [
        {
          rule: 'arch-mismatch',
          severity: 'error',
          confidence: 'likely',
          message: MISMATCH.message,
          file: 'scripts/deploy.sh',
          line: 4,
          column: 32,
          endLine: 4,
          endColumn: 43,
          resource: null,
          related: [
            {
              message: 'needs arm64 here',
              file: 'infra/lib/api stack.ts',
              line: 3,
              column: 21,
              endLine: 3,
              endColumn: 47,
              resource: null,
            },
            {
              message: 'pushed as `[stage]-image-processor:latest` here',
              file: 'scripts/deploy.sh',
              line: 4,
              column: 47,
              endLine: 4,
              endColumn: 67,
              resource: null,
            },
          ],
          fixes: [
            {
              title: 'Build for linux/arm64',
              safe: false,
              edits: [{ file: 'scripts/deploy.sh', start: 71, end: 82, text: 'linux/arm64' }],
            },
          ],
          fingerprint: 'a'.repeat(32),
        },
      ],
      unreadable: [{ file: 'x.sh', line: 3, reason: 'no' }],
      summary: { files: 3, voyages: 1, errors: 1, warnings: 0, notes: 0, suppressed: 0 },
    });
  });

  it('gives a live resource its ARN and no file', () => {
    expect(JSON.parse(json(input([LIVE])))).toMatchObject({
      findings: [{ file: null, line: null, resource: LIVE.site.resource }],
    });
  });
});

describe('GitHub annotations', () => {
  it('escape what a workflow command would take for its own', () => {
    expect(github(input([{ ...HIDDEN, message: '100%\nsure', site: { ...MISMATCH.site, file: 'a,b:c.sh' } }]))).toBe(
      '::warning file=a%2Cb%3Ac.sh,line=4,endLine=4,col=32,endColumn=43,title=plimsoll%3A deploy-output-hidden::100%25%0Asure\n',
    );
  });
});

describe('GitLab code quality', () => {
  it('has a fingerprint and a position for each finding', () => {
    expect(JSON.parse(gitlab(input([MISMATCH])))).toEqual([
      {
        description: MISMATCH.message,
        check_name: 'arch-mismatch',
        fingerprint: 'a'.repeat(32),
        severity: 'critical',
        location: {
          path: 'scripts/deploy.sh',
          positions: { begin: { line: 4, column: 32 }, end: { line: 4, column: 43 } },
        },
      },
    ]);
  });
});

describe('JUnit', () => {
  it('fails a case per finding and escapes XML', () => {
    const text = junit(input([{ ...HIDDEN, message: 'a < b & "c"\u0000' }]));
    expect(text).toContain('<testsuites name="plimsoll" tests="1" failures="1">');
    expect(text).toContain('message="a &lt; b &amp; &quot;c&quot;&lt;U+0000&gt;"');
  });

  it('passes one case when there is nothing', () => {
    expect(junit(input([]))).toContain('<testcase classname="plimsoll" name="no findings in 3 files"/>');
  });
});

describe('Markdown', () => {
  it('is a table whose cells hold', () => {
    expect(
      markdown(input([{ ...HIDDEN, message: 'a | b\nc <script>' }]))
        .split('\n')
        .find((line) => line.startsWith('| ⚠️')),
    ).toBe('| ⚠️ warning | `scripts/deploy.sh:5` | `deploy-output-hidden` | a \\| b&lt;U+000A>c &lt;script> |');
  });
});

describe('every format', () => {
  it.each(FORMATS)('%s prints the same twice and ends with a newline', async (format) => {
    expect(isFormat(format)).toBe(true);
    const reporter = await reporterFor(format);
    const style = { color: false, width: 80, quiet: false };
    const text = await reporter(input([MISMATCH, HIDDEN, LIVE]), style);
    expect(text).toBe(await reporter(input([MISMATCH, HIDDEN, LIVE]), style));
    expect(text.endsWith('\n')).toBe(true);
  });
});
