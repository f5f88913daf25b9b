/**
 * The plug-in as it is installed: loaded from the package's own exports by apps of either module system, in a process
 * of their own.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder } from '../temporary.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Another build may be named, so that tests can run while `dist` is being made. */
const installed = process.env['PLIMSOLL_BIN'] === undefined ? project : dirname(dirname(process.env['PLIMSOLL_BIN']));

const body = `
const app = new App({ outdir: process.env.OUT });
Validations.of(app).addPlugins(new PlimsollValidation({ configFile: false }));
new Function(new Stack(app, 'Api'), 'Orders', {
  architecture: Architecture.ARM_64, runtime: Runtime.FROM_IMAGE, handler: Handler.FROM_IMAGE, code: Code.fromAssetImage(process.env.IMAGE, { platform: Platform.LINUX_AMD64 }),
});
app.synth();
`;
const names = 'Architecture, Code, Function, Handler, Runtime';
const APPS = {
  'app.mjs': `import { App, Stack, Validations } from 'aws-cdk-lib';\nimport { ${names} } from 'aws-cdk-lib/aws-lambda';\nimport { Platform } from 'aws-cdk-lib/aws-ecr-assets';\nimport { PlimsollValidation } from 'plimsoll/cdk';\n${body}`,
  'app.cjs': `const { App, Stack, Validations } = require('aws-cdk-lib');\nconst { ${names} } = require('aws-cdk-lib/aws-lambda');\nconst { Platform } = require('aws-cdk-lib/aws-ecr-assets');\nconst { PlimsollValidation } = require('plimsoll/cdk');\n${body}`,
};

describe('the installed plug-in', () => {
  it.each(['app.mjs', 'app.cjs'])(
    'reports inside %s, and says nothing on standard output',
    { timeout: 120_000 },
    (app) => {
      const root = folder({ ...APPS, 'image/Dockerfile': 'FROM public.ecr.aws/lambda/python:3.12\n' });
      mkdirSync(join(root, 'node_modules'));
      for (const [name, target] of [
        ['aws-cdk-lib', join(project, 'node_modules/aws-cdk-lib')],
        ['constructs', join(project, 'node_modules/constructs')],
        ['plimsoll', installed],
      ] as const) {
        symlinkSync(target, join(root, 'node_modules', name));
      }
      const { status, stdout, stderr } = spawnSync(process.execPath, [app], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, OUT: join(root, 'cdk.out'), IMAGE: join(root, 'image') },
      });
      expect(stderr).toContain('is built for `linux/amd64`, but Lambda function `Api/Orders` runs on arm64');
      expect([status, stdout]).toEqual([1, '']);
    },
  );
});
