/** A report's input made by hand: two ends of a mismatch with a hop between, and what goes with it. */
import type { Finding } from '../../src/model/finding.ts';
import { indexLines, siteOf, type Site } from '../../src/core/site.ts';
import type { ReportInput } from '../../src/report/report.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'scripts/deploy.sh':
    '#!/usr/bin/env bash\nset -euo pipefail\n\ndocker buildx build --platform linux/amd64 -t "$REPOSITORY:latest" --push services/image-processor\nnpx cdk deploy --all \\\n  --require-approval never \\\n  | tail -100\n',
  'infra/lib/api stack.ts':
    'export const a = 1;\n    new lambda.DockerImageFunction(this, "ImageProcessor", {\n      architecture: lambda.Architecture.ARM_64,\n    });\n',
  'wide.sh': 'echo "日本語のとても長い文字列" && docker push "日本語:latest"\n',
};

/** The site of a text's first occurrence. */
export function at(file: string, text: string, via?: Site['via']): Site {
  const source = TEXTS[file] ?? '';
  const start = source.indexOf(text);
  if (start === -1) throw new Error(`${file} doesn't have ${text}`);
  return siteOf(indexLines(file, source), [start, start + text.length], via);
}

export const MISMATCH: Finding = {
  rule: 'arch-mismatch',
  severity: 'error',
  confidence: 'likely',
  message:
    '`staging-image-processor` is built for `linux/amd64`, but the Lambda function `ImageProcessor` runs on arm64: every invocation fails with "exec format error".',
  help: 'Rebuild the image for arm64 (`--platform linux/arm64`) and leave the function on arm64.',
  site: at('scripts/deploy.sh', 'linux/amd64', [
    {
      label: 'job deploy › step Push',
      file: '.github/workflows/deploy.yml',
      span: { start: 0, end: 1, line: 12, column: 9, endLine: 12, endColumn: 10 },
    },
  ]),
  related: [
    { message: 'needs arm64 here', site: at('infra/lib/api stack.ts', 'lambda.Architecture.ARM_64') },
    {
      message: 'pushed as `[stage]-image-processor:latest` here',
      site: at('scripts/deploy.sh', '"$REPOSITORY:latest"'),
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
};

export const HIDDEN: Finding = {
  rule: 'deploy-output-hidden',
  severity: 'warning',
  confidence: 'certain',
  message: '`cdk deploy` is piped into `tail -100`, which prints nothing until the deploy ends.',
  site: at('scripts/deploy.sh', 'npx cdk deploy --all \\\n  --require-approval never \\\n  | tail -100'),
  related: [],
  fixes: [],
  fingerprint: 'b'.repeat(32),
};

export const LIVE: Finding = {
  rule: 'stack-stuck',
  severity: 'error',
  confidence: 'certain',
  message: 'The stack is in ROLLBACK_COMPLETE.',
  site: {
    file: '',
    resource: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/api',
    span: { start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 },
  },
  related: [],
  fixes: [],
  fingerprint: 'c'.repeat(32),
};

export function input(findings: readonly Finding[], more: Partial<ReportInput> = {}): ReportInput {
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  return {
    tool: { name: 'plimsoll', version: '1.2.3' },
    findings,
    suppressed: [],
    unreadable: [],
    summary: {
      files: 3,
      voyages: 1,
      errors: count('error'),
      warnings: count('warning'),
      notes: count('note'),
      suppressed: 0,
    },
    rules: [
      {
        id: 'arch-mismatch',
        summary: 'An image is built for a CPU that the workload it goes to does not have',
        severity: 'error',
        group: 'run',
        services: ['lambda'],
      },
      {
        id: 'deploy-output-hidden',
        summary: "A long command's output is withheld",
        severity: 'warning',
        group: 'deploy',
        services: ['any'],
      },
    ],
    text: (file) => TEXTS[file],
    ...more,
  };
}
