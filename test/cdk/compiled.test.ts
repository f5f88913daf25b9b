import { ts } from 'ts-morph';
import { describe, expect, it } from 'vitest';
import { judged } from '../evaluate/judged.ts';

const APP: Readonly<Record<string, string>> = {
  'bin/app.ts': `import { App, Stack } from 'aws-cdk-lib';
import { Worker, Cpu, tagOf } from '../lib';
import settings from '../lib/settings';
const stack = new Stack(new App(), 'Workers');
new Worker(stack, 'Fast', { cpu: Cpu.Arm, tag: tagOf('fast', settings.version) });
`,
  'lib/index.ts': `export * from './worker';
export { Cpu } from './cpu';
export { tagOf } from './tags';
`,
  'lib/cpu.ts': "export enum Cpu { Arm = 'arm64', Intel = 'x86_64' }\n",
  'lib/settings.ts': "const settings = { version: '1.4.2' };\nexport default settings;\n",
  'lib/tags.ts':
    "import { join } from 'node:path';\nexport const tagOf = (name: string, version: string): string => join(name, version).replace('/', '-');\n",
  'lib/worker.ts': `import * as path from 'node:path';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Cpu } from './cpu';
export interface WorkerProps { readonly cpu: Cpu; readonly tag: string }
export class Worker extends Construct {
  private readonly images: ecr.Repository;
  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    this.images = new ecr.Repository(this, 'Images', { repositoryName: props.tag });
    new lambda.DockerImageFunction(this, 'Function', {
      architecture: props.cpu === Cpu.Arm ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      code: lambda.DockerImageCode.fromImageAsset(path.join(__dirname, '../worker'), { platform: Platform.LINUX_AMD64 }),
    });
  }
}
`,
};

function compiled(options: ts.CompilerOptions): Record<string, string> {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, ...options };
  return Object.fromEntries(
    Object.entries(APP).map(([file, text]) => [
      file.replace(/\.ts$/, '.js'),
      ts.transpileModule(text, { compilerOptions, fileName: file }).outputText,
    ]),
  );
}

async function found(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { findings } = await judged({
    'worker/Dockerfile': 'FROM public.ecr.aws/lambda/nodejs:22\nCMD ["index.handler"]\n',
    ...files,
  });
  return findings.map(
    ({ rule, severity, confidence, message, site }) =>
      `${site.file.replace(/\.js$/, '.ts')} ${rule} ${severity} ${confidence} ${message}`,
  );
}

describe('an app that tsc compiled to CommonJS', () => {
  it.each<[string, ts.CompilerOptions]>([
    ['as cdk init sets it up', { target: ts.ScriptTarget.ES2022, esModuleInterop: true }],
    ['without interop', { target: ts.ScriptTarget.ES2020 }],
    ['with its helpers in tslib', { target: ts.ScriptTarget.ES2022, esModuleInterop: true, importHelpers: true }],
    ['without comments', { target: ts.ScriptTarget.ES2022, esModuleInterop: true, removeComments: true }],
  ])('reads as its source does: %s', async (_, options) => {
    const expected = await found(APP);
    expect(expected.map((one) => one.split(' ').slice(0, 4).join(' '))).toContain(
      'lib/worker.ts arch-mismatch error certain',
    );
    expect(await found(compiled(options))).toEqual(expected);
  });
});
