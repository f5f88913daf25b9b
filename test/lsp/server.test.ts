import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CodeActionRequest,
  CodeLensRequest,
  DefinitionRequest,
  HoverRequest,
  MarkupContent,
  type CodeAction,
  type Diagnostic,
} from 'vscode-languageserver-protocol/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { unseenIn } from '../report/readers.ts';
import { folder } from '../temporary.ts';
import { start, type Client } from './client.ts';

const SCRIPT = `#!/bin/bash
set -euo pipefail
REPO=123456789012.dkr.ecr.eu-north-1.amazonaws.com/api
docker build --platform linux/amd64 --provenance=false -t "$REPO:v1" .
docker push "$REPO:v1"
`;
const TEMPLATE = `Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: api
      PackageType: Image
      Architectures: [arm64]
      Code:
        ImageUri: 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1
`;
const DOCKERFILE = 'FROM public.ecr.aws/lambda/python:3.12\nCMD ["app.handler"]\n';
const PROJECT = { 'scripts/deploy.sh': SCRIPT, 'template.yaml': TEMPLATE, Dockerfile: DOCKERFILE };

let client: Client | undefined;
afterEach(async () => {
  expect((await client?.stop()) ?? 0).toBe(0);
  client = undefined;
});

async function started(files: Readonly<Record<string, string>> = PROJECT): Promise<Client & { root: string }> {
  const root = folder(files);
  client = await start([root]);
  return { ...client, root };
}

const rules = (found: readonly Diagnostic[]): string[] => found.map(({ code }) => String(code));
const mismatch = (found: readonly Diagnostic[]): boolean => rules(found).includes('arch-mismatch');
const none = (found: readonly Diagnostic[]): boolean => found.length === 0;

describe('diagnostics', () => {
  it('come for the whole workspace, opened or not, at both ends and with the other one related', async () => {
    const { diagnostics, uri } = await started();
    const [script] = await diagnostics('scripts/deploy.sh', mismatch);
    expect(script).toMatchObject({
      code: 'arch-mismatch',
      source: 'plimsoll',
      severity: 1,
      range: { start: { line: 3, character: 24 }, end: { line: 3, character: 35 } },
    });
    expect(script?.relatedInformation?.[0]).toEqual({
      message: 'needs arm64 here',
      location: {
        uri: uri('template.yaml'),
        range: { start: { line: 6, character: 22 }, end: { line: 6, character: 27 } },
      },
    });
    const [template] = await diagnostics('template.yaml', mismatch);
    expect(template?.range).toEqual({ start: { line: 6, character: 22 }, end: { line: 6, character: 27 } });
    expect(template?.message).toContain('(scripts/deploy.sh:4)');
    expect(template?.relatedInformation?.[0]?.location.uri).toBe(uri('scripts/deploy.sh'));
  });

  it('follow unsaved text, also in the other file', async () => {
    const { open, change, diagnostics } = await started();
    await open('scripts/deploy.sh', SCRIPT);
    await diagnostics('template.yaml', mismatch);
    await change('scripts/deploy.sh', 'linux/amd64', 'linux/arm64');
    expect(await diagnostics('template.yaml', none)).toEqual([]);
    expect(await diagnostics('scripts/deploy.sh', none)).toEqual([]);
    await change('scripts/deploy.sh', 'linux/arm64', 'linux/amd64');
    expect(rules(await diagnostics('template.yaml', mismatch))).toEqual(['arch-mismatch']);
  });

  it('follow what other programs write, and files that come', async () => {
    const { root, changedOnDisk, diagnostics, registered } = await started({
      'template.yaml': TEMPLATE,
      Dockerfile: DOCKERFILE,
      'scripts/other.sh': 'docker build . | tail -1\n',
    });
    await diagnostics('scripts/other.sh', (found) => found.length > 0);
    await vi.waitFor(() => expect(registered).toContain('workspace/didChangeWatchedFiles'), 5000);
    writeFileSync(join(root, 'scripts/deploy.sh'), SCRIPT);
    await changedOnDisk('scripts/deploy.sh', 1);
    await diagnostics('template.yaml', mismatch);
    writeFileSync(join(root, 'scripts/deploy.sh'), SCRIPT.replace('amd64', 'arm64'));
    await changedOnDisk('scripts/deploy.sh');
    expect(await diagnostics('template.yaml', none)).toEqual([]);
  });

  it('take the configuration as it changes', async () => {
    const { root, changedOnDisk, diagnostics } = await started();
    await diagnostics('template.yaml', mismatch);
    writeFileSync(join(root, 'plimsoll.config.json'), '{"rules": {"arch-mismatch": "off"}}');
    await changedOnDisk('plimsoll.config.json', 1);
    await diagnostics('template.yaml', none);
  });

  it("are each root's own where there are several", async () => {
    const [one, other] = [
      folder(PROJECT),
      folder({ 'template.yaml': TEMPLATE, Dockerfile: DOCKERFILE, 'b.sh': 'npx cdk deploy | tail -1\n' }),
    ];
    client = await start([one, other]);
    await client.diagnostics('template.yaml', mismatch);
    await client.diagnostics(`../${other.split('/').at(-1)}/b.sh`, (found) =>
      rules(found).includes('deploy-output-hidden'),
    );
    expect(client.published().filter((uri) => uri.includes(other) && uri.endsWith('template.yaml'))).toEqual([]);
  });
});

describe('at a place', () => {
  it('quick fixes mend the finding', async () => {
    const text = SCRIPT.replace(' --provenance=false', '')
      .replace('docker build', 'docker buildx build')
      .replace(' -t', ' --push -t');
    const { connection, open, uri, diagnostics } = await started({
      ...PROJECT,
      'scripts/deploy.sh': text.replace('amd64', 'arm64'),
    });
    await open('scripts/deploy.sh', text.replace('amd64', 'arm64'));
    const found = await diagnostics('scripts/deploy.sh', (some) => rules(some).includes('lambda-attestations'));
    const at = found.find(({ code }) => code === 'lambda-attestations')!;
    const actions = await connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: uri('scripts/deploy.sh') },
      range: at.range,
      context: { diagnostics: [at] },
    });
    const fix = actions?.find((one): one is CodeAction => 'edit' in one && one.edit !== undefined);
    expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true });
    const [edit] = fix?.edit?.changes?.[uri('scripts/deploy.sh')] ?? [];
    expect(edit?.newText).toContain('--provenance=false');
    expect(edit?.range.start.line).toBe(3);
  });

  it("hover says why a finding matters, and tells an image's voyage", async () => {
    const { connection, uri, diagnostics } = await started();
    await diagnostics('scripts/deploy.sh', mismatch);
    const hover = async (file: string, line: number, character: number): Promise<string> => {
      const found = await connection.sendRequest(HoverRequest.type, {
        textDocument: { uri: uri(file) },
        position: { line, character },
      });
      return MarkupContent.is(found?.contents) ? found.contents.value : '';
    };
    expect(await hover('scripts/deploy.sh', 3, 26)).toContain('**arch-mismatch**');
    const voyage = await hover('template.yaml', 8, 30);
    expect(voyage).toContain('`scripts/deploy.sh:4`');
    expect(voyage).toContain('* runs on Lambda as Api: `template.yaml:9`');
    expect(await hover('template.yaml', 0, 1)).toBe('');
  });

  it('has nothing in a hover, a message or a title that an editor would act on', async () => {
    const evil = 'x\u202e`![i](command:workbench.action.quit)';
    const { connection, uri, diagnostics } = await started({
      ...PROJECT,
      '.github/workflows/ci.yml': `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - name: "${evil.replace('\u202e', '\\u202e')}"\n        run: docker push '${evil}'; npx cdk deploy | grep '${evil}'\n`,
    });
    const found = await diagnostics('.github/workflows/ci.yml', (list) => list.length > 0);
    const uris = { textDocument: { uri: uri('.github/workflows/ci.yml') } };
    const hovers = await Promise.all(
      found.map(({ range }) => connection.sendRequest(HoverRequest.type, { ...uris, position: range.start })),
    );
    const shown = hovers.map((one) => (MarkupContent.is(one?.contents) ? one.contents.value : '')).join('\n');
    expect(shown).toContain('deploy-output-hidden');
    expect(shown.replace(/`[^`]*`/g, '')).not.toMatch(/(?<!\\)[[\]]/);
    const lenses = await connection.sendRequest(CodeLensRequest.type, uris);
    const all = [
      shown,
      ...found.map(({ message }) => message),
      ...(lenses ?? []).map(({ command }) => command?.title ?? ''),
    ].join('\n');
    expect(all).not.toContain('\u202e');
    expect(unseenIn(all)).toEqual([]);
  });

  it('code lenses say where an image was built and where it runs', async () => {
    const { connection, uri, diagnostics } = await started();
    await diagnostics('scripts/deploy.sh', mismatch);
    const lenses = async (file: string) =>
      (await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: uri(file) } }))?.map(
        ({ range, command }) => `${range.start.line} ${command?.title}`,
      );
    expect(await lenses('template.yaml')).toContain(
      '8 built in scripts/deploy.sh:4 · pushed as 123456789012.dkr.ecr.eu-north-1.amazonaws.com/api:v1 · Api runs on arm64',
    );
    expect((await lenses('scripts/deploy.sh'))?.join('\n')).toContain('runs on Lambda as Api');
  });

  it('go-to leads from one end of a mismatch to the other', async () => {
    const { connection, uri, diagnostics } = await started();
    await diagnostics('scripts/deploy.sh', mismatch);
    const found = await connection.sendRequest(DefinitionRequest.type, {
      textDocument: { uri: uri('template.yaml') },
      position: { line: 6, character: 24 },
    });
    expect(found).toContainEqual({
      uri: uri('scripts/deploy.sh'),
      range: { start: { line: 3, character: 24 }, end: { line: 3, character: 35 } },
    });
  });

  it("nothing is known of files that are in no project of the editor's", async () => {
    const { connection, diagnostics } = await started();
    await diagnostics('scripts/deploy.sh', mismatch);
    expect(
      await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: 'untitled:Untitled-1' } }),
    ).toEqual([]);
  });
});
