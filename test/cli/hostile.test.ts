/** A project of a stranger's, whose names are made for the log and the terminal they end up in. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/report/formats.ts';
import { commandsIn, githubCommand, logLines, unescaped, unseenIn } from '../report/readers.ts';
import { folder } from '../temporary.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const ESC = '\u001b';
const EVIL = `x${ESC}[2J\n::stop-commands::x\u202e##vso[task.complete]\`![i](https:\u2215\u2215evil.example) @team`;

const HIDDEN = `#!/bin/bash
set -euo pipefail
# ##[add-mask]x ${ESC}[2J
npx cdk deploy --all | tail -5 # ::add-mask::x ##vso[task.complete]x
`;
const FILES = {
  [`${EVIL}.sh`]: HIDDEN,
  '::error::y.sh': HIDDEN,
  'broken\u202e.sh': 'echo "unterminated\n',
  '.github/workflows/deploy.yml': `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - name: "evil \\x1b[2J ::add-mask::x ##[group]x\\u202e"
        run: |
          docker build -t "api::stop-commands::x" . && npx cdk deploy --all | tail -5
      - run: docker push "api##[group]x\u202e:latest"
`,
  'fix.sh': `#!/bin/bash\nset -euo pipefail\n ::set-output name=x::y\n\u202e\n##[group]x\nnpx cdk deploy --all 2>&1 | tail -5\n`,
  Dockerfile: 'FROM scratch\n',
};

function run(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', ...env },
  });
  return { out: stdout, err: stderr, code: status };
}

describe("a stranger's names", () => {
  const root = (): string => folder(FILES);

  it.each(FORMATS.map((format) => [format]))('give no log a command and no terminal a control, as %s', (format) => {
    const { out, err, code } = run(root(), ['check', '-f', format, '--pedantic', '--stats']);
    expect(code).toBe(1);
    expect(out.length).toBeGreaterThan(300);
    expect(unseenIn(out + err)).toEqual([]);
    if (format !== 'github') expect(commandsIn(out)).toEqual([]);
    for (const line of format === 'github' ? logLines(out).slice(0, -1) : [])
      expect(githubCommand(line)?.name).toMatch(/^(?:error|warning|notice)$/);
    expect(commandsIn(err)).toEqual([]);
  });

  it('are shown, and can be told apart', () => {
    const dir = root();
    const { out } = run(dir, ['check'], { FORCE_COLOR: '1' });
    expect(unescaped(out)).toContain(`${EVIL}.sh:4:`);
    const { findings }: { findings: { file: string }[] } = JSON.parse(run(dir, ['check', '-f', 'json']).out);
    expect(findings.map(({ file }) => file)).toContain(`${EVIL}.sh`);
  });

  it('stay in one line when something is wrong', () => {
    const dir = root();
    for (const args of [
      ['check', `no${EVIL}`],
      ['check', `--no${EVIL}`],
      [`no${EVIL}`],
      ['check', '--config', EVIL],
      ['check', '-o', `/dev/null/${EVIL}`],
      ['explain', EVIL],
      ['verify', EVIL, '--for', EVIL],
      ['check', '--only', EVIL],
    ]) {
      const { err, code } = run(dir, args);
      expect(code, JSON.stringify(args)).toBe(2);
      expect(err.split('\n')).toHaveLength(2);
      expect([unseenIn(err), commandsIn(err)]).toEqual([[], []]);
    }
  });

  it('are safe in the patch that a dry run shows, which keeps its shape', () => {
    const image = '123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1';
    const script = `#!/bin/bash
::set-output name=x::\u202e
if true; then
\tdocker buildx build --push -t ${image} . # ##[group]${ESC}[2J
fi
aws lambda update-function-code --function-name api --image-uri ${image}
`;
    const { out } = run(folder({ ...FILES, [`${EVIL}2.sh`]: script }), [
      'check',
      '--fix-dry-run',
      '--only',
      'lambda-attestations',
    ]);
    const start = out.indexOf('--- ');
    expect(out.slice(start).split('\n').slice(0, 11)).toEqual([
      ...['--- a', '+++ b'].map(
        (side) =>
          `${side}/x<U+001B>[2J<U+000A>::stop-commands::x<U+202E>#<U+0023>vso[task.complete]\`![i](https:\u2215\u2215evil.example) @team2.sh`,
      ),
      '@@ -1,7 +1,7 @@',
      ' #!/bin/bash',
      ' <U+003A>:set-output name=x::<U+202E>',
      ' if true; then',
      `-\tdocker buildx build --push -t ${image} . # #<U+0023>[group]<U+001B>[2J`,
      `+\tdocker buildx build --provenance=false --push -t ${image} . # #<U+0023>[group]<U+001B>[2J`,
      ' fi',
      ` aws lambda update-function-code --function-name api --image-uri ${image}`,
      ' ',
    ]);
    expect([unseenIn(out.replaceAll('\t', '')), commandsIn(out)]).toEqual([[], []]);
  });

  it('lose their middle when they are long', () => {
    const long = 'x'.repeat(120_000);
    for (const format of FORMATS) {
      const { out, code } = run(
        folder({
          'a.sh': `#!/bin/bash\ndocker build -t "${long}" .\ndocker push "${long}2"\nnpx cdk deploy ${long} | tail -5\n`,
        }),
        ['check', '-f', format, '--pedantic'],
      );
      expect(code).toBe(1);
      expect(out.length, format).toBeLessThan(60_000 + (format === 'sarif' ? 200_000 : 0));
    }
  });
});
