import { describe, expect, it } from 'vitest';
import { indexLines } from '../../src/core/site.ts';
import { blocksOf, type Fence } from '../../src/parsers/markdown/blocks.ts';
import { commentVerdict, labelVerdict, verdictsOf } from '../../src/parsers/markdown/verdict.ts';
import { read } from '../../src/parsers/markdown/read.ts';
import { withTypeScript } from '../../src/parsers/markdown/typescript.ts';
import { cpuTime } from '../cpu.ts';

const fencesOf = (text: string): Fence[] => blocksOf(text).filter((one): one is Fence => one.kind === 'fence');
const contentOf = (text: string): string[] =>
  fencesOf(text).map((fence) => fence.lines.map(([start, end]) => text.slice(start, end)).join('\n'));
const reading = (text: string) => read({ file: 'docs/runbook.md', text, lines: indexLines('docs/runbook.md', text) });
const commandsOf = (text: string): string[] =>
  reading(text).fences.flatMap((one) =>
    one.kind === 'shell' ? one.script.body.map(({ range: [start, end] }) => text.slice(start, end)) : [],
  );

describe('fences', () => {
  it('end at a fence of the same kind that is at least as long', () => {
    expect(contentOf('````sh\n```\necho\n````\n~~~sh\n```\n~~~~\n')).toEqual(['```\necho', '```']);
  });

  it('lose the indentation of the list item they stand in, and no more', () => {
    expect(contentOf('1. Build:\n\n   ```bash\n   docker build \\\n     -t api .\n   ```\n2. Push\n')).toEqual([
      'docker build \\\n  -t api .',
    ]);
  });

  it('lose the marks of block quotes', () => {
    expect(contentOf('> ```sh\n> docker push api\n> ```\n')).toEqual(['docker push api']);
  });

  it('end with the block quote or list item around them', () => {
    const text = '> ```sh\n> docker push api\n\nAfterwards.\n\n```sh\naws ecs wait\n```\n';
    expect(contentOf(text)).toEqual(['docker push api', 'aws ecs wait']);
  });

  it('are none when indented by four columns or inside a comment', () => {
    expect(contentOf('    ```sh\n    docker push api\n    ```\n\n<!--\n```sh\ndocker push api\n```\n-->\n')).toEqual(
      [],
    );
  });

  it('may stand in an admonition', () => {
    expect(contentOf('!!! note "By hand"\n\n    ```sh\n    docker push api\n    ```\n')).toEqual(['docker push api']);
  });

  it('go on to the end of a document that never closes them', () => {
    expect(contentOf('```sh\ndocker push api')).toEqual(['docker push api']);
  });

  it('survive carriage returns', () => {
    expect(contentOf('# Push\r\n\r\n```sh\r\ndocker push api\r\n```\r\n')).toEqual(['docker push api']);
  });
});

describe('what is wrong on purpose', () => {
  it.each([
    'Incorrect Command',
    '**Incorrect command:**',
    '❌ Wrong',
    '❌ Build without a platform',
    'Wrong way',
    'Bad:',
    "Don't do this",
    'Do not pipe the deploy into `tail`:',
    'Anti-pattern',
    'Before',
    'BEFORE (creates the repository):',
    'Change from:',
    '~~Push latest:~~',
    '‚ùå Build without a platform',
    'Never run:',
    '1. ❌ The wrong way',
    'Push by hand (wrong)',
  ])('a label such as %j says so', (label) => {
    expect(labelVerdict(label)).toBe('wrong');
  });

  it.each([
    'Correct Command',
    '✅ Right',
    '**Fix:**',
    'After (references the repository):',
    'To:',
    'Recommended',
    'Solution',
    'Good:',
    '‚úÖ Push the image',
  ])('a label such as %j says the contrary', (label) => {
    expect(labelVerdict(label)).toBe('right');
  });

  it.each([
    'Before deploying to a new environment:',
    "Don't forget to push the image:",
    'Issue 1: Wrong platform (amd64 instead of arm64)',
    'Build and push',
    'Old images are removed by',
    'Never mind the warning:',
    "Don't use `latest`, use the commit hash instead:",
    'From a clean checkout',
    'Badges',
    'Wrong architecture in the registry',
    'To roll back',
    'New environments',
  ])('a label such as %j says nothing', (label) => {
    expect(labelVerdict(label)).toBeUndefined();
  });

  it.each([
    "# ❌ DON'T DO THIS (appears to hang):",
    '// BEFORE (creates new repository):',
    '# Bad: no platform',
    '# WRONG',
    '# Do not run this',
    '// Change from:',
    '# NEVER PUSH BY HAND',
  ])('a comment such as %j says so', (comment) => {
    expect(commentVerdict(comment)).toBe('wrong');
  });

  it.each([
    "# Don't use the cache",
    '# Before the first deploy, log in',
    '# Avoid rate limits',
    '# wrong credentials end here',
    '# old images',
    '# build',
  ])('a comment such as %j says nothing', (comment) => {
    expect(commentVerdict(comment)).toBeUndefined();
  });

  const wrongOf = (text: string): (string | undefined)[] => [...verdictsOf(blocksOf(text)).values()];

  it('a label holds for the fences right below it, also past a line of explanation', () => {
    expect(wrongOf('❌ **Wrong:**\n\nThis makes an index.\n\n```sh\na\n```\n\nElsewhere.\n\n```sh\nb\n```\n')).toEqual([
      'wrong',
      undefined,
    ]);
  });

  it('a heading holds for its section, and the nearest word counts', () => {
    expect(wrongOf('## ❌ Bad\n\n```sh\na\n```\n\n### ✅ Good\n\n```sh\nb\n```\n\n## Next\n\n```sh\nc\n```\n')).toEqual(
      ['wrong', 'right', undefined],
    );
  });

  it('a list item speaks for what stands in it', () => {
    expect(wrongOf('- ❌ Bad:\n\n  ```sh\n  a\n  ```\n- Then:\n\n  ```sh\n  b\n  ```\n')).toEqual(['wrong', undefined]);
  });

  it('a list of warnings does not speak for the fence after it', () => {
    expect(wrongOf('- ✅ fast\n- ❌ not for AWS\n\n```sh\na\n```\n')).toEqual([undefined]);
  });

  it('the words after the language count too', () => {
    expect(wrongOf('```sh title="bad example"\na\n```\n')).toEqual(['wrong']);
  });
});

describe('shell fences', () => {
  it('leave out what a comment shows as wrong, up to the comment that shows what is right', () => {
    expect(
      commandsOf("```bash\n# ❌ DON'T DO THIS:\nnpx cdk deploy | tail -5\n\n# ✅ DO THIS:\nnpx cdk deploy\n```\n"),
    ).toEqual(['npx cdk deploy']);
  });

  it('leave out the one line that a comment at its end is about', () => {
    expect(commandsOf('```bash\ndocker push a # ❌ wrong\ndocker push b # ✅ right\n```\n')).toEqual(['docker push b']);
  });

  it('leave out a fence that its label shows as wrong', () => {
    expect(
      commandsOf(
        '**Incorrect Command:**\n\n```bash\ndocker push a\n```\n\n**Correct Command:**\n\n```bash\ndocker push b\n```\n',
      ),
    ).toEqual(['docker push b']);
  });

  it('lose prompts and what was printed', () => {
    expect(
      commandsOf(
        '```console\n$ docker build \\\n>   -t api .\n=> done\nme@box:~/app$ docker push api\nThe push refers to …\n```\n',
      ),
    ).toEqual(['docker build \\\n>   -t api .', 'docker push api']);
  });

  it('of a console without any prompt are output', () => {
    expect(commandsOf('```console\ndocker push api\n```\n')).toEqual([]);
  });

  it('keep placeholders whole, and never take them for redirections', () => {
    const text =
      '```sh\ndocker tag <image name>:latest <account-id>.dkr.ecr.<region>.amazonaws.com/{{ app }}:YOUR_TAG\ncat <in >out\n```\n';
    const { fences, placeholders, unreadable } = reading(text);
    expect(unreadable).toEqual([]);
    expect(placeholders.map((one) => one.name)).toEqual(['image name', 'account-id', 'region', 'app', 'YOUR_TAG']);
    const [fence] = fences;
    expect(
      fence?.kind === 'shell' &&
        fence.script.body.map((one) => (one.kind === 'command' ? [one.words.length, one.redirects.length] : [])),
    ).toEqual([
      [4, 0],
      [1, 2],
    ]);
  });

  it('have suppressions of their own, and one above them covers them whole', () => {
    const text =
      '<!-- plimsoll-ignore latest-only -- a demo -->\n```sh\ndocker push a\n# plimsoll-ignore retag-lost\ndocker push b\n```\n';
    expect(reading(text).suppressions.map(({ rules, covers }) => [rules, covers])).toEqual([
      [['latest-only'], [2, 3, 4, 5, 6]],
      [['retag-lost'], [4, 5]],
    ]);
  });

  it("say where they can't be read", () => {
    expect(reading('# Push\n\n```sh\nif true; then\n```\n').unreadable).toEqual([
      { file: 'docs/runbook.md', line: 4, column: 14, reason: "expected command after 'then'" },
    ]);
  });
});

describe('other fences', () => {
  it('of YAML are read as what they are', () => {
    const text =
      '```yaml\n- name: Build\n  run: docker build .\n```\n\n```yaml\nservices:\n  api:\n    build: .\n```\n\n```yaml\nResources:\n  F:\n    Type: AWS::Lambda::Function\n```\n\n```yaml\napiVersion: v1\n```\n';
    expect(reading(text).fences.map((one) => (one.kind === 'shell' ? 'shell' : one.reading.kind))).toEqual([
      'workflow',
      'compose',
      'template',
    ]);
  });

  it("keep the document's positions", () => {
    const text = 'The image:\n\n1. as built\n\n   ```dockerfile\n   FROM public.ecr.aws/lambda/nodejs:20\n   ```\n';
    const [fence] = reading(text).fences;
    const image =
      fence?.kind === 'file' && fence.reading.kind === 'dockerfile' ? fence.reading.stages[0]?.image : undefined;
    expect(image === undefined ? undefined : text.slice(...image.range)).toBe('public.ecr.aws/lambda/nodejs:20');
  });

  it('of TypeScript lose what a comment shows as wrong', () => {
    const text =
      '```ts\n// BEFORE (creates it):\nnew ecr.Repository(this, "A");\n\n// AFTER (uses it):\necr.Repository.fromRepositoryName(this, "B", "b");\n```\n';
    expect(reading(text).typescript.map((one) => one.text.trim())).toEqual([
      '// AFTER (uses it):\necr.Repository.fromRepositoryName(this, "B", "b");',
    ]);
  });
});

it('a hostile document costs little', () => {
  const started = cpuTime();
  const text = `${'> '.repeat(20_000)}\n${'- '.repeat(20_000)}\n${'```sh\n'.repeat(5_000)}${'<'.repeat(50_000)}\n${'[('.repeat(20_000)}`;
  expect(reading(text).kind).toBe('markdown');
  expect(cpuTime() - started).toBeLessThan(5_000);
});

it('a long document with an excerpt of a stack at its end costs little', () => {
  const text = `${'word '.repeat(80_000)}\n\n\`\`\`ts\nnew ecr.Repository(this, 'A', {\n  // ... more\n});\n\`\`\`\n`;
  const started = cpuTime();
  const [app] = withTypeScript(reading(text), { read: () => undefined, exists: () => false, bindings: new Map() }).cdk;
  expect(app?.objects.map((one) => [one.name, text.slice(...one.source.range)])).toEqual([
    ['Repository', 'new ecr.Repository'],
  ]);
  expect(cpuTime() - started).toBeLessThan(5_000);
});
