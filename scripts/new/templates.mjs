// What `npm run new` writes: for each kind of thing its files, and the lines by which others know it. A line goes in
// before the first text that `before` matches.

const camel = (id) => id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const pascal = (id) => camel(id).replace(/^./, (letter) => letter.toUpperCase());
const constant = (id) => id.replaceAll('-', '_').toUpperCase();

/** @typedef {{ files: Record<string, string>, lines: { file: string, before: RegExp, text: string }[], next: string[] }} Plan */

/** @type {Record<string, (id: string) => Plan>} */
export const KINDS = {
  rule: (id) => ({
    files: {
      [`src/rules/${id}/rule.ts`]: `import { defineRule } from '../define.ts';
import { bySite } from '../support/places.ts';

export const rule = defineRule({
  id: '${id}',
  summary: 'What is wrong when it fires',
  severity: 'warning',
  services: ['any'],
  group: 'run',
  experimental: true,
  reach: 'tied',
  check(model, report) {
    // What is judged, and when it is wrong. Where a value is unknown, say nothing.
    const wrong = model.builds.filter(() => false);
    for (const [first] of bySite(wrong, ({ site }) => site))
      if (first !== undefined)
        report({ site: first.site, message: 'What is wrong, with its real names, and why it fails', confidence: 'certain', help: 'What to do.' });
  },
});
`,
      [`src/rules/${id}/page.md`]: `# ${id}

## What it finds

One or two sentences.

## What would refute it

What it claims, what would refute that, and which of it the model can see.

## Why it matters

What people see when it goes wrong, in the words of AWS.

## Bad

\`\`\`sh file=deploy.sh finds=3:1
#!/usr/bin/env bash
set -euo pipefail
docker build --platform linux/amd64 --provenance=false -t 123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders:1.4.0 .
\`\`\`

## Good

\`\`\`sh file=deploy.sh
#!/usr/bin/env bash
set -euo pipefail
echo 'what is right'
\`\`\`

## How to fix

What to write instead.

## References

- [What it rests on](https://docs.aws.amazon.com/)
`,
    },
    lines: [],
    next: [
      '`npm run generate` writes the registry, rules.md, the README and the schema.',
      `\`npx vitest run test/rules -t ${id}\` fails until the rule finds its Bad example.`,
      `A case met in the wild becomes a fixture under \`fixtures/${id}/\`.`,
    ],
  }),

  language: (id) => ({
    files: {
      [`src/parsers/${id}/language.ts`]: `/** What files of ${id} are called. */
import type { Language } from '../../project/language.ts';

const NAME = /\\.${id}$/;

export const language: Language<'${id}'> = {
  kind: '${id}',
  owns: (name) => NAME.test(name),
  read: () => import('./read.ts'),
};
`,
      [`src/parsers/${id}/reading.ts`]: `/** What a file of ${id} says, as plain data with positions. */
import type { ReadingBase } from '../../syntax/source.ts';

export interface ${pascal(id)}Reading extends ReadingBase {
  readonly kind: '${id}';
}
`,
      [`src/parsers/${id}/read.ts`]: `/** Reads a file of ${id}. One bad spot is one entry in \`unreadable\`, and nothing throws. */
import type { SourceText } from '../../syntax/source.ts';
import type { ${pascal(id)}Reading } from './reading.ts';

export function read({ file, lines }: SourceText): ${pascal(id)}Reading {
  return { kind: '${id}', file, lines, unreadable: [], suppressions: [] };
}
`,
      [`src/parsers/${id}/run.ts`]: `/** What a file of ${id} does when it is run. */
import type { Frame, World } from '../../project/evaluation.ts';
import type { ${pascal(id)}Reading } from './reading.ts';

export function run${pascal(id)}(_world: World, _reading: ${pascal(id)}Reading, _frame: Frame): void {
  // world.emit({ kind: 'build', … }, frame)
}
`,
      [`src/parsers/${id}/entries.ts`]: `/** Each file of ${id} that nothing calls. */
import { fromItsFolder, type Entries } from '../../project/entries.ts';
import { run${pascal(id)} } from './run.ts';

export const entries: Entries = {
  priority: 65,
  because: 'say why it comes before what it calls, and after what calls it',
  run: fromItsFolder('${id}', run${pascal(id)}),
};
`,
      [`test/${id}/run.test.ts`]: `import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

it('builds what it says', async () => {
  const { model } = await check({ files: memoryFiles({ 'deploy.${id}': '' }), config: DEFAULT_CONFIG });
  expect(model.builds).toHaveLength(1);
});
`,
    },
    lines: [
      {
        file: 'src/parsers/languages.ts',
        before: /^import \{ language as cdk \}/m,
        text: `import { language as ${camel(id)} } from './${id}/language.ts';\n`,
      },
      { file: 'src/parsers/languages.ts', before: /^ {2}markdown,$/m, text: `  ${camel(id)},\n` },
      {
        file: 'src/parsers/entries.ts',
        before: /^import \{ entries as cdk \}/m,
        text: `import { entries as ${camel(id)} } from './${id}/entries.ts';\n`,
      },
      { file: 'src/parsers/entries.ts', before: /^ {2}markdown,$/m, text: `  ${camel(id)},\n` },
      {
        file: 'src/project/readings.ts',
        before: /^import type \{ AssemblyReading \}/m,
        text: `import type { ${pascal(id)}Reading } from '../parsers/${id}/reading.ts';\n`,
      },
      { file: 'src/project/readings.ts', before: /^ {2}\| MarkdownReading$/m, text: `  | ${pascal(id)}Reading\n` },
    ],
    next: [
      `Say in \`src/parsers/${id}/language.ts\` which files it owns, and in \`entries.ts\` when it has its turn.`,
      'Name its kind where the compiler asks for it (`npx tsc --noEmit -p .`).',
      `\`npx vitest run test/${id}\` fails until it builds something.`,
    ],
  }),

  command: (id) => ({
    files: {
      [`src/tools/${id}.ts`]: `/** \`${id} …\` */
import { parseImageRef } from '../core/image-ref.ts';
import type { CommandResult, Invocation } from '../project/evaluation.ts';
import { parseOptions } from './options.ts';

export function ${camel(id)}(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, { values: [], aliases: {}, switches: [] });
  const [image] = options.positionals;
  if (image === undefined) return {};
  parseImageRef(image.text);
  // invocation.emit({ kind: 'push', … })
  return {};
}
`,
      [`test/commands/${id}.test.ts`]: `import { expect, it } from 'vitest';
import { run } from './harness.ts';

it('pushes the image it is given', () => {
  expect(run('${id} orders:1.4.0').only('push')).toHaveLength(1);
});
`,
    },
    lines: [
      {
        file: 'src/tools/index.ts',
        before: /^import \{ curl \}/m,
        text: `import { ${camel(id)} } from './${id}.ts';\n`,
      },
      { file: 'src/tools/index.ts', before: /^ {2}\/\/ Clouds$/m, text: `  ['${id}', ${camel(id)}],\n` },
    ],
    next: [
      `Its options and what it does go into \`src/tools/${id}.ts\`; of an option that it doesn't know it says nothing.`,
      `\`npx vitest run test/commands/${id}.test.ts\` fails until it pushes.`,
    ],
  }),

  service: (id) => ({
    files: {
      [`src/services/${id}.ts`]: `/** What AWS means by the settings of ${id}, in whatever language they are written. */
import { WILL_NOT_START, byDefault, type ServiceDescription } from './describe.ts';
import { cpusOf, type Running, type View } from './view.ts';

export const ${constant(id)} = {
  noun: ['${id} workload', '${id} workloads'],
  unsaidCpu: byDefault('amd64'),
  wrongCpu: WILL_NOT_START,
} as const satisfies ServiceDescription;

/** Undefined where it runs no image. */
export function read${pascal(id)}(view: View): Running | undefined {
  const images = view.images('ImageUri');
  if (images.length === 0) return undefined;
  return { service: '${id}', names: view.get('Name'), images, cpus: cpusOf(view.get('Architecture'), ${constant(id)}.unsaidCpu) };
}
`,
      [`test/services/${id}.test.ts`]: `import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

it('is seen in a template', async () => {
  const template = \`Resources:
  Thing:
    Type: AWS::Thing::Thing
    Properties:
      ImageUri: 123456789012.dkr.ecr.eu-north-1.amazonaws.com/orders:1.4.0
\`;
  const { model } = await check({ files: memoryFiles({ 'template.yaml': template }), config: DEFAULT_CONFIG });
  expect(model.workloads.map(({ service }) => service)).toEqual(['${id}']);
});
`,
    },
    lines: [
      {
        file: 'src/services/index.ts',
        before: /^import \{ AGENT_CORE \}/m,
        text: `import { ${constant(id)} } from './${id}.ts';\n`,
      },
      {
        file: 'src/services/index.ts',
        before: /^\} as const satisfies Readonly/m,
        text: `  '${id}': ${constant(id)},\n`,
      },
      {
        file: 'src/model/facts/workloads.ts',
        before: /(?<=^export type Service = [^;]*);/m,
        text: ` | '${id}'`,
      },
    ],
    next: [
      'Name it where the compiler asks for it (`npx tsc --noEmit -p .`).',
      'A line for each language that declares one: `services.ts` in src/parsers/{cloudformation,terraform}, src/parsers/cdk/constructs, `src/tools/aws-services.ts`.',
      'A row in `test/dialects/table.ts` for each property.',
      `\`npx vitest run test/services/${id}.test.ts\` fails until a template declares one.`,
    ],
  }),

  format: (id) => ({
    files: {
      [`src/report/${id}.ts`]: `/** Findings as ${id}. */
import { place } from '../core/site.ts';
import type { ReportInput } from './report.ts';

export function ${camel(id)}({ findings }: ReportInput): string {
  return findings.map(({ site, rule }) => \`\${place(site)} \${rule}\\n\`).join('');
}
`,
      [`test/report/${id}.test.ts`]: `import { expect, it } from 'vitest';
import { ${camel(id)} } from '../../src/report/${id}.ts';
import { MISMATCH, input } from './sample.ts';

it('prints a finding as its readers expect it', () => {
  expect(${camel(id)}(input([MISMATCH]))).toBe('what it should be');
});
`,
    },
    lines: [
      {
        file: 'src/report/formats.ts',
        before: /^\} satisfies Record<string, Printing>/m,
        text: `  ${/^[a-z]+$/.test(id) ? id : `'${id}'`}: { load: async () => (await import('./${id}.ts')).${camel(id)} },\n`,
      },
    ],
    next: [
      'check, audit, diff and `--output` have it already.',
      `\`npx vitest run test/report/${id}.test.ts\` fails until it prints what it should. Names out of a project go through src/report/escape.ts.`,
      'Say what it is in docs/output.md.',
    ],
  }),
};
