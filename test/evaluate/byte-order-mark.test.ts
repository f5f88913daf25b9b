import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { check, memoryFiles } from '../../src/engine.ts';

const MARK = '\uFEFF';

async function kinds(files: Readonly<Record<string, string>>): Promise<object> {
  const { coverage, findings } = await check({ files: memoryFiles(files), config: DEFAULT_CONFIG });
  return { read: coverage.read, found: findings.map(({ rule, message }) => `${rule} ${message}`) };
}

const FILES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'a Kubernetes manifest',
    {
      'web.yaml': `apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest\n`,
    },
  ],
  [
    'a manifest whose kind comes first',
    {
      'web.yaml': `kind: Deployment\napiVersion: apps/v1\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest\n`,
    },
  ],
  [
    'a buildspec of any name',
    {
      'ci/image.yml': `phases:\n  build:\n    commands:\n      - docker build -t 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest .\n      - docker push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest\nversion: 0.2\n`,
    },
  ],
  [
    'a CDK app with settings in JSON',
    {
      'settings.json': '{"name": "orders"}',
      'app.ts': `import { App, Stack } from 'aws-cdk-lib';\nimport * as ecr from 'aws-cdk-lib/aws-ecr';\nimport settings from './settings.json';\nnew ecr.Repository(new Stack(new App(), 'S'), 'R', { repositoryName: settings.name });\n`,
    },
  ],
];

describe('a byte order mark', () => {
  it.each(FILES)('changes nothing of what is read and found: %s', async (_, files) => {
    const marked = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, MARK + text]));
    const plain = await kinds(files);
    expect(JSON.stringify(plain)).toMatch(/"found":\["/);
    expect(await kinds(marked)).toEqual(plain);
  });
});
