import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { pretty } from '../../src/report/pretty.ts';
import { textWidth } from '../../src/report/width.ts';
import { HIDDEN, LIVE, MISMATCH, at, input } from './sample.ts';

const PLAIN = { color: false, width: 80, quiet: false };

describe('the pretty report', () => {
  it('shows both ends, the hop between, the way in, what to do', () => {
    expect(pretty(input([MISMATCH]), PLAIN)).toMatchInlineSnapshot(`
      "error[arch-mismatch] (likely): \`staging-image-processor\` is built for
        \`linux/amd64\`, but the Lambda function \`ImageProcessor\` runs on arm64: every
        invocation fails with "exec format error".
         --> scripts/deploy.sh:4:32
          |
        4 | docker buildx build --platform linux/amd64 -t "$REPOSITORY:latest" --pus…
          |                                ^^^^^^^^^^^
          |                                               --------------------
          |                            pushed as \`[stage]-image-processor:latest\` here
         ::: infra/lib/api stack.ts:3:21
          |
        3 |       architecture: lambda.Architecture.ARM_64,
          |                     -------------------------- needs arm64 here
          |
          = reached from: .github/workflows/deploy.yml:12 (job deploy › step Push)
          = help: Rebuild the image for arm64 (\`--platform linux/arm64\`) and leave the
                  function on arm64.
          = fix?: Build for linux/arm64

      1 error in 3 files, 1 image followed.
      \`plimsoll explain arch-mismatch\` says more about a rule.
      "
    `);
  });

  it('marks a command over several lines', () => {
    expect(pretty(input([HIDDEN]), PLAIN)).toMatchInlineSnapshot(`
      "warning[deploy-output-hidden]: \`cdk deploy\` is piped into \`tail -100\`, which
        prints nothing until the deploy ends.
         --> scripts/deploy.sh:5:1
          |
        5 | / npx cdk deploy --all \\
        6 | |   --require-approval never \\
        7 | |   | tail -100
          | |_^

      1 warning in 3 files, 1 image followed.
      \`plimsoll explain deploy-output-hidden\` says more about a rule.
      "
    `);
  });

  it('names a live resource that no file declares', () => {
    expect(pretty(input([LIVE]), PLAIN)).toContain('--> arn:aws:cloudformation:eu-west-1:123456789012:stack/api\n');
  });

  it('names the live resource of a finding that stands in the file which declares it', () => {
    const text = pretty(
      input([{ ...HIDDEN, site: { ...HIDDEN.site, resource: 'arn:aws:lambda:eu-west-1:123456789012:function:api' } }]),
      PLAIN,
    );
    expect(text).toContain(`--> ${HIDDEN.site.file}:`);
    expect(text).toContain('= live: arn:aws:lambda:eu-west-1:123456789012:function:api\n');
  });

  it('says which account was looked at, where no file was', () => {
    const summary = { files: 0, voyages: 0, errors: 1, warnings: 0, notes: 0, suppressed: 0 };
    expect(
      pretty(input([LIVE], { summary, audited: 'account 123456789012 in eu-west-1: 1 Lambda function' }), PLAIN),
    ).toContain('\n1 error in account 123456789012 in eu-west-1: 1 Lambda function.\n');
  });

  it('says that nothing was found, and in what', () => {
    expect(pretty(input([]), PLAIN)).toBe('No findings in 3 files, 1 image followed.\n');
    expect(
      pretty(
        input([], {
          summary: { files: 0, voyages: 0, errors: 0, warnings: 0, notes: 0, suppressed: 0 },
          where: 'docs',
        }),
        PLAIN,
      ),
    ).toBe("Nothing to check: no file of docs takes part in a container image's way.\n");
    expect(pretty(input([]), { ...PLAIN, quiet: true })).toBe('');
  });

  it('lists what could not be read instead of showing the note about it as well', () => {
    const note: Finding = { ...LIVE, rule: 'unreadable-file', severity: 'note', site: at('wide.sh', 'echo') };
    const text = pretty(
      input([note], { unreadable: [{ file: 'wide.sh', line: 1, column: 1, reason: 'unterminated quote' }] }),
      PLAIN,
    );
    expect(text).toBe(
      'Not read, so not judged (1):\n  wide.sh:1:1: unterminated quote\n\n1 note in 3 files (1 not fully read), 1 image followed.\n`plimsoll explain unreadable-file` says more about a rule.\n',
    );
  });

  it('puts the mark under wide characters', () => {
    const lines = pretty(input([{ ...HIDDEN, site: at('wide.sh', '日本語:latest') }]), PLAIN).split('\n');
    const source = lines.find((line) => line.includes('docker push')) ?? '';
    const mark = lines.find((line) => line.includes('^')) ?? '';
    expect(textWidth(source.slice(0, source.indexOf('日本語:latest')))).toBe(mark.indexOf('^'));
    expect(mark.split('^').length - 1).toBe(textWidth('日本語:latest'));
  });

  it('fits the width, whatever it is', () => {
    for (const width of [60, 80, 100]) {
      for (const line of pretty(input([MISMATCH, HIDDEN, { ...HIDDEN, site: at('wide.sh', '日本語:latest') }]), {
        ...PLAIN,
        width,
      }).split('\n')) {
        expect(textWidth(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  it('says the same with colour as without', () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    const colored = pretty(input([MISMATCH, HIDDEN]), { ...PLAIN, color: true });
    expect(colored).toMatch(escapes);
    expect(colored.replace(escapes, '')).toBe(pretty(input([MISMATCH, HIDDEN]), PLAIN));
  });

  it('lets no control character of a project through to the terminal', () => {
    const nasty = `evil${String.fromCharCode(27)}[2Jtext`;
    expect(
      pretty(input([{ ...HIDDEN, message: nasty, help: nasty }], { text: () => nasty.repeat(9) }), PLAIN),
    ).not.toContain(String.fromCharCode(27));
  });
});
